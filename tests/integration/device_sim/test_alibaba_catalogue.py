"""Signatures and templates of the simulated Alibaba Cloud: registered, reviewed, looked up."""

from typing import Any

import pytest
import requests
from alibabacloud_dysmsapi20170525 import models as sms_models
from alibabacloud_tea_openapi.exceptions import ClientException

from device_sim.phones import DEMO_KEY, Phones
from tests.integration.device_sim.alibaba_clients import (
    ALARM,
    DAUGHTER,
    SIGN,
    Clients,
    clients,
    phones,
)

__all__ = ["clients", "phones"]


def add(clients: Clients, content: str) -> str:
    request = sms_models.AddSmsTemplateRequest(
        template_name="报警", template_type=1, template_content=content, remark="test"
    )
    body = clients.sms.add_sms_template(request).body
    assert body.code == "OK"
    return str(body.template_code)


def look_up(clients: Clients, code: str) -> Any:
    return clients.sms.query_sms_template(
        sms_models.QuerySmsTemplateRequest(template_code=code)
    ).body


def put(phones: Phones, path: str, document: dict[str, Any]) -> requests.Response:
    return requests.put(f"{phones.url}/alibaba/{path}", json=document, timeout=5)


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        (ALARM, 1, "无审批备注"),
        ("SMS_100000002", 0, "无审批备注"),
        ("SMS_100000003", 2, "无意义"),
    ],
)
def test_a_template_says_how_far_its_review_is(
    clients: Clients, code: str, status: int, reason: str
) -> None:
    found = look_up(clients, code)
    assert (found.code, found.template_status, found.reason) == ("OK", status, reason)
    assert look_up(clients, "SMS_1").code == "isv.SMS_TEMPLATE_ILLEGAL"


def test_templates_are_listed_page_by_page(clients: Clients) -> None:
    request = sms_models.QuerySmsTemplateListRequest(page_index=1, page_size=2)
    body = clients.sms.query_sms_template_list(request).body
    assert (body.total_count, len(body.sms_template_list)) == (3, 2)
    first = body.sms_template_list[0]
    assert (first.template_code, first.audit_status) == (ALARM, "AUDIT_STATE_PASS")
    assert first.template_content == "${name}家有${kind}报警，回复1接单。"
    # The two numbers of a notification: as handed in, and as listed.
    assert (first.outer_template_type, first.template_type) == (1, 0)
    request.page_size = 51
    assert clients.sms.query_sms_template_list(request).body.code == "isv.INVALID_PARAMETERS"


def test_signatures_are_listed_and_looked_up(clients: Clients) -> None:
    body = clients.sms.query_sms_sign_list(sms_models.QuerySmsSignListRequest()).body
    states = {sign.sign_name: sign.audit_status for sign in body.sms_sign_list}
    assert states == {
        SIGN: "AUDIT_STATE_PASS",
        "区中心": "AUDIT_STATE_PASS",
        "待审": "AUDIT_STATE_INIT",
    }
    request = sms_models.QuerySmsSignRequest(sign_name="待审")
    assert clients.sms.query_sms_sign(request).body.sign_status == 0


def test_a_template_that_is_handed_in_is_reviewed(clients: Clients, phones: Phones) -> None:
    code = add(clients, "${name}家一切正常。")
    assert look_up(clients, code).template_status == 1
    sent = clients.send(template_code=code, variables={"name": "王"})
    assert sent["Code"] == "OK"
    phones.alibaba.behave(review="in_review")
    waiting = add(clients, "${name}家一切正常。")
    assert look_up(clients, waiting).template_status == 0
    assert clients.send(template_code=waiting)["Code"] == "isv.SMS_TEMPLATE_ILLEGAL"


def test_adjacent_variables_are_refused_whatever_the_reviewer_does(clients: Clients) -> None:
    found = look_up(clients, add(clients, "${name}${kind}报警"))
    assert found.template_status == 2
    assert "相邻" in found.reason


def test_the_newer_action_does_the_same(clients: Clients) -> None:
    request = sms_models.CreateSmsTemplateRequest(
        template_name="报警", template_type=1, template_content="报警已结束。", remark="test"
    )
    code = clients.sms.create_sms_template(request).body.template_code
    found = clients.sms.get_sms_template(sms_models.GetSmsTemplateRequest(template_code=code)).body
    assert str(found.template_status) == "1"


def test_the_catalogue_is_registered_over_http(clients: Clients, phones: Phones) -> None:
    entered = put(
        phones,
        "catalogue",
        {"templates": {"SMS_7": {"content": "平安。"}}, "signatures": {"新": {}}},
    )
    assert entered.status_code == 200
    assert clients.send(template_code="SMS_7", sign_name="新")["Code"] == "OK"
    assert clients.send()["Code"] == "OK"  # what was there stays
    assert phones[DAUGHTER].wait_for_sms("平安").body == "【新】平安。"
    kept = requests.get(f"{phones.url}/alibaba/catalogue", timeout=5).json()
    assert kept["templates"]["SMS_7"]["status"] == "approved"
    assert put(phones, "catalogue", kept).status_code == 200


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"templates": {"SMS_7": {"content": "${a}${b}报警"}}}, "相邻"),
        ({"voice_templates": {"TTS_7": {"content": "${a}"}}}, "全变量"),
        ({"templates": {"SMS_7": {"text": "平安。"}}}, "content"),
        ({"signs": {}}, "signs"),
    ],
)
def test_what_no_reviewer_lets_pass_is_not_registered(
    phones: Phones, document: dict[str, Any], words: str
) -> None:
    refused = put(phones, "catalogue", document)
    assert (refused.status_code, words in refused.json()["detail"]) == (422, True)


def test_the_account_is_changed_over_http(clients: Clients, phones: Phones) -> None:
    changed = put(phones, "behaviour", {"outcome": "out_of_service", "sms_limits": "documented"})
    assert changed.json()["sms_limits"] == {"minute": 1, "hour": 5, "day": 10}
    assert clients.send()["Code"] == "isv.OUT_OF_SERVICE"
    put(phones, "behaviour", {"outcome": "active"})
    assert [clients.send()["Code"] for _ in range(2)] == ["OK", "isv.BUSINESS_LIMIT_CONTROL"]
    refused = put(phones, "behaviour", {"outcome": "gone"})
    assert (refused.status_code, "outcome" in refused.json()["detail"]) == (422, True)


def test_an_action_that_is_not_simulated_says_so(clients: Clients) -> None:
    with pytest.raises(ClientException) as caught:
        clients.sms.query_send_statistics(
            sms_models.QuerySendStatisticsRequest(
                start_date="20261101", end_date="20261102", is_globe=1, page_index=1, page_size=10
            )
        )
    assert (caught.value.status_code, caught.value.code) == (404, "InvalidAction.NotFound")


def test_an_unsigned_request_is_refused(phones: Phones) -> None:
    answer = requests.post(phones.url, params={"Action": "SendSms"}, timeout=5)
    assert (answer.status_code, answer.json()["Code"]) == (400, "MissingAuthorization")
    assert DEMO_KEY.id not in answer.text
