"""Those who listen: two devices an agent, tabs for visitors, each with a line that may be cut, deaf or half-open."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from foyer.domain.people import Caller
from foyer.ports import GoneError
from foyer.runtime.wiring import Wiring
from foyer.services.inbox import Position
from tests.e2e.driver import Agent
from tests.e2e.replica import Replica
from tests.faults.tasks import Stage

Frame = dict[str, Any]
Mode = Literal["fine", "silent", "gone_after"]


@dataclass
class Span:
    """A time in which a socket was open, milliseconds since 1970; `until` None: it still is."""

    since: int
    until: int | None = None


@dataclass(eq=False)
class Line:
    """One open WebSocket.

    Attributes:
        since: How many events were committed when it was open for certain.
        opened_at: When that was, milliseconds since 1970.
        announced: Foyer was told that it ended, and noted it.
        spans: When it was open and Foyer had no reason to think otherwise.
        mode: `silent`: posts succeed and nobody gets them. `gone_after`: a post arrives and answers 410.
        tainted: Foyer was told 410 and may have forgotten it.
        lossless: All that was posted arrived.
        posted: What was posted, with the number of events committed by then.
    """

    id: str
    device: "AgentDevice | Tab"
    since: int
    opened_at: int
    mode: Mode = "fine"
    open: bool = True
    tainted: bool = False
    announced: bool = False
    lossless: bool = True
    posted: list[tuple[int, Frame]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        """It opens."""
        self.spans.append(Span(self.opened_at))

    def doubt(self, now: int) -> None:
        """Foyer was told that it is gone, or it is."""
        if self.spans[-1].until is None:
            self.spans[-1].until = now

    def confirm(self, now: int) -> None:
        """It said itself that it is there."""
        if self.spans[-1].until is not None:
            self.spans.append(Span(now))


class Gateway:
    """`foyer.ports.Sockets`: posts go over the stage and end at lines."""

    def __init__(self, stage: Stage, clock: Callable[[], int]) -> None:
        self.stage, self.clock = stage, clock
        self.lines: dict[str, Line] = {}
        self.committed = 0

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        """Posts one frame."""
        self.stage.call(lambda: self._post(connection_id, dict(frame)))

    def is_open(self, connection_id: str) -> bool:
        """Asks for one connection."""
        return self.stage.call(lambda: self._is_open(connection_id))

    def _is_open(self, connection_id: str) -> bool:
        line = self.lines.get(connection_id)
        known = line is not None and line.open
        self.stage.figures["socket: known" if known else "socket: unknown"] += 1
        return known

    def _post(self, connection_id: str, frame: Frame) -> None:
        line, figures = self.lines.get(connection_id), self.stage.figures
        if line is None or not line.open:
            figures["socket: 410"] += 1
            raise GoneError
        line.posted.append((self.committed, frame))
        figures["frames"] += 1
        if line.mode == "silent":
            figures["socket: silence"] += 1
            line.lossless = False
            return
        line.device.hear(copy.deepcopy(frame))
        if line.mode == "gone_after":
            figures["socket: 410 after a post"] += 1
            line.tainted = True
            line.doubt(self.clock())
            raise GoneError


class Service:
    """Foyer as an agent's device reaches it; what `Replica` asks of it."""

    def __init__(self, parts: Wiring, caller: Caller) -> None:
        self.parts, self.caller = parts, caller

    def sync(self, known: Mapping[str, int]) -> Any:
        """`POST /sync`."""
        return self.parts.inbox.sync(self.caller, known, self.parts.people.name)

    def events(self, room_id: str, *, after: int, limit: int) -> Any:
        """`GET …/events?after=`."""
        return self.parts.inbox.events(room_id, self.caller, after=after, before=None, limit=limit)

    def log(self, room_id: str, *, after: int = 0) -> list[Any]:
        """The whole log or the rest of it, page by page."""
        found: list[Any] = []
        through, more = after, True
        while more:
            page = self.events(room_id, after=through, limit=100)
            found += page["events"]
            through, more = page["through"], page["more"]
        return found

    def get(self, path: str, *, tab: Any, limit: int, cursor: Position | None = None) -> Any:
        """`GET /rooms`."""
        assert path == "/rooms"
        page = self.parts.inbox.page(self.caller, tab=tab, after=cursor, limit=limit)
        from foyer.services import views

        rooms = [views.summary(head, self.caller, self.parts.people.name) for head in page.heads]
        return {"rooms": rooms, "counts": page.counts, "next_cursor": page.next}


class Kept(Replica):
    """A replica that also completes the log of a room that left the inbox and came back meanwhile."""

    def sync(self, agent: Agent) -> None:
        """Asks for what was missed; what was not named is asked for by room."""
        named = self.has()
        super().sync(agent)
        for room_id in self.rooms.keys() - named.keys():
            log = self.logs.setdefault(room_id, {})
            for event in cast(Service, agent).log(room_id, after=self._last(room_id)):
                log.setdefault(event["seq"], event)


@dataclass(eq=False)
class AgentDevice:
    """One install of the app."""

    name: str
    caller: Caller
    service: Service
    replica: Kept = field(default_factory=Kept)
    line: Line | None = None
    syncing: bool = False
    kept: list[Frame] = field(default_factory=list)
    saved: Kept = field(default_factory=Kept)
    synced_since_open: bool = False

    def hear(self, frame: Frame) -> None:
        """Frames that arrive during a sync are applied after it."""
        if self.syncing:
            self.kept.append(frame)
        else:
            self.replica.hear(frame)

    def sync(self) -> None:
        """Everything that was missed."""
        self.syncing, line = True, self.line
        try:
            self.replica.sync(cast(Agent, self.service))
            self.synced_since_open = self.synced_since_open or (line is not None and line is self.line)
        finally:
            self.syncing = False
            while self.kept:
                self.replica.hear(self.kept.pop(0))

    def save(self) -> None:
        """The app writes its state down."""
        self.saved = copy.deepcopy(self.replica)

    def restore(self) -> None:
        """The app is killed and starts from what it wrote down last."""
        self.replica = copy.deepcopy(self.saved)
        self.synced_since_open = False

    def differences(self) -> list[str]:
        """In what it differs from a fresh one."""
        return self.replica.differences(cast(Agent, self.service))


@dataclass(eq=False)
class Tab:
    """One of a visitor's tabs: events by room and `seq`, and per room up to where nothing is missing."""

    name: str
    caller: Caller
    service: Service
    logs: dict[str, dict[int, Any]] = field(default_factory=dict)
    through: dict[str, int] = field(default_factory=dict)
    line: Line | None = None
    saved: tuple[dict[str, dict[int, Any]], dict[str, int]] = field(default_factory=lambda: ({}, {}))

    def hear(self, frame: Frame) -> None:
        """An event that follows on what is here moves the end of it."""
        if frame["type"] != "room.event":
            return
        room_id, event = frame["room_id"], frame["event"]
        self.logs.setdefault(room_id, {}).setdefault(event["seq"], event)
        if frame["prev"] <= self.through.get(room_id, 0):
            self.through[room_id] = max(event["seq"], self.through.get(room_id, 0))

    def sync(self) -> None:
        """All that was missed, in every room of the visitor's."""
        for room_id in self._rooms():
            more = True
            while more:
                page = self.service.events(room_id, after=self.through.get(room_id, 0), limit=3)
                log = self.logs.setdefault(room_id, {})
                for event in page["events"]:
                    log.setdefault(event["seq"], event)
                self.through[room_id] = max(page["through"], self.through.get(room_id, 0))
                more = page["more"]

    def save(self) -> None:
        """The tab writes its state down."""
        self.saved = copy.deepcopy((self.logs, self.through))

    def restore(self) -> None:
        """The tab is loaded anew from what it wrote down last."""
        self.logs, self.through = copy.deepcopy(self.saved)

    def differences(self) -> list[str]:
        """In what it differs from a fresh one."""
        found = []
        for room_id in self._rooms():
            fresh, here = self.service.log(room_id), self.logs.get(room_id, {})
            if [here[seq] for seq in sorted(here)] != fresh:
                found.append(f"log {room_id}: {sorted(here)} of {[one['seq'] for one in fresh]}")
        return found

    def _rooms(self) -> list[str]:
        found = self.service.parts.room_store.visitor_rooms(self.caller.id, limit=100)
        return [room_id for _, room_id in found]
