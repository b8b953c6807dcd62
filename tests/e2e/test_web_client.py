"""The web's client, built as it is published, plays a chat through both doors of the deployment."""

import json
import os
import subprocess
from pathlib import Path

from local.home import ROOT
from tests.e2e.team import Team

CLIENT = ROOT / "web" / "client"
PATIENCE = 120.0


def test_the_built_client_plays_a_chat_with_a_tunnel_and_a_reload_in_it(team: Team, tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603 - our own pinned tool
        [ROOT / "node_modules/.bin/tsc", "-p", CLIENT / "tsconfig.build.json", "--outDir", tmp_path], check=True
    )
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    team.ben.be("offline")

    api_url = str(team.api.base_url).rstrip("/")
    played = subprocess.run(  # noqa: S603 - our own script
        ["node", CLIENT / "tests/e2e/chat.mjs", tmp_path / "index.js", api_url],  # noqa: S607 - whichever is installed
        env=os.environ | {"FOYER_TOKEN": team.ada.token},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert played.returncode == 0, played.stderr
    shown = json.loads(played.stdout)
    stored = team.ada.get(f"/rooms/{shown['room_id']}/events", after=0, limit=100)["events"]
    assert shown["events"] == stored
    assert [one["data"]["text"] for one in stored if one["type"] == "message.sent"].count("Written in a tunnel") == 1
