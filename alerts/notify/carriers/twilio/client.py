"""Twilio's client with our timeout and address, and what its errors mean for a message.

Imported when SMS or voice is opened: it takes most of a second.
"""

import logging
import os
import threading
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from alerts.notify.carriers.twilio.account import TwilioAccount, code_of
from alerts.notify.carriers.twilio.faults import fault_of
from alerts.notify.channels.interface import Fault, SendError
from alerts.notify.channels.retry_after import seconds_asked_for

TIMEOUT = 4.0
"""Seconds for one request; Twilio answers in well under one, and another channel is to be taken
within five seconds. Their client waits for ever by default."""

NOT_FOUND = "20404"
"""Twilio's code for a record that is not there."""

_Answer = TypeVar("_Answer")
_asked_to_wait = threading.local()
"""Of the last answer in this thread: their exceptions do not carry its headers."""

for _name in ("twilio", "urllib3"):
    # Below, they write down each request with its telephone number, and eleven lines a message.
    logging.getLogger(_name).setLevel(logging.WARNING)


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
        _asked_to_wait.seconds = None
        answer = super().request(method, url, *args, **kwargs)
        _asked_to_wait.seconds = _retry_after(answer)
        return answer


def _retry_after(answer: Response) -> float | None:
    """A date is compared with the carrier's own clock."""
    headers = answer.headers or {}
    try:
        now = parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        now = None
    return seconds_asked_for(headers.get("Retry-After"), now)


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


def asked(request: Callable[[], _Answer]) -> _Answer:
    """The answer to a request to the carrier. Raises SendError and nothing else of theirs."""
    _asked_to_wait.seconds = None
    try:
        return request()
    except (TwilioException, requests.RequestException) as error:
        raise send_error(_with_its_answer(error), retry_after=_asked_to_wait.seconds) from error


def asked_for(request: Callable[[], _Answer]) -> _Answer | None:
    """The answer to a request for one record; None: the carrier has no such record. SendError."""
    try:
        return asked(request)
    except SendError as error:
        if error.code == NOT_FOUND:
            return None
        raise


def _with_its_answer(error: Exception) -> Exception:
    """For a page of a list that is refused their client raises a bare error that only carries the
    answer: the same as for every other request, then."""
    answer: object = error.args[-1] if error.args else None
    if isinstance(error, TwilioRestException) or not isinstance(answer, Response):
        return error
    code = code_of(answer.text)
    refusal: Exception = TwilioRestException(answer.status_code, "", str(error.args[0]), code)
    return refusal


def send_error(error: Exception, *, retry_after: float | None = None) -> SendError:
    """What a failed request means for the message. `retry_after`: seconds they ask us to wait."""
    if isinstance(error, (TwilioRestException, TwilioServiceException)):
        return _refusal(int(error.status), error.code, retry_after)
    if isinstance(error, requests.ConnectTimeout):
        return SendError("connect_timeout", fault=Fault.CARRIER)
    if isinstance(error, requests.Timeout):
        return SendError("timeout", ambiguous=True, fault=Fault.CARRIER)
    if isinstance(error, requests.ConnectionError) and _refused(error):
        return SendError("connection_refused", fault=Fault.CARRIER)
    return SendError("connection", ambiguous=True, fault=Fault.CARRIER)


def _refusal(status: int, code: object, retry_after: float | None) -> SendError:
    number = int(str(code)) if str(code).isascii() and str(code).isdigit() else None
    fault = fault_of(status, number)
    return SendError(
        "429" if status == 429 else str(number or status),
        permanent=fault is None,
        ambiguous=status >= 500,
        retry_after=retry_after,
        fault=fault,
    )


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
