"""The chat that the README plays is played here, word for word, so that it stays true."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("e2e")


def chat() -> str:
    """The README's Bash, less its prose."""
    _, _, section = (ROOT / "README.md").read_text().partition("## Play a chat")
    section, _, _ = section.partition("\n## ")
    return "\n".join(re.findall(r"```bash\n(.*?)```", section, re.DOTALL))


def test_the_readmes_chat_can_be_played(stack: Stack, tmp_path: Path) -> None:
    """Ada hears the room ring, answers, and hears it close; Vera reads the log."""
    script = f"set -euo pipefail\n{chat()}\nwait\ncp \"$PHONE/hears\" '{tmp_path}/hears'\n"
    done = subprocess.run(  # noqa: S603 - our own script
        ["bash", "-c", script],  # noqa: S607 - whichever bash a reader has
        cwd=ROOT,
        env={**os.environ, "FOYER_HOME": str(stack.home.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    events = next(json.loads(line) for line in done.stdout.replace("}{", "}\n{").splitlines() if '"events"' in line)
    assert [(event["seq"], event["type"]) for event in events["events"]] == [
        (1, "room.opened"),
        (2, "message.sent"),
        (3, "room.accepted"),
        (4, "message.sent"),
    ]
    assert events["events"][3]["data"]["text"] == "We do, Vera."
    heard = (tmp_path / "hears").read_text()
    assert heard.index("room.changed") < heard.index('"status":201') < heard.index("room.closed")
