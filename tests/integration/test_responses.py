"""What the doors answer and post is what `foyer.api.shapes` and `foyer.api.frames` describe."""

import typing
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from foyer.api import shapes
from foyer.api.frames import SERVER_FRAMES
from tests.integration.doors import PAGE, Answer, Person, World, new_id, open_room, resolver, signed_in

FRAMES = {typing.get_args(model.model_fields["type"].annotation)[0]: model for model in SERVER_FRAMES}


def _model(method: str, path: str, name: str) -> type[BaseModel] | None:
    """What the route is annotated to answer."""
    for route in (*resolver(name)._static_routes, *resolver(name)._dynamic_routes):
        if route.method == method and route.rule.match(path):
            (model,) = typing.get_args(typing.get_type_hints(route.func)["return"])
            return None if model is type(None) else model
    return None


class Checking:
    """Makes calls whose answers must have the shape that their route promises."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: set[type[BaseModel]] = set()

    def __call__(
        self, method: str, path: str, by: Person, body: Any = None, *, query: Mapping[str, Any] | None = None
    ) -> Any:
        name = "visitor_api" if path.startswith(("/visitor", "/config")) else "agent_api"
        answer: Answer = self.world.http(method, path, by, body=body, query=query)
        answer.ok()
        model = _model(method, path, name)
        if model is None:
            assert (answer.status, answer.body) == (204, None)
        else:
            assert answer.headers["content-type"].startswith("application/json")
            shown = model.model_validate_json(_json(answer.body))
            assert _json(shown.model_dump(mode="json", by_alias=True, exclude_unset=True)) == _json(answer.body)
            self.seen.add(model)
        return answer.body


def _json(value: Any) -> str:
    import json

    return json.dumps(value, sort_keys=True)


@pytest.fixture
def call(world: World) -> Checking:
    return Checking(world)


def test_every_answer_and_every_frame_has_its_shape(world: World, call: Checking) -> None:
    world.department("sales", "Sales")
    ada, bob = world.agent("ada"), world.agent("bob")
    cora, root = world.agent("cora", departments=("sales",)), world.agent("root", admin=True)
    visitor = world.visitor(None)
    sockets = {one.id: world.connect(one) for one in (ada, bob, cora, visitor)}

    def act(who: Person, action: str, **fields: Any) -> None:
        frame = world.act(sockets[who.id], action, **fields)
        assert frame["status"] < 300, frame
        world.relay()

    call("GET", "/config", visitor)
    call("POST", "/visitor/sessions", visitor, {"name": "Vera", "custom": {"plan": "gold", "seats": 3, "beta": True}})
    call("PUT", "/visitor", visitor, {"email": "vera@example.com", "page": {"url": PAGE["url"], "title": "Boots"}})
    call("GET", "/visitor", visitor)
    call("GET", "/visitor/availability", visitor)
    room = call("POST", "/visitor/rooms", visitor, {"client_id": new_id(), "page": PAGE, "text": "Hello"})
    path = f"/rooms/{room['id']}"
    world.relay()
    call("GET", "/visitor/rooms", visitor)
    call("GET", f"/visitor{path}", visitor)
    call("GET", "/rooms", ada)
    act(bob, "room.decline", room_id=room["id"], client_id=new_id())
    call("POST", f"{path}/accept", ada, {"client_id": new_id(), "hold": True})
    world.relay()
    call("GET", path, ada)
    act(visitor, "room.typing", room_id=room["id"], typing=True, preview="I wond")
    act(ada, "room.typing", room_id=room["id"], typing=True)
    act(ada, "message.send", room_id=room["id"], client_id=new_id(), text="Hi", canned_response_id="c")
    act(ada, "note.add", room_id=room["id"], client_id=new_id(), text="A note")
    act(ada, "device.state", foreground=True)
    act(visitor, "room.read", room_id=room["id"], seq=4)
    call("POST", f"/visitor{path}/messages", visitor, {"client_id": new_id(), "text": "Thanks"})
    call("POST", f"/visitor{path}/read", visitor, {"seq": 6})
    call("POST", f"{path}/read", ada, {"seq": 5})
    call("POST", f"{path}/messages", ada, {"client_id": new_id(), "after": 6, "text": "You are welcome"})
    call("POST", f"{path}/notes", ada, {"client_id": new_id(), "text": "Another"})
    call("POST", f"{path}/invite", ada, {"client_id": new_id(), "agent_id": "bob"})
    world.relay()
    call("POST", f"{path}/decline", bob, {"client_id": new_id()})
    call("POST", f"{path}/transfer", ada, {"client_id": new_id(), "department_id": "sales"})
    world.relay()
    act(cora, "room.accept", room_id=room["id"], client_id=new_id())
    call("PUT", "/me/status", ada, {"status": "away"})
    call("GET", "/me", ada)
    call("GET", "/agents", ada)
    call("GET", "/departments", ada)
    call("GET", f"{path}/events", cora)
    call("GET", f"/visitor{path}/events", visitor, query={"after": 0})
    call("POST", "/sync", cora, {"rooms": {room["id"]: 0, "gone": 3}})
    call("POST", "/tickets", ada, {"device_id": "phone"})
    call("POST", "/visitor/tickets", visitor, {})
    made = call(
        "POST",
        "/canned-responses",
        root,
        {
            "client_id": new_id(),
            "shortcut": "hi",
            "title": "Hi",
            "body": "Hi",
            "scope": "department",
            "department_id": "sales",
        },
    )
    call("GET", f"/canned-responses/{made['id']}", cora)
    call("GET", "/canned-responses", cora, query={"q": "hi"})
    change = {"shortcut": "hi", "title": "Hi", "body": "Hello", "scope": "company", "version": 1, "tags": ["x"]}
    call("PUT", f"/canned-responses/{made['id']}", root, change)
    call("DELETE", f"/canned-responses/{made['id']}", root)
    call("PUT", "/devices/phone", ada, {"platform": "android", "push_token": "t"})
    call("DELETE", "/devices/phone", ada)
    call("GET", f"/admin{path}/pushes", root)
    call("POST", f"{path}/close", cora, {"client_id": new_id()})
    world.relay()
    call("POST", f"/visitor{path}/close", visitor, {"client_id": new_id()})
    call("POST", f"/visitor{path}/rating", visitor, {"client_id": new_id(), "score": 5, "comment": "Good"})
    world.relay()
    later = open_room(world, visitor, text=None)
    call("POST", f"/rooms/{later.id}/accept", bob, {"client_id": new_id()})
    assert call("GET", f"/rooms/{later.id}", bob)["earlier_rooms"] != []
    world.send(sockets[ada.id], '{"action": "ping"}')
    world.send(sockets[ada.id], "nonsense")
    world.relay()

    promised = {
        model
        for name in ("agent_api", "visitor_api")
        for route in (*resolver(name)._static_routes, *resolver(name)._dynamic_routes)
        for model in typing.get_args(typing.get_type_hints(route.func)["return"])
        if model is not type(None)
    }
    assert call.seen == promised
    posted = [frame for _, frame in world.sockets.posted]
    for frame in posted:
        _check(FRAMES[frame["type"]], frame)
    assert {frame["type"] for frame in posted} == set(FRAMES)


def _check(model: type[BaseModel], frame: Mapping[str, Any]) -> None:
    shown = model.model_validate_json(_json(frame))
    assert _json(shown.model_dump(mode="json", by_alias=True, exclude_unset=True)) == _json(frame)


def test_problems_have_their_shape_too(world: World) -> None:
    for answer in _refusals(world):
        shapes.Problem.model_validate(answer.body)
        assert {"type", "title", "status", "code"} <= set(answer.body)


def _refusals(world: World) -> Iterator[Answer]:
    ada = world.agent("ada")
    yield world.http("GET", "/visitor")
    yield world.http("GET", "/me", signed_in("nobody-here"))
    yield world.http("GET", "/rooms/x", ada)
    yield world.http("GET", "/rooms", ada, query={"limit": 0})
    yield world.http("POST", "/sync", ada, raw="x" * 40_000)
    assert ada
