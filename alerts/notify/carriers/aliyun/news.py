"""What the messages in Alibaba Cloud's queues say, in the words of our use cases. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.notify.carriers.aliyun.account import CALLS, KEYS, REPLIES, REPORTS
from alerts.notify.carriers.aliyun.numbers import international
from alerts.notify.channels.interface import CarrierNews, CarrierReply, CarrierReport

HERE = ZoneInfo("Asia/Shanghai")
_STAMP = "%Y-%m-%d %H:%M:%S"
_HEARD = frozenset({"200000", "200001", "200008"})
"""Somebody or something picked up: to the end, hung up early, pressed no key."""
_ENDS = {"200002": "busy", "200003": "no-answer", "200010": "no-answer", "200007": "no-answer"}
"""In a call, switched off, out of reach; every other code is a call that failed."""
KEY_PRESSED = "300000"
BIGGEST = 2**63


def read(kind: str, document: Mapping[str, Any], handle: str) -> CarrierNews:
    """One message. What cannot be understood is news of nothing: it is deleted all the same."""
    if kind == REPORTS:
        return _report(document, handle)
    if kind == REPLIES:
        return _reply(document, handle)
    if kind == CALLS:
        return _call(document, handle)
    return _key(document, handle) if kind == KEYS else CarrierNews(handle=handle)


def when(text: object, otherwise: datetime) -> datetime:
    """A time as the carrier writes it, which is that of Beijing."""
    try:
        return datetime.strptime(str(text), _STAMP).replace(tzinfo=HERE)
    except ValueError:
        return otherwise


def _report(document: Mapping[str, Any], handle: str) -> CarrierNews:
    good = document.get("success") in (True, "true")
    code = None if good else str(document.get("err_code") or "failed")
    status = "delivered" if good else "undelivered"
    return CarrierNews(
        handle=handle,
        notification_id=_ours(document),
        report=CarrierReport(str(document.get("biz_id") or ""), status, code),
    )


def _reply(document: Mapping[str, Any], handle: str) -> CarrierNews:
    phone, sequence = document.get("phone_number"), document.get("sequence_id")
    if not phone or not sequence:
        return CarrierNews(handle=handle)
    written_at = when(document.get("send_time"), datetime.max.replace(tzinfo=HERE))
    return CarrierNews(
        handle=handle,
        reply=CarrierReply(
            f"aliyun:{sequence}",
            international(str(phone)),
            str(document.get("content") or "").replace("\x00", ""),
            "",
            written_at,
        ),
    )


def _call(document: Mapping[str, Any], handle: str) -> CarrierNews:
    code = str(document.get("status_code") or "")
    status = "completed" if code in _HEARD else _ENDS.get(code, "failed")
    seconds = str(document.get("duration") or "")
    return CarrierNews(
        handle=handle,
        notification_id=_ours(document),
        report=CarrierReport(
            str(document.get("call_id") or ""),
            status,
            None if code in _HEARD else code,
            seconds=int(seconds) if seconds.isdecimal() else None,
        ),
        keys=_keys(document),
    )


def _key(document: Mapping[str, Any], handle: str) -> CarrierNews:
    call_id = str(document.get("call_id") or "")
    keys = _keys(document) if str(document.get("status_code")) == KEY_PRESSED else ""
    return CarrierNews(
        handle=handle,
        notification_id=_ours(document),
        report=CarrierReport(call_id, "in-progress"),
        keys=keys,
    )


def _keys(document: Mapping[str, Any]) -> str:
    return "".join(key for key in str(document.get("dtmf") or "") if key in "0123456789*#")


def _ours(document: Mapping[str, Any]) -> int | None:
    given = str(document.get("out_id") or "")
    return int(given) if given.isascii() and given.isdigit() and int(given) < BIGGEST else None
