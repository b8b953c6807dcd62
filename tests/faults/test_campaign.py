"""Stories in which everything fails: whatever was lost, repeated, killed or overtaken, the promises hold at the end.

The machine's failures shrink; those of a seed are longer and denser, and `make faults SEED=…` plays one again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from foyer.domain.people import TimeLimits
from tests.faults import backends
from tests.faults.backends import FaultyMoto
from tests.faults.campaign import DEVICES, begin, play
from tests.faults.checks import finish
from tests.faults.simulation import Simulation
from tests.faults.steps import A_STEP, LIMITS, ONLINE
from tests.faults.stream import quiet

SEEDS = st.integers(0, 2**32)
EXAMPLES = settings().max_examples
ON_MOTO = 4
STEPS_ON_MOTO = 20


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    with quiet():
        yield


@pytest.fixture(scope="module")
def moto() -> Iterator[FaultyMoto]:
    with backends.moto() as made:
        yield made


class Storm(RuleBasedStateMachine):
    """Visitors, agents, their devices and phones, the relay, timers and time, in memory."""

    run: Simulation | None = None

    @initialize(online=st.sampled_from(ONLINE), arrived=st.integers(0, 2**DEVICES - 1), limits=st.sampled_from(LIMITS))
    def begin(self, online: frozenset[str], arrived: int, limits: Mapping[str, TimeLimits]) -> None:
        self.run = begin(Counter(), None, online, arrived, limits)

    @rule(many=st.lists(A_STEP, min_size=1, max_size=6))
    def things_happen(self, many: list[dict[str, Any]]) -> None:
        run, self.run = self.run, None  # not judged at the end if it breaks here
        assert run is not None
        for step in many:
            run.do(step)
        self.run = run

    def teardown(self) -> None:
        if self.run is not None:
            finish(self.run)


TestStorm = Storm.TestCase
TestStorm.settings = settings(max_examples=EXAMPLES // 2, stateful_step_count=12)


@settings(max_examples=EXAMPLES * 4, phases=[Phase.reuse, Phase.generate])
@given(seed=SEEDS)
def test_promises_hold_in_memory(seed: int) -> None:
    """The services on ports that fail."""
    play(seed)


@settings(max_examples=max(ON_MOTO, EXAMPLES // 50), phases=[Phase.reuse, Phase.generate])
@given(seed=SEEDS)
def test_promises_hold_on_moto(moto: FaultyMoto, seed: int) -> None:
    """The services and the real adapters, on requests that fail below the SDK's retries."""
    play(seed, moto=moto, steps=STEPS_ON_MOTO)


def test_a_seed_says_everything() -> None:
    """Two runs of one seed are the same, side by side or not."""
    first, second = Counter[str](), Counter[str]()
    for figures in (first, second):
        for seed in range(5):
            play(seed, figures=figures)
    assert first == second
    assert first["handlers side by side"]
    assert first["kills"]
