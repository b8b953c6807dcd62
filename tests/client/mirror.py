"""What one device holds of the inbox and its logs: the contract's rules for frames and `/sync`, pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.client.room_log import RoomLog

Json = Any
Room = dict[str, Any]
Taken = Literal["shown", "ahead", "duplicate", "other"]


@dataclass(slots=True, kw_only=True)
class Mirror:
    """A device's rooms and logs.

    Attributes:
        me: Whose device it is.
        rooms: Summaries of the rooms that its list shows, by id.
        logs: Logs by room; those of rooms that left the list stay.
        removed: By room, the `seq` up to which summaries are stale.
    """

    me: str
    rooms: dict[str, Room] = field(default_factory=dict)
    logs: dict[str, RoomLog] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    def log(self, room_id: str) -> RoomLog:
        """A room's log, empty at first."""
        return self.logs.setdefault(room_id, RoomLog())

    def known(self) -> dict[str, int]:
        """For each room of the list, up to which `seq` nothing is missing: what `/sync` is told."""
        return {room_id: self.log(room_id).through for room_id in self.rooms}

    def behind(self) -> set[str]:
        """The rooms of the list that lack an event."""
        return {room_id for room_id in self.rooms if self.log(room_id).behind}

    def hear(self, frame: Mapping[str, Json]) -> Taken:
        """Take a frame; one that is not understood changes nothing."""
        match frame.get("type"):
            case "room.event":
                log = self.log(frame["room_id"])
                taken = log.frame(frame["event"], prev=frame["prev"])
                # The head may be ahead of this event: then there are more, which a lost frame must not hide.
                log.promise(frame["room"]["seq"])
                self.summary(frame["room"])
                return taken
            case "room.changed":
                self.summary(frame["room"])
            case "room.removed":
                self.remove(frame["room_id"], frame["seq"])
            case "room.read":
                self._read(frame["room_id"], frame["participant"]["id"], frame["seq"])
        return "other"

    def synced(self, asked: Mapping[str, int], answer: Mapping[str, Json]) -> dict[str, int]:
        """Take what `/sync` answered.

        Args:
            asked: What it was told, as `known` said.
            answer: The answer.

        Returns:
            Rooms of which there is more to fetch, each with the `seq` after which to ask.
        """
        for room_id in answer["removed"]:
            if room_id in self.rooms:
                self.remove(room_id, self.rooms[room_id]["seq"])
        for room_id, page in answer["events"].items():
            self.log(room_id).page(page["events"], through=page["through"])
        for room in answer["inbox"]["rooms"]:
            self.summary(room)
        unfinished = {room_id: page["through"] for room_id, page in answer["events"].items() if page["more"]}
        unasked = {room["id"]: self.log(room["id"]).through for room in answer["inbox"]["rooms"]}
        return {room_id: seq for room_id, seq in unasked.items() if room_id not in asked} | unfinished

    def summary(self, room: Room) -> None:
        """Take a summary: the higher `seq` is newer, and read marks only ever move forward."""
        room_id = room["id"]
        known = self.rooms.get(room_id)
        if room["seq"] <= self.removed.get(room_id, 0):
            return
        if known and room["seq"] < known["seq"]:
            # Too old to say anything but how far somebody had read.
            self.rooms[room_id] = self._with_reads(known, _reads(room))
        elif room.get("state", "") is None:
            self.remove(room_id, room["seq"])
        else:
            self.rooms[room_id] = self._with_reads(room, _reads(known) if known else {})

    def remove(self, room_id: str, seq: int) -> None:
        """The list no longer shows the room; summaries up to this `seq` are stale."""
        self.removed[room_id] = max(seq, self.removed.get(room_id, 0))
        if room_id in self.rooms and self.rooms[room_id]["seq"] <= seq:
            del self.rooms[room_id]

    def _read(self, room_id: str, person_id: str, seq: int) -> None:
        if room_id in self.rooms:
            self.rooms[room_id] = self._with_reads(self.rooms[room_id], {person_id: seq})

    def _with_reads(self, room: Room, reads: Mapping[str, int]) -> Room:
        """The summary with those of these read marks that are further; where one's own is, with what follows."""
        merged = [one | {"read": max(one["read"], reads.get(one["id"], 0))} for one in room["participants"]]
        mine = _reads(room).get(self.me)
        room = room | {"participants": merged}
        if "state" not in room or mine is None or reads.get(self.me, 0) <= mine:
            return room
        unread = sum(_is_visitors_message(one) and one["seq"] > reads[self.me] for one in self.log(room["id"]).events)
        return room | {"held": False, "unread": unread, "state": _state(room, unread)}


def _reads(room: Room) -> dict[str, int]:
    return {one["id"]: one["read"] for one in room["participants"]}


def _is_visitors_message(event: Mapping[str, Json]) -> bool:
    return bool(event["type"] == "message.sent" and event["actor"]["kind"] == "visitor")


def _state(room: Room, unread: int) -> str:
    """The state of a room that one takes part in (contract.md, "The inbox, exactly")."""
    if room["status"] == "closed":
        return "closed"
    if unread:
        return "waiting"
    last = room["last_message"]
    return "answered" if last and last["from"]["kind"] == "agent" else "incoming"
