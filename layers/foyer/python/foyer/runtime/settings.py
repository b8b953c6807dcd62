"""The environment of a function, as `infra/` sets it. A variable is read when it is needed, never at import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from foyer.domain.devices import PUSH_SERVICES
from foyer.services.limits import Rate


class SettingsError(Exception):
    """A variable of the environment is missing or makes no sense; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed access to the environment."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def region(self) -> str:
        """The AWS region, which Lambda sets."""
        return self.text("AWS_REGION")

    @property
    def endpoint(self) -> str | None:
        """An endpoint other than AWS's, by the SDKs' own variable; None on AWS."""
        return self.environment.get("AWS_ENDPOINT_URL") or None

    @property
    def retention_days(self) -> int:
        """Days for which a room is kept beyond its life."""
        value = self.text("RETENTION_DAYS")
        try:
            return int(value)
        except ValueError as error:
            message = f"RETENTION_DAYS is no number: {value!r}"
            raise SettingsError(message) from error

    @property
    def push_services(self) -> tuple[str, ...]:
        """Hosts that subscriptions of browsers may name: the known push services unless the operator names others."""
        named = self.optional("PUSH_SERVICES")
        return tuple(named.split(",")) if named else PUSH_SERVICES

    def optional(self, name: str) -> str | None:
        """A variable that may be left out or empty."""
        return self.environment.get(name) or None

    def flag(self, name: str) -> bool:
        """Whether a variable says "true"."""
        return self.environment.get(name) == "true"

    def rate(self, name: str) -> Rate:
        """A rate such as "60/600"."""
        try:
            return Rate.parse(self.text(name))
        except ValueError as error:
            message = f"{name}: {error}"
            raise SettingsError(message) from error

    def text(self, name: str) -> str:
        """A variable that must be set.

        Raises:
            SettingsError: It is not.
        """
        value = self.environment.get(name)
        if not value:
            message = f"the environment variable {name} is not set"
            raise SettingsError(message)
        return value
