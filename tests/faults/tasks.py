"""Handlers as tasks: run alone or side by side, one call to a port at a time, and troubled or killed at any of them.

Only one task runs at any moment, and who goes next is told from outside, so a run is the same every time.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from foyer.domain.errors import Refusal
from foyer.ports import PushLaterError

Value = TypeVar("Value")
Ending = Literal["answered", "refused", "failed", "killed"]
TroubleKind = Literal["kill", "before", "after", "throttle", "error", "unprocessed", "stale"]


class Killed(BaseException):
    """The function is gone: nothing of it runs any more. No `except Exception` survives it."""


class LostError(Exception):
    """A store or a socket did not answer, whether or not it did what it was asked."""


EXPECTED = (LostError, PushLaterError, PynamoDBException, BotoCoreError, ClientError)
"""What a handler may die of where a fault was injected; anything else is a bug."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to a task at its call number `at`; `times` calls in a row (a kill needs one)."""

    kind: TroubleKind
    at: int
    times: int = 1

    def hits(self, place: int) -> bool:
        """Whether this call is in trouble."""
        return self.at <= place < self.at + self.times


@dataclass(eq=False)
class Task:
    """One invocation of a handler.

    Attributes:
        name: What it does, for people.
        work: What it does, for the machine; its result is the answer.
        answered: Called with the answer, before anything in `late`.
        key: No two tasks of one key run side by side.
        late: What a planted bug does after it has answered.
    """

    name: str
    work: Callable[[], Any]
    answered: Callable[[Any], None] = lambda _: None
    trouble: Trouble | None = None
    key: str | None = None
    calls: int = 0
    hit: bool = False
    dead: bool = False
    ending: Ending | None = None
    refusal: Refusal | None = None
    late: list[Callable[[], None]] = field(default_factory=list)
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    threaded: bool = False
    error: BaseException | None = None


class Stage:
    """Where tasks run. `figures` counts what happened to them."""

    def __init__(self, figures: Counter[str]) -> None:
        self.figures = figures
        self.running: Task | None = None
        self._back = threading.Semaphore(0)

    def pause(self) -> Task | None:
        """Called before each call to a port: lets the others go on; answers whose call it is, None for nobody's."""
        task = self.running
        if task is None:
            return None
        if task.dead:
            raise Killed
        if task.threaded:
            self._back.release()
            task.turn.acquire()
        return task

    def trouble(self, task: Task) -> TroubleKind | None:
        """What is to happen at this call, which is counted; a kill happens here."""
        place, trouble = task.calls, task.trouble
        task.calls += 1
        if trouble is None or not trouble.hits(place):
            return None
        if trouble.kind == "kill":
            self._kill(task)
        task.hit = True
        self.figures[f"fault: {trouble.kind}"] += 1
        return trouble.kind

    def call(self, function: Callable[[], Value], stale: Callable[[], Value] | None = None) -> Value:
        """One call to a port, with the trouble that was planned for it; `stale` is what a lagging replica answers."""
        task = self.pause()
        kind = self.trouble(task) if task else None
        if kind is None:
            return function()
        if kind == "stale":
            return stale() if stale else function()
        if kind == "after":
            function()
        raise LostError(kind)

    def run(self, tasks: Sequence[Task], choose: Callable[[int], int]) -> None:
        """Runs tasks to their ends; `choose` says which of so many goes next.

        Raises:
            BaseException: What a task raised that no fault explains.
        """
        if len(tasks) == 1:
            self.running = tasks[0]
            self._run(tasks[0])
            self.running = None
        else:
            self._side_by_side(tasks, choose)
        for task in tasks:
            self.figures[f"handler {task.ending}"] += 1
            if task.error is not None:
                raise task.error

    def _side_by_side(self, tasks: Sequence[Task], choose: Callable[[int], int]) -> None:
        self.figures["handlers side by side"] += len(tasks)
        threads = []
        for task in tasks:
            task.threaded = True
            threads.append(threading.Thread(target=self._in_thread, args=(task,), daemon=True))
            threads[-1].start()
        alive = list(tasks)
        while alive:
            self.running = alive[choose(len(alive))]
            self.running.turn.release()
            self._back.acquire()
            alive = [task for task in alive if task.ending is None]
        self.running = None
        for thread in threads:
            thread.join()

    def _in_thread(self, task: Task) -> None:
        task.turn.acquire()
        self._run(task)
        self._back.release()

    def _run(self, task: Task) -> None:
        ending: Ending = "failed"
        try:
            answer = task.work()
            if task.trouble is not None and task.trouble.kind == "kill" and task.calls <= task.trouble.at:
                self._kill(task)  # after its last call: all was done and nobody hears of it
            ending = "answered"
            task.answered(answer)
            for one in task.late:
                one()
        except Killed:
            ending = ending if ending == "answered" else "killed"
        except Refusal as refusal:
            ending, task.refusal = "refused", refusal
        except EXPECTED as error:
            task.error = None if task.hit else error
        except BaseException as error:  # noqa: BLE001 - it is raised where the run was started
            task.error = error
        task.ending = ending

    def _kill(self, task: Task) -> None:
        task.dead = True
        self.figures["kills"] += 1
        raise Killed


class Turns:
    """Who goes next, told from a seed: one task for a while, then another; each call in turn is but one such order."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._last, self._left = 0, 0

    def __call__(self, alive: int) -> int:
        """One of so many."""
        if self._left:
            self._left -= 1
            return min(self._last, alive - 1)
        self._last, self._left = self._chance.randrange(alive), self._chance.choice(BURSTS)
        return self._last


BURSTS = [0] * 6 + [1, 3, 8, 30]
"""How many calls more a task has before it is another's turn."""


class InlineExecutor(Executor):
    """Does at once what it is given, in the caller's thread; who is killed there is killed."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Runs it."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future keeps whatever was raised
            future.set_exception(error)
        return future
