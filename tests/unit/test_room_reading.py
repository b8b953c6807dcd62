"""Reading and unread, states and tabs, counts (contract.md, "The inbox, exactly")."""

import pytest

from foyer.domain.inbox import Entry, InboxState, Tab, closed_order, counts, entries_of, open_order
from tests.unit.rooms import Story, caller, refused


def accepted_by(who: str, *, hold: bool = False) -> Story:
    story = Story()
    story.accept(who, hold=hold)
    return story


def test_an_accepted_room_is_incoming_then_answered_then_waiting_then_incoming() -> None:
    story = accepted_by("ben")
    assert story.state("ben") == "incoming"
    story.say("ben")
    assert story.state("ben") == "answered"
    story.say("vera")
    assert (story.state("ben"), story.unread("ben")) == ("waiting", 1)
    story.read("ben")
    assert (story.state("ben"), story.unread("ben")) == ("incoming", 0)


def test_a_note_is_no_answer() -> None:
    story = accepted_by("ben")
    story.note("ben")
    assert story.state("ben") == "incoming"
    assert story.room.last_message is not None
    assert story.room.last_message.sender.kind == "visitor"


def test_any_agents_message_answers_for_all_inside() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.say("ben")
    assert story.state("cleo") == "answered"


@pytest.mark.parametrize(
    ("state", "tabs"),
    [("incoming", {"all", "active"}), ("answered", {"all", "active"}), ("waiting", {"all", "active", "waiting"})],
)
def test_an_accepted_open_room_is_active_whatever_its_state(state: InboxState, tabs: set[Tab]) -> None:
    story = accepted_by("ben")
    if state == "answered":
        story.say("ben")
    if state == "waiting":
        story.say("vera")
    assert story.state("ben") == state
    assert story.tabs("ben") == tabs


def test_an_offered_room_is_waiting_and_not_active() -> None:
    story = Story()
    assert story.tabs("ben") == {"all", "waiting"}
    assert story.tabs("cleo") == set()


def test_an_agents_message_reads_everything_up_to_its_after_and_no_further() -> None:
    story = accepted_by("ben")
    first, second = story.say("vera").room.seq, story.say("vera").room.seq
    story.say("ben", after=first)
    assert (story.read_seq("ben"), story.unread("ben"), story.state("ben")) == (first, 1, "waiting")
    story.say("ben", after=second)
    assert story.unread("ben") == 0


def test_a_message_with_an_old_after_takes_nothing_back() -> None:
    story = accepted_by("ben")
    read = story.read_seq("ben")
    story.say("ben", after=0)
    assert (story.read_seq("ben"), story.unread("ben")) == (read, 0)


def test_a_read_below_what_is_read_already_takes_nothing_back() -> None:
    story = accepted_by("ben")
    story.say("vera")
    story.read("ben")
    story.read("ben", 1)
    assert (story.read_seq("ben"), story.unread("ben")) == (story.room.seq, 0)


def test_a_cursor_behind_what_accepting_read_does_not_count() -> None:
    story = Story()
    story.say("vera")
    story.accept("ben")
    story.read("ben", 1)
    assert (story.read_seq("ben"), story.unread("ben")) == (4, 0)


def test_reading_is_each_participants_own() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.say("vera")
    story.read("ben")
    assert (story.unread("ben"), story.unread("cleo")) == (0, 1)


def test_the_visitors_read_mark_is_kept_beside_the_agents() -> None:
    story = accepted_by("ben")
    assert story.head.visitor_read_seq() == 0
    story.read("vera", 2)
    assert story.head.visitor_read_seq() == 2


def test_sending_never_accepts() -> None:
    story = Story()
    for verb in (story.say, story.note):
        with refused("not_a_participant"):
            verb("ben")
    assert story.inside == []


@pytest.mark.parametrize(("length", "shown"), [(120, "x" * 120), (121, "x" * 119 + "…")])
def test_the_last_message_is_an_excerpt_of_120_code_points(length: int, shown: str) -> None:
    story = Story(text="x" * length)
    assert story.room.last_message is not None
    assert story.room.last_message.text == shown


def test_counts_put_every_room_under_each_of_its_tabs() -> None:
    offered, incoming, unread, declined = Story(), accepted_by("ben"), accepted_by("ben"), Story()
    unread.say("vera")
    declined.decline("ben")
    heads = [story.head for story in (offered, incoming, unread, declined)]
    assert counts(heads, caller("ben"), closed=3) == {"all": 6, "active": 2, "waiting": 2, "closed": 3}


def test_counts_are_exact_up_to_a_hundred() -> None:
    heads = [Story().head] * 99
    assert counts(heads, caller("ben"), closed=0)["waiting"] == 99
    assert counts(heads * 2, caller("ben"), closed=500) == {"all": 100, "active": 0, "waiting": 100, "closed": 100}


def test_counts_leave_closed_rooms_to_the_number_given() -> None:
    closed = accepted_by("ben")
    closed.close("vera")
    assert counts([closed.head], caller("ben"), closed=1) == {"all": 1, "active": 0, "waiting": 0, "closed": 1}


def test_open_rooms_are_ordered_by_their_change_and_closed_ones_by_their_close() -> None:
    story = accepted_by("ben")
    assert open_order(story.room) == (story.log[-1].at, "room-1")
    story.close("vera")
    closed = closed_order(story.room)
    story.rate()
    assert closed_order(story.room) == closed == (story.log[-2].at, "room-1")


def test_an_open_room_is_listed_for_its_participants_and_its_standing_offers() -> None:
    story = Story()
    assert entries_of(story.room) == {Entry(room_id="room-1", department_id="general")}
    story.accept("ben")
    story.invite("ben", "cleo")
    assert entries_of(story.room) == {
        Entry(room_id="room-1", agent_id="ben"),
        Entry(room_id="room-1", agent_id="cleo"),
    }
    story.close("vera")
    assert entries_of(story.room) == frozenset()
