"""What differs between deployments: a stage is chosen by `-c stage=…` and everything else follows from it."""

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


_STAGES: Mapping[str, Callable[[], Stage]] = {"dev": _dev, "prod": _prod, "local": _local}


def stage_named(
    name: str, *, gateway_url: str | None = None, origins: str | None = None, retention_days: str | None = None
) -> Stage:
    """The stage of that name, with what the command line said about it.

    Args:
        name: `dev`, `prod` or `local`.
        gateway_url: The emulator's address; needed by `local` and wrong elsewhere.
        origins: Allowed origins instead of the stage's own, separated by commas.
        retention_days: Days of retention instead of the stage's own.

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
        stage = replace(stage, allowed_origins=tuple(part.strip() for part in origins.split(",") if part.strip()))
    if retention_days is not None:
        if not retention_days.isdecimal():
            raise StageError(f"retention_days {retention_days!r}: a whole number of days")
        stage = replace(stage, retention_days=int(retention_days))
    return stage


def _require_one_of(setting: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise StageError(f"{setting} {value!r}: one of {', '.join(known)}")


def _running_architecture() -> Architecture:
    machine = platform.machine().lower()
    return cast("Architecture", {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine))
