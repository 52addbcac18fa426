"""SMS through Alibaba Cloud: approved templates only, looked up by our own id."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from alibabacloud_dysmsapi20170525 import models

from alerts.notify.carriers.aliyun import client
from alerts.notify.carriers.aliyun.account import AliyunAccount
from alerts.notify.carriers.aliyun.catalogue import filled
from alerts.notify.carriers.aliyun.numbers import local
from alerts.notify.channels.interface import CarrierReport, Fault, SendError
from store.model import Notification

HERE = ZoneInfo("Asia/Shanghai")
"""The carrier's days and times."""
NO_TEMPLATE = "no_template"
"""Our word for a text of which no template is registered: it has to go another way."""
LOOKED_UP = "out-"
"""Before our own id, where the carrier's was lost with its answer."""
_PAGE = 50
"""Records in an answer at most."""
_STATUS = {1: "sent", 2: "undelivered", 3: "delivered"}
_CLOCK_SLACK = timedelta(seconds=5)
_SENT = "%Y-%m-%d %H:%M:%S"


class AliyunSms:
    """SMS by Alibaba Cloud. Delivery and replies come by its message queue: see queue.py."""

    carrier = "aliyun"

    def __init__(self, account: AliyunAccount) -> None:
        self._account = account
        self._client = client.sms_client(account)

    def send(self, notification: Notification) -> str:
        found = self._account.registered(notification.template)
        if found is None or found.template.spoken:
            raise SendError(NO_TEMPLATE, permanent=True)
        values = filled(found.template, notification.fields)
        request = models.SendSmsRequest(
            phone_numbers=local(notification.address),
            sign_name=self._account.sign_name,
            template_code=found.code,
            template_param=json.dumps(values, ensure_ascii=False),
            out_id=str(notification.id),
        )
        body = client.asked(lambda: self._client.send_sms_with_options(request, client.RUNTIME))
        if not body.biz_id:
            raise SendError("no_answer", ambiguous=True, fault=Fault.CARRIER)
        return str(body.biz_id)

    def find(self, notification: Notification, since: datetime) -> list[str]:
        """By our own id. The record does not tell the carrier's: ours stands for it."""
        found = any(self._records(notification, since - _CLOCK_SLACK))
        return [f"{LOOKED_UP}{notification.id}"] if found else []

    def report_of(self, notification: Notification) -> CarrierReport | None:
        since = notification.sent_at or notification.created_at
        newest = next(self._records(notification, since - _CLOCK_SLACK), None)
        if newest is None or notification.provider_id is None:
            return None
        status = _STATUS.get(int(newest.send_status or 1), "sent")
        code = str(newest.err_code or "")
        failed = code if status == "undelivered" else None
        return CarrierReport(notification.provider_id, status, failed)

    def _records(self, notification: Notification, since: datetime) -> Iterator[Any]:
        """The carrier's records of this message since then, the newest first. It is asked by the
        day, which may have changed since."""
        days = {at.astimezone(HERE).strftime("%Y%m%d") for at in (since, since + timedelta(days=1))}
        today = since.astimezone(HERE).strftime("%Y%m%d")
        for day in sorted(days, key=lambda day: day != today):
            for record in self._listed(notification.address, day):
                if str(record.out_id or "") == str(notification.id) and _at(record, since) >= since:
                    yield record

    def _listed(self, address: str, day: str) -> Iterator[Any]:
        page, left = 1, True
        while left:
            request = models.QuerySendDetailsRequest(
                phone_number=local(address), send_date=day, page_size=_PAGE, current_page=page
            )
            body = client.asked(
                partial(self._client.query_send_details_with_options, request, client.RUNTIME)
            )
            details = body.sms_send_detail_dtos
            records = (details.sms_send_detail_dto if details else None) or []
            yield from records
            page, left = page + 1, len(records) == _PAGE


def _at(record: Any, otherwise: datetime) -> datetime:
    """When the carrier took it; it counts whole seconds."""
    try:
        return datetime.strptime(str(record.send_date), _SENT).replace(tzinfo=HERE)
    except ValueError:
        return otherwise
