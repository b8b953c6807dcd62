"""The ledger of pushed offers in the `conversations` table, beside the rooms that they are of."""

from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.update import Action

from foyer.adapters.dynamodb import keys
from foyer.adapters.dynamodb.models import PushItem
from foyer.adapters.dynamodb.writes import applied
from foyer.ports import LedgerEntry


class DynamoPushLedger:
    """`foyer.ports.PushLedger` on DynamoDB."""

    def put_ledger_entry(self, entry: LedgerEntry, *, expires_at: int) -> None:
        """One update."""
        said: list[tuple[Attribute[Any], Any]] = [
            (PushItem.kind, entry.kind),
            (PushItem.at, entry.at),
            (PushItem.outcome, entry.outcome),
            (PushItem.provider, entry.provider or None),
            (PushItem.answer, entry.answer or None),
            (PushItem.expires_at, expires_at),
        ]
        # What a device has said stays: an offer that is sent again was seen all the same.
        known: list[tuple[Attribute[Any], Any]] = [
            (PushItem.seen_at, entry.seen_at),
            (PushItem.action, entry.action),
            (PushItem.acted_at, entry.acted_at),
        ]
        actions: list[Action] = [one.remove() if value is None else one.set(value) for one, value in said]
        actions += [one.set(value) for one, value in known if value is not None]
        _item(entry.room_id, entry.offer, entry.agent_id, entry.device_id).update(actions=actions)

    def mark_seen(self, room_id: str, *, offer: int, agent_id: str, device_id: str, at: int) -> None:
        """One conditional update."""
        item = _item(room_id, offer, agent_id, device_id)
        unseen = PushItem.pk.exists() & PushItem.seen_at.does_not_exist()
        applied(lambda: item.update(actions=[PushItem.seen_at.set(at)], condition=unseen))

    def mark_action(self, room_id: str, *, offer: int, agent_id: str, device_id: str, action: str, at: int) -> None:
        """One conditional update."""
        item = _item(room_id, offer, agent_id, device_id)
        unanswered = PushItem.pk.exists() & PushItem.action.does_not_exist()
        noted: list[Action] = [PushItem.action.set(action), PushItem.acted_at.set(at)]
        applied(lambda: item.update(actions=noted, condition=unanswered))

    def ledger(self, room_id: str, *, consistent: bool = False) -> list[LedgerEntry]:
        """One query."""
        found = PushItem.query(keys.room(room_id), PushItem.sk.startswith(keys.PUSHED), consistent_read=consistent)
        return [_entry(room_id, item) for item in found]


def _item(room_id: str, offer: int, agent_id: str, device_id: str | None) -> PushItem:
    return PushItem(pk=keys.room(room_id), sk=keys.pushed(offer, agent_id, device_id))


def _entry(room_id: str, item: PushItem) -> LedgerEntry:
    # A device's id is the app's own and may hold anything.
    offer, agent_id, device_id = item.sk.removeprefix(keys.PUSHED).split("#", 2)
    return LedgerEntry(
        room_id=room_id,
        offer=int(offer),
        agent_id=agent_id,
        device_id=device_id or None,
        kind=item.kind,  # type: ignore[arg-type]  # written from the same Literal
        at=int(item.at),
        outcome=item.outcome,  # type: ignore[arg-type]  # written from the same Literal
        provider=item.provider or "",
        answer=item.answer or "",
        seen_at=None if item.seen_at is None else int(item.seen_at),
        action=item.action,  # type: ignore[arg-type]  # written from the same Literal
        acted_at=None if item.acted_at is None else int(item.acted_at),
    )
