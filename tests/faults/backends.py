"""What the simulation stands on: stores in memory whose ports fail, or the real adapters on moto whose requests do."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.dynamodb.models import dynamodb_backends

from foyer.adapters.dynamodb.codec import event_from_image
from foyer.adapters.dynamodb.directory import DynamoDirectoryStore
from foyer.adapters.dynamodb.ledger import DynamoPushLedger
from foyer.adapters.dynamodb.live import DynamoLiveStore
from foyer.adapters.dynamodb.rooms import DynamoRoomStore
from foyer.adapters.dynamodb.visitors import DynamoVisitorStore
from foyer.domain.events import Event
from foyer.domain.inbox import Entry
from foyer.domain.rooms import Head
from foyer.ports import DirectoryStore, LiveStore, PushLedger, RoomStore, VisitorStore
from tests.fakes.memory import MemoryStores
from tests.faults.tasks import Stage, Task
from tests.tables import REGION, Tables, create_tables

ACCOUNT = "123456789012"


@dataclass
class Backend:
    """The stores of one run.

    Attributes:
        committed: Is told each event that a table's stream would see inserted, at the moment of its commit.
        wrote: By entry the tasks that wrote it; None where entries are not watched.
    """

    rooms: RoomStore
    visitors: VisitorStore
    live: LiveStore
    directory: DirectoryStore
    ledger: PushLedger
    stage: Stage
    committed: Callable[[Event], None] = lambda _: None
    wrote: dict[Entry, list[Task]] | None = None

    def peek(self, room_id: str) -> Head | None:
        """A room's head as it is stored, looked up by nobody."""
        store: Any = self.rooms
        running, self.stage.running = self.stage.running, None
        try:
            found: Head | None = store.head(room_id, consistent=True)
        finally:
            self.stage.running = running
        return found

    def left_by_the_dead(self, entry: Entry) -> bool:
        """Whether an entry that no head justifies was written by a handler that came to no end of its own."""
        if self.wrote is None:
            return bool(self.stage.figures["handler killed"] + self.stage.figures["handler failed"])
        return any(task.ending in {"killed", "failed"} for task in self.wrote.get(entry, ()))


LAGGING = {"head", "heads", "events_after", "event", "ledger"}
"""Reads that a replica may answer, unless they ask for consistency."""


class FaultyPort:
    """A port each of whose calls goes over the stage."""

    def __init__(self, port: Any, backend: Backend) -> None:
        self._port, self._backend = port, backend
        self._before: dict[str, Head] = {}

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **fields: Any) -> Any:
            lagging = name in LAGGING and not fields.get("consistent", False)
            stale = (lambda: self._stale(name, method(*args, **fields), *args)) if lagging else None
            return self._backend.stage.call(lambda: self._do(name, method, *args, **fields), stale)

        return call

    def _stale(self, name: str, fresh: Any, *args: Any) -> Any:
        """What a replica answers that lacks the latest write to each head, and each log's latest event."""
        if name == "head":
            return self._before.get(args[0], fresh)
        if name == "heads":
            return {room_id: self._before.get(room_id, head) for room_id, head in fresh.items()}
        if name == "ledger":
            latest = max((entry.at for entry in fresh), default=0)
            return [entry for entry in fresh if entry.at < latest]
        last = max((event.seq for event in self._port.events_after(args[0], 0)), default=0)
        if name == "event":
            return None if args[1] == last else fresh
        return [event for event in fresh if event.seq < last]

    def _do(self, name: str, method: Callable[..., Any], *args: Any, **fields: Any) -> Any:
        if name in {"advance", "move_cursor"}:
            room_id = args[0].id if name == "advance" else args[0]
            if (head := self._port.head(room_id, consistent=True)) is not None:
                self._before[room_id] = head
        result = method(*args, **fields)
        backend = self._backend
        if name == "put_entry" and backend.wrote is not None and backend.stage.running is not None:
            backend.wrote.setdefault(args[0], []).append(backend.stage.running)
        if name == "append":
            backend.committed(args[0])
        elif name == "open":
            for event in args[1]:
                backend.committed(event)
        return result


def in_memory(stage: Stage) -> Backend:
    """Stores in memory."""
    stores = MemoryStores()
    backend = Backend(
        rooms=stores.rooms,
        visitors=stores.visitors,
        live=stores.live,
        directory=stores.directory,
        ledger=stores.ledger,
        stage=stage,
    )
    backend.wrote = {}
    for name in ("rooms", "visitors", "live", "directory", "ledger"):
        setattr(backend, name, cast(Any, FaultyPort(getattr(backend, name), backend)))
    return backend


class FaultyMoto:
    """The real adapters on moto. Requests fail between botocore and the table, below the SDK's own retries."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.backend: Backend | None = None

    def fresh(self, stage: Stage) -> Backend:
        """Empty tables under the adapters."""
        for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
            table.items.clear()
        self.backend = Backend(
            rooms=DynamoRoomStore(),
            visitors=DynamoVisitorStore(),
            live=DynamoLiveStore(),
            directory=DynamoDirectoryStore(),
            ledger=DynamoPushLedger(),
            stage=stage,
        )
        return self.backend

    def answer(self, request: AWSPreparedRequest, answer: Callable[[], AWSResponse | None]) -> AWSResponse | None:
        """Lets a request through, or not."""
        backend, target = self.backend, str(_text(request.headers.get("X-Amz-Target", "")))
        if backend is None or "DynamoDB" not in target:
            return answer()
        task = backend.stage.pause()
        kind = backend.stage.trouble(task) if task else None
        operation, body = target.rpartition(".")[2], json.loads(_text(request.body))
        match kind:
            case "throttle":
                return _response(request, 400, {"__type": "ProvisionedThroughputExceededException"})
            case "error":
                return _response(request, 500, {"__type": "InternalServerError"})
            case "unprocessed" if operation == "BatchGetItem":
                asked = body["RequestItems"]
                return _response(request, 200, {"Responses": dict.fromkeys(asked, ()), "UnprocessedKeys": asked})
            case "before" | "unprocessed":
                raise ConnectTimeoutError(endpoint_url=request.url)
        answered = answer()
        if answered is not None and answered.status_code == 200:
            for item in _put(operation, body, self.tables.conversations):
                if item["sk"]["S"].startswith("EVENT#"):
                    backend.committed(event_from_image(item))
        if kind == "after":  # "stale" is nothing here: moto has no replicas
            raise ReadTimeoutError(endpoint_url=request.url)
        return answered


@contextmanager
def moto() -> Iterator[FaultyMoto]:
    """Moto with the template's tables, and faults on the way to it."""
    original = BotocoreStubber.__call__
    made: list[FaultyMoto] = []

    def faulty(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **more: Any) -> Any:
        if not made:
            return original(stubber, event_name, request, **more)
        return made[0].answer(request, lambda: original(stubber, event_name, request, **more))

    with ExitStack() as stack:
        stack.enter_context(mock_aws())
        stack.enter_context(patch.object(BotocoreStubber, "__call__", faulty))
        # The SDK waits between its attempts; nobody here has the time.
        stack.enter_context(patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None)))
        tables = create_tables(boto3.client("dynamodb", region_name=REGION))
        tables.bind()
        made.append(FaultyMoto(tables))
        yield made[0]


def _put(operation: str, body: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """The items that a request put into this table."""
    puts = [one.get("Put", {}) for one in body.get("TransactItems", ())] if operation.startswith("Transact") else []
    puts += [body] if operation == "PutItem" else []
    return [one["Item"] for one in puts if one.get("TableName") == table]


def _response(request: AWSPreparedRequest, status: int, body: dict[str, Any]) -> AWSResponse:
    headers: Any = {"content-type": "application/x-amz-json-1.0"}
    raw: Any = MockRawResponse(json.dumps(body))
    return AWSResponse(request.url, status, headers, raw)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
