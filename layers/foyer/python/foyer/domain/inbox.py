"""What one agent's list of rooms shows (contract.md, "The inbox, exactly")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from foyer.domain.events import Event, EventType
from foyer.domain.people import Caller
from foyer.domain.rooms import Head, Room, UnattendedReason

InboxState = Literal["closed", "waiting", "answered", "incoming"]
Tab = Literal["all", "active", "waiting", "closed"]
TABS: tuple[Tab, ...] = get_args(Tab)

COUNT_LIMIT = 100
"""Tabs are counted up to here; 100 means 100 or more."""


def inbox_state(head: Head, agent: Caller) -> InboxState | None:
    """The room's state in this agent's inbox; None when it is not in it. The first line that fits wins."""
    room = head.room
    participant = room.participant(agent.id)
    if room.is_closed:
        return "closed" if participant else None
    if participant is None:
        offered = room.offer_for(agent_id=agent.id, department_ids=agent.department_ids)
        return "waiting" if offered else None
    if head.unread(participant):
        return "waiting"
    if room.last_message is not None and room.last_message.sender.kind == "agent":
        return "answered"
    return "incoming"


def tabs_of(head: Head, agent: Caller) -> frozenset[Tab]:
    """The tabs under which the agent finds the room."""
    state = inbox_state(head, agent)
    if state is None:
        return frozenset()
    tabs: set[Tab] = {"all"}
    if state in {"waiting", "closed"}:
        tabs.add("waiting" if state == "waiting" else "closed")
    if state != "closed" and head.room.participant(agent.id):
        tabs.add("active")
    return frozenset(tabs)


def open_order(room: Room) -> tuple[int, str]:
    """Sorts open rooms newest first by their last change, when sorted in reverse."""
    return (room.changed_at, room.id)


def closed_order(room: Room) -> tuple[int, str]:
    """Sorts closed rooms newest first by their close, when sorted in reverse."""
    return (room.closed_at or 0, room.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A hint that a room may belong in a list. Entries are always a superset of what heads say.

    `agent_id` for an agent's open rooms, `department_id` for a department's waiting queue.
    """

    room_id: str
    agent_id: str | None = None
    department_id: str | None = None


def entries_of(room: Room) -> frozenset[Entry]:
    """The entries that this room requires while it is open: one per list that must be able to show it."""
    if room.is_closed:
        return frozenset()
    return frozenset(
        {Entry(room_id=room.id, agent_id=one.id) for one in room.participants}
        | {
            Entry(room_id=room.id, agent_id=offer.agent_id, department_id=offer.department_id)
            for offer in room.standing_offers
        }
    )


_MAY_LEAVE_NOBODY: frozenset[EventType] = frozenset(
    {"room.opened", "message.sent", "room.declined", "room.transferred", "agent.left"}
)


def may_leave_nobody(event: Event) -> bool:
    """Whether nobody may be there to take the room after this event; a message makes an offer only with notices."""
    return event.type in _MAY_LEAVE_NOBODY and (event.type != "message.sent" or bool(event.notices))


def unattended_reason(room: Room, online: Mapping[str, Iterable[str]]) -> UnattendedReason | None:
    """Why nobody can take a waiting room, None while somebody can or when the visitor was told already.

    Args:
        room: The room.
        online: For each department of a standing offer its agents whose status is `online`, connected or not; under
            an agent's own id that agent, for a personal offer, if it is online.
    """
    if room.status != "waiting":
        return None
    declined = not room.standing_offers
    for offer in room.standing_offers:
        candidates = set(online.get(offer.department_id or offer.agent_id or "", ()))
        if candidates - set(offer.declined):
            return None
        declined = declined or bool(candidates)
    reason: UnattendedReason = "declined" if declined else "offline"
    return reason if room.is_news(reason) else None


def counts(heads: Sequence[Head], agent: Caller, *, closed: int) -> dict[Tab, int]:
    """How many rooms each tab holds, each at most 100.

    Args:
        heads: Every room that may be open in the agent's inbox; closed ones are left out here.
        agent: Whose inbox.
        closed: How many closed rooms the inbox holds.
    """
    found = [tabs_of(head, agent) for head in heads if not head.room.is_closed]
    numbers: dict[Tab, int] = {tab: sum(tab in tabs for tabs in found) for tab in TABS}
    numbers["closed"] = closed
    numbers["all"] += closed
    return {tab: min(COUNT_LIMIT, number) for tab, number in numbers.items()}
