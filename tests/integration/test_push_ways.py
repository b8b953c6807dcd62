"""Which way a notification takes, how it is asked for, and where the secrets come from."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from moto import mock_aws
from py_vapid import Vapid02

from foyer.adapters import secrets
from foyer.adapters.push.none import NoPushes
from foyer.adapters.push.platforms import PlatformPushes
from foyer.adapters.push_queue import NoPushQueue, SqsPushQueue, ask_from_body
from foyer.adapters.signing import SecretSigner
from foyer.adapters.timers import SqsTimers, timer_from_body
from foyer.domain.devices import Platform
from foyer.domain.notifications import Notification
from foyer.ports import Device, PushAsk, Receipt, Timer
from operate.vapid import new_vapid_keys
from tests.fakes.clock import NOON
from tests.tables import ROOT

OFFER = Notification(kind="offer", room_id="room", seq=2, badge=3)


class Recording:
    """Pushes that keep what they were given."""

    def __init__(self) -> None:
        self.sent: list[Device] = []

    def send(self, device: Device, notification: Notification) -> Receipt:  # noqa: ARG002 - kept by device
        self.sent.append(device)
        return Receipt(outcome="sent", provider="sns")


def device(platform: Platform) -> Device:
    return Device(id="phone", agent_id="ada", platform=platform, push_token="t")


def test_each_device_goes_by_its_platform() -> None:
    phones, browsers = Recording(), Recording()
    made: list[str] = []

    def make_phones() -> Recording:
        made.append("phones")
        return phones

    def make_browsers() -> Recording:
        made.append("browsers")
        return browsers

    pushes = PlatformPushes({"ios": make_phones, "android": make_phones, "web": make_browsers})
    assert made == []

    phone: Platform
    for phone in ("ios", "android", "ios"):
        pushes.send(device(phone), OFFER)

    assert made == ["phones"], "what no device needs is not made"
    assert [one.platform for one in phones.sent] == ["ios", "android", "ios"]
    pushes.send(device("web"), OFFER)
    assert [one.platform for one in browsers.sent] == ["web"]


def test_a_platform_that_is_not_set_up_is_unconfigured() -> None:
    unconfigured = Receipt(outcome="unconfigured", provider="none")

    assert PlatformPushes({}).send(device("ios"), OFFER) == unconfigured
    assert NoPushes().send(device("web"), OFFER) == unconfigured


def test_nothing_but_its_own_module_imports_web_push() -> None:
    modules = [
        ".".join(file.relative_to(ROOT / "layers/foyer/python").with_suffix("").parts)
        for file in (ROOT / "layers/foyer/python/foyer/adapters").rglob("*.py")
        if file.name not in {"__init__.py", "web.py"}
    ]
    assert "foyer.adapters.push.sns" in modules
    look = "; ".join(f"import {one}" for one in modules) + "; import sys; print(sorted(sys.modules))"

    answer = subprocess.run(  # noqa: S603 - the code is above
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT / "layers/foyer/python"
    )

    for name in ("pywebpush", "py_vapid", "http_ece", "aiohttp", "cryptography"):
        assert f"'{name}'" not in answer.stdout


# queues


@pytest.fixture
def queue() -> Iterator[tuple[Any, str]]:
    with mock_aws():
        client = boto3.client("sqs", region_name="us-east-1")
        yield client, client.create_queue(QueueName="asks")["QueueUrl"]


def messages(client: Any) -> list[dict[str, Any]]:
    """What was sent, whether it is due or not."""
    from moto.sqs.models import sqs_backends

    [found] = sqs_backends["123456789012"]["us-east-1"].queues.values()
    return [
        {"body": one.body, "delay": max(0, (one.delayed_until or 0) - (one.sent_timestamp or 0))}
        for one in found._messages
    ]


def test_what_is_asked_comes_back(queue: tuple[Any, str]) -> None:
    client, url = queue
    ask = PushAsk(kind="transfer", room_id="room", seq=7, agent_ids=("ada", "ben"))

    SqsPushQueue(url).ask(ask, delay_seconds=45)
    SqsPushQueue(url).ask(PushAsk(kind="clear", room_id="room", seq=8), delay_seconds=10_000)

    first, second = messages(client)
    assert ask_from_body(first["body"]) == ask
    assert ask_from_body(second["body"]) == PushAsk(kind="clear", room_id="room", seq=8)
    assert [round(one["delay"] / 1000) for one in (first, second)] == [45, 900]


def test_a_stage_without_push_asks_nobody() -> None:
    NoPushQueue().ask(PushAsk(kind="offer", room_id="room", seq=1), delay_seconds=5)


@pytest.mark.parametrize(("due_in", "delay"), [(-5_000, 0), (0, 0), (1, 1), (120_000, 120), (10**9, 900)])
def test_a_timer_comes_back_when_it_is_due_or_to_be_set_again(queue: tuple[Any, str], due_in: int, delay: int) -> None:
    client, url = queue
    timer = Timer(kind="deadline", id="room", due_at=NOON + due_in, since=NOON)

    SqsTimers(url).set(timer, now=NOON)

    [message] = messages(client)
    assert timer_from_body(message["body"]) == timer
    assert round(message["delay"] / 1000) == delay


# secrets


@pytest.fixture
def vault() -> Iterator[Any]:
    with mock_aws():
        secrets._provider.cache_clear()
        yield boto3.client("secretsmanager", region_name="us-east-1")
        secrets._provider.cache_clear()


def test_a_secret_is_read_once_and_kept(vault: Any) -> None:
    arn = vault.create_secret(Name="signing", SecretString="one")["ARN"]

    assert secrets.secret_text(arn) == "one"
    vault.put_secret_value(SecretId="signing", SecretString="two")
    assert secrets.secret_text(arn) == "one"
    assert secrets.secret_text("signing") == "two"


def test_signing_keys_are_the_secrets_lines(vault: Any) -> None:
    vault.create_secret(Name="one", SecretString="a-key")
    vault.create_secret(Name="two", SecretString="a-key\n  a-newer-key\n\n")
    vault.create_secret(Name="none", SecretString="\n")

    assert secrets.signing_keys("one") == ["a-key"]
    assert secrets.signing_keys("two") == ["a-key", "a-newer-key"]
    before, after = (SecretSigner(partial(secrets.signing_keys, name)) for name in ("one", "two"))
    assert after.claims(before.sign({"offer": 1})) == {"offer": 1}
    with pytest.raises(ValueError, match="no key"):
        secrets.signing_keys("none")


def test_the_key_of_web_push_comes_as_the_operator_made_it(vault: Any) -> None:
    keys = new_vapid_keys()
    vault.create_secret(Name="vapid", SecretString=keys.secret_text("mailto:ops@shop.example"))

    found = secrets.vapid_secret("vapid")

    assert (found.private_key, found.subject) == (keys.private_key, "mailto:ops@shop.example")
    assert keys.private_key not in repr(found) + repr(keys)


@pytest.mark.parametrize("text", ["", "hush", "[]", "null", json.dumps({"private_key": "hush"})])
def test_another_secret_is_refused_and_not_quoted(vault: Any, text: str) -> None:
    vault.create_secret(Name="vapid", SecretString=text or " ")

    with pytest.raises(ValueError, match="vapid") as raised:
        secrets.vapid_secret("vapid")

    assert "hush" not in str(raised.value)
    assert raised.value.__context__ is None


def test_new_keys_of_web_push_are_a_pair() -> None:
    keys, others = new_vapid_keys(), new_vapid_keys()
    signed = Vapid02.from_raw(keys.private_key.encode()).sign(
        {"aud": "https://push.example", "sub": "mailto:ops@shop.example"}
    )

    assert Vapid02.verify(signed["Authorization"])
    assert signed["Authorization"].endswith(f"k={keys.public_key}")
    assert keys != others
    assert (len(keys.private_key), len(keys.public_key)) == (43, 87)
