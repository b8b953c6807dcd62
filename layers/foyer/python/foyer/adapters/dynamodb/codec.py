"""How rooms and events are written into items. Values that say nothing are left out: bytes are write units.

Every message rewrites its room's head, and beyond 1 KB that costs a unit more: names are short there, and what a head
says already is not said twice. Texts and names in Arabic or Hindi take two to three times the bytes of English ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from foyer.adapters.dynamodb import keys
from foyer.adapters.dynamodb.models import EventItem
from foyer.domain.events import NOTHING_READ, Event, Notice, ReadMark
from foyer.domain.people import Actor
from foyer.domain.rooms import COMMAND_MARK_LENGTH, Cursor, LastMessage, Offer, Participant, Room

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_SHORT = {
    "agent_id": "agent",
    "changed_at": "changed",
    "department_id": "dept",
    "former_agent_ids": "left",
    "last_message": "last",
    "opened_at": "opened",
    "participants": "in",
    "recent_commands": "recent",
    "sender": "from",
    "visible_at": "vat",
    "visible_seq": "vseq",
    "visitor_id": "vid",
    "visitor_messages": "msgs",
    "visitor_name": "name",
    "waiting_since": "waits",
    "window_count": "wcount",
    "window_started_at": "wstart",
}
"""Field → its name in a document."""
_LONG = {short: name for name, short in _SHORT.items()}


def room_to_document(room: Room) -> dict[str, Any]:
    """A room as JSON values, less its id (in the key), its `seq` and `expires_at` (attributes of their own)."""
    document = _said(room)
    for known in ("id", "seq", "expires_at"):
        del document[known]
    if room.visible_at == room.changed_at:
        del document["vat"]
    if room.participants:
        document["in"] = [_participant(one) for one in room.participants]
    if room.recent_commands:
        document["recent"] = "".join(room.recent_commands)
    if room.offers:
        document["offers"] = [_said(offer) for offer in room.offers]
    if room.last_message:
        document["last"] = _last_message(room, room.last_message)
    return document


def room_from_document(room_id: str, document: Mapping[str, Any], *, seq: int, expires_at: int) -> Room:
    """The room that `room_to_document` wrote."""
    values = {"visible_at": document["changed"]} | _named(document)
    values["participants"] = tuple(
        Participant(**(_named(one) | {"read": _mark_from(one.get("read"))})) for one in document.get("in", ())
    )
    values["offers"] = tuple(
        Offer(**(_named(offer) | {"declined": tuple(offer.get("declined", ()))}))
        for offer in document.get("offers", ())
    )
    values["recent_commands"] = tuple(_marks(document.get("recent", "")))
    values["former_agent_ids"] = tuple(document.get("left", ()))
    if last := document.get("last"):
        sender = last.get("from", ("visitor", document["vid"], document.get("name")))
        values["last_message"] = LastMessage(**(_named(last) | {"sender": Actor(*sender)}))
    return Room(id=room_id, seq=seq, expires_at=expires_at, **values)


def event_to_item(event: Event) -> EventItem:
    """An event as its item."""
    return EventItem(
        pk=keys.room(event.room_id),
        sk=keys.event(event.seq),
        v=event.v,
        type=event.type,
        at=event.at,
        actor=_actor(event.actor),
        client_id=event.client_id,
        data=dict(event.data),
        print=event.fingerprint,
        prev=event.previous_visible,
        messages=event.visitor_messages,
        read=_mark(event.read),
        notices=[_said(notice) for notice in event.notices] or None,
        expires_at=event.expires_at,
    )


def event_from_item(item: EventItem) -> Event:
    """The event that an item holds."""
    return Event(
        room_id=item.pk.removeprefix(keys.ROOM),
        seq=int(item.sk.removeprefix(keys.EVENT)),
        v=int(item.v),
        type=item.type,  # type: ignore[arg-type]  # written from the same Literal
        at=int(item.at),
        actor=Actor(*item.actor),
        client_id=item.client_id,
        data=item.data,
        fingerprint=item.print,
        previous_visible=int(item.prev),
        visitor_messages=int(item.messages),
        read=_mark_from(item.read) if item.read else None,
        notices=tuple(_notice(notice) for notice in item.notices or ()),
        expires_at=int(item.expires_at),
    )


def event_from_image(image: dict[str, Any]) -> Event:
    """The event of a stream record's new image, in DynamoDB's own JSON."""
    item = EventItem()
    item.from_dynamodb_dict(image)
    return event_from_item(item)


def cursor_to_map(cursor: Cursor) -> dict[str, int]:
    """A cursor as a map attribute."""
    return {"seq": cursor.seq, "messages": cursor.visitor_messages, "since": cursor.since}


def cursor_from_map(value: Mapping[str, Any]) -> Cursor:
    """The cursor of a map attribute."""
    return Cursor(seq=int(value["seq"]), visitor_messages=int(value["messages"]), since=int(value["since"]))


def _notice(value: Mapping[str, Any]) -> Notice:
    return Notice(**(_named(value) | {"unless": tuple(value.get("unless", ()))}))


def _actor(value: Actor) -> list[str | None]:
    return [value.kind, value.id, value.name]


def _marks(text: str) -> Iterator[str]:
    """The marks of commands, which stand one behind the other."""
    for start in range(0, len(text), COMMAND_MARK_LENGTH):
        yield text[start : start + COMMAND_MARK_LENGTH]


def _last_message(room: Room, value: LastMessage) -> dict[str, Any]:
    """The newest message; the visitor, whom the room names anyway, is left out as its sender."""
    said = _said(value)
    del said["from"]
    if value.sender == Actor("visitor", room.visitor_id, room.visitor_name):
        return said
    return said | {"from": _actor(value.sender)}


def _participant(value: Participant) -> dict[str, Any]:
    said = _said(value)
    return said | {"read": _mark(value.read)} if "read" in said else said


def _mark(mark: ReadMark | None) -> list[int] | None:
    return [mark.seq, mark.visitor_messages] if mark else None


def _mark_from(value: list[int] | None) -> ReadMark:
    return ReadMark(seq=value[0], visitor_messages=value[1]) if value else NOTHING_READ


def _said(value: "DataclassInstance") -> dict[str, Any]:
    """The fields that differ from their defaults: what is left out comes back by itself."""
    said = ((one.name, getattr(value, one.name), one.default) for one in fields(value))
    return {_SHORT.get(name, name): what for name, what, default in said if what != default}


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """What `_said` made, under the fields' own names again."""
    return {_LONG.get(name, name): what for name, what in document.items()}
