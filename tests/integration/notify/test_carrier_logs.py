"""What the carrier's client would write down of each message stays unwritten."""

import logging

import pytest

from alerts.notify.carriers.twilio.account import TwilioAccount
from alerts.notify.carriers.twilio.sms import TwilioSms
from device_sim.phones import Phones
from store.model import Notification, NotificationState, OutboxLane
from tests.district import NOON

NUMBER = "+8613800000001"
MESSAGE = Notification(
    id=1,
    alarm_id=1,
    dispatch_id=None,
    person_id=1,
    purpose="alarm",
    channel="sms",
    lane=OutboxLane.LIFE,
    address=NUMBER,
    body="help call",
    dedupe="1",
    state=NotificationState.SENDING,
    due_at=NOON,
    attempts=1,
    claimed_by="test",
    claimed_at=NOON,
    provider_id=None,
    provider_rank=0,
    error_code=None,
    created_at=NOON,
    sent_at=None,
    finished_at=None,
)


def test_a_sent_message_leaves_no_number_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Broken by leaving the client's logger as it is: number and text stand there at INFO."""
    caplog.set_level(logging.DEBUG)
    with Phones("AC" + "0" * 32, "token") as phones:
        account = TwilioAccount(
            "AC" + "0" * 32, "token", "+15550000001", api_url=phones.url, public_url=phones.url
        )
        carrier = TwilioSms(account)
        carrier.send(MESSAGE)
        assert carrier.find(MESSAGE, NOON)
        assert NUMBER in str(phones.requests)
    assert NUMBER not in caplog.text
    foreign = [line.name.partition(".")[0] for line in caplog.records]
    assert not {"twilio", "urllib3"}.intersection(foreign)
