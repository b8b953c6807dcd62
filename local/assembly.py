"""The synthesised stack: made by the CDK when its sources changed, kept otherwise."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local import fingerprint
from local.emulator import LocalError
from local.home import ROOT, assemblies, read_json, write_json

STACK = "Foyer-local"
# Synthesised for one port and one key; for others the few places that name them are rewritten, which spares a
# synthesis.
_PORT = 4566
_PUBLIC_KEY = f"B{'A' * 86}"
VAPID_SECRET = "foyer/local/vapid"  # noqa: S105 - a name
CONTEXT: Mapping[str, str] = {
    "stage": "local",
    "gateway": f"http://127.0.0.1:{_PORT}",
    "vapid_public_key": _PUBLIC_KEY,
    "vapid_secret": VAPID_SECRET,
    # Where a test plays a browser's push service. No browser's own is among them: nothing leaves this machine.
    "push_services": "127.0.0.1",
}
"""What the app is synthesised with."""


def cdk(*arguments: str, environment: dict[str, str]) -> None:
    """Run the CDK's command line as package.json pins it.

    Raises:
        LocalError: with what it said, when it failed.
    """
    quiet = {
        # They warn of a Node version that is still supported here, once per command, in a frame of exclamation marks.
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "NODE_NO_WARNINGS": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_COLOR": "1",
    }
    done = subprocess.run(  # noqa: S603 - our own pinned tool
        [ROOT / "node_modules" / ".bin" / "cdk", *arguments, "--no-notices", "--no-version-reporting"],
        cwd=ROOT,
        env=environment | quiet,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-40:])
        raise LocalError(f"`cdk {arguments[0]}` failed:\n{said}")


def made_from() -> dict[str, str]:
    """The digests of what the kept assembly was made from, as `sources` names them; empty without one."""
    kept: dict[str, str] | None = read_json(_made_from())
    return kept if kept and (_canonical() / "manifest.json").exists() else {}


def sources() -> dict[str, str]:
    """The digests of what an assembly is made from: `structure`, and each unit of code by its name."""
    return {"structure": fingerprint.structure()} | fingerprint.code()


def synthesise() -> None:
    """Make the assembly unless it is fresh; several processes may ask at once."""
    with _turn():
        present = sources()
        if made_from() == present:
            return
        _made_from().unlink(missing_ok=True)
        # The folder is kept: the CDK builds a layer again only when its own sources changed.
        cdk(
            "synth",
            "--quiet",
            *("--app", f"{sys.executable} app.py"),
            *(word for name, value in CONTEXT.items() for word in ("--context", f"{name}={value}")),
            *("--output", str(_canonical())),
            environment=dict(os.environ),
        )
        _forget_old_assets()
        write_json(_made_from(), present)


def assembly_for(*, port: int, public_key: str, folder: Path) -> Path:
    """Write the assembly for an emulator on this port, and for browsers that subscribe with this key, into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    texts = {path.name: path.read_text("utf-8") for path in _canonical().iterdir() if path.is_file()}
    template = f"{STACK}.template.json"
    # The template is stored under its digest: a rewritten one must not pass for the other.
    before = hashlib.sha256(texts[template].encode()).hexdigest()
    texts[template] = (
        texts[template].replace(f"127.0.0.1:{_PORT}", f"127.0.0.1:{port}").replace(_PUBLIC_KEY, public_key)
    )
    after = hashlib.sha256(texts[template].encode()).hexdigest()
    elsewhere = Path(os.path.relpath(_canonical(), folder)).as_posix()
    for name, text in texts.items():
        rewritten = text.replace(before, after).replace('"path": "asset.', f'"path": "{elsewhere}/asset.')
        (folder / name).write_text(rewritten, "utf-8")
    return folder


def template(assembly: Path) -> Path:
    """The stack's template in an assembly."""
    return assembly / f"{STACK}.template.json"


def _canonical() -> Path:
    return assemblies() / "stack"


def _made_from() -> Path:
    return assemblies() / "made-from.json"


@contextmanager
def _turn() -> Iterator[None]:
    assemblies().mkdir(parents=True, exist_ok=True)
    with (assemblies() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_old_assets() -> None:
    named = (_canonical() / f"{STACK}.assets.json").read_text("utf-8")
    for path in _canonical().glob("asset.*"):
        if path.name not in named:
            shutil.rmtree(path, ignore_errors=True)
