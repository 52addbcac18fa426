"""SMS and calls by Alibaba Cloud: its own clients, its simulated interface."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.notify.carriers.aliyun.queue import queues_of
from alerts.notify.carriers.aliyun.sms import AliyunSms
from alerts.notify.carriers.aliyun.voice import AliyunVoice
from alerts.notify.channels.interface import CarrierNews, Fault, SendError
from device_sim.phones import Phones
from store.model import Notification, NotificationState, OutboxLane
from tests.aliyun import QUEUES, account, simulated

NUMBER = "+8613800000001"
ALARM_FIELDS = {"where": "王秀英家", "kind": "紧急呼叫", "at": "12:00", "code": "4711"}


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones("AC" + "0" * 32, "token", alibaba=simulated()) as phones:
        yield phones


def message(channel: str = "sms", template: str = "alarm", number: int = 12) -> Notification:
    now = datetime.now(UTC)
    return Notification(
        id=number,
        alarm_id=1,
        dispatch_id=None,
        person_id=1,
        purpose="alarm",
        channel=channel,
        lane=OutboxLane.LIFE,
        address=NUMBER,
        body="plain text that no carrier there takes",
        dedupe=str(number),
        state=NotificationState.SENDING,
        due_at=now,
        attempts=1,
        claimed_by="test",
        claimed_at=now,
        provider_id=None,
        provider_rank=0,
        error_code=None,
        created_at=now,
        sent_at=None,
        finished_at=None,
        fields=ALARM_FIELDS,
        template=template,
    )


def news(phones: Phones, kind: str, least: int = 1) -> list[CarrierNews]:
    (queue,) = [q for q in queues_of(account(phones.url)) if q.name == QUEUES[kind]]
    found: list[CarrierNews] = []
    while len(found) < least:
        received = queue.receive()
        assert received, f"waited in vain for {kind}"
        queue.delete([one.handle for one in received])
        found += received
    return found


def test_a_template_leaves_and_is_told_delivered(phones: Phones) -> None:
    sent = AliyunSms(account(phones.url)).send(message())
    arrived = phones[NUMBER].wait_for_sms("王秀英家有紧急呼叫报警")
    assert "4711" in arrived.body
    assert "plain text" not in arrived.body
    (told,) = news(phones, "SmsReport")
    assert told.notification_id == 12
    assert told.report is not None
    assert (told.report.provider_id, told.report.status) == (sent, "delivered")


def test_a_text_without_a_template_does_not_leave(phones: Phones) -> None:
    for wanting in (message(template=""), message(template="call_told")):
        with pytest.raises(SendError) as caught:
            AliyunSms(account(phones.url)).send(wanting)
        assert (caught.value.code, caught.value.permanent) == ("no_template", True)
    assert not phones.requests


def test_a_lost_answer_is_looked_up_by_our_id(phones: Phones) -> None:
    """Break: look for number and text, as at Twilio."""
    channel, one, other = AliyunSms(account(phones.url)), message(), message(number=13)
    channel.send(other)
    phones.alibaba.behave(outcome="lost_answer", times=1)
    with pytest.raises(SendError) as caught:
        channel.send(one)
    assert caught.value.ambiguous
    assert channel.find(one, one.created_at) == ["out-12"]
    assert channel.find(message(number=14), one.created_at) == []
    late = replace(one, provider_id="out-12", sent_at=one.created_at)
    report = channel.report_of(late)
    assert report is not None
    assert (report.provider_id, report.status) == ("out-12", "delivered")


def test_what_was_sent_before_is_not_found(phones: Phones) -> None:
    channel, one = AliyunSms(account(phones.url)), message()
    channel.send(one)
    assert channel.find(one, datetime.now(UTC) + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("behaviour", "fault", "ambiguous"),
    [
        ({"outcome": "unknown_key"}, Fault.ACCOUNT, False),
        ({"outcome": "wrong_signature"}, Fault.ACCOUNT, False),
        ({"outcome": "forbidden"}, Fault.ACCOUNT, False),
        ({"outcome": "out_of_service"}, Fault.ACCOUNT, False),
        ({"outcome": "amount_not_enough"}, Fault.ACCOUNT, False),
        ({"outcome": "account_abnormal"}, Fault.ACCOUNT, False),
        ({"outcome": "not_subscribed"}, Fault.ACCOUNT, False),
        ({"outcome": "day_limit"}, Fault.CARRIER, False),
        ({"outcome": "throttled"}, Fault.CARRIER, False),
        ({"outcome": "throttled", "retry_after": 7000}, Fault.CARRIER, False),
        ({"outcome": "system_error"}, Fault.CARRIER, True),
        ({"outcome": "server_error"}, Fault.CARRIER, True),
        ({"outcome": "unreachable"}, Fault.CARRIER, True),
    ],
    ids=lambda value: str(value),
)
@pytest.mark.parametrize("kind", ["sms", "voice"])
def test_faults_of_carrier_and_account_are_not_the_messages(
    phones: Phones, kind: str, behaviour: dict[str, object], fault: Fault, ambiguous: bool
) -> None:
    phones.alibaba.behave(**behaviour)
    domestic = account(phones.url)
    channel = AliyunSms(domestic) if kind == "sms" else AliyunVoice(domestic)
    with pytest.raises(SendError) as caught:
        channel.send(message(kind))
    error = caught.value
    assert (error.permanent, error.fault, error.ambiguous) == (False, fault, ambiguous)
    assert error.retry_after == (7.0 if "retry_after" in behaviour else None)


def test_a_carrier_that_is_off_leaves_no_doubt(phones: Phones) -> None:
    channel = AliyunSms(account("http://127.0.0.1:9"))
    with pytest.raises(SendError) as caught:
        channel.send(message())
    assert (caught.value.fault, caught.value.ambiguous) == (Fault.CARRIER, False)


def test_a_telephone_that_has_had_enough_is_no_fault_of_the_carrier(phones: Phones) -> None:
    channel = AliyunSms(account(phones.url))
    phones.alibaba.behave(sms_limits="documented")
    channel.send(message())
    with pytest.raises(SendError) as caught:
        channel.send(message(number=13))
    error = caught.value
    assert (error.fault, error.permanent, error.retry_after) == (None, False, 60.0)


def test_a_number_that_is_none_is_the_messages_fault(phones: Phones) -> None:
    with pytest.raises(SendError) as caught:
        AliyunSms(account(phones.url)).send(replace(message(), address="+86138"))
    assert (caught.value.fault, caught.value.permanent) == (None, True)


def test_a_reply_comes_with_its_number(phones: Phones) -> None:
    AliyunSms(account(phones.url)).send(message())
    phone = phones[NUMBER]
    phone.wait_for_sms("报警")
    phone.reply("1")
    (told,) = news(phones, "SmsUp")
    assert told.reply is not None
    assert (told.reply.address, told.reply.body) == (NUMBER, "1")
    assert told.reply.provider_id.startswith("aliyun:")


def test_a_key_is_told_while_the_call_goes_on(phones: Phones) -> None:
    phones[NUMBER].behave(call="answer", digits="2")
    sent = AliyunVoice(account(phones.url)).send(message("voice"))
    (pressed,) = news(phones, "VoiceCallReport")
    assert (pressed.notification_id, pressed.keys) == (12, "2")
    (over,) = news(phones, "VoiceReport")
    assert over.report is not None
    assert (over.report.provider_id, over.report.status, over.keys) == (sent, "completed", "2")
    (call,) = phones[NUMBER].calls
    assert "王秀英" not in call.said[0], "before a key nothing about anybody is said"
    assert "王秀英" in call.said[1]


def test_without_keys_only_a_notice_is_said(phones: Phones) -> None:
    phones[NUMBER].behave(call="answer", digits="1")
    AliyunVoice(account(phones.url, key_presses=False)).send(message("voice"))
    (over,) = news(phones, "VoiceReport")
    assert over.keys == ""
    (call,) = phones[NUMBER].calls
    assert all("王秀英" not in text and "4711" not in text for text in call.said)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed")],
)
def test_how_a_call_ends_is_told(phones: Phones, outcome: str, status: str) -> None:
    phones[NUMBER].behave(call=outcome)
    AliyunVoice(account(phones.url)).send(message("voice"))
    (over,) = news(phones, "VoiceReport")
    assert over.report is not None
    assert over.report.status == status


def test_a_token_that_ended_is_renewed(phones: Phones) -> None:
    """Break: keep the token for ever."""
    phones.alibaba.behave(token_s=1)
    (queue,) = [q for q in queues_of(account(phones.url)) if q.name == QUEUES["SmsReport"]]
    assert queue.receive() == []
    assert queue.receive() == []
    assert len([r for r in phones.requests if "Token" in r.path]) == 2


def test_nothing_of_a_message_is_in_the_log(
    phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    """Break: leave the loggers of the clients as they are."""
    caplog.set_level(logging.DEBUG)
    channel = AliyunSms(account(phones.url))
    channel.send(message())
    assert channel.find(message(), datetime.now(UTC) - timedelta(minutes=1))
    news(phones, "SmsReport")
    phones.alibaba.behave(outcome="server_error")
    with pytest.raises(SendError) as caught:
        channel.send(message())
    told = caplog.text + str(caught.value) + str(vars(caught.value)) + repr(account(phones.url))
    assert "13800000001" not in told
    assert "王秀英" not in told
    assert "simulated-phones-secret" not in told
    assert caught.value.__cause__ is None
