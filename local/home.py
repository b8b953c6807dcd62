"""Where one machine's Foyer keeps its things: the `.foyer` folder."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folder of one local deployment; another folder is another deployment."""

    path: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """`FOYER_HOME`, or `.foyer` in the repository."""
        return cls(path=Path(os.environ.get("FOYER_HOME") or ROOT / ".foyer").resolve())

    @property
    def facts(self) -> Path:
        """What clients need to know, as the contract describes it."""
        return self.path / "local.json"

    @property
    def outputs(self) -> Path:
        """What the deployed stack says of itself, and where the emulator listens."""
        return self.path / "stack.json"

    @property
    def state(self) -> Path:
        """The emulator's data."""
        return self.path / "state"

    @property
    def scratch(self) -> Path:
        """Where the emulator unpacks functions; emptied at every start."""
        return self.path / "scratch"

    @property
    def emulator_log(self) -> Path:
        """What the emulator says beside the handlers' own logs."""
        return self.path / "emulator.log"

    @property
    def emulator_pid(self) -> Path:
        """The emulator's process id while it runs."""
        return self.path / "emulator.pid"

    @property
    def lock(self) -> Path:
        """Held by the one emulator that may use this folder."""
        return self.path / "emulator.lock"


def assemblies() -> Path:
    """Where synthesised stacks are kept, shared by all homes of this checkout."""
    return ROOT / ".foyer" / "assemblies"


def read_json(path: Path) -> Any:
    """The content of a JSON file, or None when it is missing or torn."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file at once or not at all, readable by its owner only: some hold the demo's passwords."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(value, indent=2) + "\n", "utf-8")
    draft.replace(path)
