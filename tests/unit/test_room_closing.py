"""How rooms end: the visitor, the last agent, the system, and what is left in inboxes (contract.md)."""

import pytest

from foyer.domain.events import Notice
from tests.unit.rooms import AGENTS, Ask, Story, refused


def accepted_by(who: str) -> Story:
    story = Story()
    story.accept(who)
    return story


def test_the_last_agents_close_closes_the_room() -> None:
    story = accepted_by("ben")
    story.close("ben")
    assert story.types[-1] == "room.closed"
    assert story.log[-1].data == {"closed_by": "agent", "reason": "closed"}
    assert (story.room.status, story.room.closed_by, story.room.closed_at) == ("closed", "agent", story.log[-1].at)


def test_an_agent_who_closes_the_tab_with_others_inside_only_leaves() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.close("ben")
    assert (story.types[-1], story.inside, story.room.status) == ("agent.left", ["cleo"], "active")
    assert story.state("ben") is None
    assert story.notices == {Notice(agent_id="ben", reason="left")}
    story.close("cleo")
    assert story.room.is_closed


def test_the_last_agents_close_under_a_standing_invitation_leaves_the_room_waiting() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.close("ben")
    assert (story.types[-1], story.room.status, story.state("cleo")) == ("agent.left", "waiting", "waiting")
    assert Notice(agent_id="cleo") in story.notices, "the status that cleo's inbox shows has changed"


def test_the_visitors_close_withdraws_all_offers() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.transfer("ben", department="sales")
    story.close("vera")
    assert story.log[-1].data == {"closed_by": "visitor", "reason": "closed"}
    assert story.room.standing_offers == ()
    assert story.notices == {Notice(agent_id="cleo", reason="closed"), Notice(department_id="sales", reason="closed")}
    assert story.states() == {"ada": None, "ben": "closed", "cleo": None, "dan": None}


@pytest.mark.parametrize("reason", ["visitor_left", "idle", "expired"])
def test_the_system_closes_for_a_reason(reason: str) -> None:
    story = Story(text=None)
    story.close("system", reason)
    assert story.log[-1].data == {"closed_by": "system", "reason": reason}
    assert (story.log[-1].actor.kind, story.log[-1].actor.id) == ("system", None)


@pytest.mark.parametrize("why", ["written", "accepted", "both"])
def test_what_the_system_judged_is_void_once_the_room_went_on(why: str) -> None:
    """Decided on the log: somebody may have been faster than the timer that looked."""
    story = Story(text=None)
    judged = story.room.seq
    if why != "accepted":
        story.say("vera")
    if why != "written":
        story.accept("ben")
    before = story.room
    assert story.close("system", "visitor_left", judged=judged).events == ()
    assert story.room == before
    assert story.close("system", "visitor_left", judged=before.seq).events != ()


def test_a_closed_room_shows_grey_to_those_who_took_part_at_the_close_and_to_nobody_else() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.close("ben")
    story.close("vera")
    assert story.states() == {"ada": None, "ben": None, "cleo": "closed", "dan": None}
    assert story.tabs("cleo") == {"all", "closed"}


def test_closed_wins_over_unread_messages() -> None:
    story = accepted_by("ben")
    story.say("vera")
    story.close("vera")
    assert story.unread("ben") == 1
    assert story.state("ben") == "closed"


def test_closing_the_tab_of_a_closed_room_only_takes_it_out_of_that_inbox() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.close("vera")
    closed_at = story.room.closed_at
    story.close("ben")
    assert (story.types[-1], story.room.closed_at, story.room.closed_by) == ("agent.left", closed_at, "visitor")
    assert (story.state("ben"), story.state("cleo")) == (None, "closed")
    assert story.notices == {Notice(agent_id="ben", reason="left")}


@pytest.mark.parametrize("who", ["vera", "ada", "ben", "system"])
def test_closing_a_closed_room_changes_nothing(who: str) -> None:
    story = accepted_by("ben")
    story.close("vera")
    story.close("ben")
    assert story.close(who).events == ()


def test_an_admin_closes_any_room() -> None:
    story = accepted_by("ben")
    story.close("ada")
    assert (story.room.closed_by, story.state("ben"), story.state("ada")) == ("agent", "closed", None)


def test_an_agent_outside_may_not_close_a_room() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    with refused("not_a_participant"):
        story.close("cleo")


def test_after_the_close_nothing_can_be_done_but_rating_and_leaving() -> None:
    story = accepted_by("ben")
    story.invite("ben", "dan")
    story.close("vera")
    asked: list[Ask] = [
        lambda: story.say("vera"),
        lambda: story.say("ben"),
        lambda: story.note("ben"),
        lambda: story.accept("dan"),
        lambda: story.accept("ben"),
        lambda: story.invite("ben", "ada"),
        lambda: story.transfer("ben", department="sales"),
    ]
    for late in asked:
        with refused("room_closed"):
            late()
    assert story.unattended("offline").events == ()
    assert story.rate().events


@pytest.mark.parametrize("closed", [False, True])
def test_the_visitor_rates_once_open_or_closed(closed: bool) -> None:
    story = accepted_by("ben")
    if closed:
        story.close("vera")
    story.rate(score=4, comment="Quick")
    assert story.log[-1].data == {"score": 4, "comment": "Quick"}
    assert story.room.rated
    assert story.rate(score=1).events == (), "a second rating changes nothing"


def test_only_the_visitor_rates() -> None:
    story = accepted_by("ben")
    for who in ("ben", "ada"):
        with refused("forbidden"):
            story.rate(who)


def test_a_closed_room_never_opens_again() -> None:
    story = accepted_by("ben")
    story.close("vera")
    story.rate()
    story.close("ben")
    assert story.room.status == "closed"
    assert all(story.state(who) is None for who in AGENTS)
