"""The app, synthesised once per stage and session, without building the layers."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from constructs import IConstruct

from infra import suppressions
from infra.application import build
from local.assembly import CONTEXT
from tests.infra.reading import Findings, Resources

GATEWAY = "http://127.0.0.1:4566"
PUBLIC_KEY = f"B{'A' * 86}"
APNS = "arn:aws:sns:us-east-1:123456789012:app/APNS/foyer"
FCM = "arn:aws:sns:us-east-1:123456789012:app/GCM/foyer"
# What the command line says for each that is synthesised; `pushing` is prod with everybody to push through.
_CONTEXT: dict[str, dict[str, str]] = {
    "dev": {"stage": "dev"},
    "prod": {"stage": "prod"},
    "pushing": {
        "stage": "prod",
        "vapid_public_key": PUBLIC_KEY,
        "vapid_secret": "foyer/prod/vapid",
        "apns_application": APNS,
        "fcm_application": FCM,
        "push_texts": "true",
        "push_services": "push.example, push.example.net",
    },
    "local": dict(CONTEXT),
}
_SETTINGS = json.loads((Path(__file__).resolve().parent.parent.parent / "cdk.json").read_text())["context"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this folder on one worker of xdist: what it synthesises once per session is most of its time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("infra"))


def app_of(name: str, folder: Path) -> cdk.App:
    """The app as `cdk synth` builds it, layers left out."""
    context: dict[str, Any] = {**_SETTINGS, **_CONTEXT[name], "aws:cdk:bundling-stacks": []}
    app = cdk.App(context=context, outdir=str(folder))
    build(app)
    return app


@pytest.fixture(scope="session")
def assembly_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of an assembly, which also holds what cdk-nag reported."""

    @cache
    def synthesised(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        app_of(name, folder).synth()
        return folder

    return synthesised


@pytest.fixture(scope="session")
def resources_of(assembly_of: Callable[[str], Path]) -> Callable[[str], Resources]:
    """The resources of a template."""

    def read(name: str) -> Resources:
        template = assembly_of(name) / f"Foyer-{_CONTEXT[name]['stage']}.template.json"
        return Resources(json.loads(template.read_text()))

    return read


@pytest.fixture(scope="session")
def dev(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("dev")


@pytest.fixture(scope="session")
def prod(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("prod")


@pytest.fixture(scope="session")
def pushing(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("pushing")


@pytest.fixture(scope="session")
def local(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("local")


@pytest.fixture(scope="session")
def unanswered(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What cdk-nag finds in prod with push when nothing is accepted, beside what the constructs would have accepted."""
    accepted: set[tuple[str, str]] = set()

    def note(resource: IConstruct, rule: str, because: str) -> None:
        accepted.add((rule, resource.node.path))

    folder = tmp_path_factory.mktemp("unanswered")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppressions, "_acknowledge", note)
        app = app_of("pushing", folder)
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.synth()
    report = json.loads((folder / "validation-report.json").read_text())
    return Findings(report=report, accepted=frozenset(accepted))
