"""What each function's role lets it do to the tables, from the template, and what it does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from tests.infra.reading import Resources
from tests.tables import Tables, template

Use = tuple[str, str]
"""A table by its name in `Tables`, and an action on its items."""

_RESOURCES = {
    "conversations": "<TablesConversations.Arn>",
    "live": "<TablesLive.Arn>",
    "directory": "<TablesDirectory.Arn>",
}
_IN_TRANSACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}


@cache
def allowed(function: str) -> frozenset[Use]:
    """All that a function's role allows on the three tables."""
    grants = Resources(template()).grants(function)
    return frozenset(
        (table, grant.action.removeprefix("dynamodb:"))
        for table, resource in _RESOURCES.items()
        for grant in grants
        if grant.resource == resource
    )


class Roles:
    """Lets a running function do what its role allows, as AWS does and no emulator here.

    Attributes:
        used: What each function did.
    """

    def __init__(self) -> None:
        self.used: dict[str, set[Use]] = {}
        self._running: str | None = None

    @contextmanager
    def running(self, function: str) -> Iterator[None]:
        """While a function runs, on whatever thread it makes its calls."""
        before, self._running = self._running, function
        try:
            yield
        finally:
            self._running = before

    def check(self, tables: Tables, operation: str, parameters: Mapping[str, Any]) -> None:
        """Refuses a call that the running function's role does not allow.

        Raises:
            ClientError: `AccessDeniedException`.
        """
        if self._running is None:
            return
        uses = set(_uses(tables, operation, parameters))
        denied = uses - allowed(self._running)
        if denied:
            message = f"{self._running} may not {sorted(denied)}"
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)
        self.used.setdefault(self._running, set()).update(uses)


ROLES = Roles()


def _uses(tables: Tables, operation: str, parameters: Mapping[str, Any]) -> Iterator[Use]:
    names = {tables.conversations: "conversations", tables.live: "live", tables.directory: "directory"}
    for step in parameters.get("TransactItems", ()):
        for kind, request in step.items():
            yield names[request["TableName"]], _IN_TRANSACTIONS[kind]
    if "RequestItems" in parameters:
        for table in parameters["RequestItems"]:
            yield names[table], operation
    if parameters.get("TableName") in names:
        yield names[parameters["TableName"]], operation
