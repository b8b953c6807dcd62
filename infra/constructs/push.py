"""Push notifications: the key behind the lock screen's buttons, the queue, and the function that sends."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.function import Access, Function, Use, Workshop, on_queue, on_table
from infra.constructs.queues import READING, dead_letter_queue, fed_by, work_queue
from infra.constructs.removal import removal_policy
from infra.constructs.tables import Tables
from infra.stage import Push, Stage
from infra.suppressions import accept_finding

_FUNCTION_TIMEOUT = cdk.Duration.seconds(30)
# AWS asks for at least six times the function's timeout, so that no message shows up again while it is worked on.
_VISIBILITY_TIMEOUT = cdk.Duration.seconds(180)
# Providers are slow at times and refuse who asks too often. A notification waits in the queue rather than with them.
_SENDERS_AT_ONCE = 10


class PushKey(Construct):
    """The key that signs what a lock screen may answer with: the sender signs, the visitors' function verifies.

    Made with every stack, push or not, so that `POST /push/actions` always knows its own tokens from others'.

    Attributes:
        reading: To sign or verify.
    """

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_)
        secret = secretsmanager.Secret(
            self,
            "Secret",
            description="Signs the tokens with which a lock screen answers an offer",
            # Encrypted with the account's own key for Secrets Manager, for the reasons given at the tables.
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=48, exclude_punctuation=True),
            removal_policy=removal_policy(stage),
        )
        accept_finding(
            secret,
            rule="AwsSolutions-SMG4",
            because="A rotated key voids the tokens on lock screens. The code takes several keys, the newest last, "
            "so a person can replace it in two steps.",
        )
        self.reading = Use(environment={"PUSH_KEY_SECRET": secret.secret_arn}, access=(_on_secrets(secret.secret_arn),))


class PushQueue(Construct):
    """What the push sender is asked to look at.

    Attributes:
        asking: To ask for notifications.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = work_queue(
            self, "Queue", dead_letters=self.dead_letters, visibility_timeout=_VISIBILITY_TIMEOUT, attempts=5
        )
        self.asking = Use(
            environment={"PUSH_QUEUE_URL": self.queue.queue_url}, access=(on_queue(self.queue, "SendMessage"),)
        )


class PushSender(Construct):
    """The function that hands notifications to Apple, to Google and to browsers' push services.

    A function and a queue of its own, for providers are slow and fail: the relay does not wait for them, and nobody
    else starts with what encrypting for browsers takes.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        push: Push,
        workshop: Workshop,
        tables: Tables,
        queue: PushQueue,
        key: PushKey,
    ) -> None:
        super().__init__(scope, id_)
        conversations, live, directory = tables.conversations, tables.live, tables.directory
        layer = workshop.layers.push
        if layer is None:
            raise ValueError("the push sender needs the layer of a stage that pushes")
        function = Function(
            self,
            "Function",
            name="push_sender",
            workshop=workshop,
            timeout=_FUNCTION_TIMEOUT,
            memory_mb=512,
            environment={
                "CONVERSATIONS_TABLE": conversations.table_name,
                "LIVE_TABLE": live.table_name,
                "DIRECTORY_TABLE": directory.table_name,
            },
            access=(
                on_table(conversations.table_arn, "GetItem", "BatchGetItem", "Query", "UpdateItem"),
                on_table(live.table_arn, "Query", "PutItem", "DeleteItem"),
                on_table(directory.table_arn, "Query", "UpdateItem", "DeleteItem"),
                on_queue(queue.queue, *READING),
            ),
            uses=(key.reading, _known_services(push), *_providers(self, push=push)),
            extra_layers=(layer,),
            retried_by="The queue shows a failed message again and gives it to its dead letters after five attempts.",
        ).function
        fed_by(self, "Asked", function=function, queue=queue.queue, batch_size=5, at_once=_SENDERS_AT_ONCE)


def _known_services(push: Push) -> Use:
    """To judge a browser's subscription: only hosts of push services are ever posted to."""
    return Use(environment={"PUSH_SERVICES": ",".join(push.services)}) if push.services else Use()


def _providers(scope: Construct, *, push: Push) -> list[Use]:
    uses = []
    if push.vapid_secret is not None:
        # The secret is made by an operator, so only its name is known; Secrets Manager adds six characters to it.
        arn = cdk.Stack.of(scope).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{push.vapid_secret}-??????",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        uses.append(Use(environment={"VAPID_SECRET": push.vapid_secret}, access=(_on_secrets(arn),)))
    for variable, application in (
        ("APNS_APPLICATION", push.apns_application),
        ("FCM_APPLICATION", push.fcm_application),
    ):
        if application is not None:
            uses.append(Use(environment={variable: application}, access=_on_application(application)))
    if push.texts:
        uses.append(Use(environment={"PUSH_TEXTS": "true"}))
    return uses


def _on_application(application: str) -> tuple[Access, Access]:
    endpoints = f"{application.replace(':app/', ':endpoint/', 1)}/*"
    return (
        Access(actions=("sns:CreatePlatformEndpoint",), resources=(application,)),
        Access(
            actions=("sns:SetEndpointAttributes", "sns:Publish"),
            resources=(endpoints,),
            wildcard=f"Resource::{endpoints}",
            because="Each device is an endpoint of its own; a role can only name all of this one application's.",
        ),
    )


def _on_secrets(*arns: str) -> Access:
    return Access(actions=("secretsmanager:GetSecretValue",), resources=arns)
