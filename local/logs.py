"""Handlers' logs as lines for a person: `17:36:09 agent_api INFO  room opened  room_id=… · 1a2b3c4d`."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

# What a line shows elsewhere, or what says nothing on one machine.
_KNOWN_FIELDS = frozenset(
    {
        *("level", "message", "timestamp", "service", "location", "function_name", "function_arn", "sampling_rate"),
        *("function_memory_size", "function_request_id", "cold_start", "xray_trace_id", "correlation_id"),
        *("exception", "exception_name", "stack_trace"),
    }
)
_COLOURS = {"DEBUG": "2", "INFO": "36", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}
_SERVICE_WIDTH = 17


def coloured(*, output: Any = sys.stdout) -> bool:
    """Whether this output wants colours; NO_COLOR and FORCE_COLOR decide before the kind of the output does."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or bool(output.isatty())


def lines(report: str, *, colours: bool, verbose: bool = False) -> Iterator[str]:
    """The lines to show for one report of `local.host`: what the handler logged and printed, and how it failed.

    Args:
        report: one line of the emulator's output; anything but a report is shown when verbose.
        colours: whether to use terminal colours.
        verbose: show also metrics and invocations that logged nothing.
    """
    record = _object(report)
    if record is None or "request_id" not in record:
        if verbose and report.strip():
            yield report
        return
    context = _Context(record, colours=colours)
    for text in record["lines"]:
        entry = _object(text)
        if entry is None:
            yield context.line(level="", message=text)
        elif "level" in entry and "message" in entry:
            yield from _entry(entry, context)
        elif verbose or "_aws" not in entry:
            yield context.line(level="", message=text)
    if record["error"] is not None:
        yield context.line(level="ERROR", message=f"the handler failed: {record['error']}")
    elif verbose:
        yield context.line(level="DEBUG", message=f"done in {record['milliseconds']} ms")


class _Context:
    """What the lines of one invocation have in common."""

    def __init__(self, record: Mapping[str, Any], *, colours: bool) -> None:
        self._at = datetime.fromtimestamp(record["at"], UTC).astimezone()
        self._function = str(record["function"])
        self._request = str(record["request_id"])[:8]
        self._colours = colours

    def line(self, *, level: str, message: str, at: datetime | None = None) -> str:
        """One line."""
        time = f"{(at or self._at).astimezone():%H:%M:%S}"
        shown_level = self._paint(f"{level:<7}", _COLOURS.get(level, ""))
        head = f"{self._paint(time, '2')} {self._function:<{_SERVICE_WIDTH}} {shown_level}"
        return f"{head} {message} {self._paint('· ' + self._request, '2')}"

    def below(self, text: str) -> str:
        """A line that belongs to the one above."""
        return f"         {self._paint(text, '31')}"

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours and colour else text


def _entry(entry: Mapping[str, Any], context: _Context) -> Iterator[str]:
    message = entry["message"] if isinstance(entry["message"], str) else json.dumps(entry["message"])
    fields = [f"{name}={_short(value)}" for name, value in entry.items() if name not in _KNOWN_FIELDS]
    yield context.line(
        level=str(entry["level"]), message=" ".join([message, *fields]), at=_time(entry.get("timestamp"))
    )
    for text in str(entry.get("exception") or "").splitlines():
        yield context.below(text)


def _time(timestamp: object) -> datetime | None:
    """Powertools writes `2026-11-22 17:36:09,123+0000`."""
    try:
        return datetime.strptime(str(timestamp), "%Y-%m-%d %H:%M:%S,%f%z")
    except ValueError:
        return None


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
