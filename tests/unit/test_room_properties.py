"""Random stories: whatever is asked of a room, by whomever and however late, the contract's rules hold after each step.

The contract is told a second time in `retold`; the machine compares the two. `HYPOTHESIS_PROFILE=long` looks harder.
"""

import random
from dataclasses import replace
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from foyer.domain.commands import Accept, Close, Command, Decline, Invite, Rate, ReportUnattended, Transfer
from foyer.domain.decisions import Decision
from foyer.domain.errors import Refusal
from foyer.domain.events import Event
from foyer.domain.inbox import Entry, entries_of, unattended_reason
from foyer.domain.rooms import ENDED_OFFERS_KEPT, Room, UnattendedReason, fold
from tests.unit.retold import SEEN_BY_VISITORS, Retold, expected, retell
from tests.unit.rooms import AGENTS, DEPARTMENTS, VISITORS, Story, visitor_messages

SOMEBODY = ["one asked"] * 4 + ["one inside"] * 4 + [*AGENTS, *VISITORS]
"""Who acts: anybody, but more often than not somebody whom the room concerns just now."""
BEHIND = [0] * 8 + [1, 3, 1_000, -1]
"""How far a caller's `after` lags behind the log; -1 is ahead of it, which is refused."""
AN_OFFER = [None] * 5 + [0, 1, 2, 3, 7]
"""The offer named: none, or one by its place among all ever made; where it has no such place, one of the future."""
SOME_TEXT = ["Hello", "Yes?", "x" * 130]
JUMPS = [-90_000, -1, 0, 3_600_000]

Choices = dict[str, Any]
"""The values that each argument of a step may take."""


def asking(verb: str, **arguments: list[Any]) -> Choices:
    """A verb of `Story` with the choices for its arguments."""
    return {"verb": [verb], "who": SOMEBODY, "behind": BEHIND, **arguments}


ASKED: list[Choices] = [
    asking("say", text=SOME_TEXT),
    asking("say", text=SOME_TEXT, who=["vera"]),
    asking("note", text=SOME_TEXT),
    asking("accept", offer=AN_OFFER, hold=[True, False]),
    asking("accept", offer=[None], hold=[True, False], who=["one asked"]),
    asking("accept", offer=[None], hold=[True, False], who=["one asked"]),
    asking("decline", offer=AN_OFFER),
    asking("invite", whom=list(AGENTS)),
    asking("transfer", agent=list(AGENTS)),
    asking("transfer", department=["general", "sales"]),
    asking("close", who=["one inside"]),
    asking("close"),
    asking("rate", score=[1, 5], comment=[None, "Quick"]),
]
"""What people ask, weighted so that rooms live for a while."""

A_STEP = st.one_of([st.fixed_dictionaries({name: st.sampled_from(of) for name, of in one.items()}) for one in ASKED])

EARLIEST_CLOSE = 15
"""Before this `seq` people close only to leave: a closed room has few stories left."""


class Dictated(Story):
    """A story whose verbs only word a command: the machine gives it, and compares."""

    def give(self, command: Command) -> Decision:
        self.last = command
        return Decision(room=self.room)


class RandomRoom(RuleBasedStateMachine):
    """One room, four agents, its visitor and somebody else's."""

    story: Dictated

    @initialize(department=st.sampled_from(["general", "sales"]), text=st.sampled_from([None, "Hello"]))
    def open(self, department: str, text: str | None) -> None:
        self.story = Dictated(department=department, text=text)
        self.given: list[Command] = []
        self.stored: dict[int, Command] = {event.seq: self.story.last for event in self.story.log}
        self.online: set[str] = set(AGENTS)
        self.closed = False
        self.read_since: set[tuple[str, int]] = set()

    # What people do.

    @rule(many=st.lists(A_STEP, min_size=1, max_size=5), place=st.integers(0, 3))
    def somebody_asks(self, many: list[dict[str, Any]], place: int) -> None:
        for one in many:
            asked = dict(one)
            verb, who = asked.pop("verb"), self.somebody(asked.pop("who"), place)
            asked["after"] = max(0, self.story.room.seq - asked.pop("behind"))
            if "offer" in asked:
                asked["offer"] = self.named(asked["offer"])
            if verb == "close" and self.story.room.seq < EARLIEST_CLOSE and not self.only_leaves(who):
                continue
            self.give(getattr(self.story, verb), who, **asked)

    @precondition(lambda self: self.story.room.status == "waiting")
    @rule()
    def everybody_declines(self) -> None:
        for who in self.asked():
            self.give(self.story.decline, who)

    @precondition(lambda self: self.story.room.seq >= EARLIEST_CLOSE)
    @rule(reason=st.sampled_from(["idle", "visitor_left", "expired"]))
    def the_system_closes(self, reason: str) -> None:
        self.give(self.story.close, "system", reason)

    @rule(who=st.sampled_from((*AGENTS, "vera")), behind=st.integers(0, 5))
    def read(self, who: str, behind: int) -> None:
        """Reading moves forward, appends nothing and changes nobody else's inbox."""
        if who != "vera" and self.story.room.participant(who) is None:
            return
        before, room, cursors = self.story.states(), self.story.room, dict(self.story.cursors)
        self.story.read(who, max(0, room.seq - behind))
        if who in AGENTS and self.story.cursors != cursors:
            self.read_since.add((who, self.retold().inside[who]))
        assert self.story.room == room
        assert {one: state for one, state in self.story.states().items() if one != who} == {
            one: state for one, state in before.items() if one != who
        }

    @rule(who=st.sampled_from(AGENTS))
    def comes_or_goes(self, who: str) -> None:
        self.online ^= {who}

    @rule()
    def the_system_looks_who_is_there(self) -> None:
        departments = {name: {who for who in self.online if name in DEPARTMENTS[who]} for name in ("general", "sales")}
        reason = unattended_reason(self.story.room, departments | {who: {who} for who in self.online})
        assert reason == self.retold().why_unattended(self.online)
        if reason is not None:
            assert self.give(self.story.unattended, reason) == "room.unattended"

    @rule(reason=st.sampled_from(["offline", "declined", "timeout"]))
    def the_system_reports(self, reason: UnattendedReason) -> None:
        self.give(self.story.unattended, reason)

    @rule(milliseconds=st.sampled_from(JUMPS))
    def the_clock_jumps(self, milliseconds: int) -> None:
        self.story.tick(milliseconds)

    @precondition(lambda self: self.given)
    @rule(place=st.integers(0, 1_000))
    def an_earlier_command_comes_again(self, place: int) -> None:
        """Unchanged: what it appended is answered, nothing changes; what was refused may now be done."""
        self.check(replace(self.given[place % len(self.given)], at=self.story.tick()))

    @precondition(lambda self: self.given)
    @rule(place=st.integers(0, 1_000), after=st.booleans())
    def an_earlier_client_id_comes_with_another_body(self, place: int, *, after: bool) -> None:
        command = altered(self.given[place % len(self.given)])
        self.check(replace(command, at=self.story.tick(), after=0 if after else command.after))

    # How it is asked, and what is compared.

    def retold(self) -> Retold:
        """The story so far as the contract tells it."""
        return retell(tuple(self.story.log))

    def asked(self) -> list[str]:
        """The agents whom an offer stands for."""
        return [who for who in AGENTS if self.retold().open_to(who)]

    def somebody(self, who: str, place: int) -> str:
        if who in AGENTS + VISITORS:
            return who
        asked, inside = self.asked(), self.story.inside
        those = (asked or inside if who == "one asked" else inside or asked) or list(AGENTS)
        return those[place % len(those)]

    def only_leaves(self, who: str) -> bool:
        room = self.story.room
        return who in self.story.inside and (len(room.participants) > 1 or bool(room.standing_offers))

    def named(self, place: int | None) -> int | None:
        if place is None:
            return None
        made = [one.seq for one in self.retold().chances]
        return made[place] if place < len(made) else self.story.room.seq + 1

    def give(self, verb: Any, *args: Any, **fields: Any) -> str:
        """Has the story word a command and gives it."""
        verb(*args, **fields)
        self.given.append(self.story.last)
        return self.check(self.story.last)

    def check(self, command: Command) -> str:
        """Gives the command; it must come to what the contract says, and disturb nobody whom it does not concern."""
        story = self.story
        told, before, states = self.retold(), story.room, story.states()
        length, wanted = len(story.log), expected(told, command, self.stored)
        refusal, decided = None, Decision(room=before)
        try:
            decided = Story.give(story, command)
        except Refusal as caught:
            refusal = caught
        if refusal is not None:
            assert refusal.code == wanted
            assert (story.room, len(story.log)) == (before, length)
            if wanted == "already_taken":
                assert isinstance(command, Accept)
                self.compare_winner(told, command, refusal.extra["taken_by"])
            return wanted
        if not decided.events:
            assert (decided.room, len(story.log)) == (before, length)
            assert wanted == ("nothing" if decided.repeated is None else "repeat")
            if decided.repeated is not None:
                assert decided.repeated == story.log[decided.repeated.seq - 1]
                assert self.stored[decided.repeated.seq].client_id == command.client_id
            return wanted
        (event,) = decided.events
        assert event.type == wanted
        self.stored[event.seq] = command
        self.compare_event(told, command, event)
        self.compare_notices(states, before, event)
        self.states_tabs_and_unread_agree_with_the_contract_retold()
        if event.type == "room.declined":
            others = set(AGENTS) - {command.caller.id}
            assert {who: story.state(who) for who in others} == {who: states[who] for who in others}
        return wanted

    def compare_winner(self, told: Retold, command: Accept, taken_by: str | None) -> None:
        """Whoever is refused hears who took the offer it asked for."""
        who = command.caller.id
        named = {one.winner for one in told.remembered if one.winner and one.seq == command.offer}
        lost = {one.winner for one in told.remembered if one.winner and one.winner != who and one.made_to(who)}
        takers = {one.winner for one in told.remembered if one.winner}
        if takers:
            assert taken_by in (named or lost or takers)
        else:
            assert taken_by is None

    def compare_event(self, told: Retold, command: Command, event: Event) -> None:
        assert event.actor == command.caller.actor
        assert event.client_id == command.client_id
        assert event.at >= told.log[-1].at
        assert event.expires_at == told.log[0].expires_at
        visible = [one.seq for one in told.log if one.type in SEEN_BY_VISITORS]
        assert event.previous_visible == visible[-1]
        assert event.visitor_messages == visitor_messages(self.story.log, until=event.seq)
        if event.type == "message.sent" and event.actor.kind == "agent":
            assert event.read is not None
            assert event.read.seq == command.after
            assert event.read.visitor_messages == visitor_messages(self.story.log, until=command.after)
        else:
            assert event.read is None

    def compare_notices(self, before: dict[str, Any], was: Room, event: Event) -> None:
        """Whose inbox lost the room hears so; who is newly offered it, or sees another status, hears so."""
        story = self.story
        told = self.retold()
        for who in AGENTS:
            heard = {
                one.reason for one in event.notices if one.agent_id == who or one.department_id in DEPARTMENTS[who]
            }
            inside = who in told.inside
            if before[who] is not None and story.state(who) is None:
                assert heard - {None}, f"{who} lost the room and hears nothing"
            if any(one.seq == event.seq for one in told.open_to(who)):
                assert None in heard, f"{who} is offered the room and hears nothing"
            if not inside and before[who] == story.state(who) == "waiting" and was.status != story.room.status:
                assert None in heard, f"{who} sees another status and hears nothing"
            if any(one.agent == who for one in told.open_to(who)):
                own = [one for one in event.notices if one.agent_id == who]
                assert all(one.reason is None for one in own), f"{who} still has an offer of its own"
            if inside:
                assert all(one.agent_id != who for one in event.notices), f"{who} is inside and needs no notice"

    # What holds after every step.

    @invariant()
    def everything_holds(self) -> None:
        self.the_log_has_no_gap_and_time_never_runs_back()
        self.the_room_is_its_folded_log()
        self.every_offer_has_one_winner_at_most()
        self.states_tabs_and_unread_agree_with_the_contract_retold()
        self.visitors_see_nothing_of_what_agents_do_among_themselves()
        self.every_open_inbox_that_shows_the_room_has_an_entry_and_every_entry_a_cause()
        self.closed_is_closed_for_ever()
        self.at_most_one_standing_offer_is_no_invitation_and_ended_ones_are_capped()

    def the_log_has_no_gap_and_time_never_runs_back(self) -> None:
        log = self.story.log
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        assert [event.at for event in log] == sorted(event.at for event in log)

    def the_room_is_its_folded_log(self) -> None:
        assert fold(self.story.log) == self.story.room

    def every_offer_has_one_winner_at_most(self) -> None:
        taken = [event.data["offer"] for event in self.story.log if event.type == "room.accepted"]
        assert len(taken) == len(set(taken))

    def states_tabs_and_unread_agree_with_the_contract_retold(self) -> None:
        story, told = self.story, self.retold()
        cursors = {who: cursor.seq for who, cursor in story.cursors.items()}
        assert set(story.inside) == set(told.inside)
        assert story.room.department_id == told.department
        for who in AGENTS:
            assert story.state(who) == told.state(who, cursors)
            assert story.tabs(who) == told.tabs(who, cursors)
            offer, chances = story.offer(who), told.open_to(who)
            assert (offer.seq if offer else None) == max((one.seq for one in chances), default=None)
            if who in told.inside:
                assert story.unread(who) == told.unread(who, cursors)
                assert story.held(who) == self.holds(told, who)
                assert story.read_seq(who) == max(told.read[who], cursors.get(who, 0))

    def holds(self, told: Retold, who: str) -> bool:
        """Whether the agent accepted by hold and has neither read nor written since."""
        since = told.inside[who]
        wrote = any(one.type == "message.sent" and one.actor.id == who for one in told.log[since:])
        return bool(told.log[since - 1].data["hold"]) and not wrote and (who, since) not in self.read_since

    def visitors_see_nothing_of_what_agents_do_among_themselves(self) -> None:
        for event in self.story.log:
            assert event.visible_to_visitor == (event.type in SEEN_BY_VISITORS)

    def every_open_inbox_that_shows_the_room_has_an_entry_and_every_entry_a_cause(self) -> None:
        story, told = self.story, self.retold()
        entries = entries_of(story.room)
        if told.closed:
            assert not entries
            return
        for who in AGENTS:
            mine = {Entry(room_id="room-1", agent_id=who)}
            mine |= {Entry(room_id="room-1", department_id=name) for name in DEPARTMENTS[who]}
            assert story.state(who) is None or mine & entries
        causes = {(who, None) for who in told.inside} | {(one.agent, one.department) for one in told.standing}
        assert {(entry.agent_id, entry.department_id) for entry in entries} == causes

    def closed_is_closed_for_ever(self) -> None:
        status = self.story.room.status
        assert not self.closed or status == "closed"
        self.closed = status == "closed"
        assert not self.closed or not self.story.room.standing_offers

    def at_most_one_standing_offer_is_no_invitation_and_ended_ones_are_capped(self) -> None:
        room = self.story.room
        assert sum(not offer.is_invite for offer in room.standing_offers) <= 1
        assert sum(offer.ended for offer in room.offers) <= ENDED_OFFERS_KEPT


def altered(command: Command) -> Command:
    """The same caller and `client_id` with another body."""
    match command:
        case Accept():
            return replace(command, hold=not command.hold)
        case Decline():
            return replace(command, offer=1 if command.offer is None else None)
        case Invite():
            return replace(command, agent_id="dan" if command.agent_id == "cleo" else "cleo")
        case Transfer():
            department_id = "sales" if command.agent_id else None
            return replace(command, agent_id=None if department_id else "dan", department_id=department_id)
        case Close():
            return replace(command, reason="expired")
        case Rate():
            return replace(command, score=6 - command.score, comment="Otherwise")
        case ReportUnattended():
            return replace(command, reason="timeout" if command.reason == "offline" else "offline")
        case _:
            return replace(command, text="Otherwise")  # type: ignore[call-arg]


TestRandomRoom = RandomRoom.TestCase
TestRandomRoom.settings = settings(stateful_step_count=30)


@settings(phases=[Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**64))
def test_long_stories_keep_the_contract(seed: int) -> None:
    """The same steps as the machine's, but drawn from a seed: longer and denser than Hypothesis would draw them.

    A seed that fails is printed and tried first next time; the machine is what shrinks a failure to its core.
    """
    chance = random.Random(seed)
    room = RandomRoom()
    room.open(chance.choice(["general", "sales"]), chance.choice([None, "Hello"]))
    for _ in range(60):
        step = {name: chance.choice(of) for name, of in chance.choice(ASKED).items()}
        beside = chance.randrange(18)
        if beside == 0:
            room.comes_or_goes(chance.choice(AGENTS))
        elif beside == 1:
            room.the_system_looks_who_is_there()
        elif beside == 2:
            room.the_clock_jumps(chance.choice(JUMPS))
        elif beside == 3 and room.given:
            room.an_earlier_client_id_comes_with_another_body(chance.randrange(1_000), after=chance.random() < 0.5)
        elif beside in {4, 5} and room.given:
            room.an_earlier_command_comes_again(chance.randrange(1_000))
        elif beside in {6, 7}:
            room.read(chance.choice([*AGENTS, "vera"]), chance.randrange(6))
        elif beside == 8:
            room.the_system_reports(chance.choice(["offline", "declined", "timeout"]))
        elif beside == 9 and chance.random() < 0.3 and room.story.room.status == "waiting":
            room.everybody_declines()
        else:
            room.somebody_asks([step], chance.randrange(4))
        room.everything_holds()
