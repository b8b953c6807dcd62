"""A device: it stays connected, catches up, and sends what its outbox holds, until it is killed."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal
from urllib.parse import urlsplit

from tests.client.commands import OPEN, SOCKET_ACTIONS, Answer, Command, Json, meaning, wished_wait
from tests.client.figures import Figures
from tests.client.gaps import Gaps
from tests.client.https import Https, UnreachableError
from tests.client.line import Line, LineLostError, open_line
from tests.client.mirror import Mirror
from tests.client.outbox import Outbox
from tests.client.timings import Timings, wait_before

SYNC_ROOMS = 100
"""How many rooms `/sync` takes at once."""
PAGE_EVENTS = 100
WITHOUT_AFTER = frozenset({OPEN, "room.read"})
WITHOUT_CLIENT_ID = frozenset({"room.read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose device it is, and the token that it kept."""

    kind: Literal["visitor", "agent"]
    id: str
    token: str

    @property
    def door(self) -> str:
        """Where this owner's paths begin."""
        return "/visitor" if self.kind == "visitor" else ""


def _nothing_shown(_room_id: str, _event: Json) -> None:
    pass


def _nothing_answered(_command: Command, _answer: Answer) -> None:
    pass


@dataclass(kw_only=True)
class Phone:
    """One device. `start` and `kill` are its life; a killed one is followed by a new one on the same outbox.

    Attributes:
        owner: Whose.
        api_url: The HTTP API, ending in /v1. The socket's URL comes with each ticket.
        outbox: What outlives the process.
        timings: Its patience.
        chance: Spreads its retries.
        shown: Called with every event that the device shows, in order.
        answered: Called with every command that was done or refused for good, after it left the outbox.
        through: The `host:port` by which sockets are reached instead of their own; None for their own.
        mirror: What the device shows.
        figures: Its troubles.
    """

    owner: Owner
    api_url: str
    outbox: Outbox
    timings: Timings
    chance: Random
    shown: Callable[[str, Json], None] = _nothing_shown
    answered: Callable[[Command, Answer], None] = _nothing_answered
    through: str | None = None
    mirror: Mirror = field(init=False)
    figures: Figures = field(default_factory=Figures)

    def __post_init__(self) -> None:
        self.mirror = Mirror(me=self.owner.id)
        self._https = Https(api_url=self.api_url, token=self.owner.token, limit=self.timings.call)
        self._gaps = Gaps(patience=self.timings.gap)
        self._line: Line | None = None
        self._senders: dict[str, asyncio.Task[None]] = {}
        self._staying: asyncio.Task[None] | None = None
        self._told: dict[str, int] = {}

    # --- Its life ---

    def start(self) -> None:
        """Connect, and take up what the outbox holds."""
        self._staying = asyncio.create_task(self._stay_connected())
        self.figures.repeats_restarted += len(self.outbox)
        for room_id in self.outbox.rooms():
            self._send_soon(room_id)

    async def kill(self) -> None:
        """End at once, in the midst of whatever it does; only the outbox remains.

        Raises:
            Exception: What no client may die of: a fault of its own.
        """
        tasks = [*self._senders.values(), *([self._staying] if self._staying else [])]
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        self.outbox.close()
        await self._https.close()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    # --- What the person does ---

    def give(self, action: str, *, room_id: str = "", **body: Json) -> str:
        """Give a command; answers its `client_id`. From now on it will be done, or refused, once."""
        client_id = str(uuid.uuid4())
        named = {} if action in WITHOUT_CLIENT_ID else {"client_id": client_id}
        after = {} if action in WITHOUT_AFTER else {"after": self.mirror.log(room_id).through}
        command = Command(
            client_id=client_id, action=action, room_id=room_id, body=json.dumps({**named, **after, **body})
        )
        self.outbox.add(command)
        self._send_soon(room_id)
        return client_id

    # --- Sending: of each room one command at a time, in the order given ---

    def _send_soon(self, room_id: str) -> None:
        sender = self._senders.get(room_id)
        if sender is None or sender.done():
            self._senders[room_id] = asyncio.create_task(self._send_all(room_id))

    async def _send_all(self, room_id: str) -> None:
        while command := self.outbox.first(room_id):
            answer = await self._send(command)
            self.outbox.answered(command.client_id)
            self._learn(command, answer)
            self.answered(command, answer)

    async def _send(self, command: Command) -> Answer:
        """Give the command until it is answered for good."""
        attempt = 0
        while True:
            answer = await self._send_once(command)
            if answer and meaning(answer) != "again":
                return answer
            wished = wished_wait(answer) if answer else 0.0
            await asyncio.sleep(wished + wait_before(attempt, self.timings, self.chance))
            attempt += 1
            self.figures.retries += 1

    async def _send_once(self, command: Command) -> Answer | None:
        """By the socket where it is up, else by HTTPS; None if neither answered."""
        line = self._line
        if line and not line.doubtful and command.action in SOCKET_ACTIONS:
            with contextlib.suppress(LineLostError):
                answer = await line.ask(command)
                self.figures.by_socket += 1
                return answer
            self.figures.retries += 1
        with contextlib.suppress(UnreachableError):
            path = command.path(f"{self.owner.door}/rooms")
            answer = await self._https.call("POST", path, content=command.body)
            self.figures.by_https += 1
            return answer
        return None

    def _learn(self, command: Command, answer: Answer) -> None:
        """What an answer says of the room: a summary, or that there is an event which must come by frame or page."""
        if meaning(answer) != "done" or not isinstance(answer.body, dict):
            return
        if "participants" in answer.body:
            self.mirror.summary(answer.body)
        elif "seq" in answer.body:
            self.mirror.log(command.room_id).promise(answer.body["seq"])

    # --- Receiving: connect first, then catch up, then apply what arrived meanwhile ---

    async def _stay_connected(self) -> None:
        attempt = 0
        while True:
            try:
                async with open_line(await self._ticket(), self.timings) as line:
                    self.figures.connects += 1
                    self._line = line
                    try:
                        await self._catch_up()
                        attempt = 0
                        await self._follow(line)
                    finally:
                        self._line = None
                        self.figures.half_opens_found += line.half_open
            except LineLostError:
                self.figures.lines_lost += 1
            except UnreachableError:
                pass
            await asyncio.sleep(wait_before(attempt, self.timings, self.chance))
            attempt += 1

    async def _ticket(self) -> str:
        bought = await self._https.must("POST", f"{self.owner.door}/tickets", content="{}")
        url = bought["url"]
        if self.through:
            url = urlsplit(url)._replace(netloc=self.through).geturl()
        return f"{url}?ticket={bought['ticket']}"

    async def _follow(self, line: Line) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._gaps.look(self.mirror.behind(), now=loop.time())
            self.figures.gaps, self.figures.gaps_healed = self._gaps.opened, self._gaps.healed
            if self._gaps.due(now=loop.time()):
                self.figures.gap_syncs += 1
                await self._catch_up()
                self._gaps.look(self.mirror.behind(), now=loop.time())
                self._gaps.asked(now=loop.time())
            # Holes are also opened by answers, which wake nobody here: look again before long.
            frame = await line.next(within=min(self._gaps.wait(now=loop.time()) or self.timings.gap, self.timings.gap))
            if frame is not None:
                self.figures.duplicates += self.mirror.hear(frame) == "duplicate"
                self._tell()

    async def _catch_up(self) -> None:
        """Fetch what was missed; frames that arrive meanwhile wait in the line.

        Raises:
            UnreachableError: It could not be fetched; what was fetched so far is kept.
        """
        self.figures.syncs += 1
        unfinished = await (self._visitors_rooms() if self.owner.kind == "visitor" else self._sync())
        for room_id, after in unfinished.items():
            await self._pages(room_id, after)
        self._tell()

    async def _sync(self) -> dict[str, int]:
        known = self.mirror.known()
        ids = list(known)
        unfinished: dict[str, int] = {}
        for start in range(0, max(1, len(ids)), SYNC_ROOMS):
            asked = {room_id: known[room_id] for room_id in ids[start : start + SYNC_ROOMS]}
            answer = await self._https.must("POST", "/sync", content=json.dumps({"rooms": asked}))
            unfinished |= self.mirror.synced(known, answer)
        return unfinished

    async def _visitors_rooms(self) -> dict[str, int]:
        cursor: dict[str, str] = {}
        while True:
            page = await self._https.must("GET", "/visitor/rooms", limit=PAGE_EVENTS, **cursor)
            for room in page["rooms"]:
                self.mirror.summary(room)
            if page["next_cursor"] is None:
                return self.mirror.known()
            cursor = {"cursor": page["next_cursor"]}

    async def _pages(self, room_id: str, after: int) -> None:
        more = True
        while more:
            answer = await self._https.call(
                "GET", f"{self.owner.door}/rooms/{room_id}/events", after=after, limit=PAGE_EVENTS
            )
            if answer.status == 404:
                # Taken away since it was listed; a frame or the next sync says so too.
                return
            if meaning(answer) != "done":
                raise UnreachableError(f"events of {room_id}: {answer}")
            self.mirror.log(room_id).page(answer.body["events"], through=answer.body["through"])
            after, more = answer.body["through"], answer.body["more"]

    def _tell(self) -> None:
        """Show what the logs have come to hold."""
        for room_id, log in self.mirror.logs.items():
            told = self._told.get(room_id, 0)
            self._told[room_id] = len(log.events)
            for event in log.events[told:]:
                self.shown(room_id, event)
