"""Each device by the push service of its platform."""

from collections.abc import Callable, Mapping
from threading import Lock

from foyer.adapters.push.none import NoPushes
from foyer.domain.devices import Platform
from foyer.domain.notifications import Notification
from foyer.ports import Device, Pushes, Receipt


class PlatformPushes:
    """`foyer.ports.Pushes` that asks another one for each platform; a platform without one is `unconfigured`.

    Args:
        makers: By platform what makes its adapter. Called once, when the first device of the platform is sent to: an
            adapter that is slow to import costs nobody who has no use for it. One maker may stand for two platforms;
            it then makes one adapter for both.
    """

    def __init__(self, makers: Mapping[Platform, Callable[[], Pushes]]) -> None:
        self._makers = dict(makers)
        self._made: dict[Callable[[], Pushes], Pushes] = {}
        # Devices are sent to by several threads, and boto3 makes no two clients at once.
        self._lock = Lock()
        self._none = NoPushes()

    def send(self, device: Device, notification: Notification) -> Receipt:
        """Hands the notification to the platform's adapter."""
        return self._of(device.platform).send(device, notification)

    def _of(self, platform: Platform) -> Pushes:
        maker = self._makers.get(platform)
        if maker is None:
            return self._none
        with self._lock:
            if maker not in self._made:
                self._made[maker] = maker()
            return self._made[maker]
