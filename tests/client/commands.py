"""Commands as a client keeps them, how each door takes them, and what an answer means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = Any

OPEN = "room.open"
SOCKET_ACTIONS = frozenset({"message.send", "note.add", "room.accept", "room.decline", "room.close", "room.read"})
"""What may be sent over the socket; all else goes by HTTPS alone."""

_PATHS: Mapping[str, str] = {
    "message.send": "messages",
    "note.add": "notes",
    "room.accept": "accept",
    "room.decline": "decline",
    "room.close": "close",
    "room.read": "read",
    "room.invite": "invite",
    "room.transfer": "transfer",
    "room.rate": "rating",
}
_TO_BE_REPEATED = frozenset({401, 408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing the person did.

    Attributes:
        client_id: Names it for ever; for a command that takes none, only in the outbox.
        action: As on the socket; those that only HTTPS knows are called likewise.
        room_id: Empty for `room.open`.
        body: The body as JSON text: a retry repeats these very characters.
    """

    client_id: str
    action: str
    room_id: str
    body: str

    def path(self, rooms: str) -> str:
        """Where HTTPS takes it, under the path of the caller's rooms."""
        return rooms if self.action == OPEN else f"{rooms}/{self.room_id}/{_PATHS[self.action]}"

    def frame(self, request_id: str) -> str:
        """What the socket takes."""
        envelope = {"action": self.action, "request_id": request_id, "room_id": self.room_id}
        return json.dumps(envelope | json.loads(self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A door's answer; `body` is None for 204, and for what is no JSON."""

    status: int
    body: Json


def meaning(answer: Answer) -> Literal["done", "refused", "again"]:
    """What becomes of a command: it is `done`, `refused` for good, or to be given `again`, unchanged."""
    if 200 <= answer.status < 300:
        return "done"
    if answer.status >= 500 or answer.status in _TO_BE_REPEATED:
        return "again"
    return "refused"


def wished_wait(answer: Answer) -> float:
    """The seconds that a refusal for now asks to wait."""
    wished = answer.body.get("retry_after", 0) if isinstance(answer.body, dict) else 0
    return float(wished)
