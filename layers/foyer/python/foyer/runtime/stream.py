"""The table's stream: rooms of a batch side by side, each room's events in order."""

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.adapters.dynamodb.codec import event_from_image
from foyer.domain.events import Event
from foyer.domain.events import EventType as RoomEventType
from foyer.runtime.telemetry import logger, metrics
from foyer.runtime.wiring import Wiring

COUNTED: Mapping[RoomEventType, str] = {
    "room.opened": "RoomsOpened",
    "message.sent": "MessagesSent",
    "room.accepted": "RoomsAccepted",
    "room.unattended": "RoomsUnattended",
    "room.closed": "RoomsClosed",
}
"""Events that a metric counts, once per delivery: a redelivered batch counts again."""


def relay(batch: dict[str, Any], context: LambdaContext, parts: Wiring) -> PartialItemFailureResponse:
    """Delivers a batch of stream records.

    A room's events are delivered together and by `seq`: the stream may hold those of one transaction in any order.
    Where that fails, all of them are reported as failed, and Lambda hands the batch over again from the lowest one. A
    record that cannot be read fails alone. Deliveries may be repeated, and batches of one room may overtake each other
    (docs/decisions/0008).
    """
    rooms: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    deliveries: dict[str, Future[None]] = {}
    for record in batch["Records"]:
        change = record["dynamodb"]
        try:
            event = event_from_image(change["NewImage"])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one record, the others are carried out
            # Its text stays out of the log: it may hold what somebody wrote.
            place = {"sequence_number": change["SequenceNumber"], "error": type(error).__name__}
            logger.error("a record cannot be read", extra=place)
            deliveries[change["SequenceNumber"]] = _failed(error)
        else:
            rooms[event.room_id].append((change["SequenceNumber"], event))
    for room_id, numbered in rooms.items():
        events = sorted((event for _, event in numbered), key=lambda event: event.seq)
        delivery = parts.rooms_at_once.submit(_deliver, parts, room_id, events)
        deliveries |= {number: delivery for number, _ in numbered}

    def outcome_of(record: DynamoDBRecord) -> None:
        number = record.dynamodb.sequence_number if record.dynamodb else None
        deliveries[number or ""].result()

    return process_partial_response(
        event=batch,
        record_handler=outcome_of,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def _failed(error: Exception) -> Future[None]:
    failed: Future[None] = Future()
    failed.set_exception(error)
    return failed


def _deliver(parts: Wiring, room_id: str, events: list[Event]) -> None:
    try:
        parts.delivery.deliver(room_id, events)
    except Exception:
        logger.exception("a delivery failed", extra={"room_id": room_id, "seqs": [event.seq for event in events]})
        metrics.add_metric(name="DeliveriesFailed", unit=MetricUnit.Count, value=1)
        raise
    now = parts.clock()
    logger.debug("delivered", extra={"events": [event.type for event in events], "room_id": room_id})
    for event in events:
        metrics.add_metric(name="DeliveryLag", unit=MetricUnit.Milliseconds, value=max(0, now - event.at))
        if event.type in COUNTED:
            metrics.add_metric(name=COUNTED[event.type], unit=MetricUnit.Count, value=1)
