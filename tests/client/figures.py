"""What a client counts of its own troubles."""

from dataclasses import dataclass, fields


@dataclass(slots=True, kw_only=True)
class Figures:
    """Counts since the client was made.

    Attributes:
        connects: Sockets opened.
        lines_lost: Sockets that ended without being asked to.
        half_opens_found: Of these, those that were silent after a ping.
        syncs: Times the client caught up, for whatever reason.
        gap_syncs: Of these, those that a gap asked for.
        gaps: Times that a room turned out to lack an event.
        gaps_healed: Of these, those after which nothing was missing.
        duplicates: Events that came again and were dropped.
        by_socket: Commands answered over the socket.
        by_https: Commands answered by HTTPS.
        retries: Attempts at a command after its first one.
        repeats_restarted: Commands that a restarted client found unanswered in its outbox.
    """

    connects: int = 0
    lines_lost: int = 0
    half_opens_found: int = 0
    syncs: int = 0
    gap_syncs: int = 0
    gaps: int = 0
    gaps_healed: int = 0
    duplicates: int = 0
    by_socket: int = 0
    by_https: int = 0
    retries: int = 0
    repeats_restarted: int = 0

    def add(self, other: "Figures") -> None:
        """Count another client's troubles as one's own."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
