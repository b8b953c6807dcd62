"""What a receiver sees: events and summaries in the contract's shapes, as JSON values."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from foyer.domain.access import may_read
from foyer.domain.canned_responses import CannedResponse
from foyer.domain.events import Event
from foyer.domain.inbox import inbox_state
from foyer.domain.people import Actor, Caller
from foyer.domain.rooms import Head, Offer, Room
from foyer.ports import LedgerEntry, Visitor

Names = Callable[[str | None], str | None]
"""From an agent's id to its name."""


def timestamp(milliseconds: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def actor(value: Actor) -> dict[str, Any]:
    """An actor."""
    return {"kind": value.kind, "id": value.id, "name": value.name}


def event(value: Event) -> dict[str, Any]:
    """An event, the same for all who may see it."""
    return {
        "seq": value.seq,
        "type": value.type,
        "at": timestamp(value.at),
        "actor": actor(value.actor),
        "client_id": value.client_id,
        "data": dict(value.data),
    }


def visible(events: Iterable[Event], viewer: Caller) -> list[Event]:
    """Those events that the viewer may see."""
    return [one for one in events if viewer.kind != "visitor" or one.visible_to_visitor]


def previous(value: Event, viewer: Caller) -> int:
    """The `seq` of the event before it that the viewer may see."""
    return value.previous_visible if viewer.kind == "visitor" else value.seq - 1


def summary(head: Head, viewer: Caller, names: Names) -> dict[str, Any]:
    """A room as this viewer's lists show it; a visitor's is counted by what visitors may see."""
    room = head.room
    shown: dict[str, Any] = {
        "id": room.id,
        "status": room.status,
        "seq": room.seq,
        "department_id": room.department_id,
        "visitor": {"id": room.visitor_id, "name": room.visitor_name},
        "participants": _participants(head, names),
        "last_message": _last_message(room) if may_read(room, viewer) else None,
        "opened_at": timestamp(room.opened_at),
        "changed_at": timestamp(room.changed_at),
        "closed_at": timestamp(room.closed_at) if room.closed_at is not None else None,
        "closed_by": room.closed_by,
    }
    if viewer.kind == "visitor":
        return shown | {"seq": room.visible_seq, "changed_at": timestamp(room.visible_at)}
    participant = room.participant(viewer.id)
    offer = room.offer_for(agent_id=viewer.id, department_ids=viewer.department_ids)
    return shown | {
        "state": inbox_state(head, viewer),
        "offer": _offer(offer, names) if offer else None,
        "held": head.is_held(participant) if participant and not room.is_closed else False,
        "unread": head.unread(participant) if participant else 0,
    }


def visitor(value: Visitor) -> dict[str, Any]:
    """A visitor's profile."""
    return {
        "id": value.id,
        "name": value.name,
        "email": value.email,
        "locale": value.locale,
        "browser": value.browser,
        "custom": dict(value.custom or {}),
        "pages": [
            {"url": page["url"], "title": page.get("title"), "at": timestamp(int(page["at"]))} for page in value.pages
        ],
    }


def canned_response(value: CannedResponse) -> dict[str, Any]:
    """A canned response; `department_id` for a department's only."""
    shown: dict[str, Any] = {
        "id": value.id,
        "shortcut": value.shortcut,
        "title": value.title,
        "body": value.body,
        "tags": list(value.tags),
        "scope": value.scope,
        "version": value.version,
        "updated_at": timestamp(round(value.updated_at.timestamp() * 1000)),
    }
    return shown | ({"department_id": value.department_id} if value.department_id else {})


def push(value: LedgerEntry, names: Names) -> dict[str, Any]:
    """What became of an offer on its way to one device; of an agent who was not pushed, why not."""
    return {
        "offer": value.offer,
        "kind": value.kind,
        "agent": {"id": value.agent_id, "name": names(value.agent_id)},
        "device_id": value.device_id,
        "at": timestamp(value.at),
        "outcome": value.outcome,
        "provider": value.provider or None,
        "answer": value.answer or None,
        "seen_at": timestamp(value.seen_at) if value.seen_at is not None else None,
        "action": value.action,
        "acted_at": timestamp(value.acted_at) if value.acted_at is not None else None,
    }


def room_event_frame(head: Head, value: Event, viewer: Caller, names: Names) -> Mapping[str, Any]:
    """The frame that carries an event to a participant."""
    return {
        "type": "room.event",
        "room_id": head.room.id,
        "event": event(value),
        "prev": previous(value, viewer),
        "room": summary(head, viewer, names),
    }


def room_changed_frame(head: Head, viewer: Caller, names: Names) -> Mapping[str, Any]:
    """The frame for an agent whose inbox shows the room without being in it."""
    return {"type": "room.changed", "room": summary(head, viewer, names)}


def room_removed_frame(value: Event, reason: str) -> Mapping[str, Any]:
    """The frame for an agent whose inbox no longer shows the room."""
    return {
        "type": "room.removed",
        "room_id": value.room_id,
        "seq": value.seq,
        "reason": reason,
        "by": actor(value.actor),
    }


def _participants(head: Head, names: Names) -> list[dict[str, Any]]:
    room = head.room
    inside = [
        {"kind": "agent", "id": one.id, "name": names(one.id), "read": head.read_mark(one).seq}
        for one in room.participants
    ]
    guest = {
        "kind": "visitor",
        "id": room.visitor_id,
        "name": room.visitor_name,
        "read": head.visitor_read_seq(),
    }
    return [guest, *inside]


def _last_message(room: Room) -> dict[str, Any] | None:
    last = room.last_message
    if last is None:
        return None
    return {"seq": last.seq, "text": last.text, "at": timestamp(last.at), "from": actor(last.sender)}


def _offer(offer: Offer, names: Names) -> dict[str, Any]:
    by = {"id": offer.by, "name": names(offer.by)} if offer.by else None
    return {"seq": offer.seq, "kind": offer.kind, "by": by, "at": timestamp(offer.at)}
