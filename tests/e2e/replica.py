"""What a careful client keeps: the contract's rules for frames and `/sync`, and nothing cleverer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.e2e.driver import Agent, Json


@dataclass(kw_only=True)
class Replica:
    """An agent's inbox and logs on one device.

    Attributes:
        rooms: Summaries of the inbox by id.
        logs: Events by room and `seq`; gaps are possible, for frames may be lost.
        removed: By room, the `seq` up to which summaries are stale.
    """

    rooms: dict[str, Json] = field(default_factory=dict)
    logs: dict[str, dict[int, Json]] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    def hear(self, frame: Mapping[str, Json]) -> None:
        """Apply a frame; one that is known, or not understood, changes nothing."""
        match frame["type"]:
            case "room.event":
                self._event(frame["room_id"], frame["event"])
                self._summary(frame["room"])
            case "room.changed":
                self._summary(frame["room"])
            case "room.removed":
                self._remove(frame["room_id"], frame["seq"])
            case "room.read":
                self._read(frame["room_id"], frame["participant"]["id"], frame["seq"])

    def has(self) -> dict[str, int]:
        """What `/sync` is told: per room the last event up to which nothing is missing."""
        return {room_id: self._last(room_id) for room_id in self.rooms}

    def sync(self, agent: Agent) -> None:
        """Ask for what was missed, and for the rest where there is more."""
        missed = agent.sync(self.has())
        for room_id in missed["removed"]:
            self._remove(room_id, self.rooms[room_id]["seq"])
        for room in missed["inbox"]["rooms"]:
            self._summary(room)
        for room_id, page in missed["events"].items():
            following = page
            while True:
                for event in following["events"]:
                    self._event(room_id, event)
                if not following["more"]:
                    break
                following = agent.events(room_id, after=following["through"], limit=100)
        unknown = {room_id: 0 for room_id in self.rooms if not self.logs.get(room_id)}
        for room_id in unknown:
            for event in agent.log(room_id):
                self._event(room_id, event)

    def differences(self, agent: Agent) -> list[str]:
        """In what this differs from a fresh inbox and fresh logs."""
        fresh: dict[str, Json] = {}
        query: dict[str, Json] = {"tab": "all", "limit": 100}
        while True:
            page = agent.get("/rooms", **query)
            fresh |= {room["id"]: room for room in page["rooms"]}
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        found = [f"only here: {room_id}" for room_id in self.rooms.keys() - fresh.keys()]
        for room_id, room in fresh.items():
            if self.rooms.get(room_id) != room:
                found.append(f"room {room_id}: {self.rooms.get(room_id)} is not {room}")
            log = [self.logs.get(room_id, {})[seq] for seq in sorted(self.logs.get(room_id, {}))]
            if log != (whole := agent.log(room_id)):
                found.append(f"log {room_id}: {[one['seq'] for one in log]} of {[one['seq'] for one in whole]}")
        return found

    def _last(self, room_id: str) -> int:
        seq = 0
        while seq + 1 in self.logs.get(room_id, {}):
            seq += 1
        return seq

    def _event(self, room_id: str, event: Json) -> None:
        self.logs.setdefault(room_id, {}).setdefault(event["seq"], event)

    def _summary(self, room: Json) -> None:
        """Of two summaries the higher `seq` is newer; at an equal one the higher read marks are."""
        known = self.rooms.get(room["id"])
        if room["seq"] <= self.removed.get(room["id"], 0) or (known and _age(room) < _age(known)):
            return
        if room["state"] is None:
            self._remove(room["id"], room["seq"])
        else:
            self.rooms[room["id"]] = room

    def _remove(self, room_id: str, seq: int) -> None:
        self.removed[room_id] = max(seq, self.removed.get(room_id, 0))
        if room_id in self.rooms and self.rooms[room_id]["seq"] <= seq:
            del self.rooms[room_id]

    def _read(self, room_id: str, person_id: str, seq: int) -> None:
        for participant in self.rooms.get(room_id, {}).get("participants", ()):
            if participant["id"] == person_id:
                participant["read"] = max(participant["read"], seq)


def _age(room: Json) -> tuple[int, int]:
    return room["seq"], sum(one["read"] for one in room["participants"])
