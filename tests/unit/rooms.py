"""The language in which tests tell a room: who does what, in commands, on a clock and with ids of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from foyer.domain.commands import (
    Accept,
    AddNote,
    Close,
    Command,
    Decline,
    Invite,
    OpenRoom,
    Rate,
    ReportUnattended,
    SendMessage,
    Transfer,
)
from foyer.domain.decisions import Decision, decide, decide_opening
from foyer.domain.errors import Code, Refusal
from foyer.domain.events import Event, Notice
from foyer.domain.inbox import InboxState, Tab, inbox_state, tabs_of
from foyer.domain.people import SYSTEM_CALLER, Caller
from foyer.domain.rooms import VISITOR_CURSOR, Cursor, Head, Offer, Participant, Room, UnattendedReason

NOON = 1_800_000_000_000
"""When every story starts, milliseconds since 1970."""

DEPARTMENTS = {
    "ada": frozenset({"general"}),
    "ben": frozenset({"general"}),
    "cleo": frozenset({"sales"}),
    "dan": frozenset({"general", "sales"}),
}
"""The agents and their departments; ada is an admin."""

AGENTS = tuple(DEPARTMENTS)
VISITORS = ("vera", "walt")
"""vera's is the room; walt is somebody else's visitor."""

PAGE = {"url": "https://shop.example/boots", "title": "Boots", "referrer": ""}


Ask = Callable[[], Decision]
"""A command about to be given."""


def caller(name: str) -> Caller:
    """The principal that goes by this name."""
    if name == "system":
        return SYSTEM_CALLER
    if name in VISITORS:
        return Caller(kind="visitor", id=name, name=name.title())
    return Caller(kind="agent", id=name, name=name.title(), department_ids=DEPARTMENTS[name], admin=name == "ada")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What a `refused` block met: the refusal, once the block has ended."""

    caught: pytest.ExceptionInfo[Refusal]

    @property
    def extra(self) -> dict[str, Any]:
        """The problem's further members."""
        return dict(self.caught.value.extra)


@contextmanager
def refused(code: Code) -> Iterator[Refused]:
    """Holds if what stands in the block is refused with just this code."""
    with pytest.raises(Refusal) as caught:
        yield Refused(caught=caught)
    assert caught.value.code == code


class Story:
    """One room as it is told: its log, its fold and its read cursors, after every command.

    Each verb takes the name of who acts, makes the command as that caller's up-to-date device would (`after` is the
    room's last event, a fresh `client_id`, a tick of the clock), gives it and returns what was decided. Further
    keywords overwrite fields of the command: `story.accept("ben", client_id="c1", after=0)`.
    """

    def __init__(self, *, text: str | None = "Hello", department: str = "general") -> None:
        self.clock = NOON
        self.made = 0
        opening = OpenRoom(
            caller=caller("vera"),
            client_id=self.fresh_id(),
            at=self.clock,
            room_id="room-1",
            department_id=department,
            page=PAGE,
            expires_at=NOON // 1000 + 86_400,
            text=text,
        )
        decided = decide_opening(opening)
        self.last: Command = opening
        self.log: list[Event] = list(decided.events)
        self.room: Room = decided.room
        self.cursors: dict[str, Cursor] = {}

    def fresh_id(self) -> str:
        """A `client_id` that nobody has used."""
        self.made += 1
        return f"00000000-0000-4000-8000-{self.made:012}"

    def tick(self, milliseconds: int = 1_000) -> int:
        """Lets time pass."""
        self.clock += milliseconds
        return self.clock

    def give(self, command: Command) -> Decision:
        """Decides a command as a service would, knowing all events after `after`, and appends what it answers."""
        self.last = command
        decided = decide(self.room, command, [event for event in self.log if event.seq > command.after])
        self.log += decided.events
        self.room = decided.room
        return decided

    def again(self, **changes: Any) -> Decision:
        """Gives the last command once more, unchanged or with these fields changed, a little later."""
        return self.give(replace(self.last, at=self.tick(), **changes))

    def _common(self, who: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "caller": caller(who),
            "client_id": self.fresh_id(),
            "after": self.room.seq,
            "at": self.tick(),
        } | fields

    def say(self, who: str, text: str = "Yes?", **fields: Any) -> Decision:
        return self.give(SendMessage(text=text, **self._common(who, fields)))

    def note(self, who: str, text: str = "For us", **fields: Any) -> Decision:
        return self.give(AddNote(text=text, **self._common(who, fields)))

    def accept(self, who: str, *, offer: int | None = None, hold: bool = False, **fields: Any) -> Decision:
        return self.give(Accept(offer=offer, hold=hold, **self._common(who, fields)))

    def decline(self, who: str, *, offer: int | None = None, **fields: Any) -> Decision:
        return self.give(Decline(offer=offer, **self._common(who, fields)))

    def invite(self, who: str, whom: str, **fields: Any) -> Decision:
        return self.give(Invite(agent_id=whom, **self._common(who, fields)))

    def transfer(self, who: str, *, agent: str | None = None, department: str | None = None, **fields: Any) -> Decision:
        return self.give(Transfer(agent_id=agent, department_id=department, **self._common(who, fields)))

    def close(self, who: str, reason: str = "closed", **fields: Any) -> Decision:
        return self.give(Close(reason=reason, **self._common(who, fields)))

    def rate(self, who: str = "vera", score: int = 5, comment: str | None = None, **fields: Any) -> Decision:
        return self.give(Rate(score=score, comment=comment, **self._common(who, fields)))

    def unattended(self, reason: UnattendedReason, **fields: Any) -> Decision:
        return self.give(ReportUnattended(reason=reason, **self._common("system", fields)))

    def read(self, who: str, seq: int | None = None) -> None:
        """Moves a read cursor forward, as a service does beside the log; a lower one changes nothing."""
        seq = self.room.seq if seq is None else seq
        key = VISITOR_CURSOR if who in VISITORS else who
        participant = self.room.participant(who)
        since = participant.since if participant else 0
        if key not in self.cursors or self.cursors[key].seq < seq:
            self.cursors[key] = Cursor(seq=seq, visitor_messages=visitor_messages(self.log, until=seq), since=since)

    @property
    def head(self) -> Head:
        """The room and its cursors."""
        return Head(room=self.room, cursors=dict(self.cursors))

    @property
    def types(self) -> list[str]:
        """The log by its types."""
        return [event.type for event in self.log]

    @property
    def inside(self) -> list[str]:
        """The agents in the room."""
        return [one.id for one in self.room.participants]

    def state(self, who: str) -> InboxState | None:
        return inbox_state(self.head, caller(who))

    def states(self) -> dict[str, InboxState | None]:
        return {who: self.state(who) for who in AGENTS}

    def tabs(self, who: str) -> frozenset[Tab]:
        return tabs_of(self.head, caller(who))

    def offer(self, who: str) -> Offer | None:
        """The offer that the agent's summary shows."""
        return self.room.offer_for(agent_id=who, department_ids=DEPARTMENTS[who])

    def part(self, who: str) -> Participant:
        """The agent's part in the room, which it must have."""
        participant = self.room.participant(who)
        assert participant is not None, f"{who} is not in the room"
        return participant

    def unread(self, who: str) -> int:
        return self.head.unread(self.part(who))

    def read_seq(self, who: str) -> int:
        return self.head.read_mark(self.part(who)).seq

    def held(self, who: str) -> bool:
        return self.head.is_held(self.part(who))

    @property
    def notices(self) -> set[Notice]:
        """Who outside the room hears of the last event."""
        return set(self.log[-1].notices)


def visitor_messages(log: list[Event], *, until: int) -> int:
    """How many of the visitor's messages stand in a log up to a `seq`, counted one by one."""
    return sum(event.type == "message.sent" and event.actor.kind == "visitor" for event in log if event.seq <= until)
