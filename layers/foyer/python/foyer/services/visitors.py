"""Visitors: sessions by opaque tokens, profiles, the pages they looked at."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from foyer.domain.errors import Refusal
from foyer.domain.people import Caller
from foyer.domain.texts import PAGES_KEPT
from foyer.ports import Clock, VersionConflictError, Visitor, VisitorStore
from foyer.services.rooms import expires_at

TOKEN_DAYS = 30
TOKENS_KEPT = 5
"""How many tokens of one visitor are valid side by side, so that renewing one tab's does not end another's."""
ATTEMPTS = 5
ID_LENGTH = 64
"""No visitor's id is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A visitor's token. It is shown once and stored as a hash. `expires_at` is in milliseconds since 1970."""

    visitor: Visitor
    token: str
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """The use cases of visitors."""

    store: VisitorStore
    clock: Clock
    retention_days: int

    def start(self, *, known: Visitor | None, changes: Mapping[str, Any], browser: str | None) -> Session:
        """A new session: for the visitor that a valid token named, else for a new one."""
        secret = secrets.token_urlsafe(32)
        now = self.clock()
        ends = now // 1000 + TOKEN_DAYS * 86_400

        def with_token(visitor: Visitor) -> Visitor:
            valid = {key: end for key, end in (visitor.tokens or {}).items() if end > now // 1000}
            newest = sorted(valid.items(), key=lambda item: item[1])[-(TOKENS_KEPT - 1) :]
            return replace(visitor, browser=browser, tokens={**dict(newest), _hash(secret): ends}, **changes)

        visitor = known or Visitor(id=secrets.token_urlsafe(16))
        visitor = self._change(visitor, with_token)
        return Session(visitor=visitor, token=f"{visitor.id}.{secret}", expires_at=ends * 1000)

    def authenticate(self, token: str) -> Visitor:
        """The visitor whose valid token this is.

        Raises:
            Refusal: `unauthenticated`.
        """
        visitor_id, _, secret = token.partition(".")
        # A longer id is none of ours, and longer than a key it would be a fault of the store.
        if secret and 0 < len(visitor_id) <= ID_LENGTH:
            # A session made a moment ago may not have reached the replica that answers first.
            for consistent in (False, True):
                visitor = self.store.visitor(visitor_id, consistent=consistent)
                if visitor and self._holds(visitor, secret):
                    return visitor
        raise Refusal("unauthenticated", "the visitor's token is not valid")

    def change(self, visitor: Visitor, changes: Mapping[str, Any], *, page: Mapping[str, str | None] | None) -> Visitor:
        """Changes a profile; a page is added to those kept."""
        at = self.clock()

        def changed(one: Visitor) -> Visitor:
            pages = one.pages if page is None else (*one.pages, {**page, "at": at})[-PAGES_KEPT:]
            return replace(one, pages=pages, **changes)

        return self._change(visitor, changed)

    def _holds(self, visitor: Visitor, secret: str) -> bool:
        end = next((end for key, end in (visitor.tokens or {}).items() if hmac.compare_digest(key, _hash(secret))), 0)
        return end > self.clock() // 1000

    def _change(self, visitor: Visitor, how: Callable[[Visitor], Visitor]) -> Visitor:
        """Writes a changed profile; what somebody else changed meanwhile is read again and kept."""
        for _ in range(ATTEMPTS):
            try:
                return self.store.put_visitor(how(visitor), expires_at=expires_at(self.clock(), self.retention_days))
            except VersionConflictError:
                visitor = self.store.visitor(visitor.id, consistent=True) or replace(visitor, version=0)
        raise Refusal("rate_limited", "the profile is too busy", retry_after=1)


def caller(visitor: Visitor) -> Caller:
    """The visitor as the caller of a command."""
    return Caller(kind="visitor", id=visitor.id, name=visitor.name)


def _hash(secret: str) -> str:
    """128 bits of SHA-256: the secret has 256 random bits, so a slow hash would guard nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]
