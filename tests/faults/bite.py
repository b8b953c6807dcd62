"""Whether the campaign bites: bugs planted one by one, and in how many runs each is found.

`make bite` plays 100 runs in memory for each; `EXAMPLES=` changes how many.
"""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from foyer.domain.commands import Command
from foyer.domain.deadlines import command_when_due, deadlines
from foyer.domain.events import Event
from foyer.domain.inbox import Entry
from foyer.domain.people import Caller
from foyer.domain.rooms import Head, Room, fold
from foyer.ports import PushAsk, PushLaterError, SeqTakenError
from foyer.services import delivery
from foyer.services.lookout import Lookout, limits_of
from foyer.services.notifying import Notifying
from foyer.services.rooms import Outcome, Rooms
from tests.fakes.memory import MemoryRoomStore
from tests.faults.campaign import leave_real_accounts_alone, play
from tests.faults.queues import QueuedAsks
from tests.faults.stream import quiet
from tests.faults.tasks import LostError

Patch = AbstractContextManager[Any]


def skip_the_roll_forward() -> Patch:
    """Whoever meets the gap folds what came, and leaves the head where it was."""

    def caught_up(self: Rooms, room: Room) -> Room:
        return fold(self.store.events_after(room.id, room.seq, consistent=True), room)

    return patch.object(Rooms, "caught_up", caught_up)


def drop_attribute_not_exists() -> Patch:
    """An event is written over another's."""

    def append(self: MemoryRoomStore, event: Event) -> None:
        self._logs.setdefault(event.room_id, {})[event.seq] = event

    return patch.object(MemoryRoomStore, "append", append)


def delete_an_entry_without_its_stamp() -> Patch:
    """A late deletion takes what a later event justified anew."""

    def delete_entry(self: MemoryRoomStore, entry: Entry, *, stamp: int) -> None:
        self._entries.pop(entry, None)

    return patch.object(MemoryRoomStore, "delete_entry", delete_entry)


def forget_one_agent_in_the_fan_out() -> Patch:
    """Of several agents in a room the latest hears nothing."""
    original: Callable[[Room], list[Caller]] = delivery.__dict__["_participants"]

    def participants(room: Room) -> list[Caller]:
        found = original(room)
        return found[:-1] if len(found) > 2 else found

    return patch.object(delivery, "_participants", participants)


def acknowledge_before_the_put() -> Patch:
    """The answer goes out, then the event is written, if the function lives to do so."""
    original = Rooms.execute

    def execute(self: Rooms, room_id: str, command: Command) -> Outcome:
        late: Any = _Late(self.store)
        return original(replace(self, store=late), room_id, command)

    return patch.object(Rooms, "execute", execute)


class _Late:
    """A store whose writes to log and head wait until the task has answered."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, event: Event) -> None:
        self._later(lambda: self._store.append(event))

    def advance(self, room: Room) -> None:
        self._later(lambda: self._store.advance(room))

    def _later(self, write: Callable[[], None]) -> None:
        def quietly() -> None:
            with suppress(SeqTakenError, LostError):
                write()

        task = self._store._backend.stage.running
        if task is None:
            quietly()
        else:
            task.late.append(quietly)


def take_a_timer_at_its_word() -> Patch:
    """A timer that comes back early, late or twice is believed: the limit is over, the log is not asked."""
    original: Callable[[Lookout, str], Room | None] = Lookout.__dict__["_judge"]

    def judge(self: Lookout, room_id: str) -> Room | None:
        head = self.store.head(room_id, consistent=True)
        if head is not None and not head.room.is_closed:
            found = deadlines(head.room, limits_of(self.people, head.room), gone_since=None)
            for deadline in (one for one in found if one.reason == "timeout"):
                self.rooms.execute(room_id, command_when_due(head.room, deadline, at=self.clock()))
        return original(self, room_id)

    return patch.object(Lookout, "_judge", judge)


def look_for_no_dead_sockets() -> Patch:
    """A `$disconnect` that was lost is never made up for."""
    return patch.object(Lookout, "_forget_dead_sockets", lambda *_: None)


def never_insist() -> Patch:
    """Who has the app open before them is left to the socket."""
    original = QueuedAsks.ask

    def ask(self: QueuedAsks, ask: PushAsk, *, delay_seconds: int = 0) -> None:
        if not delay_seconds:
            original(self, ask)

    return patch.object(QueuedAsks, "ask", ask)


def push_and_look_away() -> Patch:
    """The sender does not look whether what it pushed has ended meanwhile."""
    original: Callable[..., Any] = Notifying.__dict__["_ring"]

    def ring(self: Notifying, ask: PushAsk, head: Head) -> Any:
        store: Any = SimpleNamespace(head=lambda *_, **__: None)
        return original(replace(self, store=store), ask, head)

    return patch.object(Notifying, "_ring", ring)


def give_up_on_phones_out_of_reach() -> Patch:
    """A provider that cannot take a notification now is not asked again."""
    original = Notifying.carry_out

    def carry_out(self: Notifying, ask: PushAsk) -> Any:
        with suppress(PushLaterError):
            return original(self, ask)
        return []

    return patch.object(Notifying, "carry_out", carry_out)


def write_down_what_was_told_afterwards() -> Patch:
    """A sender that dies behind its push leaves nothing by which it could be withdrawn."""
    original: Callable[..., None] = Notifying.__dict__["_remember"]

    def remember(self: Notifying, *args: Any, told: Any, tried: Any) -> None:
        if told:
            original(self, *args, told=told, tried=tried)

    return patch.object(Notifying, "_remember", remember)


PLANTS: dict[str, Callable[[], Patch]] = {
    "nothing planted": nullcontext,
    "skip the roll-forward": skip_the_roll_forward,
    "drop attribute_not_exists": drop_attribute_not_exists,
    "delete an entry without its stamp": delete_an_entry_without_its_stamp,
    "forget one agent in the fan-out": forget_one_agent_in_the_fan_out,
    "acknowledge before the put": acknowledge_before_the_put,
    "take a timer at its word": take_a_timer_at_its_word,
    "look for no dead sockets": look_for_no_dead_sockets,
    "never insist on an offer": never_insist,
    "push and look away": push_and_look_away,
    "give up on phones out of reach": give_up_on_phones_out_of_reach,
    "write down afterwards what was told": write_down_what_was_told_afterwards,
}


def found_in(plant: Patch, examples: int) -> tuple[int, int | None, str]:
    """In how many runs the bug is found, the first of them, and what that one said."""
    found, first, said = 0, None, ""
    with plant:
        for seed in range(examples):
            try:
                play(seed)
            except Exception as error:  # noqa: BLE001 - a broken promise, or what breaks because of one
                found += 1
                if first is None:
                    first, said = seed, f"{type(error).__name__}: {error}"[:160]
    return found, first, said


def main() -> int:
    """Prints a line for each plant; 1 where one is not found, or something is where nothing was planted."""
    leave_real_accounts_alone()
    examples, failed = int(os.environ.get("EXAMPLES") or 100), False
    with quiet():
        for name, plant in PLANTS.items():
            found, first, said = found_in(plant(), examples)
            failed |= bool(found) == (plant is nullcontext)
            sys.stdout.write(f"{name:<36} {found:>4} of {examples} runs; first: seed {first}. {said}\n")
            sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
