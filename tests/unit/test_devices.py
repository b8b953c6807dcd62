"""What a push token may be: a subscription is parsed strictly, and names a push service that is allowed."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from foyer.domain.devices import (
    ENDPOINT_LENGTH,
    PUSH_SERVICES,
    TOKEN_LENGTH,
    Subscription,
    SubscriptionError,
    allowed,
    problem_of,
    subscription,
)

LOCAL = (*PUSH_SERVICES, "127.0.0.1")
ENDPOINT = "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91b"


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def point_of(number: int) -> bytes:
    key = ec.derive_private_key(number, ec.SECP256R1())
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


POINT = point_of(20_271_115)
AUTH = bytes(range(16))
KEY, SECRET = base64url(POINT), base64url(AUTH)


def text(*, endpoint: Any = ENDPOINT, p256dh: Any = KEY, auth: Any = SECRET) -> str:
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": p256dh, "auth": auth}})


def test_a_browsers_subscription_is_read() -> None:
    assert subscription(text()) == Subscription(endpoint=ENDPOINT, p256dh=base64url(POINT), auth=base64url(AUTH))
    assert problem_of("web", text()) is None


def test_padding_is_taken_off() -> None:
    padded = text(p256dh=base64.urlsafe_b64encode(POINT).decode(), auth=base64.urlsafe_b64encode(AUTH).decode())
    assert subscription(padded) == subscription(text())


@given(st.integers(1, 2**255), st.binary(min_size=16, max_size=16))
def test_every_key_of_a_browser_is_taken(number: int, auth: bytes) -> None:
    found = subscription(text(p256dh=base64url(point_of(number)), auth=base64url(auth)))
    assert found.p256dh == base64url(point_of(number))
    assert found.auth == base64url(auth)


@given(st.binary(min_size=64, max_size=64))
def test_a_point_beside_the_curve_is_refused(coordinates: bytes) -> None:
    with pytest.raises(SubscriptionError, match="p256dh"):
        subscription(text(p256dh=base64url(b"\x04" + coordinates)))


@given(st.integers(0, 64), st.integers(1, 255))
def test_an_altered_key_is_refused(place: int, change: int) -> None:
    altered = bytearray(POINT)
    altered[place] ^= change
    with pytest.raises(SubscriptionError, match="p256dh"):
        subscription(text(p256dh=base64url(bytes(altered))))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"endpoint": None}, "endpoint"),
        ({"endpoint": 7}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com"}, "endpoint"),
        ({"endpoint": "ftp://fcm.googleapis.com/x"}, "endpoint"),
        ({"endpoint": ENDPOINT + " x"}, "endpoint"),
        ({"endpoint": ENDPOINT + "\n"}, "endpoint"),
        ({"endpoint": ENDPOINT + "é"}, "endpoint"),
        ({"endpoint": "https://user@fcm.googleapis.com/x"}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com\\@evil.example/x"}, "endpoint"),
        ({"endpoint": "https://[::1]/x"}, "endpoint"),
        ({"endpoint": "https://fcm..googleapis.com/x"}, "endpoint"),
        ({"endpoint": "https://" + "a" * 64 + ".push.apple.com/x"}, "endpoint"),
        ({"endpoint": ENDPOINT + "x" * ENDPOINT_LENGTH}, "endpoint"),
        ({"p256dh": None}, "p256dh"),
        ({"p256dh": base64url(POINT)[:-1]}, "p256dh"),
        ({"p256dh": base64url(POINT) + "*"}, "p256dh"),
        ({"p256dh": base64url(b"\x02" + POINT[1:33])}, "p256dh"),
        ({"auth": ""}, "auth"),
        ({"auth": base64url(AUTH[:15])}, "auth"),
        ({"auth": base64url(AUTH) + "AA"}, "auth"),
        ({"auth": "A"}, "auth"),
        ({"auth": ["x"]}, "auth"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(SubscriptionError, match=why):
        subscription(text(**changes))


@pytest.mark.parametrize(
    "wrong", ["", "null", "[]", "{", "{}", '"x"', json.dumps({"endpoint": ENDPOINT}), "[" * TOKEN_LENGTH, "1" * 4_000]
)
def test_what_is_no_subscription_is_refused(wrong: str) -> None:
    assert problem_of("web", wrong)


JSON = st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5)


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_nothing_but_a_refusal_comes_of_any_text(anything: str) -> None:
    assert problem_of("web", anything)


def test_what_is_refused_is_not_quoted() -> None:
    secret = "https://evil.example/capability"
    for wrong in (
        text(endpoint=f"{secret} x"),
        text(endpoint=secret, auth=["capability"]),
        f'{{"capability": "{secret}"',
    ):
        said = problem_of("web", wrong)
        assert said
        assert "evil" not in said
        assert "capability" not in said


def test_an_absurdly_long_token_is_refused() -> None:
    assert problem_of("web", text() + " " * TOKEN_LENGTH)
    assert problem_of("ios", "a" * (TOKEN_LENGTH + 1))


# where a subscription may lead


@pytest.mark.parametrize(
    "endpoint",
    [
        ENDPOINT,
        "https://fcm.googleapis.com:443/x",
        "https://FCM.googleapis.com/x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://db5p.notify.windows.com/w/?token=BQYAAA%3d%3d",
        "https://web.push.apple.com/QOM",
    ],
)
def test_the_known_services_are_allowed(endpoint: str) -> None:
    assert allowed(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://evilfcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com./x",
        "https://googleapis.com/x",
        "https://com/x",
        "https://evil.example/fcm.googleapis.com/",
        "https://evil.example/?https://fcm.googleapis.com/",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example#.push.apple.com/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/x",
        "http://127.0.0.1:9200/x",
        "http://localhost/x",
        "https://0x7f000001/x",
        "https://2130706433/x",
    ],
)
def test_nothing_else_is_allowed(endpoint: str) -> None:
    assert not allowed(endpoint)


@pytest.mark.parametrize(
    ("endpoint", "fine"),
    [
        ("http://127.0.0.1:8080/send/1", True),
        ("https://127.0.0.1/send/1", True),
        ("http://localhost:8080/send/1", False),
        ("http://x.127.0.0.1:8080/send/1", False),
        ("http://127.0.0.10:8080/send/1", False),
        ("http://fcm.googleapis.com/send/1", False),
        (ENDPOINT, True),
    ],
)
def test_loopback_is_allowed_where_the_list_says_so(endpoint: str, fine: bool) -> None:
    assert allowed(endpoint, LOCAL) is fine


@pytest.mark.parametrize("platform", ["ios", "android"])
def test_a_token_of_apple_or_google_is_one_word(platform: Any) -> None:
    assert problem_of(platform, "d0FzZ-x:APA91bF_") is None
    for wrong in ("", " ", "two words", "é", "a\n"):
        assert problem_of(platform, wrong)
