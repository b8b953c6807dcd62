"""Timers as delayed messages of a queue. Whoever gets a timer that is not due yet sets it again."""

import json
from dataclasses import asdict

from foyer.adapters.sqs import delay, sqs_client
from foyer.ports import Timer


class SqsTimers:
    """`foyer.ports.Timers` on SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._client = sqs_client()

    def set(self, timer: Timer, *, now: int) -> None:
        """Sends one delayed message."""
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(asdict(timer)),
            DelaySeconds=delay(-((now - timer.due_at) // 1000)),
        )


def timer_from_body(body: str) -> Timer:
    """The timer that a message carries."""
    return Timer(**json.loads(body))
