"""A browsers' push service on loopback: real HTTP, real encryption, real signatures.

It judges what is posted as a real one would, and opens it as the browser would, so that what a test reads here is what
an agent's browser would have shown. Handlers of another process reach it by the endpoints that it gives out.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

SIGNATURE_SECONDS = 24 * 3600
"""How long a signature may be good for (RFC 8292, 2)."""
LARGEST_BODY = 4_096
"""Bytes that every push service takes (RFC 8030, 7.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """One browser's subscription, with what only the browser has."""

    id: str
    endpoint: str
    auth: bytes
    key: ec.EllipticCurvePrivateKey

    @property
    def push_token(self) -> str:
        """The subscription as JSON text: what `PUT /devices/{id}` takes for `web`."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _base64url(point), "auth": _base64url(self.auth)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What was posted to one browser and taken.

    Attributes:
        headers: By lower-case name.
        payload: What the browser reads after decrypting.
        claims: What the sender signed.
        public_key: The sender's, in base64url.
    """

    browser_id: str
    headers: Mapping[str, str]
    payload: dict[str, Any]
    claims: Mapping[str, Any]
    public_key: str


@dataclass(slots=True)
class PushService:
    """The service. Everything may be called from any thread.

    Attributes:
        pushes: What was taken, in order.
        refusals: What it found wrong with what was posted, in words.
        posts: How many posts came, whatever became of them.
        clock: Seconds since 1970; signatures have to be good at that time.
    """

    clock: Callable[[], float] = time.time
    pushes: list[Push] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    posts: int = 0
    _url: str = ""
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    _gone: set[str] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)

    @property
    def url(self) -> str:
        """Where it listens; without a slash at the end."""
        return self._url

    @property
    def host(self) -> str:
        """What an allow-list of services has to name."""
        return str(urlsplit(self._url).hostname)

    def subscribe(self) -> Browser:
        """A new browser's subscription."""
        name = uuid4().hex
        browser = Browser(
            id=name,
            endpoint=f"{self._url}/send/{name}",
            auth=uuid4().bytes,
            key=ec.generate_private_key(ec.SECP256R1()),
        )
        with self._changed:
            self._browsers[name] = browser
        return browser

    def unsubscribe(self, browser: Browser) -> None:
        """The browser is gone for good: 410 from now on."""
        with self._changed:
            self._gone.add(browser.id)

    def answer_next(self, status: int, *, times: int = 1, headers: Mapping[str, str] | None = None) -> None:
        """Answers the next posts with this status and takes nothing of them."""
        with self._changed:
            self._answers += [(status, headers or {})] * times

    def to(self, browser: Browser) -> list[Push]:
        """What a browser was sent."""
        with self._changed:
            return [push for push in self.pushes if push.browser_id == browser.id]

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Push]:
        """Waits until so many pushes were taken; what was taken by then.

        Raises:
            TimeoutError: They were not.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.pushes) >= count, seconds):
                message = f"{len(self.pushes)} pushes of {count}; refused: {self.refusals}"
                raise TimeoutError(message)
            return list(self.pushes)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        """What one post is answered: a status and headers."""
        with self._changed:
            self.posts += 1
            try:
                if self._answers:
                    return self._answers.pop(0)
                browser = self._browsers.get(path.removeprefix("/send/"))
                if browser is None:
                    return 404, {}
                if browser.id in self._gone:
                    return 410, {}
                return self._judged(browser, headers, body)
            finally:
                self._changed.notify_all()

    def _judged(self, browser: Browser, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        signature = _signature(headers.get("authorization", ""))
        if signature is None:
            return self._refused(401, "not signed by the key that it names")
        claims, public_key = signature
        if claims.get("aud") != self._url:
            return self._refused(403, f"signed for {claims.get('aud')}")
        if not 0 < claims.get("exp", 0) - self.clock() <= SIGNATURE_SECONDS:
            return self._refused(403, "signed for another time")
        if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
            return self._refused(403, "names nobody to write to")
        if not headers.get("ttl", "").isdecimal():
            return self._refused(400, "no TTL")
        if len(body) > LARGEST_BODY:
            return self._refused(413, "too large")
        if headers.get("content-encoding") != "aes128gcm":
            return self._refused(415, "another encoding")
        try:
            opened = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
        except Exception as error:  # noqa: BLE001 - whatever it is, the browser could not read it
            return self._refused(400, f"not for this browser: {type(error).__name__}")
        self.pushes.append(
            Push(
                browser_id=browser.id,
                headers=headers,
                payload=json.loads(opened),
                claims=claims,
                public_key=public_key,
            )
        )
        return 201, {"Location": f"{self._url}/message/{len(self.pushes)}"}

    def _refused(self, status: int, why: str) -> tuple[int, Mapping[str, str]]:
        self.refusals.append(why)
        return status, {}


@contextmanager
def push_service(*, clock: Callable[[], float] = time.time) -> Iterator[PushService]:
    """A push service for as long as the context lasts."""
    service = PushService(clock=clock)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers = service.take(
                self.path, {name.lower(): value for name, value in self.headers.items()}, body
            )
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | dict(headers)).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service._url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _signature(authorization: str) -> tuple[Mapping[str, Any], str] | None:
    """The claims and the key of a signature that is good; None for any other."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme.lower() != "vapid" or not {"t", "k"} <= parts.keys() or not Vapid02.verify(authorization):
        return None
    claims = parts["t"].split(".")[1]
    said: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return said, parts["k"]


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
