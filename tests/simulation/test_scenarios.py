"""The ready scenarios are acceptance tests: played against a whole centre, each must be good.

They play at the same time, each in homes of its own.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from device_sim.oracle.report import RunResult, text_summary
from device_sim.scenario import library
from tests.simulation.conftest import BESIDE_EACH_OTHER, Theatre

SHORT = [
    "press",
    "repeats-merge",
    "smoke-gas-water",
    "hub-dead",
    "broker-cut",
    "power-cut",
    "flapping-link",
    "reconnect-storm",
    "odd-messages",
    "wrong-clock",
    "sick-devices",
    "speaks-zigbee2mqtt",
    "speaks-tasmota",
    "speaks-shelly",
    "speaks-home-assistant",
    "speaks-homie",
    "speaks-chirpstack",
    "speaks-ttn",
    "speaks-statestream",
    "speaks-esphome",
    "speaks-rtl-433",
]
"""Those that take seconds in real time. `intruders` needs a broker with access rules."""


@pytest.fixture(scope="module")
def outcomes(theatre: Theatre, quiet: None) -> Iterator[dict[str, Future[RunResult]]]:
    with ThreadPoolExecutor(BESIDE_EACH_OTHER) as executor:
        yield {name: executor.submit(theatre.stage.play, library.load(name)) for name in SHORT}


@pytest.mark.parametrize("name", SHORT)
def test_a_ready_scenario_goes_well(outcomes: dict[str, Future[RunResult]], name: str) -> None:
    outcome = outcomes[name].result()
    assert outcome.verdict.good, text_summary(outcome)
