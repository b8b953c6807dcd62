"""Who may read a room, and what a visitor sees of it (contract.md, "Who may read a room")."""

from dataclasses import replace

import pytest

from foyer.domain.access import may_read
from foyer.domain.events import EVENT_TYPES, VISIBLE_TO_VISITORS
from foyer.domain.people import Caller
from tests.unit.rooms import Ask, Story, caller, refused


def reads(story: Story, who: str) -> bool:
    return may_read(story.room, caller(who))


def test_a_room_is_read_by_its_visitor_and_by_no_other() -> None:
    story = Story()
    assert reads(story, "vera")
    assert not reads(story, "walt")
    assert not may_read(story.room, Caller(kind="agent", id="vera")), "an agent with the visitor's id is no visitor"


def test_agents_with_an_offer_read_and_those_without_do_not() -> None:
    story = Story(department="sales")
    assert (reads(story, "cleo"), reads(story, "dan"), reads(story, "ben")) == (True, True, False)


def test_an_agent_who_declined_or_came_too_late_no_longer_reads() -> None:
    story = Story()
    story.decline("dan")
    assert not reads(story, "dan")
    story.transfer("ada", department="sales")
    assert not reads(story, "ben")


def test_agents_who_ever_accepted_read_for_ever() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", agent="cleo")
    story.accept("cleo")
    story.close("cleo")
    story.close("cleo")
    assert story.inside == []
    assert (reads(story, "ben"), reads(story, "cleo"), reads(story, "dan")) == (True, True, False)


def test_admins_read_every_room() -> None:
    story = Story(department="sales")
    assert reads(story, "ada")


def test_agents_in_the_visitors_present_room_read_its_other_rooms() -> None:
    story = Story(department="sales")
    assert may_read(story.room, replace(caller("ben"), sees_present_room=True))


def test_who_reads_through_the_present_room_writes_nothing() -> None:
    story = Story(department="sales")
    reader = replace(caller("ben"), sees_present_room=True)
    with refused("not_a_participant"):
        story.say("ben", caller=reader)
    with refused("forbidden"):
        story.accept("ben", caller=reader)


def test_who_may_not_read_is_told_that_there_is_no_room_whatever_it_asks() -> None:
    story = Story()
    story.accept("ben")
    for ask in (
        story.say,
        story.note,
        story.accept,
        story.decline,
        lambda who: story.invite(who, "dan"),
        lambda who: story.transfer(who, agent="dan"),
        story.close,
        story.rate,
    ):
        for who in ("walt", "cleo"):
            with refused("not_found"):
                ask(who)


def test_who_lost_an_offer_may_answer_it_and_nothing_more() -> None:
    story = Story()
    story.accept("ben")
    with refused("already_taken"):
        story.accept("dan")
    assert story.decline("dan").events == ()
    with refused("not_found"):
        story.say("dan")
    with refused("not_found"):
        story.close("dan")


def test_a_visitor_may_do_nothing_that_is_an_agents() -> None:
    story = Story()
    story.accept("ben")
    asked: list[Ask] = [
        lambda: story.note("vera"),
        lambda: story.accept("vera"),
        lambda: story.decline("vera"),
        lambda: story.invite("vera", "dan"),
        lambda: story.transfer("vera", department="sales"),
    ]
    for ask in asked:
        with refused("forbidden"):
            ask()


def test_what_agents_do_among_themselves_is_invisible_to_visitors() -> None:
    hidden = {"note.added", "room.declined", "agent.invited", "room.transferred"}
    assert set(EVENT_TYPES) - VISIBLE_TO_VISITORS == hidden


def test_every_event_names_the_one_before_it_that_the_visitor_may_see() -> None:
    story = Story()
    story.accept("ben")
    story.note("ben")
    story.invite("ben", "cleo")
    story.decline("cleo")
    story.say("ben")
    story.say("vera")
    assert [event.previous_visible for event in story.log] == [0, 1, 2, 3, 3, 3, 3, 7]
    assert story.room.visible_seq == 8


def test_the_time_that_a_visitor_sees_does_not_move_with_what_is_hidden() -> None:
    story = Story()
    story.accept("ben")
    seen = story.log[-1].at
    story.note("ben")
    assert (story.room.visible_at, story.room.changed_at) == (seen, story.log[-1].at)
    assert story.room.changed_at > seen


@pytest.mark.parametrize(("name", "known"), [("Vera Vale", "Vera Vale"), (None, "Vera")])
def test_the_room_knows_the_name_that_the_visitor_last_acted_under(name: str | None, known: str) -> None:
    """A socket opened before the visitor gave a name does not take it back."""
    story = Story()
    story.say("vera", caller=replace(caller("vera"), name=name))
    assert story.room.visitor_name == known
