"""Each test of the suite runs on every backend."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foyer.ports import DirectoryStore, LiveStore, PushLedger, RoomStore, VisitorStore
from tests.contract.backends import EMULATOR, MOTO, Backend, DynamoBackend, in_memory, on_dynamodb, on_moto
from tests.tables import empty_tables

START_SECONDS = 30
MANY_ITEMS = 40


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator on a port of its own, ended with the session."""
    folder = tmp_path_factory.mktemp("emulator")
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MINISTACK_", "LAMBDA_"))}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=folder,
            env=kept
            | {
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(port),
                "SFTP_ENABLED": "0",
                "IOT_MTLS_ENABLED": "0",
                "PERSIST_STATE": "0",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url, process, folder / "log")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# A module's tests run one backend after the other, and pynamodb's models, bound for the whole process, change hands
# between them. Tests share the tables of their module: they use ids that no other test has.
@pytest.fixture(scope="module", params=["memory", MOTO, EMULATOR])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """The stores under test, once for each backend."""
    yield from _backend(request)


@pytest.fixture(scope="module", params=[MOTO, EMULATOR])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """The stores on those backends whose items can be looked at."""
    yield from _backend(request)


@pytest.fixture(autouse=True)
def small_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empties moto's tables once they hold a lot: it copies them whole for every transaction."""
    yield
    for name in {"backend", "dynamodb"}.intersection(request.fixturenames):
        backend = request.getfixturevalue(name)
        if isinstance(backend, DynamoBackend) and backend.name == "moto":
            described = backend.client.describe_table(TableName=backend.tables.conversations)
            if described["Table"]["ItemCount"] > MANY_ITEMS:
                empty_tables(backend.client, backend.tables)


def _backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    opened: dict[str, Callable[[], Iterator[Backend]]] = {
        "memory": in_memory,
        "moto": on_moto,
        "emulator": lambda: on_dynamodb("emulator", host=request.getfixturevalue("emulator")),
    }
    yield from opened[request.param]()


@pytest.fixture(scope="module")
def rooms(backend: Backend) -> RoomStore:
    """The store of rooms under test."""
    return backend.rooms


@pytest.fixture(scope="module")
def visitors(backend: Backend) -> VisitorStore:
    """The store of visitors under test."""
    return backend.visitors


@pytest.fixture(scope="module")
def live(backend: Backend) -> LiveStore:
    """The live store under test."""
    return backend.live


@pytest.fixture(scope="module")
def directory(backend: Backend) -> DirectoryStore:
    """The directory under test."""
    return backend.directory


@pytest.fixture(scope="module")
def ledger(backend: Backend) -> PushLedger:
    """The ledger of pushes under test."""
    return backend.ledger


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(f"{url}/_ministack/health", timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    pytest.fail("the emulator did not start: " + log.read_text("utf-8", errors="replace")[-2_000:])
