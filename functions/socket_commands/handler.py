"""The WebSocket door: one frame, one command, the answer posted to the connection that asked."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.runtime.socket import SocketDoor
from foyer.runtime.telemetry import logger, tracer
from foyer.runtime.wiring import Wiring


@cache
def door() -> SocketDoor:
    """What answers frames."""
    return SocketDoor(Wiring())


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one frame."""
    request = event["requestContext"]
    door().answer(
        event.get("body"),
        principal=request.get("authorizer") or {},
        connection_id=request["connectionId"],
        fault_id=context.aws_request_id,
    )
    return {"statusCode": 200}
