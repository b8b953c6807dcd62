"""The three tables, by how long things live."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.constructs.removal import removal_policy
from infra.stage import Stage
from infra.suppressions import accept_finding


class Tables(Construct):
    """Conversations, live and directory: each keyed `pk`, `sk`, with `expires_at` as its time to live.

    All three stay on DynamoDB's own key, the default: items are encrypted at rest either way, and a key of the
    account's would add a KMS call's price to cold caches and one more thing to lose, for a company that reads its
    own data in its own account.
    """

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_)
        self.conversations = self._table(
            "Conversations", stage=stage, recoverable=True, stream=dynamodb.StreamViewType.NEW_IMAGE
        )
        self.live = self._table("Live", stage=stage, recoverable=False)
        self.directory = self._table("Directory", stage=stage, recoverable=True)
        accept_finding(
            self.live,
            rule="AwsSolutions-DDB3",
            because="Tickets, connections, timers and counters live for minutes; a restored one would be wrong.",
        )

    def _table(
        self, id_: str, *, stage: Stage, recoverable: bool, stream: dynamodb.StreamViewType | None = None
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            id_,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            encryption=dynamodb.TableEncryption.DEFAULT,
            stream=stream,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=recoverable
            ),
            deletion_protection=stage.removal == "retain",
            removal_policy=removal_policy(stage),
        )
