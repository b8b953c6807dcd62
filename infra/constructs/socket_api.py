"""The WebSocket door: the gateway, the ticket's authorizer, sessions and commands."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.addresses import SOCKET_STAGE, connections_url, socket_url
from infra.constructs.access_log import AccessLog
from infra.constructs.function import Access, Function, Use, Workshop, on_table
from infra.constructs.tables import Tables
from infra.suppressions import accept_finding

_TIMEOUT = cdk.Duration.seconds(10)
_RETRIED_BY = "The client is told at once and repeats."
_LOG_FIELDS = (
    "requestId",
    "requestTime",
    "eventType",
    "routeKey",
    "connectionId",
    "identity.sourceIp",
    "status",
    "integrationLatency",
    "integrationErrorMessage",
    "authorizer.status",
    "authorizer.latency",
)


class SocketApi(Construct):
    """The WebSocket API with its three functions, and what others need to reach its connections.

    Attributes:
        posting: To post frames.
        looking: To see whether a connection is open.
    """

    def __init__(
        self, scope: Construct, id_: str, *, workshop: Workshop, tables: Tables, timers: Use, pushes: Use
    ) -> None:
        """Make the API.

        Args:
            scope: The construct that it belongs to.
            id_: Its id there.
            workshop: The stage and the layers.
            tables: The tables.
            timers: To set timers.
            pushes: To ask for push notifications.
        """
        super().__init__(scope, id_)
        stage = workshop.stage
        self.api = apigatewayv2.WebSocketApi(self, "Api", route_selection_expression="$request.body.action")
        self.url = socket_url(stage, api_id=self.api.api_id)
        self.connections_url = connections_url(stage, api_id=self.api.api_id)
        self.posting = self._on_connections("POST")
        self.looking = self._on_connections("GET")
        session = self._session(workshop, tables=tables, timers=timers)
        ticket = authorizers.WebSocketLambdaAuthorizer(
            "Ticket",
            self._authorizer(workshop, tables=tables),
            # Without the parameter the gateway refuses by itself. A ticket is spent by its first use, so a cached
            # answer would let it in twice: WebSocket APIs do not cache, and no lifetime is set here either.
            identity_source=["route.request.querystring.ticket"],
        )
        self.api.add_route(
            "$connect",
            integration=integrations.WebSocketLambdaIntegration("Opened", session),
            authorizer=ticket,
        )
        later = (
            self.api.add_route("$disconnect", integration=integrations.WebSocketLambdaIntegration("Closed", session)),
            self.api.add_route(
                "$default",
                integration=integrations.WebSocketLambdaIntegration(
                    "Command", self._commands(workshop, tables=tables, uses=(timers, pushes))
                ),
            ),
        )
        for route in later:
            accept_finding(
                route,
                rule="AwsSolutions-APIG4",
                because="A WebSocket API authorizes at $connect alone, and that route demands a ticket.",
            )
        door = apigatewayv2.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=SOCKET_STAGE,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(rate_limit=1000, burst_limit=1000),
            access_log_settings=AccessLog(self, "AccessLogs", stage=stage, fields=_LOG_FIELDS),
        )
        door.node.add_dependency(_log_role_of_the_account(self))

    def _on_connections(self, method: str) -> Access:
        connections = f"{SOCKET_STAGE}/{method}/@connections/*"
        return Access(
            actions=("execute-api:ManageConnections",),
            resources=(
                cdk.Stack.of(self).format_arn(
                    service="execute-api", resource=self.api.api_id, resource_name=connections
                ),
            ),
            wildcard=(
                "Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
                f"<{_logical_id(self.api)}>/{connections}"
            ),
            because="Connections come and go; a role can only name all of this one API's stage.",
        )

    def _authorizer(self, workshop: Workshop, *, tables: Tables) -> lambda_.IFunction:
        return Function(
            self,
            "Authorizer",
            name="socket_authorizer",
            workshop=workshop,
            timeout=_TIMEOUT,
            environment={"LIVE_TABLE": tables.live.table_name},
            access=(on_table(tables.live.table_arn, "DeleteItem"),),
            retried_by=_RETRIED_BY,
        ).function

    def _session(self, workshop: Workshop, *, tables: Tables, timers: Use) -> lambda_.IFunction:
        return Function(
            self,
            "Session",
            name="socket_session",
            workshop=workshop,
            timeout=_TIMEOUT,
            environment={"LIVE_TABLE": tables.live.table_name},
            access=(on_table(tables.live.table_arn, "PutItem", "DeleteItem", "Query"),),
            uses=(timers,),
            retried_by=_RETRIED_BY,
        ).function

    def _commands(self, workshop: Workshop, *, tables: Tables, uses: tuple[Use, ...]) -> lambda_.IFunction:
        conversations, live, directory = tables.conversations, tables.live, tables.directory
        item_actions = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
        return Function(
            self,
            "Commands",
            name="socket_commands",
            workshop=workshop,
            timeout=_TIMEOUT,
            environment={
                "CONVERSATIONS_TABLE": conversations.table_name,
                "LIVE_TABLE": live.table_name,
                "DIRECTORY_TABLE": directory.table_name,
                "CONNECTIONS_URL": self.connections_url,
            },
            access=(
                on_table(conversations.table_arn, *item_actions),
                on_table(directory.table_arn, "Query"),
                on_table(live.table_arn, "Query", "PutItem", "DeleteItem"),
                self.posting,
            ),
            uses=uses,
            retried_by=_RETRIED_BY,
        ).function


def _logical_id(api: apigatewayv2.WebSocketApi) -> str:
    return str(cdk.Stack.of(api).get_logical_id(cast("cdk.CfnElement", api.node.default_child)))


def _log_role_of_the_account(scope: Construct) -> apigateway.CfnAccount:
    """The role that API Gateway writes a WebSocket API's logs with: one per account and region.

    Without it a stage with access logs is refused. It outlives the stack, since other stacks' APIs may have come to
    rely on it.
    """
    role = iam.Role(
        scope,
        "AccountLogRole",
        assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
        managed_policies=[
            iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
        ],
    )
    role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    accept_finding(
        role,
        rule="AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
        because="The policy that API Gateway checks for when the account's log role is set.",
    )
    account = apigateway.CfnAccount(scope, "Account", cloud_watch_role_arn=role.role_arn)
    account.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return account
