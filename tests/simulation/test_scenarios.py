"""The ready scenarios are acceptance tests: played against a whole centre, each must be good.

They play at the same time, each in homes of its own.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from device_sim.oracle.report import RunResult, text_summary
from device_sim.scenario import library
from tests.simulation.conftest import BESIDE_EACH_OTHER, Theatre
from tests.sizes import long_but

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
def outcomes(
    request: pytest.FixtureRequest, theatre: Theatre, quiet: None
) -> Iterator[dict[str, Future[RunResult]]]:
    """Of those that this run asks for."""
    ours = [item for item in request.session.items if item.module is request.module]  # type: ignore[attr-defined]
    names = [item.callspec.params["name"] for item in ours]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(BESIDE_EACH_OTHER) as executor:
        yield {name: executor.submit(theatre.stage.play, library.load(name)) for name in names}


@pytest.mark.parametrize("name", long_but(SHORT, 0, 1, 2, 3, 11))
def test_a_ready_scenario_goes_well(outcomes: dict[str, Future[RunResult]], name: str) -> None:
    outcome = outcomes[name].result()
    assert outcome.verdict.good, text_summary(outcome)
