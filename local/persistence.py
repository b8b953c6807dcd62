"""Keep the emulator's data on disk while it runs, so that a kill loses a second and not a day.

The emulator saves on a clean stop only, one file per service, without the stream records that are still to be
delivered. This module, which runs inside the emulator's process, replaces that by one SQLite file: every save is
one transaction over all services, so what a restart finds is a state that existed.

What makes a save cheap: items are kept per partition and only those written since the last save are saved again;
what changes by a deployment only (functions, APIs, users) is looked at only after a request that could change it.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ministack import app as emulator
from ministack.core import persistence as emulator_persistence
from ministack.services import cloudwatch_logs, dynamodb, lambda_svc, sqs

SAVE_EVERY_SECONDS = 1.0

# A function's state flips from pending to active a moment after the request, so a deployment is looked at again.
_LOOKS_AFTER_A_CHANGE = 3
_INLINE_BYTES = 1024
_LOG_STREAMS_KEPT = 200

_ITEM_OPERATIONS = frozenset(
    {
        *("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"),
        *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
    }
)

# Names of what is saved beside the emulator's own services.
_POSITIONS = "foyer.positions"
_STREAMS = "foyer.streams"
_PORT = "foyer.port"

_logger = logging.getLogger("foyer.persistence")

TableKey = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What changed since the last save, already encoded.

    Attributes:
        services: the state of each service that changed, as JSON.
        partitions: the items of each partition written, as JSON by (table, partition key); None when it is empty.
        replaced: tables whose partitions are all listed, so that others of theirs are to be forgotten.
        blobs: code archives by their digest.
    """

    services: dict[str, str] = field(default_factory=dict)
    partitions: dict[tuple[str, str], str | None] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    blobs: dict[str, bytes] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to save."""
        return not (self.services or self.partitions or self.replaced)


class StateFile:
    """The SQLite file that holds the emulator's state."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False)
        # A kill of the process cannot tear a write-ahead log; only a power cut could lose its last transactions.
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(
            """
            CREATE TABLE IF NOT EXISTS service (name TEXT PRIMARY KEY, state TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS partition (
                table_key TEXT, partition_key TEXT, items TEXT NOT NULL, PRIMARY KEY (table_key, partition_key)
            );
            CREATE TABLE IF NOT EXISTS blob (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
            """
        )

    def service(self, name: str) -> str | None:
        """The saved state of a service."""
        row = self._connection.execute("SELECT state FROM service WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def partitions(self) -> Iterable[tuple[str, str, str]]:
        """Every partition as (table, partition key, items)."""
        return self._connection.execute("SELECT table_key, partition_key, items FROM partition")

    def blob(self, digest: str) -> bytes:
        """A code archive."""
        row = self._connection.execute("SELECT content FROM blob WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        return bytes(row[0])

    def commit(self, snapshot: Snapshot, *, tables: frozenset[str] | None, blobs_used: frozenset[str] | None) -> None:
        """Save a snapshot in one transaction.

        Args:
            snapshot: what changed.
            tables: all tables that exist; the items of others are forgotten. None: no table came or went.
            blobs_used: all archives in use; others are forgotten. None: none came or went.
        """
        with self._connection as connection:
            connection.executemany("INSERT OR REPLACE INTO blob VALUES (?, ?)", snapshot.blobs.items())
            connection.executemany("INSERT OR REPLACE INTO service VALUES (?, ?)", snapshot.services.items())
            connection.executemany("DELETE FROM partition WHERE table_key = ?", [(key,) for key in snapshot.replaced])
            if tables is not None:
                known = {row[0] for row in connection.execute("SELECT DISTINCT table_key FROM partition")}
                connection.executemany("DELETE FROM partition WHERE table_key = ?", [(key,) for key in known - tables])
            for (table, partition), items in snapshot.partitions.items():
                if items is None:
                    connection.execute(
                        "DELETE FROM partition WHERE table_key = ? AND partition_key = ?", (table, partition)
                    )
                else:
                    connection.execute("INSERT OR REPLACE INTO partition VALUES (?, ?, ?)", (table, partition, items))
            if blobs_used is not None:
                stored = {row[0] for row in connection.execute("SELECT digest FROM blob")}
                connection.executemany(
                    "DELETE FROM blob WHERE digest = ?", [(digest,) for digest in stored - blobs_used]
                )

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        self._connection.close()


class Keeper:
    """Watches what the emulator changes, and saves it.

    Everything that reads the emulator's state runs on its event loop, where its request handlers run too: so no
    request is half done in what is saved. Only writing the file happens in a thread.
    """

    def __init__(self, file: StateFile, *, port: int) -> None:
        self._file = file
        self._port = port
        self._written: set[tuple[TableKey, str]] = set()
        self._replaced: set[TableKey] = set()
        self._saved: dict[str, str] = {}
        self._looks_left = 0
        self._digests: dict[int, tuple[bytes, str]] = {}
        self._blobs_saved: set[str] = set()
        self._blobs_seen: dict[str, bytes] = {}

    def attach(self) -> None:
        """Take over loading and saving, and learn of every write to a table."""
        emulator.load_state = self.load
        emulator.save_all = self._save_on_stop
        # Code archives stay in the state, so that they come and go in the same transaction as what names them.
        lambda_svc._externalize_code_zip = lambda _function, _referenced: None
        _after(dynamodb, "_set_item", lambda table, partition, *_: self._wrote(table, partition))
        _after(dynamodb, "_remove_item", lambda table, partition, *_: self._wrote(table, partition))
        _after(dynamodb, "_items_replaced", lambda table: self._replaced.add(_table_key(table)))

    def noticed_request(self, *, path: str, target: str) -> None:
        """Tell that a request came, so that a deployment or a sign-in is saved too."""
        service, _dot, operation = target.partition(".")
        is_data = service.startswith("AmazonSQS") or (service.startswith("DynamoDB") and operation in _ITEM_OPERATIONS)
        if not is_data and not path.startswith(("/_aws/execute-api/", "/_ministack/")):
            self._looks_left = _LOOKS_AFTER_A_CHANGE

    async def save_regularly(self, *, until: asyncio.Event) -> None:
        """Save what changed, again and again, until told to stop; the last save is the emulator's own, at its end."""
        while not until.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), SAVE_EVERY_SECONDS)
            _forget_old_logs()
            full, self._looks_left = self._looks_left > 0, max(0, self._looks_left - 1)
            snapshot = self._collect(full=full)
            if not snapshot.empty:
                await asyncio.to_thread(self._commit, snapshot, full=full)

    def load(self, service: str) -> Any:
        """The saved state of one service in the form that the emulator restores from; None when there is none."""
        text = self._file.service(service)
        if text is None:
            return None
        # A deployed stack knows its own addresses; when the emulator moves to another port they move with it.
        saved_port = json.loads(self._file.service(_PORT) or str(self._port))
        state = self._decode(text.replace(f"127.0.0.1:{saved_port}", f"127.0.0.1:{self._port}"))
        if service == "dynamodb":
            self._load_items(state["tables"])
            self._load_streams()
        elif service == "lambda":
            positions = self._file.service(_POSITIONS)
            if positions is not None:
                state["dynamodb_stream_positions"] = self._decode(positions)
        # What was moved or left out in loading is saved anew, as a whole, at the first look.
        self._looks_left = 1
        return state

    def _load_items(self, tables: Any) -> None:
        for _scope, table in tables.all_items():
            table["items"] = defaultdict(dict)
        for table_key, partition, items in self._file.partitions():
            table = tables.get_scoped(*table_key.split("\x00"))
            if table is not None:
                table["items"][partition] = self._decode(items)
        for _scope, table in tables.all_items():
            dynamodb._update_counts(table)

    def _load_streams(self) -> None:
        """Restore the records not delivered yet; positions count from the stream's beginning, so that is kept too."""
        text = self._file.service(_STREAMS)
        for table_key, stream in json.loads(text or "{}").items():
            scope = table_key.split("\x00")
            dynamodb._stream_trimmed.set_scoped(*scope, stream["trimmed"])
            dynamodb._stream_records.set_scoped(*scope, stream["records"])

    def _wrote(self, table: dict[str, Any], partition: str) -> None:
        self._written.add((_table_key(table), partition))

    def _collect(self, *, full: bool) -> Snapshot:
        written, self._written = self._written, set()
        replaced, self._replaced = self._replaced, set()
        try:
            services = self._changed_services(full=full)
            partitions = self._changed_partitions(written=written, replaced=replaced)
        except RuntimeError:
            # The poller's thread changed a dictionary while it was read; the next look, a second later, gets it all.
            self._written |= written
            self._replaced |= replaced
            self._looks_left = max(self._looks_left, int(full))
            return Snapshot()
        fresh = {digest: content for digest, content in self._blobs_seen.items() if digest not in self._blobs_saved}
        return Snapshot(
            services=services,
            partitions=partitions,
            replaced=frozenset(_joined(key) for key in replaced),
            blobs=fresh,
        )

    def _changed_services(self, *, full: bool) -> dict[str, str]:
        # Positions before records: then records may be delivered twice after a restart, but never missed.
        states: dict[str, Any] = {_POSITIONS: lambda_svc._dynamodb_stream_positions}
        states[_STREAMS] = _undelivered()
        states["sqs"] = {"queues": sqs._queues, "queue_name_to_url": sqs._queue_name_to_url}
        if full:
            states[_PORT] = self._port
            self._blobs_seen = {}
            for name, get_state in emulator._build_persistence_save_dict().items():
                if name == "dynamodb":
                    states[name] = _tables_without_items()
                elif name == "cloudwatch_logs":
                    states[name] = _logs_without_events()
                elif name != "sqs":
                    states[name] = get_state()
        texts = {name: self._encode(state) for name, state in states.items() if state is not None}
        return {name: text for name, text in texts.items() if self._saved.get(name) != text}

    def _changed_partitions(
        self, *, written: set[tuple[TableKey, str]], replaced: set[TableKey]
    ) -> dict[tuple[str, str], str | None]:
        wanted = set(written)
        for key in replaced:
            table = dynamodb._tables.get_scoped(*key)
            wanted |= {(key, partition) for partition in table["items"]} if table is not None else set()
        found: dict[tuple[str, str], str | None] = {}
        for key, partition in wanted:
            table = dynamodb._tables.get_scoped(*key)
            items = None if table is None else table["items"].get(partition)
            found[(_joined(key), partition)] = self._encode(items) if items else None
        return found

    def _commit(self, snapshot: Snapshot, *, full: bool) -> None:
        tables = frozenset(_joined(key) for key, _table in dynamodb._tables.all_items()) if full else None
        blobs_used = frozenset(self._blobs_seen) if full else None
        try:
            self._file.commit(snapshot, tables=tables, blobs_used=blobs_used)
        except sqlite3.Error:
            _logger.exception("The state could not be saved; trying again with the next change.")
            self._saved.clear()
            self._looks_left = _LOOKS_AFTER_A_CHANGE
            self._replaced |= {key for key, _table in dynamodb._tables.all_items()}
            return
        self._saved.update(snapshot.services)
        if blobs_used is not None:
            self._blobs_saved = set(blobs_used)
            self._digests = {id(content): (content, digest) for digest, content in self._blobs_seen.items()}

    def _save_on_stop(self, _services: dict[str, Callable[[], Any]]) -> None:
        """What the emulator calls last, when no request is left."""
        self._commit(self._collect(full=True), full=True)
        self._file.close()

    def _encode(self, value: Any) -> str:
        return json.dumps(value, default=self._encode_special, separators=(",", ":"))

    def _encode_special(self, value: Any) -> Any:
        if isinstance(value, bytes) and len(value) > _INLINE_BYTES:
            digest = self._digest(value)
            self._blobs_seen[digest] = value
            return {"__foyer_blob__": digest}
        return emulator_persistence._json_default(value)

    def _digest(self, content: bytes) -> str:
        # Archives of many megabytes are met at every look; the entry holds the object, so its id stays its own.
        known = self._digests.get(id(content))
        if known is None:
            known = self._digests[id(content)] = (content, hashlib.sha256(content).hexdigest())
        return known[1]

    def _decode(self, text: str) -> Any:
        return json.loads(text, object_hook=self._decode_special)

    def _decode_special(self, value: dict[str, Any]) -> Any:
        digest = value.get("__foyer_blob__")
        return emulator_persistence._json_object_hook(value) if digest is None else self._file.blob(digest)


def _after(module: Any, name: str, notice: Callable[..., object]) -> None:
    """Have a function of the emulator tell what it was called with once it has done its work."""
    original = getattr(module, name)

    def told(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        notice(*args, **kwargs)
        return result

    setattr(module, name, told)


def _table_key(table: dict[str, Any]) -> TableKey:
    _arn, _aws, _service, region, account, resource = str(table["TableArn"]).split(":", 5)
    return account, region, resource.removeprefix("table/")


def _joined(key: TableKey) -> str:
    return "\x00".join(key)


def _tables_without_items() -> dict[str, Any]:
    bare = type(dynamodb._tables)()
    for scope, table in dynamodb._tables.all_items():
        bare.set_scoped(*scope, {k: v for k, v in table.items() if k not in ("items", dynamodb._INDEX_MEMBERS)})
    return {
        "tables": bare,
        "tags": dynamodb._tags,
        "ttl_settings": dynamodb._ttl_settings,
        "pitr_settings": dynamodb._pitr_settings,
        "resource_policies": dynamodb._resource_policies,
    }


def _undelivered() -> dict[str, Any]:
    """The records of each stream that a function has still to see."""
    positions: dict[TableKey, int] = {}
    for (account, region, mapping_id), position in lambda_svc._dynamodb_stream_positions.all_items():
        mapping = lambda_svc._esms.get_scoped(account, region, mapping_id)
        source = "" if mapping is None else str(mapping.get("EventSourceArn", ""))
        if ":table/" in source:
            key = (account, region, source.split(":table/")[1].split("/stream/")[0])
            positions[key] = min(position, positions.get(key, position))
    waiting: dict[str, Any] = {}
    for key, position in positions.items():
        trimmed = dynamodb._stream_trimmed.get_scoped(*key, 0)
        records = dynamodb._stream_records.get_scoped(*key) or []
        waiting[_joined(key)] = {
            "trimmed": max(trimmed, position),
            "records": records[max(0, position - trimmed) :],
        }
    return waiting


def _logs_without_events() -> dict[str, Any]:
    groups = type(cloudwatch_logs._log_groups)()
    for scope, group in cloudwatch_logs._log_groups.all_items():
        groups.set_scoped(*scope, {**group, "streams": {}})
    return {"log_groups": groups}


def _forget_old_logs() -> None:
    """Bound the emulator's memory: it opens one log stream per invocation and keeps each of them."""
    for _scope, group in cloudwatch_logs._log_groups.all_items():
        streams = group["streams"]
        for name in list(streams)[:-_LOG_STREAMS_KEPT]:
            streams.pop(name, None)
