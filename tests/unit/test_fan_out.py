"""A wide fan-out is bounded: in what is under way at once, and in what it makes for each receiver."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import Any

import pytest

from bench.fan_out import SlowSockets, offered
from foyer.adapters.sockets import POSTS_AT_ONCE
from foyer.ports import GoneError
from foyer.services.delivery import POSTS_UNDER_WAY

APPS = 2_000


class Counting(Executor):
    """Threads, and how many posts were handed to them and not done at the same time."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.most = self._under_way = 0
        self._threads, self._lock = threads, Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Runs it on a thread."""
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        future = self._threads.submit(fn, *args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: "Future[Any]") -> None:
        with self._lock:
            self._under_way -= 1


class Keeping(SlowSockets):
    """Sockets that keep what they were given, by identity."""

    def __init__(self) -> None:
        super().__init__(0)
        self.frames: dict[int, Mapping[str, Any]] = {}

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        self.frames[id(frame)] = frame
        SlowSockets.post(self, connection_id, frame)


def test_two_thousand_apps_hear_of_an_offer_by_a_bounded_number_of_posts_at_once() -> None:
    sockets = Keeping()
    with ThreadPoolExecutor(POSTS_AT_ONCE) as threads:
        posts = Counting(threads)
        delivery, room_id, events = offered(APPS, sockets, posts)
        delivery.deliver(room_id, events)
    assert sockets.posted == APPS
    # A post is counted a moment longer than it takes, so the bound is known to within the threads.
    assert posts.most <= POSTS_UNDER_WAY + POSTS_AT_ONCE
    assert len(sockets.frames) == 1, "one frame serves all who see the same"


@pytest.mark.parametrize("written_again", [False, True])
def test_a_connection_that_is_gone_is_forgotten_only_if_it_still_stands_there(*, written_again: bool) -> None:
    """While the post was under way a ping of the very same connection may have written it anew."""
    sockets = Keeping()
    with ThreadPoolExecutor(1) as threads:
        delivery, room_id, events = offered(1, sockets, threads)
        live, now = delivery.live, delivery.clock() // 1000
        (connection,) = live.connections_in("general", now=now)
        live.put_connection(replace(connection, connected_at=now - 60))

        def gone(*_: Any) -> None:
            if written_again:
                live.put_connection(connection)
            raise GoneError

        sockets.post = gone  # type: ignore[assignment, method-assign]
        delivery.deliver(room_id, events)
    assert live.connections_in("general", now=now) == ([connection] if written_again else [])
