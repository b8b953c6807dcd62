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
from tests.infra.reading import Findings, Resources

GATEWAY = "http://127.0.0.1:4566"
_SETTINGS = json.loads((Path(__file__).resolve().parent.parent.parent / "cdk.json").read_text())["context"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this folder on one worker of xdist: what it synthesises once per session is most of its time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("infra"))


def app_of(stage: str, folder: Path) -> cdk.App:
    """The app as `cdk synth -c stage=…` builds it, layers left out."""
    context: dict[str, Any] = {**_SETTINGS, "stage": stage, "aws:cdk:bundling-stacks": []}
    if stage == "local":
        context["gateway"] = GATEWAY
    app = cdk.App(context=context, outdir=str(folder))
    build(app)
    return app


@pytest.fixture(scope="session")
def assembly_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a stage's assembly, which also holds what cdk-nag reported."""

    @cache
    def synthesised(stage: str) -> Path:
        folder = tmp_path_factory.mktemp(stage)
        app_of(stage, folder).synth()
        return folder

    return synthesised


@pytest.fixture(scope="session")
def resources_of(assembly_of: Callable[[str], Path]) -> Callable[[str], Resources]:
    """The resources of a stage's template."""
    return lambda stage: Resources(json.loads((assembly_of(stage) / f"Foyer-{stage}.template.json").read_text()))


@pytest.fixture(scope="session")
def dev(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("dev")


@pytest.fixture(scope="session")
def prod(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("prod")


@pytest.fixture(scope="session")
def local(resources_of: Callable[[str], Resources]) -> Resources:
    return resources_of("local")


@pytest.fixture(scope="session")
def unanswered(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What cdk-nag finds in prod when nothing is accepted, beside what the constructs would have accepted."""
    accepted: set[tuple[str, str]] = set()

    def note(resource: IConstruct, rule: str, because: str) -> None:
        accepted.add((rule, resource.node.path))

    folder = tmp_path_factory.mktemp("unanswered")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppressions, "_acknowledge", note)
        app = app_of("prod", folder)
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.synth()
    report = json.loads((folder / "validation-report.json").read_text())
    return Findings(report=report, accepted=frozenset(accepted))
