"""Rate limits that count uses in the live table: sessions, tickets and openings. Rates in a room are its own."""

from dataclasses import dataclass

from foyer.domain.errors import Refusal
from foyer.ports import Clock, LiveStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many uses in a window of so many seconds."""

    uses: int
    window: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """From "uses/seconds", as in "60/600".

        Raises:
            ValueError: It is anything else.
        """
        uses, _, window = text.partition("/")
        rate = cls(uses=int(uses), window=int(window))
        if rate.uses < 1 or rate.window < 1:
            message = f"not a rate: {text!r}"
            raise ValueError(message)
        return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Counts uses and refuses those beyond the rate."""

    live: LiveStore
    clock: Clock

    def use(self, what: str, who: str, rate: Rate) -> None:
        """Counts one use.

        Raises:
            Refusal: `rate_limited`, with the seconds until the next window.
        """
        now = self.clock() // 1000
        if self.live.count(f"{what}#{who}", window=rate.window, now=now) > rate.uses:
            raise Refusal("rate_limited", f"too many {what}", retry_after=rate.window - now % rate.window)
