"""Visitors' profiles in the `conversations` table."""

from dataclasses import asdict, replace

from foyer.adapters.dynamodb import keys
from foyer.adapters.dynamodb.models import VisitorItem
from foyer.adapters.dynamodb.writes import applied
from foyer.ports import VersionConflictError, Visitor

_APART = ("id", "tokens", "room_id", "version")
"""What a profile's item keeps in its key or in attributes of their own."""


class DynamoVisitorStore:
    """`foyer.ports.VisitorStore` on DynamoDB."""

    def visitor(self, visitor_id: str, *, consistent: bool = False) -> Visitor | None:
        """One get."""
        try:
            item = VisitorItem.get(keys.visitor(visitor_id), keys.PROFILE, consistent_read=consistent)
        except VisitorItem.DoesNotExist:
            return None
        profile = item.profile
        return Visitor(
            id=visitor_id,
            tokens={key: int(value) for key, value in item.tokens.items()},
            room_id=item.room_id,
            version=int(item.version),
            **(profile | {"pages": tuple(profile.get("pages", ()))}),
        )

    def put_visitor(self, visitor: Visitor, *, expires_at: int) -> Visitor:
        """One conditional update that leaves `room_id` alone."""
        stored = replace(visitor, version=visitor.version + 1, tokens=dict(visitor.tokens or {}))
        profile = {
            key: value for key, value in asdict(visitor).items() if key not in _APART and value not in (None, ())
        }
        item = VisitorItem(pk=keys.visitor(visitor.id), sk=keys.PROFILE)
        unchanged = VisitorItem.version == visitor.version if visitor.version else VisitorItem.pk.does_not_exist()
        if not applied(
            lambda: item.update(
                actions=[
                    VisitorItem.version.set(stored.version),
                    VisitorItem.profile.set(profile),
                    VisitorItem.tokens.set(stored.tokens),
                    VisitorItem.expires_at.set(expires_at),
                ],
                condition=unchanged,
            )
        ):
            raise VersionConflictError
        return replace(stored, room_id=item.room_id)
