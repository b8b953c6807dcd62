"""Rooms in the `conversations` table."""

from collections.abc import Sequence
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from foyer.adapters.dynamodb import keys
from foyer.adapters.dynamodb.codec import (
    cursor_from_map,
    cursor_to_map,
    event_from_image,
    event_from_item,
    event_to_item,
    room_from_document,
    room_to_document,
)
from foyer.adapters.dynamodb.models import ConversationsItem, EntryItem, EventItem, HeadItem, PlainItem, VisitorItem
from foyer.adapters.dynamodb.writes import applied, refused
from foyer.domain.events import Event
from foyer.domain.inbox import Entry
from foyer.domain.rooms import FOLD_VERSION, Cursor, Head, Room, fold
from foyer.ports import ClosedRoom, SeqTakenError, VisitorMovedError


class DynamoRoomStore:
    """`foyer.ports.RoomStore` on DynamoDB; units as docs/access-patterns.md lists them."""

    def head(self, room_id: str, *, consistent: bool) -> Head | None:
        """One get."""
        try:
            item = HeadItem.get(keys.room(room_id), keys.HEAD, consistent_read=consistent)
        except HeadItem.DoesNotExist:
            return None
        return self._head(item)

    def heads(self, room_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Head]:
        """One batch of gets a hundred rooms."""
        wanted = [(keys.room(room_id), keys.HEAD) for room_id in dict.fromkeys(room_ids)]
        found = HeadItem.batch_get(wanted, consistent_read=consistent) if wanted else ()
        return {head.room.id: head for head in map(self._head, found)}

    def events_after(
        self, room_id: str, seq: int, *, limit: int | None = None, consistent: bool = False
    ) -> list[Event]:
        """One query of the log, from the old end."""
        found = EventItem.query(
            keys.room(room_id),
            EventItem.sk.between(keys.event(seq + 1), keys.EVENT + keys.AFTER_ALL_DIGITS),
            limit=limit,
            page_size=limit,
            consistent_read=consistent,
        )
        return [event_from_item(item) for item in found]

    def events_before(self, room_id: str, seq: int | None, *, limit: int) -> list[Event]:
        """One query of the log, from the new end."""
        last = keys.EVENT + keys.AFTER_ALL_DIGITS if seq is None else keys.event(seq - 1)
        found = EventItem.query(
            keys.room(room_id),
            EventItem.sk.between(keys.EVENT, last),
            limit=limit,
            page_size=limit,
            scan_index_forward=False,
        )
        return [event_from_item(item) for item in found]

    def newest(self, room_id: str, *, limit: int) -> tuple[Head | None, list[Event]]:
        """One query: the head's key sorts right behind the last event's. Beyond a megabyte one more."""
        answer = HeadItem._get_connection().query(
            keys.room(room_id),
            range_key_condition=HeadItem.sk.between(keys.EVENT, keys.HEAD),
            limit=limit + 1,
            scan_index_forward=False,
        )
        head, events = None, []
        for values in answer["Items"]:
            if values["sk"]["S"] == keys.HEAD:
                item = HeadItem()
                item.from_dynamodb_dict(values)
                head = self._head(item)
            else:
                events.append(event_from_image(values))
        if "LastEvaluatedKey" in answer and len(events) < limit:
            events += self.events_before(room_id, events[-1].seq if events else None, limit=limit - len(events))
        return head, events[:limit]

    def event(self, room_id: str, seq: int) -> Event | None:
        """One get."""
        try:
            return event_from_item(EventItem.get(keys.room(room_id), keys.event(seq)))
        except EventItem.DoesNotExist:
            return None

    def open(self, room: Room, events: Sequence[Event], *, previous_room_id: str | None) -> None:
        """One transaction over the events, the head, the visitor's profile and the visitor's entry."""
        entry = PlainItem(
            pk=keys.visitor(room.visitor_id),
            sk=keys.visitor_room(room.opened_at, room.id),
            expires_at=room.expires_at,
        )
        present: Condition = (
            VisitorItem.room_id.does_not_exist()
            if previous_room_id is None
            else VisitorItem.room_id == previous_room_id
        )
        try:
            with TransactWrite(connection=ConversationsItem._get_connection().connection) as transaction:
                for event in events:
                    transaction.save(event_to_item(event), condition=EventItem.pk.does_not_exist())
                transaction.save(self._item(room), condition=HeadItem.pk.does_not_exist())
                transaction.save(entry)
                transaction.update(
                    VisitorItem(pk=keys.visitor(room.visitor_id), sk=keys.PROFILE),
                    # The room shows its visitor for as long as it is kept.
                    actions=[VisitorItem.room_id.set(room.id), VisitorItem.expires_at.set(room.expires_at)],
                    condition=VisitorItem.pk.exists() & present,
                )
        except TransactWriteError as error:
            refused(error)
            raise VisitorMovedError from error

    def append(self, event: Event) -> None:
        """One conditional put: the commit point of every command."""
        item = event_to_item(event)
        if not applied(lambda: item.save(condition=EventItem.pk.does_not_exist())):
            raise SeqTakenError

    def advance(self, room: Room) -> None:
        """One conditional update that leaves the cursors alone."""
        behind = (HeadItem.seq < room.seq) | ((HeadItem.seq == room.seq) & (HeadItem.fold < FOLD_VERSION))
        applied(
            lambda: HeadItem(pk=keys.room(room.id), sk=keys.HEAD).update(
                actions=[
                    HeadItem.seq.set(room.seq),
                    HeadItem.fold.set(FOLD_VERSION),
                    HeadItem.room.set(room_to_document(room)),
                ],
                condition=behind,
            )
        )

    def move_cursor(self, room_id: str, key: str, cursor: Cursor) -> bool:
        """One conditional update of one cursor."""
        mine: Any = HeadItem.cursors[key]
        further: Condition = mine.does_not_exist() | (mine["seq"] < cursor.seq)
        further |= (mine["seq"] == cursor.seq) & (mine["since"] < cursor.since)
        return applied(
            lambda: HeadItem(pk=keys.room(room_id), sk=keys.HEAD).update(
                actions=[mine.set(cursor_to_map(cursor))], condition=HeadItem.pk.exists() & further
            )
        )

    def put_entry(self, entry: Entry, *, stamp: int, expires_at: int) -> None:
        """One conditional put."""
        item = EntryItem(*_entry_key(entry), stamp=stamp, expires_at=expires_at)
        applied(lambda: item.save(condition=EntryItem.pk.does_not_exist() | (EntryItem.stamp < stamp)))

    def delete_entry(self, entry: Entry, *, stamp: int) -> None:
        """One conditional delete."""
        item = EntryItem(*_entry_key(entry))
        applied(lambda: item.delete(condition=EntryItem.pk.does_not_exist() | (EntryItem.stamp <= stamp)))

    def open_room_ids(self, agent_id: str, *, consistent: bool = False) -> list[str]:
        """One query of the agent's open entries."""
        found = EntryItem.query(
            keys.agent_rooms(agent_id), EntryItem.sk.startswith(keys.OPEN), consistent_read=consistent
        )
        return [item.sk.removeprefix(keys.OPEN) for item in found]

    def queued_room_ids(self, department_id: str, *, consistent: bool = False) -> list[str]:
        """One query of the department's queue."""
        found = EntryItem.query(
            keys.queue(department_id), EntryItem.sk.startswith(keys.ROOM), consistent_read=consistent
        )
        return [item.sk.removeprefix(keys.ROOM) for item in found]

    def put_closed(self, agent_id: str, room: ClosedRoom, *, expires_at: int) -> None:
        """One put."""
        PlainItem(
            pk=keys.agent_rooms(agent_id), sk=keys.closed_room(room.closed_at, room.room_id), expires_at=expires_at
        ).save()

    def delete_closed(self, agent_id: str, room: ClosedRoom) -> None:
        """One delete."""
        PlainItem(pk=keys.agent_rooms(agent_id), sk=keys.closed_room(room.closed_at, room.room_id)).delete()

    def closed_rooms(
        self, agent_id: str, *, before: ClosedRoom | None = None, limit: int, consistent: bool = False
    ) -> list[ClosedRoom]:
        """One query of the agent's closed entries, from the new end; they are keys and nothing else."""
        bound = keys.closed_before(before.closed_at, before.room_id) if before else keys.closed_before(None)
        found = PlainItem.query(
            keys.agent_rooms(agent_id),
            PlainItem.sk.between(keys.CLOSED, bound),
            limit=limit + 1,
            page_size=limit + 1,
            scan_index_forward=False,
            consistent_read=consistent,
        )
        rooms = (item.sk.removeprefix(keys.CLOSED).split("#", 1) for item in found if item.sk != bound)
        return [ClosedRoom(closed_at=int(at), room_id=room_id) for at, room_id in rooms][:limit]

    def visitor_rooms(self, visitor_id: str, *, before: str | None = None, limit: int) -> list[tuple[str, str]]:
        """One query of the visitor's entries, from the new end."""
        bound = keys.ROOM + (before or keys.AFTER_ALL_DIGITS)
        found = PlainItem.query(
            keys.visitor(visitor_id),
            PlainItem.sk.between(keys.ROOM, bound),
            limit=limit + 1,
            page_size=limit + 1,
            scan_index_forward=False,
        )
        positions = (item.sk.removeprefix(keys.ROOM) for item in found if item.sk != bound)
        return [(position, position.split("#", 1)[1]) for position in positions][:limit]

    def _item(self, room: Room) -> HeadItem:
        return HeadItem(
            pk=keys.room(room.id),
            sk=keys.HEAD,
            seq=room.seq,
            fold=FOLD_VERSION,
            room=room_to_document(room),
            cursors={},
            expires_at=room.expires_at,
        )

    def _head(self, item: HeadItem) -> Head:
        room_id, expires_at = item.pk.removeprefix(keys.ROOM), int(item.expires_at)
        if int(item.fold) == FOLD_VERSION:
            room = room_from_document(room_id, item.room, seq=int(item.seq), expires_at=expires_at)
        else:
            room = fold(self.events_after(room_id, 0, consistent=True))
        cursors: dict[str, Any] = item.cursors.as_dict() if item.cursors else {}  # type: ignore[no-untyped-call]
        return Head(room=room, cursors={key: cursor_from_map(value) for key, value in cursors.items()})


def _entry_key(entry: Entry) -> tuple[str, str]:
    if entry.agent_id is not None:
        return keys.agent_rooms(entry.agent_id), keys.open_room(entry.room_id)
    return keys.queue(entry.department_id or ""), keys.ROOM + entry.room_id
