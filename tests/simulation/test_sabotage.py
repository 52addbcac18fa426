"""The oracle is not blind: with every fault at work, what a sabotaged centre does wrong is found.

First every single harm by itself. Then each fault with harm beside it, in three homes: in the first
one reading is dropped on its way, in the second one SMS is sent twice, in the third the press is
held back. The oracle must name exactly these. Breaks when a check is left out of `judge()`, or when
a fault hides what comes with it.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from device_sim.home.homes_file import HomeSpec
from device_sim.oracle.report import RunResult, text_summary
from device_sim.oracle.verdict import Violation, ViolationKind
from device_sim.runs.run import Run
from device_sim.scenario.model import Scenario
from tests.simulation.conftest import BESIDE_EACH_OTHER, Stage, Theatre
from tests.simulation.sabotage import Carrier, Line

pytestmark = pytest.mark.long

FAULTS: dict[str, dict[str, Any]] = {
    "hub_dead": {"lasts": "700ms"},
    "broker_cut": {"lasts": "700ms"},
    "power_cut": {"lasts": "700ms"},
    "flapping": {"times": 2, "down": "200ms", "up": "300ms"},
    "reconnect_storm": {"times": 2, "pause": "400ms"},
    "duplicate": {"device": "smoke-1", "kind": "smoke"},
    "reordered": {"device": "motion-1"},
    "late": {"device": "smoke-1", "kind": "smoke", "by": "20m"},
    "clock_skew": {"by": "1h", "lasts": "1m"},
    "frozen_sensor": {"lasts": "1s"},
    "stray_hits": {"lasts": "1s"},
    "dead_battery": {"device": "bed-1", "within": "1s"},
    "corrupted": {"device": "door-1"},
    "oversized": {"device": "door-1", "bytes": 1_100_000},
    "wrong_credentials": {},
}
PRESSED, LASTS = "8s", "9s"
"""Long after the fault: a busy machine is slow to connect again, and a press that comes while a hub
is away is measured by nobody."""
DELAY_S, LIMIT = 4.0, "3s"
"""A busy machine may be late by itself; that the other homes are late, too, is no failure."""


def scenario_with(fault: str) -> Scenario:
    at = "0s" if fault == "clock_skew" else "500ms"
    return Scenario.model_validate(
        {
            "name": f"sabotaged-{fault}".replace("_", "-"),
            "about": "one fault, and a centre that is harmed",
            "lasts": LASTS,
            "homes": 3,
            "settle": "60s",
            "life": {"days": "everyday", "interval": "500ms"},
            "steps": [
                {"at": at, "do": fault, "homes": "all", **FAULTS[fault]},
                {"at": PRESSED, "do": "press", "homes": "all"},
            ],
            "limits": {"acknowledged": LIMIT, "readings": None, "paged": None},
        }
    )


@dataclass
class Played:
    """What a sabotaged run came to, and in which homes harm was done."""

    homes: list[HomeSpec]
    outcome: Future[RunResult]


def with_fault(theatre: Theatre, executor: ThreadPoolExecutor, fault: str) -> Played:
    stage, line = theatre.stage, theatre.line
    homes = stage.homes(3)
    line.drops.add(homes[0].home)
    theatre.carrier.doubles.add(stage.contact(homes[1].home))
    line.delays[homes[2].home] = DELAY_S
    run = Run(scenario_with(fault), homes, replace(stage.around(), port=line.port))
    return Played(homes, executor.submit(run.outcome))


@pytest.fixture(scope="module")
def faults(theatre: Theatre, quiet: None) -> Iterator[dict[str, Played]]:
    with ThreadPoolExecutor(BESIDE_EACH_OTHER) as executor:
        yield {fault: with_fault(theatre, executor, fault) for fault in FAULTS}


HARMS: dict[str, tuple[str, dict[str, Any], set[tuple[ViolationKind, str]]]] = {
    "a press is lost that nobody repeats": (
        "loses",
        {"repeats": False},
        {(ViolationKind.MISSING, "stored")},
    ),
    "a press is lost that the hub repeats": (
        "loses",
        {},
        {(ViolationKind.MISSING, "stored")},
    ),
    "a hub is never told": ("deafens", {}, {(ViolationKind.MISSING, "acknowledged")}),
    "an alarm too many": ("invents", {}, {(ViolationKind.UNEXPECTED, "raised")}),
}


def with_harm(theatre: Theatre, name: str) -> Future[RunResult]:
    harm, press, _ = HARMS[name]
    homes = theatre.stage.homes(2)
    getattr(theatre.line, harm).add(homes[0].home)
    wanted = Scenario.model_validate(
        {
            "name": "harmed",
            "about": "one harm, and a home without",
            "lasts": "500ms",
            "homes": 2,
            "settle": "8s",
            "steps": [{"at": "0s", "do": "press", "homes": "all", **press}],
            "limits": {"acknowledged": None, "paged": None},
        }
    )
    return theatre.play(wanted, homes, replace(theatre.stage.around(), port=theatre.line.port))


def with_a_swallowed_sms(theatre: Theatre) -> Future[RunResult]:
    homes = theatre.stage.homes(1)
    theatre.carrier.swallows.add(theatre.stage.contact(homes[0].home))
    wanted = Scenario.model_validate(
        {
            "name": "swallowed",
            "about": "one SMS never arrives",
            "lasts": "1s",
            "steps": [{"at": "0s", "do": "press"}],
            "limits": {"acknowledged": None},
        }
    )
    return theatre.play(wanted, homes, theatre.stage.around())


@dataclass
class Sabotaged:
    """What is under way."""

    harms: dict[str, Future[RunResult]]
    swallowed: Future[RunResult]


def begin(theatre: Theatre) -> Sabotaged:
    return Sabotaged(
        {name: with_harm(theatre, name) for name in HARMS},
        with_a_swallowed_sms(theatre),
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_sabotaged_centre_does_wrong_is_found(
    faults: dict[str, Played], line: Line, fault: str
) -> None:
    played = faults[fault]
    homes, outcome = played.homes, played.outcome.result()
    dropped, doubled, delayed = (spec.home for spec in homes)
    assert dropped in line.dropped, "the sabotage did not happen"
    found = {(f.wrong, f.check, _home_of(f, homes)) for f in outcome.verdict.findings}
    assert (ViolationKind.LATE, "acknowledged", delayed) in found, text_summary(outcome)
    assert {one for one in found if one[0] != ViolationKind.LATE} == {
        (ViolationKind.MISSING, "readings", dropped),
        (ViolationKind.DOUBLED, "messages", doubled),
    }, text_summary(outcome)
    assert outcome.exit_status == 1


@pytest.mark.parametrize("name", HARMS)
def test_a_single_harm_is_found(playing: Sabotaged, name: str) -> None:
    """Breaks when the check it is for is left out of `judge()`."""
    outcome = playing.harms[name].result()
    assert {(f.wrong, f.check) for f in outcome.verdict.findings} == HARMS[name][2], text_summary(
        outcome
    )
    assert len(outcome.verdict.findings) == 1, text_summary(outcome)


def test_an_sms_that_the_carrier_swallows_is_missed(playing: Sabotaged) -> None:
    """Breaks when only the centre's own record of what it sent is looked at."""
    assert {(f.wrong, f.check) for f in playing.swallowed.result().verdict.findings} == {
        (ViolationKind.MISSING, "paged"),
        (ViolationKind.MISSING, "messages"),
    }


def test_an_sms_that_leaves_late_is_noticed(stage: Stage, carrier: Carrier) -> None:
    """Breaks when the time of the page is taken from the centre's own record."""
    homes = stage.homes(1)
    carrier.delays[stage.contact(homes[0].home)] = 2.5
    wanted = Scenario.model_validate(
        {
            "name": "late-sms",
            "about": "one SMS leaves late",
            "lasts": "1s",
            "steps": [{"at": "0s", "do": "press"}],
            "limits": {"acknowledged": None, "paged": "2s"},
        }
    )
    outcome = Run(wanted, homes, stage.around()).outcome()
    assert [(f.wrong, f.check) for f in outcome.verdict.findings] == [(ViolationKind.LATE, "paged")]


def _home_of(finding: Violation, homes: list[HomeSpec]) -> str:
    return next(spec.home for spec in homes if spec.home in finding.subject)
