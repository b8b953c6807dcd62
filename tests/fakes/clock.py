"""A clock that stands still until it is told otherwise."""

from dataclasses import dataclass

NOON = 1_800_000_000_000
"""A round moment for stories to start at, milliseconds since 1970."""


@dataclass(slots=True)
class SettableClock:
    """`foyer.ports.Clock` whose time is set by hand."""

    now: int = NOON

    def __call__(self) -> int:
        """The time that was set, milliseconds since 1970."""
        return self.now

    def advance(self, *, seconds: int = 0, milliseconds: int = 0) -> int:
        """Lets time pass; answers the new time."""
        self.now += seconds * 1000 + milliseconds
        return self.now
