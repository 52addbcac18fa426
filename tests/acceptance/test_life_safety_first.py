"""Life-safety is never throttled, bundled or silently muted.

Broken on purpose by giving every sender one lane (lane_of → OutboxLane.ROUTINE in
store/alarm/kinds.py): the press then waits behind 10,000 messages that leave one a second.
"""

from collections.abc import Callable
from datetime import time
from time import monotonic

import httpx
import pytest

from alerts.engine import late_messages
from alerts.policy import Policy
from app.config.clock import SystemClock
from app.waiting import wait_until
from store.model import OutboxLane
from store.notify import preferences
from tests.centre import EVERY_WAY, LIFE_SENDER, REST_SENDER, Centre

METERED = Policy(
    language="en",
    channels=EVERY_WAY,
    life_sender=LIFE_SENDER,
    routine_sender=REST_SENDER,
    segments_per_second=1.0,
    bundle=120,
)
WAITING = """
INSERT INTO notifications (purpose, channel, lane, address, body, dedupe, due_at, created_at)
SELECT 'told', 'sms', 2, '+8613700000000', 'Power is back in your area (' || n || ')',
    'outage:' || n, %(now)s, %(now)s
FROM generate_series(1, 10000) AS n"""


def test_a_page_leaves_at_once_with_10000_messages_waiting(open_up: Callable[..., Centre]) -> None:
    centre = open_up(policy=METERED)
    with centre.pool.connection() as conn:
        conn.execute(WAITING, {"now": SystemClock().now()})
    centre.start_engine()
    centre.start_ingest()
    centre.phones.wait_for_request(lambda r: r.to == "+8613700000000")  # the queue is moving
    daughter = centre.contact(1)
    pressed = monotonic()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    daughter.wait_for_sms("help call")
    page = centre.phones.wait_for_request(lambda r: r.to == daughter.number and r.method == "POST")
    assert page.at - pressed < 1.0
    assert page.form["From"] == LIFE_SENDER
    rest = [r for r in centre.phones.requests if r.form.get("From") == REST_SENDER]
    first, last = rest[0].at, max(r.at for r in rest)
    assert len(rest) <= last - first + 1.5, "one segment a second, not more"


def test_a_mass_event_is_told_as_what_it_is_and_persons_at_risk_pass_it(
    open_up: Callable[..., Centre], monkeypatch: pytest.MonkeyPatch
) -> None:
    """400 routine texts stand in the carrier's pace: nobody is told to telephone for a life.

    Break: give priority 2 the routine lane, or tell every kind when one is late."""
    monkeypatch.setitem(late_messages.ALLOWED, OutboxLane.ROUTINE, 3.0)
    centre = open_up(policy=METERED)
    with centre.pool.connection() as conn:
        conn.execute(WAITING.replace("10000", "400"), {"now": SystemClock().now()})
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    daughter = centre.contact(1)
    reasons: list[str] = []

    def told() -> bool:
        answer = httpx.get(f"{centre.url}/readyz", timeout=10).json()
        reasons[:] = [reason for reason in answer["reasons"] if "messages leave" in reason]
        return bool(reasons)

    took = []
    for device, kind, words in (
        ("button-1", "help_call", "help call"),
        ("button-1", "water_leak", "water"),
    ):
        pressed = monotonic()
        centre.hub().press(device, kind=kind).wait_acknowledged(10)
        daughter.wait_for_sms(words)
        took.append(monotonic() - pressed)
    assert wait_until(told, 10)
    print(f"life {took[0]:.2f} s, at risk {took[1]:.2f} s; told: {reasons}")
    assert max(took) < 2.0
    assert [reason.partition(":")[0] for reason in reasons] == ["comfort and technical messages"]


def test_quiet_hours_and_wishes_never_hold_a_page_back(open_up: Callable[..., Centre]) -> None:
    """A daughter whose day is all quiet and who wants nothing but low batteries."""
    from datetime import time

    centre = open_up(policy=METERED)
    with centre.pool.connection() as conn:
        preferences.set_preferences(
            conn,
            centre.district.home.contacts[0],
            kinds=["low_battery"],
            quiet_from=time(0, 1),
            quiet_to=time(0, 0),
        )
    centre.start_engine()
    centre.start_ingest()
    centre.hub().press("button-1", kind="water_leak").wait_acknowledged(10)
    centre.wait_until(
        "SELECT bool_or(event = 'left_in_peace') FROM alarm_events", "the leak to be kept from her"
    )
    assert not centre.contact(1).sent_to_it
    centre.hub().press("smoke-1", kind="smoke").wait_acknowledged(10)
    centre.contact(1).wait_for_sms("smoke")


def test_technical_messages_to_one_person_become_one(open_up: Callable[..., Centre]) -> None:
    """Broken on purpose by returning the leader alone from join_waiting: two messages arrive."""
    quick = Policy(
        language="en",
        segments_per_second=1.0,
        bundle=2,
        routine_from=time(0),
        routine_until=time(0),
    )
    centre = open_up(policy=quick)
    with centre.pool.connection() as conn:  # a home whose family wants to hear of batteries, too
        conn.execute("UPDATE plans SET retired_at = now() WHERE kind = 'low_battery'")
        conn.execute(
            "INSERT INTO plans (code, version, kind, steps, cycles, created_at)"
            " VALUES ('battery', 1, 'low_battery',"
            """ '[{"after_seconds": 0, "target": "contact", "position": 1}]', 2, '2026-01-01Z')"""
        )
    centre.start_engine()
    centre.start_ingest()
    hub, daughter = centre.hub(), centre.contact(1)
    for device in ("button-1", "smoke-1"):
        hub.press(device, kind="low_battery").wait_acknowledged(10)
    joined = daughter.wait_for_sms("low battery")
    assert joined.body.count("low battery") == 2
    centre.wait_until(
        "SELECT count(*) = 1 FROM notifications WHERE bundled_into IS NOT NULL",
        "the other to be part of it",
    )
    assert [m.body for m in daughter.sent_to_it] == [joined.body]
