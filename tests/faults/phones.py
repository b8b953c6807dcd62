"""Phones in pockets: the provider that pushes to them, what stands on their lock screens, and what is pressed there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from foyer.domain.notifications import Notification
from foyer.ports import Device, PushLaterError, Receipt
from foyer.services.lock_screen import Action
from tests.faults.tasks import LostError, Stage, Task

PhoneState = Literal["fine", "unreachable", "disabled", "gone"]
OFFERS = ("offer", "invite", "transfer")


@dataclass(eq=False)
class Phone:
    """One install, as its provider knows it.

    Attributes:
        works_since: How many events were committed when it was registered for certain and worked; None: it does not.
        installed: How often the app was installed; each time has a push token of its own.
        shown: By room the notification that stands on the lock screen.
        received: All offers that ever arrived: whoever finds one may press it.
    """

    name: str
    agent_id: str
    state: PhoneState = "fine"
    works_since: int | None = None
    installed: int = 1
    shown: dict[str, Notification] = field(default_factory=dict)
    received: list[Notification] = field(default_factory=list)

    @property
    def push_token(self) -> str:
        """What the provider knows the install by."""
        return f"{self.name}/{self.installed}"

    def break_down(self, state: PhoneState) -> None:
        """Something happens to the phone or to the way to it. Uninstalled, the app takes its notifications along."""
        if state in {"disabled", "gone"}:
            self.works_since = None
        if state == "gone":
            self.shown.clear()
        if self.state in {"fine", "unreachable"}:
            self.state = state

    def opened_again(self) -> None:
        """The app is opened to register: it is installed anew if it was gone, and tidies the lock screen."""
        self.installed += self.state == "gone"
        self.state, self.works_since = "fine", None
        self.shown.clear()

    def sign_out(self) -> None:
        """The app forgets its agent."""
        self.works_since = None
        self.shown.clear()

    def hear(self, notification: Notification) -> None:
        """A notification arrives; of a room the newest stands."""
        if notification.kind == "clear":
            self.shown.pop(notification.room_id, None)
            return
        self.shown[notification.room_id] = notification
        if notification.token is not None:
            self.received.append(notification)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notification that a provider was given.

    Attributes:
        committed: How many events were committed by then.
        at: When, milliseconds since 1970.
        outcome: The receipt's, whether or not anybody heard of it.
        task: The handler that sent it.
        badge: What the badge had to be; None where that cannot be told.
    """

    device_id: str
    agent_id: str
    notification: Notification
    committed: int
    at: int
    outcome: str
    task: Task | None
    badge: int | None

    @property
    def offer(self) -> tuple[str, int, str, str]:
        """Which offer to whom and where, as the ledger names it."""
        return (self.notification.room_id, self.notification.seq, self.agent_id, self.device_id)


@dataclass(eq=False, kw_only=True)
class Press:
    """One touch of a notification.

    Attributes:
        noted: The ledger held the offer's entry when the touch came.
        code: How it was refused.
    """

    offer: tuple[str, int, str, str]
    action: Action
    noted: bool = False
    answered: bool = False
    code: str | None = None


@dataclass(eq=False)
class Provider:
    """`foyer.ports.Pushes`: a call that may fail before or after the phone was told, and phones that do not work."""

    stage: Stage
    clock: Callable[[], int]
    badge_of: Callable[[str], int | None]
    phones: dict[str, Phone] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    committed: int = 0

    def send(self, device: Device, notification: Notification) -> Receipt:
        """Hands one notification over."""
        badge = self.badge_of(device.agent_id)
        try:
            return self.stage.call(lambda: self._send(device, notification, badge))
        except LostError as error:
            raise PushLaterError from error

    def _send(self, device: Device, notification: Notification, badge: int | None) -> Receipt:
        phone, task = self.phones[device.id], self.stage.running
        if phone.state == "unreachable":
            self.stage.figures["pushes put off"] += 1
            if task is not None:
                task.hit = True
            raise PushLaterError
        known = phone.push_token == device.push_token
        outcome = phone.state if phone.state in {"disabled", "gone"} else "sent" if known else "gone"
        self.stage.figures[f"push: {notification.kind}" if outcome == "sent" else f"push: {outcome}"] += 1
        self.sent.append(
            Sent(
                device_id=device.id,
                agent_id=device.agent_id,
                notification=notification,
                committed=self.committed,
                at=self.clock(),
                outcome=outcome,
                task=task,
                badge=badge,
            )
        )
        if outcome == "sent":
            phone.hear(notification)
        told = device.endpoint is not None and device.endpoint_at >= device.registered_at
        return Receipt(
            outcome=outcome,
            provider="simulated",
            answer=f"push-{len(self.sent)}",
            endpoint=None if told else f"endpoint of {device.push_token}",
        )

    def within_reach(self) -> None:
        """Providers are well again."""
        for phone in self.phones.values():
            phone.state = "fine" if phone.state == "unreachable" else phone.state

    def of(self, agent_id: str) -> list[Phone]:
        """An agent's phones."""
        return [phone for phone in self.phones.values() if phone.agent_id == agent_id]

    def offers(self) -> Iterator[Sent]:
        """Every offer that was handed over."""
        return (one for one in self.sent if one.notification.kind in OFFERS)
