"""A room offered to a department with 2,000 open apps: how long its delivery takes, and what it holds in memory.

`PYTHONPATH=layers/foyer/python .venv/bin/python -m bench.fan_out` posts to sockets that take 20 ms each, beside the
same for 20 apps; the ideal is what so many threads need for nothing but waiting.
"""

import threading
import time
import tracemalloc
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from foyer.adapters.sockets import POSTS_AT_ONCE
from foyer.domain.commands import OpenRoom
from foyer.domain.events import Event
from foyer.domain.people import Agent, Caller, Department
from foyer.ports import Connection, Visitor
from foyer.services.delivery import Delivery
from foyer.services.lookout import Alarms
from foyer.services.people import People
from foyer.services.presence import Presence
from foyer.services.rooms import Rooms
from tests.fakes.clock import SettableClock
from tests.fakes.memory import MemoryStores
from tests.fakes.timers import ManualTimers

APPS = (20, 2_000)
POST_SECONDS = 0.020
"""What a post to @connections takes, about."""


@dataclass(slots=True)
class SlowSockets:
    """Sockets that take their time, and count."""

    seconds: float
    posted: int = 0
    under_way: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:  # noqa: ARG002 - a port's signature
        """Takes so many seconds."""
        with self._lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if self.seconds:
            time.sleep(self.seconds)
        with self._lock:
            self.under_way -= 1
            self.posted += 1

    def is_open(self, connection_id: str) -> bool:  # noqa: ARG002 - a port's signature
        """Always."""
        return True


def offered(apps: int, sockets: SlowSockets, posts: Executor) -> tuple[Delivery, str, list[Event]]:
    """A delivery that has an opened room to carry to so many apps of one department, and that room."""
    stores, clock, timers = MemoryStores(), SettableClock(), ManualTimers()
    stores.directory.put_department(Department(id="general", name="General"))
    for number in range(apps):
        agent = Agent(
            id=f"agent-{number}", name="A", email="a@x", status="online", department_ids=frozenset({"general"})
        )
        stores.directory.put_agent(agent)
        stores.live.put_connection(
            Connection(
                id=f"connection-{number}",
                caller_kind="agent",
                caller_id=agent.id,
                connected_at=clock() // 1000,
                expires_at=clock() // 1000 + 7_200,
                department_ids=agent.department_ids,
            )
        )
    people = People(stores.directory, clock)
    rooms = Rooms(store=stores.rooms, visitors=stores.visitors, clock=clock)
    delivery = Delivery(
        store=stores.rooms,
        live=stores.live,
        directory=stores.directory,
        people=people,
        rooms=rooms,
        presence=Presence(live=stores.live, timers=timers, clock=clock),
        sockets=sockets,
        alarms=Alarms(people=people, timers=timers, clock=clock),
        ringing=None,
        posts=posts,
        clock=clock,
    )
    opening = OpenRoom(
        caller=Caller(kind="visitor", id="vera", name="Vera"),
        client_id="00000000-0000-4000-8000-000000000001",
        at=clock(),
        room_id="room-1",
        department_id="general",
        page={"url": "https://shop.example/"},
        expires_at=clock() // 1000 + 86_400,
        text="Hello " * 50,
    )
    stores.visitors.put_visitor(Visitor(id="vera", name="Vera"), expires_at=opening.expires_at)
    rooms.open(opening)
    return delivery, opening.room_id, stores.rooms.events_after(opening.room_id, 0)


def main() -> None:
    """Prints a line for each size."""
    for apps in APPS:
        sockets = SlowSockets(POST_SECONDS)
        with ThreadPoolExecutor(POSTS_AT_ONCE) as posts:
            delivery, room_id, events = offered(apps, sockets, posts)
            tracemalloc.start()
            began = time.monotonic()
            delivery.deliver(room_id, events)
            seconds = time.monotonic() - began
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        ideal = -(-apps // POSTS_AT_ONCE) * POST_SECONDS
        print(
            f"{apps:>6,} apps: {sockets.posted:,} posts in {seconds:.2f} s, {seconds / ideal:.1f} x the ideal; "
            f"{sockets.most} at once; {peak / 1e6:.1f} MB at most"
        )


if __name__ == "__main__":
    main()
