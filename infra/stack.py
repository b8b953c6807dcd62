"""The stack: which capabilities there are, what each builds on, and what the world is told about them."""

import aws_cdk as cdk
from constructs import Construct

from infra.constructs.function import Use, Workshop
from infra.constructs.http_api import HttpApi
from infra.constructs.identity import Identity
from infra.constructs.layers import Layers
from infra.constructs.push import PushKey, PushQueue, PushSender
from infra.constructs.relay import Relay
from infra.constructs.socket_api import SocketApi
from infra.constructs.tables import Tables
from infra.constructs.timers import Timers, TimersQueue
from infra.stage import Stage


class FoyerStack(cdk.Stack):
    """One deployment of Foyer."""

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_, termination_protection=stage.removal == "retain")
        workshop = Workshop(stage=stage, layers=Layers(self, "Layers", stage=stage))
        tables = Tables(self, "Tables", stage=stage)
        identity = Identity(self, "Identity", stage=stage)
        timers = TimersQueue(self, "Timers")
        push_key = PushKey(self, "PushKey", stage=stage)
        push_queue = PushQueue(self, "Push") if stage.push else None
        tells = {"timers": timers.setting, "pushes": push_queue.asking if push_queue else Use()}
        sockets = SocketApi(self, "SocketApi", workshop=workshop, tables=tables, **tells)
        relay = Relay(self, "Relay", workshop=workshop, tables=tables, sockets=sockets, **tells)
        Timers(self, "TimersFunction", workshop=workshop, tables=tables, timers=timers, sockets=sockets)
        if stage.push and push_queue:
            PushSender(
                self,
                "PushSender",
                push=stage.push,
                workshop=workshop,
                tables=tables,
                queue=push_queue,
                key=push_key,
            )
        http = HttpApi(
            self,
            "HttpApi",
            workshop=workshop,
            tables=tables,
            identity=identity,
            sockets=sockets,
            push_key=push_key,
            **tells,
        )
        outputs = {
            "ApiUrl": http.url,
            "SocketUrl": sockets.url,
            "HttpApiId": http.api.api_id,
            "UserPoolId": identity.user_pool.user_pool_id,
            "UserPoolClientId": identity.client.user_pool_client_id,
            "ConversationsTable": tables.conversations.table_name,
            "LiveTable": tables.live.table_name,
            "DirectoryTable": tables.directory.table_name,
            "RelayFunction": relay.function.function_name,
            "RelayDeadLettersUrl": relay.dead_letters.queue_url,
            "TimersQueueUrl": timers.queue.queue_url,
            "TimersDeadLettersUrl": timers.dead_letters.queue_url,
        }
        if push_queue:
            outputs["PushQueueUrl"] = push_queue.queue.queue_url
            outputs["PushDeadLettersUrl"] = push_queue.dead_letters.queue_url
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
