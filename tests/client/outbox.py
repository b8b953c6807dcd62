"""Commands that are not answered yet, kept where the end of the process does not reach them."""

import sqlite3
from pathlib import Path
from typing import Protocol

from tests.client.commands import Command


class Outbox(Protocol):
    """Holds commands in the order in which they were given, until each is answered."""

    def add(self, command: Command) -> None:
        """Keep a command; when this returns, it outlives the process. A `client_id` that is kept changes nothing."""
        ...

    def first(self, room_id: str) -> Command | None:
        """The oldest command of a room, the only one of that room that may be on its way."""
        ...

    def rooms(self) -> list[str]:
        """The rooms that have commands."""
        ...

    def answered(self, client_id: str) -> None:
        """Forget a command that was done, or refused for good."""
        ...

    def __len__(self) -> int:
        """How many commands are kept."""
        ...

    def close(self) -> None:
        """Let go of the file; nothing needs to be saved."""
        ...


class SqliteOutbox:
    """An outbox in one SQLite file; every change is a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        # The log ahead of the file survives a process that is killed; a phone that loses power is out of scope here.
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS commands (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " client_id TEXT NOT NULL UNIQUE, action TEXT NOT NULL, room_id TEXT NOT NULL, body TEXT NOT NULL)"
        )

    def add(self, command: Command) -> None:
        """Keep a command; when this returns, it outlives the process. A `client_id` that is kept changes nothing."""
        self._file.execute(
            "INSERT OR IGNORE INTO commands (client_id, action, room_id, body) VALUES (?, ?, ?, ?)",
            (command.client_id, command.action, command.room_id, command.body),
        )

    def first(self, room_id: str) -> Command | None:
        """The oldest command of a room, the only one of that room that may be on its way."""
        found = self._file.execute(
            "SELECT client_id, action, room_id, body FROM commands WHERE room_id = ? ORDER BY number LIMIT 1",
            (room_id,),
        ).fetchone()
        if found is None:
            return None
        client_id, action, room, body = found
        return Command(client_id=client_id, action=action, room_id=room, body=body)

    def rooms(self) -> list[str]:
        """The rooms that have commands."""
        return [room_id for (room_id,) in self._file.execute("SELECT DISTINCT room_id FROM commands")]

    def answered(self, client_id: str) -> None:
        """Forget a command that was done, or refused for good."""
        self._file.execute("DELETE FROM commands WHERE client_id = ?", (client_id,))

    def __len__(self) -> int:
        """How many commands are kept."""
        (count,) = self._file.execute("SELECT count(*) FROM commands").fetchone()
        return int(count)

    def close(self) -> None:
        """Let go of the file; nothing needs to be saved."""
        self._file.close()
