"""The bad network of the end-to-end test loses and repeats whole frames: it must find their borders in any stream."""

from collections.abc import Sequence

import pytest

from tests.e2e.proxy import Frames

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
SHORT = b"\x81\x05hello"
MIDDLE = b"\x81\x7e\x01\x2c" + b"m" * 300
LONG = b"\x81\x7f" + (70_000).to_bytes(8) + b"l" * 70_000
PING = b"\x89\x00"
PIECES = [HEAD, SHORT, MIDDLE, PING, LONG, SHORT]


def _fed(chunks: Sequence[bytes]) -> list[bytes]:
    frames = Frames()
    return [piece for chunk in chunks for piece in frames.feed(chunk)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 61, 1_000, 1_000_000])
def test_the_borders_of_frames_are_found_however_the_stream_is_cut(size: int) -> None:
    stream = b"".join(PIECES)

    assert _fed([stream[start : start + size] for start in range(0, len(stream), size)]) == PIECES


def test_what_is_no_websocket_passes_as_it_comes() -> None:
    chunks = [b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", b"\x81\x05", b"hello!"]

    assert _fed(chunks) == chunks
