"""Writes down sockets that open and forgets those that close."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.api.principals import from_context
from foyer.runtime.telemetry import logger, tracer
from foyer.runtime.wiring import Wiring


@cache
def parts() -> Wiring:
    """What this function works with."""
    return Wiring()


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answers `$connect` and `$disconnect`."""
    request = event["requestContext"]
    caller, device_id = from_context(request.get("authorizer") or {})
    if request["eventType"] == "CONNECT":
        parts().presence.connected(request["connectionId"], caller, device_id=device_id)
    else:
        parts().presence.disconnected(request["connectionId"], caller)
    return {"statusCode": 200}
