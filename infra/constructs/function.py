"""The one place that makes a Lambda function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.bundling import GENERATED, ROOT
from infra.constructs.layers import Layers
from infra.constructs.removal import removal_policy
from infra.constructs.runtime import architecture, runtime
from infra.stage import Stage
from infra.suppressions import accept_finding

LOG_RETENTION = logs.RetentionDays.ONE_MONTH


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a function may do: these actions on these resources and nothing wider.

    Attributes:
        actions: IAM actions.
        resources: ARNs.
        wildcard: The finding that cdk-nag makes of a `*` in a resource; None where there is no `*`.
        because: Why that `*` is as narrow as it can be.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    wildcard: str | None = None
    because: str = ""


def on_table(table_arn: str, *actions: str) -> Access:
    """Item actions on one table, named without their prefix."""
    return Access(actions=tuple(f"dynamodb:{action}" for action in actions), resources=(table_arn,))


def on_queue(queue: sqs.IQueue, *actions: str) -> Access:
    """Actions on one queue, named without their prefix."""
    return Access(actions=tuple(f"sqs:{action}" for action in actions), resources=(queue.queue_arn,))


@dataclass(frozen=True, kw_only=True)
class Use:
    """Something that functions make use of: what they are told of it, and what they may do to it.

    Attributes:
        environment: What its settings read.
        access: What its role allows.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    access: tuple[Access, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What all functions share."""

    stage: Stage
    layers: Layers


class Function(Construct):
    """One function of `functions/<name>/handler.py` with its own role and log group.

    Its role holds what `access` lists, writing to its own log group, and sending traces where the stage asks for them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        workshop: Workshop,
        environment: Mapping[str, str],
        access: Sequence[Access],
        uses: Sequence[Use] = (),
        timeout: cdk.Duration,
        memory_mb: int = 1024,
        retried_by: str,
        extra_layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        """Make the function.

        Args:
            scope: The construct that it belongs to.
            id_: Its id there.
            name: Its folder under `functions`; also the service name in logs, metrics and traces.
            workshop: The stage and the layers.
            environment: What its settings read, beside what every function gets.
            access: What it may do.
            uses: What else it makes use of, with what it is told and allowed for that.
            timeout: How long one invocation may take.
            memory_mb: Memory; Lambda's share of processor grows with it.
            retried_by: Who repeats a failed invocation, as the reason for having no dead-letter queue of its own.
            extra_layers: What it loads beside the layers of every function.
        """
        super().__init__(scope, id_)
        stage = workshop.stage
        log_group = logs.LogGroup(self, "Logs", retention=LOG_RETENTION, removal_policy=removal_policy(stage))
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        own_logs = Access(actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=(log_group.log_group_arn,))
        for allowed in (*access, *(one for use in uses for one in use.access), own_logs):
            self.role.add_to_policy(
                iam.PolicyStatement(actions=list(allowed.actions), resources=list(allowed.resources))
            )
            if allowed.wildcard is not None:
                accept_finding(self.role, rule=f"AwsSolutions-IAM5[{allowed.wildcard}]", because=allowed.because)
        self.function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(ROOT / "functions" / name), exclude=GENERATED),
            handler="handler.handler",
            runtime=runtime(stage),
            architecture=architecture(stage),
            layers=[*workshop.layers.of_every_function, *extra_layers],
            role=self.role,
            log_group=log_group,
            timeout=timeout,
            memory_size=memory_mb,
            tracing=lambda_.Tracing.ACTIVE if stage.tracing else lambda_.Tracing.DISABLED,
            environment={
                **_common_environment(stage, name=name),
                **environment,
                **{variable: value for use in uses for variable, value in use.environment.items()},
            },
        )
        self._accept_findings(stage, retried_by=retried_by)

    def _accept_findings(self, stage: Stage, *, retried_by: str) -> None:
        accept_finding(
            self.function, rule="Serverless-LambdaDLQ", because=f"Never invoked asynchronously. {retried_by}"
        )
        for rule in ("AwsSolutions-L1", "Serverless-LambdaLatestVersion"):
            accept_finding(
                self.function,
                rule=rule,
                because=f"The house runs Python {stage.python_version}, wheels locked; a newer one is a decision.",
            )
        if stage.tracing:
            accept_finding(
                self.role,
                rule="AwsSolutions-IAM5[Resource::*]",
                because="X-Ray's PutTraceSegments and PutTelemetryRecords have no resource form.",
            )


def _common_environment(stage: Stage, *, name: str) -> dict[str, str]:
    common = {
        "STAGE": stage.name,
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "Foyer",
        "POWERTOOLS_LOG_LEVEL": stage.log_level,
    }
    return common if stage.tracing else {**common, "POWERTOOLS_TRACE_DISABLED": "true"}
