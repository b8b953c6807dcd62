"""The client's half, proven: phones and browser tabs on a bad network, killed now and then, lose and double nothing.

`make phones N=20000 SEED=7` plays more, or otherwise. A seed draws the same faults and choices again; what the machine
makes of them in time is its own.
"""

import asyncio
import contextlib
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from statistics import quantiles
from urllib.parse import urlsplit

import httpx
import pytest

from tests.client.commands import OPEN
from tests.client.figures import Figures
from tests.client.outbox import SqliteOutbox
from tests.client.phone import Owner, Phone
from tests.client.timings import Timings
from tests.e2e.conftest import Deployment
from tests.e2e.crowd import DEVICES_OF_AN_AGENT, Crowd, Device, Ledger, Screen
from tests.e2e.driver import PAGE, Agent, Json, Person, Visitor
from tests.e2e.hiring import HiredTeam
from tests.e2e.proxy import Damage, Network, Plan, bad_network

MESSAGES = int(os.environ.get("FOYER_PHONES_MESSAGES") or 2_000)
SEED = int(os.environ.get("FOYER_PHONES_SEED") or 20)
ENOUGH = 1_000
"""Messages in whose time every fault of the network must have happened, or it proves nothing."""
VISITORS = 20
KILLED_EVERY = 2.0
"""Seconds between two kills, on average."""
PATIENCE = 60.0
"""Seconds in which something must move. A slow machine may take its time as long as it gets on."""

TIMINGS = Timings(call=15.0, connect=15.0, answer=5.0, quiet=8.0, pong=6.0, gap=1.0, first_wait=0.3, longest_wait=4.0)
BAD = Plan(fate=20.0, cut=0.3, half_open=0.1, ghost=3.0, delayed=0.02, delay=0.15, lost=0.01, repeated=0.02)
CALM = replace(BAD, cut=0, half_open=0, delayed=0, lost=0, repeated=0)


@pytest.fixture
def agents(api: httpx.Client, hired_teams: Iterator[HiredTeam]) -> list[Agent]:
    """Five agents of three departments, all online."""
    first, second = next(hired_teams), next(hired_teams)
    hired = [*first.agents, *second.agents[:2]]
    found = [Agent.sign_in(api, email=one.email, password=one.password) for one in hired]
    for agent in found:
        agent.be("online")
    return found


@pytest.fixture
def visitors(api: httpx.Client) -> list[Visitor]:
    """Twenty visitors."""
    return [Visitor.arrive(api, name=f"Visitor {number}") for number in range(VISITORS)]


def test_phones_on_a_bad_network_show_exactly_what_the_server_holds(
    deployment: Deployment,
    agents: list[Agent],
    visitors: list[Visitor],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    departments = [agents[number].get("/me")["departments"][0]["id"] for number in (0, 0, 2, 3, 3)]
    ledger = Ledger()

    async def play() -> None:
        address = urlsplit(deployment.api_url)
        async with bad_network(host=address.hostname or "", port=address.port or 80, plan=CALM, seed=SEED) as network:
            crowd = _crowd(
                visitors, agents, network=network, api_url=deployment.api_url, folder=tmp_path, ledger=ledger
            )
            async with _running(crowd):
                seconds = await _exchange(crowd, network, departments)
                truth = await _settled(crowd, [*visitors, *agents])
            for line in _figures(crowd, network.damage, seconds):
                record_property("figures", line)
            _check(crowd, truth)
            if MESSAGES >= ENOUGH:
                assert min(asdict(network.damage).values()) > 0, network.damage

    asyncio.run(play())


def _crowd(
    visitors: Sequence[Visitor],
    agents: Sequence[Agent],
    *,
    network: Network,
    api_url: str,
    folder: Path,
    ledger: Ledger,
) -> Crowd:
    through = f"127.0.0.1:{network.port}"
    chance = Random(SEED + 1)

    def phone(device: Device) -> Phone:
        def show(room_id: str, event: Json) -> None:
            device.show(room_id, event)
            ledger.show(device.name, event)

        return Phone(
            owner=device.owner,
            api_url=urlsplit(api_url)._replace(netloc=through).geturl(),
            outbox=SqliteOutbox(folder / f"{device.name}.outbox"),
            timings=TIMINGS,
            chance=chance,
            shown=show,
            answered=ledger.answer,
            through=through,
        )

    tabs = [
        Device(name=f"visitor-{number}", owner=Owner(kind="visitor", id=one.id, token=one.token), make=phone)
        for number, one in enumerate(visitors)
    ]
    phones = [
        Device(name=f"agent-{number}-{copy}", owner=Owner(kind="agent", id=one.id, token=one.token), make=phone)
        for number, one in enumerate(agents)
        for copy in range(DEVICES_OF_AN_AGENT)
    ]
    return Crowd(tabs=tabs, phones=phones, ledger=ledger, chance=chance)


@contextlib.asynccontextmanager
async def _running(crowd: Crowd) -> AsyncIterator[None]:
    """All devices started, and killed at the end."""
    try:
        # They come one by one, for a stack that was deployed a moment ago starts its functions anew.
        for device in crowd.devices:
            device.start()
            await asyncio.wait_for(_until(device.connected), PATIENCE)
        yield
    finally:
        for device in crowd.devices:
            if device.alive:
                await device.kill()


async def _exchange(crowd: Crowd, network: Network, departments: Sequence[str]) -> float:
    """Have the visitors open rooms and all of them talk on a bad network; answers how many seconds that took."""
    async with _as_long_as_it_moves(crowd), asyncio.TaskGroup() as group:
        troubles = [group.create_task(crowd.take_rooms())]
        for number, tab in enumerate(crowd.tabs):
            department_id = departments[number % len(departments)]
            tab.phone.give(OPEN, department_id=department_id, page=PAGE, text="Hello?")
            await _until(tab.talking)
        network.plan, started = BAD, time.monotonic()
        troubles.append(group.create_task(crowd.kill_some(every=KILLED_EVERY)))
        await crowd.write(MESSAGES)
        await _until(crowd.has_nothing_to_send)
        seconds = time.monotonic() - started
        for trouble in troubles:
            trouble.cancel()
    # The network is whole again, and somebody says a last word in each room: nobody is told to catch up, but whoever
    # lacks anything now sees that by itself.
    network.plan = CALM
    for tab in crowd.tabs:
        # One that was started again a moment ago has yet to learn of its room.
        await asyncio.wait_for(_until(tab.talking), PATIENCE)
        crowd.say(tab, tab.talking()[0], "Goodbye")
    return seconds


async def _until(fact: Callable[[], object]) -> None:
    while not fact():
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def _as_long_as_it_moves(crowd: Crowd) -> AsyncIterator[None]:
    """A time limit that starts anew whenever the crowd has got further than it ever was."""
    loop = asyncio.get_running_loop()

    async def watch(limit: asyncio.Timeout) -> None:
        furthest = crowd.progress()
        while True:
            await asyncio.sleep(1)
            if crowd.progress() > furthest:
                furthest = crowd.progress()
                limit.reschedule(loop.time() + PATIENCE)

    try:
        async with asyncio.timeout(PATIENCE) as limit:
            watching = asyncio.create_task(watch(limit))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        pytest.fail(f"nothing moved for {PATIENCE:.0f} s at {crowd.progress()}\n{crowd.unanswered()}")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the server shows somebody: their rooms, and of each its log."""

    rooms: dict[str, Json]
    logs: dict[str, list[Json]]


def _truth(person: Person) -> Truth:
    rooms: dict[str, Json] = {room["id"]: room for room in person.get(person.rooms, limit=100)["rooms"]}
    return Truth(rooms=rooms, logs={room_id: person.log(room_id) for room_id in rooms})


def _differences(device: Device, truth: Truth) -> list[str]:
    """In what a device differs from the server now: its list, its rooms, what it has on its screen of each."""
    shown, screen = device.phone.mirror.rooms, device.screens[-1]
    found: list[str] = []
    if shown.keys() != truth.rooms.keys():
        found.append(f"{device.name}: rooms {sorted(shown)}, not {sorted(truth.rooms)}")
    for room_id, log in truth.logs.items():
        if screen.get(room_id) != log:
            found.append(f"{device.name}: {_seqs(screen.get(room_id, []))}, not {_seqs(log)}")
        if shown.get(room_id) != truth.rooms[room_id]:
            found.append(f"{device.name}: {shown.get(room_id)}, not {truth.rooms[room_id]}")
    return found


def _seqs(log: Sequence[Json]) -> list[int]:
    return [event["seq"] for event in log]


async def _settled(crowd: Crowd, people: Sequence[Person]) -> dict[str, Truth]:
    """What the server shows each person, once every device shows the same, or none came nearer for long."""
    async with _as_long_as_it_moves(crowd):
        await _until(crowd.has_nothing_to_send)
    fewest, deadline = None, 0.0
    while True:
        truth = {person.id: await asyncio.to_thread(_truth, person) for person in people}
        different = sum(len(_differences(device, truth[device.owner.id])) for device in crowd.devices)
        if fewest is None or different < fewest:
            fewest, deadline = different, time.monotonic() + PATIENCE
        if not different or time.monotonic() > deadline:
            return truth
        await asyncio.sleep(0.2)


def _check(crowd: Crowd, truth: dict[str, Truth]) -> None:
    ledger = crowd.ledger
    assert len(ledger.written) == MESSAGES + VISITORS
    assert ledger.written.keys() == ledger.acknowledged.keys()
    # Of two agents who accept one gets the room.
    assert {(command.action, answer.body["code"]) for command, answer in ledger.refused} <= {
        ("room.accept", "already_taken")
    }
    different = [one for device in crowd.devices for one in _differences(device, truth[device.owner.id])]
    assert not different, "\n".join(different)

    logs = {room_id: log for one in truth.values() for room_id, log in one.logs.items()}
    assert len(logs) == VISITORS
    stored: dict[str, Json] = {}
    by_device: dict[tuple[str, str], list[str]] = defaultdict(list)
    for room_id, log in logs.items():
        assert _seqs(log) == list(range(1, len(log) + 1)), "the log itself has a gap"
        for event in log:
            if event["client_id"] in ledger.written:
                assert event["client_id"] not in stored, "a message is stored twice"
                stored[event["client_id"]] = event
                by_device[room_id, ledger.written[event["client_id"]][1]].append(event["client_id"])
    assert stored == ledger.acknowledged
    written: dict[tuple[str, str], list[str]] = defaultdict(list)
    for client_id, (room_id, device_name, text) in ledger.written.items():
        assert stored[client_id]["data"]["text"] == text
        written[room_id, device_name].append(client_id)
    assert by_device == written, "a device's messages are not in the order in which they were written"

    for device in crowd.devices:
        # Agents are shown one log; of a room that an agent's list has lost the screen keeps what was there.
        seen = truth[device.owner.id].logs if device.owner.kind == "visitor" else logs
        for screen in device.screens:
            _check_screen(screen, seen)


def _check_screen(screen: Screen, logs: dict[str, list[Json]]) -> None:
    """What a phone has shown in its life, from first to last, is what begins the server's logs."""
    for room_id, shown in screen.items():
        assert shown == logs[room_id][: len(shown)], _seqs(shown)


def _figures(crowd: Crowd, damage: Damage, seconds: float) -> list[str]:
    """What this run was like, in two lines for a person."""
    ledger, total = crowd.ledger, Figures()
    for device in crowd.devices:
        total.add(device.figures)
    kills = sum(len(device.screens) - 1 for device in crowd.devices)
    course = (
        f"{len(ledger.written)} messages in {seconds:.0f} s, shown {len(ledger.shown_after)} times elsewhere;"
        f" acknowledged after {_milliseconds(ledger.acknowledged_after)},"
        f" delivered after {_milliseconds(list(ledger.shown_after.values()))}"
    )
    troubles = (
        f"{damage.cuts} cuts, {damage.half_opens} half-opens, {kills} kills, {damage.delays} delays,"
        f" {damage.frames_lost} frames lost, {damage.frames_repeated} repeated;"
        f" {total.connects} connects, {total.retries} retries, {total.repeats_restarted} commands found after a kill,"
        f" {total.gaps} gaps, {total.syncs} syncs, {total.duplicates} duplicates dropped; seed {SEED}"
    )
    return [f"phones: {course}", f"phones: {troubles}"]


def _milliseconds(seconds: Sequence[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return " ".join(f"p{at} {cuts[at - 1] * 1000:.0f}" for at in (50, 95, 99)) + " ms"
