"""Foyer's tables on any DynamoDB endpoint, created from the synthesised template and from nothing else."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_dynamodb.type_defs import StreamSpecificationTypeDef

from foyer.adapters.dynamodb.models import ConversationsItem, DirectoryItem, LiveItem, bind

ROOT = Path(__file__).parent.parent
REGION = "us-east-1"
CACHE = ROOT / ".foyer" / "tests" / "templates"
"""Synthesis takes seconds: what it made is kept under a name that says from which sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The names of the tables on one endpoint. `host` None: that of AWS, for moto."""

    conversations: str
    live: str
    directory: str
    host: str | None = None

    def bind(self) -> None:
        """Ties pynamodb's models, of which a process has one set, to these tables."""
        for base, name in (
            (ConversationsItem, self.conversations),
            (LiveItem, self.live),
            (DirectoryItem, self.directory),
        ):
            bind(base, table_name=name, region=REGION, host=self.host)


def create_tables(client: DynamoDBClient, *, host: str | None = None) -> Tables:
    """Creates the template's three tables under names of their own; other ones may be beside them."""
    suffix = uuid4().hex[:8]
    names = {output: f"{output}-{suffix}" for output in _table_properties()}
    tables = Tables(
        conversations=names["ConversationsTable"],
        live=names["LiveTable"],
        directory=names["DirectoryTable"],
        host=host,
    )
    for output, properties in _table_properties().items():
        _create(client, names[output], properties)
    return tables


def empty_tables(client: DynamoDBClient, tables: Tables) -> None:
    """Deletes the tables and creates them anew under their names; models stay bound to them."""
    for name in (tables.conversations, tables.live, tables.directory):
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
        _create(client, name, _table_properties()[name.partition("-")[0]])


def _create(client: DynamoDBClient, name: str, properties: Mapping[str, Any]) -> None:
    stream: StreamSpecificationTypeDef = {"StreamEnabled": False}
    if wanted := properties.get("StreamSpecification"):
        stream = {"StreamEnabled": True, "StreamViewType": wanted["StreamViewType"]}
    client.create_table(
        TableName=name,
        KeySchema=properties["KeySchema"],
        AttributeDefinitions=properties["AttributeDefinitions"],
        BillingMode=properties["BillingMode"],
        StreamSpecification=stream,
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


@cache
def _table_properties() -> dict[str, Mapping[str, Any]]:
    """The properties of each table that the template's outputs name, by output."""
    made = template()
    resources: Mapping[str, Any] = made["Resources"]
    found = {}
    for output, value in made["Outputs"].items():
        reference = value["Value"]
        resource = resources.get(reference["Ref"], {}) if isinstance(reference, dict) and "Ref" in reference else {}
        if resource.get("Type") == "AWS::DynamoDB::Table":
            found[output] = resource["Properties"]
    return found


def template() -> dict[str, Any]:
    """The synthesised template of the stage `local`."""
    kept = CACHE / f"{_fingerprint()}.json"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        # Several test processes may do this at once: each writes its own file and the last rename stands.
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(_synthesised()), "utf-8")
        draft.replace(kept)
    made: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return made


def _synthesised() -> dict[str, Any]:
    import aws_cdk as cdk

    from infra.application import build
    from local.assembly import CONTEXT

    app = cdk.App(context={"aws:cdk:bundling-stacks": [], **CONTEXT})
    stack = build(app)
    template: dict[str, Any] = app.synth().get_stack_by_name(stack.stack_name).template
    return template


def _fingerprint() -> str:
    digest = hashlib.sha256(version("aws-cdk-lib").encode())
    for source in _sources():
        digest.update(source.relative_to(ROOT).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:32]


def _sources() -> Iterator[Path]:
    yield ROOT / "cdk.json"
    yield ROOT / "local" / "assembly.py"
    yield from sorted((ROOT / "infra").rglob("*.py"))
