"""Rooms: openings, logs, heads and cursors, on every backend."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foyer.domain.commands import Accept, Close
from foyer.domain.events import Event
from foyer.domain.rooms import VISITOR_CURSOR, Cursor, Head, fold
from foyer.ports import RoomStore, SeqTakenError, VisitorMovedError, VisitorStore
from tests.contract.backends import ATOMIC
from tests.contract.stories import (
    FEW,
    TEXTS,
    Story,
    agent,
    long_story,
    new_id,
    opening,
    store,
    store_opening,
    store_visitor,
    stories,
)
from tests.fakes.clock import NOON

# openings


def test_an_opened_room_is_there_whole(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening(text="Do you have these in 38?")
    store_visitor(visitors, story.room.visitor_id)

    rooms.open(story.room, story.events, previous_room_id=None)

    assert rooms.head(story.room.id, consistent=True) == Head(room=story.room)
    assert rooms.events_after(story.room.id, 0, consistent=True) == list(story.events)
    visitor = visitors.visitor(story.room.visitor_id, consistent=True)
    assert visitor is not None
    assert visitor.room_id == story.room.id
    assert [room_id for _, room_id in rooms.visitor_rooms(visitor.id, limit=5)] == [story.room.id]


def test_the_next_room_takes_the_place_of_the_one_before(rooms: RoomStore, visitors: VisitorStore) -> None:
    first = opening()
    store_opening(rooms, visitors, first)
    second = opening(visitor_id=first.room.visitor_id, at=NOON + 5_000)

    rooms.open(second.room, second.events, previous_room_id=first.room.id)

    visitor = visitors.visitor(first.room.visitor_id, consistent=True)
    assert visitor is not None
    assert visitor.room_id == second.room.id


@pytest.mark.parametrize("believed", [None, "another-room"])
def test_a_visitor_who_moved_opens_nothing(rooms: RoomStore, visitors: VisitorStore, believed: str | None) -> None:
    first = opening()
    store_opening(rooms, visitors, first)
    second = opening(visitor_id=first.room.visitor_id, text="Hello?")

    with pytest.raises(VisitorMovedError):
        rooms.open(second.room, second.events, previous_room_id=believed)

    assert rooms.head(second.room.id, consistent=True) is None
    assert rooms.events_after(second.room.id, 0, consistent=True) == []
    visitor = visitors.visitor(first.room.visitor_id, consistent=True)
    assert visitor is not None
    assert visitor.room_id == first.room.id


def test_nobody_opens_from_a_room_that_was_never_opened(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store_visitor(visitors, story.room.visitor_id)

    with pytest.raises(VisitorMovedError):
        rooms.open(story.room, story.events, previous_room_id="never-opened")

    assert rooms.head(story.room.id, consistent=True) is None


@pytest.mark.parametrize("claims", ["to be new", "to follow itself"])
def test_a_room_opens_once(rooms: RoomStore, visitors: VisitorStore, claims: str) -> None:
    story = opening(text="Hello?")
    store(rooms, visitors, story)
    again = opening(visitor_id=story.room.visitor_id, room_id=story.room.id, text="Something else")

    with pytest.raises(VisitorMovedError):
        rooms.open(again.room, again.events, previous_room_id=None if claims == "to be new" else story.room.id)

    assert rooms.events_after(story.room.id, 0, consistent=True) == list(story.events)
    assert rooms.head(story.room.id, consistent=True) == Head(room=story.room)


def test_a_visitor_without_a_profile_opens_nothing(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()

    with pytest.raises(VisitorMovedError):
        rooms.open(story.room, story.events, previous_room_id=None)

    assert rooms.head(story.room.id, consistent=True) is None
    assert visitors.visitor(story.room.visitor_id, consistent=True) is None


# the log


def test_a_place_in_the_log_is_taken_once(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store(rooms, visitors, story)
    winner, loser = story.says("first"), story.says("second")

    rooms.append(winner.events[-1])
    with pytest.raises(SeqTakenError):
        rooms.append(loser.events[-1])
    with pytest.raises(SeqTakenError):
        rooms.append(winner.events[-1])

    assert rooms.events_after(story.room.id, 1, consistent=True) == [winner.events[-1]]


@pytest.mark.parametrize("backend", ATOMIC, indirect=True)
def test_of_many_who_append_at_once_one_has_the_place(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store(rooms, visitors, story)
    wanted = [story.says(f"mine {number}").events[-1] for number in range(6)]

    def append(event: Event) -> bool:
        try:
            rooms.append(event)
        except SeqTakenError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        appended = list(pool.map(append, wanted))

    assert sum(appended) == 1
    assert rooms.events_after(story.room.id, 1, consistent=True) == [wanted[appended.index(True)]]


def test_an_append_leaves_the_head_to_the_advance(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store(rooms, visitors, story)

    rooms.append(story.says("Hello?").events[-1])

    assert rooms.head(story.room.id, consistent=True) == Head(room=story.room)


def test_the_log_is_read_in_both_directions(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = long_story(11)  # with the opening 12 events: the tenth shows whether keys sort as numbers
    store(rooms, visitors, story)
    room_id = story.room.id

    def after(seq: int, limit: int | None = None) -> list[int]:
        return [event.seq for event in rooms.events_after(room_id, seq, limit=limit, consistent=True)]

    def before(seq: int | None, limit: int) -> list[int]:
        return [event.seq for event in rooms.events_before(room_id, seq, limit=limit)]

    assert rooms.events_after(room_id, 0, consistent=True) == list(story.events)
    assert after(8) == [9, 10, 11, 12]
    assert after(8, limit=2) == [9, 10]
    assert after(12) == []
    assert after(99) == []
    assert before(None, 3) == [12, 11, 10]
    assert before(10, 3) == [9, 8, 7]
    assert before(3, 10) == [2, 1]
    assert before(1, 10) == []
    assert before(99, 2) == [12, 11]


def test_a_room_and_its_newest_events_come_together(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = long_story(3)
    store(rooms, visitors, story)
    rooms.move_cursor(story.room.id, VISITOR_CURSOR, Cursor(seq=4, visitor_messages=3))
    head = Head(room=story.room, cursors={VISITOR_CURSOR: Cursor(seq=4, visitor_messages=3)})

    assert rooms.newest(story.room.id, limit=2) == (head, list(story.events[:1:-1]))
    assert rooms.newest(story.room.id, limit=4) == (head, list(story.events[::-1]))
    assert rooms.newest(story.room.id, limit=99) == (head, list(story.events[::-1]))
    assert rooms.newest(new_id(), limit=2) == (None, [])


def test_one_event_is_found_by_its_seq(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = long_story(2)
    store(rooms, visitors, story)

    assert rooms.event(story.room.id, 2) == story.events[1]
    assert rooms.event(story.room.id, 4) is None
    assert rooms.event(new_id(), 1) is None


def test_a_log_longer_than_one_page_of_a_query_comes_whole(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    for _ in range(70):
        story = story.says("🥾" * 4_000)  # 16 KB each, so more than the megabyte that one query answers
    store(rooms, visitors, story)

    found = rooms.events_after(story.room.id, 0, consistent=True)

    assert found == list(story.events)
    assert [event.seq for event in rooms.events_before(story.room.id, None, limit=70)] == list(range(71, 1, -1))
    assert [event.seq for event in rooms.newest(story.room.id, limit=70)[1]] == list(range(71, 1, -1))


@given(text=TEXTS)
@FEW
def test_any_text_survives(rooms: RoomStore, visitors: VisitorStore, text: str) -> None:
    story = opening(text=text).accepted_by(replace(agent(), name=text))
    store(rooms, visitors, story)

    assert rooms.events_after(story.room.id, 0, consistent=True) == list(story.events)
    assert rooms.head(story.room.id, consistent=True) == Head(room=story.room)


@pytest.mark.parametrize(
    "text",
    [
        "\x00 null and \x7f delete",
        "مرحبا 👩‍👩‍👧‍👦",
        "e\u0301 is not \u00e9",
        '{"json": "\\u0041"}',
        "\u2028\ufeff\U0010ffff",
        "🔥" * 4_000,
    ],
)
def test_odd_texts_survive(rooms: RoomStore, visitors: VisitorStore, text: str) -> None:
    story = opening(text=text)
    store(rooms, visitors, story)

    found = rooms.event(story.room.id, 2)

    assert found is not None
    assert found.data["text"] == text


@given(story=stories())
@FEW
def test_any_log_comes_back_as_it_was(rooms: RoomStore, visitors: VisitorStore, story: Story) -> None:
    store(rooms, visitors, story)

    found = rooms.events_after(story.room.id, 0, consistent=True)

    assert found == list(story.events)
    assert rooms.head(story.room.id, consistent=True) == Head(room=fold(found))


# heads


def test_a_head_advances_and_never_goes_back(rooms: RoomStore, visitors: VisitorStore) -> None:
    first = opening()
    second = first.says("one")
    third = second.says("two")
    store(rooms, visitors, first)

    rooms.advance(third.room)
    assert rooms.head(first.room.id, consistent=True) == Head(room=third.room)
    rooms.advance(second.room)
    assert rooms.head(first.room.id, consistent=True) == Head(room=third.room)


def test_an_advance_leaves_cursors_alone(rooms: RoomStore, visitors: VisitorStore) -> None:
    ada = agent()
    story = opening(text="Hello?").accepted_by(ada)
    store(rooms, visitors, story)
    cursors = {
        ada.id: Cursor(seq=3, visitor_messages=1, since=3),
        VISITOR_CURSOR: Cursor(seq=2, visitor_messages=1),
    }
    for key, cursor in cursors.items():
        assert rooms.move_cursor(story.room.id, key, cursor)

    later = story.says("Are you there?")
    rooms.advance(later.room)

    assert rooms.head(story.room.id, consistent=True) == Head(room=later.room, cursors=cursors)


def test_an_advance_makes_no_room(rooms: RoomStore) -> None:
    story = opening()

    rooms.advance(story.room)

    assert rooms.head(story.room.id, consistent=True) is None


def test_heads_come_in_any_number_and_only_where_there_are_rooms(rooms: RoomStore, visitors: VisitorStore) -> None:
    known = [opening() for _ in range(8)]
    for story in known:
        store_opening(rooms, visitors, story)
    ids = [story.room.id for story in known]
    asked = [ids[0], *(new_id() for _ in range(101)), *ids]  # DynamoDB takes a hundred at a time, none of them twice

    assert rooms.heads(asked, consistent=True) == {story.room.id: Head(room=story.room) for story in known}
    assert rooms.heads([]) == {}
    assert rooms.heads([new_id()]) == {}


def test_a_closed_room_keeps_its_head(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening(text="Never mind.")
    story = story.then(Close(caller=story.visitor, client_id=new_id(), at=NOON + 9))
    store(rooms, visitors, story)

    head = rooms.head(story.room.id, consistent=True)

    assert head is not None
    assert head.room.is_closed
    assert head.room == story.room


# cursors


def test_a_cursor_moves_forward_only(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store(rooms, visitors, story)

    def move(seq: int, messages: int) -> bool:
        return rooms.move_cursor(story.room.id, VISITOR_CURSOR, Cursor(seq=seq, visitor_messages=messages))

    assert move(5, 2)
    assert not move(5, 2)
    assert not move(4, 1)
    assert move(10, 3)  # ten is more than nine and than five, as a number
    head = rooms.head(story.room.id, consistent=True)
    assert head is not None
    assert head.cursors == {VISITOR_CURSOR: Cursor(seq=10, visitor_messages=3)}


def test_a_later_stay_moves_a_cursor_on_the_spot(rooms: RoomStore, visitors: VisitorStore) -> None:
    ada = agent()
    story = opening().then(Accept(caller=ada, client_id=new_id(), at=NOON, hold=True))
    store(rooms, visitors, story)

    def move(since: int) -> bool:
        return rooms.move_cursor(story.room.id, ada.id, Cursor(seq=7, visitor_messages=1, since=since))

    assert move(2)
    assert not move(2)
    assert move(6)
    assert not move(2)
    head = rooms.head(story.room.id, consistent=True)
    assert head is not None
    assert head.cursors == {ada.id: Cursor(seq=7, visitor_messages=1, since=6)}


def test_everybody_has_a_cursor_of_their_own(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store(rooms, visitors, story)
    keys = [VISITOR_CURSOR, new_id(), "with.dots", "with-hyphens", "größe #1", "seq"]

    for place, key in enumerate(keys, start=1):
        assert rooms.move_cursor(story.room.id, key, Cursor(seq=place, visitor_messages=0))

    head = rooms.head(story.room.id, consistent=True)
    assert head is not None
    assert {key: cursor.seq for key, cursor in head.cursors.items()} == {
        key: place for place, key in enumerate(keys, start=1)
    }


def test_a_cursor_makes_no_room(rooms: RoomStore) -> None:
    room_id = new_id()

    assert not rooms.move_cursor(room_id, VISITOR_CURSOR, Cursor(seq=1, visitor_messages=0))
    assert rooms.head(room_id, consistent=True) is None


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8))
@FEW
def test_a_cursor_ends_where_it_was_moved_furthest(
    rooms: RoomStore, visitors: VisitorStore, moves: list[tuple[int, int]]
) -> None:
    story = opening()
    store_opening(rooms, visitors, story)

    for seq, since in moves:
        rooms.move_cursor(story.room.id, VISITOR_CURSOR, Cursor(seq=seq, visitor_messages=seq, since=since))

    head = rooms.head(story.room.id, consistent=True)
    assert head is not None
    furthest = {VISITOR_CURSOR: max(moves)} if moves else {}
    assert {key: (cursor.seq, cursor.since) for key, cursor in head.cursors.items()} == furthest
