"""Who calls: from what the gateway or an authorizer verified, never from a body."""

import json
from collections.abc import Mapping
from typing import Any

from foyer.domain.errors import Refusal
from foyer.domain.people import Caller

ADMIN_GROUP = "admin"


def agent_of_claims(claims: Mapping[str, Any]) -> tuple[str, bool]:
    """An agent's id and whether it is an admin, from the claims of a verified access token.

    The gateway checks signature, issuer, client and expiry; it would take an ID token as well, so that is refused
    here. It hands groups over as text, "[admin staff]".

    Raises:
        Refusal: `unauthenticated`.
    """
    if claims.get("token_use") != "access" or not claims.get("sub"):
        raise Refusal("unauthenticated", "send the user pool's access token")
    groups = claims.get("cognito:groups") or ""
    names = groups if isinstance(groups, list) else str(groups).strip("[]").replace(",", " ").split()
    return str(claims["sub"]), ADMIN_GROUP in names


def bearer(authorization: str | None) -> str | None:
    """The token of an `Authorization: Bearer` header; None for any other."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def to_context(caller: Caller, device_id: str | None) -> dict[str, str]:
    """What the socket authorizer hands to every later event of a connection: texts only, as the gateway wants."""
    return {
        "kind": caller.kind,
        "id": caller.id,
        "name": json.dumps(caller.name),
        "departments": json.dumps(sorted(caller.department_ids)),
        "admin": json.dumps(caller.admin),
        "device_id": device_id or "",
    }


def from_context(context: Mapping[str, Any]) -> tuple[Caller, str | None]:
    """The caller and the device of a connection.

    Raises:
        Refusal: `unauthenticated`: the event did not come through the authorizer.
    """
    try:
        caller = Caller(
            kind=context["kind"],
            id=context["id"],
            name=json.loads(context["name"]),
            department_ids=frozenset(json.loads(context["departments"])),
            admin=json.loads(context["admin"]) is True,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal("unauthenticated", "the connection has no principal") from error
    return caller, context.get("device_id") or None
