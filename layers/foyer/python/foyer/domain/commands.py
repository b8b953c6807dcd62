"""What can be asked of a room. Each command appends one event at most, but for opening with a text."""

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from foyer.domain.people import Caller
from foyer.domain.rooms import ClosedBy, UnattendedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries.

    Attributes:
        client_id: Names the command; unique per caller, repeated unchanged by a retry.
        after: The last `seq` that the caller had when the command was made. A hint where a repeat may lie, no part
            of what is asked.
        at: When the command is decided, milliseconds since 1970.
    """

    caller: Caller
    client_id: str
    at: int
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(Command):
    """A visitor opens a room in a department, maybe with first words. `expires_at` is in seconds."""

    room_id: str
    department_id: str
    page: Mapping[str, str]
    expires_at: int
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Command):
    """A visitor or a participating agent writes."""

    text: str
    canned_response_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """A participating agent writes what no visitor sees."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command):
    """An agent takes an offer: the one named, or the newest that stands for it."""

    offer: int | None = None
    hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(Command):
    """An agent wants no part of an offer: the one named, or the newest that stands for it."""

    offer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Command):
    """A participating agent offers the room to one more agent."""

    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Command):
    """A participating agent or an admin hands the room to an agent or a department: exactly one is given."""

    agent_id: str | None = None
    department_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """A visitor ends the room, an agent closes its tab, or the system closes for a `reason`.

    `judged` is the `seq` of the room that the system judged by: the command is void once the room went on. None: not
    compared.
    """

    reason: str = "closed"
    judged: int | None = None

    @property
    def closed_by(self) -> ClosedBy:
        """Who closes, in the contract's words."""
        return self.caller.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Command):
    """The visitor says how it was: 1 to 5, once."""

    score: int
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnattended(Command):
    """The system tells the visitor that nobody takes the room.

    `offers` are the standing offers that it judged by: the report is void once others stand. None: not compared.
    """

    reason: UnattendedReason
    offers: tuple[int, ...] | None = None


def system_client_id(room_id: str, cause: int, purpose: str) -> str:
    """Names a command of the system after what caused it, so that a repeated cause repeats the command."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{room_id}/{cause}/{purpose}"))


_NOT_ASKED = frozenset({"caller", "client_id", "at", "after", "expires_at"})


def fingerprint(command: Command) -> str:
    """What tells two commands under one `client_id` apart: a hash of what is asked, 64 bits of it."""
    asked: dict[str, Any] = {
        one.name: value
        for one in fields(command)
        if one.name not in _NOT_ASKED and (value := getattr(command, one.name)) is not None
    }
    text = json.dumps([type(command).__name__, asked], sort_keys=True, default=dict)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:8]).decode().rstrip("=")
