"""What counts as left lying, and what is merely waiting for its time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.engine.self_check import lost_probes, overdue, silence, silent_ones
from store.engine.backlog import Backlog
from store.engine.heartbeats import Heartbeat
from tests.district import NOON
from tests.integration.api.api_kit import HandClock

WELL = Backlog({}, {}, {}, {}, 0.0, 0, 0.0, 0, 0.0)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({}, None),
        ({"overdue_seconds": 4.9}, None),
        ({"overdue_seconds": 5.1}, "timers"),
        ({"outbox_seconds": {1: 16.0}}, "messages for life"),
        ({"outbox_seconds": {2: 16.0}}, None),
        ({"outbox_seconds": {2: 601.0}}, "messages to be sent"),
        ({"sending_seconds": 61.0}, "messages being sent"),
        ({"supervision_overdue_seconds": 121.0}, "supervision"),
        ({"hubs_down": 1000}, None),
    ],
)
def test_what_is_late(changes: dict[str, Any], complaint: str | None) -> None:
    found = overdue(replace(WELL, **changes))
    assert [c.startswith(complaint or "") for c in found] == ([True] if complaint else [])


def test_limits_are_real_seconds_in_a_faster_simulation() -> None:
    late = replace(WELL, overdue_seconds=60.0)
    assert overdue(late, second=1 / 60) == []
    assert overdue(late) != []


def test_one_of_its_like_that_lives_is_enough() -> None:
    beats = [
        Heartbeat("ingest", "1", NOON - timedelta(seconds=90)),
        Heartbeat("ingest", "2", NOON - timedelta(seconds=2)),
    ]
    ages = silence(beats, HandClock())
    assert ages == {"ingest": 2.0}
    assert silent_ones(ages) == ["alerts: has never reported"]
    assert silent_ones({"ingest": 31.0, "alerts": 1.0}) == ["ingest: silent for 31 s"]


@pytest.mark.parametrize(("age", "lines"), [(0.0, 0), (59.0, 0), (61.0, 1), (9000.0, 1)])
def test_a_canary_that_does_not_come_back_is_told(age: float, lines: int) -> None:
    """Broken by looking at the heartbeat alone: an ingest that hears nothing beats all the same."""
    beat = Heartbeat("ingest", "1", NOON, {"canary": {"urgent": {"age_seconds": age}}})
    assert len(lost_probes([beat], HandClock(NOON))) == lines
    assert (
        lost_probes([Heartbeat("ingest", "2", NOON, {"urgent": "standby"})], HandClock(NOON)) == []
    )
