"""One scenario, several runs that share its homes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from device_sim.oracle.report import text_summary
from device_sim.plan.compiler import Shard
from device_sim.runs.run import Run
from device_sim.scenario.model import Scenario
from tests.simulation.conftest import Stage


def test_two_parts_play_and_judge_a_half_each(stage: Stage) -> None:
    """Breaks when a part connects the other's hubs (they throw each other out), or misses what the
    other has sent."""
    wanted = Scenario.model_validate(
        {
            "name": "shared",
            "about": "every home presses, in two runs",
            "lasts": "500ms",
            "homes": 5,
            "steps": [{"at": "0s", "do": "press", "homes": "all"}],
            "settle": "60s",
            "expect": [{"alarm": "help_call"}],
            "limits": {"acknowledged": None, "paged": None},
        }
    )
    homes = stage.homes(5)
    runs = [Run(wanted, homes, replace(stage.around(), part=Shard(number, 2))) for number in (1, 2)]
    with ThreadPoolExecutor(2) as stages:
        outcomes = list(stages.map(Run.outcome, runs))
    assert [o.verdict.good for o in outcomes] == [True, True], "\n".join(
        map(text_summary, outcomes)
    )
    assert [o.verdict.checked["raised"] for o in outcomes] == [3, 2]
    assert [o.verdict.checked["expected"] for o in outcomes] == [3, 2]
