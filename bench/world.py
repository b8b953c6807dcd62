"""A small company on moto's tables, whose real handlers run in this process while a meter counts."""

import importlib.util
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from io import StringIO
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import boto3
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from mypy_boto3_dynamodb import DynamoDBClient

from bench.meter import Change, Meter, metering
from foyer.adapters.dynamodb import keys
from foyer.adapters.signing import SecretSigner
from foyer.domain.people import Agent, Department
from foyer.runtime.telemetry import metrics
from foyer.runtime.wiring import Wiring
from foyer.services.people import KEPT_MILLISECONDS
from tests.fakes.clock import SettableClock
from tests.fakes.pushes import ManualPushQueue, RecordingPushes
from tests.fakes.sockets import RecordingSockets
from tests.fakes.timers import ManualTimers
from tests.tables import REGION, ROOT, Tables, create_tables, empty_tables

GENERAL, BILLING = "general", "billing"
ADA = Agent(
    id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
    name="Ada Lovelace",
    email="ada@foyer.test",
    status="online",
    department_ids=frozenset({GENERAL}),
)
GRACE = Agent(
    id="f47ac10b-58cc-4372-a567-0e02b2c3d479",
    name="Grace Hopper",
    email="grace@foyer.test",
    status="online",
    department_ids=frozenset({GENERAL}),
)
ALAN = Agent(
    id="9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
    name="Alan Turing",
    email="alan@foyer.test",
    status="online",
    department_ids=frozenset({BILLING}),
)
PAGE = {"url": "https://shop.example/checkout?step=2", "title": "Checkout", "referrer": "https://shop.example/basket"}
TEXT = (
    "Hello, my parcel was to come on Tuesday and the tracking page has said 'on its way' ever since. Where is it now?"
)

LARGEST_MESSAGE = 32 * 1024
"""A frame counts as one WebSocket message per 32 KB."""

_FUNCTIONS = (
    "agent_api",
    "visitor_api",
    "socket_authorizer",
    "socket_session",
    "socket_commands",
    "room_relay",
    "push_sender",
    "timers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command used, from request to the last frame that it caused, the relay's part included."""

    command: str
    requests: int
    write_units: float
    read_units: float
    frames_posted: int
    frames_received: int
    http_requests: int
    invocations: int
    queued: int

    @property
    def dollars_per_million(self) -> float:
        """The price of a million of them in us-east-1, without the functions' own time."""
        messages = self.frames_posted + self.frames_received
        return (
            0.625 * self.write_units
            + 0.125 * self.read_units
            + 1.00 * self.http_requests
            + 1.00 * messages
            + 0.20 * self.invocations
            + 1.20 * self.queued  # sent, received and deleted, each $0.40
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """An open connection, with what the authorizer hands along with each of its frames."""

    id: str
    principal: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A visitor with a session and one open tab."""

    id: str
    token: str
    socket: Socket


@dataclass(frozen=True, slots=True)
class _Context:
    """As much of Lambda's context as handlers look at."""

    aws_request_id: str = "00000000-0000-0000-0000-000000000000"
    function_name: str = "bench"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:bench"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@dataclass(slots=True)
class _Traffic:
    """What went through the doors since it was last looked at."""

    http_requests: int = 0
    frames_received: int = 0
    invocations: int = 0


@dataclass(slots=True)
class World:
    """The company: three agents, each `online` with one app open before them; Ada and Grace in one department.

    Commands go in through handlers as API Gateway would hand them over; what a meter sees inserted goes to the relay
    as the stream would. The clock moves by hand, so the directory that functions keep for half a minute stays warm.
    """

    client: DynamoDBClient
    tables: Tables
    functions: Mapping[str, ModuleType] = field(default_factory=dict)
    clock: SettableClock = field(default_factory=SettableClock)
    sockets: RecordingSockets = field(default_factory=RecordingSockets)
    timers: ManualTimers = field(default_factory=ManualTimers)
    push_queue: ManualPushQueue = field(default_factory=ManualPushQueue)
    pushes: RecordingPushes = field(default_factory=RecordingPushes)
    traffic: _Traffic = field(default_factory=_Traffic)

    # what is measured

    def measure(self, command: str, act: Callable[[], object], *, cold: bool = False) -> Cost:
        """What these calls and all that follows from them use.

        The functions have read the directory in the last half minute, unless they are to be `cold`.
        """
        if cold:
            self.clock.advance(milliseconds=KEPT_MILLISECONDS)
        else:
            for wiring in self._wirings():
                wiring.people.agent(ADA.id)
                wiring.people.department(GENERAL)
        self.traffic = _Traffic()
        meter = self.play(act)
        return Cost(
            command=command,
            requests=meter.requests.total(),
            write_units=meter.write_units,
            read_units=meter.read_units,
            frames_posted=sum(
                -(-len(json.dumps(frame, ensure_ascii=False).encode()) // LARGEST_MESSAGE)
                for _, frame in self.sockets.posted
            ),
            frames_received=self.traffic.frames_received,
            http_requests=self.traffic.http_requests,
            invocations=self.traffic.invocations,
            queued=len(self.push_queue.waiting) + len(self.timers.waiting),
        )

    def play(self, act: Callable[[], object]) -> Meter:
        """Does something and relays what it made, until nothing more follows."""
        self.sockets.clear()
        self.timers.waiting.clear()
        self.push_queue.waiting.clear()
        self.clock.advance(milliseconds=50)
        with metering() as meter:
            act()
            told = 0
            while told < len(meter.changes):
                changes = meter.changes[told:]
                told = len(meter.changes)
                self._relay(changes)
        return meter

    # the doors

    def agent_call(
        self, agent: Agent, method: str, path: str, body: Mapping[str, Any] | None = None, **query: str
    ) -> Any:
        """An agent's HTTPS call; answers the body."""
        claims = {"token_use": "access", "sub": agent.id}
        return self._call("agent_api", method, path, body, query, authorizer={"jwt": {"claims": claims}})

    def visitor_call(
        self, token: str | None, method: str, path: str, body: Mapping[str, Any] | None = None, **query: str
    ) -> Any:
        """A visitor's HTTPS call; answers the body."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return self._call("visitor_api", method, path, body, query, headers=headers)

    def frame(self, socket: Socket, action: str, **fields: Any) -> None:
        """A client's frame on a socket, with a `request_id`.

        Raises:
            RuntimeError: It was refused.
        """
        self.traffic.frames_received += 1
        self._invoke(
            "socket_commands",
            {
                "requestContext": {"connectionId": socket.id, "eventType": "MESSAGE", "authorizer": socket.principal},
                "body": json.dumps({"action": action, "request_id": "1"} | fields),
            },
        )
        answers = self.sockets.frames(socket.id, "response")
        if answers and answers[-1]["status"] >= 400:
            raise RuntimeError(f"{action}: {answers[-1]}")

    def connect(self, ticket: str) -> Socket:
        """Opens a socket."""
        id_ = uuid4().hex[:16] + "="
        request = {"connectionId": id_, "eventType": "CONNECT"}
        asked = {
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:bench/dev/$connect",
            "queryStringParameters": {"ticket": ticket},
            "requestContext": request,
        }
        answer = self._invoke("socket_authorizer", asked)
        principal = answer["context"] | {"principalId": answer["principalId"]}
        self._invoke("socket_session", {"requestContext": {**request, "authorizer": principal}})
        return Socket(id=id_, principal=principal)

    def disconnect(self, socket: Socket) -> None:
        """Closes a socket."""
        request = {"connectionId": socket.id, "eventType": "DISCONNECT", "authorizer": socket.principal}
        self._invoke("socket_session", {"requestContext": request})

    # the queues

    def send_pushes(self, *, within_seconds: int = 0) -> None:
        """Hands what was asked to the push sender, one message an invocation.

        Raises:
            RuntimeError: It failed.
        """
        for ask in self.push_queue.take(within_seconds=within_seconds):
            self._from_queue("push_sender", asdict(ask))

    def look_at_timers(self) -> None:
        """Hands the timers that are due to their function, one message an invocation.

        Raises:
            RuntimeError: It failed.
        """
        for timer in self.timers.due(self.clock()):
            self._from_queue("timers", asdict(timer))

    def _from_queue(self, function: str, message: Mapping[str, Any]) -> None:
        record = {
            "messageId": "m",
            "eventSource": "aws:sqs",
            "attributes": {"ApproximateReceiveCount": "1"},
            "body": json.dumps(message),
        }
        if self._invoke(function, {"Records": [record]})["batchItemFailures"]:
            raise RuntimeError(f"{function} failed")

    # what the company is made of

    def agent_socket(self, agent: Agent) -> Socket:
        """A device of an agent, connected."""
        return self.connect(self.agent_call(agent, "POST", "/tickets", {"device_id": uuid4().hex})["ticket"])

    def visitor(self) -> Visitor:
        """A new visitor with one tab."""
        session = self.visitor_call(
            None, "POST", "/visitor/sessions", {"name": "Maria Okonkwo", "email": "maria@example.test", "locale": "en"}
        )
        ticket = self.visitor_call(session["token"], "POST", "/visitor/tickets", {})["ticket"]
        return Visitor(id=session["visitor_id"], token=session["token"], socket=self.connect(ticket))

    def found(self) -> dict[str, Socket]:
        """Starts from empty tables: the company, with one device of each agent connected; by agent's id."""
        empty_tables(self.client, self.tables)
        directory = next(self._wirings()).directory
        for department in (Department(id=GENERAL, name="General"), Department(id=BILLING, name="Billing")):
            directory.put_department(department)
        for agent in (ADA, GRACE, ALAN):
            directory.put_agent(agent)
        sockets = {agent.id: self.agent_socket(agent) for agent in (ADA, GRACE, ALAN)}
        for agent in (ADA, GRACE, ALAN):
            self.frame(sockets[agent.id], "device.state", foreground=True)
            self.agent_call(agent, "PUT", "/devices/phone", {"platform": "android", "push_token": agent.id * 4})
        return sockets

    def store(self, items: list[dict[str, Any]]) -> None:
        """Writes items of `conversations` by the thousand, past handlers and meters."""
        for account in dynamodb_backends.values():
            table = account[REGION].tables[self.tables.conversations]
            for item in items:
                table.put_item(item)

    def items(self, partition: str) -> list[dict[str, Any]]:
        """The items of a partition of `conversations`, as they are stored."""
        found = self.client.query(
            TableName=self.tables.conversations,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [dict(item) for item in found["Items"]]

    def _wirings(self) -> Iterator[Wiring]:
        for name in ("agent_api", "visitor_api", "room_relay"):
            yield self.functions[name].parts()
        yield self.functions["socket_commands"].door()._parts

    def _relay(self, changes: list[Change]) -> None:
        """Hands the inserted events to the relay as one batch; the template's filter lets nothing else through."""
        records = [
            {
                "eventID": uuid4().hex,
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"pk": change.after["pk"], "sk": change.after["sk"]},
                    "NewImage": change.after,
                    "SequenceNumber": f"{place:021d}",
                    "StreamViewType": "NEW_IMAGE",
                },
            }
            for place, change in enumerate(changes)
            if change.table == self.tables.conversations and change.before is None and change.after is not None
            if change.after["sk"]["S"].startswith(keys.EVENT)
        ]
        if records:
            answer = self._invoke("room_relay", {"Records": records})
            if answer["batchItemFailures"]:
                raise RuntimeError("the relay failed")

    def _call(
        self,
        function: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        authorizer: Mapping[str, Any] | None = None,
    ) -> Any:
        self.traffic.http_requests += 1
        raw_path = f"/v1{path}"
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": raw_path,
            "rawQueryString": "",
            "queryStringParameters": dict(query),
            "headers": {"content-type": "application/json", "user-agent": "bench"} | dict(headers or {}),
            "requestContext": {
                "stage": "$default",
                "requestId": "bench",
                "authorizer": dict(authorizer or {}),
                "http": {
                    "method": method,
                    "path": raw_path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "bench",
                },
            },
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = self._invoke(function, event)
        if answer["statusCode"] >= 400:
            raise RuntimeError(f"{method} {path}: {answer['statusCode']} {answer['body']}")
        return json.loads(answer["body"]) if answer.get("body") else None

    def _invoke(self, function: str, event: dict[str, Any]) -> Any:
        self.traffic.invocations += 1
        with redirect_stdout(StringIO()):  # where metrics are written
            return self.functions[function].handler(event, _Context())


@contextmanager
def world() -> Iterator[World]:
    """A world on moto, until the end; pynamodb's models are its own for so long."""
    with patch.dict(os.environ, _account()), patch.object(metrics.provider, "namespace", "Foyer"), mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        tables = create_tables(client)
        with patch.dict(os.environ, _environment(tables)):
            made = World(client=client, tables=tables, functions={name: _loaded(name) for name in _FUNCTIONS})
            for name in _FUNCTIONS:
                module = made.functions[name]
                wiring: Wiring = module.door()._parts if name == "socket_commands" else module.parts()
                wiring.clock = made.clock
                # Set before a function first asks, they stand where the wiring would have put AWS's.
                vars(wiring).update(
                    sockets=made.sockets,
                    timers=made.timers,
                    push_queue=made.push_queue,
                    pushes=made.pushes,
                    signer=SecretSigner(lambda: ["a key to measure with"]),
                )
            yield made


def _account() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def _environment(tables: Tables) -> dict[str, str]:
    return {
        "CONVERSATIONS_TABLE": tables.conversations,
        "LIVE_TABLE": tables.live,
        "DIRECTORY_TABLE": tables.directory,
        "SOCKET_URL": "wss://bench.invalid/dev",
        "RETENTION_DAYS": "365",
        "SESSIONS_PER_ADDRESS": "1000000/600",
        "TICKETS_PER_CALLER": "1000000/600",
        "ROOMS_PER_VISITOR": "1000000/600",
    }


def _loaded(name: str) -> ModuleType:
    """A function's handler, as new as after a cold start."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "functions" / name / "handler.py")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
