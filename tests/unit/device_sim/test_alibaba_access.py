"""Who may ask the simulated Alibaba Cloud: signatures of the gateway and of the queues, tokens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from device_sim.carrier.alibaba.access_key import (
    ALGORITHM,
    AccessKey,
    SignedRequest,
    check_signature,
    signature_of,
)
from device_sim.carrier.alibaba.errors import GatewayError
from device_sim.carrier.alibaba.mns import documents
from device_sim.carrier.alibaba.mns.queues import MessageQueues, MessageType, UnknownHandleError
from device_sim.carrier.alibaba.mns.tokens import MnsError, Tokens, mns_signature

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
KEY = AccessKey("LTAItest", "a secret")
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
REPORTS = MessageType.SMS_REPORT


def signed(key: AccessKey = KEY, **headers: str) -> SignedRequest:
    """A request as a client signs it; `headers` with underscores."""
    given = {
        "host": "127.0.0.1:8010",
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": "2026-11-21T04:00:00Z",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    request = SignedRequest("POST", "/", {"TemplateParam": '{"a":"王 +~*&"}'}, given)
    names = sorted(given)
    signature = signature_of(request, names, key)
    credential = f"Credential={key.id},SignedHeaders={';'.join(names)},Signature={signature}"
    return replace(request, headers=given | {"authorization": f"{ALGORITHM} {credential}"})


def refusal_of(request: SignedRequest, now: datetime = NOW) -> tuple[int, str]:
    with pytest.raises(GatewayError) as caught:
        check_signature(request, KEY, now)
    return caught.value.status, caught.value.code


def test_a_signed_request_is_taken() -> None:
    check_signature(signed(), KEY, NOW)


def test_another_key_and_a_wrong_secret_are_told_apart() -> None:
    assert refusal_of(signed(AccessKey("LTAIgone", KEY.secret))) == (
        *(404, "InvalidAccessKeyId.NotFound"),
    )
    assert refusal_of(signed(AccessKey(KEY.id, "another"))) == (400, "SignatureDoesNotMatch")
    assert refusal_of(SignedRequest("POST", "/", {}, {})) == (400, "MissingAuthorization")


def test_what_was_changed_on_the_way_is_refused() -> None:
    request = signed()
    for changed in (
        replace(request, method="GET"),
        replace(request, query={"TemplateParam": "{}"}),
        replace(request, body=b"more"),
        replace(request, headers=dict(request.headers) | {"x-acs-action": "IvrCall"}),
        replace(request, headers=dict(request.headers) | {"x-acs-version": "2017-05-25"}),
    ):
        assert refusal_of(changed) == (400, "SignatureDoesNotMatch")


def test_a_clock_that_is_off_is_refused() -> None:
    check_signature(signed(), KEY, NOW + timedelta(minutes=14))
    late = NOW + timedelta(minutes=16)
    assert refusal_of(signed(), late) == (400, "InvalidTimeStamp.Expired")
    assert refusal_of(signed(x_acs_date="yesterday"))[1] == "InvalidTimeStamp.Expired"


def queue_headers(tokens: Tokens, lives_s: float = 60) -> dict[str, str]:
    token = tokens.issue(NOW, lives_s)
    headers = {
        "date": "Sat, 21 Nov 2026 04:00:00 GMT",
        "x-mns-version": "2015-06-06",
        "security-token": token.security_token,
    }
    signature = mns_signature("GET", "/queues/q/messages", headers, token.access_key_secret)
    return headers | {"authorization": f"MNS {token.access_key_id}:{signature}"}


def queue_refusal(tokens: Tokens, headers: dict[str, str], now: datetime) -> str:
    with pytest.raises(MnsError) as caught:
        tokens.check("GET", "/queues/q/messages", headers, now)
    assert caught.value.status == 403
    return caught.value.code


def test_a_token_opens_the_queues_until_its_end() -> None:
    tokens = Tokens()
    headers = queue_headers(tokens)
    tokens.check("GET", "/queues/q/messages", headers, NOW + timedelta(seconds=59))
    end = NOW + timedelta(seconds=60)
    assert queue_refusal(tokens, headers, end) == "InvalidSecurityToken"


def test_no_other_signature_opens_them() -> None:
    tokens = Tokens()
    headers = queue_headers(tokens)
    for wrong in (
        headers | {"x-mns-version": "1"},
        headers | {"security-token": "another"},
        headers | {"authorization": headers["authorization"] + "x"},
    ):
        assert queue_refusal(tokens, wrong, NOW) == "SignatureDoesNotMatch"
    unsigned = {name: value for name, value in headers.items() if name != "authorization"}
    assert queue_refusal(tokens, unsigned, NOW) == "InvalidAccessKeyId"
    assert queue_refusal(Tokens(), headers, NOW) == "InvalidAccessKeyId"


def test_a_received_message_is_hidden_and_comes_again_until_it_is_deleted() -> None:
    queues = MessageQueues()
    queues.put(REPORTS, {"n": 1}, 0.0)
    (first,) = queues.receive(REPORTS, 16, 1.0, 30.0)
    assert queues.receive(REPORTS, 16, 30.9, 30.0) == []
    (again,) = queues.receive(REPORTS, 16, 31.0, 30.0)
    assert (again.body, again.dequeued, again.first_dequeued_at) == (first.body, 2, 1.0)
    with pytest.raises(UnknownHandleError):
        queues.delete(REPORTS, first.handle, 32.0)
    queues.delete(REPORTS, again.handle, 32.0)
    assert queues.receive(REPORTS, 16, 100.0, 30.0) == []


def test_a_handle_ends_with_its_time_and_hiding_for_longer_gives_another() -> None:
    queues = MessageQueues()
    queues.put(REPORTS, {"n": 1}, 0.0)
    (message,) = queues.receive(REPORTS, 1, 0.0, 10.0)
    hidden = queues.change_visibility(REPORTS, message.handle, 5.0, 60.0)
    with pytest.raises(UnknownHandleError):
        queues.delete(REPORTS, message.handle, 6.0)
    assert queues.receive(REPORTS, 1, 64.0, 10.0) == []
    with pytest.raises(UnknownHandleError):
        queues.delete(REPORTS, hidden.handle, 65.0)


def test_a_batch_takes_the_oldest_and_each_kind_has_its_queue() -> None:
    queues = MessageQueues()
    for number in range(20):
        queues.put(REPORTS, {"n": number}, float(number))
    assert queues.receive(MessageType.SMS_UP, 16, 50.0, 30.0) == []
    taken = queues.receive(REPORTS, 16, 50.0, 30.0)
    assert [message.body for message in taken] == [b'{"n": %d}' % n for n in range(16)]


def test_handles_are_read_from_xml_whatever_its_namespace() -> None:
    handles = "<ReceiptHandle>1-a</ReceiptHandle><ReceiptHandle>2-b</ReceiptHandle>"
    plain = f"<ReceiptHandles>{handles}</ReceiptHandles>"
    named = f'<ReceiptHandles xmlns="{documents.NAMESPACE}">{handles}</ReceiptHandles>'
    assert documents.handles_of(plain.encode()) == ["1-a", "2-b"]
    assert documents.handles_of(named.encode()) == ["1-a", "2-b"]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<ReceiptHandles>",
        b'<!DOCTYPE x [<!ENTITY e "e">]><ReceiptHandles>&e;</ReceiptHandles>',
    ],
)
def test_what_is_no_such_document_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the parser says
        documents.handles_of(document)
