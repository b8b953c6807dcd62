"""The queue of push notifications that are asked for: hands each to Apple, to Google or to a browser's service."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.runtime.pushes import send
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
    """Sends one batch; answers which messages to hand over again."""
    return send(event, context, parts())
