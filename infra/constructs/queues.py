"""SQS queues as all of Foyer's are: encrypted, over TLS alone, with a place for what cannot be processed."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.suppressions import accept_finding


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
