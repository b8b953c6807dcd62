"""The items of the three tables, as pynamodb models; one base a table, bound to its name at start.

Attribute names count towards an item's size, so a message's item keeps them short where the word allows it.
"""

import json
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 3
"""Well under a function's own time limit, so that a retry still fits."""
RETRIES = 3


def bind(base: type[Model], *, table_name: str, region: str, host: str | None = None) -> None:
    """Ties a table's models to a table and makes the one connection that they share.

    Args:
        base: `ConversationsItem`, `LiveItem` or `DirectoryItem`.
        table_name: The table's name.
        region: Its AWS region.
        host: An endpoint other than that of AWS.
    """
    base.Meta.table_name = table_name
    base.Meta.region = region
    base.Meta.host = host
    base._connection = None
    # Made here and not by whoever asks first, since a function's threads would each make a client of their own.
    _ = base._get_connection().connection.client


class CompactJSON(JSONAttribute):
    """JSON without blanks and escapes: a text in Arabic or with emoji costs its UTF-8 bytes and no more."""

    def serialize(self, value: Any) -> str | None:
        """The value as text; None for None."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Meta:
    table_name = "unbound"
    region = "us-east-1"
    host: str | None = None
    connect_timeout_seconds = CONNECT_TIMEOUT_SECONDS
    read_timeout_seconds = READ_TIMEOUT_SECONDS
    max_retry_attempts = RETRIES


# conversations


class ConversationsItem(Model):
    """Base of everything in `conversations`."""

    class Meta(_Meta):
        """Bound at start."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class HeadItem(ConversationsItem):
    """A room's head. `cursors` is moved on its own and never rewritten with the rest."""

    seq = NumberAttribute()
    fold = NumberAttribute()
    room = CompactJSON()
    cursors: MapAttribute[str, Any] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    expires_at = NumberAttribute()


class EventItem(ConversationsItem):
    """One event of a room's log; its `seq` is in its sort key."""

    v = NumberAttribute()
    type = UnicodeAttribute()
    at = NumberAttribute()
    actor = CompactJSON()
    client_id = UnicodeAttribute()
    data = CompactJSON()
    print = UnicodeAttribute()
    prev = NumberAttribute()
    messages = NumberAttribute()
    read = CompactJSON(null=True)
    notices = CompactJSON(null=True)
    expires_at = NumberAttribute()


class EntryItem(ConversationsItem):
    """A hint that a room may belong in an agent's open rooms or a department's queue."""

    stamp = NumberAttribute()
    expires_at = NumberAttribute()


class PlainItem(ConversationsItem):
    """An item that says all with its keys: a closed entry, a visitor's room."""

    expires_at = NumberAttribute()


class PushItem(ConversationsItem):
    """What became of one offer on its way to one device; which, is in its sort key."""

    kind = UnicodeAttribute()
    at = NumberAttribute()
    outcome = UnicodeAttribute(attr_name="out")
    provider = UnicodeAttribute(attr_name="by", null=True)
    answer = UnicodeAttribute(null=True)
    seen_at = NumberAttribute(attr_name="seen", null=True)
    action = UnicodeAttribute(attr_name="act", null=True)
    acted_at = NumberAttribute(attr_name="acted", null=True)
    expires_at = NumberAttribute()


class VisitorItem(ConversationsItem):
    """A visitor's profile. `room_id` is written by openings alone."""

    version = NumberAttribute()
    profile = CompactJSON()
    tokens = CompactJSON()
    room_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


# live


class LiveItem(Model):
    """Base of everything in `live`."""

    class Meta(_Meta):
        """Bound at start."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute()


class TicketItem(LiveItem):
    """The right to open one socket."""

    caller = CompactJSON()
    device_id = UnicodeAttribute(null=True)


class ConnectionItem(LiveItem):
    """One open WebSocket, under its user or under a department."""

    caller_kind = UnicodeAttribute()
    caller_id = UnicodeAttribute()
    connected_at = NumberAttribute()
    department_ids = CompactJSON()
    device_id = UnicodeAttribute(null=True)
    foreground = BooleanAttribute(null=True)


class DepartureItem(LiveItem):
    """When a visitor's latest connection ended."""

    at = NumberAttribute()


class NotifiedItem(LiveItem):
    """A notification that stands on an agent's devices, beside the agent's connections."""

    kind = UnicodeAttribute()
    seq = NumberAttribute()
    device_ids = CompactJSON()
    tried_ids = CompactJSON(null=True)


class LimitItem(LiveItem):
    """How often something happened in one window."""

    uses = NumberAttribute()


# directory


class DirectoryItem(Model):
    """Base of everything in `directory`."""

    class Meta(_Meta):
        """Bound at start."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class StaffItem(DirectoryItem):
    """An agent or a department; a department has a name and its time limits, where they are not the usual ones."""

    name = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    department_ids = CompactJSON(null=True)
    limits = CompactJSON(null=True)


class ResponseItem(DirectoryItem):
    """A canned response, among its scope's."""

    shortcut = UnicodeAttribute()
    title = UnicodeAttribute()
    body = UnicodeAttribute()
    tags = CompactJSON()
    version = NumberAttribute()
    updated_at = NumberAttribute()


class WhereaboutsItem(DirectoryItem):
    """Where a canned response is stored; outlives it, so that its creation is recognised for ever."""

    scope = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    print = UnicodeAttribute()
    deleted = BooleanAttribute(default=False)


class ClaimItem(DirectoryItem):
    """A shortcut taken in its scope."""

    response_id = UnicodeAttribute()


class DeviceItem(DirectoryItem):
    """A device of an agent. `endpoint` and its time are never written with the rest."""

    platform = UnicodeAttribute()
    push_token = UnicodeAttribute()
    locale = UnicodeAttribute(null=True)
    registered_at = NumberAttribute(default=0)
    endpoint = UnicodeAttribute(null=True)
    endpoint_at = NumberAttribute(null=True)


class TokenOwnerItem(DirectoryItem):
    """Whose a push token is."""

    agent_id = UnicodeAttribute()
    device_id = UnicodeAttribute()
