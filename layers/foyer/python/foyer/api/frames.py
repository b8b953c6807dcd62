"""Frames on the WebSocket: what clients send, and what they receive (contract.md, "WebSocket")."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from foyer.api import bodies, documents, shapes
from foyer.domain.errors import Refusal
from foyer.domain.people import ActorKind, AgentStatus

LARGEST_FRAME: Final = 32 * 1024
"""Bytes of a frame (contract.md, `too_large`)."""

REQUEST_ID_LENGTH: Final = 128

ACTIONS: Final[dict[str, type[bodies.Body]]] = {
    "message.send": bodies.MessageBody,
    "note.add": bodies.NoteBody,
    "room.accept": bodies.AcceptBody,
    "room.decline": bodies.DeclineBody,
    "room.close": bodies.CloseBody,
    "room.read": bodies.ReadBody,
    "room.typing": bodies.TypingBody,
    "device.state": bodies.DeviceStateBody,
    "ping": bodies.Body,
}
"""Action → body. A visitor's message has no canned response, see `parse`."""

WITHOUT_ROOM: Final = frozenset({"device.state", "ping"})

CREATED, OK, NO_CONTENT = 201, 200, 204
STATUSES: Final = {
    "message.send": CREATED,
    "note.add": CREATED,
    "room.accept": OK,
    "room.decline": OK,
    "room.close": OK,
    "room.read": NO_CONTENT,
    "room.typing": NO_CONTENT,
    "device.state": NO_CONTENT,
}
"""Action → status of its success, as in HTTP. `ping` is answered by `pong`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A client's frame, checked. `room_id` is empty for actions that concern no room."""

    action: str
    request_id: str | None
    room_id: str
    body: bodies.Body


class BadFrame(Exception):  # noqa: N818 - carries a refusal
    """A frame that was refused, and whom to tell."""

    def __init__(self, refusal: Refusal, request_id: str | None) -> None:
        super().__init__(refusal.detail)
        self.refusal, self.request_id = refusal, request_id


_ROOM_ID: Final[TypeAdapter[str]] = TypeAdapter(bodies.Id)


def parse(text: str | None, kind: ActorKind) -> Frame:
    """The frame that a visitor or an agent sent.

    Raises:
        BadFrame: `too_large` or `validation_failed`.
    """
    values = _object(text)
    request_id = values.pop("request_id", None)
    if request_id is not None and not (
        isinstance(request_id, str) and len(request_id) <= REQUEST_ID_LENGTH and documents.speakable(request_id)
    ):
        raise _bad("request_id", f"must be a text of at most {REQUEST_ID_LENGTH} characters", None)
    if not documents.speakable(values):
        raise _bad("frame", "holds a text with NUL or half of a surrogate pair", request_id)
    action = values.pop("action", None)
    model = ACTIONS.get(action) if isinstance(action, str) else None
    if model is None or not isinstance(action, str):
        raise _bad("action", "is not known", request_id)
    if action == "message.send" and kind == "visitor":
        model = bodies.VisitorMessageBody
    try:
        room_id = "" if action in WITHOUT_ROOM else _ROOM_ID.validate_python(values.pop("room_id", None), strict=True)
    except ValidationError as error:
        raise _bad("room_id", "must be the id of a room", request_id) from error
    try:
        body = model.model_validate(values)
    except ValidationError as error:
        fields = [
            {"field": ".".join(map(str, one["loc"])) or "body", "message": one["msg"]}
            for one in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        raise BadFrame(Refusal("validation_failed", "the frame is not valid", fields=fields), request_id) from error
    return Frame(action=action, request_id=request_id, room_id=room_id, body=body)


def response(request_id: str | None, status: int, body: Any) -> dict[str, Any]:
    """The answer to a frame."""
    return {"type": "response", "request_id": request_id, "status": status, "body": body}


def _object(text: str | None) -> dict[str, Any]:
    raw = (text or "").encode("utf-8", "surrogatepass")
    if len(raw) > LARGEST_FRAME:
        raise BadFrame(Refusal("too_large", f"a frame may have {LARGEST_FRAME} bytes"), None)
    try:
        values = documents.read(raw)
    except ValueError as error:
        raise _bad("frame", "is no JSON", None) from error
    if not isinstance(values, dict):
        raise _bad("frame", "must be an object", None)
    return values


def _bad(field: str, message: str, request_id: str | None) -> BadFrame:
    refusal = Refusal("validation_failed", f"{field} {message}", fields=[{"field": field, "message": message}])
    return BadFrame(refusal, request_id)


# What clients receive. The frames are built in `foyer.services.views`; these models describe them.


class ResponseFrame(shapes.Shape):
    """Answers a frame; `body` and `status` as in HTTP, `request_id` null for a problem nobody asked about."""

    type: Literal["response"]
    request_id: str | None
    status: int
    body: shapes.Event | shapes.Summary | shapes.VisitorSummary | shapes.Problem | None


class PongFrame(shapes.Shape):
    """Answers `ping`."""

    type: Literal["pong"]
    now: shapes.Timestamp


class RoomEventFrame(shapes.Shape):
    """An event of a room that the receiver takes part in; `prev` is the event before it that it may see."""

    type: Literal["room.event"]
    room_id: str
    event: shapes.Event
    prev: int
    room: shapes.Summary | shapes.VisitorSummary


class RoomChangedFrame(shapes.Shape):
    """A room that the receiver's inbox shows without being in it."""

    type: Literal["room.changed"]
    room: shapes.Summary


class RoomRemovedFrame(shapes.Shape):
    """A room that left the receiver's inbox; a summary whose `seq` is not above this one's is stale."""

    type: Literal["room.removed"]
    room_id: str
    seq: int
    reason: Literal["declined", "taken", "left", "closed", "withdrawn"]
    by: shapes.Actor


class Reader(shapes.Shape):
    """Who read."""

    kind: shapes.Kind
    id: str


class RoomReadFrame(shapes.Shape):
    """How far a participant has read."""

    type: Literal["room.read"]
    room_id: str
    participant: Reader
    seq: int


class Writer(Reader):
    """Who writes."""

    name: str | None


class RoomTypingFrame(shapes.Shape):
    """Somebody writes; lapses after 6 s unless repeated."""

    type: Literal["room.typing"]
    room_id: str
    participant: Writer
    typing: bool
    preview: shapes.Absent[str] = None


class AgentStatusFrame(shapes.Shape):
    """A colleague chose another status."""

    type: Literal["agent.status"]
    agent_id: str
    status: AgentStatus


SERVER_FRAMES: Final[tuple[type[BaseModel], ...]] = (
    ResponseFrame,
    PongFrame,
    RoomEventFrame,
    RoomChangedFrame,
    RoomRemovedFrame,
    RoomReadFrame,
    RoomTypingFrame,
    AgentStatusFrame,
)
