"""Receipts and replies from the simulated Alibaba Cloud's queues, with MNS's official client."""

import json
import threading
from typing import Any

import pytest
import requests
from mns.account import Account
from mns.mns_exception import MNSClientNetworkException, MNSServerException

from device_sim.phones import MessageType, Phones
from tests.integration.device_sim.alibaba_clients import DAUGHTER, Clients, clients, phones

__all__ = ["clients", "phones"]
REPORT = MessageType.SMS_REPORT


def refusal(ask: Any, *given: Any) -> str:
    with pytest.raises(MNSServerException) as caught:
        ask(*given)
    return str(caught.value.type)


def test_a_receipt_that_is_not_deleted_comes_again(clients: Clients, phones: Phones) -> None:
    clients.send()
    queue = clients.queue(REPORT)
    (first,) = queue.batch_receive_message(16, 10)
    clients.expects_nothing_in(REPORT)
    queue.change_message_visibility(first.receipt_handle, 1)
    (again,) = queue.batch_receive_message(16, 10)
    assert (again.message_id, again.dequeue_count) == (first.message_id, 2)
    assert refusal(queue.delete_message, first.receipt_handle) == "MessageNotExist"


def test_how_long_it_is_hidden_is_a_setting(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(visibility_s=0.1)
    clients.send()
    queue = clients.queue(REPORT)
    counts = [queue.batch_receive_message(16, 10)[0].dequeue_count for _ in range(3)]
    assert counts == [1, 2, 3]


def test_a_reader_that_hangs_on_hears_of_what_comes(clients: Clients, phones: Phones) -> None:
    heard: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: heard.extend(clients.received(MessageType.SMS_UP)))
    reader.start()
    phones[DAUGHTER].reply("1", to="1069000001")
    reader.join(10)
    assert [reply["content"] for reply in heard] == ["1"]


def test_a_batch_is_deleted_together_and_what_is_gone_is_named(clients: Clients) -> None:
    clients.send("13800000001,13800000002")
    queue = clients.queue(REPORT)
    taken: list[Any] = []
    while len(taken) < 2:
        taken += queue.batch_receive_message(16, 10)
    queue.batch_delete_message([message.receipt_handle for message in taken])
    with pytest.raises(MNSServerException) as caught:
        queue.batch_delete_message([taken[0].receipt_handle])
    assert caught.value.sub_errors[0]["ErrorCode"] == "MessageNotExist"


def test_one_message_alone_and_hiding_it_for_longer(clients: Clients) -> None:
    clients.send()
    queue = clients.queue(REPORT)
    message = queue.receive_message(10)
    assert json.loads(message.message_body)["success"]
    changed = queue.change_message_visibility(message.receipt_handle, 60)
    assert int(changed.next_visible_time) >= int(message.next_visible_time)
    queue.delete_message(changed.receipt_handle)
    clients.expects_nothing_in(REPORT)


def test_receipts_may_come_twice_late_or_never(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(reports="duplicate", report_delay_s=0.1)
    sent = clients.send()
    assert [r["biz_id"] for r in clients.received(REPORT, 2)] == [sent["BizId"]] * 2
    phones.alibaba.behave(reports="none")
    clients.send()
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].wait_for_sms()
    assert [detail["SendStatus"] for detail in clients.details()] == [3, 3]
    assert phones.alibaba.queued(REPORT) == []


def test_a_phone_s_script_says_how_often_its_receipt_comes(
    clients: Clients, phones: Phones
) -> None:
    phones[DAUGHTER].behave(sms="delivered", callbacks="duplicate", times=1)
    clients.send()
    assert len(clients.received(REPORT, 2)) == 2


def test_a_token_ends(clients: Clients, phones: Phones) -> None:
    phones.alibaba.behave(token_s=0.001)
    queue = clients.queue(REPORT)
    assert refusal(queue.batch_receive_message, 16, -1) == "InvalidSecurityToken"


def test_the_account_s_own_key_opens_no_queue(clients: Clients, phones: Phones) -> None:
    token = clients.token(REPORT)
    for key_id, secret, code in (
        ("LTAItest", "a secret", "InvalidAccessKeyId"),
        (token.access_key_id, "a secret", "SignatureDoesNotMatch"),
    ):
        account = Account(phones.url, key_id, secret, token.security_token)
        queue = account.get_queue(REPORT.queue_name)
        assert refusal(queue.batch_receive_message, 16, -1) == code


def test_another_queue_and_a_batch_too_large_are_refused(clients: Clients, phones: Phones) -> None:
    token = clients.token(REPORT)
    account = Account(
        phones.url, token.access_key_id, token.access_key_secret, token.security_token
    )
    other = account.get_queue("Alicom-Queue-1-FlowReport")
    assert refusal(other.batch_receive_message, 16, -1) == "QueueNotExist"
    queue = clients.queue(REPORT)
    assert refusal(queue.batch_receive_message, 17, -1) == "InvalidArgument"


def test_queues_may_be_out_of_reach(clients: Clients, phones: Phones) -> None:
    queue = clients.queue(REPORT)
    phones.alibaba.behave(outcome="unreachable")
    with pytest.raises(MNSClientNetworkException):
        queue.batch_receive_message(16, -1)


@pytest.mark.parametrize(
    ("outcome", "code"), [("server_error", "InternalError"), ("forbidden", "AccessDenied")]
)
def test_queues_have_their_bad_days_too(
    clients: Clients, phones: Phones, outcome: str, code: str
) -> None:
    queue = clients.queue(REPORT)
    phones.alibaba.behave(outcome=outcome)
    assert refusal(queue.batch_receive_message, 16, -1) == code


def test_what_nobody_has_taken_can_be_seen(clients: Clients, phones: Phones) -> None:
    phones[DAUGHTER].reply("1", to="1069000001")
    waiting = requests.get(f"{phones.url}/alibaba/queues", timeout=5).json()
    assert [m["content"] for m in waiting[MessageType.SMS_UP.queue_name]] == ["1"]
    assert waiting[REPORT.queue_name] == []
