"""Queues as SQS keeps its promises: nothing before its delay, at least once, in any order, until a handler succeeds.

There are no dead letters here: what fails comes again until it succeeds, as late as the steps will have it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from foyer.ports import PushAsk, Timer
from tests.fakes.clock import SettableClock
from tests.faults.tasks import Stage

LONGEST_DELAY_SECONDS = 900
"""What SQS can delay at most; whoever asks for more gets the message early."""

Body = TypeVar("Body")


@dataclass(eq=False)
class Message(Generic[Body]):
    """One message. It is there until it is `done`, and nobody is handed it before `visible_at` (milliseconds)."""

    body: Body
    visible_at: int
    done: bool = False


@dataclass
class Queue(Generic[Body]):
    """A queue of delayed messages on the run's clock."""

    clock: SettableClock
    messages: list[Message[Body]] = field(default_factory=list)

    def put(self, body: Body, *, delay_seconds: int) -> None:
        """A message that is handed over after so many whole seconds."""
        self.messages.append(Message(body, self.clock() + delay_seconds * 1000))

    def waiting(self) -> list[Message[Body]]:
        """All that is not done, in the order in which it may be handed over first."""
        self.messages = [one for one in self.messages if not one.done]
        return sorted(self.messages, key=lambda one: one.visible_at)

    def visible(self) -> list[Message[Body]]:
        """What may be handed over now."""
        return [one for one in self.waiting() if one.visible_at <= self.clock()]

    def bodies(self) -> Iterator[Body]:
        """What all messages say, visible or not."""
        return (one.body for one in self.waiting())


@dataclass(frozen=True, slots=True)
class QueuedTimers:
    """`foyer.ports.Timers`: setting one is a call that may fail before or after it was done."""

    queue: Queue[Timer]
    stage: Stage

    def set(self, timer: Timer, *, now: int) -> None:
        """Sets a timer, by 15 minutes at most."""
        seconds = min(LONGEST_DELAY_SECONDS, max(0, -((now - timer.due_at) // 1000)))
        self.stage.call(lambda: self.queue.put(timer, delay_seconds=seconds))


@dataclass(frozen=True, slots=True)
class QueuedAsks:
    """`foyer.ports.PushQueue`, likewise."""

    queue: Queue[PushAsk]
    stage: Stage

    def ask(self, ask: PushAsk, *, delay_seconds: int = 0) -> None:
        """Asks, to be looked at after so many seconds."""
        self.stage.call(lambda: self.queue.put(ask, delay_seconds=delay_seconds))
