"""What only those who push need: the providers of each platform, and the key of lock screens' tokens."""

from collections.abc import Callable
from functools import cache
from typing import Literal

from foyer.adapters.push.platforms import PlatformPushes
from foyer.adapters.push.sns import SnsPushes
from foyer.adapters.secrets import signing_keys, vapid_secret
from foyer.adapters.signing import SecretSigner
from foyer.domain.devices import Platform
from foyer.ports import Clock, Pushes, Signer
from foyer.runtime.settings import Settings


def pushes(settings: Settings, clock: Clock) -> Pushes:
    """The push service of each platform that the stage has one for."""
    applications = _applications(settings)
    phones = cache(lambda: SnsPushes(applications))
    makers: dict[Platform, Callable[[], Pushes]] = dict.fromkeys(applications, phones)
    if secret_name := settings.optional("VAPID_SECRET"):
        makers["web"] = lambda: _browsers(settings, secret_name, clock)
    return PlatformPushes(makers)


def signer(settings: Settings) -> Signer:
    """Makes and knows the tokens of lock screens."""
    secret_name = settings.text("PUSH_KEY_SECRET")
    return SecretSigner(lambda: signing_keys(secret_name))


def _applications(settings: Settings) -> dict[Literal["ios", "android"], str]:
    found: dict[Literal["ios", "android"], str | None] = {
        "ios": settings.optional("APNS_APPLICATION"),
        "android": settings.optional("FCM_APPLICATION"),
    }
    return {platform: arn for platform, arn in found.items() if arn}


def _browsers(settings: Settings, secret_name: str, clock: Clock) -> Pushes:
    # Imported when the first browser is sent to: it takes half a second.
    from foyer.adapters.push.web import WebPushes  # noqa: PLC0415

    secret = vapid_secret(secret_name)
    return WebPushes(secret.private_key, secret.subject, settings.push_services, clock=clock)
