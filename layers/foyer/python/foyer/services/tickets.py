"""Tickets: the right to open one socket, bought over HTTPS so that no token ever stands in a URL."""

import hashlib
import secrets
from dataclasses import dataclass

from foyer.domain.people import Caller
from foyer.ports import Clock, LiveStore, Ticket

TICKET_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The use cases of tickets."""

    live: LiveStore
    clock: Clock

    def issue(self, caller: Caller, device_id: str | None = None) -> tuple[str, int]:
        """A ticket for one socket, and when it expires (milliseconds since 1970)."""
        ticket = secrets.token_urlsafe(32)
        expires_at = self.clock() // 1000 + TICKET_SECONDS
        self.live.put_ticket(_hash(ticket), Ticket(caller=caller, device_id=device_id, expires_at=expires_at))
        return ticket, expires_at * 1000

    def redeem(self, ticket: str) -> Ticket | None:
        """Takes a ticket; None for one that is unknown, spent or expired."""
        return self.live.redeem_ticket(_hash(ticket), now=self.clock() // 1000)


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
