"""The simulated carrier where the real one is not kind: webhooks, machines, refusals, faults."""

from time import monotonic
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from app.free_port import free_port
from device_sim.carrier.twilio.account import WebhookRetries
from device_sim.phones import AccountBehaviour, Phones
from tests.integration.device_sim.test_phones import (
    ACCOUNT,
    DAUGHTER,
    SENDER,
    SON,
    TOKEN,
    Webhook,
    phones,
    refused,
    send,
    twilio,
    webhook,
)
from tests.integration.device_sim.test_phones_calls import ASK, call

__all__ = ["phones", "twilio", "webhook"]
SERVICE = "MG" + "1" * 32


def tries(phones: Phones, path: str) -> list[tuple[str, int]]:
    """What was tried below this path: the state or the text, and what came of it."""
    return [
        (d.params.get("MessageStatus") or d.params.get("Body", ""), d.status)
        for d in phones.deliveries
        if path in d.url
    ]


def test_a_webhook_that_answers_5xx_is_not_tried_again(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    webhook.answers["/status"] = (503, "")
    send(twilio, status_callback=f"{webhook.url}/status")
    posts = webhook.wait(3, "/status")
    assert [post["MessageStatus"] for post in posts] == ["queued", "sent", "delivered"]


def test_a_webhook_without_a_connection_is_tried_once_more(twilio: Client, phones: Phones) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    phones[DAUGHTER].behave(sms="sent")
    send(twilio, status_callback=f"{dead}/status")
    send(twilio, to=SON, status_callback=f"{dead}/other#rc=3")
    phones[SON].wait_for_sms()
    _until(lambda: len(tries(phones, "/other")) >= 12)
    assert tries(phones, "/status") == [("queued", 0), ("queued", 0), ("sent", 0), ("sent", 0)]
    assert tries(phones, "/other")[:4] == [("queued", 0)] * 4


def test_the_fragment_overrides_how_often_and_after_what(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    webhook.answers["/status"] = (503, "")
    send(twilio, status_callback=f"{webhook.url}/status#rc=2&rp=5xx")
    posts = [post["MessageStatus"] for post in webhook.wait(9, "/status")]
    assert posts == ["queued"] * 3 + ["sent"] * 3 + ["delivered"] * 3


def test_a_reply_goes_to_the_fallback_address_when_the_first_fails(webhook: Webhook) -> None:
    webhook.answers["/sms"] = (500, "")
    url, fallback = f"{webhook.url}/sms", f"{webhook.url}/fallback"
    with Phones(ACCOUNT, TOKEN, inbound_url=url, fallback_url=fallback) as phones:
        phones[DAUGHTER].reply("1", to=SENDER)
        (form,) = webhook.wait(1, "/fallback")
        assert (form["Body"], form["ErrorCode"], form["ErrorUrl"]) == ("1", "11200", url)
        assert len(webhook.wait(1, "/sms")) == 1
        phones.inbound_url = f"http://127.0.0.1:{free_port()}/sms"
        phones[DAUGHTER].reply("2", to=SENDER)
        assert webhook.wait(2, "/fallback")[1]["ErrorCode"] == "11205"


def test_a_call_asks_its_fallback_address_what_to_say(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    webhook.answers["/voice"] = (502, "")
    webhook.answers["/spare"] = (200, ASK)
    phones[DAUGHTER].behave(call="answer")
    call(twilio, webhook, fallback_url=f"{webhook.url}/spare")
    ended = phones[DAUGHTER].wait_for_call(saying="没有按键", status="completed")
    assert ended.error is None


def test_without_a_fallback_the_call_breaks_off(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    webhook.answers["/voice"] = (502, "")
    phones[DAUGHTER].behave(call="answer")
    call(twilio, webhook)
    assert "11200" in str(phones[DAUGHTER].wait_for_call(status="completed").error)


@pytest.mark.parametrize("found", ["machine_start", "unknown", "fax", "human"])
def test_detection_may_be_wrong_or_not_know(
    twilio: Client, phones: Phones, webhook: Webhook, found: str
) -> None:
    webhook.answers["/voice"] = (200, ASK)
    webhook.answers["/key"] = (200, "<Response/>")
    phones[DAUGHTER].behave(call="answer", digits="1", answered_by=found)
    created = call(twilio, webhook, machine_detection="Enable")
    assert webhook.wait(1, "/voice")[0]["AnsweredBy"] == found
    assert webhook.wait(1, "/key")[0]["AnsweredBy"] == found
    phones[DAUGHTER].wait_for_call(status="completed")
    assert twilio.calls(created.sid).fetch().answered_by == found


def test_who_picks_up_hears_nothing_while_the_carrier_listens(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    webhook.answers["/voice"] = (200, "<Response/>")
    phones[DAUGHTER].behave(call="answer", delay_ms={"detection": 300})
    call(twilio, webhook, machine_detection="Enable")
    picked_up = webhook.wait(3, "/status")[2]
    at = monotonic()
    assert (picked_up["CallStatus"], picked_up.get("AnsweredBy")) == ("in-progress", None)
    webhook.wait(1, "/voice")
    assert monotonic() - at > 0.2


def test_no_date_finds_a_message_that_was_never_sent(twilio: Client, phones: Phones) -> None:
    phones[DAUGHTER].behave(sms="delivered", delay_ms={"sent": 60_000})
    waiting = send(twilio, "in the carrier's queue")
    since = waiting.date_created
    assert twilio.messages.list(to=DAUGHTER, date_sent_after=since) == []
    assert [m.sid for m in twilio.messages.list(to=DAUGHTER)] == [waiting.sid]
    phones.behave(lists_unsent=True)
    assert [m.sid for m in twilio.messages.list(date_sent_after=since)] == [waiting.sid]


@pytest.mark.parametrize(
    ("settings", "to", "sms", "voice"),
    [
        ({}, "+861280000000", 21211, 21211),
        ({"senders": ["+15005550001"]}, DAUGHTER, 21606, 21210),
        ({"countries": ["+1"]}, DAUGHTER, 21408, 21215),
    ],
)
def test_numbers_senders_and_countries_are_refused(
    twilio: Client, phones: Phones, settings: dict[str, Any], to: str, sms: int, voice: int
) -> None:
    phones.behave(**settings)
    assert refused(twilio, to=to).code == sms
    with pytest.raises(TwilioRestException) as caught:
        twilio.calls.create(to=to, from_=SENDER, twiml="<Response/>")
    assert caught.value.code == voice


def test_a_landline_takes_calls_but_no_sms(twilio: Client, phones: Phones) -> None:
    landline = "+8673184512345"
    assert refused(twilio, to=landline).code == 21614
    phones[landline].behave(call="busy")
    twilio.calls.create(to=landline, from_=SENDER, twiml="<Response/>")


def test_who_has_stopped_a_sender_may_be_known_only_later(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones.behave(opt_out="later")
    phones[DAUGHTER].reply("STOP", to=SENDER)
    send(twilio, status_callback=f"{webhook.url}/status")
    last = webhook.wait(2, "/status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == ("failed", "21610")


@pytest.mark.parametrize("code", range(30001, 30009))
def test_later_failures_say_why(
    twilio: Client, phones: Phones, webhook: Webhook, code: int
) -> None:
    phones[DAUGHTER].behave(sms="undelivered", error_code=code)
    send(twilio, status_callback=f"{webhook.url}/status")
    assert webhook.wait(3, "/status")[-1]["ErrorCode"] == str(code)


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [("unauthorized", 401, 20003), ("suspended", 403, 20005), ("rate_limited", 429, 20429)],
)
def test_a_fault_of_the_account_meets_every_request(
    twilio: Client, phones: Phones, outcome: str, status: int, code: int
) -> None:
    phones.behave(outcome=outcome)
    caught = [refused(twilio), refused(twilio, to=SON)]
    assert {(error.status, error.code) for error in caught} == {(status, code)}
    url = f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5).status_code == status
    phones.behave(outcome="active")
    send(twilio, "well again")
    phones[DAUGHTER].wait_for_sms("well again")


@pytest.mark.parametrize(("outcome", "status"), [("rate_limited", 429), ("server_error", 500)])
def test_a_burst_says_when_to_come_again(phones: Phones, outcome: str, status: int) -> None:
    put = requests.put(
        f"{phones.url}/account/behaviour",
        json={"outcome": outcome, "retry_after": 9, "status": 500, "times": 1},
        timeout=5,
    )
    assert put.json()["times"] == 1
    url = f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answers = [requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, 200]
    assert answers[0].headers["Retry-After"] == "9"
    shown = requests.get(f"{phones.url}/account/behaviour", timeout=5).json()
    assert (shown["outcome"], shown["times"]) == ("active", None)


@pytest.mark.parametrize("wrong", [{"outcome": "bankrupt"}, {"fax": 1}, {"times": 0}])
def test_a_wrong_account_behaviour_is_a_problem(phones: Phones, wrong: dict[str, Any]) -> None:
    answer = requests.put(f"{phones.url}/account/behaviour", json=wrong, timeout=5)
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["detail"]


def test_what_is_on_its_way_when_the_account_is_suspended_fails(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].behave(sms="delivered", delay_ms={"sent": 200})
    send(twilio, status_callback=f"{webhook.url}/status")
    phones.behave(outcome="suspended")
    last = webhook.wait(2, "/status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == ("failed", "30002")


def test_calls_beyond_the_limit_of_a_second_wait(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones.behave(calls_per_second=4)
    phones[DAUGHTER].behave(call="busy")
    at = monotonic()
    for _ in range(3):
        call(twilio, webhook)
    assert monotonic() - at < 0.5
    webhook.wait(9, "/status")
    assert monotonic() - at > 0.45


def test_a_reply_names_the_service_or_does_not_and_brings_media(webhook: Webhook) -> None:
    number = "+15005550009"
    with Phones(
        ACCOUNT, TOKEN, inbound_url=f"{webhook.url}/sms", senders={SERVICE: number}
    ) as phones:
        phones[DAUGHTER].reply("1", to=number)
        picture = ("https://api.example/picture", "image/jpeg")
        phones[DAUGHTER].reply("", to=number, media=(picture,))
        phones.behave(inbound_service=False)
        phones[DAUGHTER].reply("HELP", to=number)
        phones.behave(advanced_opt_out=False)
        phones[DAUGHTER].reply("STOP", to=number)
        one, two, three, four = webhook.wait(4, "/sms")
    assert (one["MessagingServiceSid"], one["NumMedia"]) == (SERVICE, "0")
    assert (two["NumMedia"], two["MediaUrl0"], two["MediaContentType0"]) == ("1", *picture)
    assert two["Body"] == ""
    assert "MessagingServiceSid" not in three
    assert three["OptOutType"] == "HELP"
    assert "OptOutType" not in four


def test_the_kindness_of_before_can_be_had_from_the_start(webhook: Webhook) -> None:
    kind = AccountBehaviour(webhooks=WebhookRetries.PATIENT, lists_unsent=True)
    with Phones(ACCOUNT, TOKEN, account=kind) as phones:
        shown = requests.get(f"{phones.url}/account/behaviour", timeout=5).json()
    assert (shown["webhooks"], shown["lists_unsent"]) == ("patient", True)


def _until(happened: Any) -> None:
    from threading import Event

    deadline = monotonic() + 10
    while not happened():
        assert monotonic() < deadline
        Event().wait(0.01)
