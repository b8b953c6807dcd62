"""`make redrive STAGE=…`: bring dead letters back to life once what killed them is mended.

The relay's letters are pointers into a stream that forgets within a day, so the events that they stand for are read
from the table and handed to the relay again; whoever has them drops them by `seq`. The letters of the queues carry all
that they say, and go back to where they came from. `--dry-run` says what would be done and changes nothing.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operate.dead_letters import DeadLetters, Letter
from operate.deployment import OperatorError, outputs_of, stage_from_environment
from operate.replay import Invoke, Place, StoredEvent, deliver_again, events_within, relay_of
from operate.windows import NoPointerError, Window, window_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_QUEUES = (("timers", "TimersDeadLettersUrl", "TimersQueueUrl"), ("push", "PushDeadLettersUrl", "PushQueueUrl"))
# A little longer than the relay may take.
_RELAY_SECONDS = 70


@dataclass(kw_only=True)
class Report:
    """What was done, or would be, line by line; and what of it stays undone."""

    lines: list[str] = field(default_factory=list)
    left: int = 0

    def say(self, line: str) -> None:
        """Add a line."""
        self.lines.append(line)

    def leave(self, letter: Letter, *, because: str) -> None:
        """Note that a letter stays where it is."""
        self.left += 1
        self.say(f"  left: letter {letter.id}: {because}")


def redrive_relay(
    letters: DeadLetters, *, dynamodb: "DynamoDBClient", table: str, invoke: Invoke, dry_run: bool
) -> Report:
    """Deliver again what the relay's letters stand for, and delete those of which all was delivered."""
    report = Report()
    with letters.taken() as taken:
        windows: dict[str, Window] = {}
        for letter in taken:
            try:
                windows[letter.id] = window_of(letter.body)
            except NoPointerError as error:
                report.leave(letter, because=str(error))
        events = events_within(dynamodb, table=table, windows=list(windows.values()))
        found = {
            letter.id: [event for event in events if event.at in windows[letter.id]]
            for letter in taken
            if letter.id in windows
        }
        wanted = list({event.place: event for events in found.values() for event in events}.values())
        failed = {} if dry_run else deliver_again(wanted, invoke=invoke)
        report.lines[:0] = [_summary(taken, windows=windows, events=wanted, failed=failed, dry_run=dry_run)]
        for letter in taken:
            if letter.id in windows:
                _conclude(letter, letters=letters, events=found[letter.id], failed=failed, report=report, keep=dry_run)
    return report


def redrive_queue(name: str, letters: DeadLetters, *, to: str, dry_run: bool) -> Report:
    """Send a queue's letters back to it."""
    report = Report()
    with letters.taken() as taken:
        if not dry_run:
            for letter in taken:
                letters.move(letter, to=to)
        done = "would go" if dry_run else "went"
        report.say(f"{name}: {_count(len(taken), 'letter')} {done} back to the queue" if taken else _nothing(name))
    return report


def redrive(outputs: Mapping[str, str], *, dry_run: bool) -> list[Report]:
    """Go through all dead letters of the deployment that says this of itself."""
    sqs: SQSClient = boto3.client("sqs")
    relay = boto3.client("lambda", config=Config(read_timeout=_RELAY_SECONDS))
    reports = [
        redrive_relay(
            DeadLetters(sqs, url=outputs["RelayDeadLettersUrl"]),
            dynamodb=boto3.client("dynamodb"),
            table=outputs["ConversationsTable"],
            invoke=relay_of(relay, name=outputs["RelayFunction"]),
            dry_run=dry_run,
        )
    ]
    for name, dead, alive in _QUEUES:
        if dead in outputs:
            letters = DeadLetters(sqs, url=outputs[dead])
            reports.append(redrive_queue(name, letters, to=outputs[alive], dry_run=dry_run))
    return reports


def main() -> None:
    """Do it, say what was done, and exit with 1 if something stays."""
    parser = argparse.ArgumentParser(prog="operate.redrive", description="Bring dead letters back to life.")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing")
    dry_run: bool = parser.parse_args().dry_run
    try:
        stage = stage_from_environment(example="make redrive STAGE=prod")
        reports = redrive(outputs_of(stage, boto3.client("cloudformation")), dry_run=dry_run)
    except (OperatorError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    for report in reports:
        print("\n".join(report.lines))
    sys.exit(1 if any(report.left for report in reports) else 0)


def _conclude(
    letter: Letter,
    *,
    letters: DeadLetters,
    events: Sequence[StoredEvent],
    failed: Mapping[Place, str],
    report: Report,
    keep: bool,
) -> None:
    if not events:
        report.leave(letter, because="the table holds no event of its time")
        return
    missing = [event.place for event in events if event.place in failed]
    if missing:
        (room_id, seq), why = missing[0], failed[missing[0]]
        others = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        report.leave(letter, because=f"room {room_id}, event {seq}: {why}{others}")
    elif not keep:
        letters.delete(letter)


def _summary(
    taken: Sequence[Letter],
    *,
    windows: Mapping[str, Window],
    events: Sequence[StoredEvent],
    failed: Mapping[Place, str],
    dry_run: bool,
) -> str:
    if not taken:
        return _nothing("relay")
    said = f"relay: {_count(len(taken), 'letter')}"
    if windows:
        start = min(window.start for window in windows.values())
        end = max(window.end for window in windows.values())
        said += f" of {_time(start)} to {_time(end)} UTC"
    rooms = len({event.room_id for event in events})
    done = "would be delivered" if dry_run else "were delivered"
    return f"{said}: {_count(len(events) - len(failed), 'event')} of {_count(rooms, 'room')} {done} again"


def _nothing(name: str) -> str:
    return f"{name}: no dead letters"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).strftime("%Y-%m-%d %H:%M:%S")


if __name__ == "__main__":
    main()
