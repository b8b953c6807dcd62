"""Delays: a queue of what may be due, and the function that looks whether it is."""

import aws_cdk as cdk
from constructs import Construct

from infra.constructs.function import Function, Use, Workshop, on_queue, on_table
from infra.constructs.queues import READING, dead_letter_queue, fed_by, work_queue
from infra.constructs.socket_api import SocketApi
from infra.constructs.tables import Tables

_FUNCTION_TIMEOUT = cdk.Duration.seconds(30)
# AWS asks for at least six times the function's timeout, so that no message shows up again while it is worked on.
_VISIBILITY_TIMEOUT = cdk.Duration.seconds(240)


class TimersQueue(Construct):
    """The timers queue; a message is a hint, whoever gets it re-checks the log.

    Attributes:
        setting: To set timers.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = work_queue(
            self, "Queue", dead_letters=self.dead_letters, visibility_timeout=_VISIBILITY_TIMEOUT, attempts=5
        )
        self.setting = Use(
            environment={"TIMERS_QUEUE_URL": self.queue.queue_url}, access=(on_queue(self.queue, "SendMessage"),)
        )


class Timers(Construct):
    """The function that looks at what the timers queue hands back."""

    def __init__(
        self, scope: Construct, id_: str, *, workshop: Workshop, tables: Tables, timers: TimersQueue, sockets: SocketApi
    ) -> None:
        super().__init__(scope, id_)
        conversations, live, directory = tables.conversations, tables.live, tables.directory
        function = Function(
            self,
            "Function",
            name="timers",
            workshop=workshop,
            timeout=_FUNCTION_TIMEOUT,
            memory_mb=512,
            environment={
                "CONVERSATIONS_TABLE": conversations.table_name,
                "LIVE_TABLE": live.table_name,
                "DIRECTORY_TABLE": directory.table_name,
                "CONNECTIONS_URL": sockets.connections_url,
            },
            access=(
                on_table(conversations.table_arn, "GetItem", "Query", "PutItem", "UpdateItem"),
                on_table(live.table_arn, "GetItem", "Query", "PutItem", "DeleteItem"),
                on_table(directory.table_arn, "Query"),
                sockets.looking,
                on_queue(timers.queue, *READING),
            ),
            uses=(timers.setting,),
            retried_by="The queue shows a failed message again and gives it to its dead letters after five attempts.",
        ).function
        fed_by(self, "Due", function=function, queue=timers.queue, batch_size=10)
