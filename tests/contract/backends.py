"""The backends that one suite runs on: memory, moto, and the emulator that `make run` deploys into."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from foyer.adapters.dynamodb.directory import DynamoDirectoryStore
from foyer.adapters.dynamodb.ledger import DynamoPushLedger
from foyer.adapters.dynamodb.live import DynamoLiveStore
from foyer.adapters.dynamodb.rooms import DynamoRoomStore
from foyer.adapters.dynamodb.visitors import DynamoVisitorStore
from foyer.ports import DirectoryStore, LiveStore, PushLedger, RoomStore, VisitorStore
from tests.fakes.memory import MemoryStores
from tests.tables import REGION, Tables, create_tables

# One worker runs all tests of a backend: the emulator starts once, moto's tables are made once a module.
MOTO = pytest.param("moto", marks=pytest.mark.xdist_group("contract-moto"))
EMULATOR = pytest.param("emulator", marks=pytest.mark.xdist_group("contract-emulator"))
ATOMIC = ["memory", EMULATOR]
"""The backends on which requests of several threads do not see each other half done; moto's do."""

BackendName = Literal["memory", "moto", "emulator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The five stores on one backend."""

    name: BackendName
    rooms: RoomStore
    visitors: VisitorStore
    live: LiveStore
    directory: DirectoryStore
    ledger: PushLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoBackend(Backend):
    """Stores on something that speaks DynamoDB, with a look past them."""

    client: DynamoDBClient
    tables: Tables

    def items(self, partition: str, *, table: str | None = None) -> list[dict[str, Any]]:
        """The raw items of a partition, of `conversations` if no table is named."""
        answer = self.client.query(
            TableName=table or self.tables.conversations,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        assert "LastEvaluatedKey" not in answer
        return [dict(item) for item in answer["Items"]]


def on_moto() -> Iterator[Backend]:
    """The stores on moto, inside this process."""
    with mock_aws():
        yield from on_dynamodb("moto", host=None)


def on_dynamodb(name: BackendName, *, host: str | None) -> Iterator[Backend]:
    """The stores on new tables at this endpoint."""
    with closing(boto3.client("dynamodb", region_name=REGION, endpoint_url=host)) as client:
        tables = create_tables(client, host=host)
        tables.bind()
        yield DynamoBackend(
            name=name,
            rooms=DynamoRoomStore(),
            visitors=DynamoVisitorStore(),
            live=DynamoLiveStore(),
            directory=DynamoDirectoryStore(),
            ledger=DynamoPushLedger(),
            client=client,
            tables=tables,
        )


def in_memory() -> Iterator[Backend]:
    """The stores' twins."""
    stores = MemoryStores()
    yield Backend(
        name="memory",
        rooms=stores.rooms,
        visitors=stores.visitors,
        live=stores.live,
        directory=stores.directory,
        ledger=stores.ledger,
    )
