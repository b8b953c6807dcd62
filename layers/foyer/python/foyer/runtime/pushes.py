"""Push notifications that were asked for, a batch of the queue at a time."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.adapters.push_queue import ask_from_body
from foyer.ports import PushLaterError
from foyer.runtime.telemetry import logger, metrics
from foyer.runtime.wiring import Wiring


def send(batch: dict[str, Any], context: LambdaContext, parts: Wiring) -> PartialItemFailureResponse:
    """Carries out each ask of a batch; those that failed come back by themselves."""

    def one(record: SQSRecord) -> None:
        ask = ask_from_body(record.body)
        what = {"kind": ask.kind, "room_id": ask.room_id, "seq": ask.seq}
        metrics.add_metric(name="PushesAsked", unit=MetricUnit.Count, value=1)
        try:
            outcomes = parts.notifying.carry_out(ask)
        except PushLaterError as later:
            metrics.add_metric(name="PushesPutOff", unit=MetricUnit.Count, value=1)
            logger.warning("a provider is out of reach", extra={**what, "error": str(later)})
            raise
        except Exception:
            logger.exception("an ask failed", extra=what)
            raise
        for outcome in outcomes:
            name = "PushesSent" if outcome == "sent" else "PushesFailed"
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
        logger.debug("carried out", extra={**what, "outcomes": outcomes})

    return process_partial_response(
        event=batch,
        record_handler=one,
        processor=BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False),
        context=context,
    )
