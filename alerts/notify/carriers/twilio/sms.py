"""SMS through Twilio's REST API, with their client.

Twilio has no idempotency key: a request whose answer was lost is looked up by number and text
before it is sent again.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from alerts.notify import mainland_china
from alerts.notify.carriers.twilio import client
from alerts.notify.carriers.twilio.account import REPORT_TRIES, TwilioAccount
from alerts.notify.carriers.twilio.lists import (
    LARGEST_PAGE,
    created_since,
    listed_or_single,
)
from alerts.notify.channels.interface import CarrierReply, CarrierReport
from store.model import Notification, OutboxLane

VALIDITY = 3600
"""Seconds after which an SMS that is still queued at the carrier is not worth delivering."""
CLOCK_SLACK = timedelta(seconds=5)
"""How far the carrier's clock may be from ours when a message is looked for."""


class TwilioSms:
    """SMS by Twilio."""

    carrier = "twilio"

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._client = client.client_of(account)
        self._asked = client.asked
        self._asked_for = client.asked_for

    def send(self, notification: Notification) -> str:
        message = self._asked(
            lambda: self._client.messages.create(
                to=notification.address,
                status_callback=self._callback_url(notification),
                validity_period=VALIDITY,
                **self._content(notification),
                **self._sender(notification.lane),
            )
        )
        return str(message.sid)

    def find(self, notification: Notification, since: datetime) -> list[str]:
        """By number, not by date: what waits in the carrier's queue has no date of sending yet."""
        found = self._asked(
            lambda: created_since(
                self._client.messages.list(to=notification.address, page_size=LARGEST_PAGE),
                since - CLOCK_SLACK,
            )
        )
        return [str(m.sid) for m in found if self._same_text(str(m.body), notification)]

    def replies(self, since: datetime) -> list[CarrierReply]:
        """To our own numbers only: another application may use the same account."""
        records = self._list(since)
        ours = self._our_numbers(records)
        return [
            CarrierReply(
                str(m.sid),
                str(m.from_),
                str(m.body or "").replace("\x00", ""),
                str(m.messaging_service_sid or m.to),
                m.date_sent or m.date_created,
                int(m.num_media or 0),
            )
            for m in records
            if m.direction == "inbound" and (m.to in ours or self._is_service(m))
        ]

    def reports(self, ids: Mapping[str, datetime]) -> list[CarrierReport]:
        """From the list; what was never sent is in no list by date, and asked for one by one."""
        listed = {str(m.sid): m for m in self._list(min(ids.values()))}
        return [
            CarrierReport(str(m.sid), str(m.status), str(m.error_code) if m.error_code else None)
            for m in listed_or_single(ids, listed, self._fetch)
        ]

    def _list(self, since: datetime) -> list[Any]:
        found: list[Any] = self._asked(
            lambda: self._client.messages.list(
                date_sent_after=since - CLOCK_SLACK, page_size=LARGEST_PAGE
            )
        )
        return found

    def _fetch(self, sid: str) -> Any:
        return self._asked_for(lambda: self._client.messages(sid).fetch())

    def _our_numbers(self, records: Iterable[Any]) -> set[str]:
        """Those of the settings, and those by which our service has sent."""
        ours = {self._account.sender, self._account.life_sender}
        ours |= {m.from_ for m in records if m.direction != "inbound" and self._is_service(m)}
        return {number for number in ours if number}

    def _is_service(self, message: Any) -> bool:
        service = self._account.service_sid
        return service is not None and message.messaging_service_sid == service

    def _content(self, notification: Notification) -> dict[str, str]:
        """A registered template where the number's country wants one, else the plain text."""
        template = self._template(notification)
        if template is None:
            return {"body": notification.body}
        variables = json.dumps(_numbered(notification.fields), ensure_ascii=False)
        return {"content_sid": template, "content_variables": variables}

    def _template(self, notification: Notification) -> str | None:
        return mainland_china.template(
            self._account.templates,
            notification.address,
            notification.purpose,
            notification.fields,
        )

    def _same_text(self, body: str, notification: Notification) -> bool:
        """A template's text is the carrier's: there our alarm code must do."""
        if self._template(notification) is None:
            return body == notification.body
        return _numbered(notification.fields).get("4", "") in body

    def _sender(self, lane: OutboxLane) -> dict[str, str]:
        if lane == OutboxLane.LIFE and self._account.life_sender:
            return {"from_": self._account.life_sender}
        if self._account.service_sid:
            return {"messaging_service_sid": self._account.service_sid}
        return {"from_": self._account.sender or ""}

    def _callback_url(self, notification: Notification) -> str:
        """Names our notification, so that a callback that is faster than our own record of the
        carrier's id still finds it. The address is part of what Twilio signs."""
        query = urlencode({"notification": notification.id})
        return f"{self._account.public_url}/webhooks/twilio/status?{query}{REPORT_TRIES}"


def _numbered(fields: Mapping[str, str]) -> dict[str, str]:
    """The variables by number, as templates there have them; rows of older versions have these."""
    if "1" in fields:
        return dict(fields)
    names = ("resident", "kind", "at", "code")
    return {str(number): fields.get(name, "") for number, name in enumerate(names, start=1)}
