"""Have a function's invocations take turns once a few of them run, where the emulator would start a process for each.

Lambda has a machine for every invocation that finds no free one. Here they share a few cores: a burst of cold starts
slows all handlers beyond their time limits, the emulator ends those and starts them anew, cold, and so it goes on.
An invocation's time starts with its turn. No function of ours waits for another one's answer, so nobody waits for ever.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc

AT_ONCE = (os.cpu_count() or 1) + 1
"""Invocations of one function that run side by side: all cores, and one that waits for a store."""

Execute = Callable[[dict[str, Any], Any, str], dict[str, Any]]


def take_turns() -> None:
    """Bound what runs side by side of each function that the emulator keeps warm."""
    lambda_svc._execute_function_warm = in_turns(lambda_svc._execute_function_warm, at_once=AT_ONCE)


def in_turns(execute: Execute, *, at_once: int) -> Execute:
    """The same, but of each function at most so many at once; the others wait."""
    places: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(at_once))
    door = threading.Lock()

    def executed(function: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        config = function.get("config") or function
        with door:
            place = places[config["FunctionName"]]
        with place:
            return execute(function, event, request_id)

    return executed
