"""A refusing carrier neither burns a plan nor hides; well again, everything leaves at once.

Broken on purpose: without `Sender.probe` the first page waits for its own turn, up to a minute;
without `fault` in twilio_client.send_error messages fail for good and the plan is exhausted.
"""

from collections.abc import Callable

import pytest

from alerts.engine import late_messages
from alerts.policy import Policy
from tests import carrier_drill
from tests.centre import EVERY_WAY, LIFE_SENDER, REST_SENDER, Centre
from tests.sizes import long_but

POLICY = Policy(
    language="en",
    channels=EVERY_WAY,
    life_sender=LIFE_SENDER,
    routine_sender=REST_SENDER,
    pass_pause=2,
)
REFUSED_FOR = 12.0
"""Seconds: long enough for the backoff to exceed what the recovery may take."""
AFTER_RECOVERY = 5.0


@pytest.fixture
def centre(open_up: Callable[..., Centre], monkeypatch: pytest.MonkeyPatch) -> Centre:
    monkeypatch.setattr(late_messages, "REFUSED", 3.0)
    centre = open_up(policy=POLICY)
    centre.set_plan([{**step, "after_seconds": 0} for step in carrier_drill.PLAN])
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    return centre


@pytest.mark.parametrize("outage", long_but(list(carrier_drill.OUTAGES), 0))
def test_a_refusing_carrier_does_not_burn_the_plan_and_the_desk_knows(
    centre: Centre, outage: str
) -> None:
    drill = carrier_drill.play(centre, outage, REFUSED_FOR)
    print(f"{outage}, {REFUSED_FOR:.0f} s: {drill}")
    assert drill.told is not None
    assert drill.told < 3.0 + AFTER_RECOVERY
    assert drill.first_page < AFTER_RECOVERY
    assert drill.all_left < 2 * AFTER_RECOVERY
    assert (drill.exhausted, drill.unanswered) == (0, 0)
    alarm = centre.console().wait_for(lambda a: a["kind"] == "help_call", "the alarm")
    journal = centre.console().journal(alarm["id"])
    assert "carrier_refused" in journal
    assert "delivery_failed" not in journal
    centre.contact(1).wait_for_sms("help call")
    assert outage == "500" or "sent_again" not in journal
    sent = [m.sid for m in centre.contact(1).sent_to_it]
    centre.wait_until(
        "SELECT count(*) = %(many)s FROM notifications WHERE provider_id = ANY (%(sent)s)",
        "each text to be a message of its own",
        many=len(sent),
        sent=sent,
    )
