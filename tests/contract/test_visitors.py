"""Visitors' profiles, on every backend."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foyer.ports import RoomStore, VersionConflictError, Visitor, VisitorStore
from tests.contract.stories import EXPIRES_AT, FEW, TEXTS, new_id, opening, store_opening
from tests.fakes.clock import NOON

PROFILES = st.builds(
    Visitor,
    id=st.builds(new_id),
    name=st.none() | TEXTS,
    email=st.none() | TEXTS,
    locale=st.none() | st.just("pt-BR"),
    browser=st.none() | TEXTS,
    custom=st.none() | st.dictionaries(TEXTS, TEXTS, max_size=3),
    pages=st.lists(st.fixed_dictionaries({"url": TEXTS, "title": TEXTS, "at": st.just(NOON)}), max_size=3).map(tuple),
    tokens=st.dictionaries(st.text("0123456789abcdef", min_size=1), st.integers(0, 2**32), max_size=3),
)


def test_nobody_knows_a_stranger(visitors: VisitorStore) -> None:
    assert visitors.visitor(new_id(), consistent=True) is None


@given(visitor=PROFILES)
@FEW
def test_a_profile_comes_back_as_it_was_stored(visitors: VisitorStore, visitor: Visitor) -> None:
    stored = visitors.put_visitor(visitor, expires_at=EXPIRES_AT)

    assert stored == replace(visitor, version=1)
    assert visitors.visitor(visitor.id, consistent=True) == stored


def test_a_profile_is_changed_from_the_version_that_was_read(visitors: VisitorStore) -> None:
    first = visitors.put_visitor(Visitor(id=new_id(), name="Vera", email="vera@shop.example"), expires_at=EXPIRES_AT)

    second = visitors.put_visitor(replace(first, name=None, tokens={"ab": 5}), expires_at=EXPIRES_AT)

    assert second.version == 2
    assert visitors.visitor(first.id, consistent=True) == second
    assert second == replace(first, name=None, tokens={"ab": 5}, version=2)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_profile_that_changed_meanwhile_is_left_alone(visitors: VisitorStore, version: int) -> None:
    visitor = visitors.put_visitor(Visitor(id=new_id()), expires_at=EXPIRES_AT)
    visitor = visitors.put_visitor(replace(visitor, name="Vera"), expires_at=EXPIRES_AT)

    with pytest.raises(VersionConflictError):
        visitors.put_visitor(replace(visitor, name="Walt", version=version), expires_at=EXPIRES_AT)

    assert visitors.visitor(visitor.id, consistent=True) == visitor


def test_a_profile_is_not_made_by_changing_it(visitors: VisitorStore) -> None:
    visitor_id = new_id()

    with pytest.raises(VersionConflictError):
        visitors.put_visitor(Visitor(id=visitor_id, version=1), expires_at=EXPIRES_AT)

    assert visitors.visitor(visitor_id, consistent=True) is None


def test_a_change_of_profile_leaves_the_present_room_alone(rooms: RoomStore, visitors: VisitorStore) -> None:
    story = opening()
    store_opening(rooms, visitors, story)
    visitor = visitors.visitor(story.room.visitor_id, consistent=True)
    assert visitor is not None

    stored = visitors.put_visitor(replace(visitor, name="Vera V.", room_id="elsewhere"), expires_at=EXPIRES_AT)

    assert stored.room_id == story.room.id
    assert visitors.visitor(visitor.id, consistent=True) == stored


def test_an_opening_does_not_get_in_the_way_of_a_change_of_profile(rooms: RoomStore, visitors: VisitorStore) -> None:
    visitor = visitors.put_visitor(Visitor(id=new_id()), expires_at=EXPIRES_AT)
    story = opening(visitor_id=visitor.id)
    rooms.open(story.room, story.events, previous_room_id=None)

    stored = visitors.put_visitor(replace(visitor, name="Vera"), expires_at=EXPIRES_AT)

    assert (stored.name, stored.room_id) == ("Vera", story.room.id)
