"""Taking an offer or not: accept, hold, decline (contract.md, "The inbox, exactly")."""

import pytest

from foyer.domain.events import Notice
from foyer.domain.rooms import ENDED_OFFERS_KEPT
from tests.unit.rooms import Story, refused


def test_a_new_room_waits_for_every_agent_of_its_department_and_for_nobody_else() -> None:
    story = Story(department="general")
    assert story.states() == {"ada": "waiting", "ben": "waiting", "cleo": None, "dan": "waiting"}
    assert story.room.status == "waiting"
    assert story.log[0].notices == (Notice(department_id="general"),)


def test_opening_with_a_text_makes_two_events_and_without_one() -> None:
    assert Story(text="Hi").types == ["room.opened", "message.sent"]
    assert Story(text=None).types == ["room.opened"]


def test_accepting_takes_the_room_and_reads_everything_before() -> None:
    story = Story()
    story.say("vera", "Anyone?")
    story.accept("ben")
    assert story.log[-1].data == {"offer": 1, "hold": False}
    assert story.inside == ["ben"]
    assert (story.unread("ben"), story.read_seq("ben"), story.held("ben")) == (0, story.room.seq, False)
    assert story.states() == {"ada": None, "ben": "incoming", "cleo": None, "dan": None}


def test_the_second_to_accept_hears_who_was_first() -> None:
    story = Story()
    story.accept("ben", offer=1)
    with refused("already_taken") as answer:
        story.accept("dan", offer=1)
    assert answer.extra["taken_by"] == "ben"
    assert story.types.count("room.accepted") == 1


def test_the_winner_who_accepts_again_under_a_new_name_succeeds_and_nothing_is_appended() -> None:
    story = Story()
    story.accept("ben")
    assert story.accept("ben", offer=1).events == ()
    assert story.inside == ["ben"]


def test_an_acceptance_tells_the_department_that_the_room_is_taken() -> None:
    story = Story()
    story.accept("ben")
    assert story.notices == {Notice(department_id="general", reason="taken")}


def test_naming_an_offer_that_ended_is_already_taken_even_when_a_newer_one_stands() -> None:
    story = Story()
    story.accept("ben")
    story.invite("ben", "dan")
    with refused("already_taken") as answer:
        story.accept("dan", offer=1)
    assert answer.extra["taken_by"] == "ben"
    story.accept("dan", offer=4)
    assert story.inside == ["ben", "dan"]


def test_an_unnamed_offer_is_the_newest_that_stands_for_the_agent() -> None:
    story = Story()
    story.accept("ben")
    story.invite("ben", "dan")
    story.transfer("ben", department="sales")
    story.accept("dan")
    assert story.log[-1].data["offer"] == 5
    assert story.inside == ["dan"]


def test_who_lost_an_offer_hears_its_winner_and_not_who_took_another_one_later() -> None:
    story = Story()
    story.accept("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    with refused("already_taken") as answer:
        story.accept("dan")
    assert answer.extra["taken_by"] == "ben"


def test_who_took_the_room_and_left_hears_who_has_it_now() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", department="sales")
    story.accept("cleo")
    with refused("already_taken") as answer:
        story.accept("ben")
    assert answer.extra["taken_by"] == "cleo"


def test_an_offer_that_nobody_took_ends_without_a_winner_to_name() -> None:
    story = Story()
    story.decline("ben")
    with refused("already_taken") as answer:
        story.accept("ben")
    assert answer.extra["taken_by"] is None


def test_who_was_never_offered_the_room_cannot_know_it() -> None:
    story = Story(department="general")
    with refused("not_found"):
        story.accept("cleo")


def test_an_admin_who_was_not_offered_the_room_may_not_accept_it() -> None:
    story = Story(department="sales")
    with refused("forbidden"):
        story.accept("ada")


def test_a_visitor_accepts_and_declines_nothing() -> None:
    story = Story()
    with refused("forbidden"):
        story.accept("vera")
    with refused("forbidden"):
        story.decline("vera")


def test_an_offer_of_the_future_is_no_valid_offer_for_accept_or_decline() -> None:
    story = Story()
    for verb in (story.accept, story.decline):
        with refused("validation_failed"):
            verb("ben", offer=story.room.seq + 1)


def test_hold_accepts_without_reading_anything() -> None:
    story = Story()
    story.say("vera", "Anyone?")
    story.accept("ben", hold=True)
    assert (story.unread("ben"), story.read_seq("ben"), story.held("ben")) == (2, 0, True)
    assert story.state("ben") == "waiting"
    assert story.tabs("ben") == {"all", "active", "waiting"}


def test_a_hold_lasts_through_messages_of_others_and_own_notes() -> None:
    story = Story()
    story.accept("ben", hold=True)
    story.say("vera")
    story.note("ben")
    assert story.held("ben")


def test_the_first_message_ends_a_hold() -> None:
    story = Story()
    story.accept("ben", hold=True)
    story.say("ben", after=0)
    assert not story.held("ben")
    assert story.unread("ben") == 1, "it was written by someone who had seen nothing"


def test_the_first_read_ends_a_hold() -> None:
    story = Story()
    story.accept("ben", hold=True)
    story.read("ben", 1)
    assert not story.held("ben")


def test_a_read_of_an_earlier_stay_does_not_end_a_later_hold() -> None:
    story = Story()
    story.accept("ben")
    story.read("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.close("ben")
    story.invite("cleo", "ben")
    story.accept("ben", hold=True)
    assert story.held("ben")
    story.read("ben")
    assert not story.held("ben")


def test_a_decline_takes_the_room_from_this_agent_only() -> None:
    story = Story()
    story.decline("ben")
    assert story.log[-1].data == {"offer": 1}
    assert story.states() == {"ada": "waiting", "ben": None, "cleo": None, "dan": "waiting"}
    assert story.notices == {Notice(agent_id="ben", reason="declined")}


def test_a_decline_is_final_for_that_offer() -> None:
    story = Story()
    story.decline("ben")
    with refused("already_taken"):
        story.accept("ben", offer=1)
    assert story.decline("ben", offer=1).events == ()
    story.accept("dan")
    story.transfer("dan", department="general")
    assert story.state("ben") == "waiting", "another offer is another chance"


@pytest.mark.parametrize("offer", [None, 1])
def test_declining_an_offer_that_is_gone_changes_nothing(offer: int | None) -> None:
    story = Story()
    story.accept("ben")
    assert story.decline("dan", offer=offer).events == ()
    assert story.decline("ben", offer=offer).events == (), "nor does declining from inside the room"
    story.close("ben")
    assert story.decline("dan", offer=offer).events == (), "nor in a closed room"


def test_a_decline_covers_the_older_offers_too_so_that_the_room_leaves_the_inbox() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", department="general")
    story.invite("ben", "dan")
    story.decline("dan")
    assert story.state("dan") is None
    assert story.state("ada") == "waiting"


def test_declining_an_older_offer_leaves_a_newer_one_standing() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", department="general")
    story.invite("ben", "dan")
    story.decline("dan", offer=4)
    standing = story.offer("dan")
    assert standing is not None
    assert (standing.seq, standing.kind) == (5, "invite")


def test_a_room_remembers_the_newest_ended_offers_and_all_that_stand() -> None:
    story = Story()
    story.accept("ben")
    story.invite("ben", "dan")
    for _ in range(ENDED_OFFERS_KEPT + 5):
        story.invite("ben", "cleo")
        story.decline("cleo")
    ended = [offer.seq for offer in story.room.offers if offer.ended]
    assert len(ended) == ENDED_OFFERS_KEPT
    assert ended == sorted(ended)
    assert max(ended) == story.room.seq - 1
    assert [offer.seq for offer in story.room.standing_offers] == [4]


def test_declining_the_departments_offer_leaves_the_own_invitation_in_the_inbox() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", department="general")
    story.invite("ben", "dan")
    story.decline("dan", offer=4)
    assert story.state("dan") == "waiting"
    assert story.notices == {Notice(agent_id="dan")}, "a removal would take its entry away"


def test_who_is_inside_sees_no_offer_though_one_stands_for_its_department() -> None:
    story = Story()
    story.accept("ben")
    story.invite("ben", "dan")
    story.transfer("ben", department="sales")
    story.accept("dan", offer=4)
    assert story.offer("dan") is None
    assert story.accept("dan", offer=5).events == ()
    assert story.decline("dan", offer=5).events == ()
    assert story.inside == ["ben", "dan"]


def test_the_winner_of_the_named_offer_is_told_and_not_that_of_a_later_one() -> None:
    story = Story()
    story.accept("ben")
    story.transfer("ben", department="general")
    story.accept("dan")
    for offer, winner in ((1, "ben"), (4, "dan"), (None, "dan")):
        with refused("already_taken") as answer:
            story.accept("ada", offer=offer)
        assert answer.extra["taken_by"] == winner
