"""Refusals as RFC 9457 problems: the one table from codes to statuses, for both doors."""

from collections.abc import Callable
from typing import Any, Final

from foyer.domain.errors import Code, Refusal

CONTENT_TYPE: Final = "application/problem+json"

TABLE: Final[dict[Code, tuple[int, str]]] = {
    "unauthenticated": (401, "Sign in first"),
    "forbidden": (403, "You may not do this"),
    "not_a_participant": (403, "You do not take part in the room"),
    "not_found": (404, "There is no such thing, or not for you"),
    "already_taken": (409, "The offer has ended"),
    "room_closed": (409, "The room is closed"),
    "room_open": (409, "You have an open room"),
    "client_id_reused": (409, "The client_id named another command"),
    "version_conflict": (409, "It was changed since"),
    "shortcut_taken": (409, "The shortcut is taken"),
    "too_large": (413, "Larger than 32 KB"),
    "validation_failed": (422, "Something in the request is not valid"),
    "rate_limited": (429, "Too often"),
    "internal": (500, "Something went wrong on our side"),
}
"""Code → status and title (contract.md, "Codes")."""


def problem(
    refusal: Refusal, *, request_id: str | None = None, name: Callable[[str], str | None] | None = None
) -> dict[str, Any]:
    """The problem's members.

    Args:
        refusal: What was refused.
        request_id: Shown for `internal`, where it is all that is shown.
        name: From an agent's id to its name, for `taken_by`.
    """
    status, title = TABLE[refusal.code]
    shown: dict[str, Any] = {
        "type": f"urn:foyer:problem:{refusal.code}",
        "title": title,
        "status": status,
        "code": refusal.code,
    }
    if refusal.code == "internal":
        return shown | {"request_id": request_id}
    if refusal.detail:
        shown["detail"] = refusal.detail
    shown |= refusal.extra
    if refusal.code == "already_taken":
        agent_id = refusal.extra.get("taken_by")
        shown["taken_by"] = {"id": agent_id, "name": name(agent_id) if name else None} if agent_id else None
    return shown


def status_of(code: Code) -> int:
    """The HTTP status of a code."""
    return TABLE[code][0]
