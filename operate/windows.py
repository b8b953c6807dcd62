"""When the events behind a dead letter were said.

A dead letter of the relay holds no event, only where in the table's stream a batch stood that could not be delivered.
The stream forgets within a day; the table does not, and is asked by time.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# An event's `at` is the clock of the function that decided it; it reached the stream when it was written, by the
# stream's clock, in whole seconds. In between a function may have tried again and again, until its time was up.
_EARLIER_MILLISECONDS = 120_000
_LATER_MILLISECONDS = 10_000


class NoPointerError(ValueError):
    """A letter that does not say where in the stream its batch stood."""


@dataclass(frozen=True, kw_only=True, order=True)
class Window:
    """A span of time with both its ends, in milliseconds since 1970."""

    start: int
    end: int

    def __contains__(self, at: int) -> bool:
        return self.start <= at <= self.end


def window_of(body: str) -> Window:
    """When the events of a letter's batch may have been said, generously.

    Raises:
        NoPointerError: The letter is of another kind.
    """
    try:
        batch = json.loads(body)["DDBStreamBatchInfo"]
        first, last = (
            int(datetime.fromisoformat(batch[f"approximateArrivalOf{which}Record"]).timestamp() * 1000)
            for which in ("First", "Last")
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NoPointerError("it does not say where in the stream its batch stood") from error
    return Window(start=first - _EARLIER_MILLISECONDS, end=last + _LATER_MILLISECONDS)


def merged(windows: Iterable[Window], *, at_most: int) -> list[Window]:
    """Windows that cover these: overlapping ones become one, and the nearest do until few enough are left."""
    apart: list[Window] = []
    for window in sorted(windows):
        if apart and window.start <= apart[-1].end:
            apart[-1] = Window(start=apart[-1].start, end=max(apart[-1].end, window.end))
        else:
            apart.append(window)
    while len(apart) > at_most:
        nearest = min(range(len(apart) - 1), key=lambda place: apart[place + 1].start - apart[place].end)
        apart[nearest : nearest + 2] = [Window(start=apart[nearest].start, end=apart[nearest + 1].end)]
    return apart
