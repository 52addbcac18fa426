"""What is fetched from the carrier's lists: the real client against its simulation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from alerts.notify.carriers.twilio import lists
from alerts.notify.carriers.twilio.account import TwilioAccount
from alerts.notify.carriers.twilio.sms import TwilioSms
from alerts.notify.carriers.twilio.voice import TwilioVoice
from alerts.notify.channels.interface import Reconcilable, SendError
from device_sim.phones import Phones

ACCOUNT, TOKEN = "AC" + "0" * 32, "secret"
LIFE, REST, FOREIGN = "+8610000000002", "+8610000000001", "+8610000000003"
SERVICE, POOL_NUMBER = "MG" + "1" * 32, "+15005550009"
DAUGHTER, SON = "+8613800000001", "+8613800000002"
NOWHERE = "http://127.0.0.1:1/inbound"


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones(ACCOUNT, TOKEN, NOWHERE, senders={SERVICE: POOL_NUMBER}) as phones:
        yield phones


def account(phones: Phones, *, service: str | None = None) -> TwilioAccount:
    return TwilioAccount(
        ACCOUNT,
        TOKEN,
        sender=None if service else REST,
        service_sid=service,
        life_sender=LIFE,
        api_url=phones.url,
        public_url="http://127.0.0.1:1",
    )


def hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def test_both_can_be_asked(phones: Phones) -> None:
    assert isinstance(TwilioSms(account(phones)), Reconcilable)
    assert isinstance(TwilioVoice(account(phones)), Reconcilable)


def test_replies_to_our_numbers_are_listed_and_no_others(phones: Phones) -> None:
    sent = [phones[DAUGHTER].reply(f"to {to}", to=to) for to in (LIFE, REST, FOREIGN)]
    channel = TwilioSms(account(phones))
    found = channel.replies(hour_ago())
    assert {(r.provider_id, r.address, r.body, r.to) for r in found} == {
        (sent[0].sid, DAUGHTER, f"to {LIFE}", LIFE),
        (sent[1].sid, DAUGHTER, f"to {REST}", REST),
    }
    assert all(abs(datetime.now(UTC) - r.at) < timedelta(seconds=30) for r in found)
    assert channel.replies(datetime.now(UTC) + timedelta(minutes=1)) == []


@pytest.mark.parametrize("named", [True, False])
def test_replies_to_our_service_are_ours_whether_they_name_it_or_not(
    phones: Phones, named: bool
) -> None:
    phones.behave(inbound_service=named)
    channel = TwilioSms(account(phones, service=SERVICE))
    channel._client.messages.create(to=DAUGHTER, messaging_service_sid=SERVICE, body="alarm")
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply("1")
    (found,) = channel.replies(hour_ago())
    assert (found.body, found.to) == ("1", SERVICE if named else POOL_NUMBER)


def test_a_picture_without_a_text_is_an_empty_reply(phones: Phones) -> None:
    phones[DAUGHTER].reply("", to=LIFE, media=(("https://api.example/1", "image/png"),))
    (found,) = TwilioSms(account(phones)).replies(hour_ago())
    assert (found.body, found.media) == ("", 1)


def test_messages_are_asked_for_whether_they_were_sent_or_not(phones: Phones) -> None:
    channel = TwilioSms(account(phones))
    phones[SON].behave(sms="failed", error_code=30008)
    sids = [
        channel._client.messages.create(to=to, from_=LIFE, body="alarm").sid
        for to in (DAUGHTER, SON)
    ]
    phones[DAUGHTER].wait_for_sms()
    with phones._network.changed:
        phones._network.changed.wait_for(
            lambda: phones._network.message_now(str(sids[1])).status == "failed", 10
        )
    asked = {str(sid): hour_ago() for sid in [*sids, "SM" + "f" * 32]}
    found = {r.provider_id: (r.status, r.error_code) for r in channel.reports(asked)}
    assert found == {sids[0]: ("delivered", None), sids[1]: ("failed", "30008")}


def test_of_many_that_wait_in_the_carriers_queue_the_oldest_are_asked_for(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each costs a request of its own: a queue of a thousand must not take minutes."""
    monkeypatch.setattr(lists, "MOST_SINGLE", 2)
    phones[DAUGHTER].behave(sms="delivered", delay_ms={"sent": 60_000})
    channel = TwilioSms(account(phones))
    sids = [
        str(channel._client.messages.create(to=DAUGHTER, from_=LIFE, body=f"alarm {n}").sid)
        for n in range(4)
    ]
    asked = {sid: hour_ago() + timedelta(minutes=n) for n, sid in enumerate(sids)}
    newest_first = dict(reversed(asked.items()))
    assert [report.provider_id for report in channel.reports(newest_first)] == sids[:2]


def test_calls_are_asked_for_whether_they_were_dialled_or_not(phones: Phones) -> None:
    channel = TwilioVoice(account(phones))
    phones[DAUGHTER].behave(call="answer")
    phones[SON].behave(call="ring", delay_ms={"initiated": 60_000})
    sids = [
        channel._client.calls.create(to=to, from_=LIFE, twiml="<Response/>").sid
        for to in (DAUGHTER, SON)
    ]
    phones[DAUGHTER].wait_for_call(status="completed")
    asked = {str(sid): hour_ago() for sid in [*sids, "CA" + "f" * 32, "hang_up:CA1"]}
    found = {r.provider_id: r.status for r in channel.reports(asked)}
    assert found == {sids[0]: "completed", sids[1]: "queued"}
    assert channel.reports({"hang_up:CA1": hour_ago()}) == []
    assert channel.replies(hour_ago()) == []


def test_a_carrier_that_refuses_says_so(phones: Phones) -> None:
    phones.behave(outcome="suspended")
    with pytest.raises(SendError, match="20005"):
        TwilioSms(account(phones)).replies(hour_ago())
    with pytest.raises(SendError, match="20005"):
        TwilioVoice(account(phones)).reports({"CA1": hour_ago()})
