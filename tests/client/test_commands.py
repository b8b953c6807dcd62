"""What both doors take, what an answer means, how long to wait."""

import json
from random import Random

import pytest

from tests.client.commands import OPEN, Answer, Command, meaning, wished_wait
from tests.client.timings import Timings, wait_before


def test_both_doors_take_the_same_body() -> None:
    body = '{"client_id": "c", "after": 3, "text": "Grüße"}'
    command = Command(client_id="c", action="message.send", room_id="room", body=body)

    frame = json.loads(command.frame("1"))

    assert frame == {"action": "message.send", "request_id": "1", "room_id": "room", **json.loads(body)}
    assert command.path("/visitor/rooms") == "/visitor/rooms/room/messages"
    assert Command(client_id="c", action=OPEN, room_id="", body=body).path("/visitor/rooms") == "/visitor/rooms"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "done"),
        (201, "done"),
        (204, "done"),
        (401, "again"),
        (403, "refused"),
        (404, "refused"),
        (409, "refused"),
        (413, "refused"),
        (422, "refused"),
        (429, "again"),
        (500, "again"),
        (502, "again"),
        (503, "again"),
    ],
)
def test_what_may_yet_succeed_is_given_again_and_nothing_else(status: int, expected: str) -> None:
    assert meaning(Answer(status=status, body=None)) == expected


def test_a_refusal_for_now_may_say_how_long() -> None:
    assert wished_wait(Answer(status=429, body={"retry_after": 7})) == 7.0
    assert wished_wait(Answer(status=500, body={"message": "…"})) == 0.0
    assert wished_wait(Answer(status=502, body=None)) == 0.0


def test_waits_are_spread_under_a_bound_that_doubles_up_to_the_longest() -> None:
    timings, chance = Timings(first_wait=0.5, longest_wait=4.0), Random(1)
    bounds = [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]

    for attempt, bound in enumerate(bounds):
        waits = [wait_before(attempt, timings, chance) for _ in range(200)]
        assert 0 <= min(waits) < bound * 0.1
        assert bound * 0.9 < max(waits) <= bound
    assert wait_before(10_000, timings, chance) <= 4.0
