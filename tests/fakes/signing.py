"""A signer that makes the same token of the same claims, without a key to fetch."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

SECRET = b"known to every test"


class PlainSigner:
    """`foyer.ports.Signer` by a hash over a secret and the claims."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims, readable by anybody, and what only this signer adds."""
        said = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode()).decode().rstrip("=")
        return f"{said}.{_mark(said)}"

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """The claims of a token of its own; None for anything else."""
        said, _, mark = token.partition(".")
        if mark != _mark(said):
            return None
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        return claims


def _mark(said: str) -> str:
    return hashlib.sha256(SECRET + said.encode()).hexdigest()[:32]
