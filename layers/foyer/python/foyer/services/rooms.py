"""Rooms: decide a command, commit its event, bring the head along, answer."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from foyer.domain.access import may_read
from foyer.domain.commands import Command, OpenRoom
from foyer.domain.deadlines import ROOM_LIFE_DAYS
from foyer.domain.decisions import decide, decide_opening, recognise
from foyer.domain.errors import Refusal, invalid
from foyer.domain.events import Event
from foyer.domain.inbox import Entry, entries_of
from foyer.domain.people import Caller
from foyer.domain.rooms import VISITOR_CURSOR, Cursor, Head, Room, command_mark, fold
from foyer.ports import Clock, ClosedRoom, RoomStore, SeqTakenError, VisitorMovedError, VisitorStore

ATTEMPTS = 25
"""How often a command is decided anew because somebody else's event came first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command led to.

    Attributes:
        head: The room as it is now.
        event: The event that the command appended, now or when it was first given; None where all was so already.
    """

    head: Head
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The use cases of one room."""

    store: RoomStore
    visitors: VisitorStore
    clock: Clock

    def open(self, command: OpenRoom, *, admit: Callable[[], None] = lambda: None) -> Outcome:
        """Opens the visitor's room, or answers the one that this very command opened before.

        Args:
            command: What the visitor asks.
            admit: Counts the opening and may refuse it; not called for repeats and refusals.

        Raises:
            Refusal: `client_id_reused`, or `room_open` with the `room_id` of the room that is open already.
        """
        for _ in range(ATTEMPTS):
            head = self.store.head(command.room_id, consistent=True)
            if head is not None:
                return self._opened_before(head, command)
            visitor = self.visitors.visitor(command.caller.id, consistent=True)
            present_id = visitor.room_id if visitor else None
            present = self.store.head(present_id, consistent=True) if present_id else None
            if present is not None and not present.room.is_closed:
                raise Refusal("room_open", "you have an open room", room_id=present.room.id)
            admit()
            decision = decide_opening(command)
            self._put_entries(frozenset(), decision.room, stamp=1)
            try:
                self.store.open(decision.room, decision.events, previous_room_id=present_id)
            except VisitorMovedError:
                continue
            return Outcome(head=Head(room=decision.room), event=decision.events[0])
        raise Refusal("rate_limited", "the room is too busy", retry_after=1)

    def execute(self, room_id: str, command: Command) -> Outcome:
        """Gives a command to a room.

        A repeat of a command that was answered before is answered again and writes nothing.

        Raises:
            Refusal: As `foyer.domain.decisions.decide` says.
        """
        head = self.head(room_id)
        command = replace(command, caller=self.with_present_room(head.room, command.caller))
        room, newer = self._newer_events(head.room, command)
        written: dict[Entry, int] = {}
        for _ in range(ATTEMPTS):
            try:
                decision = decide(room, command, newer)
            except Refusal:
                self._settle(head.room, room, written)
                raise
            if not decision.events:
                self._settle(head.room, room, written)
                return Outcome(head=replace(head, room=room), event=decision.repeated)
            written |= self._put_entries(entries_of(room), decision.room, stamp=decision.room.seq)
            try:
                self.store.append(decision.events[0])
            except SeqTakenError:
                found = self.store.events_after(room_id, room.seq, consistent=True)
                room, newer = fold(found, room), (*newer, *found)
                continue
            self.store.advance(decision.room)
            if room.is_closed and decision.events[0].type == "agent.left":
                # Counts trust the list of closed rooms; all other tidying is the relay's.
                self.store.delete_closed(command.caller.id, closed_room(room))
            return Outcome(head=replace(head, room=decision.room), event=decision.events[0])
        raise Refusal("rate_limited", "the room is too busy", retry_after=1)

    def read(self, room_id: str, caller: Caller, seq: int) -> Head | None:
        """Moves the caller's read mark forward to `seq`; answers the room if it moved.

        Raises:
            Refusal: `not_found`, `not_a_participant`, or `validation_failed` for a `seq` that the room has not.
        """
        head = self.readable(room_id, caller, consistent=True)
        participant = head.room.participant(caller.id)
        if caller.kind == "agent" and participant is None:
            raise Refusal("not_a_participant", "accept the room first")
        if seq > head.room.seq:
            head = replace(head, room=self.caught_up(head.room))
        key = caller.id if participant else VISITOR_CURSOR
        since = participant.since if participant else 0
        before = head.cursors.get(key, Cursor(seq=0, visitor_messages=0))
        cursor = replace(before, since=since)
        if seq > before.seq:
            cursor = Cursor(seq=seq, visitor_messages=self._visitor_messages(head.room, seq), since=since)
        if cursor == before or not self.store.move_cursor(room_id, key, cursor):
            return None
        return replace(head, cursors={**head.cursors, key: cursor})

    def present(self, room_id: str, caller: Caller) -> Room:
        """An open room that the caller takes part in.

        Raises:
            Refusal: `not_found`, `room_closed` or `not_a_participant`.
        """
        room = self.readable(room_id, caller).room
        if caller.kind == "agent" and room.participant(caller.id) is None:
            room = self.readable(room_id, caller, consistent=True).room  # it may have accepted a moment ago
        if room.is_closed:
            raise Refusal("room_closed", "the room is closed")
        if caller.kind == "agent" and room.participant(caller.id) is None:
            raise Refusal("not_a_participant", "accept the room first")
        return room

    def head(self, room_id: str) -> Head:
        """A room as of now.

        Raises:
            Refusal: `not_found`.
        """
        head = self.store.head(room_id, consistent=True)
        if head is None:
            raise Refusal("not_found", "there is no such room")
        return head

    def readable(self, room_id: str, caller: Caller, *, consistent: bool = False) -> Head:
        """A room that the caller may read.

        Args:
            room_id: Which.
            caller: Who.
            consistent: Whether it has to be the room as of now; else a replica that lags is asked again only before
                it would deny a room or an offer that the caller was just given.

        Raises:
            Refusal: `not_found`, also for what the caller may not see.
        """
        head = None if consistent else self.if_readable(self.store.head(room_id, consistent=False), caller)
        head = head or self.if_readable(self.store.head(room_id, consistent=True), caller)
        if head is None:
            raise Refusal("not_found", "there is no such room")
        return head

    def if_readable(self, head: Head | None, caller: Caller) -> Head | None:
        """This room, if there is one and the caller may read it."""
        if head is None or not may_read(head.room, self.with_present_room(head.room, caller)):
            return None
        return head

    def with_present_room(self, room: Room, caller: Caller) -> Caller:
        """The caller, with whether it takes part in the present room of this room's visitor.

        Looked up only where nothing else lets an agent see the room.
        """
        if caller.kind != "agent" or may_read(room, caller):
            return caller
        visitor = self.visitors.visitor(room.visitor_id)
        if visitor is None or visitor.room_id is None or visitor.room_id == room.id:
            return caller
        present = self.store.head(visitor.room_id, consistent=False)
        inside = present is not None and not present.room.is_closed and present.room.participant(caller.id) is not None
        return replace(caller, sees_present_room=inside)

    def caught_up(self, room: Room) -> Room:
        """The room with events that its head does not know yet; its head is brought along."""
        found = self.store.events_after(room.id, room.seq, consistent=True)
        if not found:
            return room
        room = fold(found, room)
        self.store.advance(room)
        return room

    def _opened_before(self, head: Head, command: OpenRoom) -> Outcome:
        first = self._stored(command.room_id, 1)
        if first is None or recognise(command, [first]) is None:
            raise Refusal("client_id_reused", "this client_id named another command")
        return Outcome(head=head, event=first)

    def _stored(self, room_id: str, seq: int) -> Event | None:
        """One event that is there, though a replica that lags may not have it yet."""
        found = self.store.event(room_id, seq)
        if found is not None:
            return found
        return next(iter(self.store.events_after(room_id, seq - 1, limit=1, consistent=True)), None)

    def _newer_events(self, room: Room, command: Command) -> tuple[Room, Sequence[Event]]:
        """The events after the command's `after`, among which a repeat would lie, and the room with all of them.

        Where the caller is up to date there is nothing to read. A `client_id` that was used lately but not after
        `after` was used for something else, or came back with a newer `after`: the whole log tells.
        """
        room, newer = self._events_from(room, command.after)
        used = command_mark(command.caller.actor, command.client_id) in room.recent_commands
        if used and not any(event.client_id == command.client_id for event in newer):
            return room, self._events_from(room, 0)[1]
        return room, newer

    def _events_from(self, room: Room, after: int) -> tuple[Room, Sequence[Event]]:
        """The events after `after` and the room with all of them. A lagging replica shows in the last `seq`."""
        if after == room.seq:
            return room, ()
        start = min(after, room.seq)
        newer = self.store.events_after(room.id, start, consistent=after > room.seq)
        if start < room.seq and (not newer or newer[-1].seq < room.seq):
            newer = self.store.events_after(room.id, start, consistent=True)
        return fold((one for one in newer if one.seq > room.seq), room), newer

    def _put_entries(self, before: frozenset[Entry], after: Room, *, stamp: int) -> dict[Entry, int]:
        """Writes the entries that the event `stamp` will require, before it is there: entries are a superset."""
        missing = sorted(entries_of(after) - before, key=repr)
        for entry in missing:
            self.store.put_entry(entry, stamp=stamp, expires_at=after.expires_at)
        return dict.fromkeys(missing, stamp)

    def _settle(self, stored: Room, room: Room, written: dict[Entry, int]) -> None:
        """After a command that came too late: brings the head along and takes back entries written in vain."""
        if room.seq > stored.seq:
            self.store.advance(room)
        for entry, stamp in written.items():
            if entry not in entries_of(room):
                self.store.delete_entry(entry, stamp=stamp)

    def _visitor_messages(self, room: Room, seq: int) -> int:
        if seq == room.seq:
            return room.visitor_messages
        event = self._stored(room.id, seq) if 0 < seq < room.seq else None
        if event is None:
            raise invalid("seq", f"the room's last event is {room.seq}")
        return event.visitor_messages


def closed_room(room: Room) -> ClosedRoom:
    """A closed room as lists of closed rooms name it."""
    return ClosedRoom(room_id=room.id, closed_at=room.closed_at or 0)


def room_id_of(visitor_id: str, client_id: str) -> str:
    """The id of the room that this command of this visitor opens: the same for every repeat, guessable for nobody."""
    digest = hashlib.sha256(f"{visitor_id}/{client_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def expires_at(opened_at: int, retention_days: int) -> int:
    """When a room opened at `opened_at` (milliseconds) may be deleted, in seconds since 1970."""
    return opened_at // 1000 + (ROOM_LIFE_DAYS + retention_days) * 86_400
