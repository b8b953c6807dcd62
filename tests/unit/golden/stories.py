"""The logs behind the golden files: every type of event, with every shape of its data.

`python -m tests.unit.golden.stories` writes `events-v<EVENT_FORMAT>.json` (run it with `layers/foyer/python` on
`PYTHONPATH`). It only ever adds the file of a format that has none: what was written once is what some deployment has
stored, so it is never rewritten. To extend:

* a new format: raise `EVENT_FORMAT`, run this, commit the new file beside the old ones;
* a new type or shape within the format: tell it in a new story here and append what `told` makes of it by hand;
* `evolve` computes a room differently (`FOLD_VERSION` rises): correct the `room`s in the files, never the `events`.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from foyer.domain.events import EVENT_FORMAT
from tests.unit.rooms import Story

FOLDER = Path(__file__).parent


def stories() -> dict[str, Story]:
    """Each story by what it is about."""
    return {
        "answered, written in, noted, rated and closed by the last agent": _answered(),
        "held, invited, declined and handed from agent to agent": _handed(),
        "nobody there, then offered anew and closed by the system": _unattended(),
        "handed to a department, left waiting and closed by the visitor": _left(),
    }


def told(story: Story) -> dict[str, Any]:
    """A story as the files keep it: its events as they are stored, and the room they make."""
    kept: dict[str, Any] = json.loads(
        json.dumps({"events": [asdict(event) for event in story.log], "room": asdict(story.room)})
    )
    return kept


def _answered() -> Story:
    story = Story(text="Do you have these in 43?")
    story.accept("ben")
    story.say("ben", "Let me look", canned_response_id="canned-1")
    story.note("ben", "43 is in the back")
    story.say("vera", "Thank you")
    story.rate(score=5, comment="Quick")
    story.close("ben")
    story.close("ben")
    return story


def _handed() -> Story:
    story = Story(text=None)
    story.decline("ada")
    story.accept("ben", hold=True)
    story.say("vera", "Hello?")
    story.invite("ben", "dan")
    story.decline("dan", offer=5)
    story.invite("ben", "dan")
    story.accept("dan")
    story.transfer("ben", agent="cleo")
    story.accept("cleo", offer=9)
    story.close("dan")
    return story


def _unattended() -> Story:
    story = Story(department="sales", text="x" * 200)
    story.unattended("offline")
    story.unattended("timeout")
    story.decline("cleo")
    story.decline("dan")
    story.unattended("declined")
    story.say("vera", "Anyone?")
    story.rate(score=1)
    story.close("system", "expired")
    return story


def _left() -> Story:
    story = Story()
    story.accept("dan")
    story.transfer("dan", department="sales")
    story.close("dan")
    story.transfer("ada", department="general")
    story.close("vera")
    return story


def main() -> int:
    """Writes the present format's file, once."""
    path = FOLDER / f"events-v{EVENT_FORMAT}.json"
    if path.exists():
        sys.stderr.write(f"{path.name} is written already and stays as it is\n")
        return 1
    text = json.dumps({about: told(story) for about, story in stories().items()}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
