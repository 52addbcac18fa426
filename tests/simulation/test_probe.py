"""The probe beside a run: a press of its own, followed to a phone, again and again."""

from dataclasses import replace

import pytest

from device_sim.oracle.report import text_summary
from device_sim.runs.run import Run
from device_sim.scenario.model import Scenario
from tests.simulation.conftest import Stage

pytestmark = pytest.mark.long

PAUSE_S = 0.2


def test_each_press_of_the_probe_is_an_alarm_that_reaches_a_phone(stage: Stage) -> None:
    """Breaks when the probe leaves its alarm open: the next press would only be counted to it."""
    wanted = Scenario.model_validate(
        {
            "name": "probed",
            "about": "a run with a probe beside it",
            "lasts": "8s",
            "homes": 1,
            "steps": [{"at": "0s", "do": "press"}],
            "settle": "60s",
            "limits": {"acknowledged": None, "paged": None},
        }
    )
    around = replace(stage.around(), probe_s=PAUSE_S)
    outcome = Run(wanted, stage.homes(2), around).outcome()
    assert outcome.verdict.good, text_summary(outcome)
    acknowledged, on_a_phone = outcome.verdict.latencies[-2:]
    assert (acknowledged.name, on_a_phone.name) == ("probe: acknowledged", "probe: on a phone")
    assert acknowledged.count == on_a_phone.count >= 2, text_summary(outcome)
    assert acknowledged.p50 > 0, text_summary(outcome)
    assert 0 < on_a_phone.most < 10, text_summary(outcome)
