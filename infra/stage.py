"""What differs between deployments: a stage is chosen by `-c stage=…` and everything else follows from it."""

import base64
import platform
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

Architecture = Literal["arm64", "x86_64"]
Removal = Literal["retain", "destroy"]

_ARCHITECTURES = ("arm64", "x86_64")
_REMOVALS = ("retain", "destroy")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NAME = re.compile(r"[a-z][a-z0-9]{1,15}")
_PYTHON_VERSION = re.compile(r"3\.(\d{1,2})")
_OLDEST_PYTHON_MINOR = 11
_GATEWAY_URL = re.compile(r"https?://[^/\s]+")
_ORIGIN = re.compile(r"\*|https?://[^/\s]+")
_SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_APPLICATION = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{{12}}:app/{platform}/[A-Za-z0-9_.-]{{1,256}}"
_APNS_APPLICATION = re.compile(_APPLICATION.format(platform="(APNS|APNS_SANDBOX)"))
_FCM_APPLICATION = re.compile(_APPLICATION.format(platform="GCM"))
# A point of the curve P-256, written out: 0x04, then two coordinates of 32 bytes. 65 bytes are 87 characters.
_PUBLIC_KEY = re.compile(r"[A-Za-z0-9_-]{87}")
_UNCOMPRESSED = 4


class StageError(ValueError):
    """A stage that cannot be deployed; the message says which setting is wrong and what would be right."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `count` in any `seconds`."""

    count: int
    seconds: int

    def __post_init__(self) -> None:
        if self.count < 1 or self.seconds < 1:
            raise StageError(f"a limit needs a positive count and window, not {self.count}/{self.seconds}")

    def __str__(self) -> str:
        return f"{self.count}/{self.seconds}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The three rates that guard what a stranger can ask for."""

    sessions_per_address: Limit
    tickets_per_caller: Limit
    rooms_per_visitor: Limit


@dataclass(frozen=True, kw_only=True)
class Push:
    """Through whom devices are told what happens while the app is closed; at least one of the three.

    Attributes:
        vapid_public_key: What browsers subscribe with, as `make push-keys` prints it; None without browsers.
        vapid_secret: The name of the secret with the private key that belongs to it, in Secrets Manager.
        apns_application: The ARN of the SNS platform application for Apple's devices; None without them.
        fcm_application: The ARN of that for Google's, which SNS calls GCM; None without them.
        texts: Whether a notification shows what the visitor wrote: it passes through Apple, Google or the browser's
            maker, and stands on a lock screen.
        services: The hosts of browsers' push services that may be posted to, in place of the known ones.
    """

    vapid_public_key: str | None = None
    vapid_secret: str | None = None
    apns_application: str | None = None
    fcm_application: str | None = None
    texts: bool = False
    services: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.vapid_public_key is None) != (self.vapid_secret is None):
            raise StageError("vapid_public_key and vapid_secret belong together: `make push-keys` makes both")
        if self.vapid_public_key is not None and not _is_public_key(self.vapid_public_key):
            raise StageError(
                f"vapid_public_key {self.vapid_public_key!r}: the 87 characters that `make push-keys` prints "
                "(an uncompressed point of P-256, 65 bytes, in base64url without padding)"
            )
        if self.vapid_secret is not None and not _SECRET_NAME.fullmatch(self.vapid_secret):
            raise StageError(f"vapid_secret {self.vapid_secret!r}: a secret's name, as in foyer/prod/vapid, no ARN")
        if self.apns_application is not None and not _APNS_APPLICATION.fullmatch(self.apns_application):
            raise StageError(f"apns_application {self.apns_application!r}: {_right_application('APNS')}")
        if self.fcm_application is not None and not _FCM_APPLICATION.fullmatch(self.fcm_application):
            raise StageError(f"fcm_application {self.fcm_application!r}: {_right_application('GCM')}")
        for host in self.services:
            if not _HOST.fullmatch(host):
                raise StageError(f"push service {host!r}: a host alone, as in push.example.com")
        if not (self.vapid_public_key or self.applications):
            raise StageError("push needs vapid_public_key with vapid_secret, apns_application or fcm_application")

    @property
    def applications(self) -> tuple[str, ...]:
        """The ARNs of the platform applications that there are."""
        return tuple(arn for arn in (self.apns_application, self.fcm_application) if arn is not None)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One deployment's settings.

    Attributes:
        name: Names the stack, `Foyer-<name>`; stages live side by side in one account.
        architecture: The processor of the functions and of the wheels in their layer.
        python_version: The functions' Python, as in `3.13`.
        retention_days: How long a closed room is kept, in days.
        log_level: The functions' lowest log level.
        tracing: Whether functions send traces to X-Ray.
        removal: What becomes of the data when the stack goes: `retain` also protects it from deletion.
        allowed_origins: The web origins that browsers may call the HTTP API from.
        password_sign_in: Whether the app client also takes a plain password (for scripts), not SRP alone.
        gateway_url: The emulator's address, without a path; None on AWS.
        limits: The rates for strangers.
        push: Through whom devices are told what happens while the app is closed; None: nothing is pushed.
    """

    name: str
    architecture: Architecture
    python_version: str
    retention_days: int
    log_level: str
    tracing: bool
    removal: Removal
    allowed_origins: tuple[str, ...]
    password_sign_in: bool
    gateway_url: str | None
    limits: Limits
    push: Push | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise StageError(f"stage name {self.name!r}: 2 to 16 lower-case letters and digits, a letter first")
        _require_one_of("architecture", self.architecture, _ARCHITECTURES)
        _require_one_of("removal", self.removal, _REMOVALS)
        _require_one_of("log_level", self.log_level, _LOG_LEVELS)
        version = _PYTHON_VERSION.fullmatch(self.python_version)
        if version is None or int(version[1]) < _OLDEST_PYTHON_MINOR:
            raise StageError(f"python_version {self.python_version!r}: 3.{_OLDEST_PYTHON_MINOR} or newer, as in 3.13")
        if self.retention_days < 1:
            raise StageError(f"retention_days {self.retention_days}: at least 1")
        if not self.allowed_origins:
            raise StageError("allowed_origins: at least one, as in https://www.example.com, or * for any")
        for origin in self.allowed_origins:
            if not _ORIGIN.fullmatch(origin):
                raise StageError(f"allowed origin {origin!r}: scheme and host without a path, or *")
        if self.gateway_url is not None and not _GATEWAY_URL.fullmatch(self.gateway_url):
            raise StageError(f"gateway {self.gateway_url!r}: scheme, host and port alone, as in http://127.0.0.1:4566")

    @property
    def on_emulator(self) -> bool:
        """Whether the stack goes into the emulator: its handlers run on this interpreter."""
        return self.gateway_url is not None


_CAREFUL = Limits(
    sessions_per_address=Limit(count=60, seconds=600),
    tickets_per_caller=Limit(count=60, seconds=600),
    rooms_per_visitor=Limit(count=10, seconds=600),
)
# Load tests and stories run from one address.
_GENEROUS = Limits(
    sessions_per_address=Limit(count=100_000, seconds=600),
    tickets_per_caller=Limit(count=100_000, seconds=600),
    rooms_per_visitor=Limit(count=100_000, seconds=600),
)


def _dev() -> Stage:
    return Stage(
        name="dev",
        architecture="arm64",
        python_version="3.13",
        retention_days=30,
        log_level="DEBUG",
        tracing=True,
        removal="destroy",
        allowed_origins=("*",),
        password_sign_in=True,
        gateway_url=None,
        limits=_CAREFUL,
    )


def _prod() -> Stage:
    return replace(
        _dev(),
        name="prod",
        retention_days=365,
        log_level="INFO",
        removal="retain",
        # Any site may carry the widget until the operator names theirs; credentials travel in a header
        # that no foreign page can make a browser add, never in a cookie.
        allowed_origins=("https://*",),
        password_sign_in=False,
    )


def _local() -> Stage:
    return replace(
        _dev(),
        name="local",
        architecture=_running_architecture(),
        python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
        tracing=False,
        limits=_GENEROUS,
    )


PUSH_SETTINGS = (
    "vapid_public_key",
    "vapid_secret",
    "apns_application",
    "fcm_application",
    "push_texts",
    "push_services",
)
"""What the command line may say about push; `Push` says what each is."""

_STAGES: Mapping[str, Callable[[], Stage]] = {"dev": _dev, "prod": _prod, "local": _local}


def stage_named(
    name: str,
    *,
    gateway_url: str | None = None,
    origins: str | None = None,
    retention_days: str | None = None,
    push: Mapping[str, str] | None = None,
) -> Stage:
    """The stage of that name, with what the command line said about it.

    Args:
        name: `dev`, `prod` or `local`.
        gateway_url: The emulator's address; needed by `local` and wrong elsewhere.
        origins: Allowed origins instead of the stage's own, separated by commas.
        retention_days: Days of retention instead of the stage's own.
        push: What of `PUSH_SETTINGS` was said, by name.

    Raises:
        StageError: If the name is unknown or a value is out of range.
    """
    if name not in _STAGES:
        raise StageError(f"unknown stage {name!r}: one of {', '.join(_STAGES)}")
    if name == "local" and gateway_url is None:
        raise StageError("stage local runs in the emulator: add -c gateway=http://127.0.0.1:4566")
    if name != "local" and gateway_url is not None:
        raise StageError(f"stage {name} runs on AWS: leave out -c gateway")
    stage = replace(_STAGES[name](), gateway_url=gateway_url)
    if origins is not None:
        stage = replace(stage, allowed_origins=_parts(origins))
    if retention_days is not None:
        if not retention_days.isdecimal():
            raise StageError(f"retention_days {retention_days!r}: a whole number of days")
        stage = replace(stage, retention_days=int(retention_days))
    return replace(stage, push=_push(push)) if push else stage


def _push(said: Mapping[str, str]) -> Push:
    texts = said.get("push_texts", "false").lower()
    _require_one_of("push_texts", texts, ("true", "false"))
    return Push(
        vapid_public_key=said.get("vapid_public_key"),
        vapid_secret=said.get("vapid_secret"),
        apns_application=said.get("apns_application"),
        fcm_application=said.get("fcm_application"),
        texts=texts == "true",
        services=_parts(said.get("push_services", "")),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_public_key(text: str) -> bool:
    return bool(_PUBLIC_KEY.fullmatch(text)) and base64.urlsafe_b64decode(f"{text}=")[0] == _UNCOMPRESSED


def _right_application(platform_: str) -> str:
    return f"the ARN of an SNS platform application, as in arn:aws:sns:us-east-1:123456789012:app/{platform_}/foyer"


def _require_one_of(setting: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise StageError(f"{setting} {value!r}: one of {', '.join(known)}")


def _running_architecture() -> Architecture:
    machine = platform.machine().lower()
    return cast("Architecture", {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine))
