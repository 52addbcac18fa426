"""Looks at the account at Alibaba Cloud for `anxin doctor`: nothing is sent or charged.

Voice templates cannot be asked for there: they are seen with the first call, or in the console.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from alibabacloud_dybaseapi20170525.models import QueryTokenForMnsQueueRequest
from alibabacloud_dysmsapi20170525 import models

from alerts.notify.carriers.aliyun import client
from alerts.notify.carriers.aliyun.account import AliyunAccount, Registered
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, GREETING, KEYS, NOTICE
from alerts.notify.channels.interface import Fault, Finding, SendError

_APPROVED = 1
_STATES = {0: "is being reviewed", 2: "was refused", 10: "was withdrawn"}
_WHAT = "Alibaba Cloud"


def check_account(account: AliyunAccount) -> Iterator[Finding]:
    """The signature, each template of the settings with its text, and each queue."""
    sms = client.sms_client(account)
    try:
        yield _signature(sms, account)
        for name in CATALOGUE:
            found = account.registered(name)
            if found is not None and not found.template.spoken:
                yield from _template(sms, name, found)
        yield from _queues(account)
    except SendError as error:
        yield _refused(error)
    if account.endpoint:
        yield Finding(
            "ok", _WHAT, f"simulated carrier at {account.endpoint}: nothing reaches a real phone"
        )
    yield from _wanting(account)


def _signature(sms: Any, account: AliyunAccount) -> Finding:
    request = models.QuerySmsSignRequest(sign_name=account.sign_name)
    body = client.asked(lambda: sms.query_sms_sign_with_options(request, client.RUNTIME))
    if int(body.sign_status or 0) != _APPROVED:
        state = _STATES.get(int(body.sign_status or 0), "is not approved")
        return Finding("wrong", _WHAT, f"the signature {state}: no SMS leaves under it")
    return Finding("ok", _WHAT, "the account answers, the signature is approved")


def _template(sms: Any, name: str, ours: Registered) -> Iterator[Finding]:
    code = ours.code
    request = models.QuerySmsTemplateRequest(template_code=code)
    try:
        body = client.asked(lambda: sms.query_sms_template_with_options(request, client.RUNTIME))
    except SendError as error:
        if error.fault == Fault.CARRIER:
            raise
        yield Finding("wrong", "template", f"{name}: {code} is refused ({error.code})")
        return
    status = int(body.template_status or 0)
    if status != _APPROVED:
        yield Finding("wrong", "template", f"{name}: {code} {_STATES.get(status, status)}")
    elif (body.template_content or "") != ours.template.text:
        yield Finding(
            "wrong",
            "template",
            f"{name}: {code} says something else than ours, and its variables may be others: "
            "`anxin templates` prints what to register, the page of texts what you have written",
        )


def _queues(account: AliyunAccount) -> Iterator[Finding]:
    tokens = client.queue_client(account)
    for kind, name in account.queues.items():
        request = QueryTokenForMnsQueueRequest(message_type=kind, queue_name=name)
        try:
            client.asked(
                partial(tokens.query_token_for_mns_queue_with_options, request, client.RUNTIME)
            )
        except SendError as error:
            yield Finding("wrong", "queue", f"{kind}: cannot be read ({error.code})")


def _wanting(account: AliyunAccount) -> Iterator[Finding]:
    """What the settings leave out, and what follows."""
    registered = {name for name in CATALOGUE if account.registered(name)}
    spoken = {GREETING, *KEYS.values()}
    if missing := sorted(n for n, t in CATALOGUE.items() if not t.spoken and n not in registered):
        yield Finding(
            "warning", "template", f"without {', '.join(missing)} these texts go another way or not"
        )
    if account.key_presses and (missing := sorted(spoken - registered)):
        yield Finding("warning", "calls", f"no key can answer a call without {', '.join(missing)}")
    elif not account.key_presses and NOTICE in registered:
        yield Finding(
            "warning",
            "calls",
            "without ANXIN_ALIYUN_INTERACTIVE_CALLS nobody can answer a call by a key",
        )
    elif not registered & (spoken | {NOTICE}):
        yield Finding("warning", "calls", "no voice template: +86 numbers are not called")


def _refused(error: SendError) -> Finding:
    if error.fault == Fault.ACCOUNT:
        text = f"refuses the account ({error.code}): check ANXIN_ALIYUN_ACCESS_… and its rights"
        return Finding("wrong", _WHAT, text)
    return Finding("wrong", _WHAT, f"does not answer as it should ({error.code})")
