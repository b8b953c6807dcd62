"""The HTTPS door: the gateway, the public calls of visitors and the agents' calls behind the user pool."""

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.addresses import http_url
from infra.constructs.access_log import AccessLog
from infra.constructs.function import Function, Use, Workshop, on_table
from infra.constructs.identity import Identity
from infra.constructs.push import PushKey
from infra.constructs.socket_api import SocketApi
from infra.constructs.tables import Tables
from infra.suppressions import accept_finding

_TIMEOUT = cdk.Duration.seconds(10)
_RETRIED_BY = "The caller is told at once and repeats."
_ITEM_ACTIONS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
_LOG_FIELDS = (
    "requestId",
    "requestTime",
    "httpMethod",
    "path",
    "routeKey",
    "protocol",
    "identity.sourceIp",
    "status",
    "responseLength",
    "integrationLatency",
    "integrationErrorMessage",
    "authorizer.error",
)

_GET, _POST = apigatewayv2.HttpMethod.GET, apigatewayv2.HttpMethod.POST
# Spelled out, since ANY would catch OPTIONS: a preflight then meets the authorizer, without a token, instead of
# the gateway's own answer. A method that is not here gets the gateway's 404.
_METHODS = [_GET, _POST, apigatewayv2.HttpMethod.PUT, apigatewayv2.HttpMethod.DELETE]


class HttpApi(Construct):
    """The HTTP API with its two functions."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        workshop: Workshop,
        tables: Tables,
        identity: Identity,
        sockets: SocketApi,
        timers: Use,
        pushes: Use,
        push_key: PushKey,
    ) -> None:
        """Make the API.

        Args:
            scope: The construct that it belongs to.
            id_: Its id there.
            workshop: The stage and the layers.
            tables: The tables.
            identity: Who an agent is.
            sockets: The other door.
            timers: To set timers.
            pushes: To ask for push notifications.
            push_key: What the lock screen's answers are verified with.
        """
        super().__init__(scope, id_)
        stage = workshop.stage
        self.api = apigatewayv2.HttpApi(
            self,
            "Api",
            create_default_stage=False,
            cors_preflight=apigatewayv2.CorsPreflightOptions(
                allow_origins=list(stage.allowed_origins),
                allow_methods=[apigatewayv2.CorsHttpMethod(method.value) for method in _METHODS],
                allow_headers=["Authorization", "Content-Type", "If-None-Match"],
                expose_headers=["ETag", "Retry-After", "Date"],
                max_age=cdk.Duration.hours(1),
            ),
        )
        self.url = http_url(stage, api_id=self.api.api_id)
        apigatewayv2.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(rate_limit=500, burst_limit=1000),
            access_log_settings=AccessLog(self, "AccessLogs", stage=stage, fields=_LOG_FIELDS),
        )
        visitors = self._visitor_api(
            workshop, tables=tables, identity=identity, sockets=sockets, uses=(timers, push_key.reading)
        )
        agents = self._agent_api(workshop, tables=tables, sockets=sockets, uses=(timers, pushes))
        self._route_public(visitors, path="/v1/visitor", methods=_METHODS)
        self._route_public(visitors, path="/v1/visitor/{proxy+}", methods=_METHODS)
        self._route_public(visitors, path="/v1/config", methods=[_GET])
        self._route_public(visitors, path="/v1/push/actions", methods=[_POST])
        self.api.add_routes(
            path="/v1/{proxy+}",
            methods=_METHODS,
            integration=integrations.HttpLambdaIntegration("Agents", agents, scope_permission_to_route=False),
            authorizer=authorizers.HttpUserPoolAuthorizer(
                "AgentToken", identity.user_pool, user_pool_clients=[identity.client]
            ),
        )

    def _route_public(
        self, visitors: integrations.HttpLambdaIntegration, *, path: str, methods: list[apigatewayv2.HttpMethod]
    ) -> None:
        for route in self.api.add_routes(path=path, methods=methods, integration=visitors):
            accept_finding(
                route,
                rule="AwsSolutions-APIG4",
                because="Public by contract: the function checks the visitor's token, where the call takes one.",
            )

    def _visitor_api(
        self, workshop: Workshop, *, tables: Tables, identity: Identity, sockets: SocketApi, uses: tuple[Use, ...]
    ) -> integrations.HttpLambdaIntegration:
        stage, limits = workshop.stage, workshop.stage.limits
        function = Function(
            self,
            "VisitorApi",
            name="visitor_api",
            workshop=workshop,
            timeout=_TIMEOUT,
            environment={
                "CONVERSATIONS_TABLE": tables.conversations.table_name,
                "LIVE_TABLE": tables.live.table_name,
                "DIRECTORY_TABLE": tables.directory.table_name,
                "API_URL": self.url,
                "SOCKET_URL": sockets.url,
                "CONNECTIONS_URL": sockets.connections_url,
                "USER_POOL_ID": identity.user_pool.user_pool_id,
                "USER_POOL_CLIENT_ID": identity.client.user_pool_client_id,
                "COGNITO_ENDPOINT": stage.gateway_url or "",
                "VAPID_PUBLIC_KEY": (stage.push.vapid_public_key if stage.push else None) or "",
                "RETENTION_DAYS": str(stage.retention_days),
                "SESSIONS_PER_ADDRESS": str(limits.sessions_per_address),
                "TICKETS_PER_CALLER": str(limits.tickets_per_caller),
                "ROOMS_PER_VISITOR": str(limits.rooms_per_visitor),
            },
            access=(
                on_table(tables.conversations.table_arn, *_ITEM_ACTIONS),
                on_table(tables.directory.table_arn, "Query"),
                on_table(tables.live.table_arn, "Query", "PutItem", "UpdateItem", "DeleteItem"),
                sockets.posting,
            ),
            uses=uses,
            retried_by=_RETRIED_BY,
        ).function
        return integrations.HttpLambdaIntegration("Visitors", function, scope_permission_to_route=False)

    def _agent_api(
        self, workshop: Workshop, *, tables: Tables, sockets: SocketApi, uses: tuple[Use, ...]
    ) -> lambda_.IFunction:
        return Function(
            self,
            "AgentApi",
            name="agent_api",
            workshop=workshop,
            timeout=_TIMEOUT,
            environment={
                "CONVERSATIONS_TABLE": tables.conversations.table_name,
                "LIVE_TABLE": tables.live.table_name,
                "DIRECTORY_TABLE": tables.directory.table_name,
                "SOCKET_URL": sockets.url,
                "CONNECTIONS_URL": sockets.connections_url,
                "TICKETS_PER_CALLER": str(workshop.stage.limits.tickets_per_caller),
            },
            access=(
                on_table(tables.conversations.table_arn, *_ITEM_ACTIONS),
                on_table(tables.directory.table_arn, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                on_table(tables.live.table_arn, "Query", "PutItem", "UpdateItem", "DeleteItem"),
                sockets.posting,
            ),
            uses=uses,
            retried_by=_RETRIED_BY,
        ).function
