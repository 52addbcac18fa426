"""What the simulated Alibaba Cloud refuses: the message, the person, the account."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import (
    AlibabaCloudException,
    ThrottlingException,
)
from darabonba.exceptions import UnretryableException

from device_sim.phones import DEMO_KEY, AccessKey, AlibabaSettings, Phones
from tests.integration.device_sim.alibaba_clients import (
    CATALOGUE,
    DAUGHTER,
    KEY,
    SON,
    Clients,
    clients,
    phones,
)

__all__ = ["clients", "phones"]


def gateway_refusal(ask: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(AlibabaCloudException) as caught:
        ask()
    return caught.value.status_code, caught.value.code


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"phone_numbers": "12345"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"sign_name": "无"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"sign_name": "待审"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"template_code": "SMS_1"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_code": "SMS_100000002"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_code": "SMS_100000003"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"variables": {"name": "王"}}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"variables": {"name": "好" * 36, "kind": "烟雾"}}, "isv.PARAM_LENGTH_LIMIT"),
        ({"variables": {"name": "www.a.cn", "kind": "烟雾"}}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"variables": {"name": "13800000001", "kind": "a"}}, "isv.BLACK_KEY_CONTROL_LIMIT"),
        ({"template_param": "{"}, "isv.INVALID_JSON_PARAM"),
        ({"sms_up_extend_code": "12a"}, "isv.INVALID_PARAMETERS"),
        ({"out_id": "x" * 256}, "isv.INVALID_PARAMETERS"),
    ],
)
def test_a_wrong_message_is_refused_with_http_200(
    clients: Clients, phones: Phones, wrong: dict[str, Any], code: str
) -> None:
    refused = clients.send(**wrong)
    assert (refused["Code"], "BizId" in refused) == (code, False)
    assert phones[DAUGHTER].sent_to_it == []


def test_an_extension_belongs_to_one_signature(clients: Clients) -> None:
    assert clients.send(sms_up_extend_code="9")["Code"] == "OK"
    refused = clients.send(sign_name="区中心", sms_up_extend_code="9")
    assert refused["Code"] == "isv.EXTEND_CODE_ERROR"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        ("out_of_service", "isv.OUT_OF_SERVICE"),
        ("amount_not_enough", "isv.AMOUNT_NOT_ENOUGH"),
        ("account_abnormal", "isv.ACCOUNT_ABNORMAL"),
        ("not_subscribed", "isv.PRODUCT_UN_SUBSCRIPT"),
        ("day_limit", "isv.DAY_LIMIT_CONTROL"),
        ("system_error", "isp.SYSTEM_ERROR"),
    ],
)
def test_an_account_without_money_may_ask_but_neither_send_nor_call(
    clients: Clients, phones: Phones, outcome: str, code: str
) -> None:
    phones.alibaba.behave(outcome=outcome)
    assert clients.send()["Code"] == clients.call()["Code"] == clients.ask()["Code"] == code
    assert clients.details() == []
    phones.alibaba.behave(outcome="active")
    assert clients.send()["Code"] == "OK"


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"outcome": "unknown_key"}, (404, "InvalidAccessKeyId.NotFound")),
        ({"outcome": "wrong_signature"}, (400, "SignatureDoesNotMatch")),
        ({"outcome": "forbidden"}, (403, "Forbidden.RAM")),
        ({"outcome": "throttled"}, (400, "Throttling.User")),
        ({"outcome": "server_error"}, (503, "ServiceUnavailable")),
        ({"outcome": "server_error", "status": 500}, (500, "ServiceUnavailable")),
    ],
)
def test_the_gateway_refuses_everything_with_4xx_or_5xx(
    clients: Clients, phones: Phones, settings: dict[str, Any], refusal: tuple[int, str]
) -> None:
    phones.alibaba.behave(**settings)
    for ask in (clients.send, clients.details, clients.call):
        assert gateway_refusal(ask) == refusal


def test_a_throttled_request_may_be_told_how_long_to_wait(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(outcome="throttled", retry_after=1500, times=1)
    with pytest.raises(ThrottlingException) as caught:
        clients.send()
    assert caught.value.retry_after == 1500
    assert clients.send()["Code"] == "OK"


def test_another_key_and_a_wrong_secret_are_refused(phones: Phones) -> None:
    unknown = Clients(phones, AccessKey("LTAIother", KEY.secret))
    assert gateway_refusal(unknown.send) == (404, "InvalidAccessKeyId.NotFound")
    wrong = Clients(phones, AccessKey(KEY.id, "another secret"))
    assert gateway_refusal(wrong.call) == (400, "SignatureDoesNotMatch")
    assert phones[DAUGHTER].sent_to_it == []


def test_simulated_phones_that_are_given_no_key_have_the_demo_s() -> None:
    with Phones("AC" + "0" * 32, "t", alibaba=AlibabaSettings(catalogue=CATALOGUE)) as phones:
        assert Clients(phones, DEMO_KEY).send()["Code"] == "OK"


def test_a_cut_connection_leaves_nothing_and_a_lost_answer_leaves_a_message(
    clients: Clients, phones: Phones
) -> None:
    phones.alibaba.behave(outcome="unreachable", times=1)
    with pytest.raises(UnretryableException):
        clients.send(out_id="cut")
    phones.alibaba.behave(outcome="lost_answer", times=1)
    with pytest.raises(UnretryableException):
        clients.send(out_id="lost")
    phones[DAUGHTER].wait_for_sms()
    assert [detail["OutId"] for detail in clients.details()] == ["lost"]


def test_a_call_whose_answer_is_lost_rings_all_the_same(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(outcome="lost_answer", products=["voice"], connection="silent", times=1)
    with pytest.raises(UnretryableException):
        clients.call(out_id="lost")
    phones[DAUGHTER].wait_for_call(status="ringing")
    assert clients.send()["Code"] == "OK"


def test_only_the_products_that_are_named_fail(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(outcome="server_error", products=["sms"])
    assert gateway_refusal(clients.send)[0] == 503
    assert clients.call()["Code"] == "OK"


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"sms": "rate_limited"}, (400, "Throttling.User")),
        ({"sms": "server_error", "status": 502}, (502, "ServiceUnavailable")),
    ],
)
def test_one_phone_s_script_refuses_only_what_is_for_it(
    clients: Clients, phones: Phones, settings: dict[str, Any], refusal: tuple[int, str]
) -> None:
    phones[DAUGHTER].behave(**settings)
    assert gateway_refusal(clients.send) == refusal
    assert clients.send("13800000002")["Code"] == "OK"


def test_a_phone_s_script_may_name_the_refusal(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(sms="rejected", error_code="isv.MOBILE_NUMBER_ILLEGAL", times=1)
    assert clients.send()["Code"] == "isv.MOBILE_NUMBER_ILLEGAL"
    assert clients.send()["Code"] == "OK"


@pytest.mark.parametrize("outcome", ["hang_before_accepting", "hang_after_accepting"])
def test_a_phone_s_script_may_lose_the_answer(
    clients: Clients, phones: Phones, outcome: str
) -> None:
    phones[SON].behave(sms=outcome, times=1)
    with pytest.raises(UnretryableException):
        clients.send("13800000002")
    if outcome == "hang_after_accepting":
        phones[SON].wait_for_sms()
    else:
        assert phones[SON].sent_to_it == []


def test_a_slow_answer_is_slow(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(sms="delivered", delay_ms={"answer": 300})
    began = time.monotonic()
    assert clients.send()["Code"] == "OK"
    assert time.monotonic() - began >= 0.3
