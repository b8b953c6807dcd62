"""AWS, unlike an emulator, answers from replicas that lag: what was acknowledged must be there all the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foyer.adapters.dynamodb.rooms import DynamoRoomStore
from tests.integration.doors import World, open_room


@pytest.fixture
def lagging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """From its call on, each read that is not consistent answers from before everything."""

    def start() -> None:
        for name, nothing in (
            ("head", None),
            ("events_after", []),
            ("newest", (None, [])),
            ("open_room_ids", []),
            ("queued_room_ids", []),
            ("closed_rooms", []),
        ):
            monkeypatch.setattr(DynamoRoomStore, name, _stale(getattr(DynamoRoomStore, name), nothing))

    yield start
    monkeypatch.undo()


def _stale(fresh: Callable[..., Any], nothing: Any) -> Callable[..., Any]:
    def read(*given: Any, **more: Any) -> Any:
        return fresh(*given, **more) if more.get("consistent") else nothing

    return read


def test_a_room_just_opened_is_there_for_its_visitor(world: World, lagging: Callable[[], None]) -> None:
    visitor = world.visitor()
    world.agent("ada")
    room = open_room(world, visitor)
    lagging()
    path = f"/visitor/rooms/{room.id}"
    assert world.http("GET", path, visitor).ok()["seq"] == 2
    assert world.http("GET", f"{path}/events", visitor).status == 200
    caught_up = world.http("GET", f"{path}/events", visitor, query={"after": 0}).ok()
    assert ([one["seq"] for one in caught_up["events"]], caught_up["more"]) == ([1, 2], False)


def test_a_room_just_accepted_is_there_for_its_agent(world: World, lagging: Callable[[], None]) -> None:
    ada = world.agent("ada")
    socket = world.connect(ada)
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    lagging()
    assert world.http("GET", f"/rooms/{room.id}", ada).ok()["state"] == "incoming"
    assert world.act(socket, "room.typing", room_id=room.id, typing=True)["status"] == 204


def test_sync_misses_nothing_that_was_acknowledged(world: World, lagging: Callable[[], None]) -> None:
    ada = world.agent("ada")
    mine, queued, ended = (open_room(world, world.visitor()) for _ in range(3))
    for room in (mine, ended):
        room.by_agent(ada, "accept").ok()
    ended.by_visitor("close").ok()
    world.relay()
    lagging()
    synced = world.http("POST", "/sync", ada, body={"rooms": {mine.id: 0}}).ok()
    assert {one["id"] for one in synced["inbox"]["rooms"]} == {mine.id, queued.id, ended.id}
    assert [one["seq"] for one in synced["events"][mine.id]["events"]] == [1, 2, 3]
