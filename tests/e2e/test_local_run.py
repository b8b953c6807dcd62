"""`make run`, as a person at a console meets it: a process, a screen, a folder, Ctrl-C."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from local import assembly
from local.emulator import client_environment, free_port
from local.home import ROOT

_ITEM = {"pk": {"S": "PROBE"}, "sk": {"S": "EVENT#1"}, "text": {"S": "kept?"}}
_PATIENCE = 90.0


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A copy of the sources that a test may change, with a deployment's folder of its own."""

    path: Path

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FOYER_", "PYTEST"))}
        return inherited | {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.path / ".foyer" / "local.json").read_text())
        return facts

    @property
    def emulator_pid(self) -> int:
        return int((self.path / ".foyer" / "emulator.pid").read_text())


@dataclass(frozen=True, kw_only=True)
class Run:
    """A started `make run`."""

    process: subprocess.Popen[bytes]
    screen: Path

    def shows(self, text: str) -> bool:
        return text in self.screen.read_text("utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The sources copied, the installed packages and the synthesised stack of this checkout reused."""
    assembly.synthesise()
    path = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("functions", "infra", "layers", "local", "operate", ".foyer/assemblies"):
        shutil.copytree(ROOT / name, path / name, ignore=ignored)
    for name in ("app.py", "cdk.json", "package.json", "package-lock.json", "pyproject.toml", "requirements.txt"):
        shutil.copy2(ROOT / name, path / name)
    for name in (".venv", "node_modules"):
        (path / name).symlink_to(ROOT / name)
    return Checkout(path=path)


@contextmanager
def _run(checkout: Checkout, *, port: int) -> Iterator[Run]:
    screen = checkout.path / "screen.txt"
    with screen.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.run"],
            cwd=checkout.path,
            env=checkout.environment | {"PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
            # As a console does for a job in the foreground; and so no signal of the test reaches the test.
            start_new_session=True,
        )
    run = Run(process=process, screen=screen)
    try:
        _until(lambda: run.shows("Foyer is up") or process.poll() is not None)
        assert process.poll() is None, screen.read_text("utf-8")
        yield run
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _token(checkout: Checkout, *, email: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.token"],
        cwd=checkout.path,
        env=checkout.environment | {"EMAIL": email},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _conversations(*, url: str, table: str) -> Iterator[Callable[[str, dict[str, Any]], dict[str, Any]]]:
    environment = client_environment(url=url)
    client = boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    with closing(client):

        def call(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = getattr(client, operation)(TableName=table, **parameters)
            return answer

        yield call


def _answer(url: str) -> str:
    # Between two versions of a function the emulator may refuse a request.
    with suppress(httpx.HTTPError):
        return httpx.get(url, timeout=20).text
    return ""


def test_a_run_says_where_it_is_follows_the_sources_and_leaves_nothing_behind(checkout: Checkout) -> None:
    port = free_port()
    with _run(checkout, port=port) as run:
        facts = checkout.facts
        assert facts["api_url"].startswith(f"http://127.0.0.1:{port}/")
        assert facts["api_url"].endswith("/v1")
        assert facts["socket_url"].startswith(f"ws://127.0.0.1:{port}/")
        assert len(facts["agents"]) >= 3
        assert sum("general" in agent["departments"] for agent in facts["agents"]) == 2
        assert all(agent["agent_id"] and agent["password"] for agent in facts["agents"])

        signed_in = _token(checkout, email=facts["agents"][0]["email"])
        assert signed_in.returncode == 0, signed_in.stderr
        assert [len(line.split(".")) for line in signed_in.stdout.splitlines()] == [3]
        stranger = _token(checkout, email="nobody@foyer.test")
        assert (stranger.returncode, stranger.stdout) == (1, "")
        assert "ada@foyer.test" in stranger.stderr

        shared = checkout.path / "layers" / "foyer" / "python" / "foyer" / "probe.py"
        shared.write_text("WORD = 'shared'\n")
        handler = checkout.path / "functions" / "visitor_api" / "handler.py"
        handler.write_text(
            "from foyer.probe import WORD\n\n\n"
            "def handler(event: dict, context: object) -> dict:\n"
            "    print('a printed line')\n"
            '    print(\'{"level": "WARNING", "message": "a logged line", "room_id": "r1"}\')\n'
            "    return {'statusCode': 200, 'body': WORD + ' and own'}\n"
        )
        _until(lambda: _answer(f"{facts['api_url']}/config") == "shared and own")
        _until(lambda: run.shows("WARNING a logged line room_id=r1"))
        assert run.shows("a printed line")
        shared.write_text("WORD = 'changed'\n")
        _until(lambda: _answer(f"{facts['api_url']}/config") == "changed and own")

        emulator = checkout.emulator_pid
        assert _alive(emulator)
        os.killpg(run.process.pid, signal.SIGINT)
        assert run.process.wait(30) == 0
        # What has ended may still have to be reaped by the system.
        _until(lambda: not _alive(emulator) and not _alive(run.process.pid))
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_data_survives_a_kill_and_moves_with_the_port(checkout: Checkout) -> None:
    relay = checkout.path / "functions" / "room_relay" / "handler.py"
    relay.write_text("def handler(event: dict, context: object) -> dict:\n    raise RuntimeError('not today')\n")
    with _run(checkout, port=free_port()) as run:
        stack = json.loads((checkout.path / ".foyer" / "stack.json").read_text())
        with _conversations(url=stack["url"], table=stack["ConversationsTable"]) as table:
            table("put_item", {"Item": _ITEM})
        _until(lambda: run.shows("the handler failed: not today"))
        time.sleep(2)
        os.kill(run.process.pid, signal.SIGKILL)
        os.killpg(checkout.emulator_pid, signal.SIGKILL)
        run.process.wait()

    relay.write_text(
        "def handler(event: dict, context: object) -> dict:\n"
        "    print('relayed', [record['dynamodb']['Keys']['sk']['S'] for record in event['Records']])\n"
        "    return {'batchItemFailures': []}\n"
    )
    with _run(checkout, port=free_port()) as run:
        assert not run.shows("Deploying")
        moved = json.loads((checkout.path / ".foyer" / "stack.json").read_text())
        assert moved["url"] != stack["url"]
        assert {name: value for name, value in moved.items() if "127.0.0.1" not in value} == {
            name: value for name, value in stack.items() if "127.0.0.1" not in value
        }
        with _conversations(url=moved["url"], table=moved["ConversationsTable"]) as table:
            assert table("get_item", {"Key": {"pk": _ITEM["pk"], "sk": _ITEM["sk"]}})["Item"] == _ITEM
            _until(lambda: run.shows("relayed ['EVENT#1']"))
            table("put_item", {"Item": _ITEM | {"sk": {"S": "EVENT#2"}}})
            _until(lambda: run.shows("relayed ['EVENT#2']"))
        assert _token(checkout, email="ben@foyer.test").returncode == 0


def test_an_emulator_whose_starter_was_killed_saves_and_ends(checkout: Checkout) -> None:
    with _run(checkout, port=free_port()) as run:
        emulator = checkout.emulator_pid
        os.kill(run.process.pid, signal.SIGKILL)
        run.process.wait()
        _until(lambda: not _alive(emulator))


def test_a_taken_port_is_said_in_a_sentence(checkout: Checkout) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "local.run"],
            cwd=checkout.path,
            env=checkout.environment | {"PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr
