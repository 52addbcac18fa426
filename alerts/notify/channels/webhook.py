"""Signed webhooks: every change of an alarm as a CloudEvent over HTTP POST.

`Anxin-Signature: t=1795248000,v1=…` holds the time of sending and the HMAC-SHA256 of `t.body` with
the subscription's secret, in hex. The receiver checks both and refuses what is older than minutes;
the event's `id` is the same for every try.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import Field

from alerts.notify.channels.interface import ChannelRecord, SendError
from alerts.notify.channels.retry_after import seconds_asked_for
from alerts.notify.channels.row_addresses import row_of
from alerts.setting_fields import Network, Networks, PublicAddress
from store.clock import Clock
from store.db import Pool
from store.model import Notification
from store.notify import subscriptions
from store.notify.subscriptions import Target
from store.records import N_

WEBHOOK = "webhook"

TIMEOUT = (3.0, 5.0)
"""Seconds to connect and between two bytes of the answer."""
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
PATIENT_WAITS = (1, 5, 30, 120, 600, 1800, 3600, 3600, 3600, 3600, 3600, 3600)
"""Seconds before each further try: a program may be down for a night; about seven hours."""
LONGEST_WAIT = 3600.0
"""Seconds a program may ask us to wait before the next try."""
_TRY_AGAIN = frozenset({408, 425, 429})
"""The only 4xx that another try can help."""

TargetOf = Callable[[str], Target | None]
"""The subscription of a notification's address; None: it has ended."""


def signature(secret: str, body: bytes, at: datetime) -> str:
    """The header's value."""
    stamp = int(at.timestamp())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


class WebhookSettings(PublicAddress):
    """Where subscribed programs may be."""

    internal_webhooks: Networks = Field(
        default=(),
        description="networks of yours in which subscribed programs may be, like 10.0.5.0/24",
    )


class WebhookChannel:
    """The channel. `target_of` looks up where to and with which secret; `allowed`: networks inside
    in which programs may be."""

    def __init__(
        self, target_of: TargetOf, clock: Clock, source: str, allowed: Sequence[Network] = ()
    ) -> None:
        self._target_of, self._clock, self._source = target_of, clock, source
        self._allowed = allowed

    def send(self, notification: Notification) -> str:
        import requests

        from alerts.notify.channels.outside_addresses import (
            InternalAddressError,
            session_to_the_world,
        )

        target = self._target_of(notification.address)
        if target is None:
            raise SendError("unsubscribed", permanent=True)
        event = {**json.loads(notification.body), "source": self._source}
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Anxin-Signature": signature(target.secret, body, self._clock.now()),
            "User-Agent": "anxin",
        }
        try:
            with session_to_the_world(self._allowed) as session:
                answer = session.post(
                    target.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
                )
        except InternalAddressError as error:
            raise SendError("internal_address", permanent=True) from error
        except requests.RequestException as error:
            raise SendError("unreachable", ambiguous=True) from error
        if answer.ok and answer.status_code < 300:
            return f"webhook:{notification.id}"
        raise SendError(
            str(answer.status_code),
            permanent=answer.status_code < 500 and answer.status_code not in _TRY_AGAIN,
            retry_after=seconds_asked_for(
                answer.headers.get("Retry-After"), self._clock.now(), LONGEST_WAIT
            ),
        )

    def find(self, notification: Notification, since: datetime) -> list[str]:  # noqa: ARG002
        """Nothing can be looked up: the receiver knows a repetition by the event's id."""
        return []


def _open(settings: WebhookSettings, pool: Pool, clock: Clock) -> WebhookChannel:
    def target_of(address: str) -> Target | None:
        with pool.connection() as conn:
            return subscriptions.target(conn, row_of(address))

    return WebhookChannel(target_of, clock, settings.public_url, settings.internal_webhooks)


CHANNEL: ChannelRecord[WebhookSettings] = ChannelRecord(
    name=WEBHOOK,
    title=N_("webhook"),
    by=N_("by a program"),
    is_open=lambda _settings: True,
    open=_open,
    to_people=False,
    journaled=False,
    waits=PATIENT_WAITS,
)
