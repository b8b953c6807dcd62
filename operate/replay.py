"""Finds events in the table and hands them to the relay once more, in the form in which the table's stream does."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from foyer.adapters.dynamodb import keys
from operate.windows import Window, merged

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient

SEGMENTS = 8
"""Parts of the table that are scanned side by side."""
LANES = 4
"""Batches that are delivered side by side, each of other rooms."""
BATCH = 25
"""Events of a batch, as of the relay's event source."""
_WINDOWS_ASKED_FOR = 40

Place = tuple[str, int]
"""An event by its room and `seq`."""
Record = Mapping[str, Any]
Invoke = Callable[[Sequence[Record]], Any]
"""Hands records to the relay; answers what the relay did. Raises `RelayError`."""


class RelayError(Exception):
    """The relay failed as a whole: it reported on none of its records."""


@dataclass(frozen=True, kw_only=True)
class StoredEvent:
    """An event as it stands in the table. `at` is in milliseconds since 1970."""

    room_id: str
    seq: int
    at: int
    image: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def place(self) -> Place:
        """Where in which log it stands."""
        return self.room_id, self.seq


def relay_of(functions: "LambdaClient", *, name: str) -> Invoke:
    """The deployed relay."""

    def invoke(records: Sequence[Record]) -> Any:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps({"Records": records}).encode())
        said = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise RelayError(said.get("errorMessage") if isinstance(said, dict) else str(said))
        return said

    return invoke


def events_within(dynamodb: "DynamoDBClient", *, table: str, windows: Sequence[Window]) -> list[StoredEvent]:
    """All events that were said within these windows, of every room. It reads the whole table, and costs that much."""
    asked = merged(windows, at_most=_WINDOWS_ASKED_FOR)
    if not asked:
        return []
    values = {":event": {"S": keys.EVENT}}
    for place, window in enumerate(asked):
        values |= {f":start{place}": {"N": str(window.start)}, f":end{place}": {"N": str(window.end)}}
    times = " OR ".join(f"#at BETWEEN :start{place} AND :end{place}" for place in range(len(asked)))

    def scanned(segment: int) -> list[StoredEvent]:
        pages = dynamodb.get_paginator("scan").paginate(
            TableName=table,
            Segment=segment,
            TotalSegments=SEGMENTS,
            FilterExpression=f"begins_with(sk, :event) AND ({times})",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues=values,
        )
        return [_stored(item) for page in pages for item in page["Items"]]

    with ThreadPoolExecutor(SEGMENTS) as side_by_side:
        return [event for events in side_by_side.map(scanned, range(SEGMENTS)) for event in events]


def deliver_again(events: Sequence[StoredEvent], *, invoke: Invoke) -> dict[Place, str]:
    """Hand events to the relay, each room's in their order; answers those that failed, and why."""
    in_order = sorted(events, key=lambda event: event.place)
    rooms = [list(of_one) for _, of_one in groupby(in_order, key=lambda event: event.room_id)]

    def deliver(lane: int) -> dict[Place, str]:
        queue = [event for room in rooms[lane::LANES] for event in room]
        failed: dict[Place, str] = {}
        for start in range(0, len(queue), BATCH):
            failed |= _deliver_batch(queue[start : start + BATCH], invoke=invoke)
        return failed

    with ThreadPoolExecutor(LANES) as side_by_side:
        return {place: why for failed in side_by_side.map(deliver, range(LANES)) for place, why in failed.items()}


def _deliver_batch(batch: Sequence[StoredEvent], *, invoke: Invoke) -> dict[Place, str]:
    numbered = {f"{number:021d}": event for number, event in enumerate(batch, start=1)}
    try:
        answer = invoke([_record(event, number=number) for number, event in numbered.items()])
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return {numbered[number].place: "the relay could not deliver it, its log says why" for number in failed}
    except (RelayError, KeyError, TypeError) as error:
        if len(batch) > 1:
            # One event that the relay chokes on must not hold up the others, as with the stream itself.
            middle = len(batch) // 2
            return _deliver_batch(batch[:middle], invoke=invoke) | _deliver_batch(batch[middle:], invoke=invoke)
        return {batch[0].place: f"the relay failed: {error}"}


def _record(event: StoredEvent, *, number: str) -> Record:
    return {
        "eventID": f"again-{event.room_id}-{event.seq}",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": {"pk": event.image["pk"], "sk": event.image["sk"]},
            "NewImage": event.image,
            "SequenceNumber": number,
            "StreamViewType": "NEW_IMAGE",
        },
    }


def _stored(item: Mapping[str, Any]) -> StoredEvent:
    return StoredEvent(
        room_id=item["pk"]["S"].removeprefix(keys.ROOM),
        seq=int(item["sk"]["S"].removeprefix(keys.EVENT)),
        at=int(item["at"]["N"]),
        image=item,
    )
