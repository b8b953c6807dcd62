"""A small company in a bad network: the real services on a stage where everything fails, told step by step."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
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
from foyer.domain.people import Agent, Department, TimeLimits
from foyer.ports import Device, PushAsk, Timer, Visitor
from foyer.runtime.settings import Settings
from foyer.runtime.stream import relay
from foyer.runtime.wiring import Wiring
from foyer.services.rooms import expires_at, room_id_of
from tests.fakes.clock import SettableClock
from tests.fakes.signing import PlainSigner
from tests.faults.backends import Backend
from tests.faults.devices import AgentDevice, Gateway, Line, Service, Tab
from tests.faults.phones import Phone, Press, Provider
from tests.faults.queues import Queue, QueuedAsks, QueuedTimers
from tests.faults.stream import Context, Record, Stream
from tests.faults.tasks import InlineExecutor, Task, Turns
from tests.faults.times import ask_task, let_pass, timer_task
from tests.faults.watching import Watched
from tests.tables import REGION
from tests.unit.retold import retell
from tests.unit.rooms import AGENTS, DEPARTMENTS, PAGE, VISITORS, caller

RETENTION_DAYS = 365
TOGETHER = 3
"""How many handlers run side by side at most."""
OUTAGE_SECONDS = 600
"""No provider is out of reach for longer: an ask that fails for a quarter of an hour goes to the dead letters."""
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

    def __init__(
        self,
        backend: Backend,
        gateway: Gateway,
        clock: SettableClock,
        *,
        timers: QueuedTimers,
        asks: QueuedAsks,
        pushes: Provider,
    ) -> None:
        super().__init__(Settings({"AWS_REGION": REGION, "RETENTION_DAYS": str(RETENTION_DAYS)}), clock)
        # Set past the properties, which differ in whether they may be set.
        self._ports: dict[str, Any] = {
            "room_store": backend.rooms,
            "visitor_store": backend.visitors,
            "live": backend.live,
            "directory": backend.directory,
            "sockets": gateway,
            "push_ledger": backend.ledger,
            "timers": timers,
            "push_queue": asks,
            "pushes": pushes,
            "signer": PlainSigner(),
            "posts": InlineExecutor(),
            "rooms_at_once": InlineExecutor(),
        }
        self._ports["notifying"] = replace(self.notifying, agents_at_once=InlineExecutor())

    def __getattribute__(self, name: str) -> Any:
        ports = super().__getattribute__("__dict__").get("_ports", {})
        return ports[name] if name in ports else super().__getattribute__(name)


class Simulation:
    """One run. All that is random comes from the steps."""

    def __init__(
        self, backend: Backend, figures: Counter[str], *, online: frozenset[str], limits: Mapping[str, TimeLimits]
    ) -> None:
        self.figures, self.backend, self.stage = figures, backend, backend.stage
        self.limits = limits
        self.clock = SettableClock()
        self.stream = Stream()
        self.gateway = Gateway(self.stage, self.clock)
        self.timers: Queue[Timer] = Queue(self.clock)
        self.asks: Queue[PushAsk] = Queue(self.clock)
        self.pushes = Provider(self.stage, self.clock, self._badge_of)
        self.presses: list[Press] = []
        self.watched = Watched()
        self.when_calm: Callable[[Simulation], None] = lambda _: None
        self.logs: dict[str, dict[int, Event]] = {}
        self.commits: list[Event] = []
        self.asked: list[Asked] = []
        self.reads: list[ReadMark] = []
        self.held: list[Task] = []
        self.named = 0
        self.statuses_changed = False
        self.orphans: set[tuple[str, str]] = set()
        backend.committed = self._committed
        self.parts = Staged(
            backend,
            self.gateway,
            self.clock,
            timers=QueuedTimers(self.timers, self.stage),
            asks=QueuedAsks(self.asks, self.stage),
            pushes=self.pushes,
        )
        self._hire(online)
        self.devices: list[AgentDevice | Tab] = []
        for name in AGENTS:
            service = Service(self.parts, caller(name))
            self.devices += [AgentDevice(name=f"{name}-{n}", caller=service.caller, service=service) for n in (1, 2)]
            self.pushes.phones |= {f"{name}-{n}": Phone(f"{name}-{n}", name) for n in (1, 2)}
        for name in VISITORS:
            service = Service(self.parts, caller(name))
            self.devices += [Tab(name=f"{name}-{n}", caller=service.caller, service=service) for n in (1, 2)]

    # what there is

    def arrive(self, who: int) -> None:
        """Connects, syncs and registers devices, before anything fails: one for each bit of `who`."""
        for place, device in enumerate(self.devices):
            if who >> place & 1:
                tasks = [self._connecting(device), self.syncing(device)]
                tasks += [self._registering(self.pushes.phones[device.name])] if isinstance(device, AgentDevice) else []
                for task in tasks:
                    self.stage.run([task], lambda _: 0)

    def _hire(self, online: frozenset[str]) -> None:
        for department in ("general", "sales"):
            self.backend.directory.put_department(
                Department(id=department, name=department, limits=self.limits[department])
            )
        for name in AGENTS:
            status: Literal["online", "away"] = "online" if name in online else "away"
            self.backend.directory.put_agent(
                Agent(id=name, name=name.title(), email=f"{name}@x", status=status, department_ids=DEPARTMENTS[name])
            )
        for name in VISITORS:
            end = expires_at(self.clock(), RETENTION_DAYS)
            self.backend.visitors.put_visitor(Visitor(id=name, name=name.title()), expires_at=end)
        self.watched.online |= dict.fromkeys(online, 0)
        self.watched.ever_online |= online

    def _committed(self, event: Event) -> None:
        log = self.logs.setdefault(event.room_id, {})
        if event.seq in log:
            message = f"{event} was written over {log[event.seq]}"
            raise AssertionError(message)
        log[event.seq] = event
        self.commits.append(event)
        self.gateway.committed = self.pushes.committed = len(self.commits)
        self.watched.committed(event, len(self.commits), self.clock())
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
            self.stage.run(held, Turns(turns))

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
        self.watched.online.pop(who, None)
        self.watched.ever_online |= {who} if status == "online" else set()

        def work() -> None:
            self.watched.online.pop(who, None)
            self.parts.directory.set_status(who, status)
            self.parts.delivery.post_status(caller(who), status)

        def answered(_: None) -> None:
            if status == "online":
                self.watched.online[who] = len(self.commits)

        return Task(name=f"{who} is {status}", work=work, answered=answered)

    def _pass(self, step: Step) -> None:
        """Time passes; in a `calm` all that it brings is carried out, else some of it fails and comes again."""
        self.flush()
        self.figures["seconds"] += step["seconds"]
        calm = step["how"] == "calm"
        if step["seconds"] > OUTAGE_SECONDS:
            self.pushes.within_reach()
        chance = None if calm else random.Random(step["turns"])
        let_pass(self, step["seconds"], chance=chance, relayed=step["how"] != "unrelayed")
        if calm:
            self.when_calm(self)

    def _timer(self, step: Step) -> Task | None:
        """A timer comes back, at last."""
        visible = self.timers.visible()
        return timer_task(self, visible[step["place"] % len(visible)], repeat=step["repeat"]) if visible else None

    def _push(self, step: Step) -> Task | None:
        """The push sender is handed an ask."""
        visible = self.asks.visible()
        return ask_task(self, visible[step["place"] % len(visible)], repeat=step["repeat"]) if visible else None

    def _meet(self, step: Step) -> None:
        """A notification is pushed while what it is about ends, and the relay is quick."""
        self.flush()
        visible = [one for one in self.asks.visible() if one.body.kind != "clear"]
        if not visible:
            return
        message = visible[step["place"] % len(visible)]
        room_id = message.body.room_id
        told = retell(self.log(room_id))
        agents = [name for name in AGENTS if told.open_to(name)] or list(AGENTS)
        common: dict[str, Any] = {"client_id": self._client_id(), "after": len(self.logs[room_id]), "at": 0}
        agent = caller(agents[step["place"] % len(agents)])
        command: Command
        match step["how"]:
            case "accept":
                command = Accept(caller=agent, **common)
            case "decline":
                command = Decline(caller=agent, **common)
            case _:
                command = Close(caller=caller(told.visitor), **common)
        asked = Asked(room_id=room_id, command=command)
        self.asked.append(asked)
        pushing = ask_task(self, message)
        pushing.trouble = step["trouble"]
        relaying = self.handed_over(lambda: self.stream.batch(first=0, rooms=100, each=100))
        self.stage.run([pushing, self.attempt(asked), relaying], Turns(step["turns"]))
        self.figures["pushed while it ended"] += 1

    def _phone(self, step: Step) -> Task | None:
        """What happens to a phone."""
        phones = list(self.pushes.phones.values())
        phone = phones[step["place"] % len(phones)]
        match step["what"]:
            case "register":
                return self._registering(phone)
            case "unregister":
                return self._signing_out(phone)
            case "reachable":
                phone.state = "fine" if phone.state == "unreachable" else phone.state
            case state:
                phone.break_down(state)
        return None

    def _registering(self, phone: Phone) -> Task:
        """`PUT /devices`."""
        phone.opened_again()
        token, installed = phone.push_token, phone.installed

        def work() -> None:
            self.parts.directory.put_device(
                Device(
                    id=phone.name,
                    agent_id=phone.agent_id,
                    platform="android",
                    push_token=token,
                    registered_at=self.clock(),
                )
            )

        def answered(_: None) -> None:
            if (phone.state, phone.installed) == ("fine", installed):
                phone.works_since = len(self.commits)

        return Task(name=f"{phone.name} registers", work=work, answered=answered, key=f"phone {phone.name}")

    def _signing_out(self, phone: Phone) -> Task:
        """`DELETE /devices`."""

        def work() -> None:
            phone.sign_out()
            self.parts.directory.delete_device(phone.agent_id, phone.name)

        return Task(name=f"{phone.name} signs out", work=work, key=f"phone {phone.name}")

    def _press(self, step: Step) -> Task | None:
        """Somebody touches a notification, one of the last of its phone."""
        phones = [phone for phone in self.pushes.phones.values() if phone.received]
        if not phones:
            return None
        phone = phones[step["place"] % len(phones)]
        notification = phone.received[-1 - step["behind"] % len(phone.received)]
        offer = (notification.room_id, notification.seq, phone.agent_id, phone.name)
        press = Press(offer=offer, action=step["action"])
        self.presses.append(press)
        self.figures[f"pressed: {press.action}"] += 1

        def work() -> None:
            senders = [one.task for one in self.pushes.offers() if one.offer == offer]
            press.noted = any(task is not None and task.ending == "answered" for task in senders)
            try:
                self.parts.lock_screen.act(notification.token or "", press.action)
            except Refusal as refusal:
                press.code = refusal.code
                self.figures[f"press refused: {refusal.code}"] += 1
                raise

        def answered(_: None) -> None:
            press.answered = True

        return Task(name=f"{phone.name}: {press.action}", work=work, answered=answered)

    def _badge_of(self, agent_id: str) -> int | None:
        """What an agent's badge has to be, told from the logs; None while more goes on than that can follow."""
        if self.stage.running is not None and self.stage.running.threaded:
            return None
        return self.watched.badge(self, agent_id)

    def _relay(self, step: Step) -> Task | None:
        chosen = {name: step[name] for name in ("first", "rooms", "each", "skip")}
        if self.held and step["beside"]:
            return self.handed_over(lambda: self.stream.batch(**chosen), repeat=step["repeat"])
        batch = self.stream.batch(**chosen)
        self.figures["batches that overtake"] += bool(batch and step["skip"])
        return self.handed_over(lambda: batch, repeat=step["repeat"]) if batch else None

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
                    answered=lambda _: line.confirm(self.clock()) if line.open else None,
                )
            case "foreground" | "background" if line is not None and isinstance(device, AgentDevice):
                return self._coming_forward(device, line, foreground=step["what"] == "foreground")
            case "leave" if line is not None:
                return self.leaving(line)
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

    def leaving(self, line: Line) -> Task:
        """A socket ends and says so."""
        self._cut(line.device)

        def answered(_: None) -> None:
            line.announced = True
            self.watched.not_in_foreground(line)

        return Task(
            name=f"{line.device.name} disconnects",
            work=lambda: self.parts.presence.disconnected(line.id, line.device.caller),
            answered=answered,
        )

    def _coming_forward(self, device: AgentDevice, line: Line, *, foreground: bool) -> Task:
        """`device.state`."""

        def work() -> None:
            if foreground:
                self.watched.in_foreground(line, len(self.commits))
            self.parts.presence.confirm(line.id, device.caller, device_id=device.name, foreground=foreground)

        def answered(_: None) -> None:
            if foreground:
                self.watched.in_foreground(line, len(self.commits))
            else:
                self.watched.not_in_foreground(line)

        self.figures["in the foreground" if foreground else "in the background"] += 1
        return Task(name=f"{device.name} in foreground: {foreground}", work=work, answered=answered, key=line.id)

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

    def handed_over(self, draw: Callable[[], list[Record]], *, repeat: bool = False) -> Task:
        """The relay gets a batch, drawn when it begins.

        What it reports, and the whole where it dies or `repeat`, comes again.
        """
        batch: list[Record] = []

        def work() -> Any:
            batch.extend(draw())
            self.figures["batches"] += bool(batch)
            self.figures["records"] += len(batch)
            return relay({"Records": batch}, cast(Any, Context()), self.parts) if batch else None

        def answered(answer: Any) -> None:
            if answer is None:
                return
            failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
            self.figures["batches failed in part"] += bool(failed)
            if repeat:
                self.figures["batches repeated"] += 1
            else:
                self.stream.done(batch, failed)

        return Task(name="relay", work=work, answered=answered, key="relay")

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
            device.line = Line(id=connection_id, device=device, since=len(self.commits), opened_at=self.clock())
            if isinstance(device, AgentDevice):
                device.synced_since_open = False
            self.gateway.lines[connection_id] = device.line
            self.figures["connections"] += 1

        task = Task(
            name=f"{device.name} connects",
            work=lambda: self.parts.presence.connected(connection_id, device.caller, device_id=device.name),
            answered=answered,
        )
        self.watched.connecting(device.caller.id, task, self.clock())
        return task

    def _cut(self, device: AgentDevice | Tab) -> None:
        if device.line is not None:
            device.line.open = False
            device.line.doubt(self.clock())
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
        self.drain_stream()

    def drain_stream(self) -> None:
        """The relay's part of that."""
        while batch := self.stream.batch(first=0, rooms=100, each=100):
            before = self.stream.numbered, len(batch)
            self.stage.run([self.handed_over(partial(list, batch))], lambda _: 0)
            assert self.stream.batch(first=0, rooms=100, each=100) != batch, (before, "the relay fails for ever")

    def settle(self, seconds: int) -> int:
        """Lets time pass with nothing failing any more and every phone in reach; answers when that began."""
        self.pushes.within_reach()
        began = self.clock()
        let_pass(self, seconds, chance=None)
        return began

    def retry_unanswered(self) -> None:
        """Every outbox sends again what it was not told of."""
        for asked in [one for one in self.asked if not one.settled]:
            self.figures["repeats"] += 1
            self.clock.advance(seconds=1)
            self.stage.run([self.attempt(asked)], lambda _: 0)
            assert asked.settled, f"{asked} fails without any fault"
