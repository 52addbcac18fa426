"""Messages through the simulated Alibaba Cloud, with its official client."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models as sms_models

from device_sim.phones import MessageType, Phones
from tests.integration.device_sim.alibaba_clients import (
    ALARM,
    DAUGHTER,
    SON,
    Clients,
    clients,
    phones,
)

__all__ = ["clients", "phones"]


def test_a_message_reaches_the_phone_and_its_receipt_the_queue(
    clients: Clients, phones: Phones
) -> None:
    sent = clients.send(out_id="n-4711", sms_up_extend_code="77")
    assert (sent["Code"], "^" in sent["BizId"]) == ("OK", True)
    message = phones[DAUGHTER].wait_for_sms("烟雾报警")
    assert message.body == "【安心】王家有烟雾报警，回复1接单。"
    assert (message.carrier, message.from_) == ("alibaba", "1069000077")
    (report,) = clients.received(MessageType.SMS_REPORT)
    assert report.pop("send_time") <= report.pop("report_time")
    assert report == {
        "phone_number": "13800000001",
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": sent["BizId"],
        "out_id": "n-4711",
    }


def test_what_was_sent_is_looked_up_by_number_and_beijing_s_day(clients: Clients) -> None:
    sent = [clients.send(out_id=f"n{number}")["BizId"] for number in range(3)]
    clients.received(MessageType.SMS_REPORT, 3)
    (one,) = clients.details(biz_id=sent[1])
    assert (one["OutId"], one["SendStatus"], one["ErrCode"]) == ("n1", 3, "DELIVERED")
    assert (one["PhoneNum"], one["TemplateCode"]) == ("13800000001", ALARM)
    assert [d["OutId"] for d in clients.details(page_size=2)] == ["n2", "n1"]
    assert [d["OutId"] for d in clients.details(page_size=2, current_page=2)] == ["n0"]
    yesterday = (datetime.now(UTC) + timedelta(hours=8 - 24)).strftime("%Y%m%d")
    assert clients.details(send_date=yesterday) == clients.details("13800000002") == []


@pytest.mark.parametrize(
    "wrong", [{"page_size": 51}, {"current_page": 0}, {"send_date": "2026-11-21"}]
)
def test_a_wrong_question_is_refused(clients: Clients, wrong: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=r"isv\.INVALID_PARAMETERS"):
        clients.details(**wrong)


def test_a_number_is_looked_up_with_eleven_digits(clients: Clients) -> None:
    with pytest.raises(AssertionError, match=r"isv\.MOBILE_NUMBER_ILLEGAL"):
        clients.details(DAUGHTER)


def test_a_lookup_finds_a_message_only_after_a_while(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(details_delay_s=60)
    clients.send()
    clients.received(MessageType.SMS_REPORT)
    assert clients.details() == []
    phones.alibaba.behave(details_delay_s=0)
    assert len(clients.details()) == 1


@pytest.mark.parametrize(
    ("outcome", "settings", "status", "code"),
    [
        ("undelivered", {}, 2, "UNDELIV"),
        ("failed", {}, 2, "MK:0001"),
        ("failed", {"error_code": "MOBILE_SEND_LIMIT"}, 2, "MOBILE_SEND_LIMIT"),
        ("failed", {"error_code": 30007}, 2, "MK:0001"),  # the other carrier's
    ],
)
def test_a_message_that_does_not_arrive_says_why(
    clients: Clients,
    phones: Phones,
    outcome: str,
    settings: dict[str, Any],
    status: int,
    code: str,
) -> None:
    phones[DAUGHTER].behave(sms=outcome, **settings)
    assert clients.send()["Code"] == "OK"
    (report,) = clients.received(MessageType.SMS_REPORT)
    assert (report["success"], report["err_code"]) == (False, code)
    (detail,) = clients.details()
    assert (detail["SendStatus"], detail["ErrCode"]) == (status, code)
    assert phones[DAUGHTER].messages == []


def test_without_a_receipt_a_message_waits_for_ever(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].behave(sms="sent")
    clients.send()
    (detail,) = clients.details()
    assert detail["SendStatus"] == 1
    assert "ErrCode" not in detail
    clients.expects_nothing_in(MessageType.SMS_REPORT)


def test_several_numbers_have_one_biz_id_and_a_receipt_each(
    clients: Clients, phones: Phones
) -> None:
    phones[SON].behave(sms="failed")
    sent = clients.send("13800000001,+8613800000002")
    reports = clients.received(MessageType.SMS_REPORT, 2)
    assert {(r["phone_number"], r["success"]) for r in reports} == {
        ("13800000001", True),
        ("13800000002", False),
    }
    assert {r["biz_id"] for r in reports} == {sent["BizId"]}


def test_a_batch_has_its_own_variables_for_each_number(clients: Clients, phones: Phones) -> None:
    request = sms_models.SendBatchSmsRequest(
        phone_number_json='["13800000001","13800000002"]',
        sign_name_json='["安心","区中心"]',
        template_code=ALARM,
        template_param_json='[{"name":"王","kind":"烟雾"},{"name":"李","kind":"跌倒"}]',
    )
    assert clients.sms.send_batch_sms(request).body.code == "OK"
    assert phones[DAUGHTER].wait_for_sms().body == "【安心】王家有烟雾报警，回复1接单。"
    assert phones[SON].wait_for_sms().body == "【区中心】李家有跌倒报警，回复1接单。"
