"""Delays: a queue of what may be due, and the function that looks whether it is."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import Function, Workshop, on_queue, on_table
from infra.constructs.queues import dead_letter_queue, work_queue
from infra.constructs.tables import Tables
from infra.suppressions import accept_finding

_FUNCTION_TIMEOUT = cdk.Duration.seconds(30)
# AWS asks for at least six times the function's timeout, so that no message shows up again while it is worked on.
_VISIBILITY_TIMEOUT = cdk.Duration.seconds(240)


class Timers(Construct):
    """The timers queue and its function; a message is a hint, the function re-checks the log."""

    def __init__(self, scope: Construct, id_: str, *, workshop: Workshop, tables: Tables) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = work_queue(
            self, "Queue", dead_letters=self.dead_letters, visibility_timeout=_VISIBILITY_TIMEOUT, attempts=5
        )
        conversations, live = tables.conversations, tables.live
        timers = Function(
            self,
            "Function",
            name="timers",
            workshop=workshop,
            timeout=_FUNCTION_TIMEOUT,
            memory_mb=512,
            environment={
                "CONVERSATIONS_TABLE": conversations.table_name,
                "LIVE_TABLE": live.table_name,
                "TIMERS_QUEUE_URL": self.queue.queue_url,
            },
            access=(
                on_table(conversations.table_arn, "GetItem", "Query", "PutItem", "UpdateItem"),
                on_table(live.table_arn, "GetItem", "Query"),
                on_queue(self.queue, "SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
            ),
            retried_by="The queue shows a failed message again and gives it to its dead letters after five attempts.",
        )
        due = lambda_.CfnEventSourceMapping(
            self,
            "Due",
            function_name=timers.function.function_name,
            event_source_arn=self.queue.queue_arn,
            batch_size=10,
            function_response_types=["ReportBatchItemFailures"],
        )
        accept_finding(
            due,
            rule="Serverless-LambdaEventSourceMappingDestination",
            because="Failures of a queue go where its redrive policy says; its mapping takes no destination.",
        )
