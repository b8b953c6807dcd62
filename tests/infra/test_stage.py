import platform
import sys
from dataclasses import replace

import pytest

from infra.stage import Limit, Stage, StageError, stage_named

GATEWAY = "http://127.0.0.1:4566"


def test_local_runs_as_this_interpreter_does() -> None:
    stage = stage_named("local", gateway_url=GATEWAY)
    assert stage.python_version == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert stage.architecture == {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
    assert stage.on_emulator


def test_dev_and_prod_differ_in_what_survives_them() -> None:
    assert (stage_named("dev").removal, stage_named("prod").removal) == ("destroy", "retain")
    assert (stage_named("dev").retention_days, stage_named("prod").retention_days) == (30, 365)


def test_the_command_line_overrides_origins_and_retention() -> None:
    stage = stage_named("prod", origins="https://a.example, https://b.example", retention_days="7")
    assert stage.allowed_origins == ("https://a.example", "https://b.example")
    assert stage.retention_days == 7


@pytest.mark.parametrize(
    ("name", "context", "message"),
    [
        ("staging", {}, "unknown stage 'staging': one of dev, prod, local"),
        ("local", {}, "add -c gateway="),
        ("prod", {"gateway_url": GATEWAY}, "leave out -c gateway"),
        ("local", {"gateway_url": f"{GATEWAY}/"}, "scheme, host and port alone"),
        ("prod", {"origins": "www.example.com"}, "allowed origin 'www.example.com'"),
        ("prod", {"origins": " , "}, "allowed_origins: at least one"),
        ("prod", {"retention_days": "a year"}, "a whole number of days"),
        ("prod", {"retention_days": "0"}, "at least 1"),
    ],
)
def test_a_wrong_command_line_is_told_what_is_wrong(name: str, context: dict[str, str], message: str) -> None:
    with pytest.raises(StageError, match=message.replace("(", r"\(")):
        stage_named(name, **context)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("name", "Prod"),
        ("architecture", "riscv"),
        ("python_version", "3.10"),
        ("python_version", "3"),
        ("log_level", "LOUD"),
        ("removal", "perhaps"),
    ],
)
def test_a_setting_out_of_range_is_named(setting: str, value: str) -> None:
    stage: Stage = stage_named("dev")
    with pytest.raises(StageError, match=setting.replace("_", ".")):
        replace(stage, **{setting: value})  # type: ignore[arg-type]


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(StageError, match="0/600"):
        Limit(count=0, seconds=600)
