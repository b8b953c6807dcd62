"""What stands in the tables, looked at past the stores: lifetimes, formats, bytes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from foyer.domain.commands import Close
from foyer.domain.events import EVENT_FORMAT
from foyer.domain.inbox import entries_of
from foyer.domain.rooms import FOLD_VERSION, VISITOR_CURSOR, Cursor, Head
from foyer.ports import ClosedRoom, Device
from tests.contract.backends import DynamoBackend
from tests.contract.stories import EXPIRES_AT, Story, agent, new_id, opening, store, store_opening
from tests.fakes.clock import NOON

Item = dict[str, Any]

# Ids as long as those of the real thing: a room's and a visitor's are 16 bytes in base64, an agent's is a UUID.
ROOM_ID_LENGTH = 22


def a_real_room() -> Story:
    return opening(room_id=new_id()[:ROOM_ID_LENGTH], visitor_id=new_id()[:ROOM_ID_LENGTH], text="Hello?")


def size(item: Item) -> int:
    """An item's bytes by DynamoDB's rules: names, and values by type."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            digits = str(content).lstrip("-").replace(".", "").strip("0")
            return 1 + (len(digits) + 1) // 2 + str(content).startswith("-")
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(inner) for name, inner in content.items())
        case "L":
            return 3 + sum(1 + _value_size(inner) for inner in content)
    raise AssertionError(kind)


def items_of(dynamodb: DynamoBackend, story: Story, *agent_ids: str) -> Iterator[Item]:
    """All items that are there because of this room."""
    room = story.room
    yield from dynamodb.items(f"ROOM#{room.id}")
    for partition in (*(f"AGENT#{one}" for one in agent_ids), f"QUEUE#{room.department_id}"):
        yield from dynamodb.items(partition)
    yield from (item for item in dynamodb.items(f"VISITOR#{room.visitor_id}") if item["sk"]["S"] != "PROFILE")


def test_every_item_of_a_room_carries_its_lifetime_and_its_format(dynamodb: DynamoBackend) -> None:
    department_id = new_id()
    ada = agent(departments=(department_id,))
    expires_at = EXPIRES_AT + 12_345
    story = opening(text="Hello?", department_id=department_id, expires_at=expires_at)
    store(dynamodb.rooms, dynamodb.visitors, story)
    for entry in entries_of(story.room):
        dynamodb.rooms.put_entry(entry, stamp=1, expires_at=story.room.expires_at)
    story = story.accepted_by(ada).says("Hi!", caller=ada)
    for event in story.events[2:]:
        dynamodb.rooms.append(event)
    dynamodb.rooms.advance(story.room)
    dynamodb.rooms.move_cursor(story.room.id, VISITOR_CURSOR, Cursor(seq=4, visitor_messages=1))
    for entry in entries_of(story.room):
        dynamodb.rooms.put_entry(entry, stamp=3, expires_at=story.room.expires_at)
    closed = story.then(Close(caller=story.visitor, client_id=str(uuid4()), at=NOON + 99))
    dynamodb.rooms.append(closed.events[-1])
    dynamodb.rooms.advance(closed.room)
    dynamodb.rooms.put_closed(
        ada.id, ClosedRoom(room_id=story.room.id, closed_at=NOON + 99), expires_at=story.room.expires_at
    )

    items = list(items_of(dynamodb, closed, ada.id))

    kinds = sorted(item["pk"]["S"].partition("#")[0] + "/" + item["sk"]["S"].partition("#")[0] for item in items)
    assert kinds == sorted(
        ["ROOM/HEAD", *["ROOM/EVENT"] * 5, "AGENT/OPEN", "AGENT/CLOSED", "QUEUE/ROOM", "VISITOR/ROOM"]
    )
    assert {item["expires_at"]["N"] for item in items} == {str(expires_at)}
    for item in items:
        if item["sk"]["S"] == "HEAD":
            assert item["fold"] == {"N": str(FOLD_VERSION)}
        if item["sk"]["S"].startswith("EVENT#"):
            assert item["v"] == {"N": str(EVENT_FORMAT)}


def test_a_profile_carries_its_lifetime(dynamodb: DynamoBackend) -> None:
    story = opening()
    store_opening(dynamodb.rooms, dynamodb.visitors, story)

    [profile] = [item for item in dynamodb.items(f"VISITOR#{story.room.visitor_id}") if item["sk"]["S"] == "PROFILE"]

    assert profile["expires_at"] == {"N": str(EXPIRES_AT)}


@pytest.mark.parametrize("fold_version", [FOLD_VERSION - 1, FOLD_VERSION + 1])
def test_a_head_of_another_fold_is_rebuilt_from_the_log(dynamodb: DynamoBackend, fold_version: int) -> None:
    story = opening(text="Hello?").accepted_by(agent())
    store(dynamodb.rooms, dynamodb.visitors, story)
    cursors = {VISITOR_CURSOR: Cursor(seq=2, visitor_messages=1)}
    dynamodb.rooms.move_cursor(story.room.id, VISITOR_CURSOR, cursors[VISITOR_CURSOR])
    overwrite_head(dynamodb, story, fold_version=fold_version, seq=story.room.seq)

    assert dynamodb.rooms.head(story.room.id, consistent=True) == Head(room=story.room, cursors=cursors)
    assert dynamodb.rooms.heads([story.room.id]) == {story.room.id: Head(room=story.room, cursors=cursors)}


@pytest.mark.parametrize("behind", [0, 1, 2])
def test_a_rebuilt_head_is_written_back_by_an_advance(dynamodb: DynamoBackend, behind: int) -> None:
    story = opening(text="Hello?").accepted_by(agent())
    store(dynamodb.rooms, dynamodb.visitors, story)
    overwrite_head(dynamodb, story, fold_version=FOLD_VERSION - 1, seq=story.room.seq - behind)
    rebuilt = dynamodb.rooms.head(story.room.id, consistent=True)
    assert rebuilt is not None
    assert rebuilt.room == story.room

    dynamodb.rooms.advance(rebuilt.room)

    item = head_item(dynamodb, story)
    assert item["fold"] == {"N": str(FOLD_VERSION)}
    assert item["seq"] == {"N": str(story.room.seq)}
    assert item["room"]["S"] != "{}"
    assert dynamodb.rooms.head(story.room.id, consistent=True) == rebuilt


def test_a_newer_fold_is_not_overwritten_by_an_older_one(dynamodb: DynamoBackend) -> None:
    story = opening()
    store(dynamodb.rooms, dynamodb.visitors, story)
    overwrite_head(dynamodb, story, fold_version=FOLD_VERSION + 1, seq=story.room.seq)

    dynamodb.rooms.advance(story.room)

    assert head_item(dynamodb, story)["fold"] == {"N": str(FOLD_VERSION + 1)}


def test_entries_and_counters_in_the_live_table_expire(dynamodb: DynamoBackend) -> None:
    key, now = new_id(), NOON // 1000
    dynamodb.live.count(key, window=600, now=now)
    dynamodb.live.count(key, window=600, now=now)

    [item] = dynamodb.items(f"LIMIT#{key}", table=dynamodb.tables.live)

    assert now + 600 <= int(item["expires_at"]["N"]) <= now + 1_200


@pytest.mark.parametrize("who", ["visitor", "agent"])
def test_a_message_of_300_bytes_takes_650_at_most(dynamodb: DynamoBackend, who: str) -> None:
    ada = agent(str(uuid4()))
    story = a_real_room().accepted_by(ada)
    story = story.says("é" * 150, caller=ada if who == "agent" else None)
    store(dynamodb.rooms, dynamodb.visitors, story)

    items = {item["sk"]["S"]: item for item in dynamodb.items(f"ROOM#{story.room.id}")}

    message = items[f"EVENT#{story.room.seq:010d}"]
    assert size(message) <= 650, message


def test_the_head_of_a_room_with_one_agent_is_under_a_kilobyte(dynamodb: DynamoBackend) -> None:
    ada = replace(agent(str(uuid4())), name="Augusta Ada Lovelace")
    story = a_real_room().accepted_by(ada).says("n" * 500).says("n" * 500, caller=ada)
    store(dynamodb.rooms, dynamodb.visitors, story)
    dynamodb.rooms.move_cursor(story.room.id, VISITOR_CURSOR, Cursor(seq=4, visitor_messages=2))
    dynamodb.rooms.move_cursor(story.room.id, ada.id, Cursor(seq=4, visitor_messages=2, since=3))

    assert size(head_item(dynamodb, story)) < 1_024


def test_a_push_token_that_a_device_gave_up_leaves_nothing_behind(dynamodb: DynamoBackend) -> None:
    ada = new_id()
    device = Device(id=new_id(), agent_id=ada, platform="android", push_token=new_id())
    table = dynamodb.tables.directory
    dynamodb.directory.put_device(device)
    scanned = dynamodb.client.scan(TableName=table, ConsistentRead=True)["Count"]

    for _ in range(3):
        dynamodb.directory.put_device(
            Device(id=device.id, agent_id=ada, platform="android", push_token=new_id(), locale="en")
        )

    assert dynamodb.client.scan(TableName=table, ConsistentRead=True)["Count"] == scanned
    dynamodb.directory.delete_device(ada, device.id)
    assert dynamodb.client.scan(TableName=table, ConsistentRead=True)["Count"] == scanned - 2


def head_item(dynamodb: DynamoBackend, story: Story) -> Item:
    [item] = [one for one in dynamodb.items(f"ROOM#{story.room.id}") if one["sk"]["S"] == "HEAD"]
    return item


def overwrite_head(dynamodb: DynamoBackend, story: Story, *, fold_version: int, seq: int) -> None:
    """Makes the head one that another version of the rules made, and that today's cannot read."""
    dynamodb.client.update_item(
        TableName=dynamodb.tables.conversations,
        Key={"pk": {"S": f"ROOM#{story.room.id}"}, "sk": {"S": "HEAD"}},
        UpdateExpression="SET fold = :fold, room = :room, seq = :seq",
        ExpressionAttributeValues={
            ":fold": {"N": str(fold_version)},
            ":room": {"S": "{}"},
            ":seq": {"N": str(seq)},
        },
    )


def test_a_profile_is_kept_as_long_as_the_room_that_shows_it(dynamodb: DynamoBackend) -> None:
    first = a_real_room()
    store_opening(dynamodb.rooms, dynamodb.visitors, first)
    later = opening(visitor_id=first.room.visitor_id, at=NOON + 5_000, expires_at=EXPIRES_AT + 86_400)
    dynamodb.rooms.open(later.room, later.events, previous_room_id=first.room.id)
    [profile] = [one for one in dynamodb.items(f"VISITOR#{first.room.visitor_id}") if one["sk"]["S"] == "PROFILE"]
    assert profile["expires_at"] == {"N": str(EXPIRES_AT + 86_400)}
