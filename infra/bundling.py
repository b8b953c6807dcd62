"""Builds the layers on this machine, without Docker.

A layer of packages is installed by uv for the stage's processor and Python from its folder's hashed lock, then
thinned: a cold start pays for every megabyte. The layer of shared code is a copy. All are compiled ahead, since
`/opt` is read-only on Lambda and an import without bytecode would compile anew on every cold start.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
import uv

from infra.stage import Stage

ROOT = Path(__file__).resolve().parent.parent
DEPENDENCIES = ROOT / "layers" / "dependencies"
PUSH = ROOT / "layers" / "push"
SHARED_CODE = ROOT / "layers" / "foyer"
GENERATED = ["**/__pycache__", "**/__pycache__/**", "**/*.pyc"]

# The services that handlers call. `xray` is not among them by choice: importing the X-Ray SDK makes a client of it.
_SERVICES_USED = frozenset(
    {"apigatewaymanagementapi", "cognito-idp", "dynamodb", "secretsmanager", "sns", "sqs", "xray"}
)
# Lambda's Amazon Linux 2023 has glibc 2.34; wheels for 2.28 are the newest kind that every project publishes.
_WHEEL_PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
# Pure Python whose authors publish no wheel: built here, with locked tools. All else has to come as a wheel, or a build
# could quietly be one for this machine's processor.
_PUBLISHED_AS_SOURCE = ("http-ece",)
_BUILD_TOOLS = "build-requirements.txt"
# What importlib.metadata is asked for at run time: versions, and the entry points of pydantic's plugins.
_METADATA_READ = frozenset({"METADATA", "entry_points.txt"})


class BuildError(RuntimeError):
    """A tool of the build failed; the message holds what it said."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a layer is built for.

    Attributes:
        python_version: The functions' Python, as in `3.13`.
        wheel_platform: uv's name of the platform; None means this machine, where the emulator runs handlers.
        compiler: An interpreter of that version, whose bytecode the functions can load; None if there is none here.
    """

    python_version: str
    wheel_platform: str | None
    compiler: str | None

    def environment(self) -> dict[str, str]:
        """What must enter the asset's hash: CDK's cache does not look at the bundler itself."""
        return {
            "PYTHON_VERSION": self.python_version,
            "WHEEL_PLATFORM": self.wheel_platform or "native",
            "BYTECODE": "compiled" if self.compiler else "none",
            "RECIPE": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        }


def target_of(stage: Stage) -> Target:
    """What this stage's layers are built for; says on stderr when bytecode has to be left out."""
    compiler = _interpreter(stage.python_version)
    if compiler is None:
        print(  # noqa: T201 - the CDK CLI passes an app's stderr on to the person who deploys
            f"note: no Python {stage.python_version} on PATH, so the layers of stage {stage.name} go without bytecode "
            "and cold starts are slower",
            file=sys.stderr,
        )
    return Target(
        python_version=stage.python_version,
        wheel_platform=None if stage.on_emulator else _WHEEL_PLATFORMS[stage.architecture],
        compiler=compiler,
    )


def build_packages(source: Path, target: Target, output: Path) -> None:
    """Install the hashed lock of the folder `source` into `output` as a Python layer, without what no function loads.

    Raises:
        BuildError: If a package cannot be had as locked.
    """
    python = output / "python"
    where = ["--python-platform", target.wheel_platform] if target.wheel_platform else []
    install = [
        uv.find_uv_bin(),
        *("pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *_source_builds(source),
        *("--link-mode", "copy", "--python", sys.executable, "--python-version", target.python_version),
        *where,
        *("--target", str(python), "--requirements", str(source / "requirements.txt")),
    ]
    try:
        # The hashes leave no choice, so a wheel in uv's cache is as good as the registry's and works on a train.
        _run([*install, "--offline"])
    except BuildError:
        _run(install)
    for unused in list(_unused(python)):
        if unused.is_dir():
            shutil.rmtree(unused)
        else:
            unused.unlink(missing_ok=True)
    _compile(target, output)


def build_shared_code(target: Target, output: Path) -> None:
    """Copy the shared package into `output` as a Python layer."""
    shutil.copytree(
        SHARED_CODE / "python", output / "python", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    _compile(target, output)


@jsii.implements(cdk.ILocalBundling)
class LocalBundler:
    """Runs a build on this machine in place of CDK's container."""

    def __init__(self, *, build: Callable[[Target, Path], None], target: Target) -> None:
        self._build = build
        self._target = target

    def try_bundle(self, output_dir: str, *, image: Any = None, **_: Any) -> bool:  # noqa: ARG002
        """Fill the folder; a failed build raises instead of falling back to Docker."""
        self._build(self._target, Path(output_dir))
        return True


def _source_builds(source: Path) -> list[str]:
    tools = source / _BUILD_TOOLS
    if not tools.exists():
        return []
    allowed = [word for name in _PUBLISHED_AS_SOURCE for word in ("--no-binary", name)]
    return [*allowed, "--build-constraints", str(tools)]


def _unused(python: Path) -> Iterator[Path]:
    yield python / "bin"
    yield python / ".lock"
    for package in ("boto3", "botocore"):
        for service in python.glob(f"{package}/data/*/"):
            if service.name not in _SERVICES_USED:
                yield service
    # Documentation: examples for docstrings, types for checkers, a page for browsers that no function serves.
    yield from python.glob("boto3/examples")
    yield from python.glob("botocore/data/**/examples-1.json")
    yield from python.glob("aws_lambda_powertools/event_handler/openapi/swagger_ui/*.min.*")
    yield from python.glob("*-stubs")
    yield from python.glob("**/*.pyi")
    # What compiled modules were made from.
    yield from (file for end in ("pyx", "pxd", "pxi", "c", "h") for file in python.glob(f"**/*.{end}"))
    yield from (folder for name in ("tests", "__pycache__") for folder in python.glob(f"**/{name}"))
    for information in python.glob("*.dist-info"):
        yield from (entry for entry in information.iterdir() if entry.name not in _METADATA_READ)


def _compile(target: Target, output: Path) -> None:
    if target.compiler is None:
        return
    # Zips carry no modification times worth trusting, so Python must load the bytecode unchecked. The paths
    # recorded inside are those of Lambda, for tracebacks that make sense.
    _run(
        [
            target.compiler,
            *("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(output), "-p", "/opt", str(output / "python")),
        ]
    )


def _interpreter(python_version: str) -> str | None:
    if python_version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    candidate = shutil.which(f"python{python_version}")
    if candidate is None:
        return None
    # A version manager's shim may stand on PATH for a version that is not there.
    probe = subprocess.run(  # noqa: S603 - the candidate comes from PATH, as any tool of a build does
        [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return candidate if probe.stdout.strip() == python_version else None


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands
    if done.returncode:
        raise BuildError(f"{Path(command[0]).name} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
