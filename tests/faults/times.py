"""How time passes: timers and asks come when due or later, sockets end after two hours, and what fails stays."""

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from foyer.ports import PushAsk, Timer
from tests.faults.queues import Message
from tests.faults.steps import TROUBLES
from tests.faults.tasks import Task

if TYPE_CHECKING:
    from tests.faults.simulation import Simulation

SOCKET_MILLISECONDS = 2 * 3600 * 1000
"""API Gateway ends a socket after two hours."""
FINE_MILLISECONDS = 3 * 3600 * 1000
"""So long a leap is played to the second; what is longer goes on by strides, in which every timer is late."""
LONGEST_STRIDE = 12 * 3600 * 1000
STRIDES = 20
HIDDEN_MILLISECONDS = 240 * 1000
"""A message whose handler did not come to its end is handed over again so much later."""
ENDLESS = 500
"""So many messages do not become due in one moment."""
TROUBLED = 0.25
LOST = 0.4
"""How many handlers are in trouble, and how many `$disconnect`s are lost, where time passes in a storm."""


def timer_task(run: "Simulation", message: Message[Timer], *, repeat: bool = False) -> Task:
    """The timers' function gets a message; where it dies, or `repeat`, the message comes again."""
    run.figures["timers"] += 1
    run.figures["timers repeated"] += repeat

    def answered(_: Any) -> None:
        message.done |= not repeat
        if message.body.kind == "watch":
            visitor = run.log(message.body.id)[0].actor.id or ""
            run.watched.looks.setdefault(visitor, []).append(run.clock())

    return Task(
        name=f"timer {message.body.kind} of {message.body.id}",
        work=lambda: run.parts.lookout.look(message.body),
        answered=answered,
    )


def ask_task(run: "Simulation", message: Message[PushAsk], *, repeat: bool = False) -> Task:
    """The push sender gets a message, likewise."""
    run.figures["asks"] += 1
    run.figures["asks repeated"] += repeat

    def answered(_: Any) -> None:
        message.done |= not repeat

    task = Task(
        name=f"ask {message.body.kind} {message.body.seq}",
        work=lambda: run.parts.notifying.carry_out(message.body),
        answered=answered,
    )
    run.watched.senders.setdefault(message.body.room_id, []).append(task)
    return task


def let_pass(run: "Simulation", seconds: int, *, chance: random.Random | None, relayed: bool = True) -> None:
    """Lets time pass and does what comes up on the way.

    Args:
        run: Whose time.
        seconds: How much.
        chance: Brings trouble to timers, asks and sockets; None: nothing fails.
        relayed: Whether the relay carries out what they lead to.
    """
    begin = run.clock()
    end = begin + seconds * 1000
    stride = min(LONGEST_STRIDE, max(0, seconds * 1000 - FINE_MILLISECONDS) // STRIDES)
    while True:
        _do_what_is_due(run, chance, relayed=relayed)
        upcoming = min((at for at in _moments(run) if at > run.clock()), default=end)
        if run.clock() - begin >= FINE_MILLISECONDS:
            upcoming = max(upcoming, run.clock() + stride)
        if upcoming > end or run.clock() >= end:
            break
        run.clock.now = upcoming
    if run.clock() < end:
        run.clock.now = end
        _do_what_is_due(run, chance, relayed=relayed)


def _moments(run: "Simulation") -> Iterator[int]:
    yield from (one.visible_at for one in run.timers.waiting())
    yield from (one.visible_at for one in run.asks.waiting())
    yield from (line.opened_at + SOCKET_MILLISECONDS for line in run.gateway.lines.values() if line.open)


def _do_what_is_due(run: "Simulation", chance: random.Random | None, *, relayed: bool) -> None:
    """Each message once, and again what follows from that at once."""
    tried: set[Message[Any]] = set()
    _end_old_sockets(run, chance)
    while True:
        if relayed:
            run.drain_stream()
        fresh: list[tuple[Message[Any], Task]] = [
            *((one, timer_task(run, one)) for one in run.timers.visible() if one not in tried),
            *((one, ask_task(run, one)) for one in run.asks.visible() if one not in tried),
        ]
        if not fresh:
            return
        assert len(tried) < ENDLESS, f"no end to {fresh[0][1].name}: it comes again at once, for ever"
        for message, task in fresh:
            tried.add(message)
            if chance is not None and chance.random() < TROUBLED:
                task.trouble = chance.choice(TROUBLES)
            run.stage.run([task], lambda _: 0)
            if task.ending != "answered":
                message.visible_at = run.clock() + HIDDEN_MILLISECONDS


def _end_old_sockets(run: "Simulation", chance: random.Random | None) -> None:
    for line in list(run.gateway.lines.values()):
        if line.open and run.clock() - line.opened_at >= SOCKET_MILLISECONDS:
            task = run.leaving(line)
            run.figures["sockets of two hours"] += 1
            if chance is None or chance.random() >= LOST:
                run.stage.run([task], lambda _: 0)
