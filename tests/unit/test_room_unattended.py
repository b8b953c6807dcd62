"""Nobody there: when the visitor is told, and what its next message does (contract.md)."""

from foyer.domain.events import Notice
from foyer.domain.inbox import unattended_reason
from tests.unit.rooms import Story

EVERYBODY = {"general": ["ada", "ben", "dan"], "sales": ["cleo", "dan"]}
NOBODY: dict[str, list[str]] = {}


def all_declined() -> Story:
    story = Story()
    for who in ("ada", "ben", "dan"):
        story.decline(who)
    return story


def test_while_somebody_can_take_the_offer_there_is_nothing_to_tell() -> None:
    assert unattended_reason(Story().room, EVERYBODY) is None


def test_a_department_without_an_agent_online_is_offline() -> None:
    assert unattended_reason(Story().room, NOBODY) == "offline"
    assert unattended_reason(Story().room, {"sales": ["cleo"]}) == "offline", "other departments do not count"


def test_the_last_decline_of_those_online_is_declined() -> None:
    story = Story()
    story.decline("ben")
    assert unattended_reason(story.room, {"general": ["ben", "dan"]}) is None
    assert unattended_reason(story.room, {"general": ["ben"]}) == "declined"


def test_only_a_waiting_room_is_unattended() -> None:
    story = Story()
    story.accept("ben")
    assert unattended_reason(story.room, NOBODY) is None
    story.transfer("ben", department="sales")
    assert unattended_reason(story.room, NOBODY) is None
    story.close("ben")
    assert unattended_reason(story.room, NOBODY) == "offline"
    story.close("vera")
    assert unattended_reason(story.room, NOBODY) is None


def test_a_room_that_waits_for_one_agent_asks_for_that_agent() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", agent="cleo")
    story.close("ben")
    assert unattended_reason(story.room, {"cleo": ["cleo"]}) is None
    assert unattended_reason(story.room, NOBODY) == "offline"
    story.decline("cleo")
    assert unattended_reason(story.room, EVERYBODY) == "declined"


def test_the_visitor_is_told_once_for_a_reason() -> None:
    story = Story()
    story.unattended("offline")
    assert story.log[-1].data == {"reason": "offline"}
    assert unattended_reason(story.room, NOBODY) is None
    assert story.unattended("offline").events == ()


def test_offline_may_be_followed_by_timeout_and_by_declined() -> None:
    story = Story()
    assert all(story.unattended(reason).events for reason in ("offline", "timeout", "declined"))


def test_nothing_overtakes_declined_so_that_the_next_message_still_makes_a_new_offer() -> None:
    story = all_declined()
    story.unattended("declined")
    assert story.unattended("timeout").events == ()
    assert story.unattended("offline").events == ()
    assert unattended_reason(story.room, NOBODY) is None
    story.say("vera")
    assert story.state("ben") == "waiting"


def test_an_unattended_room_stays_waiting_under_the_same_offer() -> None:
    story = Story()
    story.unattended("offline")
    assert story.room.status == "waiting"
    assert story.notices == set()
    story.accept("ben", offer=1)
    assert story.inside == ["ben"]
    assert story.room.unattended is None


def test_where_all_declined_the_next_message_of_the_visitor_makes_a_new_offer_to_the_department() -> None:
    story = all_declined()
    story.unattended("declined")
    assert [story.state(who) for who in ("ada", "ben", "dan")] == [None] * 3
    story.say("vera", "Please?")
    offer = story.offer("ben")
    assert offer is not None
    assert (offer.seq, offer.kind, offer.by) == (story.room.seq, "department", None)
    assert [story.state(who) for who in ("ada", "ben", "dan")] == ["waiting"] * 3
    assert story.notices == {Notice(department_id="general")}


def test_only_the_first_message_after_the_declines_makes_an_offer() -> None:
    story = all_declined()
    story.unattended("declined")
    story.say("vera")
    made = story.offer("ben")
    story.say("vera")
    assert story.offer("ben") == made


def test_a_message_to_a_department_that_is_merely_offline_makes_no_new_offer() -> None:
    story = Story()
    story.unattended("offline")
    story.say("vera")
    assert [offer.seq for offer in story.room.offers] == [1]


def test_where_the_one_agent_asked_declined_the_next_message_offers_the_room_to_its_department() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", agent="cleo")
    story.close("ben")
    story.decline("cleo")
    assert story.room.standing_offers == ()
    story.unattended("declined")
    story.say("vera")
    assert story.states() == {"ada": "waiting", "ben": "waiting", "cleo": None, "dan": "waiting"}


def test_a_new_transfer_starts_over_what_the_visitor_was_told() -> None:
    story = all_declined()
    story.unattended("declined")
    story.transfer("ada", department="sales")
    assert unattended_reason(story.room, NOBODY) == "offline"


def test_a_report_is_void_once_other_offers_stand_than_it_judged_by() -> None:
    story = all_declined()
    story.transfer("ada", department="sales")
    assert story.unattended("declined", offers=(1,)).events == ()
    assert story.unattended("offline", offers=(story.room.seq,)).events
