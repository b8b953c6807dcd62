"""One WebSocket: answers find who asked, other frames queue up, and a dead one is found out."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.client.commands import Answer, Command
from tests.client.timings import Timings

Frame = dict[str, Any]


class LineLostError(Exception):
    """The socket is gone; whether what was sent arrived is unknown."""


class Line:
    """An open socket. Whatever is heard on it proves that it lives.

    Attributes:
        doubtful: An answer is overdue and nothing was heard since: commands had better take the other door.
        half_open: It was silent after a ping, and was given up for that.
    """

    def __init__(self, socket: ClientConnection, timings: Timings) -> None:
        self.doubtful = False
        self.half_open = False
        self._socket = socket
        self._timings = timings
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        self._heard_at = asyncio.get_running_loop().time()
        self._lost = False

    async def ask(self, command: Command) -> Answer:
        """Send a command and wait for its answer.

        Raises:
            LineLostError: The socket ended, or the answer did not come in time.
        """
        if self._lost:
            raise LineLostError("ended")
        request_id = str(uuid.uuid4())
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[request_id] = answer
        try:
            async with asyncio.timeout(self._timings.answer):
                await self._socket.send(command.frame(request_id))
                return await answer
        except TimeoutError as error:
            self.doubtful = True
            raise LineLostError("no answer") from error
        except WebSocketException as error:
            raise LineLostError(str(error)) from error
        finally:
            del self._asked[request_id]

    async def next(self, *, within: float | None) -> Frame | None:
        """The next frame that is no answer; None if none came within so many seconds.

        Raises:
            LineLostError: The socket ended and all frames were taken.
        """
        try:
            async with asyncio.timeout(within):
                frame = await self._frames.get()
        except TimeoutError:
            return None
        if frame is None:
            raise LineLostError("ended")
        return frame

    async def read(self) -> None:
        """Take in frames until the socket ends."""
        try:
            async for text in self._socket:
                self._heard_at = asyncio.get_running_loop().time()
                self.doubtful = False
                self._take(json.loads(text))
        except WebSocketException:
            pass
        finally:
            self._end()

    async def watch(self) -> None:
        """Ping after each silence, and give the socket up when even then nothing is heard."""
        loop = asyncio.get_running_loop()
        while not self._lost:
            silent = loop.time() - self._heard_at
            if silent < self._timings.quiet:
                await asyncio.sleep(self._timings.quiet - silent)
                continue
            before = self._heard_at
            try:
                async with asyncio.timeout(self._timings.pong):
                    await self._socket.send(json.dumps({"action": "ping"}))
                    while self._heard_at == before:
                        # A short look is all it takes: the reader alone knows when something was heard.
                        await asyncio.sleep(self._timings.pong / 20)
            except TimeoutError:
                self.half_open = True
                self.abort()
                return
            except WebSocketException:
                return

    def abort(self) -> None:
        """Drop the socket without a word, as the end of a process does."""
        self._end()
        self._socket.transport.abort()

    def _take(self, frame: Frame) -> None:
        kind = frame.get("type")
        if kind == "response":
            waiting = self._asked.get(frame["request_id"] or "")
            # An answer that came twice, or after its time, is nobody's.
            if waiting and not waiting.done():
                waiting.set_result(Answer(status=frame["status"], body=frame["body"]))
        elif kind != "pong":
            self._frames.put_nowait(frame)

    def _end(self) -> None:
        if self._lost:
            return
        self._lost = True
        self._frames.put_nowait(None)
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(LineLostError("ended"))


@contextlib.asynccontextmanager
async def open_line(url: str, timings: Timings) -> AsyncIterator[Line]:
    """A socket to this URL, read and watched until the end.

    Raises:
        LineLostError: It could not be opened.
    """
    try:
        async with asyncio.timeout(timings.connect):
            # No pings of the protocol: a browser cannot send any, and what holds there must be enough here.
            socket = await connect(url, proxy=None, ping_interval=None, compression=None, open_timeout=None)
    except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as error:
        raise LineLostError(repr(error)) from error
    line = Line(socket, timings)
    tasks = [asyncio.create_task(line.read()), asyncio.create_task(line.watch())]
    try:
        yield line
    finally:
        line.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
