"""SQS queues as all of Foyer's are: encrypted, over TLS alone, with a place for what cannot be processed."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.suppressions import accept_finding

READING = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
"""What a function may do to the queue that feeds it: Lambda reads it in the function's name."""


def dead_letter_queue(scope: Construct, id_: str) -> sqs.Queue:
    """A queue that keeps what failed for as long as SQS can: two weeks for a person to look."""
    queue = sqs.Queue(
        scope,
        id_,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
    )
    accept_finding(
        queue,
        rule="Serverless-SQSRedrivePolicy",
        because="It is a dead-letter queue: nothing reads it but a person.",
    )
    return queue


def work_queue(
    scope: Construct, id_: str, *, dead_letters: sqs.IQueue, visibility_timeout: cdk.Duration, attempts: int
) -> sqs.Queue:
    """A queue whose messages move to the dead letters after so many attempts."""
    return sqs.Queue(
        scope,
        id_,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=visibility_timeout,
        retention_period=cdk.Duration.days(4),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=attempts),
    )


def fed_by(
    scope: Construct,
    id_: str,
    *,
    function: lambda_.IFunction,
    queue: sqs.IQueue,
    batch_size: int,
    at_once: int | None = None,
) -> None:
    """Have a queue's messages handed to a function, which answers with those that failed.

    Args:
        scope: The construct that the mapping belongs to.
        id_: Its id there.
        function: Who gets them.
        queue: Where they come from.
        batch_size: How many it gets at most.
        at_once: How many batches are worked on side by side; None: as many as Lambda likes.
    """
    mapping = lambda_.CfnEventSourceMapping(
        scope,
        id_,
        function_name=function.function_name,
        event_source_arn=queue.queue_arn,
        batch_size=batch_size,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=None
        if at_once is None
        else lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=at_once),
    )
    accept_finding(
        mapping,
        rule="Serverless-LambdaEventSourceMappingDestination",
        because="Failures of a queue go where its redrive policy says; its mapping takes no destination.",
    )
