"""What people write, and what lets them in, stays out of every function's logs and output."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from foyer.runtime.telemetry import logger
from tests.integration.doors import FUNCTIONS, World, handler_module, new_id, signed_in

CANARY = "canary"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that the functions' logger writes, as talkative as it gets."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    formatter = logger.registered_formatter
    handler.setFormatter(formatter)
    before = logger.log_level
    logger.setLevel("DEBUG")
    logger.addHandler(handler)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield heard
    root.setLevel(level)
    root.removeHandler(handler)
    logger.handlers.remove(handler)
    logger.setLevel(before)


def _canary(what: str) -> str:
    return f"{CANARY}-{what}-7Yq2"


def _play(world: World) -> list[str]:
    """A story through every function, by both doors, refusals and faults included; answers further secrets."""
    ada = world.agent("ada")
    world.agent("bob")
    session: dict[str, Any] = {
        "name": _canary("name"),
        "email": f"{_canary('mail')}@example.com",
        "custom": {"k": _canary("custom")},
    }
    visitor = world.visitor(**session)
    secrets = [(visitor.token or "").partition(".")[2]]
    page = {"url": f"https://shop.example/{_canary('url')}", "title": _canary("title"), "referrer": _canary("referrer")}
    body = {"client_id": new_id(), "page": page, "text": _canary("opening")}
    room = world.http("POST", "/visitor/rooms", visitor, body=body).ok()
    path = f"/rooms/{room['id']}"
    for who, door in ((ada, "/tickets"), (visitor, "/visitor/tickets")):
        bought = world.http("POST", door, who, body={}).ok()
        secrets.append(bought["ticket"])
        assert world.open_socket(bought["ticket"])
        assert world.open_socket(bought["ticket"]) is None
    agent_socket, tab = world.connect(ada), world.connect(visitor)
    world.relay()
    world.http("PUT", "/visitor", visitor, body={"page": {"url": page["url"], "title": page["title"]}}).ok()
    world.http("POST", f"{path}/accept", ada, body={"client_id": new_id()}).ok()
    world.act(agent_socket, "message.send", room_id=room["id"], client_id=new_id(), text=_canary("message"))
    world.act(agent_socket, "note.add", room_id=room["id"], client_id=new_id(), text=_canary("note"))
    world.act(tab, "room.typing", room_id=room["id"], typing=True, preview=_canary("preview"))
    world.http("POST", f"{path}/messages", ada, body={"client_id": new_id(), "text": _canary("by-http")}).ok()
    device = {"platform": "ios", "push_token": _canary("push")}
    world.http("PUT", "/devices/phone", ada, body=device).ok()
    canned = {"client_id": new_id(), "shortcut": "hi", "title": "Hi", "body": _canary("canned")}
    world.http("POST", "/canned-responses", ada, body=canned).ok()
    world.http("GET", "/canned-responses", ada, query={"q": _canary("query")}).ok()
    world.http("GET", path, ada).ok()
    world.http("GET", f"{path}/events", ada).ok()
    world.http("POST", "/sync", ada, body={"rooms": {room["id"]: 0}}).ok()
    # Refused.
    too_long = {"client_id": new_id(), "text": _canary("long") * 1_000}
    assert world.http("POST", f"{path}/messages", ada, body=too_long).status == 422
    assert world.http("POST", f"{path}/messages", ada, body={"text": [_canary("type")]}).status == 422
    assert world.http("POST", f"{path}/messages", ada, raw=f'{{"text": "{_canary("cut")}').status == 422
    assert world.http("GET", path, ada, query={"colour": _canary("parameter")}).status == 422
    world.act(tab, "message.send", room_id=room["id"], client_id=new_id(), text=[_canary("frame")])
    world.send(tab, f'{{"action": "{_canary("action")}')
    assert world.http("GET", "/visitor", headers={"Authorization": f"Bearer x.{_canary('token')}"}).status == 401
    assert world.open_socket(_canary("ticket")) is None
    _break_everything(world, ada, visitor, room["id"], agent_socket)
    world.http("POST", f"/visitor{path}/close", visitor, body={"client_id": new_id()}).ok()
    rating = {"client_id": new_id(), "score": 1, "comment": _canary("comment")}
    world.http("POST", f"/visitor{path}/rating", visitor, body=rating).ok()
    world.relay()
    world.disconnect(agent_socket)
    world.disconnect(tab)
    world.clock.advance(seconds=120)
    world.look_at_timers()
    return [*secrets, signed_in("ada").token or ""]


def _break_everything(world: World, ada: Any, visitor: Any, room_id: str, socket: str) -> None:
    """The store fails in the middle of a command, and a socket in the middle of a delivery."""
    store = type(world.wirings["agent_api"].room_store)

    def broken(*_args: Any, **_more: Any) -> Any:
        message = "the table is not there"
        raise ConnectionError(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", broken)
        body = {"client_id": new_id(), "text": _canary("fault")}
        assert world.http("POST", f"/rooms/{room_id}/messages", ada, body=body).status == 500
        assert world.http("POST", f"/visitor/rooms/{room_id}/messages", visitor, body=body).status == 500
        assert world.act(socket, "message.send", room_id=room_id, **body)["status"] == 500
    world.sockets.failing.add(socket)
    world.http("POST", f"/visitor/rooms/{room_id}/messages", visitor, body={"client_id": new_id(), "text": "Hi"}).ok()
    assert world.relay() != []
    world.sockets.failing.clear()


def test_no_line_holds_what_people_wrote_or_what_lets_them_in(
    world: World, lines: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = _play(world)
    printed, errors = capfd.readouterr()
    written = lines.getvalue()
    assert "internal fault" in written, "the fixture hears nothing"
    for text in (printed, errors, written):
        for secret in (CANARY, *secrets):
            found = [line for line in text.splitlines() if secret in line]
            assert found == [], secret


def test_every_function_logs_without_the_event_it_got() -> None:
    for name in FUNCTIONS:
        source = handler_module(name).__loader__
        assert source is not None
        text = json.dumps(source.get_source(f"handler_of_{name}"))  # type: ignore[attr-defined]  # a loader of files
        assert "log_event=True" not in text
        assert "capture_response=False" in text
