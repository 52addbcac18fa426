"""Fixtures for pytest: scenarios, hubs and phones against a centre that runs already.

    pytest --anxin-broker 127.0.0.1:1883 --anxin-homes .data/homes.json \\
        --anxin-api http://127.0.0.1:8000 --anxin-token-file .data/token

    def test_our_gateway_survives_a_cut(anxin_play):
        assert anxin_play("broker-cut").verdict.good
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pytest loads this file in every project that has us installed: keep it light
    from device_sim.home.homes_file import HomeSpec
    from device_sim.hubs.hub import Hub
    from device_sim.oracle.report import RunResult
    from device_sim.phones import Phones
    from device_sim.runs.run import Surroundings

OPTIONS = {
    "broker": "HOST:PORT where the hubs connect",
    "homes": "JSON file of homes: log-ins and devices",
    "api": "the centre's address",
    "token": "a bearer token of role operator",
    "token-file": "a file with such a token",
    "phones": "the simulated phones' address",
    "clock": "the centre's ANXIN_CLOCK",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option may also be given as ANXIN_SIM_…, like ANXIN_SIM_BROKER."""
    group = parser.getgroup("anxin", "simulated homes")
    for name, text in OPTIONS.items():
        group.addoption(f"--anxin-{name}", help=text)
    group.addoption(
        "--anxin-required",
        choices=("yes", "no"),
        default="yes",
        help="whether a test fails (yes) or is skipped (no) when no centre is given",
    )


def _given(config: pytest.Config, name: str) -> str:
    variable = f"ANXIN_SIM_{name.upper().replace('-', '_')}"
    return config.getoption(f"--anxin-{name}") or os.environ.get(variable, "")


def _needed(config: pytest.Config, name: str) -> str:
    value = _given(config, name)
    if not value:
        why = f"no --anxin-{name}: there is no centre to test"
        if config.getoption("--anxin-required") == "no":
            pytest.skip(why)
        pytest.fail(f"{why}; --anxin-required=no skips such tests", pytrace=False)
    return value


@pytest.fixture(scope="session")
def anxin_homes(pytestconfig: pytest.Config) -> list[HomeSpec]:
    """The homes of --anxin-homes."""
    from device_sim.home.homes_file import read_homes

    return read_homes(Path(_needed(pytestconfig, "homes")))


@pytest.fixture(scope="session")
def anxin_surroundings(pytestconfig: pytest.Config) -> Surroundings:
    """Where broker, centre and phones are."""
    from device_sim.clock import SimulatedTime
    from device_sim.runs.run import Surroundings

    host, _, port = _needed(pytestconfig, "broker").rpartition(":")
    token = _given(pytestconfig, "token")
    if not token and (file := _given(pytestconfig, "token-file")):
        token = Path(file).read_text("utf-8").strip()
    clock = _given(pytestconfig, "clock")
    return Surroundings(
        host,
        int(port),
        _given(pytestconfig, "api"),
        (token,),
        _given(pytestconfig, "phones"),
        SimulatedTime.read(clock) if clock else None,
    )


@pytest.fixture
def anxin_play(
    anxin_homes: list[HomeSpec], anxin_surroundings: Surroundings
) -> Callable[[str | dict[str, Any]], RunResult]:
    """Plays a ready scenario by name, a file, or a mapping; returns the outcome and prints it."""
    from device_sim.oracle.report import text_summary
    from device_sim.runs.run import Run
    from device_sim.scenario import library
    from device_sim.scenario.model import Scenario

    def play(which: str | dict[str, Any]) -> RunResult:
        scenario = library.load(which) if isinstance(which, str) else Scenario.model_validate(which)
        outcome = Run(scenario, anxin_homes, anxin_surroundings).outcome()
        print(text_summary(outcome))
        return outcome

    return play


@pytest.fixture
def anxin_hub(
    anxin_homes: list[HomeSpec], anxin_surroundings: Surroundings
) -> Iterator[Callable[[str], Hub]]:
    """Connects the hub of a home, by its code; says goodbye at the end of the test."""
    from device_sim.hubs.hub import Hub

    hubs: dict[str, Hub] = {}
    passwords = {spec.home: spec.password for spec in anxin_homes}

    def hub(home: str) -> Hub:
        if home not in hubs:
            around = anxin_surroundings
            hubs[home] = Hub(home, passwords[home], around.host, around.port).start()
        return hubs[home]

    yield hub
    for one in hubs.values():
        one.stop()


@pytest.fixture
def anxin_phones() -> Iterator[Phones]:
    """A carrier of the test's own with Twilio's REST interface, and the phones it reaches."""
    from device_sim.phones import Phones

    with Phones("AC" + "0" * 32, "anxin-phones") as phones:
        yield phones
