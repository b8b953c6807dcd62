"""Timers as delayed messages of a queue."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from foyer.ports import Timer

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = 900
"""SQS delays by 15 minutes at most; whoever gets a timer that is not due yet sets it again."""


class SqsTimers:
    """`foyer.ports.Timers` on SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._client: SQSClient = boto3.client(
            "sqs", config=Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "max_attempts": 3})
        )

    def set(self, timer: Timer, *, now: int) -> None:
        """Sends one delayed message."""
        delay = min(LONGEST_DELAY_SECONDS, max(0, -((now - timer.due_at) // 1000)))
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(asdict(timer)), DelaySeconds=delay)


def timer_from_body(body: str) -> Timer:
    """The timer that a message carries."""
    return Timer(**json.loads(body))
