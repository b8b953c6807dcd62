"""When a hole in a log is worth a call: what a second did not heal by itself."""

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Gaps:
    """Remembers since when rooms have been behind. Times are of one clock, in seconds.

    Attributes:
        patience: How long a missing event may still arrive by itself.
        since: By room, when its hole was noticed.
        opened: How many holes there were.
        healed: How many of them closed.
    """

    patience: float
    since: dict[str, float] = field(default_factory=dict)
    opened: int = 0
    healed: int = 0

    def look(self, behind: Collection[str], *, now: float) -> None:
        """Take note of the rooms that are behind now; all others are whole."""
        for room_id in [one for one in self.since if one not in behind]:
            del self.since[room_id]
            self.healed += 1
        for room_id in behind:
            if room_id not in self.since:
                self.since[room_id] = now
                self.opened += 1

    def due(self, *, now: float) -> bool:
        """Whether a room has been behind for longer than patience lasts."""
        return any(now - since >= self.patience for since in self.since.values())

    def asked(self, *, now: float) -> None:
        """The log was asked for; what is still missing gets as long again."""
        self.since = dict.fromkeys(self.since, now)

    def wait(self, *, now: float) -> float | None:
        """Seconds until a hole is due; None where there is none."""
        return max(0.0, min(self.since.values()) + self.patience - now) if self.since else None
