"""The meter's arithmetic against worked examples of the DynamoDB Developer Guide, and what it refuses to guess.

Guide, "DynamoDB item sizes and formats" (CapacityUnitCalculations), "DynamoDB read and write operations"
(read-write-operations) and "Amazon DynamoDB Transactions: How it works" (transaction-apis).
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from bench.meter import Meter, NoRuleError, item_size, metering, number_size, read_units, value_size, write_units

KB = 1024
TABLE = "things"


class Thing(Model):
    class Meta:
        """Where things are."""

        table_name = TABLE
        region = "us-east-1"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


@pytest.fixture(name="client", scope="module")
def table_on_moto() -> Iterator[DynamoDBClient]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def key(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "1"}}


def thing(name: str, *, size: int) -> dict[str, Any]:
    """An item of exactly so many bytes."""
    item = key(name) | {"t": {"S": ""}}
    return item | {"t": {"S": "x" * (size - item_size(item))}}


def stored(client: DynamoDBClient, name: str, *, size: int) -> None:
    client.put_item(TableName=TABLE, Item=thing(name, size=size))


def units(meter: Meter) -> tuple[float, float]:
    return meter.write_units, meter.read_units


# --- sizes: "DynamoDB item sizes and formats" ------------------------------------------------------------------------


def test_a_guides_item_with_two_strings() -> None:
    # The guide: "shirt-color" with the value "R" has 12 bytes, and "shirt-size" with "M" 11, together 23.
    assert item_size({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}) == 23


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "R"}, 1),
        ({"S": "سلام"}, 8),  # UTF-8: two bytes a letter
        ({"S": "👍"}, 4),
        ({"B": b"\x00\x01\x02"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "100"]}, 4),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "abc"}, {"BOOL": False}]}, 3 + (1 + 3) + (1 + 1)),
        ({"M": {"seq": {"N": "7"}}}, 3 + 1 + 3 + 2),
        ({"M": {"a": {"L": [{"N": "12"}]}}}, 3 + 1 + 1 + (3 + 1 + 2)),
    ],
)
def test_sizes_of_values(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


@pytest.mark.parametrize(
    ("number", "size"),
    [
        ("0", 1),
        ("7", 2),
        ("42", 2),
        ("100", 2),  # trailing zeros are trimmed
        ("00.05", 2),  # leading ones too
        ("120", 3),  # pairs go from the point outwards
        ("1.2", 3),
        ("12345", 4),
        ("-42", 3),
        ("1800000000000", 3),
        ("1763913600123", 8),
        ("9" * 38, 20),
        ("1E+10", 2),
    ],
)
def test_sizes_of_numbers(number: str, size: int) -> None:
    assert number_size(number) == size


# --- units: "DynamoDB read and write operations" ---------------------------------------------------------------------


@pytest.mark.parametrize(("size", "written"), [(0, 1), (1, 1), (KB, 1), (KB + 1, 2), (3.5 * KB, 4)])
def test_a_write_costs_a_unit_per_begun_kilobyte(size: int, written: float) -> None:
    assert write_units(int(size)) == written
    assert write_units(int(size), transactional=True) == 2 * written


@pytest.mark.parametrize(("size", "read"), [(0, 1), (4 * KB, 1), (4 * KB + 1, 2), (10 * KB, 3)])
def test_a_read_costs_a_unit_per_begun_four_kilobytes(size: int, read: float) -> None:
    assert read_units(size, consistent=True) == read
    assert read_units(size, consistent=False) == read / 2
    assert read_units(size, consistent=True, transactional=True) == 2 * read


def test_the_guides_query_of_small_items() -> None:
    assert read_units(1500 * 64, consistent=True) == 24


def test_a_put_costs_by_the_larger_of_the_item_that_was_and_the_item_that_is(client: DynamoDBClient) -> None:
    with metering() as meter:
        stored(client, "put", size=3 * KB)
        assert meter.write_units == 3
        stored(client, "put", size=100)
        assert meter.write_units == 6
        stored(client, "put", size=100)
        assert meter.write_units == 7


def test_an_update_costs_the_whole_item_however_little_it_changes(client: DynamoDBClient) -> None:
    stored(client, "update", size=2 * KB)
    with metering() as meter:
        client.update_item(
            TableName=TABLE,
            Key=key("update"),
            UpdateExpression="SET n = :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    assert units(meter) == (3, 0)  # the attribute makes it a little larger than 2 KB
    assert meter.requests == {"UpdateItem": 1}


def test_a_delete_costs_by_the_item_that_it_deletes(client: DynamoDBClient) -> None:
    stored(client, "delete", size=2 * KB)
    with metering() as meter:
        client.delete_item(TableName=TABLE, Key=key("delete"))
        assert meter.write_units == 2
        client.delete_item(TableName=TABLE, Key=key("delete"))
    assert units(meter) == (3, 0)


def test_a_condition_that_fails_costs_by_the_item_that_stands(client: DynamoDBClient) -> None:
    # The guide: an existing item of 300 KB against a new one of 310 KB costs 300 where the condition fails.
    stored(client, "condition", size=30 * KB)
    item = thing("condition", size=31 * KB)
    with metering() as meter:
        with pytest.raises(ClientError):
            client.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(pk)")
        assert meter.write_units == 30
        with pytest.raises(ClientError):
            client.delete_item(TableName=TABLE, Key=key("no such thing"), ConditionExpression="attribute_exists(pk)")
    assert units(meter) == (31, 0)
    assert meter.changes == []


def test_transactions_write_everything_twice(client: DynamoDBClient) -> None:
    # The guide: an item of 500 bytes written in a transaction costs two units.
    puts: list[Any] = [
        {"Put": {"TableName": TABLE, "Item": thing(f"transaction {size}", size=size)}} for size in (500, 1500, KB)
    ]
    with metering() as meter:
        client.transact_write_items(TransactItems=puts)
    assert units(meter) == (2 + 4 + 2, 0)


def test_a_cancelled_transaction_costs_too(client: DynamoDBClient) -> None:
    stored(client, "cancelled", size=1500)
    put: Any = {"TableName": TABLE, "Item": key("cancelled"), "ConditionExpression": "attribute_not_exists(pk)"}
    with metering() as meter, pytest.raises(ClientError):
        client.transact_write_items(TransactItems=[{"Put": put}])
    assert units(meter) == (4, 0)


def test_a_get_of_what_is_not_there_costs_as_a_small_one(client: DynamoDBClient) -> None:
    stored(client, "get", size=5 * KB)
    with metering() as meter:
        client.get_item(TableName=TABLE, Key=key("no such thing"), ConsistentRead=True)
        assert meter.read_units == 1
        client.get_item(TableName=TABLE, Key=key("get"))
    assert units(meter) == (0, 1 + 1)


def test_a_query_sums_its_items_before_it_rounds_up(client: DynamoDBClient) -> None:
    # The guide sums a query's items of 64 bytes: 1,500 of them are 96 KB. Here it is 40, of 2,560 bytes.
    for place in range(40):
        item = {"pk": {"S": "query"}, "sk": {"S": f"{place:02d}"}, "t": {"S": ""}}
        client.put_item(TableName=TABLE, Item=item | {"t": {"S": "x" * (64 - item_size(item))}})
    asked: dict[str, Any] = {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "query"}},
    }
    with metering() as meter:
        client.query(**asked, ConsistentRead=True)
        assert meter.read_units == 1
        client.query(**asked)
        assert meter.read_units == 1.5
        client.query(**asked | {"ExpressionAttributeValues": {":pk": {"S": "nobody"}}})
    assert units(meter) == (0, 2)


def test_a_batch_rounds_up_each_item_by_itself(client: DynamoDBClient) -> None:
    # The guide: items of 1.5 KB and 6.5 KB in one batch cost (4 KB + 8 KB), which is 3 units, not 8 KB's 2.
    stored(client, "small", size=1500)
    stored(client, "large", size=6500)
    wanted = {TABLE: {"Keys": [key("small"), key("large"), key("no such thing")], "ConsistentRead": True}}
    with metering() as meter:
        client.batch_get_item(RequestItems=wanted)  # type: ignore[arg-type]
    assert units(meter) == (0, 3 + 1)


def test_a_batch_of_writes_costs_as_its_writes(client: DynamoDBClient) -> None:
    stored(client, "batched", size=3 * KB)
    actions: list[Any] = [
        {"PutRequest": {"Item": thing("put in a batch", size=2 * KB)}},
        {"DeleteRequest": {"Key": key("batched")}},
    ]
    with metering() as meter:
        client.batch_write_item(RequestItems={TABLE: actions})
    assert units(meter) == (5, 0)


def test_transactions_read_everything_twice(client: DynamoDBClient) -> None:
    stored(client, "read", size=500)
    with metering() as meter:
        client.transact_get_items(TransactItems=[{"Get": {"TableName": TABLE, "Key": key("read")}}])
    assert units(meter) == (0, 2)


# --- the hook -------------------------------------------------------------------------------------------------------


def test_it_sees_pynamodb_as_it_sees_boto3(client: DynamoDBClient) -> None:
    with metering() as meter:
        Thing("pynamodb", "1").save()
        assert list(Thing.query("pynamodb"))
        client.get_item(TableName=TABLE, Key=key("pynamodb"))
    assert units(meter) == (1, 0.5 + 0.5)
    assert meter.requests == {"PutItem": 1, "Query": 1, "GetItem": 1}


def test_it_tells_what_changed_in_order(client: DynamoDBClient) -> None:
    with metering() as meter:
        stored(client, "changes", size=100)
        stored(client, "changes", size=200)
        client.delete_item(TableName=TABLE, Key=key("changes"))
    small, large = thing("changes", size=100), thing("changes", size=200)
    assert [(one.before, one.after) for one in meter.changes] == [(None, small), (small, large), (large, None)]


def test_it_ends_when_it_is_over(client: DynamoDBClient) -> None:
    with metering() as meter:
        pass
    stored(client, "after", size=100)
    assert (units(meter), meter.requests.total()) == ((0, 0), 0)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("scan", {}),
        ("get_item", {"Key": key("get"), "ProjectionExpression": "sk"}),
        (
            "query",
            {
                "KeyConditionExpression": "pk = :pk",
                "FilterExpression": "sk <> :pk",
                "ExpressionAttributeValues": {":pk": {"S": "get"}},
            },
        ),
    ],
    ids=["scan", "projection", "filter"],
)
def test_it_refuses_what_it_has_no_rule_for(client: DynamoDBClient, operation: str, parameters: dict[str, Any]) -> None:
    with metering(), pytest.raises(NoRuleError):
        getattr(client, operation)(TableName=TABLE, **parameters)


def test_it_refuses_tables_with_secondary_indexes(client: DynamoDBClient) -> None:
    client.create_table(
        TableName="indexed",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-sk",
                "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    with metering(), pytest.raises(NoRuleError):
        client.put_item(TableName="indexed", Item=key("indexed"))
