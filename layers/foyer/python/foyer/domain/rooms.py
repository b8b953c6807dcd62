"""A room as the fold of its log: `evolve` takes one event, `fold` a whole log.

Everything here follows from events alone, so a room can be rebuilt from its log at any time. What is kept beside
the log, the read cursors, is joined to it in `Head`.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from foyer.domain.events import NOTHING_READ, Event, ReadMark
from foyer.domain.people import Actor

FOLD_VERSION = 2
"""Raise it when `evolve` computes a room differently: heads of another fold are rebuilt from their logs."""

EXCERPT_LENGTH = 120
"""Code points of a message that summaries show (contract.md, "Texts")."""

ENDED_OFFERS_KEPT = 20
"""How many ended offers a room remembers, so that a late `accept` hears `already_taken` and who it was."""

RECENT_COMMANDS_KEPT = 16
"""How many commands a room remembers by their marks, see `command_mark`."""

RATE_WINDOW_MILLISECONDS = 60_000
"""The window in which messages and notes of one room are counted."""

OfferKind = Literal["department", "invite", "transfer"]
RoomStatus = Literal["waiting", "active", "closed"]
ClosedBy = Literal["visitor", "agent", "system"]
UnattendedReason = Literal["offline", "declined", "timeout"]

_UNATTENDED_WEIGHT: Mapping[UnattendedReason, int] = {"offline": 1, "timeout": 2, "declined": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The chance to take a room, named by the `seq` of the event that made it.

    Attributes:
        department_id: Whom it goes to, for an offer to a department.
        agent_id: Whom it goes to, for an invitation or a personal transfer.
        at: When it was made, milliseconds; 0 once it ended.
        by: The agent who made it; None for the visitor's own, and once it ended.
        declined: Agents for whom it is over, though it stands for the others.
        ended: Accepted, declined by its one agent, withdrawn, or its room closed.
        taken_by: Who accepted it.
    """

    seq: int
    kind: OfferKind
    at: int = 0
    department_id: str | None = None
    agent_id: str | None = None
    by: str | None = None
    declined: tuple[str, ...] = ()
    ended: bool = False
    taken_by: str | None = None

    @property
    def is_invite(self) -> bool:
        """Invitations stand side by side; of all other offers at most one stands."""
        return self.kind == "invite"

    def went_to(self, *, agent_id: str, department_ids: Iterable[str]) -> bool:
        """Whether this agent is of those whom the offer was made to."""
        return self.agent_id == agent_id if self.department_id is None else self.department_id in department_ids

    def stands_for(self, *, agent_id: str, department_ids: Iterable[str]) -> bool:
        """Whether this agent could still take it."""
        return (
            not self.ended
            and agent_id not in self.declined
            and self.went_to(agent_id=agent_id, department_ids=department_ids)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An agent who accepted and has not left.

    Attributes:
        since: `seq` of the acceptance.
        hold: Accepted by hold and not written since; a read ends the hold too, but is kept beside the log.
        read: What accepting and writing have read; a cursor may be ahead of it.
    """

    id: str
    since: int
    hold: bool = False
    read: ReadMark = NOTHING_READ


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMessage:
    """The newest message's excerpt, for lists."""

    seq: int
    at: int
    text: str
    sender: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One chat between one visitor and the agents who take part in it, as of event `seq`.

    Attributes:
        visible_seq: The last event that the visitor may see; `visible_at` is its time.
        former_agent_ids: Agents who accepted once and left: they may still read.
        recent_commands: Marks of the last commands, oldest first: a `client_id` among them whose event does not lie
            after the caller's `after` was used before, and the whole log says for what.
        unattended: Why the visitor was last told that nobody is there; None once that is over.
        waiting_since: Since when nobody is in the open room, milliseconds; None while somebody is, and once closed.
        window_started_at: Start of the current rate window, milliseconds; `window_count` events fell into it.
        expires_at: When the room and all its items may be deleted, seconds since 1970; fixed at opening.
    """

    id: str
    visitor_id: str
    department_id: str
    opened_at: int
    expires_at: int
    seq: int
    changed_at: int
    visible_seq: int
    visible_at: int
    visitor_name: str | None = None
    participants: tuple[Participant, ...] = ()
    offers: tuple[Offer, ...] = ()
    former_agent_ids: tuple[str, ...] = ()
    visitor_messages: int = 0
    last_message: LastMessage | None = None
    unattended: UnattendedReason | None = None
    waiting_since: int | None = None
    rated: bool = False
    closed_at: int | None = None
    closed_by: ClosedBy | None = None
    window_started_at: int = 0
    window_count: int = 0
    recent_commands: tuple[str, ...] = ()

    @property
    def status(self) -> RoomStatus:
        """`closed`, else `active` with an agent in it, else `waiting`."""
        if self.closed_at is not None:
            return "closed"
        return "active" if self.participants else "waiting"

    @property
    def is_closed(self) -> bool:
        """Whether the room is closed; it never opens again."""
        return self.closed_at is not None

    @property
    def standing_offers(self) -> tuple[Offer, ...]:
        """Offers that somebody might still take, oldest first."""
        return tuple(offer for offer in self.offers if not offer.ended)

    def is_news(self, reason: UnattendedReason) -> bool:
        """Whether the visitor of a waiting room learns anything from this reason.

        Nothing overtakes `declined`, which alone lets the visitor's next message make a new offer.
        """
        told = 0 if self.unattended is None else _UNATTENDED_WEIGHT[self.unattended]
        return self.status == "waiting" and _UNATTENDED_WEIGHT[reason] > told

    @property
    def is_left_behind(self) -> bool:
        """Whether nothing is left of the room once its visitor has gone: nobody took it and nothing was written."""
        return self.status == "waiting" and not self.visitor_messages

    def participant(self, agent_id: str) -> Participant | None:
        """This agent's part in the room, if it has one."""
        return next((one for one in self.participants if one.id == agent_id), None)

    def offer_for(self, *, agent_id: str, department_ids: Iterable[str]) -> Offer | None:
        """The newest offer that stands for this agent; None for who is in the room already."""
        if self.participant(agent_id):
            return None
        departments = frozenset(department_ids)
        return next(
            (
                offer
                for offer in reversed(self.offers)
                if offer.stands_for(agent_id=agent_id, department_ids=departments)
            ),
            None,
        )

    def was_offered_to(self, *, agent_id: str, department_ids: Iterable[str]) -> bool:
        """Whether any offer of this room, standing or remembered, was made to this agent."""
        departments = frozenset(department_ids)
        return any(offer.went_to(agent_id=agent_id, department_ids=departments) for offer in self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """One participant's explicit read mark, kept beside the log.

    Attributes:
        since: `Participant.since` of the stay in which it was moved; 0 for the visitor. It tells an agent's first
            read after a hold from those of an earlier stay.
    """

    seq: int
    visitor_messages: int
    since: int = 0


VISITOR_CURSOR = "visitor"
"""The visitor's key among a head's cursors; agents go by their id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A room and the cursors of those in it: all that a summary needs."""

    room: Room
    cursors: Mapping[str, Cursor] = field(default_factory=dict)

    def read_mark(self, participant: Participant) -> ReadMark:
        """How far an agent in the room has read: by cursor, by accepting, or by writing."""
        cursor = self.cursors.get(participant.id)
        if cursor is None or cursor.seq <= participant.read.seq:
            return participant.read
        return ReadMark(seq=cursor.seq, visitor_messages=cursor.visitor_messages)

    def visitor_read_seq(self) -> int:
        """The last `seq` that the visitor has read."""
        cursor = self.cursors.get(VISITOR_CURSOR)
        return cursor.seq if cursor else 0

    def unread(self, participant: Participant) -> int:
        """Visitor messages that this agent has not read."""
        return max(0, self.room.visitor_messages - self.read_mark(participant).visitor_messages)

    def is_held(self, participant: Participant) -> bool:
        """Whether the agent accepted by hold and has neither read nor written since."""
        cursor = self.cursors.get(participant.id)
        return participant.hold and (cursor is None or cursor.since < participant.since)


def fold(events: Iterable[Event], room: Room | None = None) -> Room:
    """The room that these events make, in order, starting from `room` (None: from nothing).

    Raises:
        ValueError: There is no event and no room, or the log does not continue it without a gap.
    """
    for event in events:
        room = evolve(room, event)
    if room is None:
        message = "a room needs at least the event that opened it"
        raise ValueError(message)
    return room


def evolve(room: Room | None, event: Event) -> Room:
    """The room after one more event. Every consequence of an event is drawn here and nowhere else.

    Raises:
        ValueError: The event does not follow the room's last one.
    """
    if event.seq != (room.seq + 1 if room else 1):
        message = f"event {event.seq} does not follow {room.seq if room else 0}"
        raise ValueError(message)
    if room is None:
        return _opened(event)
    room = _counted(room, event)
    match event.type:
        case "message.sent":
            return _message_sent(room, event)
        case "note.added":
            return _in_window(room, event)
        case "room.accepted":
            return _accepted(room, event)
        case "room.declined":
            return _declined(room, event)
        case "agent.invited":
            offer = Offer(seq=event.seq, kind="invite", at=event.at, agent_id=event.data["agent_id"], by=event.actor.id)
            return _with_offers(room, (*room.offers, offer))
        case "room.transferred":
            return _transferred(room, event)
        case "agent.left":
            return _left(room, event)
        case "room.unattended":
            return replace(room, unattended=event.data["reason"])
        case "room.closed":
            ended = {"closed_at": event.at, "closed_by": event.data["closed_by"]}
            closed = replace(room, **ended, unattended=None, waiting_since=None)
            return _with_offers(closed, tuple(_ended(offer) for offer in room.offers))
        case "room.rated":
            return replace(room, rated=True)
        case "room.opened":
            message = "a room opens once"
            raise ValueError(message)


COMMAND_MARK_LENGTH = 6
"""Characters of a command's mark."""


def command_mark(actor: Actor, client_id: str) -> str:
    """A caller's `client_id` in 36 bits: enough to know when to look closer, too few to conclude from."""
    digest = hashlib.sha256(f"{actor.kind}/{actor.id}/{client_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest)[:COMMAND_MARK_LENGTH].decode()


def excerpt(text: str) -> str:
    """The first 120 code points of a text, the last an ellipsis where something was left out."""
    return text if len(text) <= EXCERPT_LENGTH else text[: EXCERPT_LENGTH - 1] + "…"


def _opened(event: Event) -> Room:
    department_id = event.data["department_id"]
    return Room(
        id=event.room_id,
        visitor_id=event.actor.id or "",
        visitor_name=event.actor.name,
        department_id=department_id,
        opened_at=event.at,
        expires_at=event.expires_at,
        seq=event.seq,
        changed_at=event.at,
        visible_seq=event.seq,
        visible_at=event.at,
        waiting_since=event.at,
        recent_commands=(command_mark(event.actor, event.client_id),),
        offers=(Offer(seq=event.seq, kind="department", at=event.at, department_id=department_id),),
    )


def _counted(room: Room, event: Event) -> Room:
    """What every event moves: `seq`, the time of change, what the visitor sees, the visitor's present name."""
    recent = (*room.recent_commands, command_mark(event.actor, event.client_id))[-RECENT_COMMANDS_KEPT:]
    room = replace(room, seq=event.seq, changed_at=event.at, recent_commands=recent)
    if event.visible_to_visitor:
        room = replace(room, visible_seq=event.seq, visible_at=event.at)
    if event.actor.kind == "visitor" and event.actor.name is not None:
        # A socket knows the name of when it was opened, so None says nothing.
        room = replace(room, visitor_name=event.actor.name)
    return room


def _in_window(room: Room, event: Event) -> Room:
    if event.at - room.window_started_at >= RATE_WINDOW_MILLISECONDS:
        return replace(room, window_started_at=event.at, window_count=1)
    return replace(room, window_count=room.window_count + 1)


def _message_sent(room: Room, event: Event) -> Room:
    room = replace(
        _in_window(room, event),
        visitor_messages=event.visitor_messages,
        last_message=LastMessage(seq=event.seq, at=event.at, text=excerpt(event.data["text"]), sender=event.actor),
    )
    if event.actor.kind == "visitor":
        return _offered_anew(room, event)
    return replace(
        room,
        participants=tuple(
            replace(one, hold=False, read=_further(one.read, event.read)) if one.id == event.actor.id else one
            for one in room.participants
        ),
    )


def _offered_anew(room: Room, event: Event) -> Room:
    """Where all declined, the visitor's next message makes a new offer to the department."""
    if room.status != "waiting" or room.unattended != "declined":
        return room
    fresh = Offer(seq=event.seq, kind="department", at=event.at, department_id=room.department_id)
    room = replace(room, unattended=None)
    return _with_offers(room, (*(offer if offer.is_invite else _ended(offer) for offer in room.offers), fresh))


def _accepted(room: Room, event: Event) -> Room:
    agent_id = event.actor.id or ""
    accepted = next(offer for offer in room.offers if offer.seq == event.data["offer"])
    everything = ReadMark(seq=event.seq, visitor_messages=room.visitor_messages)
    held = bool(event.data["hold"])
    newcomer = Participant(id=agent_id, since=event.seq, hold=held, read=NOTHING_READ if held else everything)
    giver = None if accepted.is_invite else accepted.by
    leaving = [one for one in room.participants if one.id == giver]
    room = replace(
        room,
        participants=(*(one for one in room.participants if one not in leaving), newcomer),
        former_agent_ids=_joined(
            (one for one in room.former_agent_ids if one != agent_id), (one.id for one in leaving)
        ),
        department_id=accepted.department_id or room.department_id,
        unattended=None,
        waiting_since=None,
    )
    return _with_offers(
        room,
        tuple(
            _ended(offer, taken_by=agent_id)
            if offer.seq == accepted.seq
            else (_ended(offer) if offer.agent_id == agent_id else offer)
            for offer in room.offers
        ),
    )


def _declined(room: Room, event: Event) -> Room:
    """A decline covers what was offered to the agent up to that offer, so that the room leaves its inbox."""
    agent_id = event.actor.id or ""

    def after(offer: Offer) -> Offer:
        if offer.ended or offer.seq > event.data["offer"]:
            return offer
        if offer.department_id is not None:
            return replace(offer, declined=_joined(offer.declined, (agent_id,)))
        return _ended(offer) if offer.agent_id == agent_id else offer

    return _with_offers(room, tuple(after(offer) for offer in room.offers))


def _transferred(room: Room, event: Event) -> Room:
    """A new transfer withdraws the one before; invitations stay."""
    department_id = event.data.get("department_id")
    fresh = Offer(
        seq=event.seq,
        kind="department" if department_id else "transfer",
        at=event.at,
        department_id=department_id,
        agent_id=event.data.get("agent_id"),
        by=event.actor.id,
    )
    # A room that waits does so in the department it was handed to; one with agents inside moves when it is accepted.
    waits_in = department_id if department_id and room.status == "waiting" else room.department_id
    room = replace(room, unattended=None, department_id=waits_in)
    return _with_offers(room, (*(offer if offer.is_invite else _ended(offer) for offer in room.offers), fresh))


def _left(room: Room, event: Event) -> Room:
    agent_id = event.actor.id or ""
    room = replace(
        room,
        participants=tuple(one for one in room.participants if one.id != agent_id),
        former_agent_ids=_joined(room.former_agent_ids, (agent_id,)),
    )
    if room.status == "waiting":
        room = replace(room, waiting_since=event.at)
    main = next((offer for offer in room.standing_offers if offer.department_id is not None), None)
    if main is None or main.department_id is None:
        return room
    if room.status == "waiting":
        room = replace(room, department_id=main.department_id)
    # Who closes the tab is rid of the room, also where it is offered to the agent's own department.
    refused = replace(main, declined=_joined(main.declined, (agent_id,)))
    return _with_offers(room, tuple(refused if offer.seq == main.seq else offer for offer in room.offers))


def _with_offers(room: Room, offers: tuple[Offer, ...]) -> Room:
    """The room with these offers, all that stand and the newest of those that ended."""
    ended = [offer.seq for offer in offers if offer.ended]
    forgotten = frozenset(ended[:-ENDED_OFFERS_KEPT])
    return replace(room, offers=tuple(offer for offer in offers if offer.seq not in forgotten))


def _ended(offer: Offer, *, taken_by: str | None = None) -> Offer:
    if offer.ended:
        return offer
    # What nobody asks of an ended offer is forgotten: it would be rewritten with every message.
    return replace(offer, ended=True, at=0, by=None, declined=(), taken_by=taken_by)


def _further(mark: ReadMark, other: ReadMark | None) -> ReadMark:
    return other if other is not None and other.seq > mark.seq else mark


def _joined(first: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *more]))
