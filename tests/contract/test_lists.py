"""What lists find rooms by: stamped entries, closed rooms, a visitor's rooms, on every backend."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foyer.domain.inbox import Entry
from foyer.ports import ClosedRoom, RoomStore, VisitorStore
from tests.contract.stories import EXPIRES_AT, FEW, new_id, opening, store_visitor
from tests.fakes.clock import NOON


def agents_entry(owner_id: str, room_id: str) -> Entry:
    return Entry(room_id=room_id, agent_id=owner_id)


def queues_entry(owner_id: str, room_id: str) -> Entry:
    return Entry(room_id=room_id, department_id=owner_id)


both_lists = pytest.mark.parametrize("entry_of", [agents_entry, queues_entry])
EntryOf = Callable[[str, str], Entry]


def put(rooms: RoomStore, entry: Entry, stamp: int) -> None:
    rooms.put_entry(entry, stamp=stamp, expires_at=EXPIRES_AT)


def named(rooms: RoomStore, entry: Entry) -> bool:
    """Whether the list that the entry belongs to names its room."""
    if entry.agent_id is not None:
        return entry.room_id in rooms.open_room_ids(entry.agent_id)
    assert entry.department_id is not None
    return entry.room_id in rooms.queued_room_ids(entry.department_id)


@both_lists
def test_an_entry_names_its_room_until_it_is_deleted(rooms: RoomStore, entry_of: EntryOf) -> None:
    entry = entry_of(new_id(), new_id())
    assert not named(rooms, entry)

    put(rooms, entry, 3)
    assert named(rooms, entry)

    rooms.delete_entry(entry, stamp=5)
    assert not named(rooms, entry)


@both_lists
def test_the_event_that_justified_an_entry_may_end_it(rooms: RoomStore, entry_of: EntryOf) -> None:
    entry = entry_of(new_id(), new_id())
    put(rooms, entry, 3)

    rooms.delete_entry(entry, stamp=3)

    assert not named(rooms, entry)


@both_lists
def test_a_late_delete_leaves_an_entry_that_was_justified_anew(rooms: RoomStore, entry_of: EntryOf) -> None:
    entry = entry_of(new_id(), new_id())
    put(rooms, entry, 3)
    put(rooms, entry, 10)

    rooms.delete_entry(entry, stamp=9)

    assert named(rooms, entry)


@both_lists
def test_a_late_put_does_not_take_a_stamp_back(rooms: RoomStore, entry_of: EntryOf) -> None:
    entry = entry_of(new_id(), new_id())
    put(rooms, entry, 10)
    put(rooms, entry, 3)

    rooms.delete_entry(entry, stamp=9)

    assert named(rooms, entry)


@both_lists
def test_deleting_what_is_not_there_is_no_error(rooms: RoomStore, entry_of: EntryOf) -> None:
    entry = entry_of(new_id(), new_id())

    rooms.delete_entry(entry, stamp=1)

    assert not named(rooms, entry)


@given(steps=st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=8))
@FEW
def test_an_entry_justified_last_is_never_missing(rooms: RoomStore, steps: list[tuple[bool, int]]) -> None:
    entry = agents_entry(new_id(), new_id())
    for is_put, stamp in steps:
        if is_put:
            put(rooms, entry, stamp)
        else:
            rooms.delete_entry(entry, stamp=stamp)

    justified = max((stamp for is_put, stamp in steps if is_put), default=0)
    ended = max((stamp for is_put, stamp in steps if not is_put), default=0)
    if justified > ended:
        assert named(rooms, entry)
    if not justified:
        assert not named(rooms, entry)


def test_lists_are_kept_apart(rooms: RoomStore) -> None:
    agent_id, room_ids = new_id(), [new_id() for _ in range(3)]
    for room_id in room_ids:
        put(rooms, agents_entry(agent_id, room_id), 1)
    put(rooms, queues_entry(agent_id, new_id()), 1)
    put(rooms, agents_entry(agent_id + "x", new_id()), 1)
    rooms.put_closed(agent_id, ClosedRoom(room_id=new_id(), closed_at=NOON), expires_at=EXPIRES_AT)

    assert sorted(rooms.open_room_ids(agent_id)) == sorted(room_ids)
    assert len(rooms.queued_room_ids(agent_id)) == 1
    assert len(rooms.closed_rooms(agent_id, limit=9)) == 1


# closed rooms


def test_closed_rooms_come_newest_first(rooms: RoomStore) -> None:
    agent_id = new_id()
    closed = [ClosedRoom(room_id=new_id(), closed_at=NOON + minute * 60_000) for minute in (3, 1, 2)]
    for room in closed:
        rooms.put_closed(agent_id, room, expires_at=EXPIRES_AT)

    found = rooms.closed_rooms(agent_id, limit=10)

    assert found == sorted(closed, key=lambda room: room.closed_at, reverse=True)
    assert rooms.closed_rooms(agent_id, limit=2) == found[:2]
    assert rooms.closed_rooms(new_id(), limit=2) == []


def test_a_closed_room_is_taken_out_of_one_list(rooms: RoomStore) -> None:
    ada, ben = new_id(), new_id()
    room, other = (ClosedRoom(room_id=new_id(), closed_at=NOON) for _ in range(2))
    for agent_id in (ada, ben):
        for one in (room, other):
            rooms.put_closed(agent_id, one, expires_at=EXPIRES_AT)

    rooms.delete_closed(ada, room)
    rooms.delete_closed(ada, ClosedRoom(room_id=new_id(), closed_at=NOON))

    assert rooms.closed_rooms(ada, limit=9) == [other]
    assert len(rooms.closed_rooms(ben, limit=9)) == 2


@given(times=st.lists(st.integers(0, 4), max_size=9), size=st.integers(1, 4))
@FEW
def test_pages_of_closed_rooms_have_no_gaps_and_no_repeats(rooms: RoomStore, times: list[int], size: int) -> None:
    agent_id = new_id()
    closed = [ClosedRoom(room_id=new_id(), closed_at=NOON + time) for time in times]  # some in the same millisecond
    for room in closed:
        rooms.put_closed(agent_id, room, expires_at=EXPIRES_AT)

    paged: list[ClosedRoom] = []
    while page := rooms.closed_rooms(agent_id, before=paged[-1] if paged else None, limit=size):
        assert len(page) <= size
        paged += page

    assert paged == sorted(closed, key=lambda room: (room.closed_at, room.room_id), reverse=True)


def test_a_page_goes_on_behind_a_room_that_is_gone(rooms: RoomStore) -> None:
    agent_id = new_id()
    closed = [ClosedRoom(room_id=new_id(), closed_at=NOON - number) for number in range(5)]
    for room in closed:
        rooms.put_closed(agent_id, room, expires_at=EXPIRES_AT)

    rooms.delete_closed(agent_id, closed[1])

    assert rooms.closed_rooms(agent_id, before=closed[1], limit=2) == closed[2:4]


# a visitor's rooms


@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_pages_of_a_visitors_rooms_have_no_gaps_and_no_repeats(
    rooms: RoomStore, visitors: VisitorStore, size: int
) -> None:
    visitor_id, opened, previous = new_id(), [], None
    store_visitor(visitors, visitor_id)
    for minute in range(5):
        story = opening(visitor_id=visitor_id, at=NOON + minute * 60_000)
        rooms.open(story.room, story.events, previous_room_id=previous)
        previous = story.room.id
        opened.append(previous)

    paged: list[tuple[str, str]] = []
    while page := rooms.visitor_rooms(visitor_id, before=paged[-1][0] if paged else None, limit=size):
        assert len(page) <= size
        paged += page

    assert [room_id for _, room_id in paged] == opened[::-1]
    assert rooms.visitor_rooms(new_id(), limit=5) == []
