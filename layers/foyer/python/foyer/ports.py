"""What services ask of the world: stores, sockets, timers, clocks. Adapters and fakes implement these protocols."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from foyer.domain.canned_responses import CannedResponse
from foyer.domain.events import Event
from foyer.domain.inbox import Entry
from foyer.domain.people import Agent, AgentStatus, Caller, Department
from foyer.domain.rooms import Cursor, Head, Room


class SeqTakenError(Exception):
    """Somebody else's event stands at this `seq` already."""


class VisitorMovedError(Exception):
    """The visitor opened another room, or this very one, in the meantime."""


class VersionConflictError(Exception):
    """The item was changed since the version that the caller knows; `current` is that of today, 0 for none."""

    def __init__(self, current: int = 0) -> None:
        super().__init__(f"the version is {current}")
        self.current = current


class ShortcutTakenError(Exception):
    """Another canned response of the same scope has this shortcut."""


class GoneError(Exception):
    """The connection is closed, or not open yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRoom:
    """One line of an agent's list of closed rooms. `closed_at` is in milliseconds."""

    room_id: str
    closed_at: int


class RoomStore(Protocol):
    """Rooms: logs, heads, cursors and the entries by which lists find them.

    A read is eventually consistent unless it says otherwise.
    """

    def head(self, room_id: str, *, consistent: bool) -> Head | None:
        """A room's head; rebuilt from its log where another fold made it. None: there is no such room."""

    def heads(self, room_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Head]:
        """The heads of those rooms that exist."""

    def events_after(
        self, room_id: str, seq: int, *, limit: int | None = None, consistent: bool = False
    ) -> list[Event]:
        """A room's events after `seq`, ascending."""

    def events_before(self, room_id: str, seq: int | None, *, limit: int) -> list[Event]:
        """A room's events before `seq` (None: from the newest), descending."""

    def newest(self, room_id: str, *, limit: int) -> tuple[Head | None, list[Event]]:
        """A room's head and its newest events, descending, in one read."""

    def event(self, room_id: str, seq: int) -> Event | None:
        """One event."""

    def open(self, room: Room, events: Sequence[Event], *, previous_room_id: str | None) -> None:
        """Stores a new room whole: its events, its head, and its being the visitor's present room.

        Raises:
            VisitorMovedError: The visitor's present room is not `previous_room_id`, or the room exists.
        """

    def append(self, event: Event) -> None:
        """Commits one event.

        Raises:
            SeqTakenError: Its place in the log is taken.
        """

    def advance(self, room: Room) -> None:
        """Brings the head to this room, unless it is there or further already. Never touches cursors."""

    def move_cursor(self, room_id: str, key: str, cursor: Cursor) -> bool:
        """Moves a read cursor forward; False where it stands there or further already."""

    def put_entry(self, entry: Entry, *, stamp: int, expires_at: int) -> None:
        """Writes an entry for the event `stamp` that will justify it, unless a later one did."""

    def delete_entry(self, entry: Entry, *, stamp: int) -> None:
        """Deletes an entry that event `stamp` ended, unless a later event justified it anew."""

    def open_room_ids(self, agent_id: str, *, consistent: bool = False) -> list[str]:
        """Rooms that an agent's open entries name."""

    def queued_room_ids(self, department_id: str, *, consistent: bool = False) -> list[str]:
        """Rooms that a department's queue names."""

    def put_closed(self, agent_id: str, room: ClosedRoom, *, expires_at: int) -> None:
        """Writes a room into an agent's list of closed ones."""

    def delete_closed(self, agent_id: str, room: ClosedRoom) -> None:
        """Takes a room out of an agent's list of closed ones."""

    def closed_rooms(
        self, agent_id: str, *, before: ClosedRoom | None = None, limit: int, consistent: bool = False
    ) -> list[ClosedRoom]:
        """An agent's closed rooms, newest first, those older than `before`."""

    def visitor_rooms(self, visitor_id: str, *, before: str | None = None, limit: int) -> list[tuple[str, str]]:
        """A visitor's rooms as (position, room id), newest first, from behind the position `before`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What is known of a visitor.

    Attributes:
        tokens: Valid tokens: hash → end of validity, seconds since 1970.
        pages: The last pages, newest last: `{url, title, at}`, `at` in milliseconds.
        room_id: The last room that they opened; it may be closed.
        version: Counts the changes of the profile.
    """

    id: str
    name: str | None = None
    email: str | None = None
    locale: str | None = None
    browser: str | None = None
    custom: Mapping[str, str | int | float | bool] | None = None
    pages: tuple[Mapping[str, Any], ...] = ()
    tokens: Mapping[str, int] | None = None
    room_id: str | None = None
    version: int = 0


class VisitorStore(Protocol):
    """Visitors' profiles."""

    def visitor(self, visitor_id: str, *, consistent: bool = False) -> Visitor | None:
        """A visitor's profile."""

    def put_visitor(self, visitor: Visitor, *, expires_at: int) -> Visitor:
        """Writes a profile whose `version` is the one it was read with (0: a new one); answers it as stored.

        Leaves `room_id` alone.

        Raises:
            VersionConflictError: It was changed in the meantime.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The right to open one socket. `expires_at` is in seconds since 1970."""

    caller: Caller
    expires_at: int
    device_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One open WebSocket. Times are in seconds since 1970."""

    id: str
    caller_kind: Literal["visitor", "agent"]
    caller_id: str
    connected_at: int
    expires_at: int
    department_ids: frozenset[str] = frozenset()
    device_id: str | None = None
    foreground: bool | None = None


class LiveStore(Protocol):
    """What lives for minutes to hours: tickets, connections, rate limits. Expiry is checked on every read."""

    def put_ticket(self, ticket_hash: str, ticket: Ticket) -> None:
        """Stores a ticket under its hash."""

    def redeem_ticket(self, ticket_hash: str, *, now: int) -> Ticket | None:
        """Takes a ticket out, so that it works once; None for one that is unknown, spent or expired."""

    def put_connection(self, connection: Connection) -> None:
        """Writes a connection, under its user and under each of its departments."""

    def delete_connection(self, connection: Connection) -> None:
        """Forgets a connection."""

    def connections_of(self, kind: Literal["visitor", "agent"], caller_id: str, *, now: int) -> list[Connection]:
        """The open connections of a visitor or an agent, read consistently."""

    def connections_in(self, department_id: str, *, now: int) -> list[Connection]:
        """The open connections of a department's agents, read consistently."""

    def put_departure(self, visitor_id: str, *, at: int, expires_at: int) -> None:
        """Remembers when a visitor's latest connection ended, milliseconds since 1970."""

    def departure(self, visitor_id: str) -> int | None:
        """When a visitor's latest connection ended."""

    def count(self, key: str, *, window: int, now: int) -> int:
        """Counts one more use of `key` in the present window of so many seconds; answers the count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One install of the app with its push token."""

    id: str
    agent_id: str
    platform: Literal["ios", "android", "web"]
    push_token: str
    locale: str | None = None


class DirectoryStore(Protocol):
    """What stays until it is changed: agents, departments, canned responses, devices."""

    def agent(self, agent_id: str) -> Agent | None:
        """One agent."""

    def agents(self) -> list[Agent]:
        """All agents."""

    def departments(self) -> list[Department]:
        """All departments."""

    def put_agent(self, agent: Agent) -> None:
        """Writes an agent whole."""

    def put_department(self, department: Department) -> None:
        """Writes a department."""

    def set_status(self, agent_id: str, status: AgentStatus) -> bool:
        """Sets an agent's chosen status; False if there is no such agent."""

    def canned_responses(self, department_ids: Iterable[str], agent_id: str) -> list[CannedResponse]:
        """All canned responses of the company, of these departments and of this agent."""

    def canned_response(self, response_id: str) -> CannedResponse | None:
        """One canned response."""

    def put_canned_response(
        self, response: CannedResponse, *, replaces: CannedResponse | None, fingerprint: str = ""
    ) -> None:
        """Writes a canned response and claims its shortcut; `replaces` is the one it was made from.

        `fingerprint` tells a repeated creation from another one under the same id.

        Raises:
            VersionConflictError: Another version than that of `replaces` is stored.
            ShortcutTakenError: Another response of its scope has the shortcut.
        """

    def created_with(self, response_id: str) -> tuple[CannedResponse | None, str] | None:
        """The response once created under this id (None if deleted since) and the fingerprint of its creation."""

    def delete_canned_response(self, response: CannedResponse) -> None:
        """Deletes a canned response and frees its shortcut; its id stays taken."""

    def put_device(self, device: Device) -> None:
        """Writes a device; its push token is taken from whoever had it."""

    def delete_device(self, agent_id: str, device_id: str) -> None:
        """Forgets a device."""

    def devices(self, agent_id: str) -> list[Device]:
        """An agent's devices."""


class Sockets(Protocol):
    """The way out to open connections."""

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        """Posts one frame.

        Raises:
            GoneError: The connection is closed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something to look at again. `due_at` and `since` are in milliseconds since 1970."""

    kind: Literal["visitor_gone"]
    visitor_id: str
    due_at: int
    since: int


class Timers(Protocol):
    """A queue of timers: each comes back when it is due, maybe late, maybe twice."""

    def set(self, timer: Timer, *, now: int) -> None:
        """Sets a timer."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> int:
        """Milliseconds since 1970 (UTC)."""
