"""Refusals as clients see them: one problem with one code, the same by both doors."""

import json
from typing import Any

import pytest

from foyer.api.problems import TABLE
from foyer.api.shapes import Problem
from tests.integration.doors import PAGE, Answer, World, new_id, open_room, signed_in


def _is_problem(answer: Answer, code: str) -> dict[str, Any]:
    assert answer.code == code
    assert answer.status == TABLE[code][0]  # type: ignore[index]  # a code of the table
    assert answer.headers["content-type"].startswith("application/problem+json")
    Problem.model_validate(answer.body)
    return dict(answer.body)


def test_the_loser_hears_who_took_the_room(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    room = open_room(world, world.visitor())
    socket = world.connect(bob)
    room.by_agent(ada, "accept").ok()
    problem = _is_problem(room.by_agent(bob, "accept"), "already_taken")
    assert problem["taken_by"] == {"id": "ada", "name": "Ada"}
    frame = world.act(socket, "room.accept", room_id=room.id, client_id=new_id())
    assert frame["status"] == 409
    assert frame["body"] == problem


def test_a_second_room_names_the_first(world: World) -> None:
    visitor = world.visitor()
    room = open_room(world, visitor)
    again = world.http("POST", "/visitor/rooms", visitor, body={"client_id": new_id(), "page": PAGE})
    assert _is_problem(again, "room_open")["room_id"] == room.id


def test_a_closed_room_takes_nothing_but_a_rating(world: World) -> None:
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    room.by_visitor("close").ok()
    for what, body in (("messages", {"text": "x"}), ("notes", {"text": "x"}), ("invite", {"agent_id": "ada"})):
        _is_problem(room.by_agent(ada, what, **body), "room_closed")
    _is_problem(room.by_agent(ada, "accept"), "room_closed")
    _is_problem(room.by_visitor("messages", text="x"), "room_closed")
    assert room.by_visitor("close").status == 200
    assert room.by_visitor("rating", score=4).status == 200


def test_the_same_client_id_for_something_else_is_refused_by_both_doors(world: World) -> None:
    ada = world.agent("ada")
    visitor = world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    client_id = new_id()
    sent = room.by_agent(ada, "messages", client_id=client_id, text="one").ok()
    socket = world.connect(ada)
    frame = world.act(socket, "message.send", room_id=room.id, client_id=client_id, text="one")
    assert (frame["status"], frame["body"]) == (201, sent)
    frame = world.act(socket, "message.send", room_id=room.id, client_id=client_id, text="two")
    assert (frame["status"], frame["body"]["code"]) == (409, "client_id_reused")
    _is_problem(room.by_agent(ada, "notes", client_id=client_id, text="one"), "client_id_reused")
    # Unique per caller: another one may use it.
    assert room.by_visitor("messages", client_id=client_id, text="three").status == 201


def test_a_repeat_is_recognised_before_the_room_is_found_closed(world: World) -> None:
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    body = {"client_id": new_id(), "after": 0}
    room.by_agent(ada, "accept", **body).ok()
    message = {"client_id": new_id(), "after": 3, "text": "Hello"}
    sent = room.by_agent(ada, "messages", **message).ok()
    room.by_visitor("close").ok()
    stored = world.dump()
    assert room.by_agent(ada, "accept", **body).ok()["status"] == "closed"
    assert room.by_agent(ada, "messages", **message).ok() == sent
    assert world.dump() == stored


def test_opening_is_repeated_without_a_second_room(world: World) -> None:
    visitor = world.visitor()
    body = {"client_id": new_id(), "page": PAGE, "text": "Hello"}
    first = world.http("POST", "/visitor/rooms", visitor, body=body)
    stored = world.dump()
    again = world.http("POST", "/visitor/rooms", visitor, body=body)
    assert (again.status, again.ok()) == (201, first.ok())
    _is_problem(world.http("POST", "/visitor/rooms", visitor, body=body | {"text": "Hi"}), "client_id_reused")
    assert world.dump() == stored


def test_a_fault_shows_a_request_id_and_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = world.agent("ada")
    socket = world.connect(ada)
    room = open_room(world, world.visitor())

    def broken(*_args: Any, **_more: Any) -> Any:
        message = "the table said something private"
        raise ConnectionError(message)

    for name in ("agent_api", "socket_commands"):
        monkeypatch.setattr(type(world.wirings[name].room_store), "head", broken)
    answer = room.by_agent(ada, "accept")
    problem = _is_problem(answer, "internal")
    assert set(problem) == {"type", "title", "status", "code", "request_id"}
    frame = world.act(socket, "room.accept", room_id=room.id, client_id=new_id())
    assert frame["status"] == 500
    assert set(frame["body"]) == set(problem)
    assert "private" not in json.dumps([problem, frame])


@pytest.mark.parametrize(
    ("variable", "path", "body"),
    [
        ("SESSIONS_PER_ADDRESS", "/visitor/sessions", {}),
        ("TICKETS_PER_CALLER", "/visitor/tickets", {}),
        ("ROOMS_PER_VISITOR", "/visitor/rooms", {"page": PAGE}),
    ],
)
def test_beyond_a_rate_the_answer_says_when_to_come_back(
    world: World, variable: str, path: str, body: dict[str, Any]
) -> None:
    visitor = world.visitor()
    world.renew(**{variable: "2/600"})
    if variable == "SESSIONS_PER_ADDRESS":
        world.clock.advance(seconds=600)  # past the window in which this visitor's own session was counted
    answers = []
    for _ in range(3):
        given = body | ({"client_id": new_id()} if path.endswith("rooms") else {})
        answers.append(world.http("POST", path, visitor, body=given))
        if path.endswith("rooms") and answers[-1].status == 201:
            closing = f"/visitor/rooms/{answers[-1].body['id']}/close"
            world.http("POST", closing, visitor, body={"client_id": new_id()}).ok()
    assert [one.status for one in answers] == [201, 201, 429]
    problem = _is_problem(answers[-1], "rate_limited")
    assert answers[-1].headers["retry-after"] == str(problem["retry_after"])
    assert 0 < problem["retry_after"] <= 600
    world.clock.advance(seconds=problem["retry_after"])
    given = body | ({"client_id": new_id()} if path.endswith("rooms") else {})
    assert world.http("POST", path, visitor, body=given).status == 201


def test_agents_tickets_are_limited_too(world: World) -> None:
    ada = world.agent("ada")
    world.renew(TICKETS_PER_CALLER="1/60")
    ada = signed_in("ada")
    assert world.http("POST", "/tickets", ada, body={}).status == 201
    _is_problem(world.http("POST", "/tickets", ada, body={}), "rate_limited")


def test_a_room_that_floods_is_slowed_down_by_both_doors(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foyer.domain.decisions.MESSAGES_PER_WINDOW", 3)
    visitor = world.visitor()
    room = open_room(world, visitor)
    socket = world.connect(visitor)
    assert [room.by_visitor("messages", text="x").status for _ in range(3)] == [201, 201, 429]
    frame = world.act(socket, "message.send", room_id=room.id, client_id=new_id(), text="x")
    assert (frame["status"], frame["body"]["code"]) == (429, "rate_limited")
    world.clock.advance(seconds=frame["body"]["retry_after"])
    assert room.by_visitor("messages", text="x").status == 201
