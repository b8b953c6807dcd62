"""The outbox outlives whoever wrote into it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.commands import Command
from tests.client.outbox import SqliteOutbox


def _command(client_id: str, room_id: str = "room", body: str = "{}") -> Command:
    return Command(client_id=client_id, action="message.send", room_id=room_id, body=body)


def test_commands_of_a_room_come_in_the_order_given_one_after_the_other(tmp_path: Path) -> None:
    outbox = SqliteOutbox(tmp_path / "outbox")
    for client_id in ("b", "a", "c"):
        outbox.add(_command(client_id))
    outbox.add(_command("d", room_id="other"))

    seen = []
    while command := outbox.first("room"):
        assert outbox.first("room") == command, "it stays the first until it is answered"
        seen.append(command.client_id)
        outbox.answered(command.client_id)

    assert seen == ["b", "a", "c"]
    assert (outbox.rooms(), len(outbox)) == (["other"], 1)
    outbox.close()


def test_a_body_is_kept_to_the_character(tmp_path: Path) -> None:
    body = '{"text":  "Grüße 👋\\u0000",\n "after": 7, "b": 1, "a": 2}'
    outbox = SqliteOutbox(tmp_path / "outbox")
    outbox.add(_command("a", body=body))
    outbox.close()

    again = SqliteOutbox(tmp_path / "outbox")

    assert again.first("room") == _command("a", body=body)
    again.close()


def test_the_same_command_given_twice_is_kept_once_as_it_was_first(tmp_path: Path) -> None:
    outbox = SqliteOutbox(tmp_path / "outbox")
    outbox.add(_command("a", body="1"))
    outbox.add(_command("a", body="2"))

    assert (len(outbox), outbox.first("room")) == (1, _command("a", body="1"))
    outbox.close()


def test_an_answer_that_comes_twice_forgets_nothing_else(tmp_path: Path) -> None:
    outbox = SqliteOutbox(tmp_path / "outbox")
    outbox.add(_command("a"))
    outbox.answered("a")
    outbox.add(_command("b"))

    outbox.answered("a")

    assert outbox.first("room") == _command("b")
    outbox.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that nobody can catch")
def test_what_was_added_is_there_after_the_process_was_killed(tmp_path: Path) -> None:
    script = (
        "import sys, os, signal; from pathlib import Path\n"
        "from tests.client.commands import Command; from tests.client.outbox import SqliteOutbox\n"
        "outbox = SqliteOutbox(Path(sys.argv[1]))\n"
        "for name in 'abc': outbox.add(Command(client_id=name, action='message.send', room_id='room', body='{}'))\n"
        "outbox.answered('a')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(  # noqa: S603 - our own few lines
        [sys.executable, "-c", script, str(tmp_path / "outbox")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL

    outbox = SqliteOutbox(tmp_path / "outbox")

    assert (len(outbox), outbox.first("room")) == (2, _command("b"))
    outbox.close()
