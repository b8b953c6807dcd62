"""Whom notifications must have reached, and what none of them may have done, told from logs, phones and touches."""

from collections import Counter
from collections.abc import Iterator

from foyer.ports import LedgerEntry
from tests.faults.phones import OFFERS, Phone, Press, Sent
from tests.faults.simulation import Simulation
from tests.unit.retold import Retold, retell
from tests.unit.rooms import AGENTS

KINDS = {"department": "offer", "invite": "invite", "transfer": "transfer"}
ANSWERS = {"accept": ("room.accepted", False), "hold": ("room.accepted", True), "decline": ("room.declined", None)}


def notifications_are_right(run: Simulation) -> None:
    """All that must hold once whatever was asked for has been carried out."""
    history = _Histories(run)
    nobody_was_told_what_is_not_theirs(run, history)
    badges_say_what_waits(run)
    whoever_must_hear_was_pushed(run)
    nothing_stands_that_has_had_its_time(run)
    entries = {(one.room_id, one.offer, one.agent_id, one.device_id): one for one in _ledger(run)}
    the_ledger_tells_what_was_sent(run, entries)
    a_token_decides_once(run)
    the_ledger_tells_what_was_touched(run, entries)


def _ledger(run: Simulation) -> Iterator[LedgerEntry]:
    return (entry for room_id in run.logs for entry in run.parts.push_ledger.ledger(room_id))


class _Histories:
    """Rooms as they were told after each of their events, each walked once."""

    def __init__(self, run: Simulation) -> None:
        self.run = run
        self.numbers: dict[str, list[int]] = {}
        for number, event in enumerate(run.commits, start=1):
            self.numbers.setdefault(event.room_id, []).append(number)
        self.told: dict[tuple[str, int], Retold] = {}

    def between(self, room_id: str, seq: int, committed: int) -> Iterator[Retold]:
        """All states of a room from its event `seq` to what was committed by then."""
        last = sum(number <= committed for number in self.numbers[room_id])
        for length in range(seq, last + 1):
            if (room_id, length) not in self.told:
                self.told[room_id, length] = retell(self.run.log(room_id)[:length])
            yield self.told[room_id, length]


def nobody_was_told_what_is_not_theirs(run: Simulation, history: _Histories) -> None:
    tried: set[tuple[str, str]] = set()
    for sent in run.pushes.sent:
        one, where = sent.notification, f"{sent.device_id} was told {sent.notification}"
        assert (one.token is not None) == (one.kind in OFFERS), f"{where}: a token is for offers"
        assert one.sender is None, f"{where}: who writes is nobody's business"
        assert one.text is None, f"{where}: what visitors write is nobody's business"
        if one.kind == "clear":
            had_something = (sent.device_id, one.room_id) in tried or run.watched.sender_died(one.room_id)
            assert had_something, f"{where} and had nothing of that room"
            continue
        tried.add((sent.device_id, one.room_id))
        states = history.between(one.room_id, one.seq, sent.committed)
        if one.kind == "message":
            assert any(sent.agent_id in told.inside for told in states), f"{where} and is not inside"
            continue
        assert sent.agent_id in run.watched.ever_online, f"{where} and was never online"
        assert any(
            chance.seq == one.seq and KINDS[chance.kind] == one.kind
            for told in states
            for chance in told.open_to(sent.agent_id)
        ), f"{where}, which was never theirs to take"


def badges_say_what_waits(run: Simulation) -> None:
    for sent in run.pushes.sent:
        if sent.badge is not None:
            run.figures["badges judged"] += 1
            assert sent.notification.badge == sent.badge, f"{sent.agent_id} has {sent.badge}, not {sent.notification}"


def whoever_must_hear_was_pushed(run: Simulation) -> None:
    """For what still stands and concerns them now as it did when it came, judged while nothing waits to be told."""
    if any(run.stream.pending.values()) or run.asks.waiting():
        return
    numbers = {(event.room_id, event.seq): number for number, event in enumerate(run.commits, start=1)}
    told: dict[tuple[str, str], list[Sent]] = {}
    for one in run.pushes.sent:
        if one.outcome == "sent":
            told.setdefault((one.device_id, one.notification.room_id), []).append(one)
    for room_id in run.logs:
        now = retell(run.log(room_id))
        if now.closed:
            continue
        for agent in AGENTS:
            for phone in _working(run, agent):
                heard = told.get((phone.name, room_id), [])
                _offers_rang(run, now, phone, heard, numbers)
                _messages_rang(run, now, phone, heard, numbers)


def _working(run: Simulation, agent: str) -> list[Phone]:
    return [phone for phone in run.pushes.of(agent) if phone.state == "fine" and phone.works_since is not None]


def _offers_rang(
    run: Simulation, now: Retold, phone: Phone, heard: list[Sent], numbers: dict[tuple[str, int], int]
) -> None:
    room_id = now.log[0].room_id
    online_since = run.watched.online.get(phone.agent_id)
    for chance in now.open_to(phone.agent_id):
        number = numbers[room_id, chance.seq]
        if online_since is None or online_since >= number or (phone.works_since or 0) >= number:
            continue
        run.figures["offers that must have rung"] += 1
        rang = any(one.notification.seq == chance.seq and one.notification.kind in OFFERS for one in heard)
        assert rang, f"{phone.name} never rang for offer {chance.seq} of {room_id}"


def _messages_rang(
    run: Simulation, now: Retold, phone: Phone, heard: list[Sent], numbers: dict[tuple[str, int], int]
) -> None:
    room_id, agent = now.log[0].room_id, phone.agent_id
    inside_since = now.inside.get(agent)
    if inside_since is None:
        return
    head = run.backend.peek(room_id)
    cursor = head.cursors.get(agent) if head else None
    read = max(now.read[agent], cursor.seq if cursor else 0, inside_since)
    for event in now.log[read:]:
        number = numbers[room_id, event.seq]
        open_app = agent in run.watched.forward_at.get(number, ()) or run.watched.said.get(agent, -1) >= number
        if event.type != "message.sent" or event.actor.kind != "visitor" or open_app:
            continue
        if (phone.works_since or 0) < number:
            run.figures["messages that must have rung"] += 1
            rang = any(one.notification.seq >= event.seq and one.notification.kind == "message" for one in heard)
            assert rang, f"{phone.name} never rang for message {event.seq} of {room_id}"


def nothing_stands_that_has_had_its_time(run: Simulation) -> None:
    """No lock screen shows a room that does not wait for its agent any more; no ask for it waits, none was given up."""
    assert not run.asks.waiting(), "not everything that was asked for was carried out"
    for agent in AGENTS:
        for phone in _working(run, agent):
            for room_id, notification in phone.shown.items():
                head = run.backend.peek(room_id)
                cursors = {key: one.seq for key, one in head.cursors.items()} if head else {}
                state = retell(run.log(room_id)).state(agent, cursors)
                run.figures["notifications that stand"] += 1
                assert state == "waiting", f"{phone.name} still shows {notification} of a room that is {state}"


def the_ledger_tells_what_was_sent(
    run: Simulation, entries: dict[tuple[str, int, str, str | None], LedgerEntry]
) -> None:
    for sent in run.pushes.offers():
        if sent.task is not None and sent.task.ending == "answered":
            entry = entries.get(sent.offer)
            assert entry is not None, f"the ledger does not know of {sent}"
            assert entry.kind == sent.notification.kind, f"the ledger has {entry} for {sent}"


def the_ledger_tells_what_was_touched(
    run: Simulation, entries: dict[tuple[str, int, str, str | None], LedgerEntry]
) -> None:
    for entry in entries.values():
        touches = _touches(run, entry)
        assert entry.seen_at is None or any(one.action == "seen" for one in touches), f"nobody saw {entry}"
        assert entry.action in {None, *(one.action for one in touches)}, f"nobody answered {entry}"
        for press in touches:
            if press.answered and press.noted:
                run.figures["touches that the ledger tells"] += 1
                told = entry.seen_at if press.action == "seen" else entry.action
                assert told is not None, f"{entry} does not tell of {press}"


def _touches(run: Simulation, entry: LedgerEntry) -> list[Press]:
    place = (entry.room_id, entry.offer, entry.agent_id, entry.device_id)
    return [press for press in run.presses if press.offer == place]


def a_token_decides_once(run: Simulation) -> None:
    named = {(one.command.caller.id, one.command.client_id) for one in run.asked}
    by_token: dict[tuple[str, int, str], list[tuple[str, bool | None]]] = {}
    for room_id in run.logs:
        decided = Counter[tuple[int, str | None]]()
        made = Counter[str]()
        for event in run.log(room_id):
            if event.type not in {"room.accepted", "room.declined"}:
                continue
            decided[event.data["offer"], event.actor.id] += 1
            if (event.actor.id, event.client_id) not in named:
                made[event.client_id] += 1
                place = (room_id, event.data["offer"], event.actor.id or "")
                by_token.setdefault(place, []).append((event.type, event.data.get("hold")))
        assert all(times == 1 for times in decided.values()), f"{room_id}: an offer was answered twice by one agent"
        assert all(times == 1 for times in made.values()), f"{room_id}: a token decided twice"
    for place, answers in by_token.items():
        pressed = {ANSWERS[one.action] for one in run.presses if one.offer[:3] == place and one.action in ANSWERS}
        assert set(answers) <= pressed, f"{place} was answered {answers}, and pressed {pressed}"
        run.figures["decided on a lock screen"] += 1
    for press in run.presses:
        if press.answered and press.action in {"accept", "hold"}:
            room_id, _, agent, _ = press.offer
            inside = [event.actor.id for event in run.log(room_id) if event.type == "room.accepted"]
            assert agent in inside, f"{press} was answered, and {agent} was never inside"
