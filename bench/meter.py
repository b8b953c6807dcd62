"""A capacity meter: what requests to DynamoDB consume, computed from their bytes by the published rules.

Emulators answer constants or estimates for `ConsumedCapacity`; this reads every request of every botocore client of the
process, boto3's and pynamodb's alike, and computes. The rules are those of the DynamoDB Developer Guide: "DynamoDB item
sizes and formats", "DynamoDB read and write operations" and "Amazon DynamoDB Transactions: How it works".
What has no rule here (a filter, a projection, a secondary index, a scan) is refused rather than guessed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from threading import RLock
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError

Item = Mapping[str, Mapping[str, Any]]
"""An item in DynamoDB's own JSON: name → {type: value}."""

WRITE_BLOCK, READ_BLOCK = 1024, 4096

CONDITION_FAILED = "ConditionalCheckFailedException"
TRANSACTION_CANCELLED = "TransactionCanceledException"

_UNRULED = ("FilterExpression", "ProjectionExpression", "AttributesToGet", "QueryFilter", "IndexName", "Select")
"""Parameters that hide what was read from who sees only the answer."""

_SINGLE_WRITES = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


class NoRuleError(Exception):
    """A request whose consumption the meter cannot compute."""


def item_size(item: Item) -> int:
    """Bytes of an item.

    "An item's size is the sum of the lengths of its attribute names and values", names in UTF-8. (The further hundred
    bytes of an item in billed storage count for no unit.)
    """
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of a value: {type: value}.

    Strings are UTF-8, binaries their raw bytes, null and boolean 1 byte. "An attribute of type List or Map requires 3
    bytes of overhead, regardless of its contents", and each element 1 byte more.
    """
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return number_size(content)
        case "B":
            return len(content)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(one.encode()) for one in content)
        case "NS":
            return sum(map(number_size, content))
        case "BS":
            return sum(map(len, content))
        case "L":
            return 3 + sum(1 + value_size(one) for one in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(one) for name, one in content.items())
        case _:
            message = f"no size for an attribute of type {kind}"
            raise NoRuleError(message)


def number_size(text: str) -> int:
    """Bytes of a number: 1, and 1 for each two significant digits, zeros at both ends trimmed.

    The guide calls this approximate. Digits go in pairs from the decimal point outwards, so that 120 takes two pairs
    like 1.2 would; a negative number takes one byte more.
    """
    number = Decimal(text)
    if not number:
        return 1
    sign, digits, exponent = number.as_tuple()
    trimmed = "".join(map(str, digits)).rstrip("0")
    last_place = int(exponent) + len(digits) - len(trimmed)
    return 1 + -(-(len(trimmed) + last_place % 2) // 2) + sign


def write_units(size: int, *, transactional: bool = False) -> float:
    """Write units of one write, by the larger of the item's images: 1 per KB, never less; in a transaction 2."""
    return max(1, -(-size // WRITE_BLOCK)) * (2.0 if transactional else 1.0)


def read_units(size: int, *, consistent: bool, transactional: bool = False) -> float:
    """Read units of one item, or of one page's sum: 1 per 4 KB, never less; half if eventual, 2 in a transaction.

    "If you perform a read operation on an item that does not exist, DynamoDB still consumes provisioned read
    throughput."
    """
    factor = 2.0 if transactional else 1.0 if consistent else 0.5
    return max(1, -(-size // READ_BLOCK)) * factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item that a write changed; None for an image that there is not."""

    table: str
    before: Item | None
    after: Item | None


@dataclass(slots=True)
class Meter:
    """What was consumed.

    Attributes:
        requests: Requests by operation, of every AWS service.
        changes: What DynamoDB's writes changed, in order; a stream would tell the same.
    """

    read_units: float = 0.0
    write_units: float = 0.0
    requests: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)


@contextmanager
def metering() -> Iterator[Meter]:
    """Meters every request of this process, of whichever thread, until the end.

    Images that no answer shows are looked up by requests that are not metered. One request goes at a time, so that
    an image is the one that the write met.
    """
    meter, lock, send = Meter(), RLock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def metered(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        with lock:
            meter.requests[operation] += 1

            def ask(name: str, values: dict[str, Any]) -> Any:
                return send(client, name, values)

            if client.meta.service_model.service_name != "dynamodb":
                return ask(operation, parameters)
            return _Metering(meter, ask).run(operation, parameters)

    with patch.object(BaseClient, "_make_api_call", metered):
        yield meter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """One write that a request asks for."""

    kind: str
    table: str
    key: Item
    item: Item | None


@dataclass(frozen=True, slots=True)
class _Metering:
    """One request: how it is sent, and where it is counted."""

    meter: Meter
    send: Callable[[str, dict[str, Any]], Any]

    def run(self, operation: str, parameters: dict[str, Any]) -> Any:
        refused = [name for name in _UNRULED if name in parameters]
        if refused:
            message = f"no rule for {operation} with {', '.join(refused)}"
            raise NoRuleError(message)
        match operation:
            case "GetItem" | "Query":
                return self._read(operation, parameters)
            case "BatchGetItem":
                return self._read_batch(parameters)
            case "TransactGetItems":
                return self._read_transaction(parameters)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                kind = _SINGLE_WRITES[operation]
                return self._write(operation, parameters, [self._wanted(kind, parameters)])
            case "BatchWriteItem":
                return self._write(operation, parameters, list(self._batched(parameters)))
            case "TransactWriteItems":
                wanted = [
                    self._wanted(kind, one) for action in parameters["TransactItems"] for kind, one in action.items()
                ]
                return self._write(operation, parameters, wanted, transactional=True)
            case _ if operation.endswith(("Table", "Tables", "TimeToLive", "Limits", "Endpoints")):
                return self.send(operation, parameters)  # of the control plane, which costs no units
            case _:
                message = f"no rule for {operation}"
                raise NoRuleError(message)

    def _read(self, operation: str, parameters: dict[str, Any]) -> Any:
        """GetItem rounds its item up; Query its page: "the sum of the sizes of all items", then rounded up."""
        answer = self.send(operation, parameters)
        found = answer["Items"] if operation == "Query" else [answer["Item"]] if "Item" in answer else []
        consistent = parameters.get("ConsistentRead", False)
        self.meter.read_units += read_units(sum(map(item_size, found)), consistent=consistent)
        return answer

    def _read_batch(self, parameters: dict[str, Any]) -> Any:
        """Each item of a batch is rounded up by itself, and an item that there is not costs as a small one."""
        answer = self.send("BatchGetItem", parameters)
        for table, asked in parameters["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            left = len(answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", []))
            missing = len(asked["Keys"]) - left - len(found)
            sizes = [*map(item_size, found), *[0] * missing]
            consistent = asked.get("ConsistentRead", False)
            self.meter.read_units += sum(read_units(size, consistent=consistent) for size in sizes)
        return answer

    def _read_transaction(self, parameters: dict[str, Any]) -> Any:
        """Two reads of every item: one to prepare, one to commit."""
        answer = self.send("TransactGetItems", parameters)
        sizes = [item_size(one.get("Item", {})) for one in answer["Responses"]]
        self.meter.read_units += sum(read_units(size, consistent=True, transactional=True) for size in sizes)
        return answer

    def _write(
        self, operation: str, parameters: dict[str, Any], wanted: list[_Write], *, transactional: bool = False
    ) -> Any:
        """By the larger image. A condition that fails costs by the item that stands, or 1."""
        before = [self._stored(write) for write in wanted]
        try:
            answer = self.send(operation, parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] in {CONDITION_FAILED, TRANSACTION_CANCELLED}:
                self._count(before, transactional=transactional)
            raise
        if answer.get("UnprocessedItems"):
            message = f"no rule for a {operation} that was done in part"
            raise NoRuleError(message)
        after = [self._after(write) for write in wanted]
        larger = [max((one, two), key=_size) for one, two in zip(before, after, strict=True)]
        self._count(larger, transactional=transactional)
        self.meter.changes += [
            Change(table=write.table, before=one, after=two)
            for write, one, two in zip(wanted, before, after, strict=True)
        ]
        return answer

    def _count(self, images: Iterable[Item | None], *, transactional: bool) -> None:
        self.meter.write_units += sum(write_units(_size(one), transactional=transactional) for one in images)

    def _wanted(self, kind: str, asked: Mapping[str, Any]) -> _Write:
        table, item = asked["TableName"], asked.get("Item")
        if kind not in _SINGLE_WRITES.values():
            message = f"no rule for {kind} in a transaction"
            raise NoRuleError(message)
        names = self._key_names(table)
        key = asked["Key"] if item is None else {name: item[name] for name in names}
        return _Write(kind=kind, table=table, key=key, item=item)

    def _batched(self, parameters: dict[str, Any]) -> Iterator[_Write]:
        for table, actions in parameters["RequestItems"].items():
            for action in actions:
                for name, asked in action.items():
                    yield self._wanted(name.removesuffix("Request"), {"TableName": table} | asked)

    def _stored(self, write: _Write) -> Item | None:
        answer = self.send("GetItem", {"TableName": write.table, "Key": write.key, "ConsistentRead": True})
        item: Item | None = answer.get("Item")
        return item

    def _after(self, write: _Write) -> Item | None:
        match write.kind:
            case "Put":
                return write.item
            case "Delete":
                return None
            case _:
                return self._stored(write)

    def _key_names(self, table: str) -> list[str]:
        described = self.send("DescribeTable", {"TableName": table})["Table"]
        if described.get("GlobalSecondaryIndexes") or described.get("LocalSecondaryIndexes"):
            message = f"no rule for the secondary indexes of {table}"
            raise NoRuleError(message)
        return [one["AttributeName"] for one in described["KeySchema"]]


def _size(item: Item | None) -> int:
    return item_size(item) if item else 0
