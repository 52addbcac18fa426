"""No accepted alarm is lost: ingest may be killed at any point between the press and its ack.

Broken on purpose by acknowledging before the commit (swap `lane.ack` and `_write` in
ingest/lanes/runner.py): the press that was acknowledged and never stored is then missing.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.centre import Centre
from tests.crash_points import INGEST_BEFORE_ACK, INGEST_BEFORE_COMMIT, CrashingProcess
from tests.sizes import long_but


@pytest.mark.parametrize("point", long_but([INGEST_BEFORE_COMMIT, INGEST_BEFORE_ACK], 1))
def test_a_press_survives_the_killing_of_ingest(open_up: Callable[..., Centre], point: str) -> None:
    centre = open_up()
    hub = centre.hub()
    doomed = CrashingProcess("ingest", point, centre.env("ingest-1"))
    centre.wait_until(
        "SELECT detail->>'urgent' = 'connected' FROM heartbeats WHERE process = 'ingest'",
        "the doomed ingest",
    )
    press = hub.press("button-1", kind="help_call")
    doomed.wait_for_its_end()

    centre.start_engine()
    centre.start_ingest("ingest-2")
    alarm = press.wait_acknowledged(15).alarm
    assert _alarms(centre) == [(alarm, 1)]
    centre.contact(1).wait_for_sms("help call")


@pytest.mark.long
def test_a_press_without_an_id_is_one_alarm_however_often_it_is_delivered(
    open_up: Callable[..., Centre],
) -> None:
    """A redelivery may raise the count, never a second alarm."""
    centre = open_up()
    doomed = CrashingProcess("ingest", INGEST_BEFORE_ACK, centre.env("ingest-1"))
    centre.wait_until(
        "SELECT detail->>'urgent' = 'connected' FROM heartbeats WHERE process = 'ingest'",
        "the doomed ingest",
    )
    centre.publish("H0001", "homes/H0001/button-1/signal", b'{"kind":"help_call"}')
    doomed.wait_for_its_end()
    assert len(_alarms(centre)) == 1

    centre.start_ingest("ingest-2")
    centre.wait_until("SELECT count >= 2 FROM alarms", "the redelivery")
    assert len(_alarms(centre)) == 1


def test_a_standby_takes_the_lanes_over(open_up: Callable[..., Centre]) -> None:
    centre = open_up()
    hub = centre.hub()
    stop_first = centre.start_ingest("ingest-1")
    first = hub.press("button-1", kind="help_call").wait_acknowledged(10).alarm
    stop_first()
    waiting = hub.press("smoke-1", kind="smoke")
    centre.start_ingest("ingest-2")
    second = waiting.wait_acknowledged(15).alarm
    assert {alarm for alarm, _ in _alarms(centre)} == {first, second}


def _alarms(centre: Centre) -> list[Any]:
    with centre.pool.connection() as conn:
        return conn.execute("SELECT id, count FROM alarms ORDER BY id").fetchall()
