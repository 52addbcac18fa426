"""Calls to the simulated phones, with the real `twilio` client and TwiML from a webhook."""

from typing import Any

import pytest
from twilio.rest import Client

from device_sim.phones import Phones
from tests.integration.device_sim.test_phones import (
    ACCOUNT,
    DAUGHTER,
    SENDER,
    SON,
    Webhook,
    phones,
    twilio,
    webhook,
)
from tests.integration.device_sim.test_phones_people import put

__all__ = ["phones", "twilio", "webhook"]

ASK = (
    '<Response><Gather numDigits="1" timeout="30" action="/key"><Say>紧急呼叫，按1</Say></Gather>'
    "<Say>没有按键</Say></Response>"
)
THANKS = "<Response><Say>谢谢</Say><Hangup/></Response>"
ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture(autouse=True)
def scripts(webhook: Webhook) -> None:
    webhook.answers["/voice"] = (200, ASK)
    webhook.answers["/key"] = (200, THANKS)


def call(twilio: Client, webhook: Webhook, **more: Any) -> Any:
    return twilio.calls.create(
        to=DAUGHTER,
        from_=SENDER,
        url=f"{webhook.url}/voice",
        status_callback=f"{webhook.url}/status",
        status_callback_event=ALL_EVENTS,
        **more,
    )


def statuses(webhook: Webhook, count: int) -> list[str]:
    return [form["CallStatus"] for form in webhook.wait(count, "/status")]


def test_a_pressed_key_reaches_the_gathers_action(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].behave(call="answer", digits="1")
    created = call(twilio, webhook)
    assert created.status == "queued"
    ended = phones[DAUGHTER].wait_for_call(saying="谢谢", status="completed")
    assert (ended.said, ended.digits) == (("紧急呼叫，按1", "谢谢"), ("1",))
    (key,) = webhook.wait(1, "/key")
    assert (key["Digits"], key["CallSid"], key["To"]) == ("1", created.sid, DAUGHTER)
    assert statuses(webhook, 4) == ["initiated", "ringing", "in-progress", "completed"]
    assert twilio.calls(created.sid).fetch().status == "completed"


def test_a_wrong_key_is_a_key_and_no_key_falls_through(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].behave(call="answer", digits="9", times=1)
    call(twilio, webhook)
    assert webhook.wait(1, "/key")[0]["Digits"] == "9"
    phones[DAUGHTER].behave(call="answer")
    call(twilio, webhook)
    ended = phones[DAUGHTER].wait_for_call(saying="没有按键", status="completed")
    assert ended.digits == ()


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
def test_a_call_that_is_not_answered_says_how_it_ended(
    twilio: Client, phones: Phones, webhook: Webhook, outcome: str
) -> None:
    phones[DAUGHTER].behave(call=outcome)
    created = call(twilio, webhook)
    phones[DAUGHTER].wait_for_call(status=outcome)
    assert statuses(webhook, 2 if outcome == "failed" else 3)[-1] == outcome
    assert twilio.calls(created.sid).fetch().status == outcome
    assert [path for path, _ in webhook.posts if path == "/voice"] == []


def test_only_the_events_asked_for_are_posted(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].behave(call="answer")
    twilio.calls.create(
        to=DAUGHTER, from_=SENDER, twiml=THANKS, status_callback=f"{webhook.url}/status"
    )
    phones[DAUGHTER].wait_for_call(saying="谢谢", status="completed")
    (form,) = webhook.wait(1, "/status")
    assert (form["CallStatus"], form["CallDuration"]) == ("completed", "0")


@pytest.mark.parametrize(
    ("outcome", "detection", "by"),
    [
        ("machine", "Enable", "machine_start"),
        ("machine", "DetectMessageEnd", "machine_end_beep"),
        ("answer", "Enable", "human"),
    ],
)
def test_machine_detection_tells_voice_mail_from_a_person(
    twilio: Client, phones: Phones, webhook: Webhook, outcome: str, detection: str, by: str
) -> None:
    phones[DAUGHTER].behave(call=outcome)
    call(twilio, webhook, machine_detection=detection)
    assert webhook.wait(1, "/voice")[0]["AnsweredBy"] == by
    assert phones[DAUGHTER].wait_for_call(status="completed").digits == ()


def test_without_machine_detection_voice_mail_looks_like_a_person(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].behave(call="machine")
    call(twilio, webhook)
    assert "AnsweredBy" not in webhook.wait(1, "/voice")[0]


def test_a_person_picks_up_and_presses(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    call(twilio, webhook)
    phones[DAUGHTER].press("1")
    assert webhook.wait(1, "/key")[0]["Digits"] == "1"
    phones[DAUGHTER].wait_for_call(saying="谢谢", status="completed")


def test_a_person_presses_over_http_while_being_asked(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    call(twilio, webhook)
    phones[DAUGHTER].press()
    phones[DAUGHTER].wait_for_call(saying="按1")
    assert put(phones, f"{DAUGHTER}/press", {"digits": "1"}, "POST")[0] == 200
    assert webhook.wait(1, "/key")[0]["Digits"] == "1"


def test_a_person_declines(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    call(twilio, webhook)
    webhook.wait(2, "/status")
    assert put(phones, f"{DAUGHTER}/hangup", None, "POST")[0] == 200
    phones[DAUGHTER].wait_for_call(status="busy")


def test_nothing_more_is_said_to_a_person_who_hung_up(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    document = "<Response><Say>first</Say><Pause length='60'/><Say>second</Say></Response>"
    webhook.answers["/voice"] = (200, document)
    call(twilio, webhook)
    phones[DAUGHTER].press()
    phones[DAUGHTER].wait_for_call(saying="first")
    phones[DAUGHTER].hang_up()
    assert phones[DAUGHTER].wait_for_call(status="completed").said == ("first",)


def test_the_caller_can_end_and_redirect_a_call(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    first = call(twilio, webhook)
    phones[DAUGHTER].press()
    phones[DAUGHTER].wait_for_call(saying="按1")
    first.update(twiml="<Response><Say>转接</Say><Pause length='60'/></Response>")
    phones[DAUGHTER].wait_for_call(saying="转接")
    first.update(status="completed")
    phones[DAUGHTER].wait_for_call(saying="转接", status="completed")
    second = call(twilio, webhook)
    second.update(status="canceled")
    phones[DAUGHTER].wait_for_call(status="canceled")


def test_a_number_that_rings_out_is_no_answer(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    call(twilio, webhook, timeout=1)
    phones[DAUGHTER].wait_for_call(status="no-answer")


def test_dial_joins_another_phone(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    joined = f"<Response><Dial action='/joined'>{SON}</Dial></Response>"
    phones[DAUGHTER].behave(call="answer")
    phones[SON].behave(call="busy", times=1)
    twilio.calls.create(to=DAUGHTER, from_=SENDER, twiml=joined)
    phones[SON].wait_for_call(status="busy")
    phones[SON].behave(call="answer")
    twilio.calls.create(to=DAUGHTER, from_=SENDER, twiml=joined)
    phones.wait_for_talk(2)
    phones[SON].hang_up()
    phones[SON].wait_for_call(status="completed")
    assert len(phones[SON].calls) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, ""), "11200"),
        ((200, "<Oops/>"), "12100"),
        ((200, "<Response><X/></Response>"), "12200"),
    ],
)
def test_a_call_whose_document_is_wrong_ends_with_twilios_error(
    twilio: Client, phones: Phones, webhook: Webhook, answer: tuple[int, str], error: str
) -> None:
    webhook.answers["/voice"] = answer
    phones[DAUGHTER].behave(call="answer")
    call(twilio, webhook)
    ended = phones[DAUGHTER].wait_for_call(status="completed")
    assert (ended.error or "").startswith(error)


def test_a_redirect_loop_ends(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    webhook.answers["/voice"] = (200, "<Response><Redirect>/voice</Redirect></Response>")
    phones[DAUGHTER].behave(call="answer")
    call(twilio, webhook)
    assert "redirect loop" in (phones[DAUGHTER].wait_for_call(status="completed").error or "")


def test_call_callbacks_can_come_backwards(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].behave(call="answer", callbacks="reordered")
    call(twilio, webhook)
    assert statuses(webhook, 4) == ["completed", "in-progress", "ringing", "initiated"]


def test_calls_are_listed_by_number(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    phones[DAUGHTER].behave(call="busy")
    created = call(twilio, webhook)
    phones[DAUGHTER].wait_for_call(status="busy")
    assert [found.sid for found in twilio.calls.list(to=DAUGHTER)] == [created.sid]
    assert twilio.calls.list(to=SON) == []
    assert created.account_sid == ACCOUNT
