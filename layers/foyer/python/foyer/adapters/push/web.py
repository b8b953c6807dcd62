"""Browsers' push services: Web Push (RFC 8030), encrypted (RFC 8291) and signed by the sender's key (RFC 8292).

Imported where a browser is sent to and nowhere else: pywebpush takes most of a second, most of that for aiohttp, which
is not used here.
"""

import base64
import hashlib
import json
import logging
import re
from collections.abc import Collection
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from py_vapid import Vapid02
from pywebpush import WebPusher
from requests.adapters import HTTPAdapter

from foyer.domain.devices import PUSH_SERVICES, Subscription, SubscriptionError, allowed, subscription
from foyer.domain.notifications import Notification
from foyer.ports import Clock, Device, PushLaterError, Receipt

SENDS_AT_ONCE = 32
"""Devices that one function sends to side by side, each on a connection of its pool."""
CONNECT_TIMEOUT_SECONDS = 2.0
READ_TIMEOUT_SECONDS = 5.0
SIGNATURE_SECONDS = 12 * 3600
"""How long a signature is good for: half of what RFC 8292 allows, so that neither side's clock matters."""
ANSWER_LENGTH = 120
"""Characters kept of a push service's id of a message."""

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})

# At DEBUG urllib3 writes down the path of every request, and here that path is a secret.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class WebPushes:
    """`foyer.ports.Pushes` for browsers.

    Args:
        vapid_private_key: The sender's key: the 32 bytes of a private key of P-256 in base64url (`operate.vapid`).
            Browsers subscribed with its public key.
        subject: Whom a push service may write to about this sender: `mailto:…` or `https://…`.
        services: Hosts that may be posted to, with what is below them (`foyer.domain.devices.allowed`).
        clock: The time, for signatures.
        timeouts: Seconds to connect, and to wait for an answer.

    Raises:
        ValueError: The key is none.
    """

    def __init__(
        self,
        vapid_private_key: str,
        subject: str,
        services: Collection[str] = PUSH_SERVICES,
        *,
        clock: Clock,
        timeouts: tuple[float, float] = (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
    ) -> None:
        self._vapid = Vapid02.from_raw(vapid_private_key.encode())
        self._subject = subject
        self._services = frozenset(services)
        self._clock = clock
        self._timeouts = timeouts
        self._session = requests.Session()
        # No proxy, no .netrc: whatever the environment says, a post goes to the service and with these headers.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=SENDS_AT_ONCE, max_retries=0))

    def send(self, device: Device, notification: Notification) -> Receipt:
        """One post. Where it goes is judged again: the subscription was stored when other services may have counted."""
        try:
            to = subscription(device.push_token)
        except SubscriptionError:
            return Receipt(outcome="refused", provider="web", answer="subscription")
        if not allowed(to.endpoint, self._services):
            return Receipt(outcome="refused", provider="web", answer="service")
        answer = self._posted(to, notification)
        if isinstance(answer, str):
            raise PushLaterError(f"web: {answer}")
        status = answer.status_code
        if 200 <= status < 300:
            return Receipt(outcome="sent", provider="web", answer=_id_of(answer))
        if status in _LATER or status >= 500:
            raise PushLaterError(f"web: {status}")
        return Receipt(outcome="gone" if status in _GONE else "refused", provider="web", answer=str(status))

    def _posted(self, to: Subscription, notification: Notification) -> requests.Response | str:
        """The answer; where there is none, the name of the failure, since its own text quotes the endpoint."""
        data = json.dumps(notification.payload, ensure_ascii=False, separators=(",", ":")).encode()
        keys = {"p256dh": to.p256dh, "auth": to.auth}
        body: bytes = WebPusher({"endpoint": to.endpoint, "keys": keys}).encode(data)["body"]
        failure = ""
        # Twice: what closed a connection while the function was frozen is noticed by the first post alone, and waiting
        # for the queue to bring a ring again takes longer than anybody lets it ring.
        for _ in range(2):
            try:
                return self._session.post(
                    to.endpoint,
                    data=body,
                    headers=self._headers(to, notification),
                    timeout=self._timeouts,
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                failure = type(error).__name__
                if isinstance(error, requests.Timeout) or not isinstance(error, requests.ConnectionError):
                    break
        return failure

    def _headers(self, to: Subscription, notification: Notification) -> dict[str, str]:
        address = urlsplit(to.endpoint)
        claims = {
            "aud": f"{address.scheme}://{address.netloc}",
            "sub": self._subject,
            "exp": self._clock() // 1000 + SIGNATURE_SECONDS,
        }
        signature: dict[str, str] = self._vapid.sign(claims)
        return signature | {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(notification.lifetime_seconds),
            "Topic": topic_of(notification.room_id),
            "Urgency": "normal" if notification.kind == "clear" else "high",
        }


def topic_of(room_id: str) -> str:
    """What a push service replaces undelivered messages by: the room's id, or a hash where it is no topic.

    A topic is at most 32 characters of base64url (RFC 8030, 5.4).
    """
    if _TOPIC.fullmatch(room_id):
        return room_id
    return base64.urlsafe_b64encode(hashlib.sha256(room_id.encode()).digest()[:24]).decode()


def _id_of(answer: requests.Response) -> str:
    """The push service's id of the message: the end of its address, or the status where it has none."""
    name = urlsplit(answer.headers.get("Location", "")).path.rstrip("/").rpartition("/")[2]
    return name[:ANSWER_LENGTH] or str(answer.status_code)
