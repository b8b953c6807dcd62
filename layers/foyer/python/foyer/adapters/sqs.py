"""How queues are spoken to."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = 900
"""SQS delays a message by 15 minutes at most."""


def sqs_client() -> "SQSClient":
    """A client whose failures come soon enough for a retry to fit into a function's time."""
    client: SQSClient = boto3.client(
        "sqs", config=Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "max_attempts": 3})
    )
    return client


def delay(seconds: int) -> int:
    """The nearest delay that SQS can make."""
    return min(LONGEST_DELAY_SECONDS, max(0, seconds))
