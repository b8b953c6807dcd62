"""Timers that have come back from the queue."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.adapters.timers import timer_from_body
from foyer.runtime.wiring import Wiring


def look(batch: dict[str, Any], context: LambdaContext, parts: Wiring) -> PartialItemFailureResponse:
    """Looks at each timer of a batch; those that failed come back by themselves."""

    def one(record: SQSRecord) -> None:
        parts.lookout.look(timer_from_body(record.body))

    return process_partial_response(
        event=batch,
        record_handler=one,
        processor=BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False),
        context=context,
    )
