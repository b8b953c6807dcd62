"""What a deployment was made from, as short digests: equal digests, nothing to do."""

import hashlib
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from local.home import ROOT

SHARED_CODE = "layers/foyer/python"
FUNCTIONS = "functions"
# Whatever else the stack is made from: a change here needs a synthesis and a deployment.
STRUCTURE = (
    *("app.py", "cdk.json", "package-lock.json", "requirements.txt", "infra"),
    *("layers/dependencies", "layers/push"),
)


def structure() -> str:
    """The digest of everything that shapes the stack, the code of handlers excepted."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {platform.machine()}".encode())
    for name in STRUCTURE:
        _add(digest, files(ROOT / name))
    return _short(digest)


def code() -> dict[str, str]:
    """The digest of each unit of code that can be replaced by itself: every function, and the code they share."""
    functions = sorted(path.parent.name for path in (ROOT / FUNCTIONS).glob("*/handler.py"))
    return {unit: _digest_of(folder(unit)) for unit in [*functions, SHARED_CODE]}


def folder(unit: str) -> Path:
    """Where a unit's source stands."""
    return ROOT / unit if unit == SHARED_CODE else ROOT / FUNCTIONS / unit


def unit_of(path: Path) -> str | None:
    """The unit that a file belongs to; None when it is part of the structure."""
    parts = path.relative_to(ROOT).parts
    if "/".join(parts[:3]) == SHARED_CODE:
        return SHARED_CODE
    return parts[1] if parts[0] == FUNCTIONS and len(parts) > 2 else None


def files(path: Path) -> list[Path]:
    """The source files at or below a path, in a stable order."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and is_source(file))


def is_source(path: Path) -> bool:
    """Whether a file is written by hand, not left behind by Python or an editor."""
    return "__pycache__" not in path.parts and not path.name.startswith(".") and not path.name.endswith((".pyc", "~"))


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    _add(digest, files(path))
    return _short(digest)


def _add(digest: "hashlib._Hash", paths: Iterable[Path]) -> None:
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())


def _short(digest: "hashlib._Hash") -> str:
    return digest.hexdigest()[:16]
