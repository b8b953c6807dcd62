import platform
import sys
from dataclasses import replace

import pytest

from infra.stage import Limit, Push, Stage, StageError, stage_named

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
        stage_named(name, **context)  # type: ignore[arg-type]


_KEY = f"B{'A' * 86}"
_APNS = "arn:aws:sns:eu-central-1:123456789012:app/APNS_SANDBOX/foyer"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_nothing_is_pushed_unless_an_operator_says_through_whom(name: str) -> None:
    assert stage_named(name).push is None
    assert stage_named(name, push={}).push is None


def test_the_command_line_says_through_whom_to_push() -> None:
    push = stage_named(
        "prod",
        push={
            "vapid_public_key": _KEY,
            "vapid_secret": "foyer/prod/vapid",
            "apns_application": _APNS,
            "push_texts": "True",
            "push_services": "push.example, push.example.net",
        },
    ).push
    assert push == Push(
        vapid_public_key=_KEY,
        vapid_secret="foyer/prod/vapid",
        apns_application=_APNS,
        texts=True,
        services=("push.example", "push.example.net"),
    )
    assert stage_named("prod", push={"apns_application": _APNS}).push == Push(apns_application=_APNS)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"vapid_public_key": _KEY}, "belong together"),
        ({"vapid_secret": "foyer/prod/vapid"}, "belong together"),
        ({"vapid_public_key": "", "vapid_secret": "s"}, "vapid_public_key '': the 87 characters"),
        ({"vapid_public_key": _KEY[:-1], "vapid_secret": "s"}, "vapid_public_key"),
        ({"vapid_public_key": f"{_KEY}=", "vapid_secret": "s"}, "vapid_public_key"),
        ({"vapid_public_key": f"{_KEY[:-1]}+", "vapid_secret": "s"}, "vapid_public_key"),
        ({"vapid_public_key": f"A{_KEY[1:]}", "vapid_secret": "s"}, "uncompressed point of P-256"),
        ({"vapid_public_key": _KEY, "vapid_secret": "arn:aws:secretsmanager:x"}, "a secret's name"),
        ({"apns_application": "arn:aws:sns:us-east-1:123456789012:app/GCM/foyer"}, "app/APNS/foyer"),
        ({"fcm_application": _APNS}, "app/GCM/foyer"),
        ({"apns_application": "arn:aws:sns:us-east-1:123456789012:app/APNS/*"}, "apns_application"),
        ({"apns_application": _APNS, "push_texts": "yes"}, "push_texts 'yes': one of true, false"),
        ({"apns_application": _APNS, "push_services": "https://push.example"}, "a host alone"),
        ({"push_texts": "true"}, "push needs vapid_public_key"),
    ],
)
def test_push_that_cannot_work_is_told_what_is_wrong(said: dict[str, str], message: str) -> None:
    with pytest.raises(StageError, match=message):
        stage_named("prod", push=said)


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
