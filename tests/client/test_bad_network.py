"""The bad network of the end-to-end test does what its plan says: it is the one thing there that nobody else proves."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.e2e.proxy import Damage, Frames, Plan, bad_network

GOOD = Plan(fate=0.01, cut=0, half_open=0, ghost=0.01, delayed=0, delay=0, lost=0, repeated=0)

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
SHORT = b"\x81\x05hello"
MIDDLE = b"\x81\x7e\x01\x2c" + b"m" * 300
LONG = b"\x81\x7f" + (70_000).to_bytes(8) + b"l" * 70_000
PING = b"\x89\x00"
CHUNKS = [b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", b"\x81\x05", b"hello!"]
PIECES = [HEAD, SHORT, MIDDLE, PING, LONG, SHORT]


def _fed(chunks: Sequence[bytes]) -> list[bytes]:
    frames = Frames()
    return [piece for chunk in chunks for piece in frames.feed(chunk)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 61, 1_000, 1_000_000])
def test_the_borders_of_frames_are_found_however_the_stream_is_cut(size: int) -> None:
    stream = b"".join(PIECES)

    assert _fed([stream[start : start + size] for start in range(0, len(stream), size)]) == PIECES


def test_what_is_no_websocket_passes_as_it_comes() -> None:
    assert _fed(CHUNKS) == CHUNKS


@pytest.mark.parametrize("turns", range(8))
def test_its_end_ends_all_connections_even_one_that_is_about_to_end(turns: int) -> None:
    async def play() -> None:
        begun, ended = asyncio.Event(), asyncio.Event()

        async def far_side(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            begun.set()
            try:
                await reader.read()
            except ConnectionError:
                pass
            finally:
                writer.transport.abort()
                ended.set()

        server = await asyncio.start_server(far_side, "127.0.0.1", 0)
        async with bad_network(host="127.0.0.1", port=_port(server), plan=GOOD, seed=1) as network:
            _reader, writer = await asyncio.open_connection("127.0.0.1", network.port)
            await begun.wait()
            writer.transport.abort()
            for _turn in range(turns):
                await asyncio.sleep(0)
        await ended.wait()
        server.close()

    asyncio.run(asyncio.wait_for(play(), 10))


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (replace(GOOD, cut=1), Damage(connections=1, cuts=1)),
        (replace(GOOD, half_open=1), Damage(connections=1, half_opens=1)),
    ],
)
def test_a_connection_that_has_long_been_open_meets_its_fate_when_the_network_gets_bad(
    plan: Plan, expected: Damage
) -> None:
    async def play() -> Damage:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        async with bad_network(host="127.0.0.1", port=_port(server), plan=GOOD, seed=1) as network:
            reader, writer = await asyncio.open_connection("127.0.0.1", network.port)
            for chunk in CHUNKS:
                writer.write(chunk)
                assert await reader.readexactly(len(chunk)) == chunk
            network.plan = plan
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(0.3):
                    assert await reader.read() == b"", "cut"
            writer.transport.abort()
        server.close()
        return network.damage

    assert asyncio.run(asyncio.wait_for(play(), 10)) == expected


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(100):
            writer.write(data)
    writer.transport.abort()


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])
