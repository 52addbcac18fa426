"""One signed HTTP request to the server under test, and what is noted of it."""

import http.client
import threading
import time
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped,unused-ignore]
    RequestValidator,
)

from device_sim.carrier.twilio.connection_overrides import CONNECT, READ, Overrides

KEPT_DELIVERIES = 10_000


@dataclass(frozen=True)
class WebhookDelivery:
    """One attempt to post a webhook: `status` is HTTP's, 0 when nobody answered."""

    url: str
    params: dict[str, str]
    status: int
    at: float
    error: str = ""


@dataclass(frozen=True)
class WebhookResponse:
    """What a webhook answered."""

    status: int
    body: bytes


class WebhookUnansweredError(OSError):
    """Nobody answered. `failure`: before or after the connection was made (ct, rt)."""

    def __init__(self, failure: str, error: Exception) -> None:
        self.failure = failure
        super().__init__(str(error) or repr(error))


class SignedRequests:
    """Sends requests that carry the account's signature. Thread-safe."""

    def __init__(self, auth_token: str, timeout_s: float) -> None:
        self._validator = RequestValidator(auth_token)
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self.deliveries: deque[WebhookDelivery] = deque(maxlen=KEPT_DELIVERIES)

    def send(
        self, url: str, params: dict[str, str], method: str, overrides: Overrides
    ) -> WebhookResponse:
        """Whatever is answered. `url` has no fragment. WebhookUnansweredError."""
        if method == "GET" and params:
            url, params = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}", {}
        try:
            reply = self._exchange(url, params, method, overrides)
        except WebhookUnansweredError as error:
            self._note(WebhookDelivery(url, params, 0, time.monotonic(), str(error)))
            raise
        self._note(WebhookDelivery(url, params, reply.status, time.monotonic()))
        return reply

    def _exchange(
        self, url: str, params: dict[str, str], method: str, overrides: Overrides
    ) -> WebhookResponse:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(url, params),
        }
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        patience = min(overrides.connect_s, self._timeout_s)
        connection = kind(parts.hostname or "", parts.port, timeout=patience)
        reached = CONNECT
        try:
            connection.connect()
            reached = READ
            connection.sock.settimeout(min(overrides.read_s, self._timeout_s))
            connection.request(method, target, urlencode(params) or None, headers)
            response = connection.getresponse()
            return WebhookResponse(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise WebhookUnansweredError(reached, error) from error
        finally:
            connection.close()

    def _note(self, delivery: WebhookDelivery) -> None:
        with self._lock:
            self.deliveries.append(delivery)
