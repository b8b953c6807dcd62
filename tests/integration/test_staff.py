"""What agents see of themselves and of each other, and the devices that they register."""

from typing import Any

import pytest

from tests.integration.doors import Person, World, open_room, signed_in


def test_an_agent_sees_itself_and_what_it_chose_to_be(world: World) -> None:
    world.department("sales", "Sales")
    world.agent("ada", departments=("sales", "general"), status="offline")
    ada = signed_in("ada", admin=True)
    me = world.http("GET", "/me", ada).ok()
    assert me == {
        "id": "ada",
        "name": "Ada",
        "email": "ada@foyer.test",
        "status": "offline",
        "admin": True,
        "departments": [{"id": "general", "name": "General"}, {"id": "sales", "name": "Sales"}],
    }
    for status in ("online", "away", "offline", "offline"):
        assert world.http("PUT", "/me/status", ada, body={"status": status}).ok()["status"] == status
        assert world.http("GET", "/me", ada).ok()["status"] == status


def _list(world: World, by: Person, path: str, key: str, limit: int) -> list[list[dict[str, Any]]]:
    pages, cursor = [], None
    while True:
        page = world.http("GET", path, by, query={"limit": limit} | ({"cursor": cursor} if cursor else {})).ok()
        pages.append(page[key])
        cursor = page["next_cursor"]
        if cursor is None:
            return pages


def test_agents_and_departments_are_listed_page_by_page(world: World) -> None:
    for name in ("sales", "care"):
        world.department(name)
    people = [world.agent(name, departments=("general", "care")) for name in ("ada", "bob", "cora")]
    world.http("PUT", "/me/status", people[1], body={"status": "away"}).ok()
    pages = _list(world, people[0], "/agents", "agents", 2)
    assert [len(page) for page in pages] == [2, 1]
    agents = {one["id"]: one for page in pages for one in page}
    assert {key: one["status"] for key, one in agents.items()} == {"ada": "online", "bob": "away", "cora": "online"}
    assert agents["ada"]["department_ids"] == ["care", "general"]
    pages = _list(world, people[0], "/departments", "departments", 1)
    assert [(one["id"], one["online"]) for page in pages for one in page] == [
        ("care", True),
        ("general", True),
        ("sales", False),
    ]


def test_open_rooms_are_those_that_an_agent_takes_part_in(world: World) -> None:
    ada = world.agent("ada")
    rooms = [open_room(world, world.visitor()) for _ in range(3)]
    for room in rooms[:2]:
        room.by_agent(ada, "accept").ok()
    rooms[0].by_visitor("close").ok()
    for _ in range(2):
        (shown,) = world.http("GET", "/agents", ada).ok()["agents"]
        assert shown["open_rooms"] == 1
        world.relay()


def _devices(world: World) -> set[tuple[str, str]]:
    return {(pk, sk) for _, pk, sk in world.dump() if sk.startswith("DEVICE#")}


def test_a_device_is_put_again_and_forgotten_without_showing_its_token(world: World) -> None:
    ada = world.agent("ada")
    body = {"platform": "ios", "push_token": "secret-token", "locale": "en-GB"}
    for _ in range(2):
        shown = world.http("PUT", "/devices/phone", ada, body=body).ok()
        assert shown == {"id": "phone", "platform": "ios", "locale": "en-GB"}
    assert _devices(world) == {("DEVICES#ada", "DEVICE#phone")}
    for _ in range(2):
        assert world.http("DELETE", "/devices/phone", ada).status == 204
    assert _devices(world) == set()
    assert not [pk for _, pk, _ in world.dump() if pk.startswith("PUSH#")]


def test_a_token_belongs_to_the_last_agent_who_put_it(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    body = {"platform": "android", "push_token": "one-phone"}
    world.http("PUT", "/devices/phone", ada, body=body).ok()
    world.http("PUT", "/devices/phone", bob, body=body).ok()
    assert _devices(world) == {("DEVICES#bob", "DEVICE#phone")}
    # The one who lost it forgets a device that is not its own any more: the other keeps it.
    assert world.http("DELETE", "/devices/phone", ada).status == 204
    assert _devices(world) == {("DEVICES#bob", "DEVICE#phone")}


@pytest.mark.parametrize("kind", ["agent_id", "department_id"])
def test_a_transfer_goes_to_somebody_who_is_there(world: World, kind: str) -> None:
    ada = world.agent("ada")
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    answer = room.by_agent(ada, "transfer", **{kind: "nobody"})
    assert (answer.status, answer.body["fields"][0]["field"]) == (422, kind)
