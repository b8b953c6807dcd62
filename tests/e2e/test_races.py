"""Commands that meet: whatever comes first, the log has one order and everybody the same."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.driver import Json, Person, Visitor, problem
from tests.e2e.team import Team


def _at_once(*calls: Callable[[], httpx.Response]) -> Sequence[httpx.Response]:
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def _chat(team: Team) -> tuple[Visitor, str]:
    """A visitor in a room with Ada, at `seq` 3."""
    visitor = team.visitor(name="Vic")
    room_id = visitor.open_room(department_id=team.support, text="Hello?")["id"]
    team.ada.do(room_id, "accept", after=2)
    return visitor, room_id


def test_all_write_at_once_and_everybody_has_the_same_order_without_a_gap(team: Team) -> None:
    visitor, room_id = _chat(team)
    team.ada.do(room_id, "invite", after=3, agent_id=team.ben.id)
    team.ben.do(room_id, "accept", after=4)
    devices = [person.connect() for person in (team.ada, team.ben, visitor)]
    writers: tuple[Person, ...] = (visitor, team.ada, team.ben)

    def write(person: Person) -> list[Json]:
        return [person.say(room_id, f"{person.id} {number}", after=5) for number in range(5)]

    with ThreadPoolExecutor(3) as at_once:
        acknowledged = [event for events in at_once.map(write, writers) for event in events]
    acknowledged.sort(key=lambda event: event["seq"])

    assert [event["seq"] for event in acknowledged] == list(range(6, 21))
    for person in writers:
        assert [event for event in person.log(room_id) if event["seq"] > 5] == acknowledged
    for device in devices:
        device.hear("room.event", event={"seq": 20})
        frames = [one for one in device.heard("room.event", room_id=room_id) if one["event"]["seq"] > 5]
        assert [frame["event"] for frame in frames] == acknowledged
    assert team.ada.room(room_id)["seq"] == 20


@pytest.mark.parametrize("number", range(3))
def test_a_message_against_a_close_is_before_it_or_refused(team: Team, number: int) -> None:
    visitor, room_id = _chat(team)

    closed, *sent = _at_once(
        lambda: visitor.attempt(room_id, "close", after=3),
        lambda: team.ada.attempt(room_id, "messages", after=3, text="Wait!"),
        lambda: team.ada.attempt(room_id, "messages", after=3, text="One more thing"),
    )

    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    stored = [answer.json() for answer in sent if answer.status_code == 201]
    for answer in sent:
        if answer.status_code != 201:
            problem(answer, 409, "room_closed")
    log = team.ada.log(room_id)
    assert log[-1]["type"] == "room.closed"
    assert sorted(stored, key=lambda event: event["seq"]) == log[3:-1]


def test_of_two_openings_at_once_one_makes_the_room(team: Team) -> None:
    visitor = team.visitor()

    answers = _at_once(*[lambda: visitor.opening(department_id=team.support, text="Hello")] * 3)

    (opened,) = [answer.json() for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            assert problem(answer, 409, "room_open")["room_id"] == opened["id"]
    assert [room["id"] for room in visitor.get("/visitor/rooms")["rooms"]] == [opened["id"]]
    assert team.ada.listed() == [opened["id"]]


def test_of_two_agents_who_close_their_tabs_at_once_the_last_closes_the_room(team: Team) -> None:
    visitor, room_id = _chat(team)
    phone = team.ada.connect()
    team.ada.do(room_id, "invite", after=3, agent_id=team.ben.id)
    team.ben.do(room_id, "accept", after=4)

    answers = _at_once(
        lambda: team.ada.attempt(room_id, "close", after=5), lambda: team.ben.attempt(room_id, "close", after=5)
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [event["type"] for event in visitor.log(room_id)][-2:] == ["agent.left", "room.closed"]
    last = visitor.log(room_id)[-1]["actor"]["id"]
    assert {agent.id: agent.listed("closed") for agent in (team.ada, team.ben)} == {
        agent.id: [room_id] if agent.id == last else [] for agent in (team.ada, team.ben)
    }
    if last == team.ada.id:
        phone.hear("room.event", event={"type": "room.closed"})
    else:
        phone.hear("room.removed", room_id=room_id, reason="left")


def test_an_accept_against_a_withdrawal_leaves_one_of_the_two_with_the_room(team: Team) -> None:
    room_id = team.visitor().open_room(department_id=team.support)["id"]
    team.ben.do(room_id, "accept", after=1)
    team.ben.do(room_id, "transfer", after=2, agent_id=team.ada.id)

    accepted, moved = _at_once(
        lambda: team.ada.attempt(room_id, "accept", after=3, offer=3),
        lambda: team.ben.attempt(room_id, "transfer", after=3, department_id=team.sales),
    )

    if accepted.status_code == 200:
        problem(moved, 403, "not_a_participant")
        assert (team.ben.listed(), team.ada.listed("active"), team.cleo.listed()) == ([], [room_id], [])
    else:
        problem(accepted, 409, "already_taken")
        assert moved.status_code == 200
        assert (team.ben.listed("active"), team.ada.listed(), team.cleo.listed("waiting")) == ([room_id], [], [room_id])
