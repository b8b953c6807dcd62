"""Plays visitors and agents: HTTP, WebSockets and the names of the contract, nothing else.

It works against any deployment: all it needs is the `api_url`, and for agents an e-mail and a password. Nothing in it
sleeps: a device collects the frames that it gets, and `Device.hear` waits for the one that a story goes on with.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

Json = Any
PATIENCE = 20.0
"""Seconds after which what should have come is missing. What comes, comes within a tenth of one."""

PAGE = {"url": "https://shop.example/cart", "title": "Your cart", "referrer": "https://search.example/"}


def new_id() -> str:
    """A `client_id` for one command."""
    return str(uuid.uuid4())


def includes(value: Json, expected: Json) -> bool:
    """Whether a JSON value holds all that is expected of it; objects may hold more."""
    if isinstance(value, dict) and isinstance(expected, Mapping):
        return all(name in value and includes(value[name], wanted) for name, wanted in expected.items())
    return bool(value == expected)


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Json]:
    """The problem that this answer must be."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), (
        response.text
    )
    body: dict[str, Json] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"]
    assert body["title"]
    return body


class Device:
    """One open WebSocket. Every frame that it gets is kept in `frames`, in order."""

    def __init__(self, *, url: str, ticket: str) -> None:
        # The peer's pings say nothing that a story waits for.
        opened = connect(f"{url}?ticket={ticket}", proxy=None, ping_interval=None, close_timeout=2)
        self._open = ExitStack()
        self._socket: ClientConnection = self._open.enter_context(opened)
        self.frames: list[dict[str, Json]] = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def hear(self, kind: str, **expected: Json) -> dict[str, Json]:
        """The first frame of this type that holds what is expected, now or when it comes."""
        wanted = {"type": kind, **expected}
        return self.wait_for(lambda frame: includes(frame, wanted), what=wanted)

    def heard(self, kind: str, **expected: Json) -> list[dict[str, Json]]:
        """All frames of this type that hold what is expected, among those that have come."""
        with self._news:
            return [frame for frame in self.frames if includes(frame, {"type": kind, **expected})]

    def wait_for(self, predicate: Callable[[dict[str, Json]], bool], *, what: object = "a frame") -> dict[str, Json]:
        """The first frame that fits, now or when it comes."""
        deadline = time.monotonic() + PATIENCE
        looked_at = 0
        with self._news:
            while True:
                for frame in self.frames[looked_at:]:
                    if predicate(frame):
                        return frame
                looked_at = len(self.frames)
                left = deadline - time.monotonic()
                assert left > 0, f"no {what} among {json.dumps(self.frames, indent=1)}"
                assert not self._ended, f"the socket ended without {what}"
                self._news.wait(left)

    def ask(self, action: str, *, room_id: str | None = None, **body: Json) -> dict[str, Json]:
        """Send a frame and wait for its answer: `{status, body}`."""
        request_id = new_id()
        self.tell(action, room_id=room_id, request_id=request_id, **body)
        return self.hear("response", request_id=request_id)

    def command(self, action: str, *, room_id: str, **body: Json) -> Json:
        """Send a command with a `client_id` of its own and answer the body of its success."""
        answer = self.ask(action, room_id=room_id, **{"client_id": new_id(), **body})
        assert answer["status"] in {200, 201}, answer
        return answer["body"]

    def tell(self, action: str, *, room_id: str | None = None, **body: Json) -> None:
        """Send a frame without waiting for anything."""
        self.send(json.dumps({"action": action, **({"room_id": room_id} if room_id else {}), **body}))

    def send(self, raw: str | bytes) -> None:
        """Send anything: text as a text frame, bytes as a binary one."""
        self._socket.send(raw)

    def confirm(self) -> None:
        """Wait until the other side answers this socket."""
        before = len(self.heard("pong"))
        self.tell("ping")
        self.wait_for(lambda _frame: len(self.heard("pong")) > before, what="pong")

    def close(self) -> None:
        """End the socket; frames that came stay."""
        self._open.close()
        self._reader.join(PATIENCE)

    def _read(self) -> None:
        try:
            for text in self._socket:
                with self._news:
                    self.frames.append(json.loads(text))
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self._news:
                self._ended = True
                self._news.notify_all()


@dataclass(kw_only=True)
class Person:
    """Somebody with a token. `rooms` and `tickets` are the paths of that door."""

    api: httpx.Client
    token: str
    id: str
    rooms: str
    tickets: str
    devices: list[Device] = field(default_factory=list)

    def call(self, method: str, path: str, body: Json = None, **more: Any) -> httpx.Response:
        """One call, whatever it answers."""
        content = {} if body is None else {"json": body}
        return self.api.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **content, **more)

    def get(self, path: str, **query: Json) -> Json:
        """What a `GET` answers."""
        return _success(self.call("GET", path, params=query)).json()

    def post(self, path: str, body: Json) -> Json:
        """What a `POST` answers, None for 204."""
        answer = _success(self.call("POST", path, body))
        return answer.json() if answer.content else None

    def put(self, path: str, body: Json) -> Json:
        """What a `PUT` answers."""
        return _success(self.call("PUT", path, body)).json()

    def attempt(self, room_id: str, what: str, **body: Json) -> httpx.Response:
        """A command to a room, whatever it answers; with a `client_id` of its own unless one is given."""
        return self.call("POST", f"{self.rooms}/{room_id}/{what}", {"client_id": new_id(), **body})

    def do(self, room_id: str, what: str, **body: Json) -> Json:
        """A command to a room that must succeed."""
        return _success(self.attempt(room_id, what, **body)).json()

    def say(self, room_id: str, text: str, **body: Json) -> Json:
        """Send a message; answers its event."""
        return self.do(room_id, "messages", text=text, **body)

    def read(self, room_id: str, seq: int) -> None:
        """Mark as read."""
        self.post(f"{self.rooms}/{room_id}/read", {"seq": seq})

    def room(self, room_id: str) -> Json:
        """The room as this person sees it."""
        return self.get(f"{self.rooms}/{room_id}")

    def events(self, room_id: str, **query: Json) -> Json:
        """A page of the room's log."""
        return self.get(f"{self.rooms}/{room_id}/events", **query)

    def log(self, room_id: str) -> list[Json]:
        """The room's whole log, oldest first, as this person may see it."""
        found: list[Json] = []
        page = {"through": 0, "more": True}
        while page["more"]:
            page = self.events(room_id, after=page["through"], limit=100)
            found += page["events"]
        return found

    def connect(self, **ticket: Json) -> Device:
        """Open a socket and wait until it is answered."""
        bought = self.post(self.tickets, ticket)
        device = Device(url=bought["url"], ticket=bought["ticket"])
        self.devices.append(device)
        device.confirm()
        return device

    def disconnect(self) -> None:
        """End all sockets."""
        while self.devices:
            self.devices.pop().close()


@dataclass(kw_only=True)
class Visitor(Person):
    """A guest on a website."""

    rooms: str = "/visitor/rooms"
    tickets: str = "/visitor/tickets"

    @classmethod
    def arrive(cls, api: httpx.Client, **session: Json) -> Self:
        """Start a session."""
        begun = _success(api.post("/visitor/sessions", json=session)).json()
        return cls(api=api, token=begun["token"], id=begun["visitor_id"])

    def reload(self) -> Self:
        """The same visitor on another page, with the token that the browser kept."""
        return type(self)(api=self.api, token=self.token, id=self.id)

    def opening(self, *, department_id: str, **body: Json) -> httpx.Response:
        """Open a room, whatever that answers."""
        return self.call(
            "POST", "/visitor/rooms", {"client_id": new_id(), "department_id": department_id, "page": PAGE, **body}
        )

    def open_room(self, *, department_id: str, **body: Json) -> Json:
        """Open a room; answers it."""
        return _success(self.opening(department_id=department_id, **body)).json()


@dataclass(kw_only=True)
class Agent(Person):
    """A member of staff."""

    name: str
    rooms: str = "/rooms"
    tickets: str = "/tickets"

    @classmethod
    def sign_in(cls, api: httpx.Client, *, email: str, password: str) -> Self:
        """Sign in with the user pool that `GET /config` names."""
        token = cognito_tokens(api, email=email, password=password)["AccessToken"]
        me = _success(api.get("/me", headers={"Authorization": f"Bearer {token}"})).json()
        return cls(api=api, token=token, id=me["id"], name=me["name"])

    def be(self, status: str) -> None:
        """Choose a status."""
        self.put("/me/status", {"status": status})

    def inbox(self, tab: str = "all", **query: Json) -> Json:
        """The first page of a tab."""
        return self.get("/rooms", tab=tab, **query)

    def listed(self, tab: str = "all") -> list[str]:
        """The ids of a tab's rooms."""
        return [room["id"] for room in self.inbox(tab, limit=100)["rooms"]]

    def tabs(self) -> dict[str, list[str]]:
        """The ids of all tabs' rooms."""
        return {tab: self.listed(tab) for tab in ("all", "active", "waiting", "closed")}

    def sync(self, rooms: Mapping[str, int]) -> Json:
        """What was missed."""
        return self.post("/sync", {"rooms": dict(rooms)})

    @property
    def by(self) -> dict[str, str]:
        """The agent as others are told of it."""
        return {"id": self.id, "name": self.name}


def cognito_tokens(api: httpx.Client, *, email: str, password: str) -> dict[str, str]:
    """What the user pool hands out for a password: access and ID token."""
    auth = _success(api.get("/config")).json()["auth"]
    answer = api.post(
        auth["endpoint"],
        content=json.dumps(
            {
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": auth["client_id"],
                "AuthParameters": {"USERNAME": email, "PASSWORD": password},
            }
        ),
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
    )
    tokens: dict[str, str] = _success(answer).json()["AuthenticationResult"]
    return tokens


@contextmanager
def client(api_url: str) -> Iterator[httpx.Client]:
    """Calls paths under the deployment's `api_url`."""
    with httpx.Client(base_url=api_url, timeout=PATIENCE, trust_env=False) as made:
        yield made


def eventually(look: Callable[[], Json], expected: Json) -> None:
    """Look again until what is there is what is expected: for what no frame announces to the one who waits."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) != expected:
        assert time.monotonic() < deadline, f"still {found}, not {expected}"
        threading.Event().wait(0.02)


def _success(response: httpx.Response) -> httpx.Response:
    assert response.is_success, (
        f"{response.request.method} {response.request.url}: {response.status_code} {response.text}"
    )
    return response
