"""The visitors' HTTPS calls, and what anyone may ask."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer import __version__
from foyer.api import bodies, cursors, shapes
from foyer.api.principals import bearer
from foyer.domain.commands import OpenRoom
from foyer.domain.errors import Refusal, invalid
from foyer.domain.people import GENERAL, Caller
from foyer.ports import Visitor
from foyer.runtime.http import Door, created, no_content, ok
from foyer.runtime.telemetry import logger, tracer
from foyer.runtime.wiring import Wiring
from foyer.services import views
from foyer.services.rooms import Outcome, expires_at, room_id_of
from foyer.services.visitors import caller as caller_of

PUBLIC = frozenset({("GET", "/v1/config"), ("GET", "/v1/visitor/availability"), ("POST", "/v1/push/actions")})
SESSIONS = ("POST", "/v1/visitor/sessions")
BROWSER_LENGTH = 300

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=512)]
Seq = Annotated[int | None, Query(ge=0, le=bodies.LARGEST_SEQ)]
Id = Annotated[str, Path(max_length=bodies.ID_LENGTH)]


@cache
def parts() -> Wiring:
    """What this function works with."""
    return Wiring()


def identify(event: Mapping[str, Any]) -> Visitor | None:
    """The visitor whose token came along; None where anyone may ask.

    Starting a session with a token that is not valid any more starts one for a new visitor.
    """
    call = (event["requestContext"]["http"]["method"], event["rawPath"])
    if call in PUBLIC:
        return None
    token = bearer(event.get("headers", {}).get("authorization"))
    try:
        return parts().visitors.authenticate(token or "")
    except Refusal:
        if call == SESSIONS:
            return None
        raise


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


@app.get("/config", summary="What an app needs to know")
def get_config() -> Response[shapes.Config]:
    """An app needs to know this one URL."""
    settings = parts().settings
    auth = {
        "kind": "cognito",
        "region": settings.region,
        "user_pool_id": settings.text("USER_POOL_ID"),
        "client_id": settings.text("USER_POOL_CLIENT_ID"),
        "endpoint": settings.environment.get("COGNITO_ENDPOINT")
        or f"https://cognito-idp.{settings.region}.amazonaws.com",
    }
    vapid_public_key = settings.optional("VAPID_PUBLIC_KEY")
    return ok(
        {
            "version": __version__,
            "api_url": settings.text("API_URL"),
            "socket_url": settings.text("SOCKET_URL"),
            "auth": auth,
            "push": {"vapid_public_key": vapid_public_key} if vapid_public_key else None,
        }
    )


@app.post("/push/actions", summary="Answer from the lock screen")
def post_push_action(body: Annotated[bodies.PushActionBody, Body()]) -> Response[shapes.Summary]:
    """`seen` tells that the notification was shown; accept, hold or decline is one decision a token."""
    head, agent = parts().lock_screen.act(body.token, body.action)
    return ok(views.summary(head, agent, parts().people.name))


@app.post("/visitor/sessions", summary="Start or renew a session", status_code=201)
def post_session(body: Annotated[bodies.SessionBody, Body()]) -> Response[shapes.Session]:
    """A token for the visitor; sent with a valid one, a new one for the same visitor."""
    request = app.current_event.request_context.http
    parts().limits.use("sessions", request.source_ip or "", parts().settings.rate("SESSIONS_PER_ADDRESS"))
    browser = (request.user_agent or "")[:BROWSER_LENGTH] or None
    session = parts().visitors.start(known=door.caller, changes=body.changes(), browser=browser)
    return created(
        {
            "visitor_id": session.visitor.id,
            "token": session.token,
            "expires_at": views.timestamp(session.expires_at),
        }
    )


@app.get("/visitor/availability", summary="Whether anybody is there")
def get_availability(
    department_id: Annotated[str | None, Query(max_length=bodies.ID_LENGTH)] = None,
) -> Response[shapes.Availability]:
    """Whether an agent is online: in the department asked for, else in any."""
    online = {one for agent in parts().directory.agents() if agent.status == "online" for one in agent.department_ids}
    departments = [
        {"id": one.id, "name": one.name, "online": one.id in online}
        for one in parts().directory.departments()
        if department_id in {None, one.id}
    ]
    if department_id is not None and not departments:
        raise invalid("department_id", "there is no such department")
    return ok({"online": any(one["online"] for one in departments), "departments": departments})


@app.get("/visitor", summary="My profile")
def get_visitor() -> Response[shapes.Visitor]:
    """The visitor as agents see them."""
    return ok(views.visitor(_visitor()))


@app.put("/visitor", summary="Change my profile")
def put_visitor(body: Annotated[bodies.VisitorBody, Body()]) -> Response[shapes.Visitor]:
    """Fields left out stay; a page is added to the last 20."""
    page = {"url": body.page.url, "title": body.page.title} if body.page else None
    return ok(views.visitor(parts().visitors.change(_visitor(), body.changes(), page=page)))


@app.get("/visitor/rooms", summary="My rooms")
def get_rooms(limit: Limit = 25, cursor: Cursor = None) -> Response[shapes.VisitorRooms]:
    """Newest first."""
    before = cursors.decode(cursor, str)[0] if cursor else None
    listed = parts().room_store.visitor_rooms(_visitor().id, before=before, limit=limit + 1)
    page = listed[:limit]
    heads = parts().room_store.heads([room_id for _, room_id in page], consistent=True)
    rooms = [views.summary(heads[one], _caller(), parts().people.name) for _, one in page if one in heads]
    return ok({"rooms": rooms, "next_cursor": cursors.encode([page[-1][0]]) if len(listed) > limit else None})


@app.post("/visitor/rooms", summary="Open a room", status_code=201)
def post_room(body: Annotated[bodies.RoomBody, Body()]) -> Response[shapes.VisitorSummary]:
    """One open room a visitor."""
    visitor, department_id, now = _visitor(), body.department_id or GENERAL, parts().clock()
    if parts().people.department(department_id) is None:
        raise invalid("department_id", "there is no such department")
    command = OpenRoom(
        caller=_caller(),
        client_id=body.client_id,
        at=now,
        room_id=room_id_of(visitor.id, body.client_id),
        department_id=department_id,
        page=body.page.model_dump(),
        expires_at=expires_at(now, parts().settings.retention_days),
        text=body.text,
    )
    rate = parts().settings.rate("ROOMS_PER_VISITOR")
    outcome = parts().rooms.open(command, admit=lambda: parts().limits.use("rooms", visitor.id, rate))
    return created(views.summary(outcome.head, _caller(), parts().people.name))


@app.get("/visitor/rooms/<room_id>", summary="One of my rooms")
def get_room(room_id: Id) -> Response[shapes.VisitorSummary]:
    """A room as its visitor sees it."""
    return _summary(Outcome(head=parts().rooms.readable(room_id, _caller(), consistent=True)))


@app.get("/visitor/rooms/<room_id>/events", summary="My room's log")
def get_events(room_id: Id, after: Seq = None, before: Seq = None, limit: Limit = 25) -> Response[shapes.Events]:
    """The log as the visitor may see it; pages as the agents' do."""
    if after is not None and before is not None:
        raise invalid("before", "give after or before, not both")
    return ok(parts().inbox.events(room_id, _caller(), after=after, before=before, limit=limit))


@app.post("/visitor/rooms/<room_id>/messages", summary="Send a message", status_code=201)
def post_message(room_id: Id, body: Annotated[bodies.VisitorMessageBody, Body()]) -> Response[shapes.Event]:
    """A message to whoever is in the room."""
    outcome = _execute(room_id, body)
    if outcome.event is None:
        message = "a message always makes an event"
        raise RuntimeError(message)
    return created(views.event(outcome.event))


@app.post("/visitor/rooms/<room_id>/read", summary="Mark as read", status_code=204)
def post_read(room_id: Id, body: Annotated[bodies.ReadBody, Body()]) -> Response[None]:
    """Only moves forward."""
    moved = parts().rooms.read(room_id, _caller(), body.seq)
    if moved is not None:
        parts().delivery.post_read(moved, _caller(), body.seq)
    return no_content()


@app.post("/visitor/rooms/<room_id>/close", summary="End the chat")
def post_close(room_id: Id, body: Annotated[bodies.CloseBody, Body()]) -> Response[shapes.VisitorSummary]:
    """Closes the room for everybody."""
    return _summary(_execute(room_id, body))


@app.post("/visitor/rooms/<room_id>/rating", summary="Rate the chat")
def post_rating(room_id: Id, body: Annotated[bodies.RatingBody, Body()]) -> Response[shapes.VisitorSummary]:
    """Once, while the room is open or after."""
    return _summary(_execute(room_id, body))


@app.post("/visitor/tickets", summary="A ticket for a socket", status_code=201)
def post_ticket(body: Annotated[bodies.TicketBody, Body()]) -> Response[shapes.Ticket]:
    """One connection, single use, 60 s."""
    caller = _caller()
    parts().limits.use("tickets", caller.id, parts().settings.rate("TICKETS_PER_CALLER"))
    ticket, ends = parts().tickets.issue(caller, body.device_id)
    return created({"ticket": ticket, "url": parts().settings.text("SOCKET_URL"), "expires_at": views.timestamp(ends)})


def _visitor() -> Visitor:
    visitor: Visitor | None = door.caller
    if visitor is None:
        raise Refusal("unauthenticated", "the visitor's token is missing")
    return visitor


def _caller() -> Caller:
    return caller_of(_visitor())


def _execute(room_id: str, body: bodies.CommandBody) -> Outcome:
    return parts().rooms.execute(room_id, body.command(_caller(), parts().clock()))


def _summary(outcome: Outcome) -> Response[Any]:
    return ok(views.summary(outcome.head, _caller(), parts().people.name))
