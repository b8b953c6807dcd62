"""A small company in a bad network: the real services on a stage where everything fails, told step by step."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast
from uuid import UUID

from foyer.domain.commands import (
    Accept,
    AddNote,
    Close,
    Command,
    Decline,
    Invite,
    OpenRoom,
    Rate,
    SendMessage,
    Transfer,
)
from foyer.domain.errors import Refusal
from foyer.domain.events import Event
from foyer.domain.people import Agent, Department
from foyer.ports import Visitor
from foyer.runtime.settings import Settings
from foyer.runtime.stream import relay
from foyer.runtime.wiring import Wiring
from foyer.services.rooms import expires_at, room_id_of
from tests.fakes.clock import SettableClock
from tests.fakes.timers import ManualTimers
from tests.faults.backends import Backend
from tests.faults.devices import AgentDevice, Gateway, Line, Service, Tab
from tests.faults.stream import Context, Record, Stream
from tests.faults.tasks import InlineExecutor, Task
from tests.tables import REGION
from tests.unit.retold import retell
from tests.unit.rooms import AGENTS, DEPARTMENTS, PAGE, VISITORS, caller

RETENTION_DAYS = 365
TOGETHER = 3
"""How many handlers run side by side at most."""
OTHER_BODY = "Something else"

Step = Mapping[str, Any]


@dataclass(eq=False)
class Asked:
    """A command that somebody made, with what became of each attempt.

    Attributes:
        answers: The events that answers named; 0 where nothing was appended.
        refused_after_storing: It was refused although its event stood in the log when it came again.
    """

    room_id: str
    command: Command
    answers: list[int] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    attempts: int = 0
    refused_after_storing: bool = False

    @property
    def unknown(self) -> int:
        """How many attempts nobody heard of again."""
        return self.attempts - len(self.answers) - len(self.refusals)

    @property
    def settled(self) -> bool:
        """Whether its client knows what became of it."""
        return bool(self.answers or self.refusals)


@dataclass(frozen=True, slots=True)
class ReadMark:
    """A read that was answered."""

    room_id: str
    key: str
    seq: int


class Staged(Wiring):
    """The parts of all functions, with the stage behind every port."""

    def __init__(self, backend: Backend, gateway: Gateway, clock: SettableClock) -> None:
        super().__init__(Settings({"AWS_REGION": REGION, "RETENTION_DAYS": str(RETENTION_DAYS)}), clock)
        # Set past the properties, which differ in whether they may be set.
        self._ports: dict[str, Any] = {
            "room_store": backend.rooms,
            "visitor_store": backend.visitors,
            "live": backend.live,
            "directory": backend.directory,
            "sockets": gateway,
            "timers": ManualTimers(),
            "posts": InlineExecutor(),
            "rooms_at_once": InlineExecutor(),
        }

    def __getattribute__(self, name: str) -> Any:
        ports = super().__getattribute__("__dict__").get("_ports", {})
        return ports[name] if name in ports else super().__getattribute__(name)


class Simulation:
    """One run. All that is random comes from the steps."""

    def __init__(self, backend: Backend, figures: Counter[str], *, online: frozenset[str]) -> None:
        self.figures, self.backend, self.stage = figures, backend, backend.stage
        self.clock = SettableClock()
        self.stream = Stream()
        self.gateway = Gateway(self.stage)
        self.logs: dict[str, dict[int, Event]] = {}
        self.commits: list[Event] = []
        self.asked: list[Asked] = []
        self.reads: list[ReadMark] = []
        self.held: list[Task] = []
        self.named = 0
        self.statuses_changed = False
        self.orphans: set[tuple[str, str]] = set()
        backend.committed = self._committed
        self.parts = Staged(backend, self.gateway, self.clock)
        self._hire(online)
        self.devices: list[AgentDevice | Tab] = []
        for name in AGENTS:
            service = Service(self.parts, caller(name))
            self.devices += [AgentDevice(name=f"{name}-{n}", caller=service.caller, service=service) for n in (1, 2)]
        for name in VISITORS:
            service = Service(self.parts, caller(name))
            self.devices += [Tab(name=f"{name}-{n}", caller=service.caller, service=service) for n in (1, 2)]

    # what there is

    def arrive(self, who: int) -> None:
        """Connects and syncs devices, before anything fails: one for each bit of `who`."""
        for place, device in enumerate(self.devices):
            if who >> place & 1:
                for task in (self._connecting(device), self.syncing(device)):
                    self.stage.run([task], lambda _: 0)

    def _hire(self, online: frozenset[str]) -> None:
        for department in ("general", "sales"):
            self.backend.directory.put_department(Department(id=department, name=department))
        for name in AGENTS:
            status: Literal["online", "away"] = "online" if name in online else "away"
            self.backend.directory.put_agent(
                Agent(id=name, name=name.title(), email=f"{name}@x", status=status, department_ids=DEPARTMENTS[name])
            )
        for name in VISITORS:
            end = expires_at(self.clock(), RETENTION_DAYS)
            self.backend.visitors.put_visitor(Visitor(id=name, name=name.title()), expires_at=end)

    def _committed(self, event: Event) -> None:
        log = self.logs.setdefault(event.room_id, {})
        if event.seq in log:
            message = f"{event} was written over {log[event.seq]}"
            raise AssertionError(message)
        log[event.seq] = event
        self.commits.append(event)
        self.gateway.committed = len(self.commits)
        self.stream.insert(event)
        self.figures["events"] += 1

    def log(self, room_id: str) -> list[Event]:
        """The events of a room as they were committed."""
        log = self.logs.get(room_id, {})
        return [log[seq] for seq in sorted(log)]

    # steps

    def do(self, step: Step) -> None:
        """One step. With `beside` its handler waits and runs side by side with those of the steps that follow."""
        self.figures["steps"] += 1
        self.clock.advance(milliseconds=step["milliseconds"])
        task: Task | None = getattr(self, f"_{step['kind']}")(step)
        if task is None:
            return
        if any(task.key is not None and one.key == task.key for one in self.held):
            self.flush()
        task.trouble = step["trouble"]
        self.held.append(task)
        if not step["beside"] or len(self.held) == TOGETHER:
            self.flush(step["turns"])

    def flush(self, turns: int = 0) -> None:
        """Runs what waits; `turns` is the seed of who goes when."""
        held, self.held = self.held, []
        if held:
            self.stage.run(held, random.Random(turns).randrange)

    def _ask(self, step: Step) -> Task | None:
        if step["verb"] == "open":
            asked = self._opening(step)
        else:
            wording = self._worded(step)
            if wording is None:
                return None
            asked = wording
        self.figures["commands"] += 1
        self.asked.append(asked)
        return self.attempt(asked)

    def _again(self, step: Step) -> Task | None:
        """An earlier command comes again, unchanged: an outbox that was not told, or an app that runs twice."""
        unsettled = [one for one in self.asked if not one.settled]
        choice = unsettled if unsettled and step["unsettled"] else self.asked
        if not choice:
            return None
        self.figures["repeats"] += 1
        return self.attempt(choice[-1 - step["place"] % min(12, len(choice))])

    def _altered(self, step: Step) -> Task | None:
        """An earlier `client_id` comes with another body."""
        messages = [one for one in self.asked if isinstance(one.command, SendMessage) and any(one.answers)]
        if not messages:
            return None
        first = messages[step["place"] % len(messages)]
        command = replace(cast(SendMessage, first.command), text=OTHER_BODY)
        self.figures["client ids reused"] += 1
        return Task(name="reused", work=lambda: self._execute(Asked(room_id=first.room_id, command=command)))

    def _read(self, step: Step) -> Task | None:
        room_id = self._room(step["room"])
        if room_id is None:
            return None
        who = self._who(step["who"], room_id, step["place"])
        reader, seq = caller(who), max(0, len(self.logs[room_id]) - step["behind"])

        def work() -> None:
            head = self.parts.rooms.read(room_id, reader, seq)
            if head is not None:
                self.parts.delivery.post_read(head, reader, seq)

        def answered(_: None) -> None:
            self.reads.append(ReadMark(room_id=room_id, key=who, seq=seq))

        self.figures["reads"] += 1
        return Task(name=f"{who} reads {seq}", work=work, answered=answered)

    def _type(self, step: Step) -> Task | None:
        room_id = self._room(step["room"])
        if room_id is None:
            return None
        writer = caller(self._who(step["who"], room_id, step["place"]))

        def work() -> None:
            room = self.parts.rooms.present(room_id, writer)
            self.parts.delivery.post_typing(room, writer, typing=True, preview="Hel")

        return Task(name=f"{writer.id} types", work=work)

    def _status(self, step: Step) -> Task:
        self.statuses_changed = True
        who, status = step["agent"], step["status"]

        def work() -> None:
            self.parts.directory.set_status(who, status)
            self.parts.delivery.post_status(caller(who), status)

        return Task(name=f"{who} is {status}", work=work)

    def _relay(self, step: Step) -> Task | None:
        batch = self.stream.batch(first=step["first"], rooms=step["rooms"], each=step["each"], skip=step["skip"])
        self.figures["batches that overtake"] += bool(batch and step["skip"])
        return self.handed_over(batch, repeat=step["repeat"]) if batch else None

    def _rewind(self, step: Step) -> None:
        self.flush()
        self.figures["records repeated from the horizon"] += self.stream.rewind(step["place"])

    def _device(self, step: Step) -> Task | None:
        """What happens to a device; none of it asks Foyer for anything but to connect and to sync."""
        device: AgentDevice | Tab = self.devices[step["place"] % len(self.devices)]
        line = device.line
        match step["what"]:
            case "connect":
                return self._connecting(device)
            case "sync":
                return self.syncing(device)
            case "ping" if line is not None:
                return Task(
                    name=f"{device.name} pings",
                    work=lambda: self.parts.presence.confirm(
                        line.id, device.caller, device_id=device.name, foreground=None
                    ),
                )
            case "leave" if line is not None:
                self._cut(device)
                return Task(
                    name=f"{device.name} disconnects",
                    work=lambda: self.parts.presence.disconnected(line.id, device.caller, self.parts.timers),
                )
            case "drop":
                self._cut(device)
            case "silent" | "gone_after" | "fine" if line is not None:
                line.mode = step["what"]
            case "save":
                device.save()
            case "restore":
                self._cut(device)
                device.restore()
                self.figures["old cursors"] += 1
        return None

    # handlers

    def attempt(self, asked: Asked) -> Task:
        """One attempt at a command."""
        asked.attempts += 1

        def answered(made: int) -> None:
            asked.answers.append(made)
            self.figures["acknowledged"] += 1

        return Task(
            name=f"{asked.command.caller.id}: {type(asked.command).__name__} {asked.command.client_id[-4:]}",
            work=lambda: self._execute(asked),
            answered=answered,
        )

    def _execute(self, asked: Asked) -> int:
        command = replace(asked.command, at=self.clock())
        stored = self.stored(asked)
        try:
            if isinstance(command, OpenRoom):
                outcome = self.parts.rooms.open(command)
            else:
                outcome = self.parts.rooms.execute(asked.room_id, command)
        except Refusal as refusal:
            asked.refusals.append(refusal.code)
            asked.refused_after_storing |= bool(stored)
            self.figures[f"refused: {refusal.code}"] += 1
            raise
        return outcome.event.seq if outcome.event else 0

    def stored(self, asked: Asked) -> list[Event]:
        """The events that a command made."""
        who = asked.command.caller
        return [
            event
            for event in self.log(asked.room_id)
            if event.client_id == asked.command.client_id and (event.actor.kind, event.actor.id) == (who.kind, who.id)
        ]

    def handed_over(self, batch: list[Record], *, repeat: bool = False) -> Task:
        """The relay gets a batch; what it reports, and the whole where it dies or `repeat`, comes again."""

        def answered(answer: Any) -> None:
            failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
            self.figures["batches failed in part"] += bool(failed)
            if repeat:
                self.figures["batches repeated"] += 1
            else:
                self.stream.done(batch, failed)

        self.figures["batches"] += 1
        self.figures["records"] += len(batch)
        return Task(
            name=f"relay of {len(batch)}",
            work=lambda: relay({"Records": batch}, cast(Any, Context()), self.parts),
            answered=answered,
            key="relay",
        )

    def syncing(self, device: AgentDevice | Tab) -> Task:
        """A device asks for what it missed."""
        self.figures["syncs"] += 1
        return Task(name=f"{device.name} syncs", work=device.sync, key=device.name)

    def _connecting(self, device: AgentDevice | Tab) -> Task:
        self._cut(device)
        self.named += 1
        connection_id = f"line-{self.named}"

        def answered(_: Any) -> None:
            self._cut(device)
            device.line = Line(id=connection_id, device=device, since=len(self.commits))
            if isinstance(device, AgentDevice):
                device.synced_since_open = False
            self.gateway.lines[connection_id] = device.line
            self.figures["connections"] += 1

        return Task(
            name=f"{device.name} connects",
            work=lambda: self.parts.presence.connected(connection_id, device.caller, device_id=device.name),
            answered=answered,
        )

    def _cut(self, device: AgentDevice | Tab) -> None:
        if device.line is not None:
            device.line.open = False
            device.line = None

    # how commands are worded

    def _opening(self, step: Step) -> Asked:
        who, client_id = step["visitor"], self._client_id()
        room_id = room_id_of(who, client_id)
        command = OpenRoom(
            caller=caller(who),
            client_id=client_id,
            at=0,
            room_id=room_id,
            department_id=step["department"],
            page=PAGE,
            expires_at=expires_at(self.clock(), RETENTION_DAYS),
            text=step["text"],
        )
        return Asked(room_id=room_id, command=command)

    def _worded(self, step: Step) -> Asked | None:
        room_id = self._room(step["room"])
        if room_id is None:
            return None
        log = self.log(room_id)
        common: dict[str, Any] = {
            "caller": caller(self._who(step["who"], room_id, step["place"])),
            "client_id": self._client_id(),
            "after": max(0, len(log) - step["behind"]),
            "at": 0,
        }
        command: Command
        match step["verb"]:
            case "say":
                command = SendMessage(text=step["text"], **common)
            case "note":
                command = AddNote(text=step["text"], **common)
            case "accept":
                command = Accept(offer=self._offer(log, step["offer"]), hold=step["hold"], **common)
            case "decline":
                command = Decline(offer=self._offer(log, step["offer"]), **common)
            case "invite":
                command = Invite(agent_id=step["agent"], **common)
            case "transfer":
                command = Transfer(agent_id=step["agent"], department_id=step["department"], **common)
            case "close":
                command = Close(**common)
            case _:
                command = Rate(score=5, comment=None, **common)
        return Asked(room_id=room_id, command=command)

    def _room(self, place: int) -> str | None:
        """One of the rooms, the newest first."""
        rooms = list(self.logs)
        return rooms[-1 - place % min(4, len(rooms))] if rooms else None

    def _who(self, who: str, room_id: str, place: int) -> str:
        if who in AGENTS + VISITORS:
            return who
        told = retell(tuple(self.log(room_id)))
        asked = [name for name in AGENTS if told.open_to(name)]
        inside = list(told.inside)
        if who == "visitor":
            return told.visitor
        those = (asked or inside if who == "one asked" else inside or asked) or list(AGENTS)
        return those[place % len(those)]

    def _offer(self, log: list[Event], place: int | None) -> int | None:
        if place is None:
            return None
        made = [one.seq for one in retell(tuple(log)).chances]
        return made[-1 - place % len(made)]

    def _client_id(self) -> str:
        self.named += 1
        return str(UUID(int=(4 << 76) | (2 << 62) | self.named))

    # the end

    def drain(self) -> None:
        """Hands over all that waits, with nothing failing, until nothing follows from it."""
        self.flush()
        while batch := self.stream.batch(first=0, rooms=100, each=100):
            before = self.stream.numbered, len(batch)
            self.stage.run([self.handed_over(batch)], lambda _: 0)
            assert self.stream.batch(first=0, rooms=100, each=100) != batch, (before, "the relay fails for ever")

    def retry_unanswered(self) -> None:
        """Every outbox sends again what it was not told of."""
        for asked in [one for one in self.asked if not one.settled]:
            self.figures["repeats"] += 1
            self.clock.advance(seconds=1)
            self.stage.run([self.attempt(asked)], lambda _: 0)
            assert asked.settled, f"{asked} fails without any fault"
