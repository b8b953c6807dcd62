"""The composition root: which adapter stands behind which port. Each part is made when a function first needs it."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from foyer.adapters.dynamodb.directory import DynamoDirectoryStore
from foyer.adapters.dynamodb.live import DynamoLiveStore
from foyer.adapters.dynamodb.models import ConversationsItem, DirectoryItem, LiveItem, bind
from foyer.adapters.dynamodb.rooms import DynamoRoomStore
from foyer.adapters.dynamodb.visitors import DynamoVisitorStore
from foyer.adapters.sockets import POSTS_AT_ONCE, ApiGatewaySockets
from foyer.adapters.timers import SqsTimers
from foyer.ports import Clock, DirectoryStore, LiveStore, RoomStore, Sockets, Timers, VisitorStore
from foyer.runtime.settings import Settings
from foyer.services.canned_responses import CannedResponses
from foyer.services.delivery import Delivery
from foyer.services.inbox import Inbox
from foyer.services.limits import Limits
from foyer.services.people import People
from foyer.services.presence import Departures, Presence
from foyer.services.rooms import Rooms
from foyer.services.visitors import Visitors

ROOMS_AT_ONCE = 8
"""Rooms of one stream batch that are delivered side by side."""


def system_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Wiring:
    """The parts of one function."""

    def __init__(self, settings: Settings | None = None, clock: Clock = system_clock) -> None:
        self.settings = settings or Settings()
        self.clock = clock

    # adapters

    @cached_property
    def room_store(self) -> RoomStore:
        """Rooms."""
        return self._conversations[0]

    @cached_property
    def visitor_store(self) -> VisitorStore:
        """Visitors' profiles, in the same table as rooms."""
        return self._conversations[1]

    @cached_property
    def live(self) -> LiveStore:
        """Tickets, connections, limits."""
        self._bind(LiveItem, "LIVE_TABLE")
        return DynamoLiveStore()

    @cached_property
    def directory(self) -> DirectoryStore:
        """Agents, departments, canned responses, devices."""
        self._bind(DirectoryItem, "DIRECTORY_TABLE")
        return DynamoDirectoryStore()

    @cached_property
    def sockets(self) -> Sockets:
        """The way out to connections."""
        return ApiGatewaySockets(self.settings.text("CONNECTIONS_URL"))

    @cached_property
    def timers(self) -> Timers:
        """The timers' queue."""
        return SqsTimers(self.settings.text("TIMERS_QUEUE_URL"))

    @cached_property
    def posts(self) -> ThreadPoolExecutor:
        """Threads that post frames."""
        return ThreadPoolExecutor(max_workers=POSTS_AT_ONCE, thread_name_prefix="posts")

    @cached_property
    def rooms_at_once(self) -> ThreadPoolExecutor:
        """Threads that deliver rooms side by side; apart from those that post, for which they wait."""
        # Made before there are threads to share it: from Python 3.12 on nothing keeps two of them from making a cached
        # property twice, and boto3 makes no two clients at once.
        _ = self.delivery
        return ThreadPoolExecutor(max_workers=ROOMS_AT_ONCE, thread_name_prefix="rooms")

    # services

    @cached_property
    def people(self) -> People:
        """Names."""
        return People(self.directory, self.clock)

    @cached_property
    def rooms(self) -> Rooms:
        """Rooms."""
        return Rooms(store=self.room_store, visitors=self.visitor_store, clock=self.clock)

    @cached_property
    def inbox(self) -> Inbox:
        """Agents' lists of rooms."""
        return Inbox(store=self.room_store, rooms=self.rooms)

    @cached_property
    def visitors(self) -> Visitors:
        """Visitors."""
        return Visitors(store=self.visitor_store, clock=self.clock, retention_days=self.settings.retention_days)

    @cached_property
    def presence(self) -> Presence:
        """Sockets."""
        return Presence(live=self.live, clock=self.clock)

    @cached_property
    def departures(self) -> Departures:
        """Visitors who have gone."""
        return Departures(
            live=self.live, visitors=self.visitor_store, rooms=self.rooms, timers=self.timers, clock=self.clock
        )

    @cached_property
    def canned_responses(self) -> CannedResponses:
        """Canned responses."""
        return CannedResponses(directory=self.directory, clock=self.clock)

    @cached_property
    def limits(self) -> Limits:
        """Rate limits."""
        return Limits(live=self.live, clock=self.clock)

    @cached_property
    def delivery(self) -> Delivery:
        """The way out."""
        return Delivery(
            store=self.room_store,
            live=self.live,
            directory=self.directory,
            people=self.people,
            rooms=self.rooms,
            sockets=self.sockets,
            posts=self.posts,
            clock=self.clock,
        )

    @cached_property
    def _conversations(self) -> tuple[RoomStore, VisitorStore]:
        # Bound once for both: each binding makes a client anew, the dearest part of a cold start after the imports.
        self._bind(ConversationsItem, "CONVERSATIONS_TABLE")
        return DynamoRoomStore(), DynamoVisitorStore()

    def _bind(self, base: type[ConversationsItem] | type[LiveItem] | type[DirectoryItem], name: str) -> None:
        settings = self.settings
        bind(base, table_name=settings.text(name), region=settings.region, host=settings.endpoint)
