"""Tickets, connections, notifications that stand, departures and rate limits in the `live` table."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

from pynamodb.exceptions import DeleteError

from foyer.adapters.dynamodb import keys
from foyer.adapters.dynamodb.models import ConnectionItem, DepartureItem, LimitItem, LiveItem, NotifiedItem, TicketItem
from foyer.adapters.dynamodb.writes import CONDITION_FAILED, applied, code_of
from foyer.domain.people import Caller
from foyer.ports import Connection, Notified, Reach, Ticket


class DynamoLiveStore:
    """`foyer.ports.LiveStore` on DynamoDB."""

    def put_ticket(self, ticket_hash: str, ticket: Ticket) -> None:
        """One put."""
        caller = ticket.caller
        TicketItem(
            pk=keys.ticket(ticket_hash),
            sk=keys.TICKET,
            caller={
                "kind": caller.kind,
                "id": caller.id,
                "name": caller.name,
                "department_ids": sorted(caller.department_ids),
                "admin": caller.admin,
            },
            device_id=ticket.device_id,
            expires_at=ticket.expires_at,
        ).save()

    def redeem_ticket(self, ticket_hash: str, *, now: int) -> Ticket | None:
        """One conditional delete that answers what it deleted, so two redemptions cannot both have it."""
        item = TicketItem(pk=keys.ticket(ticket_hash), sk=keys.TICKET)
        operation = TicketItem._get_connection()
        try:
            answer = operation.delete_item(item.pk, item.sk, condition=TicketItem.pk.exists(), return_values="ALL_OLD")
        except DeleteError as error:
            if code_of(error) == CONDITION_FAILED:
                return None
            raise
        item.from_dynamodb_dict(answer["Attributes"])
        if int(item.expires_at) <= now:
            return None
        caller = item.caller
        return Ticket(
            caller=Caller(**(caller | {"department_ids": frozenset(caller["department_ids"])})),
            device_id=item.device_id,
            expires_at=int(item.expires_at),
        )

    def put_connection(self, connection: Connection) -> None:
        """One put under the user and one under each department."""
        for partition in _partitions(connection):
            ConnectionItem(
                pk=partition,
                sk=keys.connection(connection.id),
                caller_kind=connection.caller_kind,
                caller_id=connection.caller_id,
                connected_at=connection.connected_at,
                department_ids=sorted(connection.department_ids),
                device_id=connection.device_id,
                foreground=connection.foreground,
                expires_at=connection.expires_at,
            ).save()

    def delete_connection(self, connection: Connection) -> None:
        """One delete under the user and one under each department."""
        for partition in _partitions(connection):
            ConnectionItem(pk=partition, sk=keys.connection(connection.id)).delete()

    def forget_connection(self, connection: Connection) -> bool:
        """One conditional delete under the user and one under each department."""
        # Absent counts as forgotten: a delete whose answer was lost is tried again by the SDK.
        as_read = ConnectionItem.pk.does_not_exist() | (ConnectionItem.connected_at == connection.connected_at)
        items = [ConnectionItem(pk=one, sk=keys.connection(connection.id)) for one in _partitions(connection)]
        forgotten = [applied(partial(item.delete, condition=as_read)) for item in items]
        return all(forgotten)

    def connections_of(self, kind: Literal["visitor", "agent"], caller_id: str, *, now: int) -> list[Connection]:
        """One query."""
        return self._connections(keys.user(kind, caller_id), now)

    def connections_in(self, department_id: str, *, now: int) -> list[Connection]:
        """One query."""
        return self._connections(keys.department_connections(department_id), now)

    def reach(self, agent_id: str, *, now: int) -> Reach:
        """One query over what is stored side by side for this."""
        connections, notified = [], {}
        for values in _between(keys.user("agent", agent_id), keys.CONNECTION, keys.NOTIFIED + keys.AFTER_ALL_IDS):
            if int(values["expires_at"]["N"]) <= now:
                continue
            if values["sk"]["S"].startswith(keys.NOTIFIED):
                one = _notified(NotifiedItem.from_raw_data(values))
                notified[one.room_id] = one
            else:
                connections.append(_connection(ConnectionItem.from_raw_data(values)))
        return Reach(connections=tuple(connections), notified=notified)

    def put_notified(self, agent_id: str, notified: Notified, *, expires_at: int) -> None:
        """One put."""
        NotifiedItem(
            pk=keys.user("agent", agent_id),
            sk=keys.notified(notified.room_id),
            kind=notified.kind,
            seq=notified.seq,
            device_ids=sorted(notified.device_ids),
            tried_ids=sorted(notified.tried_ids) or None,
            expires_at=expires_at,
        ).save()

    def delete_notified(self, agent_id: str, notified: Notified) -> None:
        """One conditional delete."""
        item = NotifiedItem(pk=keys.user("agent", agent_id), sk=keys.notified(notified.room_id))
        applied(lambda: item.delete(condition=NotifiedItem.pk.does_not_exist() | (NotifiedItem.seq <= notified.seq)))

    def put_departure(self, visitor_id: str, *, at: int, expires_at: int) -> None:
        """One put."""
        DepartureItem(pk=keys.user("visitor", visitor_id), sk=keys.DEPARTURE, at=at, expires_at=expires_at).save()

    def departure(self, visitor_id: str) -> int | None:
        """One get."""
        try:
            item = DepartureItem.get(keys.user("visitor", visitor_id), keys.DEPARTURE, consistent_read=True)
        except DepartureItem.DoesNotExist:
            return None
        return int(item.at)

    def count(self, key: str, *, window: int, now: int) -> int:
        """One update."""
        start = now - now % window
        item = LimitItem(pk=keys.limit(key), sk=keys.window(start))
        item.update(actions=[LimitItem.uses.add(1), LimitItem.expires_at.set(start + 2 * window)])
        return int(item.uses)

    def _connections(self, partition: str, now: int) -> list[Connection]:
        found = ConnectionItem.query(partition, ConnectionItem.sk.startswith(keys.CONNECTION), consistent_read=True)
        return [_connection(item) for item in found if int(item.expires_at) > now]


def _connection(item: ConnectionItem) -> Connection:
    return Connection(
        id=item.sk.removeprefix(keys.CONNECTION),
        caller_kind=item.caller_kind,  # type: ignore[arg-type]  # written from the same Literal
        caller_id=item.caller_id,
        connected_at=int(item.connected_at),
        expires_at=int(item.expires_at),
        department_ids=frozenset(item.department_ids),
        device_id=item.device_id,
        foreground=item.foreground,
    )


def _notified(item: NotifiedItem) -> Notified:
    return Notified(
        room_id=item.sk.removeprefix(keys.NOTIFIED),
        kind=item.kind,  # type: ignore[arg-type]  # written from the same Literal
        seq=int(item.seq),
        device_ids=frozenset(item.device_ids),
        tried_ids=frozenset(item.tried_ids or ()),
    )


def _between(partition: str, first: str, last: str) -> Iterator[dict[str, Any]]:
    """A partition's items from one sort key to another, read consistently, in DynamoDB's own JSON."""
    start = None
    while True:
        answer = LiveItem._get_connection().query(
            partition,
            range_key_condition=LiveItem.sk.between(first, last),
            consistent_read=True,
            exclusive_start_key=start,
        )
        yield from answer["Items"]
        start = answer.get("LastEvaluatedKey")
        if start is None:
            return


def _partitions(connection: Connection) -> list[str]:
    departments = map(keys.department_connections, sorted(connection.department_ids))
    return [keys.user(connection.caller_kind, connection.caller_id), *departments]
