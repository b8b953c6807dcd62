"""One more agent, or another one: invite and transfer (contract.md, "The inbox, exactly")."""

import pytest

from foyer.domain.events import Notice
from tests.unit.rooms import Story, refused


def accepted_by(who: str, *, department: str = "general") -> Story:
    story = Story(department=department)
    story.accept(who)
    return story


def test_an_invitation_is_a_personal_offer_by_the_one_who_invites() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    offer = story.offer("cleo")
    assert offer is not None
    assert (offer.seq, offer.kind, offer.by, offer.at) == (4, "invite", "ben", story.log[-1].at)
    assert story.states() == {"ada": None, "ben": "incoming", "cleo": "waiting", "dan": None}
    assert story.notices == {Notice(agent_id="cleo")}


def test_an_accepted_invitation_adds_an_agent_and_nobody_leaves() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    assert story.inside == ["ben", "cleo"]
    assert story.notices == set(), "whoever is inside hears the event itself"


def test_a_declined_invitation_changes_nothing_else() -> None:
    story = accepted_by("ben")
    before = story.states()
    story.invite("ben", "cleo")
    story.decline("cleo")
    assert story.states() == before
    assert story.inside == ["ben"]
    assert story.room.status == "active"


def test_invitations_stand_side_by_side() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.invite("ben", "dan")
    story.accept("cleo")
    assert story.state("dan") == "waiting"
    story.accept("dan")
    assert story.inside == ["ben", "cleo", "dan"]


@pytest.mark.parametrize("whom", ["ben", "cleo", "dan"])
def test_inviting_who_is_inside_or_invited_or_handed_the_room_appends_nothing(whom: str) -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.transfer("ben", agent="dan")
    assert story.invite("ben", whom).events == ()


def test_only_a_participant_invites() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    for outsider in ("cleo", "ada"):
        with refused("not_a_participant"):
            story.invite(outsider, "dan")
    with refused("forbidden"):
        story.invite("vera", "dan")


def test_the_giver_keeps_the_room_until_a_transfer_is_accepted_and_leaves_then() -> None:
    story = accepted_by("ben")
    story.transfer("ben", agent="cleo")
    assert story.inside == ["ben"]
    assert story.notices == {Notice(agent_id="cleo")}
    story.accept("cleo")
    assert story.inside == ["cleo"]
    assert story.notices == {Notice(agent_id="ben", reason="left")}
    assert story.state("ben") is None
    assert story.types[-1] == "room.accepted", "the giver's leaving needs no event of its own"


def test_a_declined_transfer_leaves_the_room_with_its_giver() -> None:
    story = accepted_by("ben")
    story.transfer("ben", agent="cleo")
    story.decline("cleo")
    assert (story.inside, story.states()["cleo"]) == (["ben"], None)


def test_a_transfer_to_a_department_goes_to_the_first_of_it_and_moves_the_room_there() -> None:
    story = accepted_by("ben")
    story.transfer("ben", department="sales")
    assert story.notices == {Notice(department_id="sales")}
    assert (story.state("cleo"), story.state("dan"), story.state("ada")) == ("waiting", "waiting", None)
    assert story.room.department_id == "general"
    story.accept("dan")
    assert (story.inside, story.room.department_id) == (["dan"], "sales")
    assert story.notices == {Notice(department_id="sales", reason="taken"), Notice(agent_id="ben", reason="left")}
    with refused("already_taken") as answer:
        story.accept("cleo")
    assert answer.extra["taken_by"] == "dan"


def test_others_inside_stay_when_a_transfer_is_accepted() -> None:
    story = accepted_by("ben")
    story.invite("ben", "dan")
    story.accept("dan")
    story.transfer("ben", agent="cleo")
    story.accept("cleo")
    assert story.inside == ["dan", "cleo"]


def test_a_new_transfer_withdraws_the_one_before_and_no_invitation() -> None:
    story = accepted_by("ben")
    story.invite("ben", "dan")
    story.transfer("ben", agent="cleo")
    story.transfer("ben", agent="ada")
    assert (story.state("cleo"), story.state("ada"), story.state("dan")) == (None, "waiting", "waiting")
    assert story.notices == {Notice(agent_id="ada"), Notice(agent_id="cleo", reason="withdrawn")}
    with refused("already_taken"):
        story.accept("cleo", offer=5)


def test_a_transfer_that_stands_already_is_not_made_again() -> None:
    story = accepted_by("ben")
    story.transfer("ben", department="sales")
    assert story.transfer("ben", department="sales").events == ()
    assert story.transfer("ada", department="sales").events, "by another giver it is another transfer"


def test_a_transfer_to_who_is_inside_appends_nothing() -> None:
    story = accepted_by("ben")
    assert story.transfer("ben", agent="ben").events == ()


def test_a_transfer_asks_for_a_participant_or_an_admin() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    with refused("not_a_participant"):
        story.transfer("cleo", agent="dan")
    with refused("forbidden"):
        story.transfer("vera", agent="dan")
    assert story.transfer("ada", agent="dan").events


def test_an_admins_transfer_takes_nobody_out_of_the_room() -> None:
    story = accepted_by("ben")
    story.transfer("ada", agent="cleo")
    story.accept("cleo")
    assert story.inside == ["ben", "cleo"]


def test_an_admins_transfer_of_a_waiting_room_replaces_the_offer_and_moves_the_room() -> None:
    story = Story(department="general")
    story.transfer("ada", department="sales")
    assert story.states() == {"ada": None, "ben": None, "cleo": "waiting", "dan": "waiting"}
    assert story.notices == {Notice(department_id="sales"), Notice(department_id="general", reason="withdrawn")}
    assert story.room.department_id == "sales"


def test_after_all_of_the_new_department_declined_the_next_message_offers_it_there_again() -> None:
    story = Story(department="general")
    story.transfer("ada", department="sales")
    story.decline("cleo")
    story.decline("dan")
    story.unattended("declined")
    story.say("vera")
    assert story.states() == {"ada": None, "ben": None, "cleo": "waiting", "dan": "waiting"}


def test_a_giver_who_closes_the_tab_first_leaves_the_room_waiting_under_that_offer() -> None:
    story = accepted_by("ben")
    story.transfer("ben", department="sales")
    story.close("ben")
    assert (story.room.status, story.inside, story.types[-1]) == ("waiting", [], "agent.left")
    assert story.room.department_id == "sales"
    assert story.notices == {Notice(agent_id="ben", reason="left"), Notice(department_id="sales")}
    offer = story.offer("cleo")
    assert offer is not None
    assert offer.seq == 4
    story.accept("cleo")
    assert story.inside == ["cleo"]


def test_the_room_is_not_offered_back_to_a_giver_who_closed_the_tab() -> None:
    story = accepted_by("ben")
    story.transfer("ben", department="general")
    story.close("ben")
    assert (story.state("ben"), story.state("ada"), story.state("dan")) == (None, "waiting", "waiting")


def test_nor_while_others_are_still_inside() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.accept("cleo")
    story.transfer("ben", department="general")
    story.close("ben")
    assert story.room.status == "active"
    assert (story.state("ben"), story.state("dan")) == (None, "waiting")


def test_closing_the_tab_rids_an_agent_of_a_room_that_somebody_else_offers_to_its_department() -> None:
    story = accepted_by("ben")
    story.transfer("ada", department="general")
    story.close("ben")
    assert (story.state("ben"), story.state("ada"), story.state("dan")) == (None, "waiting", "waiting")


def test_accepting_ends_all_personal_offers_to_that_agent() -> None:
    story = accepted_by("ben")
    story.invite("ben", "cleo")
    story.transfer("ben", agent="cleo")
    story.accept("cleo", offer=4)
    assert story.inside == ["ben", "cleo"], "the invitation was taken; the transfer is void, its giver stays"
    assert story.room.standing_offers == ()
