"""Who may see a room: one rule for both doors (contract.md, "Who may read a room")."""

from foyer.domain.commands import Accept, Command, Decline
from foyer.domain.people import Caller
from foyer.domain.rooms import Room


def may_read(room: Room, caller: Caller) -> bool:
    """Whether the caller may read the room and its log.

    Its visitor; agents who ever accepted it; agents with an offer of it; agents in that visitor's present room
    (`Caller.sees_present_room`, looked up only when nothing else lets them in); admins; the system.
    """
    if caller.kind == "system":
        return True
    if caller.kind == "visitor":
        return room.visitor_id == caller.id
    return (
        caller.admin
        or room.participant(caller.id) is not None
        or caller.id in room.former_agent_ids
        or room.offer_for(agent_id=caller.id, department_ids=caller.department_ids) is not None
        or caller.sees_present_room
    )


def may_address(room: Room, command: Command) -> bool:
    """Whether the caller may know that the room exists, for this command.

    Beyond the readers: whoever it was once offered to may still answer the offer, to hear that it is taken.
    """
    caller = command.caller
    if may_read(room, caller):
        return True
    return (
        isinstance(command, Accept | Decline)
        and caller.kind == "agent"
        and room.was_offered_to(agent_id=caller.id, department_ids=caller.department_ids)
    )
