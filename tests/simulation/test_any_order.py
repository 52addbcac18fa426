"""Ready scenarios leave nothing behind that makes another one red: any order, any number of times.

They are played one after the other in the same homes of one centre.
"""

import random

import pytest

from device_sim.oracle.report import text_summary
from device_sim.runs.run import Run
from device_sim.scenario import library
from tests.simulation.conftest import NO_LIMITS, Stage
from tests.simulation.test_scenarios import SHORT
from tests.sizes import sized

HOMES, ROUNDS = 5, 3
FEW = [name for name in SHORT if library.load(name).homes <= HOMES]
SOON = ("wrong-clock", "speaks-ttn", "speaks-chirpstack", "wrong-clock", "press", "speaks-ttn")
"""What has poisoned each other before."""


def play_all(stage: Stage, names: list[str]) -> list[str]:
    homes = stage.homes(HOMES)
    wrong = []
    for name in names:
        scenario = library.load(name).model_copy(update={"limits": NO_LIMITS, "settle": 60.0})
        outcome = Run(scenario, homes[: scenario.homes], stage.around()).outcome()
        if not outcome.verdict.good:
            wrong.append(text_summary(outcome))
    return wrong


def test_those_that_have_poisoned_each_other(stage: Stage) -> None:
    """Breaks when a device has the same ids again, is bound for one server only, or when readings
    of an earlier run are counted."""
    assert play_all(stage, list(SOON)) == []


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(sized(ROUNDS, 1)))
def test_all_of_them_in_any_order(stage: Stage, seed: int) -> None:
    """All of them takes minutes: in full for `make proofs`."""
    some = random.Random(seed).sample(FEW, sized(len(FEW), 2))
    assert play_all(stage, some) == []
