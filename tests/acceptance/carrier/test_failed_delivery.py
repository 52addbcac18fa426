"""A failed delivery changes channel at once; a person's channels used up, the plan goes on.

Broken on purpose by returning False from `failover._try_next_method`: the telephone then never
rings, and the next contact is asked although the first could have been called. By dropping the
`fail_over` after `record_retry` in alerts/engine/sender.py: 429, 5xx and timeouts then wait for the
retry.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from alerts.policy import Policy
from device_sim.phones import Call
from tests.centre import EVERY_WAY, LIFE_SENDER, REST_SENDER, Centre

POLICY = Policy(
    language="en", channels=EVERY_WAY, life_sender=LIFE_SENDER, routine_sender=REST_SENDER
)
IN_TIME = 5.0
"""Seconds within which the next channel is taken."""
AN_HOUR_LATER = [
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 3600, "target": "contact", "position": 2},
]
LOST = [
    ("rejected", {"error_code": 21610}),
    ("rejected", {"error_code": 21614}),
    ("rejected", {"error_code": 21211}),
    *[
        (how, {"error_code": code})
        for how in ("failed", "undelivered")
        for code in (30003, 30005, 30006, 30007, 30008)
    ],
]
TRANSIENT = [
    ("rate_limited", {}),
    ("server_error", {"status": 503}),
    ("hang_before_accepting", {"connection": "drop"}),
    ("hang_before_accepting", {"connection": "silent"}),
]
UNANSWERED = ["busy", "no-answer", "failed", "machine", "answer"]
"""`answer` with no digits: somebody picks up, presses nothing and is gone."""


@pytest.fixture
def centre(open_up: Callable[..., Centre]) -> Centre:
    centre = open_up(policy=POLICY)
    centre.set_plan(AN_HOUR_LATER)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    return centre


def _press(centre: Centre) -> float:
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    return monotonic()


def _created(centre: Centre, path: str, number: str) -> list[float]:
    """When the carrier was asked for a message or a call to the number."""
    return [
        r.at
        for r in centre.phones.requests
        if r.method == "POST" and r.path.endswith(path) and r.to == number
    ]


def _rings(centre: Centre, contact: int = 1) -> Call:
    return centre.contact(contact).wait_for_call()


@pytest.mark.parametrize(("how", "settings"), LOST)
def test_a_lost_sms_becomes_a_call_at_once(
    centre: Centre, how: str, settings: dict[str, Any]
) -> None:
    daughter = centre.contact(1)
    daughter.behave(sms=how, **settings)
    pressed = _press(centre)
    _rings(centre)
    assert _created(centre, "/Calls.json", daughter.number)[0] - pressed < IN_TIME
    daughter.press("11")  # to listen, and to answer
    centre.wait_until("SELECT answer = 'going' AND via = 'voice' FROM responses", "her answer")
    assert not centre.contact(2).sent_to_it, "she was reached: the son is left in peace"


@pytest.mark.parametrize(("how", "settings"), TRANSIENT)
def test_a_carrier_that_fails_is_tried_again_and_the_telephone_rings_meanwhile(
    centre: Centre, how: str, settings: dict[str, Any]
) -> None:
    daughter = centre.contact(1)
    daughter.behave(sms=how, times=1, **settings)
    pressed = _press(centre)
    _rings(centre)
    assert _created(centre, "/Calls.json", daughter.number)[0] - pressed < IN_TIME
    daughter.wait_for_sms("help call")
    assert len(_created(centre, "/Messages.json", daughter.number)) == 2


@pytest.mark.parametrize("how", UNANSWERED)
def test_channels_used_up_hurry_the_plan_to_the_next_contact(centre: Centre, how: str) -> None:
    daughter, son = centre.contact(1), centre.contact(2)
    daughter.behave(sms="undelivered", error_code=30003)
    daughter.behave(call=how)
    pressed = _press(centre)
    son.wait_for_sms("help call")
    assert daughter.calls, "the next channel came before the next person"
    assert _created(centre, "/Messages.json", son.number)[0] - pressed < 2 * IN_TIME
    centre.wait_until(
        "SELECT bool_and(state = 'FAILED') FROM notifications WHERE address = %(to)s",
        "both ways to have failed",
        to=daughter.number,
    )
    with centre.pool.connection() as conn:
        assert conn.execute("SELECT count(*) FROM responses").fetchone() == (0,)


def test_who_stopped_the_sender_is_called_and_no_sms_is_tried_again(centre: Centre) -> None:
    """21610: blocked for that sender, a call is still allowed; shown on the contact."""
    daughter = centre.contact(1)
    daughter.behave(sms="rejected", error_code=21610)
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm
    _rings(centre)
    console = centre.console()
    shown = console.detail(alarm or 0)["home_detail"]["contacts"][0]
    assert shown["opted_out"]
    centre.hub().press("smoke-1", kind="smoke").wait_acknowledged(10)
    centre.wait_until(
        "SELECT count(*) = 2 FROM notifications WHERE channel = 'voice'", "the smoke alarm's call"
    )
    assert len(_created(centre, "/Messages.json", daughter.number)) == 1


def test_a_person_with_another_order_is_called_first(centre: Centre) -> None:
    from store.notify import preferences

    daughter = centre.contact(1)
    with centre.pool.connection() as conn:
        preferences.set_channels(
            conn, centre.district.home.contacts[0], [("voice", ""), ("sms", "")]
        )
    daughter.behave(call="busy")
    _press(centre)
    daughter.wait_for_sms("help call")
    assert len(daughter.calls) == 1
