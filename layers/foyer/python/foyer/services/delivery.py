"""The one way out: what a committed event makes others hear, and what else follows from it.

Every step may be repeated: frames carry `seq`, entries are stamped, the system's commands are named after the event
that caused them. Only read and typing marks, which are stored nowhere, come from elsewhere.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any

from foyer.domain.commands import ReportUnattended, system_client_id
from foyer.domain.errors import Refusal
from foyer.domain.events import Event
from foyer.domain.inbox import Entry, may_leave_nobody, unattended_reason
from foyer.domain.people import SYSTEM_CALLER, AgentStatus, Caller
from foyer.domain.rooms import Head, Room, fold
from foyer.ports import Clock, Connection, DirectoryStore, GoneError, LiveStore, RoomStore, Sockets
from foyer.services import views
from foyer.services.audience import Audience
from foyer.services.lookout import Alarms
from foyer.services.people import People
from foyer.services.presence import CONNECTING_SECONDS, Presence
from foyer.services.ringing import Ringing
from foyer.services.rooms import Rooms, closed_room

POSTS_UNDER_WAY = 64
"""Posts handed to the threads and not done yet: what bounds the memory of a wide fan-out. Twice as many as there are
threads, so that none waits for work."""

Frame = Mapping[str, Any]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Carries events to devices.

    Attributes:
        ringing: Asks for push notifications; None where the operator has set none up.
        posts: Runs posts side by side.
    """

    store: RoomStore
    live: LiveStore
    directory: DirectoryStore
    people: People
    rooms: Rooms
    presence: Presence
    sockets: Sockets
    alarms: Alarms
    ringing: Ringing | None
    posts: Executor
    clock: Clock

    def deliver(self, room_id: str, events: Sequence[Event]) -> None:
        """Carries out some events of one room, given by ascending `seq`.

        A socket that fails holds up nothing else: everything is tried before the failure is raised.

        Raises:
            Exception: Whatever a store or a socket raised but for "gone"; all of it may be done again.
        """
        head = self._head(room_id, events[-1].seq)
        audience = self._audience()
        failed: list[BaseException] = []
        for event in events:
            self._tidy(event, head.room)
            failed += self._post(self._frames(event, head, audience), audience)
        self._report_unattended(events, head, audience)
        self.alarms.set(events, head.room)
        if self.ringing is not None:
            self.ringing.ring(events, head, audience)
        if failed:
            raise failed[0]

    def post_read(self, head: Head, caller: Caller, seq: int) -> None:
        """Tells all participants' devices how far one of them has read."""
        frame = {
            "type": "room.read",
            "room_id": head.room.id,
            "participant": {"kind": caller.kind, "id": caller.id},
            "seq": seq,
        }
        audience = self._audience()
        self._hint(((one, frame) for viewer in _participants(head.room) for one in audience.devices(viewer)), audience)
        if self.ringing is not None and caller.kind == "agent":
            try:
                self.ringing.read(head, caller.id, audience)
            except Exception:  # the read itself is stored: its answer must not depend on this
                _logger.warning("a notification could not be withdrawn", exc_info=True)

    def post_typing(self, room: Room, caller: Caller, *, typing: bool, preview: str | None) -> None:
        """Tells the other participants that one writes; what a visitor writes, to agents only."""
        participant = {"kind": caller.kind, "id": caller.id, "name": caller.name}
        frame = {"type": "room.typing", "room_id": room.id, "participant": participant, "typing": typing}
        audience = self._audience()
        shown = {} if preview is None or caller.kind == "agent" else {"preview": preview}
        frames = (
            (one, frame | (shown if viewer.kind == "agent" else {}))
            for viewer in _participants(room)
            if (viewer.kind, viewer.id) != (caller.kind, caller.id)
            for one in audience.devices(viewer)
        )
        self._hint(frames, audience)

    def post_status(self, caller: Caller, status: AgentStatus) -> None:
        """Tells the agents of an agent's departments what it chose to be."""
        frame = {"type": "agent.status", "agent_id": caller.id, "status": status}
        audience = self._audience()
        devices = {one.id: one for department in caller.department_ids for one in audience.staff(department)}
        self._hint(((one, frame) for one in devices.values()), audience)

    def _audience(self) -> Audience:
        return Audience(self.live, self.directory, now=self.clock() // 1000)

    def _head(self, room_id: str, seq: int) -> Head:
        """The room with at least the events up to `seq`; rolled forward where the handler died before it could."""
        head = self.store.head(room_id, consistent=False)
        if head is None or head.room.seq < seq:
            head = self.store.head(room_id, consistent=True)
        if head is None:
            room = fold(self.store.events_after(room_id, 0, consistent=True))
            return Head(room=room)
        if head.room.seq < seq:
            return Head(room=self.rooms.caught_up(head.room), cursors=head.cursors)
        return head

    def _frames(self, event: Event, head: Head, audience: Audience) -> Iterable[tuple[Connection, Frame]]:
        yield from self._to_participants(event, head, audience)
        yield from self._to_others(event, head, audience)

    def _to_participants(self, event: Event, head: Head, audience: Audience) -> Iterable[tuple[Connection, Frame]]:
        for viewer in _participants(head.room):
            if viewer.kind == "visitor" and not event.visible_to_visitor:
                continue
            devices = audience.devices(viewer)
            if devices:
                frame = views.room_event_frame(head, event, viewer, self.people.name)
                yield from ((one, frame) for one in devices)

    def _to_others(self, event: Event, head: Head, audience: Audience) -> Iterable[tuple[Connection, Frame]]:
        """Frames for agents outside the room; what they hear is judged by the room as it is now."""
        told: set[tuple[str, bool]] = set()
        changed: dict[int, Frame] = {}
        for notice in event.notices:
            for device in audience.noticed(notice):
                viewer = Caller(kind="agent", id=device.caller_id, department_ids=device.department_ids)
                offer = head.room.offer_for(agent_id=viewer.id, department_ids=viewer.department_ids)
                if head.room.participant(viewer.id) or (device.id, offer is not None) in told:
                    continue
                if offer is not None:
                    # To those outside a room differs by their offer alone: a department's thousand get one frame.
                    if offer.seq not in changed:
                        changed[offer.seq] = views.room_changed_frame(head, viewer, self.people.name)
                    frame = changed[offer.seq]
                elif notice.reason is not None and viewer.id not in notice.unless:
                    frame = views.room_removed_frame(event, notice.reason)
                else:  # out of this inbox by another notice, if by this event at all
                    continue
                told.add((device.id, offer is not None))
                yield device, frame

    def _tidy(self, event: Event, room: Room) -> None:
        """Deletes the entries that the event ended and lists a closed room for those who were in it."""
        for notice in event.notices:
            if notice.reason is not None:
                entry = Entry(room_id=room.id, agent_id=notice.agent_id, department_id=notice.department_id)
                self.store.delete_entry(entry, stamp=event.seq)
        if event.type == "room.closed":
            for participant in room.participants:
                self.store.put_closed(participant.id, closed_room(room), expires_at=room.expires_at)
                self.store.delete_entry(Entry(room_id=room.id, agent_id=participant.id), stamp=event.seq)
            self._unlist_those_gone(room)
        elif event.type == "agent.left" and room.is_closed and event.actor.id:
            self.store.delete_closed(event.actor.id, closed_room(room))

    def _unlist_those_gone(self, room: Room) -> None:
        """Takes out again who closed the tab while the closed room was listed: counts trust that list.

        Lambda keeps the order of an item's records, not of a partition's, so the relay of that event may be over.
        """
        now = self.store.head(room.id, consistent=True)
        for participant in room.participants:
            if now is not None and now.room.participant(participant.id) is None:
                self.store.delete_closed(participant.id, closed_room(room))

    def _report_unattended(self, events: Sequence[Event], head: Head, audience: Audience) -> None:
        """Tells the visitor when nobody can take the room, by a command of the system."""
        cause = next((event for event in reversed(events) if may_leave_nobody(event)), None)
        room = head.room
        if cause is None or room.status != "waiting":
            return
        reason = unattended_reason(room, _online(room, audience))
        if reason is None:
            return
        command = ReportUnattended(
            caller=SYSTEM_CALLER,
            client_id=system_client_id(room.id, cause.seq, f"unattended/{reason}"),
            after=cause.seq,
            at=self.clock(),
            reason=reason,
            offers=tuple(offer.seq for offer in room.standing_offers),
        )
        try:
            self.rooms.execute(room.id, command)
        except Refusal as refusal:
            if refusal.code != "client_id_reused":
                raise

    def _post(self, frames: Iterable[tuple[Connection, Frame]], audience: Audience) -> list[BaseException]:
        """Posts side by side, a bounded number at a time, each frame made when its turn has come; answers what failed.

        A connection that is gone is forgotten, and no failure.
        """
        under_way: set[Future[None]] = set()
        failed: list[BaseException] = []
        try:
            for connection, frame in frames:
                if len(under_way) >= POSTS_UNDER_WAY:
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    failed += _failures(done)
                under_way.add(self.posts.submit(self._post_one, connection, frame, audience))
        finally:
            wait(under_way)  # what still runs when a function has answered is frozen with it
        return failed + _failures(under_way)

    def _hint(self, frames: Iterable[tuple[Connection, Frame]], audience: Audience) -> None:
        """Posts what is stored nowhere: where that fails it is lost, and the call that caused it succeeds."""
        try:
            failed = self._post(frames, audience)
        except Exception:
            _logger.warning("those to be told could not be looked up", exc_info=True)
            return
        if failed:
            _logger.warning("a hint could not be posted", exc_info=failed[0])

    def _post_one(self, connection: Connection, frame: Frame, audience: Audience) -> None:
        try:
            self.sockets.post(connection.id, frame)
        except GoneError:
            audience.gone.add(connection.id)
            if self.clock() // 1000 - connection.connected_at > CONNECTING_SECONDS:
                self.presence.lost(connection)


def _failures(posts: Iterable[Future[None]]) -> list[BaseException]:
    return [error for post in posts if (error := post.exception()) is not None]


def _online(room: Room, audience: Audience) -> dict[str, list[str]]:
    """Who is online, for each audience of a standing offer."""
    agents = [agent for agent in audience.agents() if agent.status == "online"]
    online: dict[str, list[str]] = {}
    for offer in room.standing_offers:
        key = offer.department_id or offer.agent_id or ""
        online[key] = [
            agent.id for agent in agents if offer.went_to(agent_id=agent.id, department_ids=agent.department_ids)
        ]
    return online


def _participants(room: Room) -> list[Caller]:
    visitor = Caller(kind="visitor", id=room.visitor_id)
    return [visitor, *(Caller(kind="agent", id=one.id) for one in room.participants)]
