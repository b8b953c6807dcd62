"""Who may do what, by both doors: every call and action for everybody who might try it.

A cell is the status of a success, the code of a refusal, or `gateway` where the gateway itself turns a caller without
an agent's token away. Every refusal must leave all tables as they were.
"""
# ruff: noqa: E501 - a row of a table is one line

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from foyer.api.frames import ACTIONS
from tests.integration.doors import (
    NOBODY,
    PAGE,
    Dump,
    Person,
    World,
    lock_screen_token,
    new_id,
    new_world,
    open_room,
    resolver,
    resources,
    route_of,
    signed_in,
)
from tests.tables import Tables

# The room was opened by `visitor` in `general`; `participant` accepted it and invited `offered`, who has not answered.
# `other` and `admin` work in `sales`. `{waiting}` is another visitor's room that `sales` was offered and nobody took.
# `{earlier}` is a room of `visitor` from before, closed without an agent; `{left}` is a closed room that `other` left.
HTTP = """
call                                         nobody           visitor    stranger   participant      offered            other              admin
GET    /config                               200              200        200        200              200                200                200
POST   /visitor/sessions                     201              201        201        201              201                201                201
GET    /visitor/availability                 200              200        200        200              200                200                200
GET    /visitor                              unauthenticated  200        200        unauthenticated  unauthenticated    unauthenticated    unauthenticated
PUT    /visitor                              unauthenticated  200        200        unauthenticated  unauthenticated    unauthenticated    unauthenticated
GET    /visitor/rooms                        unauthenticated  200        200        unauthenticated  unauthenticated    unauthenticated    unauthenticated
POST   /visitor/rooms                        unauthenticated  room_open  201        unauthenticated  unauthenticated    unauthenticated    unauthenticated
GET    /visitor/rooms/{room}                 unauthenticated  200        not_found  unauthenticated  unauthenticated    unauthenticated    unauthenticated
GET    /visitor/rooms/{room}/events          unauthenticated  200        not_found  unauthenticated  unauthenticated    unauthenticated    unauthenticated
POST   /visitor/rooms/{room}/messages        unauthenticated  201        not_found  unauthenticated  unauthenticated    unauthenticated    unauthenticated
POST   /visitor/rooms/{room}/read            unauthenticated  204        not_found  unauthenticated  unauthenticated    unauthenticated    unauthenticated
POST   /visitor/rooms/{room}/close           unauthenticated  200        not_found  unauthenticated  unauthenticated    unauthenticated    unauthenticated
POST   /visitor/rooms/{room}/rating          unauthenticated  200        not_found  unauthenticated  unauthenticated    unauthenticated    unauthenticated
POST   /visitor/tickets                      unauthenticated  201        201        unauthenticated  unauthenticated    unauthenticated    unauthenticated
GET    /me                                   gateway          gateway    gateway    200              200                200                200
PUT    /me/status                            gateway          gateway    gateway    200              200                200                200
GET    /agents                               gateway          gateway    gateway    200              200                200                200
GET    /departments                          gateway          gateway    gateway    200              200                200                200
GET    /rooms                                gateway          gateway    gateway    200              200                200                200
GET    /rooms/{room}                         gateway          gateway    gateway    200              200                not_found          200
GET    /rooms/{waiting}                      gateway          gateway    gateway    not_found        not_found          200                200
GET    /rooms/{earlier}                      gateway          gateway    gateway    200              not_found          not_found          200
GET    /rooms/{left}                         gateway          gateway    gateway    not_found        not_found          200                200
GET    /rooms/{room}/events                  gateway          gateway    gateway    200              200                not_found          200
GET    /rooms/{waiting}/events               gateway          gateway    gateway    not_found        not_found          200                200
GET    /rooms/{earlier}/events               gateway          gateway    gateway    200              not_found          not_found          200
GET    /rooms/{left}/events                  gateway          gateway    gateway    not_found        not_found          200                200
POST   /rooms/{room}/accept                  gateway          gateway    gateway    200              200                not_found          forbidden
POST   /rooms/{waiting}/accept               gateway          gateway    gateway    not_found        not_found          200                200
POST   /rooms/{left}/accept                  gateway          gateway    gateway    not_found        not_found          room_closed        room_closed
POST   /rooms/{room}/decline                 gateway          gateway    gateway    200              200                not_found          200
POST   /rooms/{waiting}/decline              gateway          gateway    gateway    not_found        not_found          200                200
POST   /rooms/{room}/invite                  gateway          gateway    gateway    200              not_a_participant  not_found          not_a_participant
POST   /rooms/{waiting}/invite               gateway          gateway    gateway    not_found        not_found          not_a_participant  not_a_participant
POST   /rooms/{room}/transfer                gateway          gateway    gateway    200              not_a_participant  not_found          200
POST   /rooms/{waiting}/transfer             gateway          gateway    gateway    not_found        not_found          not_a_participant  200
POST   /rooms/{room}/close                   gateway          gateway    gateway    200              not_a_participant  not_found          200
POST   /rooms/{waiting}/close                gateway          gateway    gateway    not_found        not_found          not_a_participant  200
POST   /rooms/{room}/messages                gateway          gateway    gateway    201              not_a_participant  not_found          not_a_participant
POST   /rooms/{waiting}/messages             gateway          gateway    gateway    not_found        not_found          not_a_participant  not_a_participant
POST   /rooms/{left}/messages                gateway          gateway    gateway    not_found        not_found          room_closed        room_closed
POST   /rooms/{room}/notes                   gateway          gateway    gateway    201              not_a_participant  not_found          not_a_participant
POST   /rooms/{room}/read                    gateway          gateway    gateway    204              not_a_participant  not_found          not_a_participant
POST   /sync                                 gateway          gateway    gateway    200              200                200                200
POST   /tickets                              gateway          gateway    gateway    201              201                201                201
GET    /canned-responses                     gateway          gateway    gateway    200              200                200                200
POST   /canned-responses                     gateway          gateway    gateway    201              201                201                201
POST   /canned-responses#company             gateway          gateway    gateway    forbidden        forbidden          forbidden          201
POST   /canned-responses#department          gateway          gateway    gateway    forbidden        forbidden          forbidden          201
GET    /canned-responses/{own}               gateway          gateway    gateway    200              not_found          not_found          not_found
GET    /canned-responses/{company}           gateway          gateway    gateway    200              200                200                200
GET    /canned-responses/{sales}             gateway          gateway    gateway    not_found        not_found          200                200
PUT    /canned-responses/{own}               gateway          gateway    gateway    200              not_found          not_found          not_found
PUT    /canned-responses/{own}#company       gateway          gateway    gateway    forbidden        not_found          not_found          not_found
PUT    /canned-responses/{company}#company   gateway          gateway    gateway    forbidden        forbidden          forbidden          200
PUT    /canned-responses/{sales}#department  gateway          gateway    gateway    not_found        not_found          forbidden          200
DELETE /canned-responses/{own}               gateway          gateway    gateway    204              not_found          not_found          not_found
DELETE /canned-responses/{company}           gateway          gateway    gateway    forbidden        forbidden          forbidden          204
DELETE /canned-responses/{sales}             gateway          gateway    gateway    not_found        not_found          forbidden          204
PUT    /devices/{device}                     gateway          gateway    gateway    200              200                200                200
DELETE /devices/{device}                     gateway          gateway    gateway    204              204                204                204
POST   /push/actions                         200              200        200        200              200                200                200
POST   /push/actions#taken                   not_found        not_found  not_found  not_found        not_found          not_found          not_found
POST   /push/actions#forged                  unauthenticated  unauthenticated  unauthenticated  unauthenticated  unauthenticated  unauthenticated  unauthenticated
GET    /admin/rooms/{room}/pushes            gateway          gateway    gateway    forbidden        forbidden          forbidden          200
GET    /admin/rooms/{waiting}/pushes         gateway          gateway    gateway    forbidden        forbidden          forbidden          200
"""

SOCKET = """
action                  nobody  visitor    stranger   participant  offered            other              admin
message.send {room}     closed  201        not_found  201          not_a_participant  not_found          not_a_participant
message.send {waiting}  closed  not_found  not_found  not_found    not_found          not_a_participant  not_a_participant
note.add {room}         closed  forbidden  not_found  201          not_a_participant  not_found          not_a_participant
note.add {waiting}      closed  not_found  not_found  not_found    not_found          not_a_participant  not_a_participant
room.accept {room}      closed  forbidden  not_found  200          200                not_found          forbidden
room.accept {waiting}   closed  not_found  not_found  not_found    not_found          200                200
room.decline {room}     closed  forbidden  not_found  200          200                not_found          200
room.decline {waiting}  closed  not_found  not_found  not_found    not_found          200                200
room.close {room}       closed  200        not_found  200          not_a_participant  not_found          200
room.close {waiting}    closed  not_found  not_found  not_found    not_found          not_a_participant  200
room.read {room}        closed  204        not_found  204          not_a_participant  not_found          not_a_participant
room.read {waiting}     closed  not_found  not_found  not_found    not_found          not_a_participant  not_a_participant
room.typing {room}      closed  204        not_found  204          not_a_participant  not_found          not_a_participant
room.typing {waiting}   closed  not_found  not_found  not_found    not_found          not_a_participant  not_a_participant
device.state            closed  204        204        204          204                204                204
ping                    closed  pong       pong       pong         pong               pong               pong
"""

PEOPLE = ("nobody", "visitor", "stranger", "participant", "offered", "other", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The rooms and people of the tables above, as they are stored.

    Attributes:
        people: By column.
        sockets: Their connections, by column.
        places: What stands for a name in braces.
    """

    world: World
    people: dict[str, Person]
    sockets: dict[str, str]
    places: dict[str, str]
    stored: Dump

    def path(self, call: str) -> str:
        """The path of a row, its names filled in."""
        return call.partition("#")[0].format(**self.places)


def _rows(table: str) -> list[tuple[str, list[str]]]:
    lines = [line.split() for line in table.strip().splitlines()]
    width = len(PEOPLE)
    assert lines[0] == [lines[0][0], *PEOPLE]
    return [(" ".join(cells[:-width]), cells[-width:]) for cells in lines[1:]]


def _bodies(scene: Scene) -> dict[str, Any]:
    """A good body for each call that takes one, by the row's name without its placeholders' difference."""
    canned = {"shortcut": new_id()[:8], "title": "Hello", "body": "Hello {{visitor.name|there}}"}
    command = {"client_id": new_id()}
    return {
        "POST /visitor/sessions": {"name": "Somebody"},
        "PUT /visitor": {"name": "Somebody"},
        "POST /visitor/rooms": {**command, "page": PAGE},
        "messages": {**command, "text": "Hello"},
        "notes": {**command, "text": "Only for us"},
        "read": {"seq": 1},
        "close": command,
        "rating": {**command, "score": 5},
        "accept": command,
        "decline": command,
        "invite": {**command, "agent_id": "other"},
        "transfer": {**command, "department_id": "sales"},
        "tickets": {},
        "PUT /me/status": {"status": "away"},
        "POST /sync": {"rooms": {scene.places["room"]: 0}},
        "POST /canned-responses": {**command, **canned},
        "POST /canned-responses#company": {**command, **canned, "scope": "company"},
        "POST /canned-responses#department": {**command, **canned, "scope": "department", "department_id": "general"},
        "PUT /canned-responses/{own}": {**canned, "version": 1},
        "PUT /canned-responses/{own}#company": {**canned, "scope": "company", "version": 1},
        "PUT /canned-responses/{company}#company": {**canned, "scope": "company", "version": 1},
        "PUT /canned-responses/{sales}#department": {
            **canned,
            "scope": "department",
            "department_id": "sales",
            "version": 1,
        },
        "PUT /devices/{device}": {"platform": "ios", "push_token": "a-push-token"},
        # Whoever carries the notification's token decides as its agent; who else calls does not matter.
        "POST /push/actions": {"token": lock_screen_token("other", scene.places["waiting"]), "action": "accept"},
        "POST /push/actions#taken": {
            "token": lock_screen_token("offered", scene.places["waiting"]),
            "action": "accept",
        },
        "POST /push/actions#forged": {
            "token": f"{lock_screen_token('other', scene.places['waiting'])}x",
            "action": "accept",
        },
    }


def _body(scene: Scene, row: str) -> Any:
    bodies = _bodies(scene)
    return bodies.get(row, bodies.get(row.rpartition("/")[2])) if not row.startswith(("GET", "DELETE")) else None


def _fields(action: str) -> dict[str, Any]:
    fields: dict[str, dict[str, Any]] = {
        "message.send": {"client_id": new_id(), "text": "Hello"},
        "note.add": {"client_id": new_id(), "text": "Only for us"},
        "room.accept": {"client_id": new_id()},
        "room.decline": {"client_id": new_id()},
        "room.close": {"client_id": new_id()},
        "room.read": {"seq": 1},
        "room.typing": {"typing": True},
        "device.state": {"foreground": True},
        "ping": {},
    }
    return fields[action]


@pytest.fixture(scope="module")
def played(deployment: tuple[DynamoDBClient, Tables]) -> Scene:
    """The story that all cells begin from."""
    world = new_world(*deployment)
    world.department("sales", "Sales")
    people = {
        "nobody": NOBODY,
        "visitor": world.visitor("Vera"),
        "stranger": world.visitor("Silas"),
        "participant": world.agent("participant"),
        "offered": world.agent("offered", departments=()),
        "other": world.agent("other", departments=("sales",)),
        "admin": replace(world.agent("admin", departments=("sales",)), claims=signed_in("admin", admin=True).claims),
    }
    earlier = open_room(world, people["visitor"])
    earlier.by_visitor("close").ok()
    room = open_room(world, people["visitor"])
    room.by_agent(people["participant"], "accept").ok()
    room.by_agent(people["participant"], "invite", agent_id="offered").ok()
    waiting = open_room(world, world.visitor("Wanda"), department_id="sales")
    left = open_room(world, world.visitor("Lena"), department_id="sales")
    left.by_agent(people["other"], "accept").ok()
    left.by_agent(people["other"], "close").ok()
    # Closing a closed room's tab takes it out of the inbox; who once accepted may still read it.
    left.by_agent(people["other"], "close").ok()
    world.relay()

    def canned(by: str, scope: str, **fields: str) -> str:
        body = {"client_id": new_id(), "shortcut": scope, "title": scope, "body": "Hello", "scope": scope, **fields}
        return str(world.http("POST", "/canned-responses", people[by], body=body).ok()["id"])

    places = {
        "room": room.id,
        "waiting": waiting.id,
        "earlier": earlier.id,
        "left": left.id,
        "own": canned("participant", "agent"),
        "company": canned("admin", "company"),
        "sales": canned("admin", "department", department_id="sales"),
        "device": "phone-1",
    }
    sockets = {name: world.connect(person) for name, person in people.items() if person is not NOBODY}
    return Scene(world=world, people=people, sockets=sockets, places=places, stored=world.dump())


@pytest.fixture
def scene(played: Scene) -> Iterator[Scene]:
    """The story, and afterwards the tables as it left them."""
    yield played
    played.world.restore(played.stored)


@pytest.mark.parametrize(("row", "cells"), _rows(HTTP), ids=[row for row, _ in _rows(HTTP)])
def test_every_call_answers_everybody_as_the_table_says(scene: Scene, row: str, cells: list[str]) -> None:
    world = scene.world
    method, path = row.split(" ")
    answered = []
    for name in PEOPLE:
        answer = world.http(method, scene.path(path), scene.people[name], body=_body(scene, row))
        refused = answer.status >= 400
        by_gateway = refused and answer.code is None
        answered.append("gateway" if by_gateway else answer.code or str(answer.status))
        if refused:
            assert world.dump() == scene.stored, f"{name} was refused and left something behind"
        world.restore(scene.stored)
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, cells, strict=True))


@pytest.mark.parametrize(("row", "cells"), _rows(SOCKET), ids=[row for row, _ in _rows(SOCKET)])
def test_every_action_answers_everybody_as_the_table_says(scene: Scene, row: str, cells: list[str]) -> None:
    world = scene.world
    action, _, place = row.partition(" ")
    room = {"room_id": scene.path(place)} if place else {}
    answered = ["closed" if world.open_socket(None) is None and world.open_socket("guess") is None else "open"]
    for name in PEOPLE[1:]:
        frame = {"action": action, "request_id": "r1", **room, **_fields(action)}
        (answer,) = [
            one for one in world.send(scene.sockets[name], json.dumps(frame)) if one["type"] in {"response", "pong"}
        ]
        status = answer.get("status", 200)
        code = answer["body"]["code"] if status >= 400 else str(status)
        answered.append("pong" if answer["type"] == "pong" else code)
        if status >= 400:
            assert world.dump() == scene.stored, f"{name} was refused and left something behind"
        world.restore(scene.stored)
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, cells, strict=True))


def test_no_call_is_missing_from_the_table(scene: Scene) -> None:
    in_table = set()
    for row, _ in _rows(HTTP):
        method, path = row.partition("#")[0].split(" ")
        in_table.add((method, _shape(path)))
    registered = {
        (route.method, _shape(route.path.replace("<", "{").replace(">", "}")))
        for name in ("agent_api", "visitor_api")
        for route in (*resolver(name)._static_routes, *resolver(name)._dynamic_routes)
    }
    assert len(registered) > 30
    assert in_table == registered


def test_no_action_is_missing_from_the_table(scene: Scene) -> None:
    assert {row.partition(" ")[0] for row, _ in _rows(SOCKET)} == set(ACTIONS)


def test_each_function_answers_only_calls_that_the_gateway_leads_to_it() -> None:
    for name in ("agent_api", "visitor_api"):
        for route in (*resolver(name)._static_routes, *resolver(name)._dynamic_routes):
            path = "/v1" + route.path.replace("<", "").replace(">", "")
            picked = _picked(route.method, path)
            assert resources().target_of(picked) == name, (route.method, route.path)


def test_a_verified_token_of_nobody_in_the_directory_is_forbidden_everything(scene: Scene) -> None:
    unknown = signed_in("somebody-else", admin=True)
    for row, cells in _rows(HTTP):
        if cells[0] == "gateway":
            method, path = row.split(" ")
            answer = scene.world.http(method, scene.path(path), unknown, body=_body(scene, row))
            assert (answer.status, answer.code) == (403, "forbidden"), row
    assert scene.world.dump() == scene.stored


def test_an_id_token_is_no_access_token(scene: Scene) -> None:
    for claims in ({"token_use": "id"}, {"token_use": ""}, {"sub": ""}):
        answer = scene.world.http("GET", "/me", signed_in("participant", claims=claims))
        assert (answer.status, answer.code) == (401, "unauthenticated")


@pytest.mark.parametrize("groups", ["[staff]", "[administrators]", "[not-admin admins]", "[]", ""])
def test_only_the_group_admin_makes_an_admin(scene: Scene, groups: str) -> None:
    person = signed_in("other", claims={"cognito:groups": groups})
    assert scene.world.http("GET", "/me", person).ok()["admin"] is False
    assert scene.world.http("GET", f"/rooms/{scene.places['room']}", person).code == "not_found"


@pytest.mark.parametrize("groups", ["[admin]", "[admin staff]", "[staff admin]", "[staff, admin]"])
def test_groups_are_read_as_the_gateway_writes_them(scene: Scene, groups: str) -> None:
    assert scene.world.http("GET", "/me", signed_in("other", claims={"cognito:groups": groups})).ok()["admin"] is True


def test_a_visitors_token_opens_nothing_when_it_is_bent(scene: Scene) -> None:
    visitor = scene.people["visitor"]
    token = visitor.token or ""
    bent = [
        "",
        "x",
        token[:-1],
        f"{token}x",
        token.replace(".", ""),
        f"{scene.people['stranger'].id}.{token.partition('.')[2]}",
    ]
    bent += [f"{'a' * 3_000}.{token.partition('.')[2]}", "." * 9, f".{token}", f"{visitor.id}.", "\u00e9.\u00e9"]
    for one in bent:
        answer = scene.world.http("GET", "/visitor", replace(visitor, token=one))
        assert (answer.status, answer.code) == (401, "unauthenticated"), one
    for header in (token, f"Basic {token}", f"Bearer{token}", "Bearer"):
        answer = scene.world.http("GET", "/visitor", headers={"Authorization": header})
        assert (answer.status, answer.code) == (401, "unauthenticated"), header
    assert scene.world.http("GET", "/visitor", headers={"Authorization": f"bearer  {token}"}).status == 200


def test_a_socket_keeps_the_rights_that_its_ticket_was_bought_with(scene: Scene) -> None:
    """An agent's departments and role travel with the connection until it ends."""
    world, room = scene.world, scene.places["room"]
    frame = world.act(scene.sockets["admin"], "room.close", room_id=room, client_id=new_id())
    assert frame["status"] == 200
    frame = world.act(scene.sockets["other"], "room.close", room_id=room, client_id=new_id())
    assert (frame["status"], frame["body"]["code"]) == (404, "not_found")


def _picked(method: str, path: str) -> Any:
    picked = route_of(method, path)
    assert picked is not None
    return picked


def _shape(path: str) -> str:
    """A path with its placeholders unnamed."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
