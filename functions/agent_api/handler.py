"""The agents' HTTPS calls, behind the user pool's authorizer."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.api import bodies, cursors, shapes
from foyer.api.principals import agent_of_claims
from foyer.domain.access import may_read
from foyer.domain.canned_response_search import QUERY_LIMIT
from foyer.domain.commands import Command
from foyer.domain.devices import problem_of
from foyer.domain.errors import Refusal, invalid
from foyer.domain.inbox import Tab
from foyer.domain.people import Caller
from foyer.ports import Device
from foyer.runtime.http import Door, NotModified, created, no_content, ok
from foyer.runtime.telemetry import logger, tracer
from foyer.runtime.wiring import Wiring
from foyer.services import views
from foyer.services.inbox import Position
from foyer.services.rooms import Outcome

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=512)]
Seq = Annotated[int | None, Query(ge=0, le=bodies.LARGEST_SEQ)]
Id = Annotated[str, Path(max_length=bodies.ID_LENGTH)]
EARLIER_ROOMS = 10


@cache
def parts() -> Wiring:
    """What this function works with."""
    return Wiring()


def identify(event: Mapping[str, Any]) -> Caller:
    """The agent whose access token the gateway verified."""
    claims = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims", {})
    agent_id, admin = agent_of_claims(claims)
    return parts().people.caller(agent_id, admin=admin)


def name_of(agent_id: str) -> str | None:
    """An agent's name."""
    return parts().people.name(agent_id)


door = Door(identify=identify, name=name_of)
app = door.app


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one call."""
    return door.answer(event, context)


@app.get("/me", summary="Who I am")
def get_me() -> Response[shapes.Me]:
    """The agent who asks, with the status it chose."""
    caller = _caller()
    agent = parts().directory.agent(caller.id)
    if agent is None:
        raise Refusal("forbidden", "you are not in the directory of agents")
    departments = [parts().people.department(one) for one in sorted(agent.department_ids)]
    return ok(
        {
            "id": agent.id,
            "name": agent.name,
            "email": agent.email,
            "status": agent.status,
            "admin": caller.admin,
            "departments": [{"id": one.id, "name": one.name} for one in departments if one],
        }
    )


@app.put("/me/status", summary="Choose my status")
def put_status(body: Annotated[bodies.StatusBody, Body()]) -> Response[shapes.Me]:
    """`away` still works in rooms but no offer rings."""
    caller = _caller()
    if not parts().directory.set_status(caller.id, body.status):
        raise Refusal("forbidden", "you are not in the directory of agents")
    parts().delivery.post_status(caller, body.status)
    return get_me()


@app.get("/agents", summary="All agents")
def get_agents(limit: Limit = 25, cursor: Cursor = None) -> Response[shapes.Agents]:
    """All agents, with the number of open rooms that each takes part in."""
    page, following = _paged(sorted(parts().directory.agents(), key=lambda one: one.id), limit, cursor)
    return ok(
        {
            "agents": [
                {
                    "id": one.id,
                    "name": one.name,
                    "status": one.status,
                    "open_rooms": parts().inbox.open_rooms_of(one.id),
                    "department_ids": sorted(one.department_ids),
                }
                for one in page
            ],
            "next_cursor": following,
        }
    )


@app.get("/departments", summary="All departments")
def get_departments(limit: Limit = 25, cursor: Cursor = None) -> Response[shapes.Departments]:
    """All departments, and whether anybody of each is online."""
    page, following = _paged(sorted(parts().directory.departments(), key=lambda one: one.id), limit, cursor)
    online = {one for agent in parts().directory.agents() if agent.status == "online" for one in agent.department_ids}
    departments = [{"id": one.id, "name": one.name, "online": one.id in online} for one in page]
    return ok({"departments": departments, "next_cursor": following})


@app.get("/rooms", summary="My inbox")
def get_rooms(tab: Annotated[Tab, Query()] = "all", limit: Limit = 25, cursor: Cursor = None) -> Response[shapes.Rooms]:
    """One page of a tab, with the counts of all four."""
    caller = _caller()
    page = parts().inbox.page(caller, tab=tab, after=_position(cursor), limit=limit)
    following = cursors.encode([page.next.closed, page.next.at, page.next.room_id]) if page.next else None
    rooms = [views.summary(head, caller, parts().people.name) for head in page.heads]
    return ok({"rooms": rooms, "counts": dict(page.counts), "next_cursor": following})


@app.get("/rooms/<room_id>", summary="One room")
def get_room(room_id: Id) -> Response[shapes.RoomDetail]:
    """The summary, the visitor whole, and their latest earlier rooms."""
    caller = _caller()
    head = parts().rooms.readable(room_id, caller)
    visitor = parts().visitor_store.visitor(head.room.visitor_id)
    if visitor is None:
        raise Refusal("not_found", "there is no such room")
    listed = parts().room_store.visitor_rooms(visitor.id, limit=EARLIER_ROOMS + 1)
    ids = [one for _, one in listed if one != room_id][:EARLIER_ROOMS]
    heads = parts().room_store.heads(ids)
    present = visitor.room_id == room_id and head.room.participant(caller.id) is not None
    sees = replace(caller, sees_present_room=present and not head.room.is_closed)
    earlier = [heads[one] for one in ids if one in heads and may_read(heads[one].room, sees)]
    # The profile knows the visitor's name of today, the room that of their last word.
    named = replace(head, room=replace(head.room, visitor_name=visitor.name))
    shown = views.summary(named, caller, parts().people.name)
    return ok(
        shown
        | {
            "visitor": views.visitor(visitor),
            "earlier_rooms": [views.summary(one, sees, parts().people.name) for one in earlier],
        }
    )


@app.get("/rooms/<room_id>/events", summary="A room's log")
def get_events(room_id: Id, after: Seq = None, before: Seq = None, limit: Limit = 25) -> Response[shapes.Events]:
    """`after` ascending, `before` descending, neither: the newest page, descending."""
    if after is not None and before is not None:
        raise invalid("before", "give after or before, not both")
    return ok(parts().inbox.events(room_id, _caller(), after=after, before=before, limit=limit))


@app.post("/rooms/<room_id>/accept", summary="Accept or hold")
def post_accept(room_id: Id, body: Annotated[bodies.AcceptBody, Body()]) -> Response[shapes.Summary]:
    """The room is yours; with `hold` no device switches to it and nothing is read."""
    return _summary(_execute(room_id, body))


@app.post("/rooms/<room_id>/decline", summary="Decline")
def post_decline(room_id: Id, body: Annotated[bodies.DeclineBody, Body()]) -> Response[shapes.Summary]:
    """The room leaves this agent's inbox and nobody else's."""
    return _summary(_execute(room_id, body))


@app.post("/rooms/<room_id>/invite", summary="Invite a colleague")
def post_invite(room_id: Id, body: Annotated[bodies.InviteBody, Body()]) -> Response[shapes.Summary]:
    """A personal offer to one more agent."""
    _must_exist(agent_id=body.agent_id)
    return _summary(_execute(room_id, body))


@app.post("/rooms/<room_id>/transfer", summary="Transfer")
def post_transfer(room_id: Id, body: Annotated[bodies.TransferBody, Body()]) -> Response[shapes.Summary]:
    """An offer to an agent or a department; the giver leaves when it is accepted."""
    _must_exist(agent_id=body.agent_id, department_id=body.department_id)
    return _summary(_execute(room_id, body))


@app.post("/rooms/<room_id>/close", summary="Close the tab")
def post_close(room_id: Id, body: Annotated[bodies.CloseBody, Body()]) -> Response[shapes.Summary]:
    """The agent leaves; the last agent's close, with no offer standing, closes the room."""
    return _summary(_execute(room_id, body))


@app.post("/rooms/<room_id>/messages", summary="Send a message", status_code=201)
def post_message(room_id: Id, body: Annotated[bodies.MessageBody, Body()]) -> Response[shapes.Event]:
    """A message to the visitor; it reads everything up to `after`."""
    return _event(_execute(room_id, body))


@app.post("/rooms/<room_id>/notes", summary="Add a note", status_code=201)
def post_note(room_id: Id, body: Annotated[bodies.NoteBody, Body()]) -> Response[shapes.Event]:
    """What no visitor sees."""
    return _event(_execute(room_id, body))


@app.post("/rooms/<room_id>/read", summary="Mark as read", status_code=204)
def post_read(room_id: Id, body: Annotated[bodies.ReadBody, Body()]) -> Response[None]:
    """Only moves forward."""
    caller = _caller()
    moved = parts().rooms.read(room_id, caller, body.seq)
    if moved is not None:
        parts().delivery.post_read(moved, caller, body.seq)
    return no_content()


@app.post("/sync", summary="What I missed")
def post_sync(body: Annotated[bodies.SyncBody, Body()]) -> Response[shapes.Sync]:
    """The inbox, and for each room named what was missed."""
    return ok(parts().inbox.sync(_caller(), body.rooms, parts().people.name))


@app.post("/tickets", summary="A ticket for a socket", status_code=201)
def post_ticket(body: Annotated[bodies.TicketBody, Body()]) -> Response[shapes.Ticket]:
    """One connection, single use, 60 s."""
    caller = _caller()
    parts().limits.use("tickets", caller.id, parts().settings.rate("TICKETS_PER_CALLER"))
    ticket, expires_at = parts().tickets.issue(caller, body.device_id)
    url = parts().settings.text("SOCKET_URL")
    return created({"ticket": ticket, "url": url, "expires_at": views.timestamp(expires_at)})


@app.get("/canned-responses", summary="Search canned responses")
def get_canned_responses(  # noqa: PLR0917 - the query's parameters
    q: Annotated[str, Query(max_length=QUERY_LIMIT)] = "",
    tag: Annotated[str | None, Query(max_length=bodies.ID_LENGTH)] = None,
    scope: Annotated[Literal["company", "department", "agent"] | None, Query()] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response[shapes.CannedResponses]:
    """Ranked search; the `ETag` covers all that the caller may use, on every page."""
    service = parts().canned_responses
    usable = service.usable(_caller())
    tag_of_all = service.version_tag(usable)
    if if_none_match is not None and tag_of_all in {one.strip().removeprefix("W/") for one in if_none_match.split(",")}:
        raise NotModified(tag_of_all)
    found = service.search(usable, q, tag=tag, scope=scope)
    start = cursors.decode(cursor, int)[0] if cursor else 0
    if start < 0:
        raise invalid("cursor", "not a cursor of this list")
    following = cursors.encode([start + limit]) if len(found) > start + limit else None
    page = [views.canned_response(one) for one in found[start : start + limit]]
    return ok({"canned_responses": page, "next_cursor": following}, {"ETag": tag_of_all})


@app.post("/canned-responses", summary="Create a canned response", status_code=201)
def post_canned_response(body: Annotated[bodies.NewCannedResponseBody, Body()]) -> Response[shapes.CannedResponse]:
    """One's own; an admin also the company's and the departments'."""
    _must_exist(department_id=body.department_id)
    made = parts().canned_responses.create(_caller(), body.client_id, body.draft())
    return created(views.canned_response(made))


@app.get("/canned-responses/<response_id>", summary="One canned response")
def get_canned_response(response_id: Id) -> Response[shapes.CannedResponse]:
    """One that the caller may use or change."""
    return ok(views.canned_response(parts().canned_responses.get(_caller(), response_id)))


@app.put("/canned-responses/<response_id>", summary="Change a canned response")
def put_canned_response(
    response_id: Id, body: Annotated[bodies.ChangedCannedResponseBody, Body()]
) -> Response[shapes.CannedResponse]:
    """Changes the version that the caller knows; tags, scope and department stay as they are where left out."""
    _must_exist(department_id=body.department_id)
    changed = parts().canned_responses.change(_caller(), response_id, body.version, body.changes())
    return ok(views.canned_response(changed))


@app.delete("/canned-responses/<response_id>", summary="Delete a canned response", status_code=204)
def delete_canned_response(response_id: Id) -> Response[None]:
    """Deleting it again is harmless."""
    parts().canned_responses.delete(_caller(), response_id)
    return no_content()


@app.put("/devices/<device_id>", summary="Register a device")
def put_device(device_id: Id, body: Annotated[bodies.DeviceBody, Body()]) -> Response[shapes.Device]:
    """A push token belongs to the last agent who put it."""
    problem = problem_of(body.platform, body.push_token)
    if problem is not None:
        raise invalid("push_token", problem)
    parts().directory.put_device(
        Device(
            id=device_id,
            agent_id=_caller().id,
            platform=body.platform,
            push_token=body.push_token,
            locale=body.locale,
            registered_at=parts().clock(),
        )
    )
    return ok({"id": device_id, "platform": body.platform, "locale": body.locale})


@app.delete("/devices/<device_id>", summary="Forget a device", status_code=204)
def delete_device(device_id: Id) -> Response[None]:
    """Forgetting it again is harmless."""
    parts().directory.delete_device(_caller().id, device_id)
    return no_content()


@app.get("/admin/rooms/<room_id>/pushes", summary="Why did nobody pick up?")
def get_pushes(room_id: Id) -> Response[shapes.Pushes]:
    """What became of each offer of a room on its way to each agent's devices; for admins."""
    caller = _caller()
    if not caller.admin:
        raise Refusal("forbidden", "only an admin may do this")
    parts().rooms.readable(room_id, caller)
    entries = parts().push_ledger.ledger(room_id)
    return ok({"pushes": [views.push(one, parts().people.name) for one in entries]})


def _caller() -> Caller:
    caller: Caller = door.caller
    return caller


def _execute(room_id: str, body: bodies.CommandBody) -> Outcome:
    command: Command = body.command(_caller(), parts().clock())
    return parts().rooms.execute(room_id, command)


def _summary(outcome: Outcome) -> Response[Any]:
    return ok(views.summary(outcome.head, _caller(), parts().people.name))


def _event(outcome: Outcome) -> Response[Any]:
    if outcome.event is None:
        message = "a message always makes an event"
        raise RuntimeError(message)
    return created(views.event(outcome.event))


def _position(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    closed, at, room_id = cursors.decode(cursor, bool, int, str)
    return Position(closed=closed, at=at, room_id=room_id)


def _must_exist(*, agent_id: str | None = None, department_id: str | None = None) -> None:
    """Refuses ids of the directory that name nobody."""
    if agent_id is not None and parts().people.agent(agent_id) is None:
        raise invalid("agent_id", "there is no such agent")
    if department_id is not None and parts().people.department(department_id) is None:
        raise invalid("department_id", "there is no such department")


def _paged(items: list[Any], limit: int, cursor: str | None) -> tuple[list[Any], str | None]:
    """A page of a short list sorted by id, and the cursor of the next."""
    after = cursors.decode(cursor, str)[0] if cursor else ""
    rest = [one for one in items if one.id > after]
    page = rest[:limit]
    return page, cursors.encode([page[-1].id]) if len(rest) > limit else None
