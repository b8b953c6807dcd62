"""The one way out: the stream of conversations and the function that carries its events to devices."""

import json

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import Access, Function, Use, Workshop, on_queue, on_table
from infra.constructs.queues import dead_letter_queue
from infra.constructs.socket_api import SocketApi
from infra.constructs.tables import Tables
from infra.suppressions import accept_finding

# Heads, entries and read marks change in the same table; only a new event is news.
_NEW_EVENTS = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}


class Relay(Construct):
    """The relay's function, its event source and the dead letters of what it could not deliver."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        workshop: Workshop,
        tables: Tables,
        sockets: SocketApi,
        timers: Use,
        pushes: Use,
    ) -> None:
        """Make the relay.

        Args:
            scope: The construct that it belongs to.
            id_: Its id there.
            workshop: The stage and the layers.
            tables: The tables, whose stream it reads.
            sockets: Where it posts.
            timers: To set timers.
            pushes: To ask for push notifications.
        """
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        accept_finding(
            self.dead_letters,
            rule="AwsSolutions-SQS3",
            because="It is the dead-letter queue of the event source below, where cdk-nag does not look.",
        )
        conversations, live, directory = tables.conversations, tables.live, tables.directory
        stream_arn = conversations.table_stream_arn
        if stream_arn is None:
            raise ValueError("the relay needs the stream of conversations")
        item_actions = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
        self.function = Function(
            self,
            "Function",
            name="room_relay",
            workshop=workshop,
            timeout=cdk.Duration.seconds(60),
            environment={
                "CONVERSATIONS_TABLE": conversations.table_name,
                "LIVE_TABLE": live.table_name,
                "DIRECTORY_TABLE": directory.table_name,
                "CONNECTIONS_URL": sockets.connections_url,
            },
            access=(
                _read_stream(stream_arn),
                on_table(conversations.table_arn, *item_actions),
                on_table(live.table_arn, "Query", "PutItem", "DeleteItem"),
                on_table(directory.table_arn, "Query"),
                sockets.posting,
                on_queue(self.dead_letters, "SendMessage"),
            ),
            uses=(timers, pushes),
            retried_by="Its event source repeats a failed batch and gives it to the dead letters at last.",
        ).function
        lambda_.CfnEventSourceMapping(
            self,
            "NewEvents",
            function_name=self.function.function_name,
            event_source_arn=stream_arn,
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(_NEW_EVENTS))]
            ),
            # LATEST is where polling starts some minutes after the mapping is made, and what was said in between
            # would never be carried out. From the horizon on nothing is missed, and a repeat is dropped by `seq`.
            starting_position="TRIM_HORIZON",
            batch_size=25,
            maximum_batching_window_in_seconds=0,
            parallelization_factor=10,
            # A record that keeps failing would block its shard for a day: bounded in attempts and in age.
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=8,
            maximum_record_age_in_seconds=3600,
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=self.dead_letters.queue_arn)
            ),
        )


def _read_stream(stream_arn: str) -> Access:
    actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    return Access(actions=tuple(f"dynamodb:{action}" for action in actions), resources=(stream_arn,))
