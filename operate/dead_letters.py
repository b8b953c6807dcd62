"""Queues of dead letters, as a person empties them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_HIDDEN_SECONDS = 3600
"""How long letters stay out of sight if whoever took them is killed; a scan of a large table takes minutes."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message that was taken from a queue and is still in it, out of sight."""

    id: str
    body: str
    receipt: str = field(repr=False)
    attributes: dict[str, Any] = field(default_factory=dict)


class DeadLetters:
    """One queue of them.

    Without waiting, SQS asks only some of a queue's servers, and an empty answer would not mean empty.
    """

    def __init__(self, sqs: "SQSClient", *, url: str, wait_seconds: int = 1) -> None:
        self._sqs = sqs
        self._url = url
        self._wait_seconds = wait_seconds
        self._deleted: set[str] = set()

    @contextmanager
    def taken(self) -> Iterator[list[Letter]]:
        """All letters, out of sight; at the end those that were not deleted can be seen again."""
        letters: dict[str, Letter] = {}
        try:
            while batch := self._receive():
                letters |= {letter.id: letter for letter in batch}
            yield list(letters.values())
        finally:
            for letter in letters.values():
                if letter.id not in self._deleted:
                    self._sqs.change_message_visibility(
                        QueueUrl=self._url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
                    )

    def delete(self, letter: Letter) -> None:
        """Delete a letter for good."""
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)
        self._deleted.add(letter.id)

    def move(self, letter: Letter, *, to: str) -> None:
        """Send a letter to another queue and delete it here: a kill in between doubles it, and nothing loses it."""
        self._sqs.send_message(QueueUrl=to, MessageBody=letter.body, MessageAttributes=letter.attributes)
        self.delete(letter)

    def _receive(self) -> list[Letter]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HIDDEN_SECONDS,
            WaitTimeSeconds=self._wait_seconds,
            MessageAttributeNames=["All"],
        )
        return [
            Letter(
                id=message["MessageId"],
                body=message["Body"],
                receipt=message["ReceiptHandle"],
                attributes=dict(message.get("MessageAttributes", {})),
            )
            for message in answer.get("Messages", [])
        ]
