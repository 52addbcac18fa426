"""People telephone a number of the account: its TwiML, the telephones it joins, the end."""

from collections.abc import Iterator

import pytest

from device_sim.carrier.errors import NotPossibleError
from device_sim.phones import Phones
from tests.integration.device_sim.test_phones import (
    ACCOUNT,
    DAUGHTER,
    SENDER,
    SON,
    TOKEN,
    Webhook,
    webhook,
)

__all__ = ["webhook"]

WELCOME = (
    '<Response><Say>请稍候</Say><Dial timeout="{timeout}" action="/next">'
    f'<Number url="/alone">{SON}</Number></Dial></Response>'
)
ALONE = (
    '<Response><Gather numDigits="1" action="/agreed"><Say>按1</Say></Gather><Hangup/></Response>'
)
NOBODY = "<Response><Say>无人</Say><Hangup/></Response>"


@pytest.fixture
def phones(webhook: Webhook) -> Iterator[Phones]:
    webhook.answers["/voice"] = (200, WELCOME.format(timeout=20))
    webhook.answers["/alone"] = (200, ALONE)
    webhook.answers["/agreed"] = (200, "<Response/>")
    webhook.answers["/next"] = (200, NOBODY)
    with Phones(
        ACCOUNT,
        TOKEN,
        voice_url=f"{webhook.url}/voice",
        voice_status_url=f"{webhook.url}/status",
    ) as phones:
        yield phones


def test_who_is_joined_hears_what_is_for_them_alone_and_then_both_talk(
    phones: Phones, webhook: Webhook
) -> None:
    phones[DAUGHTER].call(SENDER)
    (asked,) = webhook.wait(1, "/voice")
    assert (asked["Direction"], asked["From"], asked["To"]) == ("inbound", DAUGHTER, SENDER)
    phones[SON].press("1")
    phones.wait_for_talk(2)
    assert phones[SON].calls[0].from_ == DAUGHTER
    assert phones[DAUGHTER].calls_made[0].said == ("请稍候",)

    phones[SON].hang_up()
    (after,) = webhook.wait(1, "/next")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "true")
    (ended,) = webhook.wait(1, "/status")
    assert (ended["CallStatus"], ended["CallSid"]) == ("completed", asked["CallSid"])


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        ("busy", "busy"),
        ("no-answer", "no-answer"),
        ("machine", "completed"),
        ("answer", "completed"),
    ],
)
def test_who_does_not_agree_is_not_joined(
    phones: Phones, webhook: Webhook, behaviour: str, status: str
) -> None:
    phones[SON].behave(call=behaviour)
    phones[DAUGHTER].call(SENDER)
    (after,) = webhook.wait(1, "/next")
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
    webhook.wait(1, "/status")
    assert phones[DAUGHTER].calls_made[0].said == ("请稍候", "无人")


def test_a_caller_who_hangs_up_lets_nobody_go_on_ringing(phones: Phones, webhook: Webhook) -> None:
    phones[DAUGHTER].call(SENDER)
    phones[SON].wait_for_call(status="ringing")
    phones[DAUGHTER].hang_up()
    webhook.wait(1, "/status")
    assert [call.status for call in phones[SON].calls] == ["canceled"]


def test_it_rings_no_longer_than_the_document_says(phones: Phones, webhook: Webhook) -> None:
    webhook.answers["/voice"] = (200, WELCOME.format(timeout=0.1))
    phones[DAUGHTER].call(SENDER)
    (after,) = webhook.wait(1, "/next")
    assert after["DialCallStatus"] == "no-answer"


def test_a_call_without_a_number_goes_to_who_wrote_last(phones: Phones, webhook: Webhook) -> None:
    phones[DAUGHTER].call(SENDER)
    phones[SON].wait_for_call(status="ringing")
    phones[SON].hang_up()
    webhook.wait(1, "/status")
    assert phones[SON].call().to == DAUGHTER


def test_without_a_voice_url_nobody_would_answer() -> None:
    with (
        Phones(ACCOUNT, TOKEN) as phones,
        pytest.raises(NotPossibleError, match="inbound-voice-url"),
    ):
        phones[DAUGHTER].call(SENDER)
