"""The composition root: which adapter stands behind which port. Each part is made when a function first needs it."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from types import ModuleType

from foyer.adapters.dynamodb.directory import DynamoDirectoryStore
from foyer.adapters.dynamodb.ledger import DynamoPushLedger
from foyer.adapters.dynamodb.live import DynamoLiveStore
from foyer.adapters.dynamodb.models import ConversationsItem, DirectoryItem, LiveItem, bind
from foyer.adapters.dynamodb.rooms import DynamoRoomStore
from foyer.adapters.dynamodb.visitors import DynamoVisitorStore
from foyer.adapters.push_queue import SqsPushQueue
from foyer.adapters.sockets import POSTS_AT_ONCE, ApiGatewaySockets
from foyer.adapters.timers import SqsTimers
from foyer.ports import (
    Clock,
    DirectoryStore,
    LiveStore,
    Pushes,
    PushLedger,
    PushQueue,
    RoomStore,
    Signer,
    Sockets,
    Timers,
    VisitorStore,
)
from foyer.runtime.settings import Settings
from foyer.services.canned_responses import CannedResponses
from foyer.services.delivery import Delivery
from foyer.services.inbox import Inbox
from foyer.services.limits import Limits
from foyer.services.lock_screen import LockScreen
from foyer.services.lookout import Alarms, Lookout
from foyer.services.notifying import Notifying
from foyer.services.people import People
from foyer.services.presence import Presence
from foyer.services.ringing import Ringing
from foyer.services.rooms import Rooms
from foyer.services.tickets import Tickets
from foyer.services.visitors import Visitors

AGENTS_AT_ONCE = 8
"""Agents whose devices one push sender serves side by side."""
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
    def push_queue(self) -> PushQueue | None:
        """Where push notifications are asked for; None where the stage has none."""
        queue_url = self.settings.optional("PUSH_QUEUE_URL")
        return SqsPushQueue(queue_url) if queue_url else None

    @cached_property
    def pushes(self) -> Pushes:
        """The push service of each platform that the stage has one for."""
        pushes: Pushes = _push_services().pushes(self.settings, self.clock)
        return pushes

    @cached_property
    def push_ledger(self) -> PushLedger:
        """What became of offers that were pushed, in the same table as rooms."""
        return self._conversations[2]

    @cached_property
    def signer(self) -> Signer:
        """Makes and knows the tokens of lock screens."""
        signer: Signer = _push_services().signer(self.settings)
        return signer

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
    def tickets(self) -> Tickets:
        """The right to open a socket."""
        return Tickets(live=self.live, clock=self.clock)

    @cached_property
    def presence(self) -> Presence:
        """Open sockets."""
        return Presence(live=self.live, timers=self.timers, clock=self.clock)

    @cached_property
    def lookout(self) -> Lookout:
        """What is due when time has passed."""
        return Lookout(
            store=self.room_store,
            visitors=self.visitor_store,
            people=self.people,
            rooms=self.rooms,
            presence=self.presence,
            sockets=self.sockets,
            timers=self.timers,
            clock=self.clock,
        )

    @cached_property
    def ringing(self) -> Ringing | None:
        """Asks for push notifications, where the stage has any."""
        return Ringing(asks=self.push_queue, ledger=self.push_ledger) if self.push_queue else None

    @cached_property
    def notifying(self) -> Notifying:
        """Carries out what was asked for."""
        return Notifying(
            store=self.room_store,
            live=self.live,
            directory=self.directory,
            ledger=self.push_ledger,
            pushes=self.pushes,
            inbox=self.inbox,
            signer=self.signer,
            texts=self.settings.flag("PUSH_TEXTS"),
            agents_at_once=ThreadPoolExecutor(max_workers=AGENTS_AT_ONCE, thread_name_prefix="agents"),
            clock=self.clock,
        )

    @cached_property
    def lock_screen(self) -> LockScreen:
        """Answers given on a lock screen."""
        return LockScreen(
            rooms=self.rooms, people=self.people, ledger=self.push_ledger, signer=self.signer, clock=self.clock
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
            presence=self.presence,
            sockets=self.sockets,
            alarms=Alarms(people=self.people, timers=self.timers, clock=self.clock),
            ringing=self.ringing,
            posts=self.posts,
            clock=self.clock,
        )

    @cached_property
    def _conversations(self) -> tuple[RoomStore, VisitorStore, PushLedger]:
        # Bound once for all: each binding makes a client anew, the dearest part of a cold start after the imports.
        self._bind(ConversationsItem, "CONVERSATIONS_TABLE")
        return DynamoRoomStore(), DynamoVisitorStore(), DynamoPushLedger()

    def _bind(self, base: type[ConversationsItem] | type[LiveItem] | type[DirectoryItem], name: str) -> None:
        settings = self.settings
        bind(base, table_name=settings.text(name), region=settings.region, host=settings.endpoint)


def _push_services() -> ModuleType:
    # Not at the top: the clients of Secrets Manager and of push services would be a tenth of every function's start.
    from foyer.runtime import push_services  # noqa: PLC0415

    return push_services
