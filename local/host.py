"""The emulator's process: `python -m local.host`, started and ended by `local.emulator`.

It serves the emulator on loopback, keeps its state by `local.persistence` and reports every invocation of a function
as one JSON line on its standard output. It ends, saving first, on SIGTERM, and when its standard input closes: so it
does not outlive whoever started it, however that one ended.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator
from ministack.core import lambda_runtime

from local.layer_cache import share_unpacked_layers
from local.persistence import Keeper, StateFile
from local.turns import take_turns

STATE_FILE = "FOYER_STATE_FILE"


def main() -> None:
    """Serve until told to stop."""
    if os.environ.get("VERBOSE") != "1":
        # Its own logger would print every handler's output a second time.
        emulator.logger.setLevel("WARNING")
    _report_invocations(ended=_let_invocations_finish())
    _answer_promptly()
    take_turns()
    share_unpacked_layers(Path(os.environ["TMPDIR"]) / "layers")
    asyncio.run(_serve(state_file=Path(os.environ[STATE_FILE]), port=int(os.environ["GATEWAY_PORT"])))


async def _serve(*, state_file: Path, port: int) -> None:
    keeper = Keeper(StateFile(state_file), port=port)
    keeper.attach()
    loop = asyncio.get_running_loop()
    stopping, restored = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    threading.Thread(target=_stop_at_end_of_input, args=(loop, stopping), daemon=True).start()

    async def save() -> None:
        # Before the state is restored there is nothing to save but its absence.
        await restored.wait()
        await keeper.save_regularly(until=stopping)

    saving = asyncio.create_task(save())

    async def stopped() -> None:
        await stopping.wait()
        restored.set()
        await saving

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    # Sockets of visitors and agents stay open for hours: nobody waits for them at the end.
    config.graceful_timeout = 0.5
    config.loglevel = "WARNING"
    await serve(_watched(keeper, restored), config, shutdown_trigger=stopped)


def _watched(keeper: Keeper, restored: asyncio.Event) -> Any:
    """The emulator's application, told of every request and of the end of its start."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def sending(message: dict[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                restored.set()

        if scope["type"] == "http":
            headers = dict(scope["headers"])
            keeper.noticed_request(path=scope["path"], target=headers.get(b"x-amz-target", b"").decode("latin-1"))
        await emulator.app(scope, receive, sending if scope["type"] == "lifespan" else send)

    return application


def _stop_at_end_of_input(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    # Not sys.stdin: its lock, held by a thread that waits, would hang the interpreter's end.
    while os.read(0, 4096):
        pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(stopping.set)


def _let_invocations_finish() -> Callable[[Any], None]:
    """Have new code wait for a worker's invocation, as on AWS; the emulator would end the worker in the midst of it.

    Returns:
        what is to be called with a worker after each of its invocations.
    """
    kill = lambda_runtime.kill_workers
    outdated: set[Any] = set()

    def kill_idle(workers: list[Any]) -> None:
        with lambda_runtime._lock:
            busy = {worker for worker in workers if worker.in_use or worker._lock.locked()}
            outdated.update(busy)
        kill([worker for worker in workers if worker not in busy])

    def ended(worker: Any) -> None:
        if worker in outdated:
            outdated.discard(worker)
            kill([worker])

    lambda_runtime.kill_workers = kill_idle
    return ended


def _report_invocations(*, ended: Callable[[Any], None]) -> None:
    """Have every invocation reported, whoever asked for it: an API, a socket, a stream, a queue."""
    invoke = lambda_runtime.Worker.invoke
    output = threading.Lock()

    def reported(worker: Any, event: Any, request_id: str, **context: Any) -> Any:
        started = time.monotonic()
        result: dict[str, Any] = {}
        try:
            result = invoke(worker, event, request_id, **context)
        except Exception as error:
            result = {"status": "error", "error": str(error)}
            # The emulator discards the worker next: nothing of it is busy any more.
            worker.in_use = False
            raise
        finally:
            ended(worker)
            variables = worker.config.get("Environment", {}).get("Variables", {})
            # An exception that the handler did not catch comes with a trace beside what it logged.
            said = [result.get("log"), result.get("trace")]
            record = {
                "at": time.time(),
                "function": variables.get("POWERTOOLS_SERVICE_NAME") or worker.func_name,
                "request_id": request_id,
                "milliseconds": round((time.monotonic() - started) * 1000),
                "error": result.get("error") if result.get("status") != "ok" else None,
                "lines": [line for text in said if text for line in text.splitlines()],
            }
            # The reader may be gone already; the invocation must not fail for that.
            with output, contextlib.suppress(OSError):
                sys.stdout.write(json.dumps(record) + "\n")
                sys.stdout.flush()
        return result

    lambda_runtime.Worker.invoke = reported


def _answer_promptly() -> None:
    """Spare every invocation that logs nothing the 50 ms in which the emulator waits for its first line.

    A handler's lines are in the pipe before its answer is, so there is only the reading thread to wait for.
    """
    drain = lambda_runtime.Worker._drain_stderr_bounded
    lambda_runtime.Worker._drain_stderr_bounded = lambda worker: drain(worker, first_line_wait=0.008)


if __name__ == "__main__":
    main()
