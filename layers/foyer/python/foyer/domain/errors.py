"""Refusals: the one exception by which a rule says no."""

from collections.abc import Mapping
from typing import Any, Literal

Code = Literal[
    "unauthenticated",
    "forbidden",
    "not_a_participant",
    "not_found",
    "already_taken",
    "room_closed",
    "room_open",
    "client_id_reused",
    "version_conflict",
    "shortcut_taken",
    "too_large",
    "validation_failed",
    "rate_limited",
    "internal",
]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A command or request was refused and changed nothing.

    Args:
        code: The stable code that clients see (contract.md, "Codes").
        detail: A sentence for a developer; never holds a message's text or a secret.
        extra: Further members of the problem, such as `room_id` or `retry_after`.
    """

    def __init__(self, code: Code, detail: str = "", **extra: Any) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: Code = code
        self.detail = detail
        self.extra: Mapping[str, Any] = extra


def invalid(field: str, message: str) -> Refusal:
    """A `validation_failed` that names one field."""
    return Refusal("validation_failed", f"{field}: {message}", fields=[{"field": field, "message": message}])
