"""Every number of seconds a client lives by, and how long it waits before it tries again."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds. The defaults suit a phone; tests take shorter ones.

    Attributes:
        call: A call by HTTPS, as a whole.
        connect: Opening a socket.
        answer: Until a command sent over the socket is tried by HTTPS.
        quiet: Silence on a socket after which it is pinged.
        pong: Silence after a ping that proves the socket dead.
        gap: How long a missing event may still arrive by itself (contract.md, "WebSocket").
        first_wait: The longest wait before a first retry; it doubles with each further one.
        longest_wait: Where the doubling ends.
    """

    call: float = 15.0
    connect: float = 10.0
    answer: float = 5.0
    quiet: float = 60.0
    pong: float = 5.0
    gap: float = 1.0
    first_wait: float = 0.5
    longest_wait: float = 30.0


def wait_before(attempt: int, timings: Timings, chance: Random) -> float:
    """How long to wait before retry number `attempt`, which counts from 0.

    Anything up to a bound that doubles: after an outage, clients that all lost their socket at once come back spread.
    """
    bound = min(timings.longest_wait, timings.first_wait * 2.0 ** min(attempt, 30))
    return chance.uniform(0, bound)
