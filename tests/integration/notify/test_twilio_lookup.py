"""What is looked up at the carrier after a lost answer: the real client, a simulated carrier."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.notify.carriers.twilio.account import TwilioAccount
from alerts.notify.carriers.twilio.sms import TwilioSms
from alerts.notify.carriers.twilio.voice import TwilioVoice
from alerts.notify.channels.interface import SendError
from device_sim.phones import Phones
from store.model import Notification
from tests.integration.engine.test_sender import queued
from tests.world import World

ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "secret", "+8610000000001"


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones(ACCOUNT, TOKEN) as phones:
        yield phones


@pytest.fixture
def message(world: World) -> Notification:
    world.time = datetime.now(UTC)  # the carrier dates its messages by the real clock
    return queued(world)


def account(phones: Phones) -> TwilioAccount:
    return TwilioAccount(
        ACCOUNT, TOKEN, sender=SENDER, api_url=phones.url, public_url="http://127.0.0.1:1"
    )


def accepted_and_cut(channel: TwilioSms | TwilioVoice, message: Notification) -> None:
    with pytest.raises(SendError) as caught:
        channel.send(message)
    assert caught.value.ambiguous


def test_a_message_that_still_waits_in_the_carriers_queue_is_found(
    phones: Phones, message: Notification
) -> None:
    """Break: filter the list by date; what was never sent has none."""
    phone, channel = phones[message.address], TwilioSms(account(phones))
    phone.behave(sms="hang_after_accepting", delay_ms={"sent": 60_000}, times=1)
    accepted_and_cut(channel, message)
    (waiting,) = phone.sent_to_it
    assert channel.find(message, message.created_at) == [waiting.sid]


@pytest.mark.parametrize("later", [60, 120])
def test_it_is_found_behind_all_that_was_sent_since(
    phones: Phones, message: Notification, later: int
) -> None:
    """More than one page of the carrier's list."""
    phone, channel = phones[message.address], TwilioSms(account(phones))
    sid = channel.send(message)
    for number in range(later):
        channel.send(replace(message, body=f"another {number}"))
    assert len(phone.sent_to_it) == later + 1
    assert channel.find(message, message.created_at) == [sid]


def test_what_waits_is_found_behind_what_is_years_old(
    phones: Phones, message: Notification
) -> None:
    """The list is in the order of sending: what was never sent stands nowhere in it for sure."""
    phone, channel = phones[message.address], TwilioSms(account(phones))
    channel.send(replace(message, body="of another year"))
    phone.wait_for_sms()
    for old in phone.sent_to_it:
        year_ago = old.date_created - timedelta(days=365)
        phones._network.update_message(old.sid, date_created=year_ago, date_sent=year_ago)
    phone.behave(sms="delivered", delay_ms={"sent": 60_000})
    sid = channel.send(message)
    assert channel.find(message, message.created_at) == [sid]


def test_a_call_that_is_not_dialled_yet_is_found(phones: Phones, message: Notification) -> None:
    call, channel = replace(message, channel="voice"), TwilioVoice(account(phones))
    phones[message.address].behave(
        call="hang_after_accepting", delay_ms={"initiated": 60_000}, times=1
    )
    accepted_and_cut(channel, call)
    (waiting,) = phones[message.address].calls
    assert channel.find(call, message.created_at) == [waiting.sid]


def test_what_is_older_than_the_message_is_not_it(phones: Phones, message: Notification) -> None:
    channel = TwilioSms(account(phones))
    channel.send(message)
    assert channel.find(message, message.created_at + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("settings", "code", "ambiguous"),
    [
        ({"outcome": "rate_limited"}, "429", False),
        ({"outcome": "server_error", "status": 502}, "20500", True),
    ],
)
def test_a_list_that_is_refused_says_why(
    phones: Phones, message: Notification, settings: dict[str, object], code: str, ambiguous: bool
) -> None:
    """The client raises another error for a page of a list than for the rest."""
    phones.behave(**settings)
    channels = (TwilioSms(account(phones)), TwilioVoice(account(phones)))
    for channel in channels:
        with pytest.raises(SendError) as caught:
            channel.find(message, message.created_at)
        assert (caught.value.code, caught.value.ambiguous) == (code, ambiguous)


@pytest.mark.parametrize("outcome", ["unauthorized", "suspended"])
def test_a_fault_of_the_account_is_the_same_for_a_list_and_for_a_message(
    phones: Phones, message: Notification, outcome: str
) -> None:
    phones.behave(outcome=outcome)
    channel = TwilioSms(account(phones))
    with pytest.raises(SendError) as listed:
        channel.find(message, message.created_at)
    with pytest.raises(SendError) as sent:
        channel.send(message)
    assert (listed.value.code, listed.value.permanent) == (sent.value.code, sent.value.permanent)
