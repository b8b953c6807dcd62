"""Follow the sources while the stack runs: changed code is replaced, a changed structure is deployed."""

import time
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from watchfiles import Change, watch

from local import deploy, fingerprint, reload
from local.emulator import Emulator, LocalError
from local.home import ROOT, Home


def follow(
    emulator: Emulator,
    *,
    home: Home,
    say: Callable[[str], None],
    deployed: Callable[[], None],
) -> None:
    """Keep the emulator up to the sources until interrupted.

    Args:
        emulator: where the stack runs.
        home: its home.
        say: gets a line for a person on everything that was done or failed.
        deployed: called after a deployment, which may have moved addresses.

    Raises:
        LocalError: the emulator is gone.
    """
    watched = [ROOT / fingerprint.FUNCTIONS, ROOT / fingerprint.SHARED_CODE, *_structure()]
    for changes in watch(*watched, watch_filter=_matters, debounce=300, step=50):
        started = time.monotonic()
        try:
            done = _apply(emulator, home=home, paths={Path(path) for _change, path in changes}, say=say)
        except (LocalError, ClientError, BotoCoreError, OSError, LookupError) as error:
            say(f"Not updated: {error}")
            continue
        if done == "everything":
            deployed()
        if done:
            say(f"Updated {done} in {time.monotonic() - started:.1f} s")


def _apply(emulator: Emulator, *, home: Home, paths: set[Path], say: Callable[[str], None]) -> str:
    """Do what these changes need; says what was updated, or nothing."""
    units = {fingerprint.unit_of(path) for path in paths}
    known = fingerprint.code().keys()
    if None in units or not units <= known:
        deploy.bring_up_to_date(emulator, home=home, step=say)
        return "everything"
    code = sorted(unit for unit in units if unit is not None)
    broken = reload.syntax_error(code)
    if broken is not None:
        say(f"Not updated: {broken}")
        return ""
    deploy.replace_code(emulator, code)
    return ", ".join("shared code" if unit == fingerprint.SHARED_CODE else unit for unit in code)


def _structure() -> list[Path]:
    return [path for name in fingerprint.STRUCTURE if (path := ROOT / name).exists()]


def _matters(_change: Change, path: str) -> bool:
    return fingerprint.is_source(Path(path))
