"""What time must and must not have done, told from the logs, the limits and who was truly connected when.

Nothing here asks the rules under test: `foyer.domain.deadlines` and Foyer's own idea of presence are not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from foyer.domain.events import Event
from foyer.domain.people import TimeLimits
from tests.faults.devices import Span
from tests.faults.simulation import Simulation
from tests.faults.times import HIDDEN_MILLISECONDS
from tests.unit.retold import TOLD_BY, Retold, retell

SECOND, MINUTE, DAY = 1_000, 60_000, 86_400_000
GONE = 2 * MINUTE
LIFE = 30 * DAY
WATCH = 15 * MINUTE
"""An open room is looked at so often: what nothing else brings up, the watch does."""
STORED = 2 * 60 * MINUTE + 40 * MINUTE
"""How long a socket is remembered that does not say that it ended."""
LOOKED_AT = WATCH + 30 * SECOND
SETTLING_SECONDS = 65 * 60
"""What any visitor's end takes: a watch that notices it, the longest patience of a department, another watch."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A room just before its event number `place + 1`, or now."""

    log: list[Event]
    told: Retold
    limits: TimeLimits

    @property
    def opened(self) -> int:
        return self.log[0].at

    @property
    def changed(self) -> int:
        return self.log[-1].at

    @property
    def follows_visitor(self) -> bool:
        """An accepted room closes behind its visitor, and one that waits with nothing written in it."""
        return bool(self.told.inside) or not self.told.messages()

    @property
    def patience(self) -> int | None:
        """How long its visitor may be gone, milliseconds."""
        if self.told.waiting:
            return GONE
        return None if self.limits.visitor_gone is None else max(GONE, self.limits.visitor_gone * SECOND)

    @property
    def offer_due(self) -> int | None:
        """When the visitor has to hear that nobody takes the room."""
        if not self.told.waiting or not self.told.standing or self.limits.offer is None:
            return None
        begun = max(_empty_since(self.log), *(self.log[one.seq - 1].at for one in self.told.standing))
        return begun + self.limits.offer * SECOND

    @property
    def timeout_is_news(self) -> bool:
        return TOLD_BY["timeout"] > TOLD_BY.get(self.told.told or "", 0)


def moment(run: Simulation, log: list[Event]) -> Moment:
    """A room after these events."""
    told = retell(log)
    return Moment(log, told, run.limits[told.department])


def _empty_since(log: list[Event]) -> int:
    """Since when nobody is in a room that waits: walked from its start."""
    since = log[0].at
    for place, event in enumerate(log, start=1):
        if event.type == "agent.left" and not retell(log[:place]).inside:
            since = event.at
    return since


def nothing_came_before_its_time(run: Simulation) -> None:
    """No limit was over early, nobody was called gone who was there, and each cause was followed by one command."""
    for room_id in run.logs:
        log = run.log(room_id)
        assert sum(event.type == "room.closed" for event in log) <= 1, f"{room_id} was closed twice"
        for place, event in enumerate(log):
            if event.actor.kind == "system" and place:
                _in_time(run, moment(run, log[:place]), event)


def _in_time(run: Simulation, before: Moment, event: Event) -> None:
    reason, at = event.data["reason"], event.at
    run.figures[f"by the system: {reason}"] += 1
    where = f"{event.room_id}: {reason} at {event.seq}"
    assert not before.told.closed, f"{where} after the close"
    match reason:
        case "timeout":
            assert before.offer_due is not None, f"{where}, but nothing waits"
            assert at >= before.offer_due, f"{where}, {before.offer_due - at} ms early"
        case "expired":
            assert at >= before.opened + LIFE, f"{where} too early"
        case "idle":
            assert before.follows_visitor, f"{where}: such a room waits"
            assert before.limits.idle is not None, f"{where}, which has no limit"
            assert at >= before.changed + before.limits.idle * SECOND, f"{where} too early"
        case "visitor_left":
            assert before.follows_visitor, f"{where}: such a room waits"
            assert before.patience is not None, f"{where}, which has no limit"
            gone_since = _gone_since(run, before.told.visitor, at)
            assert gone_since is not None, f"{where}: the visitor is there, or never was"
            since = max(gone_since, before.opened)
            assert at >= since + before.patience, f"{where}, {since + before.patience - at} ms early"


def _spans(run: Simulation, visitor: str) -> Iterator[Span]:
    """When the visitor's sockets were open."""
    for line in run.gateway.lines.values():
        if line.device.caller.id == visitor:
            yield from line.spans


def _gone_since(run: Simulation, visitor: str, now: int) -> int | None:
    """When the visitor's last socket ended; None for one who is there or never was. What happens now may come after."""
    spans = [one for one in _spans(run, visitor) if one.since < now]
    if not spans:  # it asked for one that may never have come to be
        came = run.watched.came.get(visitor, now)
        return came if came < now else None
    if any(one.until is None for one in spans):
        return None
    return max(one.until for one in spans if one.until is not None)


def nothing_due_was_left_undone(run: Simulation, began: int) -> None:
    """Whatever was due, the watch has come by since. `began` is when the last calm began."""
    for room_id in run.logs:
        now = moment(run, run.log(room_id))
        if now.told.closed:
            continue
        late = run.clock() - LOOKED_AT
        assert now.opened + LIFE > late, f"{room_id} outlived its life"
        if now.offer_due is not None and now.timeout_is_news:
            assert now.offer_due > late, f"{room_id}: nobody said that the limit has passed"
        if not now.follows_visitor:
            continue
        if now.limits.idle is not None:
            assert now.changed + now.limits.idle * SECOND > late, f"{room_id} is idle and open"
        gone_since = _gone_since(run, now.told.visitor, began)
        came_back = any(one.until is None for one in _spans(run, now.told.visitor))
        if gone_since is not None and not came_back and now.patience is not None and _was_noticed(run, now):
            noticed = max(gone_since, began) + WATCH
            assert noticed + now.patience > late, f"{room_id}: its visitor has left long ago"


def _was_noticed(run: Simulation, now: Moment) -> bool:
    """Whether the watch came by while an unannounced end could still be seen, for each socket of the room's visitor.

    It could not where the relay carried out the room's opening, or a timer came, later than half an hour. And what a
    `$connect` left behind that failed is taken for a socket until it expires, by a watch if there is a room to watch.
    """
    if any(task.ending != "answered" for task in run.watched.connects.get(now.told.visitor, ())):
        return False
    looks = run.watched.looks.get(now.told.visitor, ())
    lines = [one for one in run.gateway.lines.values() if one.device.caller.id == now.told.visitor]
    return all(
        one.announced or any(at - one.opened_at < STORED and at > (one.spans[-1].until or 0) for at in looks)
        for one in lines
    )


def limits_that_ended_in_a_calm_were_kept_to_the_second(run: Simulation, began: int) -> None:
    """An offer's limit has a timer of its own, set when the offer was carried out.

    One whose handler failed just before the calm is handed over again a few minutes into it.
    """
    for room_id in run.logs:
        log = run.log(room_id)
        for place, event in enumerate(log):
            if event.type == "room.unattended" and event.data["reason"] == "timeout" and event.at > began:
                due = moment(run, log[:place]).offer_due
                assert due is not None
                assert event.at <= max(due, began + HIDDEN_MILLISECONDS) + SECOND, (
                    f"{room_id} heard of the limit {event.at - due} ms late"
                )
