"""The WebSocket door: the same commands as the HTTPS door, one frame at a time."""

from collections.abc import Mapping
from typing import Any

from foyer.api import bodies, frames
from foyer.api.principals import from_context
from foyer.api.problems import problem, status_of
from foyer.domain.errors import Refusal
from foyer.domain.people import Caller
from foyer.ports import GoneError
from foyer.runtime.telemetry import logger
from foyer.runtime.wiring import Wiring
from foyer.services import views


class SocketDoor:
    """Answers frames by posting to the connection that they came from."""

    def __init__(self, parts: Wiring) -> None:
        self._parts = parts

    def answer(self, text: str | None, *, principal: Mapping[str, Any], connection_id: str, fault_id: str) -> None:
        """Answers one frame.

        Args:
            text: The frame.
            principal: What the socket authorizer handed along.
            connection_id: Where it came from.
            fault_id: What an internal fault is shown as.
        """
        request_id: str | None = None
        try:
            caller, device_id = from_context(principal)
            frame = frames.parse(text, caller.kind)
            request_id = frame.request_id
            answer = self._obey(frame, caller, device_id, connection_id)
            logger.debug("answered", extra={"call": frame.action})
        except frames.BadFrame as bad:
            answer = self._refused(bad.refusal, bad.request_id)
        except Refusal as refusal:
            answer = self._refused(refusal, request_id)
        except Exception:  # noqa: BLE001 - the last resort of a public door: logged whole, shown as an id
            logger.exception("internal fault")
            fault = problem(Refusal("internal"), request_id=fault_id)
            answer = frames.response(request_id, status_of("internal"), fault)
        if answer is not None:
            self._post(connection_id, answer)

    def _obey(
        self, frame: frames.Frame, caller: Caller, device_id: str | None, connection_id: str
    ) -> dict[str, Any] | None:
        body = frame.body
        if frame.action == "ping":
            self._parts.presence.confirm(connection_id, caller, device_id=device_id, foreground=None)
            return {"type": "pong", "now": views.timestamp(self._parts.clock())}
        shown: dict[str, Any] | None = None
        match body:
            case bodies.ReadBody():
                self._read(frame.room_id, caller, body.seq)
            case bodies.TypingBody():
                self._typing(frame.room_id, caller, body)
            case bodies.DeviceStateBody():
                self._parts.presence.confirm(connection_id, caller, device_id=device_id, foreground=body.foreground)
            case bodies.CommandBody():
                shown = self._command(frame, caller, body)
        if frame.request_id is None:
            return None
        return frames.response(frame.request_id, frames.STATUSES[frame.action], shown)

    def _command(self, frame: frames.Frame, caller: Caller, body: bodies.CommandBody) -> dict[str, Any]:
        outcome = self._parts.rooms.execute(frame.room_id, body.command(caller, self._parts.clock()))
        if frames.STATUSES[frame.action] == frames.CREATED and outcome.event is not None:
            return views.event(outcome.event)
        return views.summary(outcome.head, caller, self._parts.people.name)

    def _read(self, room_id: str, caller: Caller, seq: int) -> None:
        moved = self._parts.rooms.read(room_id, caller, seq)
        if moved is not None:
            self._parts.delivery.post_read(moved, caller, seq)

    def _typing(self, room_id: str, caller: Caller, body: bodies.TypingBody) -> None:
        room = self._parts.rooms.present(room_id, caller)
        self._parts.delivery.post_typing(room, caller, typing=body.typing, preview=body.preview)

    def _refused(self, refusal: Refusal, request_id: str | None) -> dict[str, Any]:
        logger.info("refused", extra={"code": refusal.code})
        body = problem(refusal, name=self._parts.people.name)
        return frames.response(request_id, status_of(refusal.code), body)

    def _post(self, connection_id: str, frame: Mapping[str, Any]) -> None:
        try:
            self._parts.sockets.post(connection_id, frame)
        except GoneError:
            # What was committed is in the log; the device learns it when it comes back.
            logger.info("nobody there to hear the answer")
