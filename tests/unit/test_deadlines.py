"""What time does to a room, judged from its log, its department's limits and when its visitor went."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foyer.domain.deadlines import Deadline, command_when_due, deadlines
from foyer.domain.people import TimeLimits
from foyer.domain.rooms import Room
from tests.unit.rooms import Story

LIMITS = TimeLimits(offer=60, visitor_gone=600, idle=3_600)
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def due(room: Room, limits: TimeLimits = LIMITS, *, gone_since: int | None = None) -> dict[str, int]:
    """When each thing becomes due, in milliseconds after the room opened."""
    return {one.reason: one.at - room.opened_at for one in deadlines(room, limits, gone_since=gone_since)}


def test_an_offer_that_nobody_takes_times_out_after_the_departments_limit() -> None:
    assert due(Story().room)["timeout"] == MINUTE


def test_the_limit_of_an_offer_begins_when_the_last_agent_goes() -> None:
    """The giver keeps the room until the transfer is accepted: as long as it stays, the visitor is attended."""
    story = Story()
    story.accept("ben")
    story.transfer("ben", department="sales")
    assert "timeout" not in due(story.room)
    story.tick(10 * MINUTE)
    story.close("ben")
    assert due(story.room)["timeout"] == story.room.changed_at - story.room.opened_at + MINUTE


def test_the_limit_of_a_new_offer_begins_anew() -> None:
    story = Story()
    story.tick(MINUTE // 2)
    story.transfer("ada", department="sales", caller=replace(story.last.caller, kind="agent", id="ada", admin=True))
    assert due(story.room)["timeout"] == story.room.changed_at - story.room.opened_at + MINUTE


@pytest.mark.parametrize("told", ["timeout", "declined"])
def test_a_visitor_who_knows_that_nobody_came_is_not_told_again(told: str) -> None:
    story = Story()
    story.unattended(told)  # type: ignore[arg-type]
    assert "timeout" not in due(story.room)


def test_a_visitor_who_was_told_that_nobody_is_online_hears_of_the_timeout_too() -> None:
    story = Story()
    story.unattended("offline")
    assert "timeout" in due(story.room)


def test_a_room_in_which_nothing_was_written_closes_two_minutes_behind_its_visitor() -> None:
    room = Story(text=None).room
    assert due(room, gone_since=room.opened_at + 5_000)["visitor_left"] == 5_000 + 2 * MINUTE


def test_a_visitor_who_has_left_is_told_nothing_more() -> None:
    """Both limits pass at the same moment: the room closes, and no `timeout` stands before that in its log."""
    room = Story(text=None).room
    found = deadlines(room, TimeLimits(offer=120), gone_since=room.opened_at)
    assert [one.reason for one in found][:2] == ["visitor_left", "timeout"]


def test_a_room_with_a_message_waits_for_as_long_as_it_lives() -> None:
    """A message that was left over a weekend is still there on Monday."""
    room = Story(text="Mail me").room
    assert due(room, gone_since=room.opened_at) == {"timeout": MINUTE, "expired": 30 * DAY}


def test_an_accepted_room_closes_behind_its_visitor_after_the_departments_limit() -> None:
    story = Story()
    story.accept("ben")
    gone = story.room.opened_at + 7_000
    assert due(story.room, gone_since=gone)["visitor_left"] == 7_000 + 10 * MINUTE
    assert due(story.room, TimeLimits(visitor_gone=1), gone_since=gone)["visitor_left"] == 7_000 + 2 * MINUTE
    assert "visitor_left" not in due(story.room, TimeLimits(visitor_gone=None), gone_since=gone)


def test_who_never_connected_or_is_there_has_not_left() -> None:
    assert "visitor_left" not in due(Story(text=None).room)


def test_an_accepted_room_is_idle_an_hour_after_its_last_event() -> None:
    story = Story()
    story.accept("ben")
    story.tick(30 * MINUTE)
    story.note("ben")
    assert due(story.room)["idle"] == story.room.changed_at - story.room.opened_at + 60 * MINUTE


@pytest.mark.parametrize("written_in", [True, False])
def test_every_open_room_ends_after_thirty_days(written_in: bool) -> None:
    assert due(Story(text="Hello" if written_in else None).room)["expired"] == 30 * DAY


def test_nothing_is_due_in_a_closed_room() -> None:
    story = Story()
    story.close("vera")
    assert deadlines(story.room, LIMITS, gone_since=story.room.opened_at) == []


def test_without_limits_only_the_end_of_its_life_is_due() -> None:
    story = Story()
    never = TimeLimits(offer=None, visitor_gone=None, idle=None)
    assert due(story.room, never, gone_since=0).keys() == {"expired"}
    story.accept("ben")
    assert due(story.room, never, gone_since=0).keys() == {"expired"}


@given(
    limits=st.builds(
        TimeLimits,
        offer=st.none() | st.integers(1, 10**6),
        visitor_gone=st.none() | st.integers(1, 10**6),
        idle=st.none() | st.integers(1, 10**6),
    ),
    gone=st.none() | st.integers(-(10**9), 10**9),
    accepted=st.booleans(),
    text=st.none() | st.just("Hello"),
)
def test_what_is_due_can_be_carried_out_once_and_is_not_due_again(
    limits: TimeLimits, gone: int | None, accepted: bool, text: str | None
) -> None:
    """Whatever comes first: its command appends one event, its repeat none, and the same reason is not found again."""
    story = Story(text=text)
    if accepted:
        story.accept("ben")
    gone_since = None if gone is None else story.room.opened_at + gone
    found = deadlines(story.room, limits, gone_since=gone_since)
    assert found == sorted(found, key=lambda one: one.at)
    first: Deadline = found[0]
    judged = story.room
    assert len(story.give(command_when_due(judged, first, at=max(first.at, story.clock))).events) == 1
    assert story.again().events == ()
    assert first.reason not in {one.reason for one in deadlines(story.room, limits, gone_since=gone_since)}


def test_a_command_that_is_carried_out_too_late_is_void() -> None:
    story = Story()
    story.accept("ben")
    (idle,) = [one for one in deadlines(story.room, LIMITS, gone_since=None) if one.reason == "idle"]
    judged = story.room
    story.say("vera", "Still here")
    assert story.give(command_when_due(judged, idle, at=idle.at)).events == ()
