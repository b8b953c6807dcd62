"""A bad network: a TCP proxy on loopback that cuts, delays and half-opens connections by a plan drawn from a seed.

Of a WebSocket it also loses or repeats single frames on their way to the client, as a relay may that posts at least
once, or to a connection that has just answered "gone".
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random

CHUNK = 65_536
TEXT_FRAME = 0x81
"""The first byte of a text message in one frame."""
LENGTHS = {126: 2, 127: 8}
"""How many bytes follow that tell a frame's length, by what the second byte says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How bad the network is. Shares are of 1, times in seconds.

    Attributes:
        fate: The time between two moments of a connection's fate, on average; they come as they like, also at once.
        cut: Of these moments, those at which the connection is cut.
        half_open: Of these moments, those at which it falls silent both ways without being closed.
        ghost: How long the far side goes on believing in a half-open connection whose client is gone.
        delayed: Of chunks, those that are held back.
        delay: Anything up to this long.
        lost: Of frames towards the client, those that never arrive.
        repeated: Of frames towards the client, those that arrive twice.
    """

    fate: float
    cut: float
    half_open: float
    ghost: float
    delayed: float
    delay: float
    lost: float
    repeated: float


@dataclass(slots=True, kw_only=True)
class Damage:
    """What the network did."""

    connections: int = 0
    cuts: int = 0
    half_opens: int = 0
    delays: int = 0
    frames_lost: int = 0
    frames_repeated: int = 0


@dataclass(slots=True)
class Frames:
    """Cuts the server's bytes into what may be lost or repeated as a whole: the head of the answer, then frames.

    Attributes:
        upgraded: Whether this is a WebSocket; None until that shows.
    """

    upgraded: bool | None = None
    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces that are whole now. What belongs to no WebSocket is one piece as it comes."""
        self._rest += data
        pieces: list[bytes] = []
        if self.upgraded is None:
            if len(self._rest) < len(b"HTTP/1.1 101"):
                return []
            self.upgraded = self._rest.startswith(b"HTTP/1.1 101")
            if self.upgraded:
                end = self._rest.find(b"\r\n\r\n")
                if end < 0:
                    self.upgraded = None
                    return []
                pieces.append(self._take(end + 4))
        if not self.upgraded:
            return [self._take(len(self._rest))]
        while (length := self._frame_length()) and length <= len(self._rest):
            pieces.append(self._take(length))
        return pieces

    def _frame_length(self) -> int:
        """The length of the frame that begins here; 0 if its head is not whole yet. A server masks nothing."""
        if len(self._rest) < 2:
            return 0
        told = self._rest[1] & 0x7F
        more = LENGTHS.get(told, 0)
        if len(self._rest) < 2 + more:
            return 0
        return 2 + more + (int.from_bytes(self._rest[2 : 2 + more]) if more else told)

    def _take(self, length: int) -> bytes:
        piece = bytes(self._rest[:length])
        del self._rest[:length]
        return piece


@dataclass(kw_only=True)
class Network:
    """The proxy while it runs.

    Attributes:
        plan: How bad it is now; another may be set at any time and holds for what happens from then on.
        chance: Decides, in the order in which connections and chunks come.
        upstream: Host and port of the stack.
        damage: What it did so far.
        port: Where it listens.
    """

    plan: Plan
    chance: Random
    upstream: tuple[str, int]
    damage: Damage = field(default_factory=Damage)
    port: int = 0
    _passages: set["asyncio.Task[None]"] = field(default_factory=set)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry a new connection."""
        passage = asyncio.create_task(self._carry(reader, writer))
        self._passages.add(passage)
        passage.add_done_callback(self._passages.discard)
        # Whatever becomes of the passage, even one that ends before it began.
        passage.add_done_callback(lambda _passage: writer.transport.abort())

    async def end(self) -> None:
        """End all connections."""
        for passage in self._passages:
            passage.cancel()
        await asyncio.gather(*self._passages, return_exceptions=True)
        # An aborted socket is closed by the loop's next turn.
        await asyncio.sleep(0)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.damage.connections += 1
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.upstream)
        except OSError:
            return
        passage = _Passage(network=self)
        work = [
            asyncio.create_task(passage.pump(reader, far_writer)),
            asyncio.create_task(passage.pump(far_reader, writer, Frames())),
            asyncio.create_task(passage.meet_fate()),
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            writer.transport.abort()
            if passage.silent:
                # The client gave up; the far side does not know yet.
                await asyncio.sleep(self.plan.ghost)
        finally:
            # First of all: the network's end may come in the midst of this and leave the rest undone.
            far_writer.transport.abort()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)


@dataclass(kw_only=True)
class _Passage:
    """One connection through the network."""

    network: Network
    silent: bool = False

    async def meet_fate(self) -> None:
        """Return when the connection is to be cut; if its fate is to fall silent, or neither, never."""
        network = self.network
        while True:
            await asyncio.sleep(network.chance.expovariate(1 / network.plan.fate))
            # The network may have got better or worse since.
            plan, drawn = network.plan, network.chance.random()
            if drawn < plan.cut:
                network.damage.cuts += 1
                return
            if drawn < plan.cut + plan.half_open:
                network.damage.half_opens += 1
                self.silent = True
                await asyncio.Event().wait()

    async def pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, frames: Frames | None = None
    ) -> None:
        """Carry bytes one way until the source ends. A silent connection takes them and passes nothing on.

        That the far side has ended, too, is nothing that a silent connection passes on. With `frames` the bytes go to
        the client, and single frames may be lost or repeated.
        """
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                plan = self.network.plan
                if plan.delayed and self.network.chance.random() < plan.delayed:
                    self.network.damage.delays += 1
                    await asyncio.sleep(self.network.chance.uniform(0, plan.delay))
                for piece in frames.feed(data) if frames else [data]:
                    if not self.silent:
                        sink.write(piece * (self._copies(piece) if frames and frames.upgraded else 1))
                await sink.drain()
        if frames and self.silent:
            await asyncio.Event().wait()

    def _copies(self, piece: bytes) -> int:
        """How often a piece arrives. Only a text frame is ever lost or repeated."""
        if piece[0] != TEXT_FRAME:
            return 1
        plan, drawn, damage = self.network.plan, self.network.chance.random(), self.network.damage
        if drawn < plan.lost:
            damage.frames_lost += 1
            return 0
        if drawn < plan.lost + plan.repeated:
            damage.frames_repeated += 1
            return 2
        return 1


@contextlib.asynccontextmanager
async def bad_network(*, host: str, port: int, plan: Plan, seed: int) -> AsyncIterator[Network]:
    """A network between its own port and that address, until the end."""
    network = Network(plan=plan, chance=Random(seed), upstream=(host, port))
    server = await asyncio.start_server(network.accept, "127.0.0.1", 0)
    network.port = server.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        server.close()
        await network.end()
        await server.wait_closed()
