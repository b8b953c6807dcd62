"""A burst of invocations must not start a process for each: the emulator's handlers share a few cores."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.turns import in_turns


def test_of_each_function_only_so_many_invocations_run_at_once_and_all_are_answered() -> None:
    running, most, change = Counter[str](), Counter[str](), threading.Condition()

    def execute(function: dict[str, Any], _event: Any, request_id: str) -> dict[str, Any]:
        name = function["config"]["FunctionName"]
        with change:
            running[name] += 1
            most[name] = max(most[name], running[name])
            change.notify_all()
            # Together they fill every place of both functions; nobody leaves before.
            change.wait_for(lambda: most == Counter(one=2, other=2), timeout=5)
            running[name] -= 1
        return {"body": request_id}

    invoke = in_turns(execute, at_once=2)
    with ThreadPoolExecutor(12) as threads:
        answers = list(
            threads.map(lambda number: invoke({"config": {"FunctionName": _name(number)}}, {}, str(number)), range(12))
        )

    assert most == Counter(one=2, other=2)
    assert [answer["body"] for answer in answers] == [str(number) for number in range(12)]


def test_an_invocation_that_fails_makes_room_for_the_next() -> None:
    def execute(_function: dict[str, Any], event: Any, _request_id: str) -> dict[str, Any]:
        if event is None:
            raise ValueError
        return {"body": event}

    invoke = in_turns(execute, at_once=1)
    for _attempt in range(2):
        try:
            invoke({"FunctionName": "one"}, None, "1")
        except ValueError:
            continue
    assert invoke({"FunctionName": "one"}, "done", "2") == {"body": "done"}


def _name(number: int) -> str:
    return "one" if number % 2 else "other"
