"""Calls through Twilio's REST API. The carrier asks for the text when somebody picks up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from alerts.notify.carriers.twilio import client
from alerts.notify.carriers.twilio.account import (
    REPORT_TRIES,
    SCRIPT_TRIES,
    TwilioAccount,
)
from alerts.notify.carriers.twilio.lists import (
    LARGEST_PAGE,
    created_since,
    listed_or_single,
)
from alerts.notify.carriers.twilio.sms import CLOCK_SLACK
from alerts.notify.channels.interface import CarrierReply, CarrierReport
from alerts.notify.channels.voice import HANG_UP, TALK
from store.model import Notification, OutboxLane

RING = 25
"""Seconds a telephone rings; most voice mail picks up later than that."""
_EVENTS = ["initiated", "ringing", "answered", "completed"]


class TwilioVoice:
    """Calls by Twilio. Needs a number to call from: a messaging service has none."""

    carrier = "twilio"

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._client = client.client_of(account)
        self._asked = client.asked
        self._asked_for = client.asked_for

    def send(self, notification: Notification) -> str:
        if notification.purpose == TALK and notification.body == HANG_UP:
            return self._end(notification.address)
        call = self._asked(
            lambda: self._client.calls.create(
                to=notification.address,
                from_=self._number(notification.lane),
                url=self._url("voice", notification, SCRIPT_TRIES),
                status_callback=self._url("voice/status", notification, REPORT_TRIES),
                status_callback_event=_EVENTS,
                timeout=RING,
                **self._fallback(notification),
            )
        )
        return str(call.sid)

    def _end(self, call: str) -> str:
        self._asked(lambda: self._client.calls(call).update(status="completed"))
        return f"{HANG_UP}:{call}"  # no second message may carry the call's own id

    def find(self, notification: Notification, since: datetime) -> list[str]:
        """Calls to the number from ours since then: a call carries no text to know it by. To end a
        call twice does no harm: that is not looked for."""
        if notification.body == HANG_UP:
            return []
        found = self._asked(
            lambda: created_since(
                self._client.calls.list(to=notification.address, page_size=LARGEST_PAGE),
                since - CLOCK_SLACK,
            )
        )
        ours = self._number(notification.lane)
        return [str(call.sid) for call in found if getattr(call, "_from", ours) == ours]

    def replies(self, since: datetime) -> list[CarrierReply]:  # noqa: ARG002
        """A key is heard in the call or not at all."""
        return []

    def reports(self, ids: Mapping[str, datetime]) -> list[CarrierReport]:
        """From the list; what was never dialled is in no list by date, and asked for by itself."""
        placed = {sid: at for sid, at in ids.items() if not sid.startswith(HANG_UP)}
        if not placed:
            return []
        since = min(placed.values()) - CLOCK_SLACK
        calls = self._asked(
            lambda: self._client.calls.list(start_time_after=since, page_size=LARGEST_PAGE)
        )
        listed = {str(call.sid): call for call in calls}
        return [_report(call) for call in listed_or_single(placed, listed, self._fetch)]

    def _fetch(self, sid: str) -> Any:
        return self._asked_for(lambda: self._client.calls(sid).fetch())

    def _number(self, lane: OutboxLane) -> str:
        life = self._account.life_sender if lane == OutboxLane.LIFE else None
        return life or self._account.sender or self._account.life_sender or ""

    def _url(self, path: str, notification: Notification, tries: str, base: str = "") -> str:
        query = urlencode({"notification": notification.id})
        return f"{base or self._account.public_url}/webhooks/twilio/{path}?{query}{tries}"

    def _fallback(self, notification: Notification) -> dict[str, str]:
        """Where the carrier asks what to say when our address does not answer."""
        base = self._account.fallback_url
        url = self._url("voice", notification, SCRIPT_TRIES, base)
        return {"fallback_url": url} if base else {}


def _report(call: Any) -> CarrierReport:
    seconds = str(call.duration or "")
    return CarrierReport(
        str(call.sid),
        str(call.status),
        seconds=int(seconds) if seconds.isdecimal() else None,
    )
