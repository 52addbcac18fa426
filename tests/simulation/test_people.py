"""People around the homes: operators, families and responders who do what people do.

All stories are told at the same time, each in homes of its own.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest

from device_sim.oracle.report import RunResult, text_summary
from device_sim.scenario.model import Scenario
from tests.simulation.conftest import Stage, Theatre

pytestmark = pytest.mark.long

OPERATORS = {"reacts": "100ms..300ms", "talks": "200ms", "sends": 1.0}
TALKERS = {"reacts": "0s", "talks": "2s", "sends": 0.0}
RESPONDERS = {"accepts": 1.0, "after": "100ms", "travels": "300ms", "stays": "200ms"}
FAMILIES = {
    "going": {"replies": 1.0, "going": 1.0, "cannot": 0.0},
    "cannot": {"replies": 1.0, "going": 0.0, "cannot": 1.0},
    "seen": {"replies": 1.0, "going": 0.0, "cannot": 0.0},
    "nothing": {"replies": 0.0},
    "stop": {"opts_out": 1.0},
}
STORIES: dict[str, dict[str, Any]] = {
    "a responder goes": {"operators": {"count": 1, **OPERATORS}, "responders": RESPONDERS},
    "one operator": {"operators": {"count": 1, **TALKERS}},
    "three operators": {"operators": {"count": 3, **TALKERS}},
} | {name: {"contacts": {"after": "100ms", **habits}} for name, habits in FAMILIES.items()}

LASTS = {"a responder goes": "30s"}
"""What goes to its end takes longer where the machine is busy."""


@dataclass
class Told:
    """How a story ended: its homes, the outcome, the help calls of the day."""

    homes: list[str]
    outcome: RunResult

    @property
    def calls(self) -> dict[str, Any]:
        assert self.outcome.day is not None
        (calls,) = self.outcome.day.document()["alarms"]
        found: dict[str, Any] = calls
        return found

    def __str__(self) -> str:
        return text_summary(self.outcome)


Telling = tuple[list[str], Future[RunResult]]


def begin(theatre: Theatre) -> dict[str, Telling]:
    """All stories at once."""

    def tell(name: str, people: dict[str, Any]) -> Telling:
        homes = theatre.stage.homes(3)
        scenario = Scenario.model_validate(
            {
                "name": "people",
                "about": "somebody presses and people do something",
                "lasts": LASTS.get(name, "12s"),
                "homes": 3,
                "people": people,
                "steps": [{"at": "0s", "do": "press", "homes": "all"}],
                "limits": {"acknowledged": None, "paged": None},
            }
        )
        return [spec.home for spec in homes], theatre.play(scenario, homes, theatre.stage.around())

    return {name: tell(name, people) for name, people in STORIES.items()}


@pytest.fixture(scope="module")
def told(playing: dict[str, Telling]) -> dict[str, Told]:
    return {name: Told(homes, outcome.result()) for name, (homes, outcome) in playing.items()}


def alarms(stage: Stage, story: Told) -> list[dict[str, Any]]:
    shown = stage.centre.console().http.get("/api/v1/alarms?state=all&limit=500").json()["items"]
    return [alarm for alarm in shown if alarm["home"] in story.homes]


def test_an_alarm_is_taken_somebody_goes_and_it_is_closed(
    stage: Stage, told: dict[str, Told]
) -> None:
    """Breaks when the desk does not follow the stream, or a responder answers without the code."""
    story = told["a responder goes"]
    assert (story.calls["answered"], story.calls["closed"]) == (3, 3), str(story)
    assert story.calls["on_site_s"] is not None, str(story)
    assert {alarm["outcome"] for alarm in alarms(stage, story)} == {"assistance"}


@pytest.mark.parametrize("answer", ["going", "cannot", "seen"])
def test_a_family_answers_as_its_habits_are(
    stage: Stage, told: dict[str, Told], answer: str
) -> None:
    """Breaks when a share is taken for another."""
    for alarm in alarms(stage, told[answer]):
        assert {response["answer"] for response in alarm["responses"]} == {answer}


def test_a_family_that_answers_nothing_is_not_heard(stage: Stage, told: dict[str, Told]) -> None:
    assert [alarm["responses"] for alarm in alarms(stage, told["nothing"])] == [[], [], []]


def test_a_family_that_opts_out_writes_stop(stage: Stage, told: dict[str, Told]) -> None:
    phones = [stage.centre.phones[stage.contact(home)] for home in told["stop"].homes]
    assert [[reply.body for reply in phone.replies] for phone in phones] == [["STOP"]] * 3
    assert all(phone.opted_out for phone in phones)


def test_one_operator_is_slower_than_three(told: dict[str, Told]) -> None:
    """Breaks when an operator takes a second alarm while talking."""
    one, three = told["one operator"], told["three operators"]
    assert one.calls["answered"] == three.calls["answered"] == 3, f"{one}\n{three}"
    slowest = one.calls["answer_s"]["p99"] - three.calls["answer_s"]["p99"]
    assert slowest > 1.0, f"{one}\n{three}"
