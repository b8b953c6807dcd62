"""What is written into items comes back as it was, whatever it is; no table is needed for that."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from foyer.adapters.dynamodb.codec import (
    cursor_from_map,
    cursor_to_map,
    event_from_image,
    event_to_item,
    room_from_document,
    room_to_document,
)
from foyer.domain.events import Event, Notice, ReadMark
from foyer.domain.people import Actor
from foyer.domain.rooms import Cursor, Room, command_mark
from tests.contract.stories import Story, stories

NUMBERS = st.integers(0, 10**15)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.builds(
    Event,
    room_id=st.text(),
    seq=st.integers(1, 10**10 - 1),
    at=NUMBERS,
    actor=st.from_type(Actor),
    data=st.dictionaries(st.text(), JSON, max_size=4),
    previous_visible=NUMBERS,
    visitor_messages=NUMBERS,
    expires_at=NUMBERS,
    read=st.none() | st.builds(ReadMark, seq=NUMBERS, visitor_messages=NUMBERS),
    notices=st.lists(st.from_type(Notice), max_size=3).map(tuple),
    v=st.integers(1, 9),
)


def through_dynamodb(event: Event) -> Event:
    """The event as a stream's record holds it, which is JSON too."""
    image: dict[str, Any] = json.loads(json.dumps(event_to_item(event).to_dynamodb_dict()))
    return event_from_image(image)


def through_json(room: Room) -> Room:
    document = json.loads(json.dumps(room_to_document(room)))
    return room_from_document(room.id, document, seq=room.seq, expires_at=room.expires_at)


@given(event=EVENTS)
def test_any_event_comes_back_as_it_was(event: Event) -> None:
    assert through_dynamodb(event) == event


ACTORS = st.builds(
    Actor, kind=st.sampled_from(["visitor", "agent", "system"]), id=st.none() | st.text(), name=st.none()
)
MARKS = st.builds(command_mark, ACTORS, st.text())
ROOMS = st.builds(replace, st.from_type(Room), recent_commands=st.lists(MARKS, max_size=20).map(tuple))
"""Marks have a length; everything else of a room may be anything."""


@given(room=ROOMS)
def test_any_room_comes_back_as_it_was(room: Room) -> None:
    assert through_json(room) == room


@given(story=stories())
@settings(max_examples=max(25, settings().max_examples // 4))
def test_any_log_that_the_rules_make_comes_back_as_it_was(story: Story) -> None:
    assert through_json(story.room) == story.room
    assert [through_dynamodb(event) for event in story.events] == list(story.events)


@given(cursor=st.builds(Cursor, seq=NUMBERS, visitor_messages=NUMBERS, since=NUMBERS))
def test_any_cursor_comes_back_as_it_was(cursor: Cursor) -> None:
    assert cursor_from_map(cursor_to_map(cursor)) == cursor
