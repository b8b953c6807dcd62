"""A long run: `make faults N=20000`, or one run again: `make faults SEED=…` (`BACKEND=moto` where it was on moto)."""

import os
import sys
import time
from collections import Counter

from tests.faults.backends import FaultyMoto, moto
from tests.faults.campaign import STEPS_A_RUN, leave_real_accounts_alone, play
from tests.faults.stream import quiet

DEFAULT_STEPS = 2_000
EVERY = 40
"""One run of so many is on moto, where it takes forty times as long."""


def main() -> int:
    """Plays until so many steps are done; 1 where a promise was broken."""
    leave_real_accounts_alone()
    seed, wanted = os.environ.get("SEED"), int(os.environ.get("N") or DEFAULT_STEPS)
    figures, began = Counter[str](), time.monotonic()
    with quiet(), moto() as tables:
        if seed:
            return _play(int(seed), tables if os.environ.get("BACKEND") == "moto" else None, figures)
        number = 0
        while figures["steps"] < wanted:
            if _play(number, tables if number % EVERY == EVERY - 1 else None, figures):
                return 1
            number += 1
    for name, count in sorted(figures.items()):
        sys.stdout.write(f"{count:>9,}  {name}\n")
    sys.stdout.write(f"{time.monotonic() - began:>9,.0f}  seconds; every promise held\n")
    return 0


def _play(seed: int, tables: FaultyMoto | None, figures: Counter[str]) -> int:
    try:
        play(seed, moto=tables, steps=STEPS_A_RUN, figures=figures)
    except BaseException:
        where = " BACKEND=moto" if tables else ""
        sys.stderr.write(f"A promise was broken. Again: make faults SEED={seed}{where}\n")
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
