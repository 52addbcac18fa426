"""How long an alarm may stay as it is."""

import pytest

from alerts.notify.channels.twilio_sms import TIMEOUT
from alerts.policy import Policy
from store.model import AlarmState, Priority

S = AlarmState


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
    assert Policy().progress(state, priority) == seconds


def test_a_message_is_not_taken_over_while_its_request_may_still_be_answered() -> None:
    assert Policy().claim_timeout > TIMEOUT
