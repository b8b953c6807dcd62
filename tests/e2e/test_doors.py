"""Who is let in, and what becomes of what makes no sense: the same through both doors, and never a 500."""

import json
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.conftest import Deployment
from tests.e2e.driver import PAGE, Device, Json, Visitor, client, cognito_tokens, new_id, problem
from tests.e2e.team import Team

ORIGIN = "https://shop.example"
LARGE = "x" * 200_000


def _chat(team: Team) -> tuple[Visitor, str]:
    """A visitor in a room with Ada, at `seq` 3."""
    visitor = team.visitor(name="Vic")
    room_id = visitor.open_room(department_id=team.support, text="Hello?")["id"]
    team.ada.do(room_id, "accept", after=2)
    return visitor, room_id


def _refused_socket(url: str, query: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        Device(url=url, ticket=query)
    return refused.value.response.status_code


def test_the_config_tells_an_app_all_it_needs(deployment: Deployment, api: httpx.Client, team: Team) -> None:
    config = api.get("/config").json()

    assert config["version"]
    assert config["api_url"] == deployment.api_url
    assert set(config["push"]) == {"vapid_public_key"}
    assert set(config["auth"]) == {"kind", "region", "user_pool_id", "client_id", "endpoint"}
    assert config["auth"]["kind"] == "cognito"
    with client(config["api_url"]) as found:
        assert (
            team.ada.call("GET", "/me").json()
            == found.get("/me", headers={"Authorization": f"Bearer {team.ada.token}"}).json()
        )
    bought = team.ada.post("/tickets", {})
    assert bought["url"] == config["socket_url"]


def test_a_browser_on_another_site_may_call_and_read_what_it_needs(api: httpx.Client, team: Team) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,if-none-match",
    }
    for path in ("/me", "/rooms/some-id/messages", "/visitor", "/visitor/sessions", "/config"):
        preflight = api.options(path, headers=asked)
        assert preflight.status_code in {200, 204}, path
        assert preflight.headers["access-control-allow-origin"] in {"*", ORIGIN}
        allowed = preflight.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
        assert {"authorization", "content-type", "if-none-match"} <= set(allowed)
        assert {"GET", "POST", "PUT", "DELETE"} <= set(
            preflight.headers["access-control-allow-methods"].replace(" ", "").split(",")
        )
    for answer in (
        api.get("/config", headers={"Origin": ORIGIN}),
        api.get("/visitor", headers={"Origin": ORIGIN}),
        api.get("/canned-responses", headers={"Origin": ORIGIN, "Authorization": f"Bearer {team.ada.token}"}),
    ):
        assert answer.headers["access-control-allow-origin"] in {"*", ORIGIN}
        exposed = answer.headers["access-control-expose-headers"].replace(" ", "").split(",")
        assert {"ETag", "Retry-After", "Date"} <= set(exposed)


def test_only_the_right_token_opens_a_door(api: httpx.Client, team: Team) -> None:
    visitor, room_id = _chat(team)
    tokens = cognito_tokens(api, email=team.ada.get("/me")["email"], password="Foyer-test-Ada-1")
    forged = team.ada.token[:-8] + ("AAAAAAAA" if not team.ada.token.endswith("AAAAAAAA") else "BBBBBBBB")

    def status(path: str, authorization: str | None) -> int:
        return api.get(path, headers={"Authorization": authorization} if authorization else {}).status_code

    agents, visitors = ("/me", "/rooms", f"/rooms/{room_id}"), ("/visitor", f"/visitor/rooms/{room_id}/events")
    for path in agents:
        assert status(path, f"Bearer {team.ada.token}") == 200
        for wrong in (None, "Bearer x", f"Bearer {forged}", f"Bearer {tokens['IdToken']}", f"Bearer {visitor.token}"):
            assert status(path, wrong) == 401, (path, wrong)
    for path in visitors:
        assert status(path, f"Bearer {visitor.token}") == 200
        for wrong in (None, "Bearer x", f"Bearer {visitor.id}.x", visitor.token, f"Bearer {team.ada.token}"):
            answer = api.get(path, headers={"Authorization": wrong} if wrong else {})
            problem(answer, 401, "unauthenticated")
    problem(api.get("/me", headers={"Authorization": f"Bearer {tokens['IdToken']}"}), 401, "unauthenticated")
    # Nobody is let in to find out what is right: the token comes before the body, and before what exists.
    problem(api.post("/visitor/rooms", content=b"nonsense"), 401, "unauthenticated")
    assert api.post("/tickets", json={}).status_code == 401
    problem(api.post("/visitor/tickets", json={}), 401, "unauthenticated")
    # A session is for everybody; with a token that is none it is a new visitor's.
    stranger = api.post("/visitor/sessions", json={}, headers={"Authorization": f"Bearer {visitor.id}.x"})
    assert (stranger.status_code, stranger.json()["visitor_id"] != visitor.id) == (201, True)


def test_a_ticket_opens_one_socket_once(team: Team) -> None:
    visitor = team.visitor()
    for person in (team.ada, visitor):
        bought = person.post(person.tickets, {})
        device = Device(url=bought["url"], ticket=bought["ticket"])
        person.devices.append(device)
        device.confirm()

        assert _refused_socket(bought["url"], bought["ticket"]) in {401, 403}
        device.confirm()
        for wrong in ("", "x", bought["ticket"][:-1], person.token):
            assert _refused_socket(bought["url"], wrong) in {401, 403}


def test_what_is_not_ones_own_does_not_exist(team: Team) -> None:
    visitor, room_id = _chat(team)
    stranger = team.visitor()
    outsider_phone, stranger_tab = team.cleo.connect(), stranger.connect()

    for person, device in ((team.cleo, outsider_phone), (stranger, stranger_tab)):
        for target in (room_id, "no-such-room"):
            problem(person.call("GET", f"{person.rooms}/{target}"), 404, "not_found")
            problem(person.call("GET", f"{person.rooms}/{target}/events"), 404, "not_found")
            problem(person.call("POST", f"{person.rooms}/{target}/read", {"seq": 1}), 404, "not_found")
            for what, body in (("messages", {"text": "Hi"}), ("close", {})):
                problem(person.attempt(target, what, **body), 404, "not_found")
            for action, body in (("message.send", {"text": "Hi"}), ("room.accept", {}), ("room.close", {})):
                answer = device.ask(action, room_id=target, client_id=new_id(), **body)
                assert (answer["status"], answer["body"]["code"]) == (404, "not_found"), (action, target)
            assert device.ask("room.read", room_id=target, seq=1)["status"] == 404
            assert device.ask("room.typing", room_id=target, typing=True)["status"] == 404
    for what in ("accept", "decline", "invite", "transfer"):
        body = {"agent_id": team.ada.id} if what in {"invite", "transfer"} else {}
        problem(team.cleo.attempt(room_id, what, **body), 404, "not_found")
    assert team.cleo.sync({room_id: 0})["events"] == {}
    assert len(visitor.log(room_id)) == 3
    # An admin may read and close any room, but not write in it.
    other = team.visitor()
    waiting = other.open_room(department_id=team.sales, text="For sales")["id"]
    assert len(team.ada.log(waiting)) == 2
    problem(team.ada.attempt(waiting, "messages", after=2, text="Hi"), 403, "not_a_participant")
    problem(team.ben.attempt(waiting, "close", after=2), 404, "not_found")
    assert team.ada.do(waiting, "close", after=2)["status"] == "closed"


BAD_MESSAGES: dict[str, dict[str, Any]] = {
    "no client_id": {"client_id": None},
    "client_id that is no UUID": {"client_id": "1"},
    "no text": {"text": None},
    "blank text": {"text": " \n\t "},
    "text too long": {"text": "x" * 4_001},
    "text of another type": {"text": 7},
    "text as a list": {"text": ["x"]},
    "negative after": {"after": -1},
    "after as text": {"after": "3"},
    "after as a fraction": {"after": 3.5},
    "after from the future": {"after": 4_000},
    "unknown field": {"txet": "x"},
}


def test_a_message_that_makes_no_sense_is_refused_alike_by_both_doors_and_stored_by_none(team: Team) -> None:
    visitor, room_id = _chat(team)
    for person in (team.ada, visitor):
        device = person.connect()
        for name, change in BAD_MESSAGES.items():
            body = {"client_id": new_id(), "after": 3, "text": "Fine", **change}
            body = {field: value for field, value in body.items() if value is not None}
            refused = problem(person.call("POST", f"{person.rooms}/{room_id}/messages", body), 422, "validation_failed")
            (field,) = change
            assert field in [one["field"] for one in refused["fields"]], (name, refused)
            answer = device.ask("message.send", room_id=room_id, **body)
            assert (answer["status"], answer["body"]["code"]) == (422, "validation_failed"), name
            assert field in [one["field"] for one in answer["body"]["fields"]], (name, answer)
        device.confirm()
    assert len(team.ada.log(room_id)) == 3
    # The longest text is as long as 4,000 code points, whatever they weigh.
    longest = "🙂" * 4_000
    assert visitor.say(room_id, f"  {longest}\n", after=3)["data"]["text"] == longest
    summary = team.ada.inbox()["rooms"][0]
    assert len(summary["last_message"]["text"]) == 120
    # Only agents' messages name a canned response.
    named = visitor.attempt(room_id, "messages", after=4, text="Hi", canned_response_id="one")
    problem(named, 422, "validation_failed")


def test_a_body_that_is_large_broken_or_no_object_is_a_problem(api: httpx.Client, team: Team) -> None:
    visitor, room_id = _chat(team)
    for person in (team.ada, visitor):
        path = f"{person.rooms}/{room_id}/messages"
        problem(person.attempt(room_id, "messages", text=LARGE), 413, "too_large")
        for raw in (b"", b"{", b"nonsense", b"[]", b"7", b"null", b'"text"', b"\xff\xfe", b"[" * 20_000, b'{"a":NaN}'):
            answer = api.post(
                path,
                content=raw,
                headers={"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"},
            )
            problem(answer, 422, "validation_failed")
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/octet-stream"):
            sent = api.post(
                path,
                content=json.dumps({"client_id": new_id(), "text": "Whatever the type says"}),
                headers={"Authorization": f"Bearer {person.token}", "Content-Type": content_type},
            )
            assert sent.status_code == 201, content_type
    assert len(team.ada.log(room_id)) == 9


def test_calls_that_make_no_sense_are_problems(team: Team) -> None:
    visitor, room_id = _chat(team)
    unknown = "00000000-0000-4000-8000-000000000000"
    cases: list[tuple[Any, str, str, Json, int, str]] = [
        (team.ada, "GET", "/rooms?tab=lost", None, 422, "validation_failed"),
        (team.ada, "GET", "/rooms?limit=0", None, 422, "validation_failed"),
        (team.ada, "GET", "/rooms?limit=101", None, 422, "validation_failed"),
        (team.ada, "GET", "/rooms?limit=many", None, 422, "validation_failed"),
        (team.ada, "GET", "/rooms?cursor=nonsense", None, 422, "validation_failed"),
        (team.ada, "GET", "/rooms?colour=blue", None, 422, "validation_failed"),
        (team.ada, "GET", f"/rooms/{room_id}/events?after=-1", None, 422, "validation_failed"),
        (team.ada, "GET", "/no-such-call", None, 404, "not_found"),
        (team.ada, "GET", "/canned-responses/none", None, 404, "not_found"),
        (team.ada, "PUT", "/me/status", {"status": "asleep"}, 422, "validation_failed"),
        (team.ada, "PUT", "/me/status", {}, 422, "validation_failed"),
        (team.ada, "POST", "/sync", {"rooms": {room_id: -1}}, 422, "validation_failed"),
        (team.ada, "POST", "/sync", {"rooms": [room_id]}, 422, "validation_failed"),
        (team.ada, "POST", "/sync", {"rooms": {str(n): 0 for n in range(101)}}, 422, "validation_failed"),
        (team.ada, "POST", "/tickets", {"device_id": 7}, 422, "validation_failed"),
        (team.ada, "PUT", "/devices/phone", {"platform": "fax", "push_token": "x"}, 422, "validation_failed"),
        (team.ada, "POST", f"/rooms/{room_id}/invite", {"client_id": new_id()}, 422, "validation_failed"),
        (
            team.ada,
            "POST",
            f"/rooms/{room_id}/invite",
            {"client_id": new_id(), "agent_id": unknown},
            422,
            "validation_failed",
        ),
        (team.ada, "POST", f"/rooms/{room_id}/transfer", {"client_id": new_id()}, 422, "validation_failed"),
        (
            team.ada,
            "POST",
            f"/rooms/{room_id}/transfer",
            {"client_id": new_id(), "agent_id": team.ben.id, "department_id": team.sales},
            422,
            "validation_failed",
        ),
        (visitor, "GET", "/visitor/availability?department_id=none", None, 422, "validation_failed"),
        (visitor, "GET", "/visitor/no-such-call", None, 404, "not_found"),
        (visitor, "PUT", "/visitor", {"email": "no address"}, 422, "validation_failed"),
        (visitor, "PUT", "/visitor", {"name": "x" * 81}, 422, "validation_failed"),
        (visitor, "PUT", "/visitor", {"page": {"url": "javascript:alert(1)", "title": "x"}}, 422, "validation_failed"),
        (visitor, "POST", "/visitor/rooms", {"client_id": new_id()}, 422, "validation_failed"),
        (
            visitor,
            "POST",
            "/visitor/rooms",
            {"client_id": new_id(), "page": PAGE, "department_id": "none"},
            422,
            "validation_failed",
        ),
        (
            visitor,
            "POST",
            f"/visitor/rooms/{room_id}/rating",
            {"client_id": new_id(), "score": 6},
            422,
            "validation_failed",
        ),
    ]
    for person, method, path, body, status, code in cases:
        answer = person.call(method, path, body)
        assert (answer.status_code, answer.json().get("code")) == (status, code), (method, path, answer.text)
    assert len(team.ada.log(room_id)) == 3
    assert visitor.get("/visitor")["name"] == "Vic"


def test_a_socket_outlives_every_frame_that_makes_no_sense(team: Team) -> None:
    visitor, room_id = _chat(team)
    for person in (team.ada, visitor):
        device = person.connect()
        for raw in (
            "",
            "nonsense",
            "[]",
            "7",
            "null",
            "{}",
            b"\x00\xff\x01",
            b"\xfe",
            "[" * 400,
            "x" * 33_000,
            LARGE,
        ):
            assert _answer_to(device, raw)["body"]["code"] in {"validation_failed", "too_large"}, raw[:20]
        assert _answer_to(device, LARGE)["status"] == 413
        for frame in (
            {"action": "room.fly"},
            {"action": 7},
            {"action": "message.send"},
            {"action": "message.send", "room_id": 7, "client_id": new_id(), "text": "x"},
            {"action": "room.read", "room_id": room_id},
            {"action": "room.read", "room_id": room_id, "seq": "1"},
            {"action": "room.typing", "room_id": room_id},
            {"action": "room.typing", "room_id": room_id, "typing": "yes"},
            {"action": "device.state", "foreground": 1},
            {"action": "device.state", "foreground": True, "colour": "blue"},
            {"action": "ping", "colour": "blue"},
        ):
            answer = _answer_to(device, json.dumps(frame))
            assert (answer["status"], answer["body"]["code"]) == (422, "validation_failed"), frame
            request_id = new_id()
            device.send(json.dumps({**frame, "request_id": request_id}))
            assert device.hear("response", request_id=request_id)["status"] == 422, frame
        # What is refused without a `request_id` is answered with null, what succeeds without one not at all.
        before = len(device.heard("response"))
        device.tell("device.state", foreground=False)
        device.confirm()
        assert len(device.heard("response")) == before
        assert device.ask("device.state", foreground=True)["body"] is None
    assert len(team.ada.log(room_id)) == 3


def _answer_to(device: Device, raw: str | bytes) -> dict[str, Json]:
    """The one answer, without a `request_id`, that a frame gets."""
    before = len(device.heard("response"))
    device.send(raw)
    device.wait_for(lambda _frame: len(device.heard("response")) > before, what=f"an answer to {raw[:40]!r}")
    answer = device.heard("response")[before]
    assert answer["request_id"] is None
    return answer


def test_devices_are_kept_and_forgotten_and_their_push_token_is_not_shown(team: Team) -> None:
    device_id = new_id()
    body = {"platform": "ios", "push_token": "a-secret", "locale": "en-GB"}

    kept = team.ada.put(f"/devices/{device_id}", body)

    assert kept == {"id": device_id, "platform": "ios", "locale": "en-GB"}
    assert team.ada.put(f"/devices/{device_id}", body) == kept
    assert [team.ada.call("DELETE", f"/devices/{device_id}").status_code for _ in range(2)] == [204, 204]
