"""The meter says what the emulator, which computes by the same rules, reports of writes."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from bench.meter import WRITE_BLOCK, item_size, metering
from tests.tables import REGION, create_tables

pytestmark = pytest.mark.xdist_group("contract-emulator")

KEY = {"pk": {"S": "ROOM#lny_myTyXNwfQXUjKbnlA"}, "sk": {"S": "HEAD"}}
SMALL: dict[str, Any] = KEY | {
    "seq": {"N": "12345"},
    "at": {"N": "1763913600123"},
    "room": {"S": '{"name":"مريم"}'},
    "cursors": {"M": {"visitor": {"M": {"seq": {"N": "4"}, "held": {"BOOL": False}, "by": {"NULL": True}}}}},
    "list": {"L": [{"N": "-3.14"}, {"S": "👍🏽"}, {"L": []}]},
}
"""Every kind of value that Foyer writes."""


def sized(length: int) -> dict[str, Any]:
    return SMALL | {"text": {"S": "x" * length}}


@pytest.fixture(name="table", scope="module")
def table_on_emulator(emulator: str) -> Iterator[tuple[DynamoDBClient, str]]:
    with closing(boto3.client("dynamodb", region_name=REGION, endpoint_url=emulator)) as client:
        yield client, create_tables(client, host=emulator).conversations


Ask = Callable[[DynamoDBClient, dict[str, Any]], Any]


def put(item: dict[str, Any]) -> Ask:
    return lambda client, common: client.put_item(**common, Item=item)


def grown(client: DynamoDBClient, common: dict[str, Any]) -> Any:
    return client.update_item(
        **common,
        Key=KEY,
        UpdateExpression="SET more = :more",
        ExpressionAttributeValues={":more": {"S": "y" * 700}},
    )


def shrunk(client: DynamoDBClient, common: dict[str, Any]) -> Any:
    return client.update_item(
        **common, Key=KEY, UpdateExpression="REMOVE more, #text", ExpressionAttributeNames={"#text": "text"}
    )


def deleted(client: DynamoDBClient, common: dict[str, Any]) -> Any:
    return client.delete_item(**common, Key=KEY)


def together(client: DynamoDBClient, common: dict[str, Any]) -> Any:
    table = {"TableName": common.pop("TableName")}
    other = KEY | {"sk": {"S": "EVENT#0000000001"}}
    actions: list[Any] = [
        {"Put": table | {"Item": sized(2000)}},
        {"Put": table | {"Item": SMALL | other}},
        {
            "Update": table
            | {
                "Key": KEY | {"sk": {"S": "PROFILE"}},
                "UpdateExpression": "SET room_id = :id",
                "ExpressionAttributeValues": {":id": {"S": "1"}},
            }
        },
    ]
    return client.transact_write_items(**common, TransactItems=actions)


EDGE = WRITE_BLOCK - item_size(sized(0))


def near(length: int) -> list[tuple[str, Ask]]:
    return [(f"{length} bytes of text near 1 KB", put(sized(length))), (f"{length} bytes are deleted", deleted)]


STEPS: list[tuple[str, Ask]] = [
    ("a new item", put(SMALL)),
    ("a larger one over it", put(sized(1500))),
    ("a smaller one over that", put(SMALL)),
    ("an update that grows it", grown),
    ("an update that shrinks it", shrunk),
    ("a delete", deleted),
    ("a delete of nothing", deleted),
    # Around the first kilobyte, byte by byte: a size that differs shows as a unit more on one side.
    *(step for length in range(EDGE - 5, EDGE + 6) for step in near(length)),
    ("a transaction", together),
]


def test_writes_cost_what_the_emulator_reports(table: tuple[DynamoDBClient, str]) -> None:
    client, name = table
    metered, reported = {}, {}
    for step, ask in STEPS:
        with metering() as meter:
            answer = ask(client, {"TableName": name, "ReturnConsumedCapacity": "TOTAL"})
        consumed = answer["ConsumedCapacity"]
        metered[step] = meter.write_units
        reported[step] = sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
    assert metered == reported
    assert {units for step, units in metered.items() if "near" in step} == {1, 2}
