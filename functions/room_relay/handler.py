"""The table's stream: carries every committed event to those concerned."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.runtime.stream import relay
from foyer.runtime.telemetry import logger, metrics, tracer
from foyer.runtime.wiring import Wiring


@cache
def parts() -> Wiring:
    """What this function works with."""
    return Wiring()


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Delivers one batch of inserted events; answers which records to hand over again."""
    return relay(event, context, parts())
