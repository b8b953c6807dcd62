"""What the judges have to know and no log says: who was there, who was online, whose app was in the foreground."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foyer.domain.events import Event
from foyer.domain.rooms import Head
from tests.faults.devices import Line
from tests.faults.tasks import Task
from tests.unit.retold import retell

if TYPE_CHECKING:
    from tests.faults.simulation import Simulation

FORGOTTEN_MILLISECONDS = 3 * 3600 * 1000
"""What is stored of a connection is gone after so long at the latest."""


@dataclass
class Watched:
    """One run's memory.

    Attributes:
        came: By caller when the first socket of theirs was asked for.
        connects: By caller the handlers of their `$connect`s.
        online: By agent the number of events committed since when it has been online for certain.
        ever_online: Agents who may have been online at any time.
        said: By agent the number of events committed when an app of theirs said last that it is in the foreground.
        looks: When the watch of a room came by and came to its end, by the room's visitor, milliseconds since 1970.
        senders: By room the push sender's handlers.
        forward: Sockets whose app may be stored as in the foreground, by id.
        forward_at: By number of a commit the agents of whom one such socket was stored.
    """

    came: dict[str, int] = field(default_factory=dict)
    connects: dict[str, list[Task]] = field(default_factory=dict)
    online: dict[str, int] = field(default_factory=dict)
    ever_online: set[str] = field(default_factory=set)
    said: dict[str, int] = field(default_factory=dict)
    looks: dict[str, list[int]] = field(default_factory=dict)
    senders: dict[str, list[Task]] = field(default_factory=dict)
    forward: dict[str, Line] = field(default_factory=dict)
    forward_at: dict[int, frozenset[str]] = field(default_factory=dict)

    def committed(self, event: Event, number: int, now: int) -> None:
        """An event was committed, as the `number`th."""
        if event.type == "message.sent":
            stored = (one for one in self.forward.values() if now - one.opened_at <= FORGOTTEN_MILLISECONDS)
            self.forward_at[number] = frozenset(one.device.caller.id for one in stored)

    def connecting(self, caller_id: str, task: Task, now: int) -> None:
        """A socket is asked for."""
        self.came.setdefault(caller_id, now)
        self.connects.setdefault(caller_id, []).append(task)

    def in_foreground(self, line: Line, number: int) -> None:
        """An app says so, and may have been heard."""
        self.forward[line.id] = line
        self.said[line.device.caller.id] = number

    def not_in_foreground(self, line: Line) -> None:
        """An app said so or ended its socket, and was heard for certain."""
        self.forward.pop(line.id, None)

    def sender_died(self, room_id: str) -> bool:
        """Whether a push sender came to no end of its own in a room: it may have left more written down than told."""
        return any(task.ending in {"killed", "failed"} for task in self.senders.get(room_id, ()))

    @staticmethod
    def badge(run: "Simulation", agent_id: str) -> int | None:
        """How many rooms wait for an agent, told from the logs and the read cursors alone."""
        waiting = 0
        for room_id in run.logs:
            log = run.log(room_id)
            head = run.backend.peek(room_id)
            if head is None or head.room.seq != len(log):
                return None
            waiting += retell(log).state(agent_id, _cursors(head)) == "waiting"
        return waiting


def _cursors(head: Head) -> dict[str, int]:
    return {key: cursor.seq for key, cursor in head.cursors.items()}
