"""Whole runs from one seed each."""

import os
import random
from collections import Counter
from collections.abc import Mapping

from foyer.domain.people import TimeLimits
from tests.faults.backends import Backend, FaultyMoto, in_memory
from tests.faults.checks import finish
from tests.faults.checks_of_push import whoever_must_hear_was_pushed
from tests.faults.simulation import Simulation
from tests.faults.steps import LIMITS, ONLINE, PATIENT, RINGING, STEPS, drawn
from tests.faults.tasks import Stage
from tests.unit.rooms import AGENTS

STEPS_A_RUN = 60
DEVICES = 12
"""Two for each of four agents, two for each of two visitors."""


def begin(
    figures: Counter[str],
    moto: FaultyMoto | None,
    online: frozenset[str],
    arrived: int,
    limits: Mapping[str, TimeLimits] = PATIENT,
) -> Simulation:
    """A new company, in memory unless moto is given; `arrived` has a bit for each device that is there already."""
    stage = Stage(figures)
    backend: Backend = moto.fresh(stage) if moto else in_memory(stage)
    run = Simulation(backend, figures, online=online, limits=limits)
    run.when_calm = whoever_must_hear_was_pushed
    run.arrive(arrived)
    return run


def play(
    seed: int, *, moto: FaultyMoto | None = None, steps: int = STEPS_A_RUN, figures: Counter[str] | None = None
) -> None:
    """One run, counted in `figures`.

    Raises:
        AssertionError: A promise was broken; the same seed breaks it again.
    """
    chance, counted = random.Random(seed), Counter[str]()
    kinds, limits = chance.choice([STEPS, STEPS, RINGING]), chance.choice(LIMITS)
    if kinds is RINGING:
        online, arrived = frozenset(AGENTS), 2**DEVICES - 1
    else:
        online, arrived = chance.choice(ONLINE), chance.getrandbits(DEVICES)
    run = begin(counted, moto, online, arrived, limits)
    for _ in range(steps):
        run.do(drawn(chance, kinds))
    finish(run)
    if figures is not None:
        figures.update(counted)
        figures["runs on moto" if moto else "runs in memory"] += 1


def leave_real_accounts_alone() -> None:
    """Fake credentials, for runs outside of pytest."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
