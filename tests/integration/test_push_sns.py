"""Phones are reached through SNS: endpoints made and mended, payloads in the providers' formats."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse
from mypy_boto3_sns import SNSClient

from foyer.adapters.push.sns import SnsPushes
from foyer.domain.notifications import LIFETIME_SECONDS, Notification, NotificationKind
from foyer.ports import Device, PushLaterError, Receipt
from tests.fakes.clock import NOON

Platform = Literal["ios", "android"]
SERVICES: dict[Platform, str] = {"ios": "APNS", "android": "GCM"}
ROOM = "lny_myTyXNwfQXUjKbnlA"
TOKEN = "aabbccdd" * 8
KINDS: list[NotificationKind] = ["offer", "invite", "transfer", "message", "clear"]

OFFER = Notification(kind="offer", room_id=ROOM, seq=2, badge=3, token="signed.token")
MESSAGE = Notification(kind="message", room_id=ROOM, seq=9, badge=1)
CLEAR = Notification(kind="clear", room_id=ROOM, seq=10, badge=0)


@dataclass
class Sns:
    """SNS in memory, with a look at each request and a say in its answer.

    Attributes:
        calls: Every call, as (operation, parameters).
        answers: By operation what is answered instead, in order: an error's (code, status, text), or an exception.
    """

    client: SNSClient
    applications: dict[Platform, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, list[tuple[str, int, str] | Exception]] = field(default_factory=dict)

    def called(self) -> list[str]:
        """The operations since this was asked last."""
        names = [name for name, _ in self.calls]
        self.calls.clear()
        return names

    def published(self) -> dict[str, Any]:
        """The parameters of the one publish."""
        [parameters] = [parameters for name, parameters in self.calls if name == "Publish"]
        return parameters

    def attributes(self, endpoint: str | None) -> dict[str, str]:
        """What SNS knows of an endpoint."""
        assert endpoint
        return self.client.get_endpoint_attributes(EndpointArn=endpoint)["Attributes"]

    def answer(self, request: Any, operation: str) -> AWSResponse | None:
        """The answer to a request, where one was prepared."""
        if not self.answers.get(operation):
            return None
        answer = self.answers[operation].pop(0)
        if isinstance(answer, Exception):
            raise answer
        code, status, text = answer
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"
        return AWSResponse(request.url, status, {}, MockRawResponse(body.encode()))  # type: ignore[arg-type]


class Hooks:
    """What botocore calls, for the SNS of the test that runs.

    One session serves all tests: loading its data is the slow part of making a client.
    """

    def __init__(self) -> None:
        self.sns: Sns | None = None
        self.session = boto3.Session(region_name="us-east-1")
        self.session.events.register("provide-client-params.sns", self.note)
        self.session.events.register_first("before-send.sns", self.answer)

    def note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self.sns:
            self.sns.calls.append((model.name, params))

    def answer(self, request: Any, event_name: str, **_: Any) -> Any:
        return self.sns.answer(request, event_name.rpartition(".")[2]) if self.sns else None


@pytest.fixture(scope="module")
def hooks() -> Hooks:
    return Hooks()


@pytest.fixture
def sns(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sns]:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with mock_aws():
        boto3.DEFAULT_SESSION = hooks.session  # moto takes away the one that was there
        client = boto3.client("sns", region_name="us-east-1")
        aws = Sns(client=client)
        for platform, service in SERVICES.items():
            aws.applications[platform] = application(client, service)
        hooks.sns = aws
        yield aws
        hooks.sns = None
    boto3.DEFAULT_SESSION = None


def application(client: SNSClient, service: str, name: str = "foyer") -> str:
    made = client.create_platform_application(Name=name, Platform=service, Attributes={"PlatformCredential": "x"})
    return made["PlatformApplicationArn"]


def device(platform: Platform = "ios", **changes: Any) -> Device:
    phone = Device(id="phone", agent_id="ada", platform=platform, push_token=TOKEN, registered_at=NOON)
    return replace(phone, **changes)


def remembered(phone: Device, receipt: Receipt, at: int = NOON + 1) -> Device:
    """The device as the directory has it, once the caller has remembered what the receipt says."""
    assert receipt.endpoint
    return replace(phone, endpoint=receipt.endpoint, endpoint_at=at)


def attribute(parameters: dict[str, Any]) -> dict[str, str]:
    assert {one["DataType"] for one in parameters["MessageAttributes"].values()} == {"String"}
    return {name: one["StringValue"] for name, one in parameters["MessageAttributes"].items()}


def payload(parameters: dict[str, Any], service: str) -> dict[str, Any]:
    message = json.loads(parameters["Message"])
    assert parameters["MessageStructure"] == "json"
    assert set(message) == {"default", service}
    said: dict[str, Any] = json.loads(message[service])
    return said


# endpoints


@pytest.mark.parametrize("platform", ["ios", "android"])
def test_a_new_device_gets_an_endpoint(sns: Sns, platform: Platform) -> None:
    receipt = SnsPushes(sns.applications).send(device(platform), OFFER)

    assert (receipt.outcome, receipt.provider) == ("sent", "sns")
    assert receipt.answer
    assert sns.published()["TargetArn"] == receipt.endpoint
    assert receipt.endpoint
    assert receipt.endpoint.startswith(sns.applications[platform].replace(":app/", ":endpoint/"))
    assert sns.attributes(receipt.endpoint)["Token"] == TOKEN


def test_a_known_device_takes_one_call(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    phone = remembered(device(), pushes.send(device(), OFFER))
    sns.called()

    receipt = pushes.send(phone, OFFER)

    assert (receipt.outcome, receipt.endpoint) == ("sent", None)
    assert sns.called() == ["Publish"]


def test_an_endpoint_that_nobody_remembered_is_found_again(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    first = pushes.send(device(), OFFER)

    assert pushes.send(device(), OFFER).endpoint == first.endpoint


def test_an_endpoint_that_was_disabled_and_forgotten_is_found_and_mended(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    first = pushes.send(device(), OFFER)
    disable(sns, first)

    again = pushes.send(device(), OFFER)

    assert (again.outcome, again.endpoint) == ("sent", first.endpoint)
    assert sns.attributes(first.endpoint)["Enabled"] == "true"


def test_the_endpoint_that_has_the_token_is_read_out_of_the_refusal(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    first = pushes.send(device(), OFFER)
    text = f"Endpoint {first.endpoint} already exists with the same Token, but different attributes."
    sns.answers["CreatePlatformEndpoint"] = [("InvalidParameter", 400, f"Invalid parameter: Token Reason: {text}")]

    assert pushes.send(device(), OFFER).endpoint == first.endpoint


def test_a_new_token_is_told_before_the_notification(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    phone = remembered(device(), pushes.send(device(), OFFER))
    sns.called()
    rotated = replace(phone, push_token="eeff" * 16, registered_at=NOON + 60_000)

    receipt = pushes.send(rotated, OFFER)

    assert (receipt.outcome, receipt.endpoint) == ("sent", phone.endpoint)
    assert sns.called() == ["SetEndpointAttributes", "Publish"]
    assert sns.attributes(phone.endpoint)["Token"] == "eeff" * 16
    assert pushes.send(remembered(rotated, receipt, NOON + 60_001), OFFER).endpoint is None


def test_a_disabled_endpoint_is_left_alone_until_the_app_registers_again(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    receipt = pushes.send(device(), OFFER)
    phone = remembered(device(), receipt)
    disable(sns, receipt)

    assert pushes.send(phone, OFFER) == Receipt(outcome="disabled", provider="sns", answer="EndpointDisabled")

    again = pushes.send(replace(phone, registered_at=NOON + 60_000), OFFER)
    assert (again.outcome, again.endpoint) == ("sent", phone.endpoint)
    assert sns.attributes(phone.endpoint)["Enabled"] == "true"


@pytest.mark.parametrize(
    ("code", "status", "text"),
    [
        ("NotFound", 404, "Endpoint does not exist"),
        (
            "InvalidParameter",
            400,
            "Invalid parameter: TargetArn Reason: No endpoint found for the target arn",
        ),
    ],
)
def test_a_deleted_endpoint_is_made_anew(sns: Sns, code: str, status: int, text: str) -> None:
    pushes = SnsPushes(sns.applications)
    phone = remembered(device(), pushes.send(device(), OFFER))
    sns.client.delete_endpoint(EndpointArn=phone.endpoint or "")
    sns.answers["Publish"] = [(code, status, text)]
    sns.called()

    receipt = pushes.send(phone, OFFER)

    assert receipt.outcome == "sent"
    assert receipt.endpoint not in {None, phone.endpoint}
    assert sns.called() == ["Publish", "CreatePlatformEndpoint", "SetEndpointAttributes", "Publish"]


def test_an_endpoint_deleted_before_the_token_changed_is_made_anew(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    phone = remembered(device(), pushes.send(device(), OFFER))
    sns.client.delete_endpoint(EndpointArn=phone.endpoint or "")

    receipt = pushes.send(replace(phone, registered_at=NOON + 60_000), OFFER)

    assert receipt.outcome == "sent"
    assert receipt.endpoint not in {None, phone.endpoint}


def test_an_endpoint_is_made_anew_once(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    phone = remembered(device(), pushes.send(device(), OFFER))
    sns.answers["Publish"] = [("NotFound", 404, "Endpoint does not exist")] * 2

    receipt = pushes.send(phone, OFFER)

    assert (receipt.outcome, receipt.answer) == ("refused", "NotFound")


def test_a_token_that_another_endpoint_has_takes_the_device_there(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    old = remembered(device(), pushes.send(device(), OFFER))
    other = pushes.send(device(push_token="eeff" * 16), OFFER)
    sns.answers["SetEndpointAttributes"] = [("InvalidParameter", 400, "Invalid parameter: Token Reason: taken")]

    receipt = pushes.send(replace(old, push_token="eeff" * 16, registered_at=NOON + 60_000), OFFER)

    assert (receipt.outcome, receipt.endpoint) == ("sent", other.endpoint)


def test_an_endpoint_of_an_application_that_was_replaced_is_not_used(sns: Sns) -> None:
    pushes = SnsPushes(sns.applications)
    phone = remembered(device(), pushes.send(device(), OFFER))
    replaced = SnsPushes({"ios": application(sns.client, "APNS_SANDBOX", "foyer-two")})

    receipt = replaced.send(replace(phone, push_token="eeff" * 16), OFFER)

    assert receipt.outcome == "sent"
    assert receipt.endpoint
    assert ":endpoint/APNS_SANDBOX/foyer-two/" in receipt.endpoint


def test_a_platform_without_an_application_is_unconfigured(sns: Sns) -> None:
    pushes = SnsPushes({"android": sns.applications["android"]})

    assert pushes.send(device("ios"), OFFER) == Receipt(outcome="unconfigured", provider="none")
    assert sns.called() == []


@pytest.mark.parametrize(
    ("platform", "arn"),
    [
        ("ios", "arn:aws:sns:us-east-1:123456789012:app/GCM/foyer"),
        ("android", "arn:aws:sns:us-east-1:123456789012:app/APNS/foyer"),
        ("ios", "arn:aws:sns:us-east-1:123456789012:foyer"),
        ("ios", ""),
    ],
)
def test_an_application_of_another_kind_is_refused_at_once(platform: Platform, arn: str) -> None:
    with pytest.raises(ValueError, match="no platform application"):
        SnsPushes({platform: arn})


def test_an_application_may_be_in_another_region() -> None:
    with mock_aws():
        client = boto3.client("sns", region_name="eu-west-1")
        pushes = SnsPushes({"ios": application(client, "APNS")})

        receipt = pushes.send(device(), OFFER)

    assert receipt.endpoint
    assert receipt.endpoint.startswith("arn:aws:sns:eu-west-1:")


# failures


@pytest.mark.parametrize("operation", ["CreatePlatformEndpoint", "SetEndpointAttributes", "Publish"])
@pytest.mark.parametrize(
    "failure",
    [
        ("Throttled", 429, "Rate exceeded"),
        ("Throttling", 400, "Rate exceeded"),
        ("InternalError", 500, "We are sorry"),
        ("ServiceUnavailable", 503, ""),
        ConnectTimeoutError(endpoint_url="https://sns"),
        ReadTimeoutError(endpoint_url="https://sns"),
        EndpointConnectionError(endpoint_url="https://sns"),
    ],
    ids=str,
)
def test_what_passes_is_tried_again_later(sns: Sns, operation: str, failure: Any) -> None:
    sns.answers[operation] = [failure] * 10

    with pytest.raises(PushLaterError) as raised:
        SnsPushes(sns.applications).send(device(), OFFER)

    assert TOKEN not in str(raised.value)
    assert raised.value.__context__ is None, "what SNS said may quote the token and must not reach a log"


@pytest.mark.parametrize("operation", ["CreatePlatformEndpoint", "SetEndpointAttributes", "Publish"])
@pytest.mark.parametrize("code", ["InvalidParameter", "PlatformApplicationDisabled", "AuthorizationError"])
def test_a_refusal_is_answered_by_its_code_alone(sns: Sns, operation: str, code: str) -> None:
    sns.answers[operation] = [(code, 400, f"Invalid parameter: {TOKEN}")] * 10

    receipt = SnsPushes(sns.applications).send(device(), OFFER)

    assert (receipt.outcome, receipt.provider, receipt.answer) == ("refused", "sns", code)
    assert bool(receipt.endpoint) is (operation == "Publish"), "what was made is remembered all the same"


# payloads


def to_apple(sns: Sns, notification: Notification) -> dict[str, Any]:
    SnsPushes(sns.applications).send(device("ios"), notification)
    return payload(sns.published(), "APNS")


def to_google(sns: Sns, notification: Notification) -> dict[str, Any]:
    SnsPushes(sns.applications).send(device("android"), notification)
    said = payload(sns.published(), "GCM")
    assert set(said) == {"fcmV1Message"}
    assert set(said["fcmV1Message"]) == {"message"}
    message: dict[str, Any] = said["fcmV1Message"]["message"]
    return message


def test_apple_is_given_a_ring(sns: Sns) -> None:
    assert to_apple(sns, OFFER) == {
        "aps": {
            "alert": {"title-loc-key": "push.offer.title", "loc-key": "push.offer.body"},
            "badge": 3,
            "sound": "default",
            "thread-id": ROOM,
            "mutable-content": 1,
            "interruption-level": "time-sensitive",
            "category": "offer",
        },
        "kind": "offer",
        "room_id": ROOM,
        "seq": 2,
        "badge": 3,
        "token": "signed.token",
    }
    assert attribute(sns.published()) == {
        "AWS.SNS.MOBILE.APNS.TTL": str(4 * 3600),
        "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
        "AWS.SNS.MOBILE.APNS.PRIORITY": "10",
        "AWS.SNS.MOBILE.APNS.COLLAPSE_ID": ROOM,
    }


def test_apple_is_given_a_withdrawal_that_sets_the_badge_and_says_nothing(sns: Sns) -> None:
    said = to_apple(sns, CLEAR)

    assert said["aps"] == {"badge": 0, "content-available": 1}
    assert said["kind"] == "clear"
    assert attribute(sns.published())["AWS.SNS.MOBILE.APNS.PRIORITY"] == "5"
    assert attribute(sns.published())["AWS.SNS.MOBILE.APNS.PUSH_TYPE"] == "alert"


def test_apple_shows_words_where_the_operator_lets_it(sns: Sns) -> None:
    said = to_apple(sns, replace(MESSAGE, sender="Vera 👋", text="مرحبا"))

    assert said["aps"]["alert"] == {"title-loc-key": "push.message.title", "subtitle": "Vera 👋", "body": "مرحبا"}
    assert (said["sender"], said["text"]) == ("Vera 👋", "مرحبا")


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_notification_with_a_token_has_actions(sns: Sns, kind: NotificationKind) -> None:
    assert "category" not in to_apple(sns, Notification(kind=kind, room_id=ROOM, seq=1, badge=0))["aps"]


def test_apples_sandbox_is_spoken_to_by_its_name(sns: Sns) -> None:
    pushes = SnsPushes({"ios": application(sns.client, "APNS_SANDBOX", "foyer-dev")})

    pushes.send(device("ios"), OFFER)

    assert payload(sns.published(), "APNS_SANDBOX")["kind"] == "offer"
    assert set(attribute(sns.published())) == {
        "AWS.SNS.MOBILE.APNS_SANDBOX.TTL",
        "AWS.SNS.MOBILE.APNS.PUSH_TYPE",
        "AWS.SNS.MOBILE.APNS.PRIORITY",
        "AWS.SNS.MOBILE.APNS.COLLAPSE_ID",
    }


def test_google_is_given_a_ring(sns: Sns) -> None:
    assert to_google(sns, OFFER) == {
        "android": {"priority": "high", "ttl": "14400s"},
        "data": {"kind": "offer", "room_id": ROOM, "seq": "2", "badge": "3", "token": "signed.token"},
    }
    assert attribute(sns.published()) == {"AWS.SNS.MOBILE.FCM.TTL": "14400"}


def test_google_collapses_messages_by_room(sns: Sns) -> None:
    assert to_google(sns, MESSAGE)["android"] == {"priority": "high", "ttl": "86400s", "collapse_key": ROOM}


def test_google_wakes_nobody_for_a_withdrawal(sns: Sns) -> None:
    assert to_google(sns, CLEAR)["android"] == {"priority": "normal", "ttl": "86400s"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("send", [to_apple, to_google])
def test_what_a_provider_keeps_it_keeps_for_the_kinds_lifetime(
    sns: Sns, kind: NotificationKind, send: Callable[[Sns, Notification], Any]
) -> None:
    send(sns, Notification(kind=kind, room_id=ROOM, seq=1, badge=0))

    lifetimes = [value for name, value in attribute(sns.published()).items() if name.endswith(".TTL")]
    assert lifetimes == [str(LIFETIME_SECONDS[kind])]


def test_the_longest_notification_fits(sns: Sns) -> None:
    longest = replace(OFFER, sender="ن" * 80, text="🦉" * 120, token="t" * 400)

    to_apple(sns, longest)

    assert len(json.loads(sns.published()["Message"])["APNS"].encode()) < 4_096


def disable(sns: Sns, receipt: Receipt) -> None:
    sns.client.set_endpoint_attributes(EndpointArn=receipt.endpoint or "", Attributes={"Enabled": "false"})
