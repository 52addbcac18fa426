"""Alibaba Cloud's own clients with our timeouts and address, and what their errors mean for a
message. Imported when SMS or voice is opened: it takes a second.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from alibabacloud_dybaseapi20170525.client import Client as QueueClient
from alibabacloud_dysmsapi20170525.client import Client as SmsClient
from alibabacloud_dyvmsapi20170525.client import Client as VoiceClient
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import RetryError, TeaException
from darabonba.policy.retry import RetryOptions
from darabonba.runtime import RuntimeOptions

from alerts.notify.carriers.aliyun.account import AliyunAccount
from alerts.notify.carriers.aliyun.faults import (
    OK,
    TOO_OFTEN,
    fault_of,
    is_ambiguous,
    seconds_of_limit,
)
from alerts.notify.channels.interface import Fault, SendError
from alerts.notify.channels.retry_after import LONGEST

CONNECT_MS, READ_MS = 3000, 4000
"""Theirs are 5 and 10 s; another way is to be taken within five seconds."""
_HOSTS = {
    "sms": "dysmsapi.aliyuncs.com",
    "voice": "dyvmsapi.aliyuncs.com",
    "queues": "dybaseapi.aliyuncs.com",
}

for _name in (
    "alibabacloud_tea_openapi",
    "alibabacloud_credentials",
    "darabonba",
    "Tea",
    "urllib3",
):
    # Below, they may write down a request with its telephone number and its secrets.
    logging.getLogger(_name).setLevel(logging.WARNING)

_Answer = TypeVar("_Answer")


def _config(account: AliyunAccount, service: str) -> Config:
    address = urlsplit(account.endpoint)
    return Config(
        access_key_id=account.access_key_id,
        access_key_secret=account.access_key_secret,
        region_id=account.region,
        endpoint=address.netloc or _HOSTS[service],
        protocol=(address.scheme or "https").upper(),
        connect_timeout=CONNECT_MS,
        read_timeout=READ_MS,
        retry_options=RetryOptions({"retryable": False}),
    )


RUNTIME = RuntimeOptions(
    autoretry=False, max_attempts=1, connect_timeout=CONNECT_MS, read_timeout=READ_MS
)
"""Never again by themselves: what may have been taken is looked up first."""


def sms_client(account: AliyunAccount) -> SmsClient:
    return SmsClient(_config(account, "sms"))


def voice_client(account: AliyunAccount) -> VoiceClient:
    return VoiceClient(_config(account, "voice"))


def queue_client(account: AliyunAccount) -> QueueClient:
    return QueueClient(_config(account, "queues"))


def asked(request: Callable[[], Any]) -> Any:
    """The body of an answer that says OK. Raises SendError and nothing else of theirs."""
    try:
        body = request().body
    except AlibabaCloudException as error:
        status = int(error.status_code or 0)
        asked_to_wait = getattr(error, "retry_after", None)
        raise refusal(
            str(error.code or status),
            status,
            str(error.message or ""),
            min(asked_to_wait / 1000, LONGEST) if asked_to_wait else None,
        ) from None
    except (TeaException, RetryError, requests.RequestException, OSError) as error:
        raise _unreached(error) from None
    if body is None or body.code is None:
        raise SendError("no_answer", ambiguous=True, fault=Fault.CARRIER)
    if body.code != OK:
        raise refusal(str(body.code), 200, str(body.message or ""))
    return body


def refusal(code: str, status: int, message: str, retry_after: float | None = None) -> SendError:
    """What a refusal means for the message. Their sentence may quote numbers: it is not kept.
    `retry_after`: seconds they ask us to wait (their header says milliseconds)."""
    if code == TOO_OFTEN:
        seconds = seconds_of_limit(message)
        return SendError(code, permanent=seconds is None, retry_after=seconds)
    fault = fault_of(code, status)
    return SendError(
        code,
        permanent=fault is None,
        ambiguous=is_ambiguous(code, status),
        retry_after=retry_after,
        fault=fault,
    )


def _unreached(error: BaseException) -> SendError:
    """Their wrappers keep the reason as text or as a cause. Only a connection that was never made
    leaves no doubt."""
    seen: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(seen) < 8:
        seen.append(f"{type(cause).__name__} {cause}")
        cause = cause.__cause__ or cause.__context__
    text = " ".join(seen)
    if "ConnectTimeout" in text or "connect timeout" in text:
        return SendError("connect_timeout", fault=Fault.CARRIER)
    if "refused" in text or "NameResolution" in text or "NewConnectionError" in text:
        return SendError("connection_refused", fault=Fault.CARRIER)
    if "imeout" in text or "timed out" in text:
        return SendError("timeout", ambiguous=True, fault=Fault.CARRIER)
    return SendError("connection", ambiguous=True, fault=Fault.CARRIER)
