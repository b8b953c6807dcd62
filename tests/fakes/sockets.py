"""Sockets that keep what was posted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from foyer.ports import GoneError


@dataclass(slots=True)
class RecordingSockets:
    """`foyer.ports.Sockets` that delivers to lists.

    Attributes:
        posted: What was posted, as (connection id, frame) in order. A frame is what its JSON reads as, so one that
            cannot be sent fails here too.
        gone: Connections that are closed: posting to one raises `GoneError`.
    """

    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        """Keeps the frame, unless the connection is gone."""
        received = json.loads(json.dumps(frame))
        with self._lock:
            if connection_id in self.gone:
                raise GoneError
            self.posted.append((connection_id, received))

    def is_open(self, connection_id: str) -> bool:
        """Whether it is not among the gone."""
        with self._lock:
            return connection_id not in self.gone

    def frames(self, connection_id: str, type_: str | None = None) -> list[dict[str, Any]]:
        """What a connection was sent, in order; only frames of this type, if one is given."""
        with self._lock:
            return [
                frame
                for receiver, frame in self.posted
                if receiver == connection_id and type_ in {None, frame.get("type")}
            ]

    def clear(self) -> None:
        """Forgets what was posted."""
        with self._lock:
            self.posted.clear()
