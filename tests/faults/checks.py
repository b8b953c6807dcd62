"""What must hold once the relay has drained and nothing fails any more."""

from collections import Counter
from collections.abc import Iterator

from foyer.domain.commands import Accept, OpenRoom
from foyer.domain.events import Event
from foyer.domain.inbox import Entry, entries_of, inbox_state, unattended_reason
from foyer.domain.rooms import VISITOR_CURSOR, Head, Room, fold
from foyer.ports import ClosedRoom
from tests.faults.checks_of_push import notifications_are_right
from tests.faults.checks_of_time import (
    SETTLING_SECONDS,
    limits_that_ended_in_a_calm_were_kept_to_the_second,
    nothing_came_before_its_time,
    nothing_due_was_left_undone,
)
from tests.faults.devices import AgentDevice, Line
from tests.faults.simulation import Simulation
from tests.unit.retold import SEEN_BY_VISITORS, TOLD_BY, retell
from tests.unit.rooms import AGENTS, DEPARTMENTS, VISITORS, caller


def finish(run: Simulation) -> None:
    """Ends a run: drains, compares, lets every outbox and device catch up, and compares again.

    Raises:
        AssertionError: Something is not as promised.
    """
    run.drain()
    everything_holds(run)
    frames_alone_keep_lossless_devices_right(run)
    run.retry_unanswered()
    run.drain()
    everything_holds(run)
    began = run.settle(SETTLING_SECONDS)
    everything_holds(run)
    nothing_came_before_its_time(run)
    nothing_due_was_left_undone(run, began)
    limits_that_ended_in_a_calm_were_kept_to_the_second(run, began)
    notifications_are_right(run)
    every_device_is_right_after_a_sync(run)


def everything_holds(run: Simulation) -> None:
    """All that needs no further call by a client."""
    logs = {room_id: stored_log(run, room_id) for room_id in run.logs}
    logs_are_what_was_committed_without_a_gap(run, logs)
    acknowledged_is_stored_exactly_once(run, logs)
    offers_have_one_winner(run, logs)
    heads = {room_id: run.parts.room_store.head(room_id, consistent=True) for room_id in logs}
    rooms: dict[str, Room] = {}
    for room_id, log in logs.items():
        head = heads[room_id]
        assert head is not None, f"{room_id} has no head"
        assert head.room == fold(log), f"the head of {room_id} is at {head.room.seq}, its log at {len(log)}"
        rooms[room_id] = head.room
    reads_that_were_answered_stand(run, {room_id: head for room_id, head in heads.items() if head})
    entries_agree_with_heads(run, rooms)
    system_commands_were_issued_once(run, logs, rooms)
    nobody_heard_what_is_not_theirs(run)
    every_event_was_posted_to_everybody(run, rooms)


def stored_log(run: Simulation, room_id: str) -> list[Event]:
    """A room's log as it is stored."""
    return run.parts.room_store.events_after(room_id, 0, consistent=True)


def logs_are_what_was_committed_without_a_gap(run: Simulation, logs: dict[str, list[Event]]) -> None:
    for room_id, log in logs.items():
        assert [event.seq for event in log] == list(range(1, len(log) + 1)), f"{room_id} has a gap"
        assert log == run.log(room_id), f"{room_id} is not what was committed"


def acknowledged_is_stored_exactly_once(run: Simulation, logs: dict[str, list[Event]]) -> None:
    for asked in run.asked:
        who, client_id = asked.command.caller, asked.command.client_id
        made = [
            event
            for event in logs.get(asked.room_id, ())
            if event.client_id == client_id and (event.actor.kind, event.actor.id) == (who.kind, who.id)
        ]
        opened_with_text = isinstance(asked.command, OpenRoom) and asked.command.text is not None
        most = 2 if opened_with_text else 1
        assert len(made) in {0, most}, f"{asked} was stored {len(made)} times"
        named = {seq for seq in asked.answers if seq}
        assert len(named) <= 1, f"{asked} was answered with several events"
        assert named <= {event.seq for event in made}, f"{asked} was acknowledged and is not stored"
        assert asked.answers or asked.unknown or not made, f"{asked} was refused and is stored"
        assert not asked.refused_after_storing, f"{asked} was stored and its repeat refused"


def offers_have_one_winner(run: Simulation, logs: dict[str, list[Event]]) -> None:
    for room_id, log in logs.items():
        taken = [event.data["offer"] for event in log if event.type == "room.accepted"]
        assert len(taken) == len(set(taken)), f"{room_id}: an offer has two winners"
    for asked in run.asked:
        if isinstance(asked.command, Accept) and asked.answers:
            inside = {event.actor.id for event in logs[asked.room_id] if event.type == "room.accepted"}
            assert asked.command.caller.id in inside, f"{asked} was told to have won"


def reads_that_were_answered_stand(run: Simulation, heads: dict[str, Head]) -> None:
    for read in run.reads:
        head = heads[read.room_id]
        cursor = head.cursors.get(VISITOR_CURSOR if read.key in VISITORS else read.key)
        assert read.seq == 0 or (cursor is not None and cursor.seq >= read.seq), f"{read} is lost: {cursor}"


def entries_agree_with_heads(run: Simulation, rooms: dict[str, Room]) -> None:
    """What heads require is there, always.

    What no head justifies is a hint that a handler left which died between writing it and its commit, and allowed.
    A list of closed rooms holds no such thing, for its length is trusted.
    """
    store = run.parts.room_store
    found = {Entry(room_id=room_id, agent_id=who) for who in AGENTS for room_id in store.open_room_ids(who)}
    found |= {
        Entry(room_id=room_id, department_id=name)
        for name in ("general", "sales")
        for room_id in store.queued_room_ids(name)
    }
    required = {entry for room in rooms.values() for entry in entries_of(room)}
    assert required <= found, f"lists miss rooms: {required - found}"
    excess = {entry for entry in found - required if entry.room_id in rooms}
    run.figures["hints left behind"] += len(excess)
    unexplained = {entry for entry in excess if not run.backend.left_by_the_dead(entry)}
    assert not unexplained, f"lists name rooms for no reason: {unexplained}"
    for who in AGENTS:
        listed = store.closed_rooms(who, limit=1_000)
        closed = {
            ClosedRoom(room_id=room.id, closed_at=room.closed_at)
            for room in rooms.values()
            if room.closed_at is not None and room.participant(who)
        }
        assert set(listed) == closed, f"{who}'s closed rooms are {listed}, not {closed}"


def system_commands_were_issued_once(run: Simulation, logs: dict[str, list[Event]], rooms: dict[str, Room]) -> None:
    online = {agent.id for agent in run.parts.directory.agents() if agent.status == "online"}
    audiences = {name: {who for who in online if name in DEPARTMENTS[who]} for name in ("general", "sales")}
    audiences |= {who: {who} for who in online}
    for room_id, log in logs.items():
        issued = Counter(event.client_id for event in log if event.actor.kind == "system")
        assert all(times == 1 for times in issued.values()), f"{room_id}: the system said something twice"
        for place, event in enumerate(log):
            if event.type == "room.unattended":
                told = retell(log[:place]).told
                assert TOLD_BY[event.data["reason"]] > TOLD_BY.get(told or "", 0), f"{room_id}: {event} is no news"
        if not run.statuses_changed:
            missing = unattended_reason(rooms[room_id], audiences)
            assert missing is None, f"{room_id}: the visitor was not told that nobody comes ({missing})"


def nobody_heard_what_is_not_theirs(run: Simulation) -> None:
    states = _History(run)
    for line in run.gateway.lines.values():
        who = line.device.caller
        for committed, frame in line.posted:
            if frame["type"] == "agent.status":
                assert DEPARTMENTS[frame["agent_id"]] & who.department_ids, f"{who.id} heard {frame}"
                continue
            room_id = frame["room_id"] if "room_id" in frame else frame["room"]["id"]
            if who.kind == "visitor":
                assert run.log(room_id)[0].actor.id == who.id, f"{who.id} heard {frame}"
                assert frame["type"] in {"room.event", "room.read", "room.typing"}, f"{who.id} heard {frame}"
                assert frame["type"] != "room.event" or frame["event"]["type"] in SEEN_BY_VISITORS
                assert "preview" not in frame, f"{who.id} heard {frame}"
                continue
            seq = frame["event"]["seq"] if frame["type"] == "room.event" else 1
            seen = states.between(room_id, seq, committed)
            if frame["type"] in {"room.event", "room.read", "room.typing"}:
                assert any(room.participant(who.id) for room in seen), f"{who.id} heard {frame}"
            elif frame["type"] == "room.changed":
                assert any(inbox_state(Head(room=room), who) for room in seen), f"{who.id} heard {frame}"


class _History:
    """Rooms as they were when so many events were committed."""

    def __init__(self, run: Simulation) -> None:
        self.rooms: dict[str, list[tuple[int, Room]]] = {}
        for number, event in enumerate(run.commits, start=1):
            known = self.rooms.setdefault(event.room_id, [])
            known.append((number, fold([event], known[-1][1] if known else None)))

    def between(self, room_id: str, seq: int, committed: int) -> Iterator[Room]:
        """All states of a room from its event `seq` to what was committed by then."""
        return (room for number, room in self.rooms[room_id] if room.seq >= seq and number <= committed)


def every_event_was_posted_to_everybody(run: Simulation, rooms: dict[str, Room]) -> None:
    """Whoever stayed connected and concerned was posted each event, and each offer that still stands."""
    numbers = {(event.room_id, event.seq): number for number, event in enumerate(run.commits, start=1)}
    for line in run.gateway.lines.values():
        if not line.open or line.tainted:
            continue
        heard = {(frame["room_id"], frame["event"]["seq"]) for _, frame in line.posted if frame["type"] == "room.event"}
        for room in rooms.values():
            wanted = [event.seq for event in run.log(room.id) if numbers[room.id, event.seq] > line.since]
            missing = [seq for seq in wanted if _concerns(run, room, seq, line) and (room.id, seq) not in heard]
            assert not missing, f"{line.device.name} was never posted {missing} of {room.id}"
            _offers_were_heard(run, room, line, numbers)


def _concerns(run: Simulation, room: Room, seq: int, line: Line) -> bool:
    """Whether the line's owner was a participant from this event until now."""
    who = line.device.caller
    if who.kind == "visitor":
        return room.visitor_id == who.id and run.logs[room.id][seq].visible_to_visitor
    participant = room.participant(who.id)
    return participant is not None and seq >= participant.since


def _offers_were_heard(run: Simulation, room: Room, line: Line, numbers: dict[tuple[str, int], int]) -> None:
    who = line.device.caller
    if who.kind == "visitor" or room.participant(who.id):
        return
    heard = [
        frame["room"]["seq"]
        for _, frame in line.posted
        if frame["type"] == "room.changed" and frame["room"]["id"] == room.id
    ]
    for offer in room.standing_offers:
        came = run.log(room.id)[offer.seq - 1 :]
        inside_since = any(event.type == "room.accepted" and event.actor.id == who.id for event in came)
        stands = offer.stands_for(agent_id=who.id, department_ids=who.department_ids)
        if (
            stands
            and not inside_since
            and numbers[room.id, offer.seq] > line.since
            and not _was_inside(came, room, who.id)
        ):
            assert any(seq >= offer.seq for seq in heard), f"{line.device.name} never heard of offer {offer.seq}"


def _was_inside(came: list[Event], room: Room, who: str) -> bool:
    """Whether the agent left the room since the offer was made."""
    return any(event.type in {"agent.left", "room.accepted"} and who in room.former_agent_ids for event in came)


def frames_alone_keep_lossless_devices_right(run: Simulation) -> None:
    """A device that was synced once and lost no frame shows the very rooms of a fresh one, without another sync."""
    for device in run.devices:
        line = device.line
        if not isinstance(device, AgentDevice) or line is None or not device.synced_since_open:
            continue
        if line.tainted or not line.lossless:
            continue
        run.figures["devices kept right by frames alone"] += 1
        fresh = device.service.sync({})["inbox"]["rooms"]
        here = {room["id"]: room["status"] for room in device.replica.rooms.values()}
        assert here == {room["id"]: room["status"] for room in fresh}, f"{device.name} was left behind by its frames"


def every_device_is_right_after_a_sync(run: Simulation) -> None:
    for device in run.devices:
        device.sync()
        different = device.differences()
        assert not different, f"{device.name}: {different}"
    for asked in run.asked:
        who = asked.command.caller
        if isinstance(asked.command, OpenRoom) and asked.answers:
            listed = [room_id for _, room_id in run.parts.room_store.visitor_rooms(who.id, limit=100)]
            assert asked.room_id in listed, f"{asked} is not among its visitor's rooms"


__all__ = ["caller", "everything_holds", "finish"]
