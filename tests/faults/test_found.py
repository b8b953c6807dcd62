"""What the campaign found, in as few words as it takes."""

from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PutError, TransactWriteError

from foyer.adapters.dynamodb.writes import applied, refused
from foyer.domain.commands import Accept, Close, Command, OpenRoom, Rate, SendMessage, Transfer
from tests.fakes.memory import MemoryRoomStore
from tests.faults.campaign import DEVICES, begin
from tests.faults.devices import AgentDevice
from tests.faults.simulation import Simulation
from tests.faults.steps import IMPATIENT
from tests.faults.stream import quiet
from tests.faults.tasks import LostError, Stage, Trouble
from tests.faults.times import ask_task, let_pass
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


MINUTES = 60


def left_in_silence(run: Simulation, who: str) -> None:
    """All sockets of somebody are gone, and the gateway never says so."""
    for device in run.devices:
        if device.caller.id == who and device.line is not None:
            device.line.open, device.line = False, None


def reasons(run: Simulation, room_id: str) -> list[str]:
    """Why the system acted."""
    return [event.data["reason"] for event in run.log(room_id) if event.actor.kind == "system"]


def test_a_visitor_whose_socket_ended_in_silence_at_its_oldest_has_left() -> None:
    """What was stored of the socket expired ten minutes later, between two looks of the watch."""
    run = company()
    with quiet():
        let_pass(run, 42 * MINUTES, chance=None)
        room_id = opened(run, "sales")
        give(run, room_id, Accept, "dan")
        let_pass(run, 77 * MINUTES + 30, chance=None)  # the watch has just come by
        left_in_silence(run, "vera")
        let_pass(run, 60 * MINUTES, chance=None)
    assert reasons(run, room_id) == ["visitor_left"]


def test_a_visitor_who_left_a_message_and_went_in_silence_has_left_when_it_is_answered() -> None:
    """While the room waited its visitor's sockets were not looked at, and then there was nothing left to look at."""
    run = company()
    room_id = opened(run, "sales")
    give(run, room_id, SendMessage, "vera", text="Mail me")
    with quiet():
        let_pass(run, 3 * MINUTES, chance=None)
        left_in_silence(run, "vera")
        let_pass(run, 180 * MINUTES, chance=None)
        give(run, room_id, Accept, "dan")
        let_pass(run, 60 * MINUTES, chance=None)
    assert reasons(run, room_id) == ["timeout", "visitor_left"]


def test_a_visitor_who_was_gone_and_opens_a_room_is_not_gone_from_it() -> None:
    """The departure from before the room counted: at the first look, that of the offer's limit, the room was closed."""
    run = begin(Counter(), None, frozenset(AGENTS), 2**DEVICES - 1, IMPATIENT)
    with quiet():
        for device in run.devices:
            if device.caller.id == "vera" and device.line is not None:
                run.stage.run([run.leaving(device.line)], lambda _: 0)
        let_pass(run, 30 * MINUTES, chance=None)
        room_id = opened(run, "general")
        let_pass(run, MINUTES, chance=None)
    assert reasons(run, room_id) == ["timeout"]


def test_a_sender_that_dies_behind_its_push_leaves_nothing_on_a_lock_screen() -> None:
    """What was pushed was written down afterwards: the room was taken, and nobody knew of anything to withdraw."""
    run = company()
    room_id = opened(run, "sales")
    with quiet():
        run.drain()
        (message,) = run.asks.visible()
        for place in range(40):
            task = ask_task(run, message)
            task.trouble = Trouble("kill", place)
            run.stage.run([task], lambda _: 0)
            if run.pushes.sent:
                break
        give(run, room_id, Accept, "dan")
        let_pass(run, MINUTES, chance=None)
    assert len(run.pushes.sent) > 1
    assert not any(phone.shown for phone in run.pushes.phones.values())


def test_a_push_whose_answer_was_lost_is_withdrawn_too() -> None:
    """The provider did not answer, the phone was told all the same."""
    run = company()
    room_id = opened(run, "sales")
    with quiet():
        run.drain()
        (message,) = run.asks.visible()
        with patch.object(Stage, "call", lost_behind_the_first_push(run)):
            run.stage.run([ask_task(run, message)], lambda _: 0)
        assert len(run.pushes.sent) == 4
        give(run, room_id, Accept, "dan")
        let_pass(run, MINUTES, chance=None)
    assert not any(phone.shown for phone in run.pushes.phones.values())


def lost_behind_the_first_push(run: Simulation) -> Any:
    """A stage on which the answer to the very first push is lost."""
    original = Stage.call

    def call(self: Stage, function: Any, stale: Any = None) -> Any:
        before = len(run.pushes.sent)
        answer = original(self, function, stale)
        if before == 0 and run.pushes.sent:
            assert self.running is not None
            self.running.hit = True
            message = "after"
            raise LostError(message)
        return answer

    return call


@pytest.mark.parametrize("department", ["general", "sales"])
def test_what_stood_for_days_on_a_lock_screen_is_withdrawn_as_well(department: str) -> None:
    """What was notified was forgotten after as many hours as a provider keeps it for a phone out of reach."""
    run = company()
    room_id = opened(run, department)
    give(run, room_id, SendMessage, "vera", text="Mail me")
    with quiet():
        let_pass(run, 3 * 24 * 60 * MINUTES, chance=None)
        assert any(phone.shown for phone in run.pushes.phones.values())
        give(run, room_id, Accept, "dan")
        let_pass(run, MINUTES, chance=None)
    assert not any(phone.shown for phone in run.pushes.phones.values())


def test_a_replica_that_lags_leaves_nobody_out_when_an_offer_is_withdrawn() -> None:
    """Whom an offer was pushed to is read from the ledger: a moment after the push, a replica did not know yet."""
    run = company()
    room_id = opened(run, "sales")
    with quiet():
        let_pass(run, 1, chance=None)
        assert any(phone.shown for phone in run.pushes.phones.values())
        give(run, room_id, Accept, "dan")
        run.drain()
        (message,) = run.asks.visible()
        task = ask_task(run, message)
        task.trouble = Trouble("stale", 0, 40)
        run.stage.run([task], lambda _: 0)
    assert not any(phone.shown for phone in run.pushes.phones.values())


def test_an_app_that_is_opened_between_the_ask_and_the_push_does_not_silence_an_offer() -> None:
    """The relay saw no open app and asked at once; the sender saw one and left it to an ask that nobody had made."""
    run = company()
    room_id = opened(run, "sales")
    with quiet():
        run.drain()
        (device,) = [one for one in run.devices if one.name == "cleo-1" and isinstance(one, AgentDevice)]
        assert device.line is not None
        run.parts.presence.confirm(device.line.id, device.caller, device_id=device.name, foreground=True)
        let_pass(run, MINUTES, chance=None)
    assert {sent.agent_id for sent in run.pushes.sent} == {"cleo", "dan"}
    assert room_id in run.pushes.phones["cleo-1"].shown


def test_a_phone_out_of_reach_leaves_nothing_on_the_screens_of_others() -> None:
    """The first clear that failed was the last: after five attempts the others' notifications stood for good."""
    run = company()
    room_id = opened(run, "sales")
    with quiet():
        let_pass(run, 1, chance=None)
        run.pushes.phones["cleo-1"].state = "unreachable"
        give(run, room_id, Close, "vera")
        let_pass(run, 1, chance=None)
    assert [name for name, phone in run.pushes.phones.items() if phone.shown] == ["cleo-1"]
