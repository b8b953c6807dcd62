"""Push services and the queue before them, that do what a test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from foyer.domain.notifications import Notification
from foyer.ports import Device, PushAsk, PushLaterError, PushOutcome, Receipt


@dataclass(slots=True)
class ManualPushQueue:
    """`foyer.ports.PushQueue` that keeps what was asked, with when it is due after how many seconds."""

    waiting: list[tuple[int, PushAsk]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def ask(self, ask: PushAsk, *, delay_seconds: int = 0) -> None:
        """Keeps what was asked."""
        with self._lock:
            self.waiting.append((delay_seconds, ask))

    def take(self, *, within_seconds: int = 0) -> list[PushAsk]:
        """Takes out what is due within so many seconds, in the order in which it was asked."""
        with self._lock:
            due = [ask for delay, ask in self.waiting if delay <= within_seconds]
            self.waiting = [(delay, ask) for delay, ask in self.waiting if delay > within_seconds]
            return due


@dataclass(slots=True)
class RecordingPushes:
    """`foyer.ports.Pushes` that keeps what was sent.

    Attributes:
        sent: What each device was told, in order.
        outcomes: What becomes of a push to a device, by its id, where it is not `sent`.
        unreachable: Ids of devices whose provider is out of reach.
        endpoints: What the provider calls a device, by its id, where it says so.
    """

    sent: list[tuple[str, Notification]] = field(default_factory=list)
    outcomes: dict[str, PushOutcome] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    endpoints: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def send(self, device: Device, notification: Notification) -> Receipt:
        """Keeps the notification, unless the test says that it does not arrive."""
        with self._lock:
            if device.id in self.unreachable:
                raise PushLaterError
            outcome = self.outcomes.get(device.id, "sent")
            if outcome == "sent":
                self.sent.append((device.id, notification))
            answer = f"push-{len(self.sent)}"
            return Receipt(outcome=outcome, provider="fake", answer=answer, endpoint=self.endpoints.get(device.id))

    def told(self, device_id: str) -> list[Notification]:
        """What one device was told."""
        with self._lock:
            return [notification for one, notification in self.sent if one == device_id]

    def shown(self, device_id: str) -> Mapping[str, Notification]:
        """By room the notification that stands on a device: the newest, unless it was withdrawn."""
        newest = {one.room_id: one for one in self.told(device_id)}
        return {room_id: one for room_id, one in newest.items() if one.kind != "clear"}
