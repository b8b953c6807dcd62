"""What time does: offers that nobody takes, visitors who go, rooms that nobody uses, timers late, early and twice."""

from typing import Any

import pytest

from foyer.domain.people import TimeLimits
from foyer.ports import Timer
from tests.integration.doors import Person, Room, World, new_id, open_room

MINUTE = 60


def _pass(world: World, seconds: int) -> None:
    """Lets time pass as it does: timers come back when they are due, the queue holds none longer than 15 minutes."""
    end = world.clock() + seconds * 1000
    while world.timers.waiting and (due := min(timer.due_at for timer in world.timers.waiting)) <= end:
        world.clock.advance(milliseconds=max(0, due - world.clock()))
        assert world.look_at_timers() == []
        world.relay()
    world.clock.advance(milliseconds=end - world.clock())


def _story(world: World, room: Room, by: Person) -> list[tuple[str, Any]]:
    """The room's events by type and reason."""
    events = world.http("GET", f"/rooms/{room.id}/events", by, query={"after": 0, "limit": 100}).ok()["events"]
    return [(one["type"], one["data"].get("reason")) for one in events]


@pytest.fixture
def boss(world: World) -> Person:
    """An admin who can read every room and takes no offer."""
    return world.agent("boss", departments=(), admin=True)


def test_the_visitor_hears_when_nobody_took_the_offer_in_time(world: World, boss: Person) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    tab = world.connect(visitor)
    room = open_room(world, visitor)
    world.relay()
    _pass(world, 119)
    assert len(_story(world, room, boss)) == 2
    _pass(world, 1)
    assert _story(world, room, boss)[2:] == [("room.unattended", "timeout")]
    assert world.sockets.frames(tab, "room.event")[-1]["event"]["data"] == {"reason": "timeout"}
    waiting = room.seen_by(ada)
    assert (waiting["state"], waiting["offer"]["seq"]) == ("waiting", 1)
    _pass(world, 60 * MINUTE)
    assert len(_story(world, room, boss)) == 3
    assert room.by_agent(ada, "accept", offer=1).ok()["status"] == "active"


def test_a_department_sets_its_own_limit_or_none(world: World, boss: Person) -> None:
    world.department("sales", limits=TimeLimits(offer=10))
    world.department("night", limits=TimeLimits(offer=None))
    for name in ("sales", "night"):
        world.agent(name, departments=(name,))
    rooms = {}
    for name in ("sales", "night"):
        rooms[name] = open_room(world, world.visitor(), department_id=name)
    world.relay()
    _pass(world, 10)
    assert _story(world, rooms["sales"], boss)[2:] == [("room.unattended", "timeout")]
    _pass(world, 60 * MINUTE)
    assert len(_story(world, rooms["night"], boss)) == 2


def test_an_accepted_offer_does_not_time_out(world: World, boss: Person) -> None:
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    world.relay()
    room.by_agent(ada, "accept").ok()
    _pass(world, 10 * MINUTE)
    assert [kind for kind, _ in _story(world, room, boss)] == ["room.opened", "message.sent", "room.accepted"]


def test_the_limit_of_a_transfer_begins_when_its_giver_goes(world: World, boss: Person) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "transfer", agent_id=ben.id).ok()
    world.relay()
    _pass(world, 10 * MINUTE)
    room.by_agent(ada, "close").ok()
    world.relay()
    _pass(world, 119)
    assert _story(world, room, boss)[-1][0] == "agent.left"
    _pass(world, 1)
    assert _story(world, room, boss)[-1] == ("room.unattended", "timeout")


def test_an_accepted_room_in_which_nothing_happens_closes(world: World, boss: Person) -> None:
    world.department("general", limits=TimeLimits(idle=60 * MINUTE))
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    _pass(world, 50 * MINUTE)
    room.by_agent(ada, "messages", text="Still there?").ok()
    world.relay()
    _pass(world, 59 * MINUTE)
    assert _story(world, room, boss)[-1][0] == "message.sent"
    _pass(world, 1 * MINUTE)
    assert _story(world, room, boss)[-1] == ("room.closed", "idle")
    assert room.seen_by(ada)["closed_by"] == "system"
    assert world.timers.waiting == []


def test_a_message_that_was_left_waits_for_thirty_days(world: World, boss: Person) -> None:
    world.agent("ada", status="offline")
    visitor = world.visitor()
    room = open_room(world, visitor, text="Mail me, please")
    world.relay()
    world.disconnect(world.connect(visitor))
    world.timers.waiting = [one for one in world.timers.waiting if one.kind == "watch"]
    world.clock.advance(seconds=30 * 86_400 - 1)
    assert world.look_at_timers() == []
    assert ("room.closed", "expired") not in _story(world, room, boss)
    world.clock.advance(seconds=15 * MINUTE)
    assert world.look_at_timers() == []
    assert _story(world, room, boss)[-1] == ("room.closed", "expired")


def test_an_accepted_room_closes_behind_its_visitor_after_the_departments_limit(world: World, boss: Person) -> None:
    world.department("general", limits=TimeLimits(visitor_gone=20 * MINUTE))
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.disconnect(world.connect(visitor))
    _pass(world, 20 * MINUTE - 1)
    assert _story(world, room, boss)[-1][0] == "room.accepted"
    _pass(world, 1)
    assert _story(world, room, boss)[-1] == ("room.closed", "visitor_left")


def test_a_visitor_who_comes_back_keeps_the_accepted_room(world: World, boss: Person) -> None:
    world.department("general", limits=TimeLimits(visitor_gone=20 * MINUTE))
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.disconnect(world.connect(visitor))
    _pass(world, 10 * MINUTE)
    world.connect(visitor)
    _pass(world, 60 * MINUTE)
    assert _story(world, room, boss)[-1][0] == "room.accepted"


def test_a_socket_that_ended_without_a_word_is_found_by_the_watch(world: World, boss: Person) -> None:
    """`$disconnect` is best effort: the gateway is asked, and two minutes later the visitor has left."""
    world.agent("ada")
    visitor = world.visitor()
    room = open_room(world, visitor, text=None)
    tab = world.connect(visitor)
    world.relay()
    _pass(world, 5 * MINUTE)
    world.sockets.gone.add(tab)
    _pass(world, 20 * MINUTE)
    assert _story(world, room, boss)[-1] == ("room.closed", "visitor_left")


def test_a_socket_that_is_gone_when_it_is_posted_to_is_a_departure(world: World, boss: Person) -> None:
    world.department("general", limits=TimeLimits(visitor_gone=2 * MINUTE))
    ada, visitor = world.agent("ada"), world.visitor()
    tab = world.connect(visitor)
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.clock.advance(seconds=11)
    world.sockets.gone.add(tab)
    room.by_agent(ada, "messages", text="Hello?").ok()
    world.relay()
    _pass(world, 2 * MINUTE)
    assert _story(world, room, boss)[-1] == ("room.closed", "visitor_left")


def test_two_tabs_that_close_at_once_are_a_departure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sees the other at first, so each looks again after it is gone itself."""
    visitor = world.visitor()
    first, second = world.connect(visitor), world.connect(visitor)
    live = world.wirings["socket_session"].live
    forget = live.delete_connection

    def delete_and_let_the_other_go(connection: Any) -> None:
        monkeypatch.setattr(live, "delete_connection", forget)
        world.disconnect(second)
        forget(connection)

    monkeypatch.setattr(live, "delete_connection", delete_and_let_the_other_go)
    world.disconnect(first)
    assert [timer.kind for timer in world.timers.waiting] == ["visitor"]


def test_a_limit_that_passes_twice_at_once_is_told_once(world: World, boss: Person) -> None:
    world.agent("ada")
    room = open_room(world, world.visitor())
    world.relay()
    (watch,) = world.timers.waiting
    for _ in range(3):
        world.timers.set(watch, now=world.clock())
    world.clock.advance(seconds=10 * MINUTE)
    assert world.look_at_timers() == []
    assert _story(world, room, boss)[2:] == [("room.unattended", "timeout")]


def test_a_timer_of_a_room_that_is_gone_or_closed_is_the_last(world: World) -> None:
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    room.by_agent(ada, "close").ok()
    now = world.clock()
    for kind in ("watch", "deadline"):
        for room_id in (room.id, "never-was"):
            world.timers.set(Timer(kind=kind, id=room_id, due_at=now), now=now)
    world.timers.set(Timer(kind="visitor", id="nobody", due_at=now, since=1), now=now)
    assert world.look_at_timers() == []
    assert world.timers.waiting == []


def test_a_message_in_the_last_moment_keeps_the_room_open(world: World, boss: Person) -> None:
    """What the system judged is void once the room went on: the decision is the log's."""
    world.department("general", limits=TimeLimits(idle=60 * MINUTE))
    ada, visitor = world.agent("ada"), world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    world.relay()
    world.clock.advance(seconds=60 * MINUTE)
    store = world.wirings["timers"].room_store
    head = store.head

    def overtaken(room_id: str, *, consistent: bool) -> Any:
        found = head(room_id, consistent=consistent)
        if consistent and found is not None and found.room.seq == 3:
            store.head = head  # type: ignore[method-assign]
            world.http(
                "POST",
                f"/visitor/rooms/{room.id}/messages",
                visitor,
                body={"client_id": new_id(), "after": 3, "text": "Wait"},
            ).ok()
        return found

    store.head = overtaken  # type: ignore[method-assign]
    assert world.look_at_timers() == []
    assert _story(world, room, boss)[-1][0] == "message.sent"
