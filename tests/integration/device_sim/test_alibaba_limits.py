"""Limits of the simulated Alibaba Cloud: of a person, in calls and messages; of the account."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from device_sim.phones import AlibabaBehaviour, AlibabaSettings, MessageType, Phones
from tests.integration.device_sim.alibaba_clients import (
    CATALOGUE,
    KEY,
    Clients,
    clients,
    phones,
)

__all__ = ["clients", "phones"]


def test_one_person_gets_one_message_a_minute_under_a_signature(
    clients: Clients, phones: Phones
) -> None:
    phones.alibaba.behave(sms_limits="documented")
    assert clients.send()["Code"] == "OK"
    refused = clients.send()
    assert (refused["Code"], refused["Message"]) == (
        "isv.BUSINESS_LIMIT_CONTROL",
        "触发分钟级流控Permits:1",
    )
    assert clients.send("13800000002")["Code"] == "OK"
    assert clients.send(sign_name="区中心")["Code"] == "OK"
    both = clients.send("13800000001,13800000003")
    assert both["Code"] == "isv.BUSINESS_LIMIT_CONTROL"
    assert phones["+8613800000003"].sent_to_it == []


def test_the_limits_of_hour_and_day_are_told_apart(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(sms_limits={"hour": 2})
    answers = [clients.send()["Message"] for _ in range(3)]
    assert answers == ["OK", "OK", "触发小时级流控Permits:2"]
    phones.alibaba.behave(sms_limits={"day": 2})
    assert clients.send()["Message"] == "触发天级流控Permits:2"


def test_the_whole_account_has_so_many_requests_a_second(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(requests_per_second=1)
    with pytest.raises(ClientException) as caught:
        any(clients.send(f"138000000{number:02}")["Code"] != "OK" for number in range(50))
    assert caught.value.code == "Throttling.User"


def test_an_account_as_the_real_one_refuses_a_second_message(phones: Phones) -> None:
    real = AlibabaBehaviour.as_real()
    settings = AlibabaSettings(key=KEY, behaviour=real, catalogue=CATALOGUE)
    with Phones("AC" + "0" * 32, "t", alibaba=settings) as strict:
        clients = Clients(strict)
        answers = [clients.send()["Code"] for _ in range(2)]
    assert answers == ["OK", "isv.BUSINESS_LIMIT_CONTROL"]


def test_one_person_is_called_once_a_minute(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(call_limits="documented")
    assert clients.call()["Code"] == "OK"
    assert clients.ask()["Code"] == "isv.BUSINESS_LIMIT_CONTROL"
    assert clients.call("13800000002")["Code"] == "OK"


def test_two_calls_within_a_second_block_each_other(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(twin_calls_block=True)
    with ThreadPoolExecutor(2) as both:
        codes = both.map(lambda caller: caller.call()["Code"], [clients, Clients(phones)])
    assert sorted(codes) == ["OK", "isv.BUSINESS_LIMIT_CONTROL"]
    (report,) = clients.received(MessageType.VOICE_REPORT)
    assert (report["status_code"], report["ring_time"]) == ("200105", "")
