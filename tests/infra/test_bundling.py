import subprocess
import sys
from pathlib import Path

import pytest

from infra import bundling
from infra.stage import stage_named

_HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
_UNCHECKED_HASH = 1

# What handlers import, with the clients they make; the X-Ray SDK makes one of its own when it is imported.
_IMPORTS = """
import sys
sys.path.insert(0, sys.argv[1])
import boto3, pydantic, pynamodb.models
from importlib.metadata import version
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.batch import BatchProcessor
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_xray_sdk.core import xray_recorder
session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
for service in ("dynamodb", "sqs", "cognito-idp", "secretsmanager", "sns"):
    session.client(service)
session.client("apigatewaymanagementapi", endpoint_url="https://example.com")
APIGatewayHttpResolver(enable_validation=True)
assert boto3.__file__.startswith(sys.argv[1]), boto3.__file__
assert version("pydantic") == pydantic.VERSION
print(len(session.get_available_services()))
"""


def _target(*, compiler: str | None) -> bundling.Target:
    return bundling.Target(python_version=_HERE, wheel_platform=None, compiler=compiler)


@pytest.fixture(scope="module")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("dependencies")
    bundling.build_packages(bundling.DEPENDENCIES, _target(compiler=None), output)
    return output / "python"


@pytest.fixture(scope="module")
def push(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("push")
    bundling.build_packages(bundling.PUSH, _target(compiler=None), output)
    return output / "python"


def test_the_thinned_layer_still_holds_all_that_handlers_import(dependencies: Path) -> None:
    # -S keeps the developer's own packages out, so only the layer can answer.
    done = subprocess.run(  # noqa: S603 - this interpreter and the text above
        [sys.executable, "-S", "-c", _IMPORTS, str(dependencies)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 10


def test_the_layer_is_thin(dependencies: Path) -> None:
    size = sum(file.stat().st_size for file in dependencies.rglob("*") if file.is_file())
    assert size < 40_000_000
    assert not list(dependencies.glob("**/tests"))
    assert {entry.name for entry in dependencies.glob("*.dist-info/*")} <= {"METADATA", "entry_points.txt"}


def test_the_layer_of_push_holds_what_the_sender_imports_beside_the_other_one(dependencies: Path, push: Path) -> None:
    imports = "import sys; sys.path[:0] = sys.argv[1:]; import boto3, pywebpush; print(pywebpush.__file__)"
    done = subprocess.run(  # noqa: S603 - this interpreter and the text above
        [sys.executable, "-S", "-W", "error", "-c", imports, str(dependencies), str(push)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(push))
    assert not list(push.glob("**/*.pyx"))


def test_packages_of_both_layers_are_of_one_version() -> None:
    locked = [
        dict(
            line.split(" ")[0].split("==")
            for line in (folder / "requirements.txt").read_text().splitlines()
            if "==" in line
        )
        for folder in (bundling.DEPENDENCIES, bundling.PUSH)
    ]
    assert {name for name in locked[0].keys() & locked[1].keys() if locked[0][name] != locked[1][name]} == set()


def test_bytecode_is_loaded_without_looking_at_the_source(tmp_path: Path) -> None:
    bundling.build_shared_code(_target(compiler=sys.executable), tmp_path)
    compiled = list(tmp_path.rglob("*.pyc"))
    assert len(compiled) == len(list(tmp_path.rglob("*.py")))
    assert {int.from_bytes(file.read_bytes()[4:8], "little") for file in compiled} == {_UNCHECKED_HASH}


def test_a_layer_for_another_processor_python_or_recipe_is_another_asset() -> None:
    arm = bundling.Target(python_version="3.13", wheel_platform="aarch64-manylinux_2_28", compiler=None)
    intel = bundling.Target(python_version="3.13", wheel_platform="x86_64-manylinux_2_28", compiler=None)
    compiled = bundling.Target(python_version="3.13", wheel_platform="aarch64-manylinux_2_28", compiler="python3.13")
    older = bundling.Target(python_version="3.12", wheel_platform="aarch64-manylinux_2_28", compiler=None)
    environments = [tuple(sorted(target.environment().items())) for target in (arm, intel, compiled, older)]
    assert len(set(environments)) == 4


def test_without_the_stages_python_here_bytecode_is_left_out_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bundling, "_interpreter", lambda _: None)
    assert bundling.target_of(stage_named("prod")).compiler is None
    assert "no Python 3.13 on PATH" in capsys.readouterr().err


def test_a_shim_for_a_python_that_is_not_there_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bundling._interpreter("3.99") is None


def test_a_failed_build_says_what_the_tool_said(tmp_path: Path) -> None:
    impossible = bundling.Target(python_version="3.13", wheel_platform="no-such-platform", compiler=None)
    with pytest.raises(bundling.BuildError, match="no-such-platform"):
        bundling.build_packages(bundling.DEPENDENCIES, impossible, tmp_path)
