"""A running local deployment: the emulator, the stack in it, and the demo."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import deploy, logs, signin
from local.emulator import Emulator, LocalError, free_port, running_emulator
from local.home import ROOT, Home, write_json

_SEEDED = "/foyer/demo"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What one needs to know to use a local deployment.

    Attributes:
        api_url: The HTTP API, ending in /v1.
        socket_url: The WebSocket API.
        agents: The demo's agents: `{email, password, agent_id, departments}` each.
        outputs: All that the stack says of itself, as the template names it.
        emulator: What it runs in.
        home: Its folder.
    """

    api_url: str
    socket_url: str
    agents: list[dict[str, Any]]
    outputs: dict[str, str]
    emulator: Emulator
    home: Home

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which boto3 and tools speak to this deployment's emulator."""
        return self.emulator.environment

    def token(self, email: str) -> str:
        """A new access token of one of the demo's agents."""
        (agent,) = (agent for agent in self.agents if agent["email"] == email)
        return signin.access_token(
            url=self.emulator.url,
            client_id=self.outputs["UserPoolClientId"],
            email=email,
            password=agent["password"],
        )

    def client(self, service: str) -> Any:
        """A boto3 client of this deployment's emulator."""
        return deploy.client(self.emulator, service)


def bring_up(emulator: Emulator, *, home: Home, step: Callable[[str], None]) -> Stack:
    """Deploy what is not deployed yet, seed the demo once, and write down where everything is.

    Args:
        emulator: a running emulator.
        home: its home, where `local.json` is written.
        step: told, in a line for a person, before anything that takes a while.
    """
    deploy.bring_up_to_date(emulator, home=home, step=step)
    outputs = deploy.outputs(emulator)
    agents = _seeded_agents(emulator, outputs=outputs, step=step)
    stack = Stack(
        api_url=outputs["ApiUrl"],
        socket_url=outputs["SocketUrl"],
        agents=[
            {name: agent[name] for name in ("email", "password", "agent_id", "departments", "admin")}
            for agent in agents
        ],
        outputs=outputs,
        emulator=emulator,
        home=home,
    )
    write_json(home.outputs, {"url": emulator.url, **outputs})
    write_json(home.facts, {"api_url": stack.api_url, "socket_url": stack.socket_url, "agents": stack.agents})
    return stack


@contextmanager
def fresh_stack() -> Iterator[Stack]:
    """A deployment of its own for tests: an empty emulator on a free port, the stack, the demo.

    What its handlers logged, as `make run` would show it, is in `handlers.log` in its home until it ends.
    """
    with tempfile.TemporaryDirectory(prefix="foyer-") as folder:
        home = Home(path=Path(folder))
        with (home.path / "handlers.log").open("w", buffering=1, encoding="utf-8") as log:

            def note(report: str) -> None:
                log.writelines(f"{line}\n" for line in logs.lines(report, colours=False, verbose=True))

            with running_emulator(home=home, port=free_port(), on_output=note) as emulator:
                yield bring_up(emulator, home=home, step=lambda _line: None)


def _seeded_agents(emulator: Emulator, *, outputs: dict[str, str], step: Callable[[str], None]) -> list[dict[str, Any]]:
    parameters = deploy.client(emulator, "ssm")
    try:
        noted: dict[str, Any] = json.loads(parameters.get_parameter(Name=_SEEDED)["Parameter"]["Value"])
    except ClientError:
        noted = {}
    # Another user pool or table, because the stack was made anew, holds nothing yet.
    place = [outputs["UserPoolId"], outputs["DirectoryTable"]]
    if noted.get("place") != place:
        step("Seeding the demo")
        noted = {"place": place, "agents": _seed(emulator, outputs=outputs)}
        parameters.put_parameter(Name=_SEEDED, Value=json.dumps(noted), Type="String", Overwrite=True)
    agents: list[dict[str, Any]] = noted["agents"]
    return agents


def _seed(emulator: Emulator, *, outputs: dict[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "local.seed"],
        cwd=ROOT,
        env=emulator.environment | {"PYTHONPATH": str(ROOT / "layers" / "foyer" / "python")},
        input=json.dumps(outputs),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LocalError(f"The demo could not be seeded:\n{done.stderr.strip()}")
    return json.loads(done.stdout)
