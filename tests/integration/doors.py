"""Foyer in one process: the real handlers behind an emulated gateway, on moto tables made from the template.

What AWS would do between a client and a handler is done here as the template says it: routes, the JWT authorizer,
the ticket's authorizer, the stream's filter, the environment of each function.
"""

import base64
import copy
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from botocore.client import BaseClient
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from mypy_boto3_dynamodb import DynamoDBClient
from pynamodb.models import Model

from foyer.adapters.dynamodb.models import bind
from foyer.adapters.signing import SecretSigner
from foyer.domain.people import Agent, AgentStatus, Department, TimeLimits
from foyer.runtime import wiring
from foyer.runtime.settings import Settings
from foyer.runtime.socket import SocketDoor
from foyer.runtime.telemetry import metrics
from foyer.runtime.wiring import Wiring
from foyer.services.lock_screen import Answerable, token_for
from tests.fakes.clock import NOON, SettableClock
from tests.fakes.pushes import ManualPushQueue, RecordingPushes
from tests.fakes.sockets import RecordingSockets
from tests.fakes.timers import ManualTimers
from tests.infra.reading import Resources
from tests.integration.roles import ROLES
from tests.tables import REGION, ROOT, Tables, create_tables, template

FUNCTIONS = (
    "agent_api",
    "visitor_api",
    "socket_authorizer",
    "socket_session",
    "socket_commands",
    "room_relay",
    "push_sender",
    "timers",
)
ACCOUNT = "123456789012"
ADDRESS = "198.51.100.7"
BROWSER = "Mozilla/5.0 (a test)"
PAGE = {"url": "https://shop.example/boots", "title": "Boots", "referrer": "https://search.example/"}

Json = Any
Dump = Mapping[tuple[str, str, str], Mapping[str, Any]]
"""Every item of the three tables, by table and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who calls: an agent whose token the gateway verified, a visitor with a token, or nobody."""

    name: str
    id: str = ""
    token: str | None = None
    claims: Mapping[str, str] | None = None


NOBODY = Person(name="nobody")
SIGNER = SecretSigner(lambda: ["a key for tests"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an HTTP call was answered."""

    status: int
    headers: Mapping[str, str]
    body: Json

    @property
    def code(self) -> str | None:
        """The problem's stable code; None where there is none."""
        return self.body.get("code") if isinstance(self.body, dict) else None

    def ok(self) -> Json:
        """The body of a call that must have succeeded."""
        assert 200 <= self.status < 300, (self.status, self.body)
        return self.body


@dataclass(slots=True)
class Context:
    """A Lambda context."""

    aws_request_id: str
    function_name: str = "function"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        """As much as is left at the beginning."""
        return 10_000


class StrictSockets(RecordingSockets):
    """Recording sockets that send the very bytes that the adapter would.

    Attributes:
        failing: Connections that cannot be posted to, for another reason than being gone.
    """

    failing: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.failing = set()

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        """Keeps the frame, unless its text cannot be sent or the connection is gone or failing."""
        json.dumps(frame, ensure_ascii=False, allow_nan=False).encode()
        if connection_id in self.failing:
            message = "the gateway did not answer"
            raise ConnectionError(message)
        RecordingSockets.post(self, connection_id, frame)


@cache
def resources() -> Resources:
    """The resources of the synthesised template."""
    return Resources(template())


@cache
def handler_module(name: str) -> ModuleType:
    """A function's handler, loaded from its file as Lambda does."""
    spec = importlib.util.spec_from_file_location(f"handler_of_{name}", ROOT / "functions" / name / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def resolver(name: str) -> APIGatewayHttpResolver:
    """The resolver of an HTTP function."""
    app: APIGatewayHttpResolver = handler_module(name).app
    return app


def environment_of(name: str, tables: Tables) -> dict[str, str]:
    """A function's environment as the template sets it, with names of this world in place of references."""
    known = {
        "CONVERSATIONS_TABLE": tables.conversations,
        "LIVE_TABLE": tables.live,
        "DIRECTORY_TABLE": tables.directory,
    }
    variables = Resources.environment(resources().function(name))
    spoken = {
        key: known.get(key) or (value if isinstance(value, str) else f"https://{key.lower().replace('_', '-')}.test")
        for key, value in variables.items()
    }
    return spoken | {"AWS_REGION": REGION}


class World:
    """One deployment, with a clock that stands still."""

    def __init__(self, client: DynamoDBClient, tables: Tables) -> None:
        self.client, self.tables = client, tables
        self.clock = SettableClock()
        self.sockets = StrictSockets()
        self.timers = ManualTimers()
        self.push_queue = ManualPushQueue()
        self.pushes = RecordingPushes()
        self.wirings: dict[str, Wiring] = {}
        self._relayed: set[tuple[str, str]] = set()
        self._connections: dict[str, Mapping[str, str]] = {}
        self._sequence = 0
        self.renew()

    # setting up

    def renew(self, **environment: str) -> None:
        """Starts all functions anew, with nothing cached; variables that are given override the template's."""
        for name in FUNCTIONS:
            values = environment_of(name, self.tables)
            values |= {key: value for key, value in environment.items() if key in values}
            parts = Wiring(Settings(values), self.clock)
            parts.sockets = self.sockets
            parts.timers = self.timers
            if parts.push_queue is not None:
                parts.push_queue = self.push_queue
            parts.pushes = self.pushes
            parts.signer = SIGNER
            self.wirings[name] = parts
            module = handler_module(name)
            if name == "socket_commands":
                door = SocketDoor(parts)
                module.__dict__["door"] = _answering(door)
            else:
                module.__dict__["parts"] = _answering(parts)

    def department(self, department_id: str, name: str | None = None, *, limits: TimeLimits | None = None) -> None:
        """Writes a department."""
        department = Department(id=department_id, name=name or department_id, limits=limits or TimeLimits())
        self.wirings["agent_api"].directory.put_department(department)
        self.renew()

    def agent(
        self,
        agent_id: str,
        *,
        departments: Sequence[str] = ("general",),
        status: AgentStatus = "online",
        admin: bool = False,
    ) -> Person:
        """Writes an agent into the directory and signs it in."""
        self.wirings["agent_api"].directory.put_agent(
            Agent(
                id=agent_id,
                name=agent_id.title(),
                email=f"{agent_id}@foyer.test",
                status=status,
                department_ids=frozenset(departments),
            )
        )
        self.renew()
        return signed_in(agent_id, admin=admin)

    def device(self, agent: Person, device_id: str, *, platform: str = "android") -> str:
        """Registers a device of an agent; answers its id."""
        body = {"platform": platform, "push_token": f"token-of-{device_id}"}
        self.http("PUT", f"/devices/{device_id}", agent, body=body).ok()
        return device_id

    def visitor(self, name: str | None = "Vera", **profile: Json) -> Person:
        """A visitor with a fresh session."""
        given = {} if name is None else {"name": name}
        session = self.http("POST", "/visitor/sessions", body=given | profile).ok()
        return Person(name=name or "visitor", id=session["visitor_id"], token=session["token"])

    # the HTTPS door

    def http(
        self,
        method: str,
        path: str,
        by: Person = NOBODY,
        *,
        body: Json = None,
        raw: str | bytes | None = None,
        query: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Makes a call.

        Args:
            method: The HTTP method.
            path: The path below `/v1`.
            by: Who calls.
            body: What is sent as JSON; None: nothing.
            raw: What is sent as it is: text, or bytes as a gateway hands over a binary body.
            query: Query parameters; of a list each value is sent.
            headers: Further headers.
        """
        path = f"/v1{path}"
        route = route_of(method, path)
        if route is None:
            return Answer(status=404, headers={}, body={"message": "Not Found"})
        if route.get("AuthorizationType") == "JWT" and by.claims is None:
            return Answer(status=401, headers={}, body={"message": "Unauthorized"})
        if body is not None:
            raw = written(body)
        event = http_event(method, path, by, raw=raw, query=query or {}, headers=headers or {}, route=route)
        answer = self.invoke(resources().target_of(route), event)
        text = answer.get("body") or ""
        return Answer(
            status=answer["statusCode"],
            headers={key.lower(): str(value) for key, value in (answer.get("headers") or {}).items()},
            body=json.loads(text) if text else None,
        )

    # the WebSocket door

    def connect(self, person: Person, *, device_id: str | None = None) -> str:
        """Buys a ticket, opens a socket with it; answers the connection's id."""
        path = "/tickets" if person.claims else "/visitor/tickets"
        bought = self.http("POST", path, person, body={"device_id": device_id} if device_id else {}).ok()
        connection_id = self.open_socket(bought["ticket"])
        assert connection_id is not None
        return connection_id

    def open_socket(self, ticket: str | None) -> str | None:
        """Opens a socket as the gateway does; None where it is not let in."""
        if ticket is None:
            return None  # the identity source is missing: the gateway refuses by itself
        event = {
            "type": "REQUEST",
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:abc/live/$connect",
            "queryStringParameters": {"ticket": ticket},
            "requestContext": {"eventType": "CONNECT", "connectionId": uuid4().hex},
        }
        policy = self.invoke("socket_authorizer", event)
        (statement,) = policy["policyDocument"]["Statement"]
        if statement["Effect"] != "Allow":
            return None
        assert all(isinstance(value, str) for value in policy["context"].values())
        connection_id = f"{uuid4().hex[:14]}="
        self._connections[connection_id] = {
            **policy["context"],
            "principalId": policy["principalId"],
            "integrationLatency": "12",
        }
        answer = self.invoke("socket_session", self._socket_event(connection_id, "CONNECT", "$connect"))
        assert answer["statusCode"] == 200
        return connection_id

    def disconnect(self, connection_id: str) -> None:
        """Ends a socket."""
        self.invoke("socket_session", self._socket_event(connection_id, "DISCONNECT", "$disconnect"))

    def send(self, connection_id: str, text: str | bytes) -> list[dict[str, Any]]:
        """Sends a frame as it is; answers what was posted to this very connection meanwhile."""
        event = self._socket_event(connection_id, "MESSAGE", "$default")
        binary = isinstance(text, bytes)
        event |= {"body": _base64(text) if isinstance(text, bytes) else text, "isBase64Encoded": binary}
        before = len(self.sockets.frames(connection_id))
        assert self.invoke("socket_commands", event) == {"statusCode": 200}
        return self.sockets.frames(connection_id)[before:]

    def act(self, connection_id: str, action: str, **fields: Json) -> dict[str, Any]:
        """Sends an action with a `request_id`; answers its one response."""
        request_id = uuid4().hex
        frames = self.send(connection_id, written({"action": action, "request_id": request_id, **fields}))
        (response,) = [one for one in frames if one["type"] == "response"]
        assert response["request_id"] == request_id
        return response

    # behind the doors

    def inserted(self) -> list[dict[str, Any]]:
        """Stream records of the events that were inserted since this was asked last."""
        records = []
        for table, key, item in self._items():
            if table != self.tables.conversations or not key[1].startswith("EVENT#") or key in self._relayed:
                continue
            self._relayed.add(key)
            self._sequence += 1
            records.append(
                {
                    "eventID": uuid4().hex,
                    "eventName": "INSERT",
                    "eventSource": "aws:dynamodb",
                    "awsRegion": REGION,
                    "dynamodb": {
                        "Keys": {"pk": item["pk"], "sk": item["sk"]},
                        "NewImage": item,
                        "SequenceNumber": f"{self._sequence:021d}",
                        "StreamViewType": "NEW_IMAGE",
                    },
                }
            )
        return records

    def relay(self, records: Sequence[Mapping[str, Any]] | None = None) -> list[str]:
        """Hands records to the relay, by default all new ones and those that follow from them.

        Returns:
            The sequence numbers that were reported as failed.
        """
        batch: list[Mapping[str, Any]] = list(self.inserted() if records is None else records)
        failed: list[str] = []
        while batch:
            answer = self.invoke("room_relay", {"Records": batch})
            failed += [one["itemIdentifier"] for one in answer["batchItemFailures"]]
            batch = list(self.inserted() if records is None else ())
        return failed

    def look_at_timers(self) -> list[str]:
        """Hands due timers to the timers' function; answers which failed."""
        records = [
            {"messageId": f"m{place}", "body": json.dumps(_timer(one)), "eventSource": "aws:sqs", "attributes": {}}
            for place, one in enumerate(self.timers.due(self.clock()))
        ]
        if not records:
            return []
        answer = self.invoke("timers", {"Records": records})
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def send_pushes(self, *, within_seconds: int = 0) -> list[str]:
        """Hands the asks that are due within so many seconds to the push sender; answers which failed."""
        records = [
            {
                "messageId": f"m{place}",
                "body": json.dumps(asdict(one)),
                "eventSource": "aws:sqs",
                "attributes": {},
            }
            for place, one in enumerate(self.push_queue.take(within_seconds=within_seconds))
        ]
        if not records:
            return []
        answer = self.invoke("push_sender", {"Records": records})
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def dump(self) -> Dump:
        """All that is stored."""
        return {(table, *key): item for table, key, item in self._items()}

    def restore(self, dump: Dump) -> None:
        """Brings the tables back to what they held."""
        present = self.dump()
        for place in present.keys() - dump.keys():
            table, pk, sk = place
            self.client.delete_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        for place, item in dump.items():
            if present.get(place) != item:
                self.client.put_item(TableName=place[0], Item=item)
        self._relayed.intersection_update((pk, sk) for _, pk, sk in dump)

    def invoke(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        """Runs a handler on an event, which arrives as JSON."""
        arrived = json.loads(json.dumps(event))
        with ROLES.running(name):
            answer: dict[str, Any] = handler_module(name).handler(arrived, Context(aws_request_id=str(uuid4())))
        json.dumps(answer)
        return answer

    def _items(self) -> Iterator[tuple[str, tuple[str, str], dict[str, Any]]]:
        # Read from moto's memory: three scans through the SDK take longer than most of the calls under test.
        stored = dynamodb_backends[ACCOUNT][REGION].tables
        for table in (self.tables.conversations, self.tables.live, self.tables.directory):
            for _, partition in sorted(stored[table].items.items(), key=lambda one: str(one[0].value)):
                for _, item in sorted(partition.items(), key=lambda one: str(one[0].value)):
                    values: dict[str, Any] = copy.deepcopy(item.to_json()["Attributes"])
                    yield table, (values["pk"]["S"], values["sk"]["S"]), values

    def _socket_event(self, connection_id: str, kind: str, route: str) -> dict[str, Any]:
        return {
            "requestContext": {
                "routeKey": route,
                "eventType": kind,
                "connectionId": connection_id,
                "authorizer": dict(self._connections[connection_id]),
                "stage": "live",
                "requestId": uuid4().hex,
                "requestTimeEpoch": self.clock(),
            },
            "isBase64Encoded": False,
        }


@contextmanager
def deployed() -> Iterator[tuple[DynamoDBClient, Tables]]:
    """The template's tables, empty."""
    bound: set[str] = set()
    made: list[Tables] = []

    def bind_once(base: type[Model], *, table_name: str, region: str, host: str | None = None) -> None:
        # Seven functions in one process share its one set of models; each new connection costs a tenth of a second.
        if table_name not in bound:
            bind(base, table_name=table_name, region=region, host=host)
            bound.add(table_name)

    def strictly(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        _refuse_what_dynamodb_refuses(parameters)
        if made:
            ROLES.check(made[0], operation, parameters)
        return call(client, operation, parameters)

    call: Callable[[BaseClient, str, dict[str, Any]], Any] = BaseClient.__dict__["_make_api_call"]
    with (
        mock_aws(),
        patch.object(wiring, "bind", bind_once),
        patch.object(BaseClient, "_make_api_call", strictly),
    ):
        # Powertools reads it from the environment when it is imported, which another test may have done already.
        metrics.namespace = "Foyer"
        client: DynamoDBClient = boto3.client("dynamodb", region_name=REGION)
        made.append(create_tables(client))
        yield client, made[0]


def new_world(client: DynamoDBClient, tables: Tables) -> World:
    """A world with the department `general` and nobody in it; what the tables held is deleted."""
    world = World(client, tables)
    world.restore({})
    world.department("general", "General")
    return world


@dataclass(slots=True, kw_only=True)
class Room:
    """A room as its tests speak of it."""

    world: World
    id: str
    visitor: Person

    def by_agent(self, agent: Person, what: str, **body: Json) -> Answer:
        """An agent's command."""
        return self.world.http("POST", f"/rooms/{self.id}/{what}", agent, body={"client_id": new_id(), **body})

    def by_visitor(self, what: str, **body: Json) -> Answer:
        """Its visitor's command."""
        path = f"/visitor/rooms/{self.id}/{what}"
        return self.world.http("POST", path, self.visitor, body={"client_id": new_id(), **body})

    def seen_by(self, agent: Person) -> Json:
        """The room's detail."""
        return self.world.http("GET", f"/rooms/{self.id}", agent).ok()

    def log(self, agent: Person) -> list[dict[str, Any]]:
        """The newest 100 events, oldest first."""
        events: list[dict[str, Any]] = self.world.http(
            "GET", f"/rooms/{self.id}/events", agent, query={"after": 0, "limit": 100}
        ).ok()["events"]
        return events


def open_room(world: World, visitor: Person, *, text: str | None = "Hello", department_id: str = "general") -> Room:
    """A visitor opens a room."""
    body = {"client_id": new_id(), "page": PAGE, "department_id": department_id}
    opened = world.http("POST", "/visitor/rooms", visitor, body=body | ({"text": text} if text else {})).ok()
    return Room(world=world, id=opened["id"], visitor=visitor)


def signed_in(agent_id: str, *, admin: bool = False, claims: Mapping[str, str] | None = None) -> Person:
    """Somebody whose access token the gateway verified; claims are texts, a list as in "[admin]"."""
    groups = {"cognito:groups": "[admin]"} if admin else {}
    return Person(
        name=agent_id,
        id=agent_id,
        token=f"jwt-of-{agent_id}",
        claims={"sub": agent_id, "token_use": "access", "username": agent_id, **groups, **(claims or {})},
    )


def lock_screen_token(agent_id: str, room_id: str, *, offer: int = 1, device_id: str = "phone-1") -> str:
    """The token that a notification of an offer carries, good for ten minutes from noon."""
    answerable = Answerable(room_id=room_id, offer=offer, agent_id=agent_id, device_id=device_id)
    return token_for(SIGNER, answerable, expires_at=NOON // 1000 + 600)


def written(value: Json) -> str:
    """JSON as a client writes it: any script as it is, what cannot be said in UTF-8 escaped."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def new_id() -> str:
    """A UUID, as clients make it."""
    return str(uuid4())


def http_event(
    method: str,
    path: str,
    by: Person,
    *,
    raw: str | bytes | None,
    query: Mapping[str, Json],
    headers: Mapping[str, str],
    route: Mapping[str, Any],
) -> dict[str, Any]:
    """An event of the HTTP API, payload format 2.0."""
    sent = {"user-agent": BROWSER, "host": "api.foyer.test", **{key.lower(): one for key, one in headers.items()}}
    if by.token is not None:
        sent.setdefault("authorization", f"Bearer {by.token}")
    if raw is not None:
        sent.setdefault("content-type", "application/json")
    values = {
        key: [str(one) for one in (value if isinstance(value, list) else [value])] for key, value in query.items()
    }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route["RouteKey"],
        "rawPath": path,
        "rawQueryString": "&".join(f"{key}={one}" for key, all_ in values.items() for one in all_),
        "headers": sent,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc",
            "domainName": "api.foyer.test",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": ADDRESS,
                "userAgent": sent["user-agent"],
            },
            "requestId": uuid4().hex,
            "routeKey": route["RouteKey"],
            "stage": "$default",
            "time": "22/Nov/2026:18:00:00 +0000",
            "timeEpoch": 1_795_000_000_000,
        },
        "isBase64Encoded": isinstance(raw, bytes),
    }
    if values:
        event["queryStringParameters"] = {key: ",".join(all_) for key, all_ in values.items()}
    if raw is not None:
        event["body"] = _base64(raw) if isinstance(raw, bytes) else raw
    if route.get("AuthorizationType") == "JWT":
        event["requestContext"]["authorizer"] = {"jwt": {"claims": dict(by.claims or {}), "scopes": None}}
    return event


def route_of(method: str, path: str) -> Mapping[str, Any] | None:
    """The route that the gateway picks: the exact path, else the longest greedy one."""
    best: tuple[int, Mapping[str, Any]] | None = None
    for key, route in resources().routes("HTTP").items():
        verb, pattern = key.split(" ")
        if verb != method:
            continue
        prefix = pattern.removesuffix("{proxy+}")
        if path == pattern:
            return route
        fits = prefix != pattern and path.startswith(prefix) and len(path) > len(prefix)
        if fits and (best is None or len(prefix) > best[0]):
            best = (len(prefix), route)
    return best[1] if best else None


def _refuse_what_dynamodb_refuses(value: Any, name: str = "") -> None:
    """What moto lets through: keys beyond 2,048 bytes, and texts that are no UTF-8."""
    if isinstance(value, dict):
        for key, one in value.items():
            inner = name if key == "S" else key
            _refuse_what_dynamodb_refuses(one, inner)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse_what_dynamodb_refuses(one, name)
    elif isinstance(value, str):
        longest = 2_048 if name in {"pk", "sk"} else 400_000
        if len(value.encode()) > longest:
            message = f"DynamoDB takes no {name} of {len(value)} characters"
            raise ValueError(message)


def _answering(value: Any) -> Callable[[], Any]:
    return lambda: value


def _timer(timer: Any) -> dict[str, Any]:
    return asdict(timer)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
