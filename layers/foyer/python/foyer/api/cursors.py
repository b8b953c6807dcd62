"""Opaque cursors: small JSON values in base64url. They hold no secret and grant nothing; a bent one is refused."""

import base64
import json
from typing import Any

from foyer.api import documents
from foyer.domain.errors import invalid


def encode(value: Any) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> list[Any]:
    """The position of a cursor: a list of values of these types.

    Raises:
        Refusal: `validation_failed`: it is not one of ours.
    """
    try:
        values = documents.read(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise invalid("cursor", "not a cursor of this list") from error
    fits = isinstance(values, list) and [type(value) for value in values] == list(kinds)
    if not fits or not documents.speakable(values):
        raise invalid("cursor", "not a cursor of this list")
    return list(values)
