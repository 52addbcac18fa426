"""What people write back through the simulated Alibaba Cloud, beside the other carrier."""

import pytest
import requests

from device_sim.phones import MessageType, NotPossibleError, Phones
from tests.integration.device_sim.alibaba_clients import DAUGHTER, SIGN, Clients, clients, phones

__all__ = ["clients", "phones"]


def test_a_reply_names_the_extension_the_message_came_from(
    clients: Clients, phones: Phones
) -> None:
    clients.send(sms_up_extend_code="4711")
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply("1")
    (reply,) = clients.received(MessageType.SMS_UP)
    assert reply.pop("sequence_id") > 0
    assert reply.pop("send_time")
    assert reply == {
        "phone_number": "13800000001",
        "content": "1",
        "sign_name": SIGN,
        "dest_code": "4711",
    }
    clients.send(sms_up_extend_code="4712")
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply("2", to="106900004711")
    assert clients.received(MessageType.SMS_UP)[0]["dest_code"] == "4711"


def test_without_an_extension_a_reply_names_the_signature_s_own(
    clients: Clients, phones: Phones
) -> None:
    clients.send()
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply("好")
    assert clients.received(MessageType.SMS_UP)[0]["dest_code"] == "01"
    with pytest.raises(NotPossibleError, match="pictures"):
        phones[DAUGHTER].reply("", media=(("http://127.0.0.1/1.jpg", "image/jpeg"),))


def test_who_unsubscribes_gets_nothing_more_under_that_signature(
    clients: Clients, phones: Phones
) -> None:
    clients.send()
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply("退订")
    clients.received(MessageType.SMS_REPORT)
    assert phones[DAUGHTER].opted_out == {SIGN}
    assert clients.send()["Code"] == "OK"
    assert clients.received(MessageType.SMS_REPORT)[0]["err_code"] == "MOBILE_IN_BLACK"
    clients.send(sign_name="区中心")
    assert clients.received(MessageType.SMS_REPORT)[0]["success"]


def test_both_carriers_share_the_phones_and_each_says_who_brought_it(
    clients: Clients, phones: Phones
) -> None:
    requests.post(
        f"{phones.url}/2010-04-01/Accounts/{phones.account_sid}/Messages.json",
        data={"To": DAUGHTER, "From": "+15005550006", "Body": "by Twilio"},
        auth=(phones.account_sid, phones.auth_token),
        timeout=5,
    ).raise_for_status()
    phones[DAUGHTER].wait_for_sms("by Twilio")
    clients.send()
    phones[DAUGHTER].wait_for_sms("烟雾")
    record = requests.get(f"{phones.url}/phones/record", timeout=5).json()["messages"]
    assert [(m["carrier"], m["on_phone"]) for m in record] == [("twilio", True), ("alibaba", True)]
    listed = requests.get(
        f"{phones.url}/2010-04-01/Accounts/{phones.account_sid}/Messages.json",
        auth=(phones.account_sid, phones.auth_token),
        timeout=5,
    ).json()["messages"]
    assert [m["body"] for m in listed] == ["by Twilio"]
    assert [r.carrier for r in phones.requests] == ["twilio", "alibaba", "twilio"]


def test_a_reply_from_the_page_goes_to_the_carrier_that_wrote_last(
    clients: Clients, phones: Phones
) -> None:
    clients.send()
    phones[DAUGHTER].wait_for_sms()
    answer = requests.post(f"{phones.url}/phones/{DAUGHTER}/reply", json={"text": "1"}, timeout=5)
    assert (answer.status_code, answer.json()["carrier"]) == (201, "alibaba")
    assert clients.received(MessageType.SMS_UP)[0]["content"] == "1"
