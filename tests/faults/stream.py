"""The table's stream: each room's records, handed over in batches that fail, repeat, come late and overtake others."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from foyer.adapters.dynamodb.codec import event_to_item
from foyer.domain.events import Event
from foyer.runtime import stream as runtime

Record = Mapping[str, Any]


@dataclass
class Stream:
    """What was inserted and is not carried out yet, by room."""

    pending: dict[str, list[Record]] = field(default_factory=dict)
    history: dict[str, list[Record]] = field(default_factory=dict)
    numbered: int = 0

    def insert(self, event: Event) -> None:
        """An event was committed."""
        self.numbered += 1
        image = event_to_item(event).to_dynamodb_dict()
        record = {
            "eventID": str(self.numbered),
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": {"pk": image["pk"], "sk": image["sk"]},
                "NewImage": image,
                "SequenceNumber": f"{self.numbered:021d}",
                "StreamViewType": "NEW_IMAGE",
            },
        }
        self.pending.setdefault(event.room_id, []).append(record)
        self.history.setdefault(event.room_id, []).append(record)

    def batch(self, *, first: int, rooms: int, each: int, skip: int = 0) -> list[Record]:
        """The oldest records, `each` at most, of so many rooms from the place `first` on; rooms in that order.

        The first `skip` of each room are left for a later batch, which these overtake (docs/decisions/0008).
        """
        waiting = [room_id for room_id, records in self.pending.items() if records]
        if not waiting:
            return []
        first %= len(waiting)
        chosen = (waiting[first:] + waiting[:first])[:rooms]
        return [record for room_id in chosen for record in self.pending[room_id][skip:][:each]]

    def done(self, batch: Sequence[Record], failed: Sequence[str]) -> None:
        """A batch was handed over: from the lowest that failed on it comes again."""
        numbers = [_number(record) for record in batch]
        end = min((numbers.index(one) for one in failed), default=len(numbers))
        done = set(numbers[:end])
        for room_id, records in self.pending.items():
            self.pending[room_id] = [record for record in records if _number(record) not in done]

    def rewind(self, place: int) -> int:
        """The mapping is made anew: a room's records come again from the horizon. Answers how many."""
        rooms = sorted(self.history)
        if not rooms:
            return 0
        room_id = rooms[place % len(rooms)]
        self.pending[room_id] = list(self.history[room_id])
        return len(self.pending[room_id])


def _number(record: Record) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


@dataclass(frozen=True, slots=True)
class Context:
    """A Lambda context, as far as the relay looks at it."""

    aws_request_id: str = "simulated"
    function_name: str = "room_relay"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:room_relay"
    get_remaining_time_in_millis: Callable[[], int] = lambda: 10_000


class _Mute:
    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


@contextmanager
def quiet() -> Iterator[None]:
    """Failures are the daily bread here: nobody logs or measures them."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield from _quiet_relay()
    finally:
        logging.disable(disabled)


def _quiet_relay() -> Iterator[None]:
    with patch.object(runtime, "logger", _Mute()), patch.object(runtime, "metrics", _Mute()):
        yield
