"""Looking at rooms when time has passed: limits of offers, visitors who have gone, idle and old rooms.

A timer is a hint that something may be due. Each one, however late or often it comes, reads the log and the presence of
now and lets `foyer.domain.deadlines` judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from foyer.domain.deadlines import Deadline, command_when_due, deadlines, follows_visitor
from foyer.domain.events import Event
from foyer.domain.inbox import may_leave_nobody
from foyer.domain.people import TimeLimits
from foyer.domain.rooms import Room
from foyer.ports import Clock, RoomStore, Sockets, Timer, Timers, VisitorStore
from foyer.services.people import People
from foyer.services.presence import CONNECTING_SECONDS, Presence
from foyer.services.rooms import Rooms

WATCH_MILLISECONDS = 15 * 60_000
"""An open room is looked at so often, whatever is due: as often as its timer comes back from the queue anyway."""

LOOKS = 5
"""How often one timer judges a room that goes on under its eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Sets the timers of rooms, for what has just happened in them."""

    people: People
    timers: Timers
    clock: Clock

    def set(self, events: Sequence[Event], room: Room) -> None:
        """Sets what these events of a room ask for.

        An opened room is watched from then on. A limit that begins later, with a new offer or when the last agent goes,
        gets a timer of its own, so that it is kept to the second.
        """
        # A decline begins no limit: the offer is as old as it was.
        if room.is_closed or not any(may_leave_nobody(one) and one.type != "room.declined" for one in events):
            return
        now = self.clock()
        due = _due(room, limits_of(self.people, room), None, "timeout")
        if any(event.type == "room.opened" for event in events):
            first = now + WATCH_MILLISECONDS if due is None else min(due.at, now + WATCH_MILLISECONDS)
            self.timers.set(Timer(kind="watch", id=room.id, due_at=max(now, first)), now=now)
        elif due is not None:
            self.timers.set(Timer(kind="deadline", id=room.id, due_at=max(now, due.at)), now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """What a timer that has come back leads to."""

    store: RoomStore
    visitors: VisitorStore
    people: People
    rooms: Rooms
    presence: Presence
    sockets: Sockets
    timers: Timers
    clock: Clock

    def look(self, timer: Timer) -> None:
        """Carries out what is due and sets the timer anew where it is still needed.

        Late or repeated timers are harmless: presence and the log are looked at again.
        """
        now = self.clock()
        match timer.kind:
            case "visitor" if now >= timer.due_at:
                self._visitor(timer)
            case "deadline" if now >= timer.due_at:
                self._judge(timer.id)
            case "watch":
                self._watch(timer)
            case _:  # longer than the queue can wait at once
                self.timers.set(timer, now=now)

    def _visitor(self, timer: Timer) -> None:
        if self.presence.gone_since(timer.id) != timer.since:
            return  # back, or gone again since: that departure has a timer of its own
        visitor = self.visitors.visitor(timer.id, consistent=True)
        room = self._judge(visitor.room_id) if visitor and visitor.room_id else None
        due = _due(room, limits_of(self.people, room), timer.since, "visitor_left") if room else None
        if due is not None:
            self.timers.set(Timer(kind="visitor", id=timer.id, due_at=due.at, since=timer.since), now=self.clock())

    def _watch(self, timer: Timer) -> None:
        head = self.store.head(timer.id, consistent=False)
        if head is not None and not head.room.is_closed:  # one that waits follows its visitor once it is accepted
            self._forget_dead_sockets(head.room.visitor_id)
        room = self._judge(timer.id)
        if room is None:
            return
        now = self.clock()
        due = deadlines(room, limits_of(self.people, room), gone_since=None)[0].at
        self.timers.set(Timer(kind="watch", id=room.id, due_at=min(due, now + WATCH_MILLISECONDS)), now=now)

    def _judge(self, room_id: str) -> Room | None:
        """Carries out what is due in a room; answers the room if it is open after that."""
        room = self._open_room(room_id)
        for _ in range(LOOKS):
            if room is None:
                return None
            gone_since = self.presence.gone_since(room.visitor_id) if follows_visitor(room) else None
            first = deadlines(room, limits_of(self.people, room), gone_since=gone_since)[0]
            if first.at > self.clock():
                break
            self.rooms.execute(room.id, command_when_due(room, first, at=self.clock()))
            room = self._open_room(room_id)
        return room

    def _open_room(self, room_id: str) -> Room | None:
        head = self.store.head(room_id, consistent=True)
        return head.room if head is not None and not head.room.is_closed else None

    def _forget_dead_sockets(self, visitor_id: str) -> None:
        """Asks the gateway for each of the visitor's sockets: of some it never said that they ended."""
        for connection in self.presence.connections_of(visitor_id):
            old = self.clock() // 1000 - connection.connected_at > CONNECTING_SECONDS
            if old and not self.sockets.is_open(connection.id):
                self.presence.lost(connection)


def limits_of(people: People, room: Room) -> TimeLimits:
    """The time limits of a room's department."""
    department = people.department(room.department_id)
    return department.limits if department else TimeLimits()


def _due(room: Room, limits: TimeLimits, gone_since: int | None, reason: str) -> Deadline | None:
    found = deadlines(room, limits, gone_since=gone_since)
    return next((one for one in found if one.reason == reason), None)
