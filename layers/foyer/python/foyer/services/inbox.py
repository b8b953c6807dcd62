"""An agent's list of rooms, page by page and whole, and what a device missed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foyer.domain.access import may_read
from foyer.domain.events import Event
from foyer.domain.inbox import COUNT_LIMIT, Tab, closed_order, counts, inbox_state, open_order, tabs_of
from foyer.domain.people import Caller
from foyer.domain.rooms import Head, Room
from foyer.ports import ClosedRoom, RoomStore
from foyer.services import views
from foyer.services.rooms import Rooms
from foyer.services.views import Names

SYNC_EVENTS_PER_ROOM = 100
SYNC_BYTES = 1_000_000
"""How much `/sync` answers at most; the rest is for the asking by `more` (contract.md, `POST /sync`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a page ended: behind this room. `at` is `changed_at` of an open room, `closed_at` of a closed one."""

    closed: bool
    at: int
    room_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of an inbox."""

    heads: Sequence[Head]
    counts: Mapping[Tab, int]
    next: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The use cases of one agent's list of rooms."""

    store: RoomStore
    rooms: Rooms

    def page(self, agent: Caller, *, tab: Tab, after: Position | None, limit: int) -> Page:
        """One page: open rooms by their last change, then closed ones by their close, newest first."""
        entered = self._entered(agent, consistent=False)
        closed = self.store.closed_rooms(agent.id, limit=COUNT_LIMIT)
        fresh = _not_listed(entered, closed, agent)
        shown = [] if after and after.closed else self._open_rooms(entered, agent, tab, after)
        more = len(shown) > limit
        shown = shown[:limit]
        if tab in {"all", "closed"} and not more:
            start = ClosedRoom(room_id=after.room_id, closed_at=after.at) if after and after.closed else None
            found, more = self._closed_rooms(agent, fresh, closed, start, limit - len(shown))
            shown += found
        return Page(
            heads=shown,
            counts=counts(entered, agent, closed=len(closed) + len(fresh)),
            next=_position(shown[-1]) if more and shown else None,
        )

    def sync(self, agent: Caller, known: Mapping[str, int], names: Names) -> dict[str, Any]:
        """All that a device needs to be where a fresh one would be (contract.md, `POST /sync`)."""
        entered = self._entered(agent, consistent=True, also=known)
        # After the entries: a room that the relay has moved from one list to the other meanwhile stands in this one.
        closed = self.store.closed_rooms(agent.id, limit=COUNT_LIMIT, consistent=True)
        fresh = _not_listed(entered, closed, agent)
        open_rooms = self._open_rooms(entered, agent, "all", None)
        closed_heads, _ = self._closed_rooms(agent, fresh, closed, None, COUNT_LIMIT, look_ahead=False)
        by_id = {head.room.id: head for head in (*entered, *closed_heads)}
        mine = {room_id for room_id, head in by_id.items() if inbox_state(head, agent) is not None}
        return {
            "inbox": {
                "rooms": [views.summary(head, agent, names) for head in (*open_rooms, *closed_heads)],
                "counts": counts(entered, agent, closed=len(closed) + len(fresh)),
            },
            "events": self._missed(agent, [(by_id[one], seq) for one, seq in known.items() if one in mine]),
            "removed": [room_id for room_id in known if room_id not in mine],
        }

    def events(
        self, room_id: str, caller: Caller, *, after: int | None, before: int | None, limit: int
    ) -> dict[str, Any]:
        """A page of a room's log as the caller may see it.

        Raises:
            Refusal: `not_found`.
        """
        if after is not None:
            head = self.rooms.readable(room_id, caller, consistent=True)
            found = self._events_after(head.room, after, limit=limit + 1)
        elif before is not None:
            self.rooms.readable(room_id, caller)
            found = self.store.events_before(room_id, before, limit=limit)
        else:
            newest, found = self.store.newest(room_id, limit=limit)
            if self.rooms.if_readable(newest, caller) is None:
                self.rooms.readable(room_id, caller, consistent=True)
                found = self.store.events_before(room_id, None, limit=limit)
        if after is not None:
            found, more = found[:limit], len(found) > limit
            through = found[-1].seq if found else min(after, head.room.seq)
        else:
            through = found[-1].seq if found else (before or 1)
            more = bool(found) and through > 1
        return {"events": [views.event(one) for one in views.visible(found, caller)], "through": through, "more": more}

    def waiting(self, agents: Iterable[Caller]) -> dict[str, int]:
        """How many rooms wait for each of these agents, as of now: the badges of their apps.

        Queues and heads that several of them share are read once.
        """
        entered: dict[str, list[str]] = {}
        queues: dict[str, list[str]] = {}
        agents = list(agents)
        for agent in agents:
            for department_id in agent.department_ids - queues.keys():
                queues[department_id] = self.store.queued_room_ids(department_id, consistent=True)
            own = self.store.open_room_ids(agent.id, consistent=True)
            entered[agent.id] = [*own, *(one for name in agent.department_ids for one in queues[name])]
        heads = self.store.heads([one for ids in entered.values() for one in ids], consistent=True)
        return {
            agent.id: sum(
                "waiting" in tabs_of(heads[one], agent) for one in dict.fromkeys(entered[agent.id]) if one in heads
            )
            for agent in agents
        }

    def open_rooms_of(self, agent_id: str) -> int:
        """How many open rooms an agent takes part in: its load."""
        heads = self.store.heads(self.store.open_room_ids(agent_id)).values()
        return sum(not head.room.is_closed and head.room.participant(agent_id) is not None for head in heads)

    def _entered(self, agent: Caller, *, consistent: bool, also: Mapping[str, int] | None = None) -> list[Head]:
        """Heads of all rooms that entries name: a superset of the open rooms in the inbox."""
        ids = [*self.store.open_room_ids(agent.id, consistent=consistent)]
        for department_id in sorted(agent.department_ids):
            ids += self.store.queued_room_ids(department_id, consistent=consistent)
        return list(self.store.heads([*ids, *(also or {})], consistent=consistent).values())

    def _open_rooms(self, entered: Sequence[Head], agent: Caller, tab: Tab, after: Position | None) -> list[Head]:
        found = [head for head in entered if not head.room.is_closed and tab in tabs_of(head, agent)]
        found.sort(key=lambda head: open_order(head.room), reverse=True)
        return [head for head in found if after is None or open_order(head.room) < (after.at, after.room_id)]

    def _closed_rooms(
        self,
        agent: Caller,
        fresh: Sequence[Head],
        first: Sequence[ClosedRoom],
        start: ClosedRoom | None,
        limit: int,
        *,
        look_ahead: bool = True,
    ) -> tuple[list[Head], bool]:
        """The newest closed rooms older than `start`, and whether more follow.

        Args:
            agent: Whose.
            fresh: Closed rooms that the relay has not listed yet.
            first: The newest listed ones, read already.
            start: Where the page before ended.
            limit: How many.
            look_ahead: Whether it matters that more follow: one room more is looked at then.
        """
        enough = limit + look_ahead
        begin = (start.closed_at, start.room_id) if start else None
        pending = [head for head in fresh if begin is None or closed_order(head.room) < begin]
        listed = [one for one in first if begin is None or (one.closed_at, one.room_id) < begin]
        exhausted = len(first) < COUNT_LIMIT
        shown: list[Head] = []
        while True:
            if not listed and not exhausted:
                listed = self.store.closed_rooms(agent.id, before=start, limit=enough)
                exhausted = len(listed) < enough
            wanted, listed = listed[: enough - len(shown)], listed[enough - len(shown) :]
            heads = self.store.heads([one.room_id for one in wanted])
            shown += [heads[one.room_id] for one in wanted if one.room_id in heads]
            shown = [head for head in shown if inbox_state(head, agent) == "closed"]
            start = wanted[-1] if wanted else start
            if len(shown) >= enough or (exhausted and not listed):
                break
        merged = sorted([*shown, *pending], key=lambda head: closed_order(head.room), reverse=True)
        return merged[:limit], len(merged) > limit

    def _events_after(self, room: Room, seq: int, *, limit: int) -> list[Event]:
        """All that is known of the room after `seq`: a replica that lacks some of it is asked once more."""
        if seq >= room.seq:
            return []
        found = self.store.events_after(room.id, seq, limit=limit)
        if not found or found[-1].seq < min(room.seq, seq + limit):
            found = self.store.events_after(room.id, seq, limit=limit, consistent=True)
        return found

    def _missed(self, agent: Caller, rooms: Sequence[tuple[Head, int]]) -> dict[str, Any]:
        missed: dict[str, Any] = {}
        budget = SYNC_BYTES
        for head, seq in rooms:
            room = head.room
            if not may_read(room, agent) or seq >= room.seq:
                missed[room.id] = {"events": [], "through": room.seq, "more": False}
                continue
            found = self._events_after(room, seq, limit=SYNC_EVENTS_PER_ROOM) if budget > 0 else []
            shown: list[dict[str, Any]] = []
            for one in found:
                value = views.event(one)
                budget -= len(json.dumps(value))
                if budget <= 0:
                    break
                shown.append(value)
            through = shown[-1]["seq"] if shown else seq
            missed[room.id] = {"events": shown, "through": through, "more": through < room.seq}
        return missed


def _not_listed(entered: Sequence[Head], closed: Sequence[ClosedRoom], agent: Caller) -> list[Head]:
    """Closed rooms of the inbox that an open entry still names and the list of closed ones does not yet."""
    listed = {one.room_id for one in closed}
    return [head for head in entered if inbox_state(head, agent) == "closed" and head.room.id not in listed]


def _position(head: Head) -> Position:
    room = head.room
    if room.closed_at is not None:
        return Position(closed=True, at=room.closed_at, room_id=room.id)
    return Position(closed=False, at=room.changed_at, room_id=room.id)
