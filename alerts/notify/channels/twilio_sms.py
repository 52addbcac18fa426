"""SMS through Twilio's REST API, with their client.

Twilio has no idempotency key: a request whose answer was lost is looked up by number and text
before it is sent again. Their client waits for ever by default; ours does not.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from alerts.notify import mainland_china
from alerts.notify.channels.interface import SendError
from store.model import Notification, OutboxLane

TIMEOUT = 4.0
"""Seconds for one request; Twilio answers in well under one, and another channel is to be taken
within five seconds."""
VALIDITY = 3600
"""Seconds after which an SMS that is still queued at the carrier is not worth delivering."""
CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Where and as whom to send. Either `sender` (a number) or `service_sid` for each lane.

    `life_sender` is the sender kept for life-safety, so that it never waits in the carrier's
    queue behind the rest; None: the same sender for both.
    """

    account_sid: str
    auth_token: str
    sender: str | None = None
    service_sid: str | None = None
    life_sender: str | None = None
    api_url: str | None = None
    public_url: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Registered templates for +86 by purpose (alarm, offer): the carrier's ContentSid."""


class _Http(TwilioHttpClient):  # type: ignore[misc]  # their class is not typed
    """Keeps connections and can talk to another base address (simulated phones)."""

    def __init__(self, api_url: str | None) -> None:
        super().__init__(timeout=TIMEOUT)
        self._base = api_url.rstrip("/") if api_url else None
        adapter = requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=32)
        if self.session is not None:
            self.session.mount("https://", adapter)
            self.session.mount("http://", adapter)
            _read_environment_once(self.session, self._base or "https://api.twilio.com")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base:
            parts = urlsplit(url)
            url = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, url, *args, **kwargs)


def _read_environment_once(session: requests.Session, url: str) -> None:
    """Proxies and certificates as the environment says, not looked up again for each request: that
    is a fifth of what a request costs us."""
    session.proxies.update(requests.utils.get_environ_proxies(url))
    session.verify = (
        os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    )
    session.trust_env = False


def client_of(account: TwilioAccount) -> Client:
    """Their client with our timeout and, if given, another base address. Thread-safe."""
    return Client(account.account_sid, account.auth_token, http_client=_Http(account.api_url))


class TwilioSms:
    """The SMS channel."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._client = client_of(account)

    def send(self, notification: Notification) -> str:
        try:
            message = self._client.messages.create(
                to=notification.address,
                status_callback=self._callback_url(notification),
                validity_period=VALIDITY,
                **self._content(notification),
                **self._sender(notification.lane),
            )
        except (TwilioException, requests.RequestException) as error:
            raise send_error(error) from error
        return str(message.sid)

    def find(self, notification: Notification, since: datetime) -> list[str]:
        try:
            found = self._client.messages.list(
                to=notification.address, date_sent_after=since - CLOCK_SLACK, limit=50
            )
        except (TwilioException, requests.RequestException) as error:
            raise send_error(error) from error
        same = [
            m
            for m in found
            if self._same_text(str(m.body), notification)
            and (m.date_created is None or m.date_created >= since - CLOCK_SLACK)
        ]
        return [str(m.sid) for m in reversed(same)]

    def _content(self, notification: Notification) -> dict[str, str]:
        """A registered template where the number's country wants one, else the plain text."""
        template = self._template(notification)
        if template is None:
            return {"body": notification.body}
        variables = json.dumps(dict(notification.fields), ensure_ascii=False)
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
        return notification.fields.get("4", "") in body

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
        return f"{self._account.public_url}/webhooks/twilio/status?{query}"


def send_error(error: Exception) -> SendError:
    """What a failed request means for the message."""
    if isinstance(error, TwilioRestException):
        status = int(error.status)
        code = str(error.code or status)
        if status == 429:
            return SendError("429", retry_after=1.0)
        if status >= 500:
            return SendError(code, ambiguous=True)
        return SendError(code, permanent=True)
    if isinstance(error, requests.ConnectTimeout):
        return SendError("connect_timeout")
    if isinstance(error, requests.Timeout):
        return SendError("timeout", ambiguous=True)
    if isinstance(error, requests.ConnectionError) and _refused(error):
        return SendError("connection_refused")
    return SendError("connection", ambiguous=True)


def _refused(error: BaseException) -> bool:
    """Whether the connection was never made: nothing can have been accepted."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ConnectionRefusedError):
            return True
        reason = getattr(seen, "reason", None)
        following = seen.__cause__ or seen.__context__
        inner = seen.args[0] if seen.args and isinstance(seen.args[0], BaseException) else None
        seen = inner or (reason if isinstance(reason, BaseException) else following)
    return False
