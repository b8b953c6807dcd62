"""The stores in memory: what DynamoDB's adapters promise, in the plainest words. Safe to share between threads."""
# ruff: noqa: ARG002 - memory is always consistent

from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import RLock
from typing import Any, Literal

from foyer.domain.canned_responses import CannedResponse, Slot, slot
from foyer.domain.events import Event
from foyer.domain.inbox import Entry
from foyer.domain.people import Agent, AgentStatus, Department
from foyer.domain.rooms import Cursor, Head, Room
from foyer.ports import (
    ClosedRoom,
    Connection,
    Device,
    LedgerEntry,
    Notified,
    Reach,
    SeqTakenError,
    ShortcutTakenError,
    Ticket,
    VersionConflictError,
    Visitor,
    VisitorMovedError,
)


class MemoryVisitorStore:
    """`foyer.ports.VisitorStore` in memory."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.visitors: dict[str, Visitor] = {}

    def visitor(self, visitor_id: str, *, consistent: bool = False) -> Visitor | None:
        """A visitor's profile."""
        with self.lock:
            return self.visitors.get(visitor_id)

    def put_visitor(self, visitor: Visitor, *, expires_at: int) -> Visitor:
        """Writes a profile over the version that it was read with."""
        with self.lock:
            present = self.visitors.get(visitor.id)
            if visitor.version != (present.version if present else 0):
                raise VersionConflictError(present.version if present else 0)
            stored = replace(
                visitor,
                version=visitor.version + 1,
                tokens=dict(visitor.tokens or {}),
                room_id=present.room_id if present else None,
            )
            self.visitors[visitor.id] = stored
            return stored


class MemoryRoomStore:
    """`foyer.ports.RoomStore` in memory, beside the visitors whose present rooms it sets."""

    def __init__(self, visitors: MemoryVisitorStore) -> None:
        self._profiles = visitors
        self._lock = visitors.lock
        self._heads: dict[str, Head] = {}
        self._logs: dict[str, dict[int, Event]] = {}
        self._entries: dict[Entry, int] = {}
        self._closed: dict[str, set[tuple[int, str]]] = {}
        self._visits: dict[str, set[tuple[str, str]]] = {}

    def head(self, room_id: str, *, consistent: bool) -> Head | None:
        """A room's head."""
        with self._lock:
            return self._heads.get(room_id)

    def heads(self, room_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Head]:
        """The heads of those rooms that exist."""
        with self._lock:
            return {room_id: self._heads[room_id] for room_id in room_ids if room_id in self._heads}

    def events_after(
        self, room_id: str, seq: int, *, limit: int | None = None, consistent: bool = False
    ) -> list[Event]:
        """A room's events after `seq`, ascending."""
        with self._lock:
            log = self._logs.get(room_id, {})
            return [log[place] for place in sorted(log) if place > seq][:limit]

    def events_before(self, room_id: str, seq: int | None, *, limit: int) -> list[Event]:
        """A room's events before `seq`, descending."""
        with self._lock:
            log = self._logs.get(room_id, {})
            return [log[place] for place in sorted(log, reverse=True) if seq is None or place < seq][:limit]

    def newest(self, room_id: str, *, limit: int) -> tuple[Head | None, list[Event]]:
        """A room's head and its newest events, descending."""
        with self._lock:
            return self._heads.get(room_id), self.events_before(room_id, None, limit=limit)

    def event(self, room_id: str, seq: int) -> Event | None:
        """One event."""
        with self._lock:
            return self._logs.get(room_id, {}).get(seq)

    def open(self, room: Room, events: Sequence[Event], *, previous_room_id: str | None) -> None:
        """Stores a new room whole, or nothing of it."""
        with self._lock:
            profile = self._profiles.visitors.get(room.visitor_id)
            if profile is None or profile.room_id != previous_room_id or room.id in self._heads:
                raise VisitorMovedError
            self._visits.setdefault(room.visitor_id, set()).add((f"{room.opened_at:013d}#{room.id}", room.id))
            self._logs[room.id] = {event.seq: event for event in events}
            self._heads[room.id] = Head(room=room)
            self._profiles.visitors[room.visitor_id] = replace(profile, room_id=room.id)

    def append(self, event: Event) -> None:
        """Commits one event."""
        with self._lock:
            log = self._logs.setdefault(event.room_id, {})
            if event.seq in log:
                raise SeqTakenError
            log[event.seq] = event

    def advance(self, room: Room) -> None:
        """Brings the head to this room, unless it is there or further already."""
        with self._lock:
            head = self._heads.get(room.id)
            if head is not None and head.room.seq < room.seq:
                self._heads[room.id] = replace(head, room=room)

    def move_cursor(self, room_id: str, key: str, cursor: Cursor) -> bool:
        """Moves a read cursor forward."""
        with self._lock:
            head = self._heads.get(room_id)
            if head is None:
                return False
            present = head.cursors.get(key)
            if present and (cursor.seq, cursor.since) <= (present.seq, present.since):
                return False
            self._heads[room_id] = replace(head, cursors={**head.cursors, key: cursor})
            return True

    def put_entry(self, entry: Entry, *, stamp: int, expires_at: int) -> None:
        """Writes an entry, unless a later event justified it."""
        with self._lock:
            self._entries[entry] = max(stamp, self._entries.get(entry, stamp))

    def delete_entry(self, entry: Entry, *, stamp: int) -> None:
        """Deletes an entry, unless a later event justified it."""
        with self._lock:
            if self._entries.get(entry, stamp) <= stamp:
                self._entries.pop(entry, None)

    def open_room_ids(self, agent_id: str, *, consistent: bool = False) -> list[str]:
        """Rooms that an agent's open entries name."""
        with self._lock:
            return sorted(entry.room_id for entry in self._entries if entry.agent_id == agent_id)

    def queued_room_ids(self, department_id: str, *, consistent: bool = False) -> list[str]:
        """Rooms that a department's queue names."""
        with self._lock:
            return sorted(entry.room_id for entry in self._entries if entry.department_id == department_id)

    def put_closed(self, agent_id: str, room: ClosedRoom, *, expires_at: int) -> None:
        """Writes a room into an agent's list of closed ones."""
        with self._lock:
            self._closed.setdefault(agent_id, set()).add((room.closed_at, room.room_id))

    def delete_closed(self, agent_id: str, room: ClosedRoom) -> None:
        """Takes a room out of an agent's list of closed ones."""
        with self._lock:
            self._closed.get(agent_id, set()).discard((room.closed_at, room.room_id))

    def closed_rooms(
        self, agent_id: str, *, before: ClosedRoom | None = None, limit: int, consistent: bool = False
    ) -> list[ClosedRoom]:
        """An agent's closed rooms, newest first."""
        with self._lock:
            rooms = sorted(self._closed.get(agent_id, ()), reverse=True)
        older = [one for one in rooms if before is None or one < (before.closed_at, before.room_id)]
        return [ClosedRoom(closed_at=closed_at, room_id=room_id) for closed_at, room_id in older[:limit]]

    def visitor_rooms(self, visitor_id: str, *, before: str | None = None, limit: int) -> list[tuple[str, str]]:
        """A visitor's rooms, newest first."""
        with self._lock:
            rooms = sorted(self._visits.get(visitor_id, ()), reverse=True)
        return [one for one in rooms if before is None or one[0] < before][:limit]


class MemoryLiveStore:
    """`foyer.ports.LiveStore` in memory."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._tickets: dict[str, Ticket] = {}
        self._connections: dict[tuple[str, str, str], Connection] = {}
        self._notified: dict[tuple[str, str], tuple[Notified, int]] = {}
        self._departures: dict[str, int] = {}
        self._uses: dict[tuple[str, int], int] = {}

    def put_ticket(self, ticket_hash: str, ticket: Ticket) -> None:
        """Stores a ticket under its hash."""
        with self._lock:
            self._tickets[ticket_hash] = ticket

    def redeem_ticket(self, ticket_hash: str, *, now: int) -> Ticket | None:
        """Takes a ticket out."""
        with self._lock:
            ticket = self._tickets.pop(ticket_hash, None)
        return ticket if ticket and ticket.expires_at > now else None

    def put_connection(self, connection: Connection) -> None:
        """Writes a connection, under its user and under each of its departments."""
        with self._lock:
            self._connections.update(dict.fromkeys(_places(connection), connection))

    def delete_connection(self, connection: Connection) -> None:
        """Forgets a connection."""
        with self._lock:
            for place in _places(connection):
                self._connections.pop(place, None)

    def forget_connection(self, connection: Connection) -> bool:
        """Forgets a connection, unless it was written again since it was read."""
        with self._lock:
            stored = {place: self._connections.get(place) for place in _places(connection)}
            for place, one in stored.items():
                if one and one.connected_at == connection.connected_at:
                    del self._connections[place]
            return all(one is None or one.connected_at == connection.connected_at for one in stored.values())

    def connections_of(self, kind: Literal["visitor", "agent"], caller_id: str, *, now: int) -> list[Connection]:
        """The open connections of a visitor or an agent."""
        return self._at(kind, caller_id, now)

    def connections_in(self, department_id: str, *, now: int) -> list[Connection]:
        """The open connections of a department's agents."""
        return self._at("department", department_id, now)

    def reach(self, agent_id: str, *, now: int) -> Reach:
        """An agent's open connections and what it was notified of."""
        with self._lock:
            notified = sorted((place, one) for place, one in self._notified.items() if place[0] == agent_id)
            return Reach(
                connections=tuple(self._at("agent", agent_id, now)),
                notified={room_id: one for (_, room_id), (one, expires_at) in notified if expires_at > now},
            )

    def put_notified(self, agent_id: str, notified: Notified, *, expires_at: int) -> None:
        """Remembers a notification that stands on the agent's devices."""
        with self._lock:
            self._notified[agent_id, notified.room_id] = (notified, expires_at)

    def delete_notified(self, agent_id: str, notified: Notified) -> None:
        """Forgets a notification, unless a newer one stands."""
        with self._lock:
            place = (agent_id, notified.room_id)
            if place in self._notified and self._notified[place][0].seq <= notified.seq:
                del self._notified[place]

    def put_departure(self, visitor_id: str, *, at: int, expires_at: int) -> None:
        """Remembers when a visitor's latest connection ended."""
        with self._lock:
            self._departures[visitor_id] = at

    def departure(self, visitor_id: str) -> int | None:
        """When a visitor's latest connection ended."""
        with self._lock:
            return self._departures.get(visitor_id)

    def count(self, key: str, *, window: int, now: int) -> int:
        """Counts one more use in the present window."""
        present = (key, now - now % window)
        with self._lock:
            self._uses[present] = self._uses.get(present, 0) + 1
            return self._uses[present]

    def _at(self, kind: str, owner_id: str, now: int) -> list[Connection]:
        with self._lock:
            found = sorted((place[2], one) for place, one in self._connections.items() if place[:2] == (kind, owner_id))
        return [one for _, one in found if one.expires_at > now]


def _places(connection: Connection) -> list[tuple[str, str, str]]:
    departments = (("department", one, connection.id) for one in connection.department_ids)
    return [(connection.caller_kind, connection.caller_id, connection.id), *departments]


class MemoryDirectoryStore:
    """`foyer.ports.DirectoryStore` in memory."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._agents: dict[str, Agent] = {}
        self._departments: dict[str, Department] = {}
        self._responses: dict[str, CannedResponse] = {}
        self._created: dict[str, str] = {}
        self._shortcuts: dict[Slot, str] = {}
        self._devices: dict[tuple[str, str], Device] = {}

    def agent(self, agent_id: str) -> Agent | None:
        """One agent."""
        with self._lock:
            return self._agents.get(agent_id)

    def agents(self) -> list[Agent]:
        """All agents."""
        with self._lock:
            return sorted(self._agents.values(), key=lambda agent: agent.id)

    def departments(self) -> list[Department]:
        """All departments."""
        with self._lock:
            return sorted(self._departments.values(), key=lambda department: department.id)

    def put_agent(self, agent: Agent) -> None:
        """Writes an agent whole."""
        with self._lock:
            self._agents[agent.id] = agent

    def put_department(self, department: Department) -> None:
        """Writes a department."""
        with self._lock:
            self._departments[department.id] = department

    def set_status(self, agent_id: str, status: AgentStatus) -> bool:
        """Sets an agent's chosen status."""
        with self._lock:
            agent = self._agents.get(agent_id)
            if agent is None:
                return False
            self._agents[agent_id] = replace(agent, status=status)
            return True

    def canned_responses(self, department_ids: Iterable[str], agent_id: str) -> list[CannedResponse]:
        """All canned responses of the company, of these departments and of this agent."""
        scopes = [("company", ""), *(("department", one) for one in sorted(department_ids)), ("agent", agent_id)]
        with self._lock:
            responses = sorted(self._responses.values(), key=lambda response: response.id)
        return [one for scope in scopes for one in responses if slot(one)[:2] == scope]

    def canned_response(self, response_id: str) -> CannedResponse | None:
        """One canned response."""
        with self._lock:
            return self._responses.get(response_id)

    def put_canned_response(
        self, response: CannedResponse, *, replaces: CannedResponse | None, fingerprint: str = ""
    ) -> None:
        """Writes a canned response and claims its shortcut."""
        with self._lock:
            stored = self._responses.get(response.id)
            if replaces is None and response.id in self._created:
                raise VersionConflictError(stored.version if stored else 0)
            if replaces is not None:
                self._must_be_present(replaces)
            if (replaces is None or slot(response) != slot(replaces)) and slot(response) in self._shortcuts:
                raise ShortcutTakenError
            if replaces is None:
                self._created[response.id] = fingerprint
            else:
                del self._shortcuts[slot(replaces)]
            self._shortcuts[slot(response)] = response.id
            self._responses[response.id] = response

    def created_with(self, response_id: str) -> tuple[CannedResponse | None, str] | None:
        """The response once created under this id and the fingerprint of its creation."""
        with self._lock:
            if response_id not in self._created:
                return None
            return self._responses.get(response_id), self._created[response_id]

    def delete_canned_response(self, response: CannedResponse) -> None:
        """Deletes a canned response and frees its shortcut."""
        with self._lock:
            self._must_be_present(response)
            del self._shortcuts[slot(response)]
            del self._responses[response.id]

    def put_device(self, device: Device) -> None:
        """Writes a device and takes its push token from whoever had it."""
        with self._lock:
            place = (device.agent_id, device.id)
            before = self._devices.get(place)
            self._devices = {at: one for at, one in self._devices.items() if one.push_token != device.push_token}
            self._devices[place] = replace(
                device,
                endpoint=before.endpoint if before else None,
                endpoint_at=before.endpoint_at if before else 0,
            )

    def delete_device(self, agent_id: str, device_id: str) -> None:
        """Forgets a device."""
        with self._lock:
            self._devices.pop((agent_id, device_id), None)

    def devices(self, agent_id: str) -> list[Device]:
        """An agent's devices."""
        with self._lock:
            return sorted((one for one in self._devices.values() if one.agent_id == agent_id), key=lambda one: one.id)

    def put_endpoint(self, device: Device, *, endpoint: str, at: int) -> None:
        """Remembers what the provider calls a device, unless its token was changed."""
        with self._lock:
            stored = self._devices.get((device.agent_id, device.id))
            if stored and stored.push_token == device.push_token:
                self._devices[device.agent_id, device.id] = replace(stored, endpoint=endpoint, endpoint_at=at)

    def forget_device(self, device: Device) -> None:
        """Forgets a device, unless it was registered anew."""
        with self._lock:
            stored = self._devices.get((device.agent_id, device.id))
            known = (device.push_token, device.registered_at)
            if stored and (stored.push_token, stored.registered_at) == known:
                del self._devices[device.agent_id, device.id]

    def _must_be_present(self, response: CannedResponse) -> None:
        stored = self._responses.get(response.id)
        if stored is None or stored.version != response.version:
            raise VersionConflictError(stored.version if stored else 0)


class MemoryPushLedger:
    """`foyer.ports.PushLedger` in memory."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._entries: dict[tuple[str, int, str, str], LedgerEntry] = {}

    def put_ledger_entry(self, entry: LedgerEntry, *, expires_at: int) -> None:
        """Writes an entry; what a device has said of an earlier one stays."""
        place = (entry.room_id, entry.offer, entry.agent_id, entry.device_id or "")
        with self._lock:
            if before := self._entries.get(place):
                entry = replace(
                    entry,
                    seen_at=before.seen_at if entry.seen_at is None else entry.seen_at,
                    action=before.action if entry.action is None else entry.action,
                    acted_at=before.acted_at if entry.acted_at is None else entry.acted_at,
                )
            self._entries[place] = entry

    def mark_seen(self, room_id: str, *, offer: int, agent_id: str, device_id: str, at: int) -> None:
        """Notes that the app showed the notification."""
        self._mark((room_id, offer, agent_id, device_id), unless="seen_at", seen_at=at)

    def mark_action(self, room_id: str, *, offer: int, agent_id: str, device_id: str, action: str, at: int) -> None:
        """Notes what the lock screen answered."""
        self._mark((room_id, offer, agent_id, device_id), unless="action", action=action, acted_at=at)

    def ledger(self, room_id: str, *, consistent: bool = False) -> list[LedgerEntry]:
        """A room's entries."""
        with self._lock:
            return [self._entries[place] for place in sorted(self._entries) if place[0] == room_id]

    def _mark(self, place: tuple[str, int, str, str], *, unless: str, **said: Any) -> None:
        with self._lock:
            entry = self._entries.get(place)
            if entry and getattr(entry, unless) is None:
                self._entries[place] = replace(entry, **said)


class MemoryStores:
    """All five, as services are given them."""

    def __init__(self) -> None:
        self.visitors = MemoryVisitorStore()
        self.rooms = MemoryRoomStore(self.visitors)
        self.live = MemoryLiveStore()
        self.directory = MemoryDirectoryStore()
        self.ledger = MemoryPushLedger()
