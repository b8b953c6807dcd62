"""Answering an offer from the lock screen: a signed token in the notification, good for one decision.

The token says who may decide what: the agent and the offer that the notification was for. The decision is a command
like any other, named after the token, so the room's log itself knows a repeat from a second thought.
"""

import uuid
from dataclasses import asdict, dataclass
from typing import Any, Literal

from foyer.domain.commands import Accept, Command, Decline
from foyer.domain.errors import Refusal
from foyer.domain.people import Caller
from foyer.domain.rooms import Head
from foyer.ports import Clock, PushLedger, Signer
from foyer.services.people import People
from foyer.services.rooms import Rooms

Action = Literal["seen", "accept", "hold", "decline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """An offer as it was put on the lock screen of one device."""

    room_id: str
    offer: int
    agent_id: str
    device_id: str


def token_for(signer: Signer, answerable: Answerable, *, expires_at: int) -> str:
    """The token that a notification carries. `expires_at` is in seconds since 1970."""
    return signer.sign({**asdict(answerable), "expires_at": expires_at})


@dataclass(frozen=True, slots=True, kw_only=True)
class LockScreen:
    """Carries out what was chosen on a lock screen."""

    rooms: Rooms
    people: People
    ledger: PushLedger
    signer: Signer
    clock: Clock

    def act(self, token: str, action: Action) -> tuple[Head, Caller]:
        """Notes that the notification was seen, or decides; answers the room and the agent as whom.

        A repeat of the decision is answered again. Another decision with the same token is `client_id_reused`.

        Raises:
            Refusal: `unauthenticated` for a token that is not ours or has expired; else as for the agent itself.
        """
        answerable = self._verified(token)
        caller = self.people.caller(answerable.agent_id, admin=False)
        place: dict[str, Any] = {
            "offer": answerable.offer,
            "agent_id": answerable.agent_id,
            "device_id": answerable.device_id,
            "at": self.clock(),
        }
        if action == "seen":
            self.ledger.mark_seen(answerable.room_id, **place)
            return self.rooms.readable(answerable.room_id, caller), caller
        outcome = self.rooms.execute(answerable.room_id, self._command(answerable, action, caller))
        self.ledger.mark_action(answerable.room_id, action=action, **place)
        return outcome.head, caller

    def _command(self, answerable: Answerable, action: Action, caller: Caller) -> Command:
        # Of one offer and device there is one name, whichever of its notifications was touched.
        named = f"{answerable.room_id}/{answerable.offer}/{answerable.agent_id}/{answerable.device_id}"
        client_id = str(uuid.uuid5(uuid.NAMESPACE_OID, named))
        at, offer = self.clock(), answerable.offer
        if action == "decline":
            return Decline(caller=caller, client_id=client_id, at=at, after=offer, offer=offer)
        return Accept(caller=caller, client_id=client_id, at=at, after=offer, offer=offer, hold=action == "hold")

    def _verified(self, token: str) -> Answerable:
        claims = dict(self.signer.claims(token) or {})
        if claims.pop("expires_at", 0) <= self.clock() // 1000:
            raise Refusal("unauthenticated", "the notification's token is not valid any more")
        return Answerable(**claims)
