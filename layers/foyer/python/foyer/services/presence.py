"""Who is connected: tickets, sockets, and visitors who have gone."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace

from foyer.domain.commands import Close
from foyer.domain.people import SYSTEM_CALLER, Caller
from foyer.ports import Clock, Connection, LiveStore, Ticket, Timer, Timers, VisitorStore
from foyer.services.rooms import Rooms

TICKET_SECONDS = 60
CONNECTION_SECONDS = 2 * 3600 + 600
"""API Gateway ends a socket after two hours; its item outlives it by ten minutes at most."""
GONE_MILLISECONDS = 120_000
"""A visitor whose last connection ended so long ago has left (contract.md, "WebSocket")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The use cases of sockets."""

    live: LiveStore
    clock: Clock

    def issue_ticket(self, caller: Caller, device_id: str | None = None) -> tuple[str, int]:
        """A ticket for one socket, and when it expires (milliseconds since 1970)."""
        ticket = secrets.token_urlsafe(32)
        expires_at = self.clock() // 1000 + TICKET_SECONDS
        self.live.put_ticket(_hash(ticket), Ticket(caller=caller, device_id=device_id, expires_at=expires_at))
        return ticket, expires_at * 1000

    def redeem(self, ticket: str) -> Ticket | None:
        """Takes a ticket; None for one that is unknown, spent or expired."""
        return self.live.redeem_ticket(_hash(ticket), now=self.clock() // 1000)

    def connected(self, connection_id: str, caller: Caller, *, device_id: str | None) -> Connection:
        """Writes down an open socket."""
        now = self.clock() // 1000
        connection = self.connection(connection_id, caller, device_id=device_id)
        connection = replace(connection, connected_at=now, expires_at=now + CONNECTION_SECONDS)
        self.live.put_connection(connection)
        return connection

    def connection(self, connection_id: str, caller: Caller, *, device_id: str | None = None) -> Connection:
        """The socket as its caller describes it, whatever is stored."""
        now = self.clock() // 1000
        return Connection(
            id=connection_id,
            caller_kind="visitor" if caller.kind == "visitor" else "agent",
            caller_id=caller.id,
            connected_at=now,
            expires_at=now + CONNECTION_SECONDS,
            department_ids=caller.department_ids,
            device_id=device_id,
        )

    def confirm(self, connection_id: str, caller: Caller, *, device_id: str | None, foreground: bool | None) -> None:
        """Writes an open socket again where its item is missing or says otherwise whether it is in the foreground."""
        kind = "visitor" if caller.kind == "visitor" else "agent"
        open_ones = self.live.connections_of(kind, caller.id, now=self.clock() // 1000)  # type: ignore[arg-type]
        known = next((one for one in open_ones if one.id == connection_id), None)
        if known is None:
            known = self.connected(connection_id, caller, device_id=device_id)
        if foreground is not None and known.foreground != foreground:
            self.live.put_connection(replace(known, foreground=foreground))

    def disconnected(self, connection_id: str, caller: Caller, timers: Timers) -> None:
        """Forgets a socket; where it was a visitor's last, a timer looks in two minutes whether they came back."""
        self.live.delete_connection(self.connection(connection_id, caller))
        now = self.clock()
        if caller.kind != "visitor" or self.live.connections_of("visitor", caller.id, now=now // 1000):
            return
        self.live.put_departure(caller.id, at=now, expires_at=now // 1000 + CONNECTION_SECONDS)
        timers.set(Timer(kind="visitor_gone", visitor_id=caller.id, due_at=now + GONE_MILLISECONDS, since=now), now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """What follows when a visitor has gone."""

    live: LiveStore
    visitors: VisitorStore
    rooms: Rooms
    timers: Timers
    clock: Clock

    def look(self, timer: Timer) -> None:
        """Closes the waiting room of a visitor who has gone, unless a message was left.

        Late or repeated timers are harmless: presence and the log are looked at again.
        """
        now = self.clock()
        if now < timer.due_at:
            self.timers.set(timer, now=now)
            return
        back = self.live.connections_of("visitor", timer.visitor_id, now=now // 1000)
        if back or self.live.departure(timer.visitor_id) != timer.since:
            return
        visitor = self.visitors.visitor(timer.visitor_id, consistent=True)
        if visitor is None or visitor.room_id is None:
            return
        room = self.rooms.head(visitor.room_id).room
        if not room.is_left_behind:
            return
        command = Close(
            caller=SYSTEM_CALLER,
            client_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{room.id}/{timer.since}/visitor_left")),
            after=room.seq,
            at=now,
            reason="visitor_left",
        )
        self.rooms.execute(room.id, command)


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
