"""Escalation runs in seconds, from the database's timers: each step fires once, at most a second
late, whatever happens to the engines in between.

Broken on purpose by setting the next timer from an engine's memory (keep `position` in the process
instead of in `timers.data`): after the restart the first step then fires again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.policy import Policy
from tests.centre import Centre
from tests.crash_points import CrashingProcess

STEP = 2
QUICK = Policy(language="en", pass_pause=STEP, exhausted_pause=600)
QUICKER = replace(QUICK, pass_pause=1)


def steps(seconds: int = STEP) -> list[dict[str, Any]]:
    return [{"after_seconds": seconds, "target": "contact", "position": n} for n in (1, 2, 3)]


IN_THE_MIDDLE_OF_A_STEP = """
import alerts.escalation.plan_runner
good = alerts.escalation.plan_runner.step_targets.reach_target
def fire(conn, at):
    good(conn, at)
    os.kill(os.getpid(), signal.SIGKILL)
alerts.escalation.plan_runner.step_targets.reach_target = fire
"""
"""The message is queued, the transaction still open."""


def fired(centre: Centre) -> list[tuple[int, int, datetime]]:
    """Cycle, step and time of each step that fired, in order."""
    with centre.pool.connection() as conn:
        rows: list[tuple[int, int, datetime]] = conn.execute(
            "SELECT (data->>'cycle')::int, (data->>'step')::int, at FROM alarm_events"
            " WHERE event = 'step_fired' ORDER BY id"
        ).fetchall()
        return rows


def wait_for_steps(centre: Centre, many: int) -> None:
    centre.wait_until(
        "SELECT count(*) >= %(many)s FROM alarm_events WHERE event = 'step_fired'",
        f"{many} steps",
        many=many,
    )


def check_punctual(centre: Centre, many: int, seconds: int = STEP) -> None:
    """Each of the plan's first steps once, at its second, counted from the alarm."""
    found = fired(centre)[:many]
    assert [(cycle, step) for cycle, step, _ in found] == [(n // 3, n % 3) for n in range(many)]
    with centre.pool.connection() as conn:
        (raised,) = conn.execute("SELECT raised_at FROM alarms").fetchone() or (None,)
    assert raised is not None
    for number, (_, _, at) in enumerate(found, start=1):
        late = at - raised - timedelta(seconds=seconds * number)
        assert timedelta(0) <= late <= timedelta(seconds=1), (number, late)


def test_each_step_fires_once_and_in_time_though_the_engine_restarts_after_each(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(policy=QUICKER)
    centre.set_plan(steps(1))
    stop = centre.start_engine("alerts-0")
    centre.start_ingest()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    for number in range(1, 6):
        wait_for_steps(centre, number)
        stop()
        stop = centre.start_engine(f"alerts-{number}")
    wait_for_steps(centre, 6)
    check_punctual(centre, 6, seconds=1)
    for position in (1, 2, 3):
        for _ in range(2):  # twice through the list
            centre.contact(position).wait_for_sms("help call")
        assert len(centre.contact(position).sent_to_it) == 2


@pytest.mark.long
def test_an_engine_killed_in_the_middle_of_a_step_costs_neither_the_step_nor_a_second(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(policy=QUICK)
    centre.set_plan(steps())
    centre.start_ingest()
    doomed = CrashingProcess("alerts", IN_THE_MIDDLE_OF_A_STEP, centre.env("alerts-0"))
    centre.wait_until("SELECT true FROM heartbeats WHERE process = 'alerts'", "the doomed engine")
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    doomed.wait_for_its_end()
    centre.start_engine("alerts-1")
    wait_for_steps(centre, 3)
    check_punctual(centre, 3)
    centre.contact(1).wait_for_sms("help call")
    assert len(centre.contact(1).sent_to_it) == 1


@pytest.mark.long
def test_what_was_missed_while_nobody_ran_does_not_come_all_at_once(
    open_up: Callable[..., Centre],
) -> None:
    """An hour without any engine: the step that was due fires, the next keeps its distance."""
    centre = open_up(policy=QUICK)
    centre.set_plan(steps())
    centre.start_ingest()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    with centre.pool.connection() as conn:
        conn.execute("UPDATE timers SET due_at = due_at - interval '1 hour'")
    centre.start_engine()
    wait_for_steps(centre, 3)
    (_, _, first), (_, _, second), (_, _, third) = fired(centre)[:3]
    for one, other in ((first, second), (second, third)):
        assert timedelta(seconds=STEP - 1) <= other - one <= timedelta(seconds=STEP + 1)
