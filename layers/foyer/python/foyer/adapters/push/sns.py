"""Apple's and Google's push services, through Amazon SNS.

Formats: docs.aws.amazon.com/sns/latest/dg, "sns-fcm-v1-payloads", "sns-ttl", "mobile-push-api"; Apple's "Generating a
remote notification" and "Sending notification requests to APNs"; Google's "Non-collapsible and collapsible messages".
SNS answers before the provider does: that a token is dead shows only at the next notification, as a disabled endpoint.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnreachableError

from foyer.domain.notifications import Notification
from foyer.ports import Device, PushLaterError, PushOutcome, Receipt

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

SENDS_AT_ONCE = 32
"""Devices that one function sends to side by side, each on a connection of its pool."""

RINGS = frozenset({"offer", "invite", "transfer"})
"""Kinds that somebody should pick up now."""

SERVICES_OF: Mapping[str, frozenset[str]] = {
    "ios": frozenset({"APNS", "APNS_SANDBOX"}),
    "android": frozenset({"GCM"}),
}
"""Platform → what its application's ARN may name as its service. SNS calls Google's by its former name."""

_APPLICATION = re.compile(r"arn:[a-z-]+:sns:(?P<region>[a-z0-9-]+):[0-9]+:app/(?P<service>[A-Z_]+)/[\w.-]+", re.ASCII)
_TAKEN = re.compile(r"Endpoint (?P<arn>arn:\S+:endpoint/\S+) already exists", re.ASCII)
_NOT_FOUND = frozenset({"NotFound", "NotFoundException"})
_INVALID = frozenset({"InvalidParameter", "InvalidParameterException"})
_DISABLED = frozenset({"EndpointDisabled", "EndpointDisabledException"})
_OVERLOADED = frozenset(
    {"InternalError", "InternalErrorException", "Throttled", "ThrottledException", "Throttling", "ThrottlingException"}
)


@dataclass(frozen=True, slots=True)
class _Application:
    """A platform application: what SNS needs to speak to Apple or Google in this company's name."""

    arn: str
    service: str
    client: "SNSClient"

    def has(self, endpoint: str) -> bool:
        """Whether an endpoint was made in this application, and not in one that the operator has replaced."""
        return endpoint.startswith(self.arn.replace(":app/", ":endpoint/", 1) + "/")


class SnsPushes:
    """`foyer.ports.Pushes` for phones, by SNS platform applications.

    Args:
        applications: Platform → ARN of its application; it may be in another region, since not every region has
            mobile push. A platform that is missing is `unconfigured`.

    Raises:
        ValueError: An ARN is none of a platform application of this platform.
    """

    def __init__(self, applications: Mapping[Literal["ios", "android"], str]) -> None:
        clients: dict[str, SNSClient] = {}
        self._applications: dict[str, _Application] = {}
        for platform, arn in applications.items():
            parts = _APPLICATION.fullmatch(arn)
            if parts is None or parts["service"] not in SERVICES_OF[platform]:
                message = f"{arn!r} is no platform application for {platform}"
                raise ValueError(message)
            region = parts["region"]
            clients[region] = clients.get(region) or _client(region)
            self._applications[platform] = _Application(arn, parts["service"], clients[region])

    def send(self, device: Device, notification: Notification) -> Receipt:
        """One publish as a rule; two calls more for a device that is new here, one for a token that changed."""
        application = self._applications.get(device.platform)
        if application is None:
            return Receipt(outcome="unconfigured", provider="none")
        try:
            return _sent(application, device, notification)
        except (UnreachableError, HTTPClientError) as error:
            why = type(error).__name__
        except ClientError as error:
            why = _code(error)
            if not _is_overloaded(error):
                return Receipt(outcome="refused", provider="sns", answer=why)
        # Out here, where no exception is being handled: SNS's own texts may quote what they were given.
        raise PushLaterError(f"sns: {why}")


def _client(region: str) -> "SNSClient":
    client: SNSClient = boto3.client(
        "sns",
        region_name=region,
        config=Config(
            connect_timeout=2,
            read_timeout=3,
            max_pool_connections=SENDS_AT_ONCE,
            retries={"mode": "standard", "max_attempts": 3},
        ),
    )
    return client


def _sent(application: _Application, device: Device, notification: Notification) -> Receipt:
    """Publishes to the device's endpoint, after making it or telling it what changed."""
    endpoint = device.endpoint if device.endpoint and application.has(device.endpoint) else None
    news = None
    if endpoint is None:
        endpoint = news = _created(application, device)
    elif device.endpoint_at < device.registered_at:
        endpoint = news = _in_line(application, device, endpoint)
    receipt = _handed_over(application, endpoint, notification)
    if receipt is None:
        endpoint = news = _created(application, device)
        receipt = _handed_over(application, endpoint, notification)
    return replace(receipt or Receipt(outcome="refused", provider="sns", answer="NotFound"), endpoint=news)


def _handed_over(application: _Application, endpoint: str, notification: Notification) -> Receipt | None:
    """One publish; None where there is no such endpoint any more."""
    try:
        return Receipt(outcome="sent", provider="sns", answer=_published(application, endpoint, notification))
    except ClientError as error:
        if _no_such_endpoint(error):
            return None
        if _is_overloaded(error):
            raise
        outcome: PushOutcome = "disabled" if _code(error) in _DISABLED else "refused"
        return Receipt(outcome=outcome, provider="sns", answer=_code(error))


def _created(application: _Application, device: Device) -> str:
    """The endpoint of a token: a new one, or the one that this application has for it already; enabled either way."""
    try:
        answer = application.client.create_platform_endpoint(
            PlatformApplicationArn=application.arn, Token=device.push_token
        )
        endpoint = answer["EndpointArn"]
    except ClientError as error:
        # The one place where SNS says which endpoint has the token.
        known = _TAKEN.search(_text(error))
        if _code(error) not in _INVALID or known is None:
            raise
        endpoint = known["arn"]
    # Also after a creation: SNS answers an endpoint that exists with its token as it is, which may be disabled.
    _set(application, device, endpoint)
    return endpoint


def _in_line(application: _Application, device: Device, endpoint: str) -> str:
    """The endpoint of a device after its token changed, or was registered again. Mends one that was disabled."""
    try:
        _set(application, device, endpoint)
    except ClientError as error:
        # Deleted; or another endpoint of this application has the token, and that one is the device's from now on.
        if _code(error) not in _NOT_FOUND | _INVALID:
            raise
        return _created(application, device)
    return endpoint


def _set(application: _Application, device: Device, endpoint: str) -> None:
    application.client.set_endpoint_attributes(
        EndpointArn=endpoint, Attributes={"Token": device.push_token, "Enabled": "true"}
    )


def _published(application: _Application, endpoint: str, notification: Notification) -> str:
    """SNS's id of the notification."""
    apple = application.service != "GCM"
    said = apple_payload(notification) if apple else google_payload(notification)
    answer = application.client.publish(
        TargetArn=endpoint,
        MessageStructure="json",
        Message=_json({"default": notification.kind, application.service: _json(said)}),
        MessageAttributes=_attributes(application.service, notification),
    )
    return answer["MessageId"]


def apple_payload(notification: Notification) -> dict[str, Any]:
    """What Apple is given. Texts are keys into the app's own, since the app alone knows its language.

    A notification that withdraws says nothing and plays nothing: it sets the badge, which iOS does even where it does
    not wake the app.
    """
    aps: dict[str, Any] = {"badge": notification.badge}
    if notification.kind == "clear":
        aps["content-available"] = 1
    else:
        aps |= {
            "alert": _alert(notification),
            "sound": "default",
            "thread-id": notification.room_id,
            # Lets the app's extension report that the notification was shown, and take its predecessors away.
            "mutable-content": 1,
        }
    if notification.kind in RINGS:
        aps["interruption-level"] = "time-sensitive"
    if notification.token is not None:
        aps["category"] = "offer"
    return {"aps": aps} | notification.payload


def google_payload(notification: Notification) -> dict[str, Any]:
    """What Google is given: data alone, which the app shows itself, in its language and with its actions.

    Only messages carry a collapse key. Google stores four keys a device and delays a device's collapsible messages
    beyond 20 at a time to one in 3 minutes; no ring may wait for that, nor its withdrawal. The app replaces by room
    what it shows.
    """
    loud = notification.kind != "clear"
    android: dict[str, Any] = {"priority": "high" if loud else "normal", "ttl": f"{notification.lifetime_seconds}s"}
    if notification.kind == "message":
        android["collapse_key"] = notification.room_id
    data = {name: str(value) for name, value in notification.payload.items()}
    return {"fcmV1Message": {"message": {"android": android, "data": data}}}


def _alert(notification: Notification) -> dict[str, str]:
    alert = {"title-loc-key": f"push.{notification.kind}.title"}
    if notification.sender is not None:
        alert["subtitle"] = notification.sender
    if notification.text is not None:
        return alert | {"body": notification.text}
    return alert | {"loc-key": f"push.{notification.kind}.body"}


def _attributes(service: str, notification: Notification) -> dict[str, "MessageAttributeValueTypeDef"]:
    """What SNS makes headers of. Of those for Apple, only the lifetime's name tells its sandbox apart."""
    lifetime = str(notification.lifetime_seconds)
    if service == "GCM":
        said = {"AWS.SNS.MOBILE.FCM.TTL": lifetime}
    else:
        said = {
            f"AWS.SNS.MOBILE.{service}.TTL": lifetime,
            # Never "background": Apple allows that no badge, and wakes hardly anybody two or three times an hour.
            "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
            "AWS.SNS.MOBILE.APNS.PRIORITY": "5" if notification.kind == "clear" else "10",
            "AWS.SNS.MOBILE.APNS.COLLAPSE_ID": notification.room_id,
        }
    return {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}


def _no_such_endpoint(error: ClientError) -> bool:
    """Whether an endpoint was deleted. SNS calls that a wrong parameter of a publish, and not found elsewhere."""
    code = _code(error)
    return code in _NOT_FOUND or (code in _INVALID and "No endpoint found" in _text(error))


def _is_overloaded(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return _code(error) in _OVERLOADED or status == 429 or status >= 500


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "Unknown")


def _text(error: ClientError) -> str:
    """What SNS says in words, which may quote what it was given: to be looked into, never passed on."""
    return error.response.get("Error", {}).get("Message") or ""


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
