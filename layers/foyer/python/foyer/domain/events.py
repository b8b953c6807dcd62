"""The entries of a room's log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from foyer.domain.people import Actor

EventType = Literal[
    "room.opened",
    "message.sent",
    "note.added",
    "room.accepted",
    "room.declined",
    "agent.invited",
    "room.transferred",
    "agent.left",
    "room.unattended",
    "room.closed",
    "room.rated",
]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

VISIBLE_TO_VISITORS: frozenset[EventType] = frozenset(
    {
        "room.opened",
        "message.sent",
        "room.accepted",
        "room.unattended",
        "agent.left",
        "room.closed",
        "room.rated",
    }
)
"""What a visitor may see of the log (contract.md, "Who may read a room")."""

EVENT_FORMAT = 1
"""The format in which events are written today; `evolve` reads every format ever written."""

RemovalReason = Literal["declined", "taken", "left", "closed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An audience outside the room whose inbox an event changed: one agent, or a department's agents.

    `reason` None: the room came into their inbox or changed its status there; otherwise it left their inbox by this
    way. An event knows offers, not who is in which department: an agent of this audience that takes part needs no
    notice, and one that is still offered the room another way has not lost it. `unless`: agents of the department
    whose inbox did not show the room any more, since they had declined it.
    """

    agent_id: str | None = None
    department_id: str | None = None
    reason: RemovalReason | None = None
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMark:
    """How far somebody has read: the last `seq`, and how many visitor messages lie up to it."""

    seq: int = 0
    visitor_messages: int = 0


NOTHING_READ = ReadMark()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a room's log, immutable once stored.

    Attributes:
        seq: 1, 2, 3… without a gap.
        at: Milliseconds since 1970 (UTC).
        client_id: What the caller named the command; recognises its repeats for ever.
        data: The payload by type, as contract.md, "Shapes", gives it.
        fingerprint: A short hash of the command; another command under the same `client_id` has another one.
        previous_visible: `seq` of the event before this one that a visitor may see; 0 for none.
        visitor_messages: The visitor's messages in the room up to and including this event.
        read: What an agent's message read by being sent; None for everything else.
        notices: Who outside the room must hear that it came into, changed in or left their inbox.
        v: The format that this event was written in.
    """

    room_id: str
    seq: int
    type: EventType
    at: int
    actor: Actor
    client_id: str
    data: Mapping[str, Any]
    fingerprint: str
    previous_visible: int
    visitor_messages: int
    expires_at: int
    read: ReadMark | None = None
    notices: tuple[Notice, ...] = field(default_factory=tuple)
    v: int = EVENT_FORMAT

    @property
    def visible_to_visitor(self) -> bool:
        """Whether the visitor may see this event."""
        return self.type in VISIBLE_TO_VISITORS
