"""Access logs of the APIs: structured, kept for a month, and free of query strings, which carry tickets."""

import json
from collections.abc import Sequence

import jsii
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.function import LOG_RETENTION
from infra.constructs.removal import removal_policy
from infra.stage import Stage


@jsii.implements(apigatewayv2.IAccessLogSettings)
class AccessLog:
    """A log group and one JSON line per request with just the fields named."""

    def __init__(self, scope: Construct, id_: str, *, stage: Stage, fields: Sequence[str]) -> None:
        """Make the log group.

        Args:
            scope: The construct that it belongs to.
            id_: Its id there.
            stage: Decides what becomes of the logs.
            fields: Names of API Gateway's `$context` variables.
        """
        self._group = logs.LogGroup(scope, id_, retention=LOG_RETENTION, removal_policy=removal_policy(stage))
        self._line = json.dumps({field: f"$context.{field}" for field in fields})

    @property
    def destination(self) -> apigatewayv2.IAccessLogDestination:
        """Where the lines go."""
        return apigatewayv2.LogGroupLogDestination(self._group)

    @property
    def format(self) -> apigateway.AccessLogFormat:
        """How a line is written."""
        return apigateway.AccessLogFormat.custom(self._line)
