"""Timers that go off when a test says so."""

from dataclasses import dataclass, field
from threading import Lock

from foyer.ports import Timer


@dataclass(slots=True)
class ManualTimers:
    """`foyer.ports.Timers` that keeps what was set, in order; setting one twice keeps it twice."""

    waiting: list[Timer] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def set(self, timer: Timer, *, now: int) -> None:
        """Keeps the timer.

        Raises:
            ValueError: `now` is no time in milliseconds.
        """
        if now < 10**12:
            message = f"{now} are no milliseconds since 1970"
            raise ValueError(message)
        with self._lock:
            self.waiting.append(timer)

    def due(self, now: int) -> list[Timer]:
        """Takes out what is due, the earliest first."""
        with self._lock:
            due = sorted((timer for timer in self.waiting if timer.due_at <= now), key=lambda timer: timer.due_at)
            self.waiting = [timer for timer in self.waiting if timer.due_at > now]
            return due
