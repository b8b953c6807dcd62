"""Push notifications: whom an event rings, what a device is told, and when a notification has had its time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from foyer.domain.inbox import inbox_state
from foyer.domain.people import Agent, Caller
from foyer.domain.rooms import Head, Offer, OfferKind, Room

NotificationKind = Literal["offer", "message", "invite", "transfer", "clear"]
"""Why a device is told something; `clear` withdraws what it was told of a room."""

KINDS_OF_OFFERS: Mapping[OfferKind, NotificationKind] = {
    "department": "offer",
    "invite": "invite",
    "transfer": "transfer",
}

LIFETIME_SECONDS: Mapping[NotificationKind, int] = {
    "offer": 4 * 3600,
    "invite": 4 * 3600,
    "transfer": 4 * 3600,
    "message": 24 * 3600,
    "clear": 24 * 3600,
}
"""How long a provider keeps a notification for a device that is out of reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What one device is told (contract.md, "Push payload").

    Attributes:
        seq: The event that it is about.
        badge: How many rooms wait for the agent, as of now: absolute, the same on all of its devices.
        token: Lets the lock screen answer an offer once, without the app's session; None where there is none to answer.
        sender: The visitor's name; None unless the operator shows what visitors write.
        text: An excerpt of the visitor's words; None likewise.
    """

    kind: NotificationKind
    room_id: str
    seq: int
    badge: int
    token: str | None = None
    sender: str | None = None
    text: str | None = None

    @property
    def lifetime_seconds(self) -> int:
        """How long a provider keeps it."""
        return LIFETIME_SECONDS[self.kind]

    @property
    def payload(self) -> dict[str, Any]:
        """The payload; a field that says nothing is left out."""
        said: dict[str, Any] = {"kind": self.kind, "room_id": self.room_id, "seq": self.seq, "badge": self.badge}
        optional = {"token": self.token, "sender": self.sender, "text": self.text}
        return said | {name: value for name, value in optional.items() if value is not None}


def standing_offer(room: Room, seq: int) -> Offer | None:
    """The offer that the event `seq` made, if it still stands."""
    return next((offer for offer in room.standing_offers if offer.seq == seq), None)


def rung_by_offer(offer: Offer, room: Room, agents: Iterable[Agent]) -> list[Agent]:
    """The agents whom an offer rings: those who could take it and whose status is `online`."""
    return [
        agent
        for agent in agents
        if agent.status == "online"
        and room.participant(agent.id) is None
        and offer.stands_for(agent_id=agent.id, department_ids=agent.department_ids)
    ]


def rung_by_message(head: Head, seq: int, agents: Iterable[Agent]) -> list[Agent]:
    """The agents whom a visitor's message rings: those in the room who have not read it, whatever their status."""
    if head.room.is_closed:
        return []
    return [
        agent
        for agent in agents
        if (inside := head.room.participant(agent.id)) is not None and head.read_mark(inside).seq < seq
    ]


def still_waits(head: Head, agent: Caller) -> bool:
    """Whether the room waits for this agent: as long as it does, a notification of it may stand."""
    return inbox_state(head, agent) == "waiting"
