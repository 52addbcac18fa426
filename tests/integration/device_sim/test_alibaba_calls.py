"""Calls through the simulated Alibaba Cloud: what is said, keys, endings, limits."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from alibabacloud_dyvmsapi20170525 import models as voice_models

from device_sim.phones import MessageType, Phones
from tests.integration.device_sim.alibaba_clients import (
    DAUGHTER,
    Clients,
    clients,
    phones,
)

__all__ = ["clients", "phones"]
CALLS = MessageType.VOICE_REPORT
TTS, IVR = 11010000138001, 11000000300005


def detail_of(clients: Clients, call_id: str, product: int) -> dict[str, Any] | None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    request = voice_models.QueryCallDetailByCallIdRequest(
        call_id=call_id, prod_id=product, query_date=int(hour_ago.timestamp() * 1000)
    )
    body = clients.voice.query_call_detail_by_call_id(request).body
    assert body.code == "OK", body
    return json.loads(body.data) if body.data else None


def test_a_call_says_its_template_and_is_reported_when_it_has_ended(
    clients: Clients, phones: Phones
) -> None:
    phones[DAUGHTER].behave(call="answer")
    called = clients.call(out_id="n7")
    call = phones[DAUGHTER].wait_for_call(status="completed")
    assert call.said == ("王家有报警，接单请按1，不能去请按2。",)
    assert call.carrier == "alibaba"
    (report,) = clients.received(CALLS)
    assert (report["call_id"], report["out_id"]) == (called["CallId"], "n7")
    assert (report["status_code"], report["dtmf"]) == ("200000", "")
    assert (report["callee"], report["voice_type"]) == ("13800000001", "voice")
    assert report["start_time"] <= report["end_time"]


def test_an_interactive_call_reports_the_key_at_once_and_at_its_end(
    clients: Clients, phones: Phones
) -> None:
    phones[DAUGHTER].behave(call="answer", digits="1")
    called = clients.ask(out_id="n7")
    (key,) = clients.received(MessageType.VOICE_CALL_REPORT)
    assert (key["status_code"], key["dtmf"], key["out_id"]) == ("300000", "1", "n7")
    (report,) = clients.received(CALLS)
    assert (report["call_id"], report["dtmf"]) == (called["CallId"], "1")
    assert report["status_code"] == "200000"
    call = phones[DAUGHTER].wait_for_call(status="completed")
    assert call.said[1:] == ("谢谢。", "再见。")


def test_a_person_picks_up_and_presses(clients: Clients, phones: Phones) -> None:
    clients.ask(timeout=300)
    phones[DAUGHTER].press("2")
    assert phones[DAUGHTER].wait_for_call("知道了", status="completed").digits == ("2",)
    assert clients.received(CALLS)[0]["dtmf"] == "2"


def test_a_wrong_key_asks_again_and_all_keys_are_reported(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(call="answer", digits="91")
    clients.ask()
    (report,) = clients.received(CALLS)
    assert (report["status_code"], report["dtmf"]) == ("200000", "91")


def test_a_second_key_is_heard_if_the_account_hears_it(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(call="answer", digits="12")
    clients.ask()
    assert clients.received(CALLS)[0]["dtmf"] == "12"
    call = phones[DAUGHTER].wait_for_call(status="completed")
    assert call.said[1:] == ("谢谢。", "知道了。", "再见。")
    phones.alibaba.behave(keys_after_menu=False)
    clients.ask()
    assert clients.received(CALLS)[0]["dtmf"] == "1"


def test_without_a_key_of_the_menu_the_time_runs_out(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(call="answer", digits="9")
    clients.ask(play_times=1)
    (report,) = clients.received(CALLS)
    assert (report["status_code"], report["dtmf"]) == ("200008", "9")


@pytest.mark.parametrize(
    ("settings", "code", "answered"),
    [
        ({"call": "busy"}, "200002", False),
        ({"call": "no-answer"}, "200003", False),
        ({"call": "failed"}, "200005", False),
        ({"call": "failed", "error_code": 200010}, "200010", False),
        ({"call": "machine"}, "200000", True),  # nobody listens who it is
    ],
)
def test_how_a_call_ended_is_a_code(
    clients: Clients, phones: Phones, settings: dict[str, Any], code: str, answered: bool
) -> None:
    phones[DAUGHTER].behave(**settings)
    called = clients.call()
    (report,) = clients.received(CALLS)
    assert (report["status_code"], bool(report["start_time"])) == (code, answered)
    detail = detail_of(clients, called["CallId"], TTS)
    assert detail is not None
    assert (detail["state"], detail["callee"]) == (code, "13800000001")


def test_voice_mail_presses_no_key(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(call="machine")
    clients.ask()
    (report,) = clients.received(CALLS)
    assert (report["status_code"], report["dtmf"]) == ("200008", "")


def test_who_declines_and_who_hangs_up_early_are_told_apart(
    clients: Clients, phones: Phones
) -> None:
    clients.call()
    phones[DAUGHTER].wait_for_call(status="ringing")
    phones[DAUGHTER].hang_up()
    assert clients.received(CALLS)[0]["status_code"] == "200005"
    clients.ask()
    phones[DAUGHTER].press()
    phones[DAUGHTER].wait_for_call("接单", status="in-progress")
    phones[DAUGHTER].hang_up()
    (report,) = clients.received(CALLS)
    assert (report["status_code"], report["hangup_direction"]) == ("200001", "用户")


def test_a_call_is_looked_up_once_it_has_ended(clients: Clients, phones: Phones) -> None:
    called = clients.ask(timeout=300)
    assert detail_of(clients, called["CallId"], IVR) is None
    phones[DAUGHTER].press("1")
    clients.received(CALLS)
    assert detail_of(clients, called["CallId"], TTS) is None  # another product's
    assert detail_of(clients, "1^1", IVR) is None
    detail = detail_of(clients, called["CallId"], IVR)
    assert detail is not None
    assert (detail["state"], detail["stateDesc"]) == ("200000", "用户听完语音")
    phones.alibaba.behave(details_delay_s=60)
    assert detail_of(clients, called["CallId"], IVR) is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"called_number": "+8613800000001"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"tts_code": "TTS_0"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"tts_code": "TTS_9"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"tts_param": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"play_times": 4}, "isv.INVALID_PARAMETERS"),
        ({"out_id": "x" * 16}, "isv.INVALID_PARAMETERS"),
    ],
)
def test_a_wrong_call_is_refused(
    clients: Clients, phones: Phones, wrong: dict[str, Any], code: str
) -> None:
    assert clients.call(**wrong)["Code"] == code
    assert phones[DAUGHTER].calls == []


def test_an_account_without_interactive_calls_or_that_number_is_refused(
    clients: Clients, phones: Phones
) -> None:
    phones.alibaba.catalogue.register({"numbers": ["057100000002"]})
    assert clients.ask()["Code"] == "isv.DISPLAY_NUMBER_ILLEGAL"
    assert clients.ask(called_show_number=None)["Code"] == "isv.DISPLAY_NUMBER_ILLEGAL"
    phones.alibaba.behave(interactive_calls=False)
    assert clients.ask()["Code"] == "isv.PRODUCT_UN_SUBSCRIPT"


def test_a_recording_says_its_text_and_a_landline_rings(clients: Clients, phones: Phones) -> None:
    phones["+8657112345678"].behave(call="answer")
    request = voice_models.SingleCallByVoiceRequest(
        called_number="057112345678", voice_code="TTS_1"
    )
    assert clients.voice.single_call_by_voice(request).body.code == "OK"
    phones["+8657112345678"].wait_for_call("请按1键", status="completed")


def test_the_page_and_the_record_show_the_call_and_let_it_be_answered(
    clients: Clients, phones: Phones
) -> None:
    clients.ask(timeout=300)
    phones[DAUGHTER].wait_for_call(status="ringing")
    web = f"{phones.url}/phones/{DAUGHTER}"
    pressed = requests.post(f"{web}/press", json={"digits": "1"}, timeout=5)
    assert (pressed.status_code, pressed.json()["carrier"]) == (200, "alibaba")
    assert clients.received(CALLS)[0]["dtmf"] == "1"
    record = requests.get(f"{phones.url}/phones/record", timeout=5).json()["calls"]
    assert [(call["carrier"], call["digits"]) for call in record] == [("alibaba", ["1"])]
