"""Asking for push notifications: which events ring whom, and when a notification has had its time.

The relay asks, the push sender carries out (`foyer.services.notifying`) and judges everything anew: an ask is a hint,
given at least once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foyer.domain.events import Event
from foyer.domain.notifications import KINDS_OF_OFFERS, rung_by_offer, standing_offer, still_waits
from foyer.domain.rooms import Head, Offer
from foyer.ports import PushAsk, PushLedger, PushQueue
from foyer.services.audience import Audience

AGENTS_AT_ONCE = 25
"""Agents of one ask: so many as the sender serves well within its time."""

INSIST_SECONDS = 20
"""Who has the app open before them hears of an offer by socket. If it still stands after so long it is pushed all the
same: a phone in a lift is open, too (docs/decisions/0018)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """Asks the push sender for what an event requires beyond frames."""

    asks: PushQueue
    ledger: PushLedger

    def ring(self, events: Sequence[Event], head: Head, audience: Audience) -> None:
        """Asks for what these events of a room require, now that their frames were posted."""
        for event in events:
            offer = standing_offer(head.room, event.seq)
            if offer is not None:
                self._offer(offer, head, audience)
        messages = [one.seq for one in events if one.type == "message.sent" and one.actor.kind == "visitor"]
        if messages and head.room.participants:
            self._message(messages[-1], head, audience)
        self._withdraw(events, head, audience)

    def read(self, head: Head, agent_id: str, audience: Audience) -> None:
        """Asks to withdraw what an agent was told of a room, now that it has read it on one of its devices."""
        if head.room.id in audience.reach(agent_id).notified:
            self._ask_to_clear(head, [agent_id])

    def _offer(self, offer: Offer, head: Head, audience: Audience) -> None:
        agents = [one.id for one in rung_by_offer(offer, head.room, audience.agents())]
        foreground = audience.in_foreground(department_id=offer.department_id, agent_id=offer.agent_id)
        kind = KINDS_OF_OFFERS[offer.kind]
        for some in _in_portions(one for one in agents if one not in foreground):
            self.asks.ask(PushAsk(kind=kind, room_id=head.room.id, seq=offer.seq, agent_ids=some))
        for some in _in_portions(one for one in agents if one in foreground):
            ask = PushAsk(kind=kind, room_id=head.room.id, seq=offer.seq, agent_ids=some)
            self.asks.ask(ask, delay_seconds=INSIST_SECONDS)

    def _message(self, seq: int, head: Head, audience: Audience) -> None:
        inside = [one for one in head.room.participants if head.read_mark(one).seq < seq]
        away = [one.id for one in inside if not audience.in_foreground(department_id=None, agent_id=one.id)]
        for some in _in_portions(away):
            self.asks.ask(PushAsk(kind="message", room_id=head.room.id, seq=seq, agent_ids=some))

    def _withdraw(self, events: Sequence[Event], head: Head, audience: Audience) -> None:
        """Asks to take back what has had its time.

        Those inside and those told by name are known here; who was pushed an offer to a department, its ledger knows.
        """
        named = {notice.agent_id for event in events for notice in event.notices if notice.agent_id is not None}
        named |= {one.id for one in head.room.participants}
        told = {agent_id for agent_id in named if head.room.id in audience.reach(agent_id).notified}
        if any(notice.department_id is not None and notice.reason for event in events for notice in event.notices):
            told |= {
                entry.agent_id
                for entry in self.ledger.ledger(head.room.id, consistent=True)
                if entry.device_id is not None
            }
        if told:
            agents = [one for one in audience.agents() if one.id in told]
            for some in _in_portions(one.id for one in agents if not still_waits(head, one.as_caller())):
                self._ask_to_clear(head, some)

    def _ask_to_clear(self, head: Head, agent_ids: Iterable[str]) -> None:
        self.asks.ask(PushAsk(kind="clear", room_id=head.room.id, seq=head.room.seq, agent_ids=tuple(agent_ids)))


def _in_portions(agent_ids: Iterable[str]) -> Iterable[tuple[str, ...]]:
    ids = list(agent_ids)
    return (tuple(ids[start : start + AGENTS_AT_ONCE]) for start in range(0, len(ids), AGENTS_AT_ONCE))
