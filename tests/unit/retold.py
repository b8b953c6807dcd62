"""The contract's rules of a room told a second time, naively, from the log: what the machine compares the domain to.

Nothing here calls the rules under test. Where the domain folds, this walks; where it keeps a number, this counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from foyer.domain.commands import (
    Accept,
    AddNote,
    Close,
    Command,
    Decline,
    Invite,
    Rate,
    ReportUnattended,
    SendMessage,
    Transfer,
)
from foyer.domain.events import Event
from tests.unit.rooms import DEPARTMENTS

REMEMBERED = 20
SEEN_BY_VISITORS = {
    "room.opened",
    "message.sent",
    "room.accepted",
    "room.unattended",
    "agent.left",
    "room.closed",
    "room.rated",
}
TOLD_BY = {"offline": 1, "timeout": 2, "declined": 3}
OPEN_ONLY = (SendMessage, AddNote, Accept, Invite, Transfer)


@dataclass
class Chance:
    """An offer."""

    seq: int
    kind: str
    by: str | None
    agent: str | None
    department: str | None
    refused_by: set[str] = field(default_factory=set)
    over: bool = False
    winner: str | None = None

    def made_to(self, agent: str) -> bool:
        return agent == self.agent or self.department in DEPARTMENTS[agent]

    def open_to(self, agent: str) -> bool:
        return not self.over and agent not in self.refused_by and self.made_to(agent)


@dataclass
class Retold:
    """What a log says, by walking it."""

    log: Sequence[Event]
    visitor: str = ""
    department: str = ""
    chances: list[Chance] = field(default_factory=list)
    inside: dict[str, int] = field(default_factory=dict)
    ever_inside: set[str] = field(default_factory=set)
    read: dict[str, int] = field(default_factory=dict)
    closed: bool = False
    rated: bool = False
    told: str | None = None

    @property
    def waiting(self) -> bool:
        return not self.closed and not self.inside

    @property
    def standing(self) -> list[Chance]:
        return [one for one in self.chances if not one.over]

    @property
    def remembered(self) -> list[Chance]:
        """All that stand and the newest of those that ended."""
        return self.standing + [one for one in self.chances if one.over][-REMEMBERED:]

    def open_to(self, agent: str) -> list[Chance]:
        """The chances of an agent outside the room."""
        return [] if agent in self.inside else [one for one in self.chances if one.open_to(agent)]

    def once_offered(self, agent: str) -> bool:
        return any(one.made_to(agent) for one in self.remembered)

    def messages(self, *, above: int = 0, until: int | None = None) -> int:
        """The visitor's messages between two `seq`s."""
        until = len(self.log) if until is None else until
        return sum(
            event.type == "message.sent" and event.actor.kind == "visitor" and above < event.seq <= until
            for event in self.log
        )

    def state(self, agent: str, cursors: Mapping[str, int]) -> str | None:
        """The table of "The inbox, exactly", line by line."""
        if self.closed:
            return "closed" if agent in self.inside else None
        if agent not in self.inside:
            return "waiting" if self.open_to(agent) else None
        if self.unread(agent, cursors):
            return "waiting"
        spoke = [event.actor.kind for event in self.log if event.type == "message.sent"]
        return "answered" if spoke[-1:] == ["agent"] else "incoming"

    def tabs(self, agent: str, cursors: Mapping[str, int]) -> set[str]:
        state = self.state(agent, cursors)
        return {
            tab
            for tab, shown in {
                "all": state is not None,
                "active": agent in self.inside and not self.closed,
                "waiting": state == "waiting",
                "closed": state == "closed",
            }.items()
            if shown
        }

    def unread(self, agent: str, cursors: Mapping[str, int]) -> int:
        return self.messages(above=max(self.read[agent], cursors.get(agent, 0)))

    def readable(self, name: str, kind: str, *, admin: bool) -> bool:
        if kind != "agent":
            return kind == "system" or name == self.visitor
        return admin or name in self.ever_inside or bool(self.open_to(name))

    def why_unattended(self, online: set[str]) -> str | None:
        if not self.waiting or any(one.open_to(agent) for one in self.standing for agent in online):
            return None
        asked = any(one.made_to(agent) for one in self.standing for agent in online)
        reason = "declined" if asked or not self.standing else "offline"
        return reason if TOLD_BY[reason] > TOLD_BY.get(self.told or "", 0) else None


def retell(log: Sequence[Event]) -> Retold:
    """Walks the log from its start."""
    told = Retold(log=log)
    for event in log:
        _hear(told, event)
    return told


def _hear(told: Retold, event: Event) -> None:
    who = event.actor.id or ""
    match event.type:
        case "room.opened":
            told.visitor, told.department = who, event.data["department_id"]
            _offer(told, event, kind="department", department=told.department)
        case "message.sent" if event.actor.kind == "agent":
            assert event.read is not None
            told.read[who] = max(told.read[who], event.read.seq)
        case "message.sent" if told.waiting and told.told == "declined":
            _end(one for one in told.standing if one.kind != "invite")
            _offer(told, event, kind="department", department=told.department)
            told.told = None
        case "agent.invited":
            _offer(told, event, kind="invite", agent=event.data["agent_id"], by=who)
        case "room.transferred":
            _end(one for one in told.standing if one.kind != "invite")
            department = event.data.get("department_id")
            kind = "department" if department else "transfer"
            _offer(told, event, kind=kind, agent=event.data.get("agent_id"), department=department, by=who)
            told.told = None
            if told.waiting and department:
                told.department = department
        case "room.declined":
            for one in told.standing:
                if one.seq <= event.data["offer"] and one.made_to(who):
                    one.refused_by.add(who)
                    one.over = one.department is None
        case "room.accepted":
            _take(told, event, who)
        case "agent.left":
            del told.inside[who]
            for one in told.standing:
                if one.department is not None:
                    one.refused_by.add(who)
                    told.department = told.department if told.inside else one.department
        case "room.unattended":
            told.told = event.data["reason"]
        case "room.closed":
            told.closed, told.told = True, None
            _end(told.standing)
        case "room.rated":
            told.rated = True


def _take(told: Retold, event: Event, who: str) -> None:
    (taken,) = (one for one in told.standing if one.seq == event.data["offer"])
    taken.over, taken.winner = True, who
    _end(one for one in told.standing if one.agent == who)
    if taken.kind != "invite" and taken.by is not None:
        told.inside.pop(taken.by, None)
    told.inside[who] = event.seq
    told.ever_inside.add(who)
    told.read[who] = 0 if event.data["hold"] else event.seq
    told.department = taken.department or told.department
    told.told = None


def _offer(
    told: Retold,
    event: Event,
    *,
    kind: str,
    agent: str | None = None,
    department: str | None = None,
    by: str | None = None,
) -> None:
    told.chances.append(Chance(seq=event.seq, kind=kind, by=by, agent=agent, department=department))


def _end(chances: Iterable[Chance]) -> None:
    for one in chances:
        one.over = True


def same(one: Command, other: Command) -> bool:
    """Whether two commands ask for the same, whenever and by whomever they are given."""
    return replace(one, at=0, after=0, caller=other.caller) == replace(other, at=0, after=0)


def expected(told: Retold, command: Command, stored: Mapping[int, Command]) -> str:
    """What a command must come to: a refusal's code, `repeat`, `nothing`, or the type of the event it appends.

    The checks stand in the order of the contract's list. `stored` holds the command behind each event.
    """
    caller, last = command.caller, len(told.log)
    readable = told.readable(caller.id, caller.kind, admin=caller.admin)
    answers_offer = isinstance(command, Accept | Decline) and caller.kind == "agent" and told.once_offered(caller.id)
    if not readable and not answers_offer:
        return "not_found"
    for seq, earlier in stored.items():
        if seq > command.after and (earlier.client_id, earlier.caller.id) == (command.client_id, caller.id):
            return "repeat" if same(earlier, command) else "client_id_reused"
    if command.after > last or (isinstance(command, Accept | Decline) and (command.offer or 0) > last):
        return "validation_failed"
    if told.closed and isinstance(command, OPEN_ONLY):
        return "room_closed"
    inside = caller.id in told.inside
    match command:
        case SendMessage():
            return "message.sent" if caller.kind == "visitor" or inside else "not_a_participant"
        case Accept() | Decline():
            return _answer(told, command)
        case Rate():
            return "forbidden" if caller.kind != "visitor" else "nothing" if told.rated else "room.rated"
        case Close():
            return _ends(told, command)
        case ReportUnattended():
            news = TOLD_BY[command.reason] > TOLD_BY.get(told.told or "", 0)
            return "room.unattended" if told.waiting and news else "nothing"
    if caller.kind == "visitor":
        return "forbidden"
    if not inside and not (caller.admin and isinstance(command, Transfer)):
        return "not_a_participant"
    match command:
        case Invite():
            there = command.agent_id in told.inside or any(one.agent == command.agent_id for one in told.standing)
            return "nothing" if there else "agent.invited"
        case Transfer():
            wanted = (command.agent_id, command.department_id, caller.id)
            there = command.agent_id in told.inside or any(
                (one.agent, one.department, one.by) == wanted for one in told.standing if one.kind != "invite"
            )
            return "nothing" if there else "room.transferred"
    return "note.added"


def _answer(told: Retold, command: Accept | Decline) -> str:
    caller = command.caller
    if caller.kind == "visitor":
        return "forbidden"
    possible = [one for one in told.open_to(caller.id) if command.offer in {None, one.seq}]
    if isinstance(command, Decline):
        return "room.declined" if possible else "nothing"
    if caller.id in told.inside:
        return "nothing"
    if possible:
        return "room.accepted"
    return "already_taken" if told.once_offered(caller.id) else "forbidden"


def _ends(told: Retold, command: Close) -> str:
    caller = command.caller
    inside = caller.id in told.inside
    if told.closed:
        return "agent.left" if inside else "nothing"
    if caller.kind == "agent" and inside:
        return "agent.left" if len(told.inside) > 1 or told.standing else "room.closed"
    return "room.closed" if caller.kind != "agent" or caller.admin else "not_a_participant"
