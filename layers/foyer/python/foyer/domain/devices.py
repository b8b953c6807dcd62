"""What a device's push token may be; for a browser, whose subscription names the server that is posted to."""

import base64
import binascii
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Platform = Literal["ios", "android", "web"]

PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    "push.apple.com",
)
"""The push services of Chrome and its relatives, Firefox, Edge and Safari: they themselves and whatever is below them.

A subscription comes from a client and says where the push sender posts to, so it may name these and nothing else: else
anybody with an account could make the sender knock at any door. An operator may add others.
"""

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
"""In a list of services, one of these allows itself on any port and by plain HTTP: a push service made for tests."""

TOKEN_LENGTH = 4_096
"""Characters of a push token at most. Google's and Apple's are a few hundred, a subscription under a thousand."""
ENDPOINT_LENGTH = 2_048

# Deliberately narrower than a URL may be: no user, no IPv6, no escapes in the host, nothing on which two parsers of
# URLs, the one that judges and the one that posts, could differ.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ENDPOINT = re.compile(
    r"(?P<scheme>https?)://(?P<host>" + _LABEL + r"(?:\." + _LABEL + r")*)(?::(?P<port>[0-9]{1,5}))?/[!-~]*", re.ASCII
)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)
_VISIBLE = re.compile(r"[!-~]+", re.ASCII)

# The curve P-256: y² = x³ - 3x + b modulo p (NIST SP 800-186, 3.2.1.3).
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_POINT_BYTES, _AUTH_BYTES, _UNCOMPRESSED = 65, 16, 4


class SubscriptionError(ValueError):
    """A text is no subscription; the message says why and quotes nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A browser's push subscription. Whoever has it can write to the browser, so it is a secret.

    Attributes:
        endpoint: Where to post.
        p256dh: The browser's public key: an uncompressed point of P-256 in base64url without padding.
        auth: 16 bytes that the browser and the sender share, likewise.
    """

    endpoint: str
    p256dh: str
    auth: str


def subscription(text: str) -> Subscription:
    """The subscription that a browser's `JSON.stringify(subscription)` made. Where it posts to is not judged.

    Raises:
        SubscriptionError: It is none, or nothing can be encrypted for it.
    """
    endpoint, keys = _form(text)
    point, auth = _bytes(keys["p256dh"]), _bytes(keys["auth"])
    if not _is_point(point):
        raise SubscriptionError("keys.p256dh is no uncompressed point of P-256 in base64url")
    if len(auth) != _AUTH_BYTES:
        raise SubscriptionError(f"keys.auth is not {_AUTH_BYTES} bytes in base64url")
    return Subscription(endpoint=endpoint, p256dh=_text(point), auth=_text(auth))


def _form(text: str) -> tuple[str, Mapping[str, str]]:
    """The endpoint and the keys of what has the form of a subscription.

    Raises:
        SubscriptionError: It has not.
    """
    if len(text) > TOKEN_LENGTH:
        raise SubscriptionError(f"longer than {TOKEN_LENGTH} characters")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None  # refused below, where the exception that quotes the text is over
    if not isinstance(document, dict):
        raise SubscriptionError("no JSON object")
    keys = document.get("keys")
    endpoint = document.get("endpoint")
    if not isinstance(endpoint, str) or len(endpoint) > ENDPOINT_LENGTH or not _ENDPOINT.fullmatch(endpoint):
        raise SubscriptionError("endpoint is no URL of a push service")
    if not isinstance(keys, dict) or not all(isinstance(keys.get(name), str) for name in ("p256dh", "auth")):
        raise SubscriptionError("keys.p256dh and keys.auth must be texts")
    return endpoint, keys


def allowed(endpoint: str, services: Collection[str] = PUSH_SERVICES) -> bool:
    """Whether an endpoint is at one of these services: HTTPS on its usual port, except on loopback."""
    parts = _ENDPOINT.fullmatch(endpoint)
    if parts is None:
        return False
    host, port = parts["host"].lower(), parts["port"]
    if host in LOOPBACK_HOSTS:
        return host in services
    at_a_service = any(host == one or host.endswith("." + one) for one in services if one not in LOOPBACK_HOSTS)
    return at_a_service and parts["scheme"] == "https" and port in {None, "443"}


def problem_of(platform: Platform, push_token: str) -> str | None:
    """What is wrong with a push token, in words for whoever sent it; None: nothing.

    A token of Apple or Google is opaque: only its length and that it is one word of ASCII are judged. Of a subscription
    its form is: whether anything can be encrypted for it, and whether its service may be posted to, is judged by the
    sender, at each push, and shows in the offer's ledger. An operator's list of services changes, devices stay.
    """
    if platform != "web":
        return None if len(push_token) <= TOKEN_LENGTH and _VISIBLE.fullmatch(push_token) else "is no push token"
    try:
        _form(push_token)
    except SubscriptionError as error:
        return f"is no push subscription: {error}"
    return None


def _bytes(value: Any) -> bytes:
    """What a text says in base64url; nothing, if it is none."""
    if not isinstance(value, str) or not _BASE64URL.fullmatch(value):
        return b""
    digits = value.rstrip("=")
    try:
        return base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4))
    except binascii.Error:
        return b""


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _is_point(value: bytes) -> bool:
    """Whether these bytes are an uncompressed point on the curve: nothing can be encrypted for another."""
    if len(value) != _POINT_BYTES or value[0] != _UNCOMPRESSED:
        return False
    half = _POINT_BYTES // 2 + 1
    x, y = int.from_bytes(value[1:half], "big"), int.from_bytes(value[half:], "big")
    return x < _P and y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0
