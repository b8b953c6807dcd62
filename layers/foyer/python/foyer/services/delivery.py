"""The one way out: what a committed event makes others hear, and what else follows from it.

Every step may be repeated: frames carry `seq`, entries are stamped, the system's commands are named after the event
that caused them. Only read and typing marks, which are stored nowhere, come from elsewhere.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from typing import Any, Literal

from foyer.domain.commands import ReportUnattended
from foyer.domain.errors import Refusal
from foyer.domain.events import Event, Notice
from foyer.domain.inbox import Entry, inbox_state, unattended_reason
from foyer.domain.people import SYSTEM_CALLER, AgentStatus, Caller
from foyer.domain.rooms import Head, Room, fold
from foyer.ports import Clock, Connection, DirectoryStore, GoneError, LiveStore, RoomStore, Sockets
from foyer.services import views
from foyer.services.people import People
from foyer.services.rooms import Rooms, closed_room

CONNECTING_SECONDS = 10
"""A connection this young may answer "gone" because its `$connect` has not returned yet; it is left alone."""

MAY_LEAVE_NOBODY = frozenset({"room.opened", "message.sent", "room.declined", "room.transferred", "agent.left"})
"""Events after which a waiting room may have nobody who can take it."""

Frame = Mapping[str, Any]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Carries events to devices. `posts` runs posts side by side."""

    store: RoomStore
    live: LiveStore
    directory: DirectoryStore
    people: People
    rooms: Rooms
    sockets: Sockets
    posts: Executor
    clock: Clock

    def deliver(self, room_id: str, events: Sequence[Event]) -> None:
        """Carries out some events of one room, given by ascending `seq`.

        Raises:
            Exception: Whatever a store or a socket raised but for "gone"; all of it may be done again.
        """
        head = self._head(room_id, events[-1].seq)
        reached = _Audience(self.live, now=self.clock() // 1000)
        for event in events:
            self._tidy(event, head.room)
            self._post([*self._to_participants(event, head, reached), *self._to_others(event, head, reached)])
        self._report_unattended(events, head)

    def post_read(self, head: Head, caller: Caller, seq: int) -> None:
        """Tells all participants' devices how far one of them has read."""
        frame = {
            "type": "room.read",
            "room_id": head.room.id,
            "participant": {"kind": caller.kind, "id": caller.id},
            "seq": seq,
        }
        reached = _Audience(self.live, now=self.clock() // 1000)
        self._hint((one, frame) for viewer in _participants(head.room) for one in reached.devices(viewer))

    def post_typing(self, room: Room, caller: Caller, *, typing: bool, preview: str | None) -> None:
        """Tells the other participants that one writes; what a visitor writes, to agents only."""
        participant = {"kind": caller.kind, "id": caller.id, "name": caller.name}
        frame = {"type": "room.typing", "room_id": room.id, "participant": participant, "typing": typing}
        reached = _Audience(self.live, now=self.clock() // 1000)
        shown = {} if preview is None or caller.kind == "agent" else {"preview": preview}
        self._hint(
            (one, frame | (shown if viewer.kind == "agent" else {}))
            for viewer in _participants(room)
            if (viewer.kind, viewer.id) != (caller.kind, caller.id)
            for one in reached.devices(viewer)
        )

    def post_status(self, caller: Caller, status: AgentStatus) -> None:
        """Tells the agents of an agent's departments what it chose to be."""
        frame = {"type": "agent.status", "agent_id": caller.id, "status": status}
        reached = _Audience(self.live, now=self.clock() // 1000)
        devices = {one.id: one for department in caller.department_ids for one in reached.staff(department)}
        self._hint((one, frame) for one in devices.values())

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

    def _to_participants(self, event: Event, head: Head, reached: "_Audience") -> Iterable[tuple[Connection, Frame]]:
        for viewer in _participants(head.room):
            if viewer.kind == "visitor" and not event.visible_to_visitor:
                continue
            devices = reached.devices(viewer)
            if devices:
                frame = views.room_event_frame(head, event, viewer, self.people.name)
                yield from ((one, frame) for one in devices)

    def _to_others(self, event: Event, head: Head, reached: "_Audience") -> Iterable[tuple[Connection, Frame]]:
        """Frames for agents outside the room; what they hear is judged by the room as it is now."""
        told: set[tuple[str, bool]] = set()
        for notice in event.notices:
            for device in reached.noticed(notice):
                viewer = Caller(kind="agent", id=device.caller_id, department_ids=device.department_ids)
                in_inbox = inbox_state(head, viewer) is not None
                if head.room.participant(viewer.id) or (device.id, in_inbox) in told:
                    continue
                if in_inbox:
                    frame = views.room_changed_frame(head, viewer, self.people.name)
                elif notice.reason is not None and viewer.id not in notice.unless:
                    frame = views.room_removed_frame(event, notice.reason)
                else:  # out of this inbox by another notice, if by this event at all
                    continue
                told.add((device.id, in_inbox))
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

    def _report_unattended(self, events: Sequence[Event], head: Head) -> None:
        """Tells the visitor when nobody can take the room, by a command of the system."""
        cause = next((event for event in reversed(events) if _may_leave_nobody(event)), None)
        room = head.room
        if cause is None or room.status != "waiting":
            return
        reason = unattended_reason(room, self._online(room))
        if reason is None:
            return
        command = ReportUnattended(
            caller=SYSTEM_CALLER,
            client_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{room.id}/{cause.seq}/unattended/{reason}")),
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

    def _online(self, room: Room) -> dict[str, list[str]]:
        """Who is online, for each audience of a standing offer."""
        agents = [agent for agent in self.directory.agents() if agent.status == "online"]
        online: dict[str, list[str]] = {}
        for offer in room.standing_offers:
            key = offer.department_id or offer.agent_id or ""
            online[key] = [
                agent.id for agent in agents if offer.went_to(agent_id=agent.id, department_ids=agent.department_ids)
            ]
        return online

    def _post(self, frames: Iterable[tuple[Connection, Frame]]) -> None:
        """Posts side by side; a connection that is gone is forgotten, any other failure is raised at the end."""
        outcomes = [self.posts.submit(self._post_one, *one) for one in frames]
        wait(outcomes)  # what still runs when a function has answered is frozen with it
        for outcome in outcomes:
            outcome.result()

    def _hint(self, frames: Iterable[tuple[Connection, Frame]]) -> None:
        """Posts what is stored nowhere: where that fails it is lost, and the call that caused it succeeds."""
        try:
            self._post(frames)
        except Exception:
            _logger.warning("a hint could not be posted", exc_info=True)

    def _post_one(self, connection: Connection, frame: Frame) -> None:
        try:
            self.sockets.post(connection.id, frame)
        except GoneError:
            if self.clock() // 1000 - connection.connected_at > CONNECTING_SECONDS:
                self.live.delete_connection(connection)


class _Audience:
    """The open connections of those concerned, each looked up once per delivery."""

    def __init__(self, live: LiveStore, *, now: int) -> None:
        self._live, self._now = live, now
        self._found: dict[tuple[str, str], list[Connection]] = {}

    def devices(self, viewer: Caller) -> list[Connection]:
        """The devices of a visitor or an agent."""
        kind: Literal["visitor", "agent"] = "visitor" if viewer.kind == "visitor" else "agent"
        return self._once((kind, viewer.id), lambda: self._live.connections_of(kind, viewer.id, now=self._now))

    def staff(self, department_id: str) -> list[Connection]:
        """The devices of a department's agents."""
        return self._once(
            ("department", department_id), lambda: self._live.connections_in(department_id, now=self._now)
        )

    def noticed(self, notice: Notice) -> list[Connection]:
        """The devices of those whom a notice is for."""
        if notice.department_id is not None:
            return self.staff(notice.department_id)
        return self.devices(Caller(kind="agent", id=notice.agent_id or ""))

    def _once(self, key: tuple[str, str], look: Callable[[], list[Connection]]) -> list[Connection]:
        if key not in self._found:
            self._found[key] = look()
        return self._found[key]


def _may_leave_nobody(event: Event) -> bool:
    """Whether nobody may be there after this event; a message makes an offer only where it has notices."""
    return event.type in MAY_LEAVE_NOBODY and (event.type != "message.sent" or bool(event.notices))


def _participants(room: Room) -> list[Caller]:
    visitor = Caller(kind="visitor", id=room.visitor_id)
    return [visitor, *(Caller(kind="agent", id=one.id) for one in room.participants)]
