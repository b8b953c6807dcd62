"""Push notifications: carries out what was asked for, judged by the room, the agent and its devices as they are now.

At least once: an ask may come twice, late or in any order. A notification of a room replaces the one before it on a
device, so a repeat is seen by nobody, and one that has had its time is withdrawn.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from foyer.domain.deadlines import ROOM_LIFE_DAYS
from foyer.domain.notifications import (
    LIFETIME_SECONDS,
    Notification,
    rung_by_message,
    rung_by_offer,
    standing_offer,
    still_waits,
)
from foyer.domain.people import Agent
from foyer.domain.rooms import Head
from foyer.ports import (
    Clock,
    Device,
    DirectoryStore,
    LedgerEntry,
    LiveStore,
    Notified,
    PushAsk,
    Pushes,
    PushLaterError,
    PushLedger,
    PushOutcome,
    Receipt,
    RoomStore,
    Signer,
)
from foyer.services.inbox import Inbox
from foyer.services.lock_screen import Answerable, token_for

STANDS_SECONDS = (ROOM_LIFE_DAYS + 1) * 86_400
"""A screen shows a notification until somebody takes it away: for as long as its room lives, and the end is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """Carries out asks.

    Attributes:
        texts: Whether notifications say what the visitor wrote.
        agents_at_once: Serves agents side by side.
    """

    store: RoomStore
    live: LiveStore
    directory: DirectoryStore
    ledger: PushLedger
    pushes: Pushes
    inbox: Inbox
    signer: Signer
    texts: bool
    agents_at_once: Executor
    clock: Clock

    def carry_out(self, ask: PushAsk) -> list[PushOutcome]:
        """Carries out one ask; answers what became of each notification that it led to.

        Raises:
            PushLaterError: Some device could not be told now; asked again, the others are not told twice.
        """
        head = self.store.head(ask.room_id, consistent=True)
        if head is None:
            return []
        if ask.kind == "clear":
            return self._withdraw(head, ask.agent_ids)
        return self._ring(ask, head)

    def _ring(self, ask: PushAsk, head: Head) -> list[PushOutcome]:
        agents = _rung(ask, head, self._agents(ask.agent_ids))
        badges = self.inbox.waiting(one.as_caller() for one in agents)
        rung = [self.agents_at_once.submit(self._ring_one, ask, head, one, badges[one.id]) for one in agents]
        later = [error for one in rung if (error := one.exception()) is not None]
        # What ended while it was pushed was withdrawn before it was there to withdraw. And where somebody is not rung
        # any more, an earlier sender of this ask may have died behind its push.
        now = self.store.head(ask.room_id, consistent=True)
        ended = now is not None and (now != head or len(agents) < len(ask.agent_ids))
        withdrawn = self._withdraw(now, ask.agent_ids) if now is not None and ended else []
        if later:
            raise later[0]
        return [outcome for one in rung for outcome in one.result()] + withdrawn

    def _ring_one(self, ask: PushAsk, head: Head, agent: Agent, badge: int) -> list[PushOutcome]:
        """Tells all devices of an agent, but for those that were told already."""
        reach = self.live.reach(agent.id, now=self.clock() // 1000)
        told = reach.notified.get(ask.room_id)
        if told is not None and told.seq > ask.seq:
            return []
        if ask.kind == "message" and reach.in_foreground:
            return []  # an offer rings all the same: whoever was seen in the foreground got time to take it by socket
        devices = self.directory.devices(agent.id)
        if not devices:
            self._note(ask, head, agent, None, None)
            return []
        done = told.device_ids if told is not None and told.seq == ask.seq else frozenset()
        missing = [device for device in devices if device.id not in done]
        if not missing:
            return []
        # Before it is so: what a sender leaves on a screen that dies behind its push has to be found and withdrawn.
        self._remember(agent.id, ask, head, told=done, tried={one.id for one in missing})
        later: PushLaterError | None = None
        reached, put_off = set(done), set[str]()
        outcomes: list[PushOutcome] = []
        for device in missing:
            try:
                receipt = self._send(device, self._notification(ask, head, device, badge))
            except PushLaterError as error:
                later = error
                put_off.add(device.id)
                continue
            self._note(ask, head, agent, device, receipt)
            outcomes.append(receipt.outcome)
            if receipt.outcome == "sent":
                reached.add(device.id)
        self._remember(agent.id, ask, head, told=reached, tried=put_off)
        if later is not None:
            raise later
        return outcomes

    def _withdraw(self, head: Head, agent_ids: Iterable[str]) -> list[PushOutcome]:
        """Takes a room's notification back from those for whom the room does not wait any more."""
        agents = [one for one in self._agents(agent_ids) if not still_waits(head, one.as_caller())]
        found = [(one, self.live.reach(one.id, now=self.clock() // 1000).notified.get(head.room.id)) for one in agents]
        standing = [(agent, notified) for agent, notified in found if notified is not None]
        badges = self.inbox.waiting(agent.as_caller() for agent, _ in standing)
        outcomes: list[PushOutcome] = []
        later: PushLaterError | None = None
        for agent, notified in standing:
            clear = Notification(kind="clear", room_id=head.room.id, seq=head.room.seq, badge=badges[agent.id])
            screens = notified.device_ids | notified.tried_ids
            told = [device for device in self.directory.devices(agent.id) if device.id in screens]
            put_off: PushLaterError | None = None
            for device in told:  # one that is out of reach leaves nothing on other screens
                try:
                    outcomes.append(self._send(device, clear).outcome)
                except PushLaterError as error:
                    put_off = error
            later = put_off or later
            if put_off is None:
                self.live.delete_notified(agent.id, notified)
        if later is not None:
            raise later
        return outcomes

    def _send(self, device: Device, notification: Notification) -> Receipt:
        """One device told; what the provider says of the device itself is remembered."""
        receipt = self.pushes.send(device, notification)
        if receipt.endpoint is not None:
            self.directory.put_endpoint(device, endpoint=receipt.endpoint, at=self.clock())
        if receipt.outcome == "gone":
            self.directory.forget_device(device)
        return receipt

    def _notification(self, ask: PushAsk, head: Head, device: Device, badge: int) -> Notification:
        token = None
        if ask.kind != "message":
            answerable = Answerable(room_id=ask.room_id, offer=ask.seq, agent_id=device.agent_id, device_id=device.id)
            token = token_for(self.signer, answerable, expires_at=self.clock() // 1000 + LIFETIME_SECONDS[ask.kind])
        told = Notification(kind=ask.kind, room_id=ask.room_id, seq=ask.seq, badge=badge, token=token)
        last = head.room.last_message
        if not self.texts or last is None or last.sender.kind != "visitor":
            return told
        return replace(told, sender=last.sender.name, text=last.text)

    def _note(self, ask: PushAsk, head: Head, agent: Agent, device: Device | None, receipt: Receipt | None) -> None:
        """Writes into the offer's ledger what became of it; messages have none."""
        if ask.kind == "message":
            return
        entry = LedgerEntry(
            room_id=ask.room_id,
            offer=ask.seq,
            agent_id=agent.id,
            device_id=device.id if device else None,
            kind=ask.kind,
            at=self.clock(),
            outcome=receipt.outcome if receipt else "no_device",
            provider=receipt.provider if receipt else "",
            answer=receipt.answer if receipt else "",
        )
        self.ledger.put_ledger_entry(entry, expires_at=head.room.expires_at)

    def _remember(
        self, agent_id: str, ask: PushAsk, head: Head, *, told: AbstractSet[str], tried: AbstractSet[str]
    ) -> None:
        """Writes down what stands on the agent's screens, for as long as it may: until the room has ended."""
        notified = Notified(
            room_id=ask.room_id, kind=ask.kind, seq=ask.seq, device_ids=frozenset(told), tried_ids=frozenset(tried)
        )
        self.live.put_notified(agent_id, notified, expires_at=head.room.opened_at // 1000 + STANDS_SECONDS)

    def _agents(self, agent_ids: Iterable[str]) -> list[Agent]:
        """These agents with the departments and the statuses of now; those who have left the company are left out."""
        wanted = frozenset(agent_ids)
        return [one for one in self.directory.agents() if one.id in wanted]


def _rung(ask: PushAsk, head: Head, agents: Sequence[Agent]) -> Sequence[Agent]:
    """Those of the agents who are still to be told."""
    if ask.kind == "message":
        return rung_by_message(head, ask.seq, agents)
    offer = standing_offer(head.room, ask.seq)
    return rung_by_offer(offer, head.room, agents) if offer is not None else []
