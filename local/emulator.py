"""Start and end the AWS emulator, a process on loopback that runs the deployed stack."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from local.home import ROOT, Home

REGION = "us-east-1"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_LEFTOVER_SECONDS = 2.0


class LocalError(Exception):
    """Something that the person at the console can put right; the message says how."""


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """A started emulator."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """Its process, which leads a process group of its own."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    @property
    def url(self) -> str:
        """Where all services answer."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which an AWS client or the CDK speaks to this emulator and to nobody else."""
        return client_environment(url=self.url)


def client_environment(*, url: str) -> dict[str, str]:
    """An environment without a trace of the person's own AWS configuration, pointed at an emulator."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return kept | {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_emulator(
    *, home: Home, port: int, on_output: Callable[[str], None], verbose: bool = False
) -> Iterator[Emulator]:
    """Run an emulator on the home's data; it is stopped, with all that it started, at the end.

    Args:
        home: whose data it serves; one emulator at a time.
        port: where it listens, on loopback only.
        on_output: gets each line that reports an invocation, on a thread of its own.
        verbose: show the emulator's own log on the console instead of keeping it in a file.

    Raises:
        LocalError: the port is taken, the home is in use, or the emulator did not start.
    """
    with _only_one(home) as lock:
        _check_port(port)
        rmtree(home.scratch, ignore_errors=True)
        home.scratch.mkdir(parents=True)
        with home.emulator_log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "local.host"],
                cwd=ROOT,
                env=_host_environment(home=home, port=port, verbose=verbose),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if verbose else log,
                pass_fds=[lock],
                # A group of its own: Ctrl-C reaches us alone, and we end the emulator when its work is done.
                start_new_session=True,
            )
        try:
            home.emulator_pid.write_text(f"{process.pid}\n", "utf-8")
            reader = threading.Thread(target=_read_lines, args=(process, on_output), daemon=True)
            reader.start()
            _await_start(process=process, port=port, log=home.emulator_log)
            yield Emulator(port=port, process=process)
        finally:
            _stop(process)
            home.emulator_pid.unlink(missing_ok=True)
            rmtree(home.scratch, ignore_errors=True)


def _host_environment(*, home: Home, port: int, verbose: bool) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CDK_", "MINISTACK_", "LAMBDA_", "PYTHON"))
    }
    return inherited | {
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home.state / "s3"),
        "FOYER_STATE_FILE": str(home.state / "state.sqlite"),
        "TMPDIR": str(home.scratch),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # No container runtime is looked for, even where there is one: handlers run on this interpreter.
        "DOCKER_HOST": f"unix://{home.scratch / 'no-docker.sock'}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "LOG_LEVEL": "INFO" if verbose else "WARNING",
        "PYTHONUNBUFFERED": "1",
    }


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"Port {port} is taken. Stop what listens there, or choose another: make run PORT={port + 1}"
            raise LocalError(message) from error


@contextmanager
def _only_one(home: Home) -> Iterator[int]:
    """Hold the home. The emulator is given the lock too, so it stays held while one outlives a killed starter."""
    home.path.mkdir(parents=True, exist_ok=True)
    with home.lock.open("w") as lock:
        deadline = time.monotonic() + _STOP_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > deadline:
                    message = f"Another run uses {home.path}. Stop it, or set FOYER_HOME to another folder."
                    raise LocalError(message) from None
                time.sleep(0.1)
            else:
                yield lock.fileno()
                return


def _await_start(*, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, urllib.error.URLError), opener.open(f"http://127.0.0.1:{port}/_ministack/health"):
            return
        time.sleep(0.05)
    said = log.read_text("utf-8", errors="replace").strip().splitlines()[-15:]
    raise LocalError("\n".join(["The emulator did not start. It said last:", *said]))


def _read_lines(process: subprocess.Popen[bytes], on_output: Callable[[str], None]) -> None:
    if process.stdout is not None:
        for line in process.stdout:
            on_output(line.decode("utf-8", errors="replace").rstrip("\n"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let the emulator save and end; then end what may be left of its group: handlers in the middle of their work."""
    with suppress(OSError):
        process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    with suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.02)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
