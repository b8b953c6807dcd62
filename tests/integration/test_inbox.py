"""An agent's lists page by page, logs both ways, and what a device that was away is told."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from foyer.domain.commands import SendMessage
from foyer.domain.decisions import decide
from foyer.domain.people import Caller
from tests.integration.doors import Dump, Person, Room, World, new_id, new_world, open_room
from tests.tables import Tables


def _pages(world: World, path: str, by: Person, key: str, **query: Any) -> list[list[dict[str, Any]]]:
    """All pages of a list."""
    pages, cursor = [], None
    while True:
        page = world.http("GET", path, by, query=query | ({"cursor": cursor} if cursor else {})).ok()
        pages.append(page[key])
        cursor = page["next_cursor"]
        if cursor is None:
            return pages


def _grow(world: World, room: Room, texts: list[str]) -> None:
    """The visitor writes all this, without the head being brought along for each."""
    store = world.wirings["visitor_api"].room_store
    head = store.head(room.id, consistent=True)
    assert head is not None
    now, caller = head.room, Caller(kind="visitor", id=room.visitor.id, name=room.visitor.name)
    for place, text in enumerate(texts):
        command = SendMessage(caller=caller, client_id=new_id(), at=world.clock() + place, after=now.seq, text=text)
        decision = decide(now, command)
        store.append(decision.events[0])
        now = decision.room
    store.advance(now)


@pytest.fixture
def ada(world: World) -> Person:
    return world.agent("ada")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Seven rooms: two closed, two active (one unread), two waiting, and one that a colleague has."""

    world: World
    ada: Person
    rooms: dict[str, Room]
    before_the_relay: Dump
    after_the_relay: Dump

    def told(self, dump: Dump) -> "Story":
        """The story as it was stored then."""
        self.world.renew()
        self.world.restore(dump)
        return self


@pytest.fixture(scope="module")
def played(deployment: tuple[DynamoDBClient, Tables]) -> Story:
    world = new_world(*deployment)
    ada, bob = world.agent("ada"), world.agent("bob")
    rooms = {}
    for name in ("closed-1", "closed-2", "unread", "answered", "waiting-1", "waiting-2", "bobs"):
        world.clock.advance(seconds=1)
        rooms[name] = open_room(world, world.visitor(name))
    for name in ("closed-1", "closed-2", "unread", "answered"):
        world.clock.advance(seconds=1)
        rooms[name].by_agent(ada, "accept").ok()
    rooms["bobs"].by_agent(bob, "accept").ok()
    for name in ("closed-1", "closed-2"):
        world.clock.advance(seconds=1)
        rooms[name].by_visitor("close").ok()
    world.clock.advance(seconds=1)
    rooms["answered"].by_agent(ada, "messages", after=3, text="Hi").ok()
    world.clock.advance(seconds=1)
    rooms["unread"].by_visitor("messages", text="Hello?").ok()
    before = world.dump()
    world.relay()
    return Story(world=world, ada=ada, rooms=rooms, before_the_relay=before, after_the_relay=world.dump())


@pytest.fixture
def story(played: Story) -> Story:
    return played.told(played.after_the_relay)


TABS = {
    "all": ["unread", "answered", "waiting-2", "waiting-1", "closed-2", "closed-1"],
    "active": ["unread", "answered"],
    "waiting": ["unread", "waiting-2", "waiting-1"],
    "closed": ["closed-2", "closed-1"],
}


@pytest.mark.parametrize("when", ["after the relay", "before the relay"])
def test_every_tab_pages_through_the_same_rooms_whatever_the_page(played: Story, when: str) -> None:
    played.told(played.after_the_relay if when == "after the relay" else played.before_the_relay)
    world, ada, rooms = played.world, played.ada, played.rooms
    names = {room.id: name for name, room in rooms.items()}
    for tab, wanted in TABS.items():
        for limit in (2, 100):
            pages = _pages(world, "/rooms", ada, "rooms", tab=tab, limit=limit)
            assert all(len(page) <= limit for page in pages)
            assert [names[one["id"]] for page in pages for one in page] == wanted
    counts = world.http("GET", "/rooms", ada).ok()["counts"]
    assert counts == {"all": 6, "active": 2, "waiting": 3, "closed": 2}


def test_states_are_those_of_the_contracts_table(story: Story) -> None:
    ada, rooms = story.ada, story.rooms
    states = {name: room.seen_by(ada)["state"] for name, room in rooms.items() if name != "bobs"}
    assert states == {
        "closed-1": "closed",
        "closed-2": "closed",
        "unread": "waiting",
        "answered": "answered",
        "waiting-1": "waiting",
        "waiting-2": "waiting",
    }
    assert rooms["unread"].seen_by(ada)["unread"] == 1
    assert rooms["waiting-1"].seen_by(ada)["offer"]["kind"] == "department"


def test_a_cursor_of_another_list_is_refused_and_one_of_another_agent_grants_nothing(story: Story) -> None:
    world, ada, rooms = story.world, story.ada, story.rooms
    cora = world.agent("cora", departments=())
    cursor = world.http("GET", "/rooms", ada, query={"limit": 1}).ok()["next_cursor"]
    for path in ("/agents", "/departments", "/canned-responses"):
        answer = world.http("GET", path, ada, query={"cursor": cursor})
        assert (answer.status, answer.body["fields"][0]["field"]) == (422, "cursor")
    assert world.http("GET", "/rooms", cora, query={"cursor": cursor}).ok()["rooms"] == []
    visitors = world.http("GET", "/visitor/rooms", rooms["unread"].visitor, query={"cursor": cursor})
    assert visitors.code == "validation_failed"


def test_counts_stop_at_a_hundred(world: World, ada: Person) -> None:
    store = world.wirings["agent_api"].room_store
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    room.by_visitor("close").ok()
    world.relay()
    head = store.head(room.id, consistent=True)
    assert head is not None
    items = {
        place: item for place, item in world.dump().items() if f"ROOM#{room.id}" in place[1] and place[2] == "HEAD"
    }
    ((place, item),) = items.items()
    closed_at = head.room.closed_at or 0
    for number in range(104):
        copy = f"copy{number:03d}"
        world.client.put_item(TableName=place[0], Item={**item, "pk": {"S": f"ROOM#{copy}"}})
        entry = {"pk": {"S": "AGENT#ada"}, "sk": {"S": f"CLOSED#{closed_at - 1 - number:013d}#{copy}"}}
        world.client.put_item(TableName=place[0], Item={**entry, "expires_at": {"N": "1900000000"}})
    page = world.http("GET", "/rooms", ada, query={"limit": 3}).ok()
    assert page["counts"] == {"all": 100, "active": 0, "waiting": 0, "closed": 100}
    assert len(world.http("POST", "/sync", ada, body={"rooms": {}}).ok()["inbox"]["rooms"]) == 100


@pytest.mark.parametrize("path", ["/rooms/{}/events", "/visitor/rooms/{}/events"])
def test_a_log_pages_both_ways(world: World, ada: Person, path: str) -> None:
    visitor = world.visitor()
    room = open_room(world, visitor)
    _grow(world, room, [str(number) for number in range(8)])
    reader = visitor if path.startswith("/visitor") else ada

    def page(**query: Any) -> tuple[list[int], int, bool]:
        answer = world.http("GET", path.format(room.id), reader, query=query).ok()
        return [event["seq"] for event in answer["events"]], answer["through"], answer["more"]

    assert page() == ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 1, False)
    assert page(limit=4) == ([10, 9, 8, 7], 7, True)
    assert page(before=7, limit=4) == ([6, 5, 4, 3], 3, True)
    assert page(before=3, limit=4) == ([2, 1], 1, False)
    assert page(before=3, limit=2) == ([2, 1], 1, False)
    assert page(before=1)[0] == []
    assert page(before=1)[2] is False
    assert page(before=99, limit=2) == ([10, 9], 9, True)
    assert page(after=0, limit=4) == ([1, 2, 3, 4], 4, True)
    assert page(after=4, limit=4) == ([5, 6, 7, 8], 8, True)
    assert page(after=8, limit=4) == ([9, 10], 10, False)
    assert page(after=6, limit=4) == ([7, 8, 9, 10], 10, False)
    assert page(after=10) == ([], 10, False)


def test_a_page_of_what_a_visitor_may_not_see_still_moves_on(world: World, ada: Person) -> None:
    visitor = world.visitor()
    room = open_room(world, visitor)
    room.by_agent(ada, "accept").ok()
    for _ in range(3):
        room.by_agent(ada, "notes", text="for us").ok()
    room.by_visitor("messages", text="Hello?").ok()
    path = f"/visitor/rooms/{room.id}/events"
    page = world.http("GET", path, visitor, query={"after": 3, "limit": 2}).ok()
    assert page == {"events": [], "through": 5, "more": True}
    page = world.http("GET", path, visitor, query={"after": 5, "limit": 2}).ok()
    assert [event["seq"] for event in page["events"]] == [7]
    assert (page["through"], page["more"]) == (7, False)


def test_sync_tells_what_was_missed_and_what_is_gone(story: Story) -> None:
    world, ada, rooms = story.world, story.ada, story.rooms
    known = {rooms["unread"].id: 2, rooms["answered"].id: 4, rooms["waiting-1"].id: 0, rooms["bobs"].id: 2, "never": 7}
    answer = world.http("POST", "/sync", ada, body={"rooms": known}).ok()
    assert sorted(answer["removed"]) == sorted([rooms["bobs"].id, "never"])
    missed = {key: [event["seq"] for event in one["events"]] for key, one in answer["events"].items()}
    assert missed == {rooms["unread"].id: [3, 4], rooms["answered"].id: [], rooms["waiting-1"].id: [1, 2]}
    page = world.http("GET", "/rooms", ada, query={"limit": 100}).ok()
    assert answer["inbox"] == {"rooms": page["rooms"], "counts": page["counts"]}
    for key, one in answer["events"].items():
        assert one["through"] == next(room["seq"] for room in page["rooms"] if room["id"] == key)
        assert one["more"] is False


def test_sync_gives_at_most_a_hundred_events_a_room_and_the_rest_by_asking(world: World, ada: Person) -> None:
    room = open_room(world, world.visitor())
    room.by_agent(ada, "accept").ok()
    world.relay()
    _grow(world, room, ["x"] * 150)
    seen = 0
    for wanted, more in ((100, True), (53, False), (0, False)):
        one = world.http("POST", "/sync", ada, body={"rooms": {room.id: seen}}).ok()["events"][room.id]
        assert [event["seq"] for event in one["events"]] == list(range(seen + 1, seen + wanted + 1))
        assert one["more"] is more
        seen = one["through"]
    assert seen == 153


def test_sync_stays_within_a_megabyte_and_leaves_nothing_out_in_the_end(world: World, ada: Person) -> None:
    rooms = [open_room(world, world.visitor(), text=None) for _ in range(2)]
    for room in rooms:
        room.by_agent(ada, "accept").ok()
        _grow(world, room, ["\u20ac" * 4_000] * 45)
    world.relay()
    known = dict.fromkeys([room.id for room in rooms], 0)
    rounds = 0
    while True:
        rounds += 1
        answer = world.http("POST", "/sync", ada, body={"rooms": known}).ok()
        assert len(json.dumps(answer["events"], ensure_ascii=False).encode()) <= 1_000_000
        for key, one in answer["events"].items():
            assert [event["seq"] for event in one["events"]] == list(range(known[key] + 1, one["through"] + 1))
            known[key] = one["through"]
        if not any(one["more"] for one in answer["events"].values()):
            break
        assert rounds < 10
    assert rounds > 1
    assert set(known.values()) == {47}


def test_sync_is_right_before_the_relay_and_before_the_head(world: World, ada: Person) -> None:
    room = open_room(world, world.visitor())
    assert [one["id"] for one in world.http("POST", "/sync", ada, body={"rooms": {}}).ok()["inbox"]["rooms"]] == [
        room.id
    ]
    room.by_agent(ada, "accept").ok()
    room.by_visitor("close").ok()
    before = world.http("POST", "/sync", ada, body={"rooms": {room.id: 0}}).ok()
    world.relay()
    assert world.http("POST", "/sync", ada, body={"rooms": {room.id: 0}}).ok() == before
    assert before["inbox"]["counts"] == {"all": 1, "active": 0, "waiting": 0, "closed": 1}


def test_a_room_shows_the_visitor_whole_and_the_latest_ten_earlier_rooms(world: World, ada: Person) -> None:
    visitor = world.visitor("Vera", email="vera@example.com", locale="en-GB", custom={"plan": "gold"})
    earlier = []
    for _ in range(11):
        world.clock.advance(seconds=1)
        room = open_room(world, visitor, text=None)
        earlier.append(room.id)
        room.by_visitor("close").ok()
    world.clock.advance(seconds=1)
    room = open_room(world, visitor)
    seen = room.seen_by(ada)
    # Not yet inside, ada may not read those rooms.
    assert seen["earlier_rooms"] == []
    assert seen["visitor"] == {
        "id": visitor.id,
        "name": "Vera",
        "email": "vera@example.com",
        "locale": "en-GB",
        "browser": "Mozilla/5.0 (a test)",
        "custom": {"plan": "gold"},
        "pages": [],
    }
    assert world.http("GET", f"/rooms/{earlier[0]}", ada).status == 404
    room.by_agent(ada, "accept").ok()
    assert [one["id"] for one in room.seen_by(ada)["earlier_rooms"]] == earlier[:0:-1]
    assert world.http("GET", f"/rooms/{earlier[0]}", ada).ok()["state"] is None
    assert world.http("GET", f"/rooms/{earlier[0]}/events", ada).status == 200
    room.by_visitor("close").ok()
    assert world.http("GET", f"/rooms/{earlier[0]}", ada).status == 404
