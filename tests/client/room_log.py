"""One room's events on one device: shown in order, each once, nothing after a hole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Event = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class RoomLog:
    """What the device shows of a room, and what waits behind a hole.

    Attributes:
        events: What is shown, in order.
        through: Up to this `seq` nothing that the device may see is missing. It may be higher than the last event's,
            because a page also says how far the server looked.
        promised: The highest `seq` that is known to exist.
        ahead: Events behind a hole, by `seq`, each with its `prev`.
    """

    events: list[Event] = field(default_factory=list)
    through: int = 0
    promised: int = 0
    ahead: dict[int, tuple[int, Event]] = field(default_factory=dict)

    @property
    def behind(self) -> bool:
        """Whether an event is known to be missing."""
        return self.promised > self.through

    def promise(self, seq: int) -> None:
        """Somebody said that there is an event `seq`."""
        self.promised = max(self.promised, seq)

    def frame(self, event: Event, *, prev: int) -> Literal["shown", "ahead", "duplicate"]:
        """Take an event from a frame.

        Args:
            event: The event.
            prev: The `seq` of the event before it that this device may see.

        Returns:
            `shown`: it closes up with what is there, and so may others that waited for it; `ahead`: it waits behind
            a hole; `duplicate`: it was there.
        """
        seq = event["seq"]
        if seq <= self.through or seq in self.ahead:
            return "duplicate"
        self.promise(seq)
        self.ahead[seq] = (prev, event)
        self._close_up()
        return "shown" if seq <= self.through else "ahead"

    def page(self, events: Iterable[Event], *, through: int) -> None:
        """Take a page of the log that starts at or before `self.through` and leaves nothing out up to `through`."""
        for event in sorted(events, key=lambda one: int(one["seq"])):
            if event["seq"] > self.through:
                self._show(event)
        self.through = max(self.through, through)
        self.promise(self.through)
        self._close_up()

    def _close_up(self) -> None:
        for seq in sorted(self.ahead):
            prev, event = self.ahead[seq]
            if seq > self.through:
                if prev > self.through:
                    return
                self._show(event)
            del self.ahead[seq]

    def _show(self, event: Event) -> None:
        self.events.append(event)
        self.through = int(event["seq"])
