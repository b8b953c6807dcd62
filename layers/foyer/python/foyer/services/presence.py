"""Who is connected: sockets that open and end, and when a visitor's last one ended."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from foyer.domain.deadlines import GONE_SECONDS, ROOM_LIFE_DAYS
from foyer.domain.people import Caller
from foyer.ports import Clock, Connection, LiveStore, Timer, Timers

CONNECTION_SECONDS = 2 * 3600 + 40 * 60
"""API Gateway ends a socket after two hours, and does not always say so. Its item outlives it by so much that the watch
(`foyer.services.lookout`) comes by twice: an item that expires unseen leaves no departure behind."""
CONNECTING_SECONDS = 10
"""A connection this young may answer "gone" because its `$connect` has not returned yet; it is left alone."""
DEPARTURE_SECONDS = ROOM_LIFE_DAYS * 86_400
"""A departure is remembered for as long as a room of the visitor's may be open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The use cases of open sockets."""

    live: LiveStore
    timers: Timers
    clock: Clock

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

    def disconnected(self, connection_id: str, caller: Caller) -> None:
        """Forgets a socket that said it ends; where it was a visitor's last, notes the departure."""
        connection = self.connection(connection_id, caller)
        self._ended(connection, lambda: self.live.delete_connection(connection))

    def lost(self, connection: Connection) -> None:
        """Forgets a socket that the gateway calls gone, unless it was written again since it was read.

        The gateway does not always say when a socket ends, so this is a disconnect too.
        """
        self._ended(connection, lambda: self.live.forget_connection(connection))

    def gone_since(self, visitor_id: str) -> int | None:
        """When a visitor's last connection ended; None for one who is connected, or never was."""
        return None if self.connections_of(visitor_id) else self.live.departure(visitor_id)

    def _ended(self, connection: Connection, forget: Callable[[], object]) -> None:
        """Notes a visitor's departure before the socket is forgotten, so that no crash between the two hides it.

        Where others are open it is looked at again afterwards: two tabs that close at once see each other at first.
        """
        visitor_id = connection.caller_id if connection.caller_kind == "visitor" else None
        last = visitor_id is not None and all(one.id == connection.id for one in self.connections_of(visitor_id))
        if visitor_id is not None and last:
            self._departed(visitor_id)
        forget()
        if visitor_id is not None and not last and not self.connections_of(visitor_id):
            self._departed(visitor_id)

    def _departed(self, visitor_id: str) -> None:
        """Notes when, and has somebody look in two minutes whether they came back."""
        now = self.clock()
        self.live.put_departure(visitor_id, at=now, expires_at=now // 1000 + DEPARTURE_SECONDS)
        self.timers.set(Timer(kind="visitor", id=visitor_id, due_at=now + GONE_SECONDS * 1000, since=now), now=now)

    def connections_of(self, visitor_id: str) -> list[Connection]:
        """A visitor's open connections."""
        return self.live.connections_of("visitor", visitor_id, now=self.clock() // 1000)
