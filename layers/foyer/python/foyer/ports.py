"""What services ask of the world: stores, sockets, timers, clocks. Adapters and fakes implement these protocols."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from foyer.domain.canned_responses import CannedResponse
from foyer.domain.events import Event
from foyer.domain.inbox import Entry
from foyer.domain.notifications import Notification, NotificationKind
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


class PushLaterError(Exception):
    """A provider could not take a notification now; it may be tried again."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A notification of one room that stands on an agent's devices.

    Attributes:
        device_ids: Those that were told.
        tried_ids: Those that may have been told: the sender was about to, and has not said what became of it.
    """

    room_id: str
    kind: NotificationKind
    seq: int
    device_ids: frozenset[str] = frozenset()
    tried_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where an agent can be reached: its open connections, and by room the notifications that stand."""

    connections: Sequence[Connection] = ()
    notified: Mapping[str, Notified] = field(default_factory=dict)

    @property
    def in_foreground(self) -> bool:
        """Whether an app of the agent said last that it is in the foreground."""
        return any(one.foreground for one in self.connections)


class LiveStore(Protocol):
    """What lives for minutes to hours: tickets, connections, rate limits. Expiry is checked on every read."""

    def put_ticket(self, ticket_hash: str, ticket: Ticket) -> None:
        """Stores a ticket under its hash."""

    def redeem_ticket(self, ticket_hash: str, *, now: int) -> Ticket | None:
        """Takes a ticket out, so that it works once; None for one that is unknown, spent or expired."""

    def put_connection(self, connection: Connection) -> None:
        """Writes a connection, under its user and under each of its departments."""

    def delete_connection(self, connection: Connection) -> None:
        """Forgets a connection, whatever is stored of it."""

    def forget_connection(self, connection: Connection) -> bool:
        """Forgets a connection, unless it was written again since it was read: False then."""

    def connections_of(self, kind: Literal["visitor", "agent"], caller_id: str, *, now: int) -> list[Connection]:
        """The open connections of a visitor or an agent, read consistently."""

    def connections_in(self, department_id: str, *, now: int) -> list[Connection]:
        """The open connections of a department's agents, read consistently."""

    def reach(self, agent_id: str, *, now: int) -> Reach:
        """An agent's open connections and what it was notified of, in one consistent read."""

    def put_notified(self, agent_id: str, notified: Notified, *, expires_at: int) -> None:
        """Remembers a notification that stands on the agent's devices, in place of one of the same room."""

    def delete_notified(self, agent_id: str, notified: Notified) -> None:
        """Forgets a notification, unless a newer one of the same room stands."""

    def put_departure(self, visitor_id: str, *, at: int, expires_at: int) -> None:
        """Remembers when a visitor's latest connection ended, milliseconds since 1970."""

    def departure(self, visitor_id: str) -> int | None:
        """When a visitor's latest connection ended."""

    def count(self, key: str, *, window: int, now: int) -> int:
        """Counts one more use of `key` in the present window of so many seconds; answers the count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One install of the app with its push token.

    Attributes:
        push_token: Of Apple or Google; for `web` the subscription as JSON text.
        registered_at: When the app put it last, milliseconds since 1970.
        endpoint: What the provider calls the device, once it was asked.
        endpoint_at: When the provider last took over the token, milliseconds since 1970; older than `registered_at`,
            it has to be told again.
    """

    id: str
    agent_id: str
    platform: Literal["ios", "android", "web"]
    push_token: str
    locale: str | None = None
    registered_at: int = 0
    endpoint: str | None = None
    endpoint_at: int = 0


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

    def put_endpoint(self, device: Device, *, endpoint: str, at: int) -> None:
        """Remembers what the provider calls a device, unless its token was changed since it was read."""

    def forget_device(self, device: Device) -> None:
        """Forgets a device whose token is worth nothing any more, unless it was registered anew since it was read."""


class Sockets(Protocol):
    """The way out to open connections."""

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        """Posts one frame.

        Raises:
            GoneError: The connection is closed.
        """

    def is_open(self, connection_id: str) -> bool:
        """Whether the gateway knows the connection as open."""


PushOutcome = Literal["sent", "gone", "disabled", "refused", "unconfigured"]
"""What became of a notification at the provider: taken; the device is gone for good; its endpoint is disabled until the
app registers again; refused for another reason; there is no provider for its platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A provider's answer.

    Attributes:
        provider: `sns`, `web` or `none`.
        answer: The provider's id of the notification, or its code of the failure.
        endpoint: What the provider calls the device, where it said so now.
    """

    outcome: PushOutcome
    provider: str
    answer: str = ""
    endpoint: str | None = None


class Pushes(Protocol):
    """The way out to devices whose app is not open: a push service."""

    def send(self, device: Device, notification: Notification) -> Receipt:
        """Hands one notification over; of one room the newest replaces those before it.

        Raises:
            PushLaterError: The provider is out of reach or overloaded.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAsk:
    """What the push sender is asked to look at.

    Attributes:
        kind: What to tell; `clear` withdraws it from those for whom the room does not wait any more.
        seq: The event that it is about.
        agent_ids: Whom.
    """

    kind: NotificationKind
    room_id: str
    seq: int
    agent_ids: tuple[str, ...] = ()


class PushQueue(Protocol):
    """Where push notifications are asked for; what is asked comes to the sender at least once."""

    def ask(self, ask: PushAsk, *, delay_seconds: int = 0) -> None:
        """Asks, to be looked at after so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What became of one offer on its way to one device: the answer to "why did nobody pick up?".

    Times are in milliseconds since 1970.

    Attributes:
        offer: The offer's `seq`.
        device_id: Which device; None where the agent has none to push to.
        outcome: Of the push, or `no_device`.
        seen_at: When the app said that it showed the notification.
        action: What the lock screen answered.
    """

    room_id: str
    offer: int
    agent_id: str
    device_id: str | None
    kind: NotificationKind
    at: int
    outcome: PushOutcome | Literal["no_device"]
    provider: str = ""
    answer: str = ""
    seen_at: int | None = None
    action: Literal["accept", "hold", "decline"] | None = None
    acted_at: int | None = None


class PushLedger(Protocol):
    """The ledger of offers that were pushed, kept as long as their rooms."""

    def put_ledger_entry(self, entry: LedgerEntry, *, expires_at: int) -> None:
        """Writes an entry in place of an earlier one of the same offer, agent and device."""

    def mark_seen(self, room_id: str, *, offer: int, agent_id: str, device_id: str, at: int) -> None:
        """Notes that the app showed the notification; the first time stays. Nothing where there is no such entry."""

    def mark_action(self, room_id: str, *, offer: int, agent_id: str, device_id: str, action: str, at: int) -> None:
        """Notes what the lock screen answered. Nothing where there is no such entry."""

    def ledger(self, room_id: str, *, consistent: bool = False) -> list[LedgerEntry]:
        """A room's entries, by offer, agent and device."""


class Signer(Protocol):
    """Makes tokens that nobody else can make."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims, readable by anybody, as a URL-safe token."""

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """The claims of a token that `sign` made; None for anything else."""


TimerKind = Literal["visitor", "deadline", "watch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something to look at again. Times are in milliseconds since 1970.

    Attributes:
        kind: `visitor`: has the visitor `id`, who departed at `since`, come back? `deadline`: is a time limit of the
            room `id` over? `watch`: the same, and again and again for as long as the room is open.
    """

    kind: TimerKind
    id: str
    due_at: int
    since: int = 0


class Timers(Protocol):
    """A queue of timers: each comes back when it is due, maybe late, maybe twice."""

    def set(self, timer: Timer, *, now: int) -> None:
        """Sets a timer."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> int:
        """Milliseconds since 1970 (UTC)."""
