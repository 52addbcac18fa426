"""How long an alarm may stay as it is, and where the figures are told."""

import re
from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from alerts.notify.carriers.twilio.client import TIMEOUT
from alerts.policy import Policy
from store.alarm.kinds import PRIORITY
from store.attendance import Attendance
from store.model import AlarmState, Kind, Priority

S = AlarmState
A = Attendance
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize(
    ("attendance", "priority", "seconds"),
    [
        (A.NOBODY, Priority.LIFE, 300),
        (A.ASKED, Priority.LIFE, 300),
        (A.GOING, Priority.LIFE, 1800),
        (A.THERE, Priority.LIFE, 3600),
        (A.NOBODY, Priority.PERSON_AT_RISK, 300),
        (A.ASKED, Priority.PERSON_AT_RISK, 300),
        (A.NOBODY, Priority.COMFORT, 900),
        (A.NOBODY, Priority.TECHNICAL, 900),
    ],
)
def test_progress_deadline(
    state: AlarmState, attendance: Attendance, priority: Priority, seconds: int
) -> None:
    """What counts is whether somebody comes, in every state in which somebody owns it."""
    owned = state in (S.ACKNOWLEDGED, S.DISPATCHED, S.ON_SCENE)
    expected = seconds if owned else None
    assert Policy().progress(state, attendance, priority, Kind.HELP_CALL) == expected


@pytest.mark.parametrize(
    ("attendance", "kind", "seconds"),
    [
        (A.NOBODY, Kind.SMOKE, 180),
        (A.NOBODY, Kind.WATER_LEAK, 600),
        (A.NOBODY, Kind.FALL, 300),
        (A.GOING, Kind.SMOKE, 1800),
    ],
)
def test_a_centre_may_want_a_kind_back_sooner(
    attendance: Attendance, kind: Kind, seconds: int
) -> None:
    """Break: leave the kinds out of Policy.progress."""
    policy = Policy(progress_by_kind={Kind.SMOKE: 180, Kind.WATER_LEAK: 600})
    assert policy.progress(S.ACKNOWLEDGED, attendance, PRIORITY[kind], kind) == seconds


@pytest.mark.parametrize(("minutes", "seconds"), [(None, 1800), (0, 120), (8, 600), (50, 3120)])
def test_how_long_the_way_may_take(minutes: int | None, seconds: int) -> None:
    assert Policy().way(minutes) == seconds


def test_every_figure_is_told_to_who_runs_a_centre() -> None:
    """docs/operator.md names each figure with its unit, its default as in the code, and a source.
    Break: change a default in the code alone."""
    text = (Path(__file__).parents[3] / "docs/operator.md").read_text(encoding="utf-8")
    told = {name: (unit, default) for name, _, unit, default, _ in ROW.findall(text)}
    figures = {
        f.name: f.default for f in fields(Policy) if isinstance(f.default, int | float | time)
    } | {"progress_by_kind": "none"}
    assert told.keys() == figures.keys()
    assert {name: default for name, (_, default) in told.items()} == {
        name: f"{value:g}" if isinstance(value, float) else str(value).removesuffix(":00")
        for name, value in figures.items()
    }


def test_a_message_is_not_taken_over_while_its_request_may_still_be_answered() -> None:
    assert Policy().claim_timeout > TIMEOUT
