"""Timers that have come back: each looks again at what it was set for."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.runtime.telemetry import logger, tracer
from foyer.runtime.timers import look
from foyer.runtime.wiring import Wiring


@cache
def parts() -> Wiring:
    """What this function works with."""
    return Wiring()


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Looks at one batch; answers which messages to hand over again."""
    return look(event, context, parts())
