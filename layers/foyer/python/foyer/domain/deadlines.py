"""What time does to a room: limits that pass, visitors who go, rooms that nobody uses any more.

The system looks at a room now and then; what it finds due is a command like any other (contract.md, "Nobody there" and
the end of "WebSocket"). The log is judged anew at every look, so a look that is late or repeated does no harm.
"""

from dataclasses import dataclass
from typing import Literal

from foyer.domain.commands import Close, Command, ReportUnattended, system_client_id
from foyer.domain.people import SYSTEM_CALLER, TimeLimits
from foyer.domain.rooms import Room

ROOM_LIFE_DAYS = 30
"""A room's life; its items outlive it by the retention."""

GONE_SECONDS = 120
"""A visitor whose last connection ended so long ago has left (contract.md, "WebSocket")."""

Reason = Literal["timeout", "visitor_left", "idle", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When something becomes due if nothing happens, in milliseconds since 1970."""

    at: int
    reason: Reason


def follows_visitor(room: Room) -> bool:
    """Whether the room closes behind its visitor: an accepted one, or one that waits with nothing written in it."""
    return room.status == "active" or room.is_left_behind


def deadlines(room: Room, limits: TimeLimits, *, gone_since: int | None) -> list[Deadline]:
    """What becomes due in an open room, the earliest first; nothing in a closed one.

    Args:
        room: The room as of now.
        limits: Those of its department.
        gone_since: When the visitor's last connection ended, milliseconds since 1970. None: the visitor is connected
            or never was, and is not counted.
    """
    if room.is_closed:
        return []
    found = [Deadline(at=room.opened_at + ROOM_LIFE_DAYS * 86_400_000, reason="expired")]
    if limits.offer is not None and room.standing_offers and room.is_news("timeout"):
        begun = max(room.waiting_since or 0, *(offer.at for offer in room.standing_offers))
        found.append(Deadline(at=begun + limits.offer * 1000, reason="timeout"))
    if follows_visitor(room):
        if limits.idle is not None:
            found.append(Deadline(at=room.changed_at + limits.idle * 1000, reason="idle"))
        patience = GONE_SECONDS if room.is_left_behind else limits.visitor_gone
        if gone_since is not None and patience is not None:
            begun = max(gone_since, room.opened_at)  # who opens a room is not gone from it, connected yet or not
            found.append(Deadline(at=begun + max(GONE_SECONDS, patience) * 1000, reason="visitor_left"))
    # At the same moment a close comes first: nobody is left to be told of anything else.
    return sorted(found, key=lambda deadline: (deadline.at, deadline.reason == "timeout"))


def command_when_due(room: Room, deadline: Deadline, *, at: int) -> Command:
    """The system's command for a deadline of this room that has passed; void if the room has gone on meanwhile."""
    client_id = system_client_id(room.id, room.seq, deadline.reason)
    if deadline.reason == "timeout":
        offers = tuple(offer.seq for offer in room.standing_offers)
        return ReportUnattended(
            caller=SYSTEM_CALLER, client_id=client_id, after=room.seq, at=at, reason="timeout", offers=offers
        )
    return Close(
        caller=SYSTEM_CALLER, client_id=client_id, after=room.seq, at=at, reason=deadline.reason, judged=room.seq
    )
