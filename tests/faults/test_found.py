"""What the campaign found, in as few words as it takes."""

from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PutError, TransactWriteError

from foyer.adapters.dynamodb.writes import applied, refused
from foyer.domain.commands import Accept, Close, Command, OpenRoom, Rate, Transfer
from tests.fakes.memory import MemoryRoomStore
from tests.faults.campaign import DEVICES, begin
from tests.faults.devices import AgentDevice
from tests.faults.simulation import Simulation
from tests.faults.stream import quiet
from tests.unit.rooms import AGENTS, PAGE, caller


def company() -> Simulation:
    """Everybody online and connected, and nothing fails."""
    return begin(Counter(), None, frozenset(AGENTS), 2**DEVICES - 1)


def opened(run: Simulation, department: str) -> str:
    """A room of vera's."""
    opening = OpenRoom(
        caller=caller("vera"),
        client_id="c0",
        at=run.clock(),
        room_id="room-1",
        department_id=department,
        page=PAGE,
        expires_at=run.clock() // 1000 + 86_400,
    )
    run.parts.rooms.open(opening)
    return "room-1"


def give(run: Simulation, room_id: str, kind: type[Command], who: str, **fields: Any) -> None:
    """A command by an up-to-date client."""
    after = len(run.logs[room_id])
    command = kind(caller=caller(who), client_id=f"c{after}", at=run.clock(), after=after, **fields)
    run.parts.rooms.execute(room_id, command)


def test_who_leaves_a_room_that_waits_in_the_own_department_hears_so_on_every_device() -> None:
    """The notice that the room waits, which is nothing to the leaver, kept the one that says "left" from going out."""
    run = company()
    room_id = opened(run, "sales")
    give(run, room_id, Accept, "dan")
    give(run, room_id, Transfer, "dan", department_id="general")
    give(run, room_id, Close, "dan")
    with quiet():
        run.drain()
    for device in run.devices:
        if isinstance(device, AgentDevice) and device.caller.id == "dan":
            assert device.line is not None
            heard = [frame for _, frame in device.line.posted if frame["type"] == "room.removed"]
            assert heard[-1]["reason"] == "left", heard
            assert (heard[-1]["seq"], device.replica.rooms) == (4, {})


def test_a_table_that_does_not_answer_raises_what_happened() -> None:
    """A time-out has no answer in which pynamodb could look for a code: it raised an `AttributeError` instead."""
    unanswered = ReadTimeoutError(endpoint_url="https://dynamodb.test")

    def write() -> None:
        message = "no answer"
        raise PutError(message, unanswered)

    with pytest.raises(PutError):
        applied(write)
    with pytest.raises(TransactWriteError):
        refused(TransactWriteError("no answer", unanswered))


def test_a_replica_that_lags_makes_no_repeat_and_no_read_a_mistake() -> None:
    """Both read one event: not found, it was refused as a reused `client_id`, or as the `seq` of no event."""
    run = company()
    with patch.object(MemoryRoomStore, "event", return_value=None):
        room_id = opened(run, "sales")
        assert opened(run, "sales") == room_id
        give(run, room_id, Rate, "vera", score=5)
        assert run.parts.rooms.read(room_id, caller("vera"), 1) is not None
