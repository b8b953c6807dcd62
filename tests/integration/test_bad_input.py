"""What cannot be right is refused by both doors with a clear problem, and nothing is stored."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_boto3_dynamodb import DynamoDBClient

from foyer.api.frames import ACTIONS
from foyer.api.problems import TABLE
from tests.integration.doors import (
    PAGE,
    Answer,
    Dump,
    Person,
    World,
    lock_screen_token,
    new_id,
    new_world,
    open_room,
    resolver,
    signed_in,
    written,
)
from tests.tables import Tables

FULL = "7d2f1c6e-0d9a-4c53-9f0e-5f7f6a0c1b2d"

TEXT: tuple[Any, ...] = (True, 1, 1.5, [], {}, ["Hello"], {"text": "Hello"})
LINE: tuple[Any, ...] = (*TEXT, "")
BOOLEAN: tuple[Any, ...] = (0, 1, "true", "", [], {}, None)
WHOLE: tuple[Any, ...] = (True, False, "1", "", 1.5, 1.0, [], {}, -1, 10**11, 10**400, None)
OBJECT: tuple[Any, ...] = (True, 1, "{}", [], [["a", "b"]])
UUID: tuple[Any, ...] = (
    *LINE,
    None,
    "1",
    FULL[:-1],
    f"{FULL}0",
    f"{FULL}\n",
    f" {FULL}",
    f"{{{FULL}}}",
    FULL.replace("7", "g"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call or action with a good body, and what is no good for each of its fields."""

    by: str
    body: Mapping[str, Any]
    bad: Mapping[str, tuple[Any, ...]]
    required: tuple[str, ...] = ()

    def without(self, name: str) -> dict[str, Any]:
        """The good body less a field."""
        return {key: value for key, value in self.body.items() if key != name}


def _command(by: str, *, required: tuple[str, ...] = (), body: Mapping[str, Any], bad: Mapping[str, Any]) -> Call:
    return Call(
        by=by,
        body={"client_id": FULL, "after": 0, **body},
        bad={"client_id": UUID, "after": WHOLE, **bad},
        required=("client_id", *required),
    )


_MESSAGE = {"text": (*LINE, None, " ", "\n\t ", "x" * 4_001, "é" * 4_001, "\U0001f642" * 4_001)}
_PROFILE = {
    "name": (*LINE, " ", "x" * 81),
    "email": (
        *LINE,
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "ada@example",
        f"{'a' * 250}@example.com",
        "a@b.c,d@e.f",
    ),
    "locale": (*LINE, "e", "english please", "en_", "x" * 36),
    "custom": (
        *OBJECT,
        {"plan": 2**53},
        {"plan": -1e16},
        {"plan": 10**400},
        {"plan": None},
        {"plan": ["gold"]},
        {"": "gold"},
        {"a plan": "gold"},
        {"x" * 41: "gold"},
        {"plan": "x" * 201},
        {f"k{number}": "v" for number in range(21)},
    ),
}
_PAGE = (
    *OBJECT,
    {},
    {"title": "Boots"},
    {"url": "boots"},
    {"url": "javascript:alert(1)"},
    {"url": "https://shop.example/" + "x" * 2_048},
    {"url": 1},
    {"url": PAGE["url"], "title": 1},
    {"url": PAGE["url"], "title": "x" * 301},
    {"url": PAGE["url"], "colour": "red"},
)
_NAMED_ID = (*LINE, "x" * 65)
_CANNED: dict[str, tuple[Any, ...]] = {
    "shortcut": (*LINE, None, " ", "/", "x" * 33, "two words", "semi;colon"),
    "title": (*LINE, None, " ", "x" * 121),
    "body": (*LINE, None, " ", "x" * 4_001),
    "tags": (True, 1, "tag", {}, [1], [None], [""], [" "], ["x" * 33], [f"t{number}" for number in range(11)]),
    "scope": (*LINE, "everybody", "COMPANY", None),
    "department_id": (*_NAMED_ID, "general"),  # has no place in the scope `agent`
}
_DRAFT = {"shortcut": "hello", "title": "Hello", "body": "Hello there", "tags": ["greeting"], "scope": "agent"}

CALLS: dict[str, Call] = {
    "POST /visitor/sessions": Call(
        by="visitor",
        body={"name": "Vera", "email": "vera@example.com", "locale": "en-GB", "custom": {"plan": "gold"}},
        bad=_PROFILE,
    ),
    "PUT /visitor": Call(
        by="visitor",
        body={"name": "Vera", "page": {"url": PAGE["url"], "title": "Boots"}},
        bad={**_PROFILE, "page": _PAGE},
    ),
    "POST /visitor/rooms": Call(
        by="stranger",
        body={"client_id": FULL, "page": PAGE, "text": "Hello", "department_id": "general"},
        bad={
            "client_id": UUID,
            "page": (*_PAGE, None, {**PAGE, "referrer": 1}, {**PAGE, "referrer": "x" * 2_049}),
            "text": tuple(one for one in _MESSAGE["text"] if one is not None),
            "department_id": (*_NAMED_ID, "nowhere"),
        },
        required=("client_id", "page"),
    ),
    "POST /visitor/rooms/{room}/messages": _command(
        "visitor", required=("text",), body={"text": "Hello"}, bad=_MESSAGE
    ),
    "POST /visitor/rooms/{room}/read": Call(
        by="visitor", body={"seq": 1}, bad={"seq": (*WHOLE, 99)}, required=("seq",)
    ),
    "POST /visitor/rooms/{room}/close": _command("visitor", body={}, bad={}),
    "POST /visitor/rooms/{room}/rating": _command(
        "visitor",
        required=("score",),
        body={"score": 5, "comment": "Good"},
        bad={"score": (*WHOLE, 0, 6), "comment": (*TEXT, "x" * 1_001)},
    ),
    "POST /visitor/tickets": Call(by="visitor", body={"device_id": "d"}, bad={"device_id": _NAMED_ID}),
    "PUT /me/status": Call(
        by="agent", body={"status": "away"}, bad={"status": (*LINE, None, "busy", "ONLINE")}, required=("status",)
    ),
    "POST /rooms/{waiting}/accept": _command(
        "agent", body={"offer": 1, "hold": False}, bad={"offer": (*WHOLE[:-1], 0, 99), "hold": BOOLEAN}
    ),
    "POST /rooms/{waiting}/decline": _command("agent", body={"offer": 1}, bad={"offer": (*WHOLE[:-1], 0, 99)}),
    "POST /rooms/{room}/invite": _command(
        "agent",
        required=("agent_id",),
        body={"agent_id": "bob"},
        bad={"agent_id": (*_NAMED_ID, None, "no-such-agent", "../bob")},
    ),
    "POST /rooms/{room}/transfer": _command(
        "agent",
        body={"department_id": "general"},
        bad={"department_id": (*_NAMED_ID, None, "nowhere"), "agent_id": (*_NAMED_ID, "bob")},
    ),
    "POST /rooms/{room}/close": _command("agent", body={}, bad={}),
    "POST /rooms/{room}/messages": _command(
        "agent",
        required=("text",),
        body={"text": "Hello", "canned_response_id": "c1"},
        bad={**_MESSAGE, "canned_response_id": _NAMED_ID},
    ),
    "POST /rooms/{room}/notes": _command("agent", required=("text",), body={"text": "For us"}, bad=_MESSAGE),
    "POST /rooms/{room}/read": Call(by="agent", body={"seq": 1}, bad={"seq": (*WHOLE, 99)}, required=("seq",)),
    "POST /sync": Call(
        by="agent",
        body={"rooms": {"{room}": 0}},
        bad={
            "rooms": (
                *OBJECT,
                None,
                {"r": True},
                {"r": "1"},
                {"r": None},
                {"r": -1},
                {"": 1},
                {"x" * 65: 1},
                {f"r{number}": 0 for number in range(101)},
            )
        },
        required=("rooms",),
    ),
    "POST /tickets": Call(by="agent", body={"device_id": "d"}, bad={"device_id": _NAMED_ID}),
    "POST /canned-responses": Call(
        by="agent",
        body={"client_id": FULL, **_DRAFT},
        bad={"client_id": UUID, **_CANNED},
        required=("client_id", "shortcut", "title", "body"),
    ),
    "PUT /canned-responses/{canned}": Call(
        by="agent",
        body={"version": 1, **_DRAFT},
        bad={"version": (*WHOLE, 0), **_CANNED},
        required=("version", "shortcut", "title", "body"),
    ),
    "POST /push/actions": Call(
        by="visitor",
        body={"token": "{token}", "action": "accept"},
        bad={"token": (*LINE, None, "", "x" * 1_025), "action": (*LINE, None, "close")},
        required=("token", "action"),
    ),
    "PUT /devices/{device}": Call(
        by="agent",
        body={"platform": "ios", "push_token": "t", "locale": "en"},
        bad={
            "platform": (*LINE, None, "windows"),
            "push_token": (*LINE, None, "x" * 4_097),
            "locale": _PROFILE["locale"],
        },
        required=("platform", "push_token"),
    ),
}

ACTION_CALLS: dict[str, Call] = {
    "message.send": _command(
        "agent", required=("text",), body={"text": "Hello"}, bad={**_MESSAGE, "canned_response_id": _NAMED_ID}
    ),
    "note.add": _command("agent", required=("text",), body={"text": "For us"}, bad=_MESSAGE),
    "room.accept": _command(
        "agent", body={"offer": 1, "hold": False}, bad={"offer": (*WHOLE[:-1], 0, 99), "hold": BOOLEAN}
    ),
    "room.decline": _command("agent", body={"offer": 1}, bad={"offer": (*WHOLE[:-1], 0, 99)}),
    "room.close": _command("agent", body={}, bad={}),
    "room.read": Call(by="agent", body={"seq": 1}, bad={"seq": (*WHOLE, 99)}, required=("seq",)),
    "room.typing": Call(
        by="visitor",
        body={"typing": True, "preview": "Hel"},
        bad={"typing": BOOLEAN, "preview": (*TEXT, "x" * 4_001)},
        required=("typing",),
    ),
    "device.state": Call(by="agent", body={"foreground": True}, bad={"foreground": BOOLEAN}, required=("foreground",)),
    "ping": Call(by="agent", body={}, bad={}),
}
"""For actions that an offer is answered with, the room is the one that waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An agent in a room, another room that waits, and what is stored of them."""

    world: World
    people: Mapping[str, Person]
    sockets: Mapping[str, str]
    places: Mapping[str, str]
    stored: Dump

    def http(self, call: str, **given: Any) -> Answer:
        """Makes a call of the table."""
        method, path = call.split(" ")
        return self.world.http(method, path.format(**self.places), self.people[CALLS[call].by], **given)

    def frame(self, action: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Sends an action of the table; answers the response's status and body."""
        place = self.places["waiting" if action in {"room.accept", "room.decline"} else "room"]
        room = {} if action in {"ping", "device.state"} else {"room_id": place}
        frame = {"action": action, "request_id": "r", **room, **body, **more}
        return self.sent(ACTION_CALLS[action].by, written(frame))

    def sent(self, who: str, text: str | bytes) -> dict[str, Any]:
        """Sends a frame as it is; answers what it was answered."""
        (answer,) = [one for one in self.world.send(self.sockets[who], text) if one["type"] in {"response", "pong"}]
        return answer

    @contextmanager
    def nothing_stored(self) -> Iterator[None]:
        """What is done inside leaves all tables as they were."""
        yield
        assert self.world.dump() == self.stored


@pytest.fixture(scope="module")
def played(deployment: tuple[DynamoDBClient, Tables]) -> Scene:
    """The story that all tests begin from."""
    world = new_world(*deployment)
    people = {"visitor": world.visitor(), "stranger": world.visitor(), "agent": world.agent("ada")}
    world.agent("bob")
    people["agent"] = signed_in("ada")
    room = open_room(world, people["visitor"])
    room.by_agent(people["agent"], "accept").ok()
    waiting = open_room(world, world.visitor())
    draft = {"client_id": new_id(), "shortcut": "bye", "title": "Bye", "body": "Good bye"}
    canned = world.http("POST", "/canned-responses", people["agent"], body=draft).ok()
    world.relay()
    return Scene(
        world=world,
        people=people,
        sockets={name: world.connect(person) for name, person in people.items()},
        places={
            "room": room.id,
            "waiting": waiting.id,
            "canned": canned["id"],
            "device": "phone-1",
            "token": lock_screen_token("ada", waiting.id),
        },
        stored=world.dump(),
    )


@pytest.fixture
def scene(played: Scene) -> Iterator[Scene]:
    """The story, and afterwards the tables as it left them."""
    yield played
    played.world.restore(played.stored)


def refused(answer: Answer | Mapping[str, Any], code: str = "validation_failed", *, names: str | None = None) -> None:
    """Asserts that this is a problem with this code that names this field."""
    status, body = (answer.status, answer.body) if isinstance(answer, Answer) else (answer["status"], answer["body"])
    assert (status, body.get("code")) == (TABLE[code][0], code), body  # type: ignore[index]  # a code of the table
    assert body["status"] == status
    assert body["type"] == f"urn:foyer:problem:{code}"
    if isinstance(answer, Answer):
        assert answer.headers["content-type"].startswith("application/problem+json")
    if names is not None:
        named = [one["field"] for one in body["fields"]]
        assert any(one == names or one.startswith(f"{names}.") for one in named), (names, body)


def test_the_tables_hold_every_call_and_action_with_a_body() -> None:
    with_body = {
        f"{route.method} {route.path}"
        for name in ("agent_api", "visitor_api")
        for route in (*resolver(name)._static_routes, *resolver(name)._dynamic_routes)
        if route.method in {"POST", "PUT"}
    }
    shapes = {
        (call.split(" ")[0], "/".join("{}" if "{" in part else part for part in call.split(" ")[1].split("/")))
        for call in CALLS
    }
    assert shapes == {
        (call.split(" ")[0], "/".join("{}" if "<" in part else part for part in call.split(" ")[1].split("/")))
        for call in with_body
    }
    assert set(ACTION_CALLS) == set(ACTIONS)


@pytest.mark.parametrize("call", CALLS)
def test_the_body_that_the_others_are_bent_from_is_good(scene: Scene, call: str) -> None:
    body = json.dumps(CALLS[call].body)
    for name in ("room", "token"):
        body = body.replace(f"{{{name}}}", scene.places[name])
    body = json.loads(body)
    assert scene.http(call, body=body).status < 300


@pytest.mark.parametrize("action", ACTION_CALLS)
def test_the_frame_that_the_others_are_bent_from_is_good(scene: Scene, action: str) -> None:
    answer = scene.frame(action, ACTION_CALLS[action].body)
    assert answer["type"] == "pong" or answer["status"] < 300


@pytest.mark.parametrize("call", CALLS)
def test_a_bad_value_is_named_by_http(scene: Scene, call: str) -> None:
    with scene.nothing_stored():
        for name, values in CALLS[call].bad.items():
            for value in values:
                answer = scene.http(call, body={**CALLS[call].body, name: value})
                # A transfer to both or to nobody is wrong as a whole.
                refused(answer, names=None if call.endswith("/transfer") else name)


@pytest.mark.parametrize("action", ACTION_CALLS)
def test_a_bad_value_is_named_by_the_socket(scene: Scene, action: str) -> None:
    with scene.nothing_stored():
        for name, values in ACTION_CALLS[action].bad.items():
            for value in values:
                refused(scene.frame(action, {**ACTION_CALLS[action].body, name: value}), names=name)


@pytest.mark.parametrize("call", CALLS)
def test_a_missing_or_unknown_field_is_named_by_http(scene: Scene, call: str) -> None:
    with scene.nothing_stored():
        for name in CALLS[call].required:
            refused(scene.http(call, body=CALLS[call].without(name)), names=name)
        for name in ("colour", "Text", "room_id", "seq ", "\U0001f642", "action"):
            refused(scene.http(call, body={**CALLS[call].body, name: "red"}), names=name)


@pytest.mark.parametrize("action", ACTION_CALLS)
def test_a_missing_or_unknown_field_is_named_by_the_socket(scene: Scene, action: str) -> None:
    with scene.nothing_stored():
        for name in ACTION_CALLS[action].required:
            refused(scene.frame(action, ACTION_CALLS[action].without(name)), names=name)
        for name in ("colour", "Text", "seq ", "\U0001f642"):
            refused(scene.frame(action, {**ACTION_CALLS[action].body, name: "red"}), names=name)


NO_OBJECTS = {
    "blank": " ",
    "text": '"Hello"',
    "number": "17",
    "true": "true",
    "null": "null",
    "list": "[]",
    "list of bodies": '[{"client_id": "x"}]',
    "cut off": '{"client_id": "7d2f',
    "no JSON": "client_id=7d2f&text=Hello",
    "single quotes": "{'text': 'Hello'}",
    "trailing comma": '{"text": "Hello",}',
    "two values": '{"text": "Hello"} {"text": "Hello"}',
    "comment": '{"text": "Hello"} // hello',
    "raw control character": '{"text": "a\x00b"}',
    "not a number": '{"after": NaN}',
    "infinity": '{"after": -Infinity}',
    "too large a number": '{"after": 1e999}',
    "a number of 5,000 digits": '{"after": ' + "9" * 5_000 + "}",
    "a field twice": '{"text": "Hello", "text": "Good bye"}',
    "a field twice inside": '{"page": {"url": "https://a.example", "url": "https://b.example"}}',
    "NUL": '{"text": "a\\u0000b"}',
    "half of a pair": '{"text": "\\ud83d"}',
    "half of a pair as a name": '{"\\ude42": 1}',
    "pair the wrong way round": '{"text": "\\ude42\\ud83d"}',
    "half of a pair in a list": '{"tags": ["\\ud83d"]}',
    "byte order mark": '\ufeff{"text": "Hello"}',
    "deep list": "[" * 15_000 + "]" * 15_000,
    "deep object": '{"a":' * 5_000 + "1" + "}" * 5_000,
    "deep enough for a parser": '{"custom": ' + "[" * 900 + "]" * 900 + "}",
    "deeper than a validator": '{"custom": ' + '{"a":' * 400 + "1" + "}" * 400 + "}",
}


@pytest.mark.parametrize("text", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_what_is_no_object_of_fields_is_no_body(scene: Scene, text: str) -> None:
    with scene.nothing_stored():
        for call in CALLS:
            refused(scene.http(call, raw=text))
            refused(scene.http(call, raw=text.encode()))


@pytest.mark.parametrize("text", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_what_is_no_object_of_fields_is_no_frame(scene: Scene, text: str) -> None:
    with scene.nothing_stored():
        answer = scene.sent("agent", text)
        assert answer["request_id"] is None
        refused(answer)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"\x00" * 64, b"\x89PNG\r\n\x1a\n", '{"text": "Hello"}'.encode("utf-16")]
)
def test_bytes_that_are_no_utf8_are_refused(scene: Scene, data: bytes) -> None:
    with scene.nothing_stored():
        for call in CALLS:
            refused(scene.http(call, raw=data))
        refused(scene.sent("agent", data))


def test_a_binary_frame_is_refused_even_where_it_holds_json(scene: Scene) -> None:
    frame = {"action": "message.send", "room_id": scene.places["room"], "client_id": FULL, "text": "Hello"}
    with scene.nothing_stored():
        refused(scene.sent("agent", json.dumps(frame).encode()))


def test_json_counts_whatever_content_type_it_came_with(scene: Scene) -> None:
    body = json.dumps({"client_id": FULL, "text": "Hello"})
    for content_type in ("text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "nonsense", ""):
        for raw in (body, body.encode()):
            answer = scene.http("POST /rooms/{room}/messages", raw=raw, headers={"Content-Type": content_type})
            assert answer.status == 201
    assert (
        sum("EVENT#" in sk for _, _, sk in scene.world.dump()) == sum("EVENT#" in sk for _, _, sk in scene.stored) + 1
    )


@pytest.mark.parametrize("call", CALLS)
def test_a_body_beyond_32_kb_is_too_large(scene: Scene, call: str) -> None:
    with scene.nothing_stored():
        for size in (32 * 1024 + 1, 200_000):
            refused(scene.http(call, raw='{"text": "' + "x" * (size - 12) + '"}'), "too_large")
            refused(scene.http(call, raw=b"\x00" * size), "too_large")
        refused(scene.http(call, raw="{" + " " * (32 * 1024 - 2) + '"colour": 1}'), "too_large")
        refused(scene.http(call, raw='{"colour": 1' + " " * (32 * 1024 - 13) + "}"))


@pytest.mark.parametrize("size", [32 * 1024 + 1, 128 * 1024])
def test_a_frame_beyond_32_kb_is_too_large(scene: Scene, size: int) -> None:
    with scene.nothing_stored():
        refused(scene.sent("agent", '{"action": "ping", "x": "' + "x" * size + '"}'), "too_large")
        # Bytes count, not characters.
        refused(scene.sent("agent", '{"action": "ping", "x": "' + "€" * (size // 3 + 1) + '"}'), "too_large")
        refused(scene.sent("agent", "x" * (32 * 1024)))


def test_limits_count_code_points_after_trimming(scene: Scene) -> None:
    longest = "\U0001f642" * 4_000
    sent = scene.http("POST /rooms/{room}/messages", body={"client_id": new_id(), "text": f" \n{longest}\t "})
    assert sent.ok()["data"] == {"text": longest}
    answer = scene.frame("message.send", {"client_id": new_id(), "text": "  é "})
    assert answer["body"]["data"] == {"text": "é"}
    assert scene.http("POST /visitor/sessions", body={"name": f"  {'ß' * 80}  "}).status == 201


NO_ACTIONS = (*TEXT, "room.open", "room.invite", "PING", "message.send ", "", "__init__", None, ["ping"])
NO_REQUEST_IDS = (*TEXT[:-1], {"a": 1}, "x" * 129, "a\x00b", "\ud800")


@pytest.mark.parametrize("action", NO_ACTIONS, ids=repr)
def test_an_unknown_action_is_refused(scene: Scene, action: Any) -> None:
    with scene.nothing_stored():
        answer = scene.sent("agent", json.dumps({"action": action, "request_id": "r7"}))
        assert answer["request_id"] == "r7"
        refused(answer, names="action")


@pytest.mark.parametrize("request_id", NO_REQUEST_IDS, ids=repr)
def test_a_bad_request_id_is_refused_and_not_repeated(scene: Scene, request_id: Any) -> None:
    with scene.nothing_stored():
        answer = scene.sent("agent", json.dumps({"action": "ping", "request_id": request_id}))
        assert answer["request_id"] is None
        refused(answer, names="request_id")


def test_a_frame_whose_text_cannot_be_written_is_still_answered_by_its_request_id(scene: Scene) -> None:
    with scene.nothing_stored():
        answer = scene.frame("message.send", {"client_id": FULL, "text": "\ud83d"})
        assert answer["request_id"] == "r"
        refused(answer)


def test_without_a_request_id_only_a_problem_is_answered(scene: Scene) -> None:
    frame = {"action": "room.read", "room_id": scene.places["room"], "seq": 2}
    answered = scene.world.send(scene.sockets["agent"], json.dumps(frame))
    assert [one for one in answered if one["type"] == "response"] == []
    answer = scene.sent("agent", json.dumps(frame | {"seq": 99}))
    assert answer["request_id"] is None
    refused(answer, names="seq")


@pytest.mark.parametrize("room_id", [None, 1, True, [], {}, "", "x" * 65])
def test_a_frame_needs_the_id_of_a_room(scene: Scene, room_id: Any) -> None:
    with scene.nothing_stored():
        for action, call in ACTION_CALLS.items():
            refused(scene.frame(action, call.body, room_id=room_id), names="room_id")


@pytest.mark.parametrize("room_id", ["nothing", "0", "..", "ROOM#x", "HEAD", "é", "%2e", "a b", "x" * 64])
def test_a_foreign_room_is_not_found_by_either_door(scene: Scene, room_id: str) -> None:
    with scene.nothing_stored():
        for call, values in CALLS.items():
            method, path = call.split(" ")
            if "{room}" in path or "{waiting}" in path:
                path = path.format(room=room_id, waiting=room_id)
                answer = scene.world.http(method, path, scene.people[values.by], body=values.body)
                refused(answer, "not_found")
        for path in ("/rooms/{}", "/rooms/{}/events", "/rooms/{}/events?after=1"):
            place, _, query = path.format(room_id).partition("?")
            given = {"after": 1} if query else {}
            refused(scene.world.http("GET", place, scene.people["agent"], query=given), "not_found")
            refused(scene.world.http("GET", f"/visitor{place}", scene.people["visitor"], query=given), "not_found")
        for action, values in ACTION_CALLS.items():
            if action not in {"ping", "device.state"}:
                refused(scene.frame(action, values.body, room_id=room_id), "not_found")


@pytest.mark.parametrize("long_id", ["x" * 65, "x" * 3_000])
def test_an_id_beyond_64_characters_is_not_valid(scene: Scene, long_id: str) -> None:
    with scene.nothing_stored():
        for call, values in CALLS.items():
            method, path = call.split(" ")
            if "{" in path:
                path = path.format(room=long_id, waiting=long_id, canned=long_id, device=long_id)
                refused(scene.world.http(method, path, scene.people[values.by], body=values.body))
        for path in ("/rooms/{}", "/rooms/{}/events", "/canned-responses/{}"):
            refused(scene.world.http("GET", path.format(long_id), scene.people["agent"]))
        for path in ("/canned-responses/{}", "/devices/{}"):
            refused(scene.world.http("DELETE", path.format(long_id), scene.people["agent"]))


def test_no_such_call_is_a_problem(scene: Scene) -> None:
    with scene.nothing_stored():
        for method, path in (
            ("GET", "/nothing"),
            ("POST", "/rooms"),
            ("PUT", "/rooms/x"),
            ("DELETE", "/rooms/x"),
            ("POST", "/rooms/x/rating"),
            ("POST", "/rooms/x/accept/now"),
            ("GET", "/rooms/x/"),
            ("GET", "/rooms//events"),
            ("GET", "/admin"),
        ):
            refused(scene.world.http(method, path, scene.people["agent"]), "not_found")
        for method, path in (("GET", "/visitor/nothing"), ("POST", "/visitor"), ("GET", "/visitor/sessions")):
            refused(scene.world.http(method, path, scene.people["visitor"]), "not_found")


LISTS = {
    "/agents": "agent",
    "/departments": "agent",
    "/rooms": "agent",
    "/rooms/{room}/events": "agent",
    "/canned-responses": "agent",
    "/visitor/rooms": "visitor",
    "/visitor/rooms/{room}/events": "visitor",
}
SINGLE = {
    "/me": "agent",
    "/rooms/{room}": "agent",
    "/canned-responses/{canned}": "agent",
    "/config": "visitor",
    "/visitor": "visitor",
    "/visitor/availability": "visitor",
    "/visitor/rooms/{room}": "visitor",
}


def _get(scene: Scene, path: str, **query: Any) -> Answer:
    who = scene.people[(LISTS | SINGLE)[path]]
    return scene.world.http("GET", path.format(**scene.places), who, query=query)


@pytest.mark.parametrize("path", LISTS | SINGLE)
def test_an_unknown_parameter_is_refused(scene: Scene, path: str) -> None:
    with scene.nothing_stored():
        for name in ("colour", "Limit", "page", "offset", "_"):
            refused(_get(scene, path, **{name: "1"}), names=name)


@pytest.mark.parametrize("call", CALLS)
def test_an_unknown_parameter_is_refused_beside_a_body(scene: Scene, call: str) -> None:
    with scene.nothing_stored():
        refused(scene.http(call, body=CALLS[call].body, query={"dry_run": "1"}), names="dry_run")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "101", "-1", "abc", "1.5", "", "25x", "9" * 30, "9" * 5_000, "NaN", "true"])
def test_a_limit_out_of_range_is_refused(scene: Scene, path: str, limit: str) -> None:
    with scene.nothing_stored():
        refused(_get(scene, path, limit=limit), names="limit")


@pytest.mark.parametrize("path", [path for path in LISTS if not path.endswith("/events")])
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!!",
        "é",
        "bnVsbA",  # null
        "W10",  # []
        "e30",  # {}
        "WzEsMiwzXQ",  # [1,2,3]
        "WyJcdWQ4MDAiXQ",  # ["\\ud800"]
        "WyJcdWQ4MDAiLDEsMl0",
        "W3RydWUsMSwiXHVkODAwIl0",  # [true,1,"\\ud800"]
        "WzFlOTk5XQ",  # [1e999]
        "Wy0xXQ",  # [-1]
        "x" * 513,
    ],
)
def test_a_bent_cursor_is_refused(scene: Scene, path: str, cursor: str) -> None:
    with scene.nothing_stored():
        refused(_get(scene, path, cursor=cursor), names="cursor")


@pytest.mark.parametrize("path", ["/rooms/{room}/events", "/visitor/rooms/{room}/events"])
def test_a_log_is_asked_for_in_one_direction_by_a_seq(scene: Scene, path: str) -> None:
    with scene.nothing_stored():
        refused(_get(scene, path, after="1", before="2"), names="before")
        for name in ("after", "before"):
            for value in ("-1", "abc", "1.5", "", "9" * 11, "9" * 5_000):
                refused(_get(scene, path, **{name: value}), names=name)


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/rooms", "tab", "mine"),
        ("/rooms", "tab", ""),
        ("/canned-responses", "scope", "everybody"),
        ("/canned-responses", "q", "x" * 121),
        ("/canned-responses", "tag", "x" * 65),
        ("/visitor/availability", "department_id", "nowhere"),
        ("/visitor/availability", "department_id", "x" * 65),
        ("/visitor/availability", "department_id", ""),
    ],
)
def test_a_parameter_with_a_bad_value_is_named(scene: Scene, path: str, name: str, value: str) -> None:
    with scene.nothing_stored():
        refused(_get(scene, path, **{name: value}), names=name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FEW = settings(max_examples=max(8, settings().max_examples // 12), suppress_health_check=list(HealthCheck))


def _bodies(good: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Any JSON, and the good body with something changed in it."""
    bent = st.builds(
        lambda changes, gone: {key: value for key, value in {**good, **changes}.items() if key not in gone},
        st.dictionaries(st.sampled_from([*good, "colour", "client_id", "after", "seq"]), JSON, max_size=2),
        st.sets(st.sampled_from([*good, "nothing"]), max_size=1),
    )
    return JSON | bent | bent


@pytest.mark.parametrize("call", CALLS)
def test_no_body_is_a_fault_of_ours(played: Scene, call: str) -> None:
    @FEW
    @given(body=_bodies(CALLS[call].body))
    def any_body(body: Any) -> None:
        answer = played.http(call, raw=json.dumps(body))
        assert answer.status < 500
        if answer.status >= 400:
            assert answer.code in TABLE
            assert played.world.dump() == played.stored
        else:
            played.world.restore(played.stored)

    any_body()


@pytest.mark.parametrize("action", ACTION_CALLS)
def test_no_frame_is_a_fault_of_ours(played: Scene, action: str) -> None:
    @FEW
    @given(body=_bodies(ACTION_CALLS[action].body), by=st.sampled_from(["visitor", "agent"]))
    def any_frame(body: Any, by: str) -> None:
        more = body if isinstance(body, dict) else {"text": body}
        frame = {"action": action, "request_id": "r", "room_id": played.places["room"], **more}
        answer: Any = played.sent(by, json.dumps(frame))
        if answer.get("status", 200) >= 400:
            assert answer["status"] < 500
            assert answer["body"]["code"] in TABLE
            assert played.world.dump() == played.stored
        else:
            played.world.restore(played.stored)

    any_frame()


@FEW
@given(
    query=st.dictionaries(
        st.sampled_from(["limit", "cursor", "tab", "q", "tag", "scope", "after", "before"]),
        st.text(max_size=20),
        max_size=3,
    )
)
@pytest.mark.parametrize("path", LISTS)
def test_no_query_is_a_fault_of_ours(played: Scene, path: str, query: dict[str, str]) -> None:
    answer = _get(played, path, **query)
    assert answer.status < 500
    assert played.world.dump() == played.stored
