"""What the push sender is asked, as messages of a queue."""

import json
from dataclasses import asdict

from foyer.adapters.sqs import delay, sqs_client
from foyer.ports import PushAsk


class SqsPushQueue:
    """`foyer.ports.PushQueue` on SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._client = sqs_client()

    def ask(self, ask: PushAsk, *, delay_seconds: int = 0) -> None:
        """Sends one message. A delay over 15 minutes is cut to that."""
        self._client.send_message(
            QueueUrl=self._queue_url, MessageBody=json.dumps(asdict(ask)), DelaySeconds=delay(delay_seconds)
        )


class NoPushQueue:
    """`foyer.ports.PushQueue` of a stage that has no push: asks nobody."""

    def ask(self, ask: PushAsk, *, delay_seconds: int = 0) -> None:
        """Forgets what was asked."""


def ask_from_body(body: str) -> PushAsk:
    """What a message asks."""
    asked = json.loads(body)
    return PushAsk(**(asked | {"agent_ids": tuple(asked["agent_ids"])}))
