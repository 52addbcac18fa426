"""The addresses that the carrier is given: tried again after a failure, then the fallback."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerts.notify.carriers.twilio.account import TwilioAccount
from alerts.notify.carriers.twilio.sms import TwilioSms
from alerts.notify.carriers.twilio.voice import TwilioVoice
from alerts.notify.channels.voice import TALK
from app.free_port import free_port
from device_sim.phones import Phones
from store.model import Notification
from tests.integration.device_sim.test_phones import ACCOUNT, TOKEN, Webhook, webhook
from tests.integration.device_sim.test_phones_calls import ASK
from tests.integration.engine.test_sender import queued
from tests.world import World

__all__ = ["webhook"]


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones(ACCOUNT, TOKEN) as phones:
        yield phones


@pytest.fixture
def message(world: World) -> Notification:
    return queued(world)


def account(phones: Phones, public_url: str, fallback_url: str = "") -> TwilioAccount:
    return TwilioAccount(
        ACCOUNT,
        TOKEN,
        sender="+8610000000001",
        api_url=phones.url,
        public_url=public_url,
        fallback_url=fallback_url,
    )


def path(kind: str, message: Notification) -> str:
    return f"/webhooks/twilio/{kind}?notification={message.id}"


def test_a_report_that_meets_an_error_of_ours_comes_again(
    phones: Phones, webhook: Webhook, message: Notification
) -> None:
    webhook.answers[path("status", message)] = (503, "")
    TwilioSms(account(phones, webhook.url)).send(message)
    webhook.wait(3, "/webhooks/twilio/status")
    webhook.answers.clear()
    phones[message.address].wait_for_sms()
    for status in ("sent", "delivered"):
        assert status in [p["MessageStatus"] for p in _until_last(webhook)]


def test_a_call_is_asked_for_again_and_then_at_the_fallback(
    phones: Phones, webhook: Webhook, message: Notification
) -> None:
    """Without one the person hears the carrier's own words, and then nothing."""
    webhook.answers[path("voice", message)] = (200, ASK)
    away = f"http://127.0.0.1:{free_port()}"
    phones[message.address].behave(call="answer")
    channel = TwilioVoice(account(phones, away, fallback_url=webhook.url))
    for purpose in ("alarm", TALK):
        channel.send(replace(message, purpose=purpose))
        phones[message.address].wait_for_call(saying="没有按键", status="completed")
    asked = [d for d in phones.deliveries if d.url.startswith(away) and "/voice?" in d.url]
    assert len(asked) >= 4, "once more at each call, at least"


def test_without_a_fallback_none_is_named(phones: Phones, message: Notification) -> None:
    phones[message.address].behave(call="busy")
    TwilioVoice(account(phones, "http://127.0.0.1:1")).send(message)
    request = phones.wait_for_request(lambda r: r.path.endswith("Calls.json"))
    assert "FallbackUrl" not in request.form


def _until_last(webhook: Webhook) -> list[dict[str, str]]:
    with webhook._changed:
        webhook._changed.wait_for(
            lambda: any(form["MessageStatus"] == "delivered" for _, form in webhook.posts), 10
        )
        return [form for _, form in webhook.posts]
