"""A crash while sending neither loses a message nor doubles one the carrier has.

Broken on purpose by never looking the message up (`maybe_sent=False` in
Sender.take_over_abandoned): the daughter then gets it twice.
"""

from collections.abc import Callable

import pytest

from alerts.engine import waking
from alerts.policy import Policy
from tests.centre import Centre
from tests.crash_points import ENGINE_AFTER_SENDING, ENGINE_BEFORE_SENDING, CrashingProcess

QUICK = Policy(claim_timeout=1, language="en")


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dead engine has claimed is looked for with each safety tick."""
    monkeypatch.setattr(waking, "SAFETY_TICK", 0.5)


def _killed_engine(centre: Centre, point: str) -> None:
    """A press whose message is being sent when the engine dies; then a healthy engine."""
    centre.start_ingest()
    doomed = CrashingProcess("alerts", point, centre.env("alerts-1"))
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    doomed.wait_for_its_end()
    centre.start_engine("alerts-2")


def test_a_message_claimed_by_a_dead_engine_is_sent(open_up: Callable[..., Centre]) -> None:
    centre = open_up(policy=QUICK)
    _killed_engine(centre, ENGINE_BEFORE_SENDING)
    centre.contact(1).wait_for_sms("help call")
    centre.wait_until(
        "SELECT count(*) = 1 FROM alarm_events WHERE event = 'sent_again'", "the journal to say so"
    )


def test_a_message_the_carrier_has_is_found_and_not_sent_again(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(policy=QUICK)
    _killed_engine(centre, ENGINE_AFTER_SENDING)
    centre.wait_until(
        "SELECT count(*) = 1 FROM notifications WHERE channel = 'sms' AND provider_id IS NOT NULL",
        "the message to be found",
    )
    assert len(centre.contact(1).sent_to_it) == 1


def test_an_answer_lost_after_the_carrier_accepted_is_looked_up(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(policy=QUICK)
    centre.contact(1).behave(sms="hang_after_accepting", connection="drop", times=1)
    centre.start_engine()
    centre.start_ingest()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    centre.wait_until(
        "SELECT count(*) = 1 FROM notifications WHERE channel = 'sms' "
        "AND purpose = 'alarm' AND address = %(to)s AND provider_id IS NOT NULL",
        "the message to be found",
        to=centre.contact(1).number,
    )
    assert len(centre.contact(1).sent_to_it) == 1
