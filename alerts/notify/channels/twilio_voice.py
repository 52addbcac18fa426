"""Calls through Twilio's REST API. The carrier asks for the text when somebody picks up."""

from datetime import datetime
from urllib.parse import urlencode

import requests
from twilio.base.exceptions import TwilioException

from alerts.notify.channels.twilio_sms import CLOCK_SLACK, TwilioAccount, client_of, send_error
from alerts.notify.contact_methods import HANG_UP, TALK
from store.model import Notification, OutboxLane

RING = 25
"""Seconds a telephone rings; most voice mail picks up later than that."""
DETECTION = 5
"""Seconds the carrier may listen whether a person or a machine has picked up; Twilio's least is 3.
The person hears nothing meanwhile."""
_EVENTS = ["initiated", "ringing", "answered", "completed"]


class TwilioVoice:
    """The voice channel. Needs a number to call from: a messaging service has none."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._client = client_of(account)

    def send(self, notification: Notification) -> str:
        if notification.purpose == TALK and notification.body == HANG_UP:
            return self._end(notification.address)
        detection = (
            {}
            if notification.purpose == TALK
            else {"machine_detection": "Enable", "machine_detection_timeout": DETECTION}
        )
        try:
            call = self._client.calls.create(
                to=notification.address,
                from_=self._number(notification.lane),
                url=self._url("voice", notification),
                status_callback=self._url("voice/status", notification),
                status_callback_event=_EVENTS,
                timeout=RING,
                **detection,
            )
        except (TwilioException, requests.RequestException) as error:
            raise send_error(error) from error
        return str(call.sid)

    def _end(self, call: str) -> str:
        try:
            self._client.calls(call).update(status="completed")
        except (TwilioException, requests.RequestException) as error:
            raise send_error(error) from error
        return f"{HANG_UP}:{call}"  # no second message may carry the call's own id

    def find(self, notification: Notification, since: datetime) -> list[str]:
        """Calls to the number from ours since then: a call carries no text to know it by. To end a
        call twice does no harm: that is not looked for."""
        if notification.body == HANG_UP:
            return []
        try:
            found = self._client.calls.list(to=notification.address, limit=50)
        except (TwilioException, requests.RequestException) as error:
            raise send_error(error) from error
        ours = self._number(notification.lane)
        return [
            str(call.sid)
            for call in reversed(found)
            if getattr(call, "_from", ours) == ours
            and (call.date_created is None or call.date_created >= since - CLOCK_SLACK)
        ]

    def _number(self, lane: OutboxLane) -> str:
        life = self._account.life_sender if lane == OutboxLane.LIFE else None
        return life or self._account.sender or self._account.life_sender or ""

    def _url(self, path: str, notification: Notification) -> str:
        query = urlencode({"notification": notification.id})
        return f"{self._account.public_url}/webhooks/twilio/{path}?{query}"
