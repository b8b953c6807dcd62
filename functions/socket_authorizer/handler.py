"""Lets a socket in: redeems its ticket, once."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from foyer.api.principals import to_context
from foyer.runtime.telemetry import logger, tracer
from foyer.runtime.wiring import Wiring


@cache
def parts() -> Wiring:
    """What this function works with."""
    return Wiring()


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answers a policy for `$connect`; what it knows of the caller goes along with every event of the connection."""
    ticket = (event.get("queryStringParameters") or {}).get("ticket") or ""
    redeemed = parts().tickets.redeem(ticket)
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow" if redeemed else "Deny",
        "Resource": event["methodArn"],
    }
    answer: dict[str, Any] = {
        "principalId": redeemed.caller.id if redeemed else "nobody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }
    if redeemed:
        answer["context"] = to_context(redeemed.caller, redeemed.device_id)
    return answer
