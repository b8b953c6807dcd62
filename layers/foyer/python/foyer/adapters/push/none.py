"""No push service at all."""

from foyer.domain.notifications import Notification
from foyer.ports import Device, Receipt


class NoPushes:
    """`foyer.ports.Pushes` for a platform that the operator has not set up."""

    def send(self, device: Device, notification: Notification) -> Receipt:  # noqa: ARG002 - nobody is told
        """Sends nothing and says so."""
        return Receipt(outcome="unconfigured", provider="none")
