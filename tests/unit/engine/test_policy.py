"""How long an alarm may stay as it is, and where the figures are told."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from alerts.notify.carriers.twilio.client import TIMEOUT
from alerts.policy import Policy
from store.alarm.kinds import PRIORITY
from store.model import AlarmState, Kind, Priority

S = AlarmState
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@pytest.mark.parametrize(
    ("state", "priority", "seconds"),
    [
        (S.RAISED, Priority.LIFE, None),
        (S.ACKNOWLEDGED, Priority.LIFE, 300),
        (S.ACKNOWLEDGED, Priority.PERSON_AT_RISK, 900),
        (S.ACKNOWLEDGED, Priority.TECHNICAL, 900),
        (S.DISPATCHED, Priority.LIFE, 1800),
        (S.ON_SCENE, Priority.LIFE, 3600),
        (S.CLOSED, Priority.LIFE, None),
    ],
)
def test_progress_deadline(state: AlarmState, priority: Priority, seconds: int | None) -> None:
    assert Policy().progress(state, priority, Kind.HELP_CALL) == seconds


@pytest.mark.parametrize(
    ("state", "kind", "seconds"),
    [
        (S.ACKNOWLEDGED, Kind.SMOKE, 180),
        (S.ACKNOWLEDGED, Kind.WATER_LEAK, 600),
        (S.ACKNOWLEDGED, Kind.FALL, 300),
        (S.DISPATCHED, Kind.SMOKE, 1800),
        (S.CLOSED, Kind.SMOKE, None),
    ],
)
def test_a_centre_may_want_a_kind_back_sooner(
    state: AlarmState, kind: Kind, seconds: int | None
) -> None:
    """Break: leave the kinds out of Policy.progress."""
    policy = Policy(progress_by_kind={Kind.SMOKE: 180, Kind.WATER_LEAK: 600})
    assert policy.progress(state, PRIORITY[kind], kind) == seconds


def test_every_figure_is_told_to_who_runs_a_centre() -> None:
    """docs/operator.md names each figure with its unit, its default as in the code, and a source.
    Break: change a default in the code alone."""
    text = (Path(__file__).parents[3] / "docs/operator.md").read_text(encoding="utf-8")
    told = {name: (unit, default) for name, _, unit, default, _ in ROW.findall(text)}
    figures = {f.name: f.default for f in fields(Policy) if isinstance(f.default, int | float)} | {
        "progress_by_kind": "none"
    }
    assert told.keys() == figures.keys()
    assert {name: default for name, (_, default) in told.items()} == {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in figures.items()
    }


def test_a_message_is_not_taken_over_while_its_request_may_still_be_answered() -> None:
    assert Policy().claim_timeout > TIMEOUT
