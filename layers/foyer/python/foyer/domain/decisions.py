"""What a command does to a room: `decide` answers with the events to append, or refuses.

The checks of a command stand here in the contract's order, behind those that need no room (`unauthenticated`,
`validation_failed`): `not_found`, the repeat, `room_closed`, `already_taken`, `not_a_participant` / `forbidden`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from foyer.domain.access import may_address
from foyer.domain.commands import (
    Accept,
    AddNote,
    Close,
    Command,
    Decline,
    Invite,
    OpenRoom,
    Rate,
    ReportUnattended,
    SendMessage,
    Transfer,
    fingerprint,
)
from foyer.domain.errors import Refusal, invalid
from foyer.domain.events import Event, EventType, Notice, ReadMark, RemovalReason
from foyer.domain.people import Caller
from foyer.domain.rooms import RATE_WINDOW_MILLISECONDS, Offer, Participant, Room, evolve

MESSAGES_PER_WINDOW = 600
"""Messages and notes that one room takes in a minute before it answers `rate_limited`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to a command.

    Attributes:
        room: The room after the command.
        events: What to append: usually one event, none where all is as asked already or the command is a repeat.
        repeated: The stored event that this command made when it was first given.
    """

    room: Room
    events: tuple[Event, ...] = ()
    repeated: Event | None = None


def decide_opening(command: OpenRoom) -> Decision:
    """The events of a new room: `room.opened`, and `message.sent` where the visitor wrote something."""
    opened = _event(None, command, "room.opened", {"department_id": command.department_id, "page": dict(command.page)})
    opened = replace(opened, notices=(Notice(department_id=command.department_id),))
    room = evolve(None, opened)
    if command.text is None:
        return Decision(room=room, events=(opened,))
    sent = _event(room, command, "message.sent", {"text": command.text})
    return Decision(room=evolve(room, sent), events=(opened, sent))


def decide(room: Room, command: Command, newer: Sequence[Event] = ()) -> Decision:
    """What this command does to this room.

    Args:
        room: The room as of its newest event.
        command: Anything but `OpenRoom`.
        newer: The room's events after `command.after`, as far as the caller of this function knows them to lie
            there; among them a repeat is recognised.

    Raises:
        Refusal: In the contract's order of checks.
    """
    if not may_address(room, command):
        raise Refusal("not_found", "there is no such room")
    repeated = recognise(command, newer)
    if repeated is not None:
        return Decision(room=room, repeated=repeated)
    if command.after > room.seq:
        raise invalid("after", f"the room's last event is {room.seq}")
    if isinstance(command, Accept | Decline) and command.offer is not None and command.offer > room.seq:
        raise invalid("offer", f"the room's last event is {room.seq}")
    made = _answer(room, command, newer)
    if made is None:
        return Decision(room=room)
    after = evolve(room, made)
    made = replace(made, notices=notices(room, after, made))
    return Decision(room=after, events=(made,))


def recognise(command: Command, newer: Iterable[Event]) -> Event | None:
    """The event that this very command made before, if it lies among these.

    Raises:
        Refusal: `client_id_reused`: its `client_id` made something else.
    """
    mark = fingerprint(command)
    for event in newer:
        if event.client_id == command.client_id and event.actor == replace(command.caller.actor, name=event.actor.name):
            if event.fingerprint != mark:
                raise Refusal("client_id_reused", "this client_id named another command")
            return event
    return None


def notices(before: Room, after: Room, event: Event) -> tuple[Notice, ...]:
    """Who outside the room must hear of the event: an offer came, its room changed status, or it left their inbox."""
    offered_before, offered_after = _audiences(before), _audiences(after)
    fresh = {_audience(offer) for offer in after.standing_offers if offer.seq == event.seq}
    status_changed = before.status != after.status
    inside = {one.id for one in after.participants}
    heard = [
        _notice(audience)
        for audience in offered_after
        if audience in fresh or (status_changed and audience in offered_before)
    ]
    heard += [
        replace(_notice(audience, _reason(before, audience, event)), unless=_declined(before, audience))
        for audience in offered_before
        if audience not in offered_after and audience[1] not in inside
    ]
    heard += [
        Notice(agent_id=one.id, reason="left")
        for one in before.participants
        if one.id not in inside and (None, one.id) not in offered_after
    ]
    if event.type == "room.declined" and not any(one.agent_id == event.actor.id for one in heard):
        # Declined for its department, the room may still be offered to the agent itself.
        personal = (None, event.actor.id) in offered_after
        heard.append(Notice(agent_id=event.actor.id, reason=None if personal else "declined"))
    return tuple(heard)


Audience = tuple[str | None, str | None]
"""(department_id, agent_id) of an offer: exactly one is given."""


def _audience(offer: Offer) -> Audience:
    return (offer.department_id, offer.agent_id)


def _audiences(room: Room) -> list[Audience]:
    return list(dict.fromkeys(_audience(offer) for offer in room.standing_offers))


def _declined(room: Room, audience: Audience) -> tuple[str, ...]:
    """Agents for whom every offer to this audience was over."""
    declined = [frozenset(offer.declined) for offer in room.standing_offers if _audience(offer) == audience]
    return tuple(sorted(frozenset.intersection(*declined)))


def _notice(audience: Audience, reason: RemovalReason | None = None) -> Notice:
    return Notice(department_id=audience[0], agent_id=audience[1], reason=reason)


def _reason(before: Room, audience: Audience, event: Event) -> RemovalReason:
    match event.type:
        case "room.accepted":
            taken = next(offer for offer in before.offers if offer.seq == event.data["offer"])
            return "taken" if _audience(taken) == audience else "withdrawn"
        case "room.closed":
            return "closed"
        case "room.declined":
            return "declined"
        case _:
            return "withdrawn"


def _answer(room: Room, command: Command, newer: Sequence[Event]) -> Event | None:
    match command:
        case SendMessage():
            return _send(room, command, newer)
        case AddNote():
            _must_be_open(room)
            _must_take_part(room, command.caller)
            _must_not_flood(room, command.at)
            return _event(room, command, "note.added", {"text": command.text})
        case Accept():
            return _accept(room, command)
        case Decline():
            return _decline(room, command)
        case Invite():
            return _invite(room, command)
        case Transfer():
            return _transfer(room, command)
        case Close():
            return _close(room, command)
        case Rate():
            return _rate(room, command)
        case ReportUnattended():
            return _report_unattended(room, command)
        case _:
            message = f"no rule for {type(command).__name__}"
            raise TypeError(message)


def _send(room: Room, command: SendMessage, newer: Sequence[Event]) -> Event:
    _must_be_open(room)
    data: dict[str, Any] = {"text": command.text}
    if command.caller.kind == "visitor":
        _must_not_flood(room, command.at)
        return _event(room, command, "message.sent", data)
    _must_take_part(room, command.caller)
    _must_not_flood(room, command.at)
    if command.canned_response_id is not None:
        data["canned_response_id"] = command.canned_response_id
    sent = _event(room, command, "message.sent", data)
    return replace(sent, read=ReadMark(seq=command.after, visitor_messages=_messages_until(room, command.after, newer)))


def _accept(room: Room, command: Accept) -> Event | None:
    _must_be_open(room)
    caller = command.caller
    if caller.kind != "agent":
        raise Refusal("forbidden", "only an agent accepts")
    if room.participant(caller.id):
        return None
    offer = _offer(room, caller, command.offer)
    if offer is None:
        if room.was_offered_to(agent_id=caller.id, department_ids=caller.department_ids):
            _refuse_taken(room, caller, command.offer)
        raise Refusal("forbidden", "the room was not offered to you")
    return _event(room, command, "room.accepted", {"offer": offer.seq, "hold": command.hold})


def _decline(room: Room, command: Decline) -> Event | None:
    if command.caller.kind != "agent":
        raise Refusal("forbidden", "only an agent declines")
    offer = _offer(room, command.caller, command.offer)
    return _event(room, command, "room.declined", {"offer": offer.seq}) if offer else None


def _invite(room: Room, command: Invite) -> Event | None:
    _must_be_open(room)
    _must_take_part(room, command.caller)
    offered = any(offer.agent_id == command.agent_id for offer in room.standing_offers)
    if offered or room.participant(command.agent_id):
        return None
    return _event(room, command, "agent.invited", {"agent_id": command.agent_id})


def _transfer(room: Room, command: Transfer) -> Event | None:
    _must_be_open(room)
    if not command.caller.admin:
        _must_take_part(room, command.caller)
    if command.agent_id is not None and room.participant(command.agent_id):
        return None
    target = {"agent_id": command.agent_id} if command.agent_id else {"department_id": command.department_id}
    stands = any(
        not offer.is_invite
        and offer.by == command.caller.id
        and (offer.agent_id, offer.department_id) == (command.agent_id, command.department_id)
        for offer in room.standing_offers
    )
    return None if stands else _event(room, command, "room.transferred", target)


def _close(room: Room, command: Close) -> Event | None:
    caller = command.caller
    taking_part = room.participant(caller.id) is not None
    if room.is_closed:
        return _event(room, command, "agent.left", {}) if taking_part else None
    if command.judged not in {None, room.seq}:
        return None
    if caller.kind == "agent":
        if taking_part and (len(room.participants) > 1 or room.standing_offers):
            return _event(room, command, "agent.left", {})
        if not caller.admin:
            _must_take_part(room, caller)
    return _event(room, command, "room.closed", {"closed_by": command.closed_by, "reason": command.reason})


def _rate(room: Room, command: Rate) -> Event | None:
    if command.caller.kind != "visitor":
        raise Refusal("forbidden", "only the visitor rates")
    if room.rated:
        return None
    return _event(room, command, "room.rated", {"score": command.score, "comment": command.comment})


def _report_unattended(room: Room, command: ReportUnattended) -> Event | None:
    standing = tuple(offer.seq for offer in room.standing_offers)
    if command.offers not in {None, standing} or not room.is_news(command.reason):
        return None
    return _event(room, command, "room.unattended", {"reason": command.reason})


def _offer(room: Room, caller: Caller, seq: int | None) -> Offer | None:
    """The offer that stands for this agent: the one named, else the newest."""
    if seq is None:
        return room.offer_for(agent_id=caller.id, department_ids=caller.department_ids)
    if room.participant(caller.id):
        return None
    named = next((offer for offer in room.offers if offer.seq == seq), None)
    stands = named and named.stands_for(agent_id=caller.id, department_ids=caller.department_ids)
    return named if stands else None


def _must_be_open(room: Room) -> None:
    if room.is_closed:
        raise Refusal("room_closed", "the room is closed")


def _must_take_part(room: Room, caller: Caller) -> Participant:
    if caller.kind != "agent":
        raise Refusal("forbidden", "only an agent may do this")
    participant = room.participant(caller.id)
    if participant is None:
        raise Refusal("not_a_participant", "accept the room first")
    return participant


def _must_not_flood(room: Room, at: int) -> None:
    passed = at - room.window_started_at
    if passed < RATE_WINDOW_MILLISECONDS and room.window_count >= MESSAGES_PER_WINDOW:
        wait = -((passed - RATE_WINDOW_MILLISECONDS) // 1000)
        raise Refusal("rate_limited", "too many messages in this room", retry_after=max(1, wait))


def _refuse_taken(room: Room, caller: Caller, seq: int | None) -> NoReturn:
    """`already_taken`, with the id of who took the named offer.

    Where none is named or nobody took it: of who last took one that this agent might have had, else of the latest
    taker.
    """

    def lost(offer: Offer) -> bool:
        return offer.taken_by != caller.id and offer.went_to(agent_id=caller.id, department_ids=caller.department_ids)

    taken = [offer for offer in room.offers if offer.taken_by is not None]
    best = max(taken, key=lambda offer: (offer.seq == seq, lost(offer), offer.seq), default=None)
    raise Refusal("already_taken", "the offer has ended", taken_by=best.taken_by if best else None)


def _messages_until(room: Room, seq: int, newer: Sequence[Event]) -> int:
    """How many visitor messages lie up to `seq`, known from the first event after it."""
    following = next((event for event in newer if event.seq == seq + 1), None)
    if following is None:
        return room.visitor_messages if seq == room.seq else 0
    is_visitors = following.type == "message.sent" and following.actor.kind == "visitor"
    return following.visitor_messages - is_visitors


def _event(room: Room | None, command: Command, kind: EventType, data: Mapping[str, Any]) -> Event:
    """The event that follows the room's last one. Time never runs backwards within a log."""
    is_visitors_message = kind == "message.sent" and command.caller.kind == "visitor"
    if isinstance(command, OpenRoom):
        room_id, expires_at = command.room_id, command.expires_at
    else:
        assert room is not None  # noqa: S101 - only opening starts from nothing; `decide` is typed so
        room_id, expires_at = room.id, room.expires_at
    return Event(
        room_id=room_id,
        seq=room.seq + 1 if room else 1,
        type=kind,
        at=max(command.at, room.changed_at) if room else command.at,
        actor=command.caller.actor,
        client_id=command.client_id,
        data=data,
        fingerprint=fingerprint(command),
        previous_visible=room.visible_seq if room else 0,
        visitor_messages=(room.visitor_messages if room else 0) + is_visitors_message,
        expires_at=expires_at,
    )
