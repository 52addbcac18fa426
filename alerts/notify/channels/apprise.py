"""DingTalk, WeCom, Feishu, e-mail, ntfy and the rest, through Apprise.

An address is an Apprise URL. Apprise says only whether a service took the message: there is no
delivery report, no answer comes back through it, and a message taken twice cannot be found again.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from alerts.notify.channels.interface import AddressForm, ChannelRecord, SendError
from alerts.notify.channels.row_addresses import address_of
from store.clock import Clock
from store.db import Pool
from store.model import Notification
from store.records import N_

if TYPE_CHECKING:
    from apprise import NotifyBase

APPRISE = "apprise"
CONNECT, READ = 3.0, 4.0
"""Seconds to connect and to wait for an answer."""
SERVICES = frozenset(
    {
        "dingtalk",
        "wecombot",
        "feishu",
        "lark",
        "mailto",
        "mailtos",
        "ntfy",
        "ntfys",
        "json",
        "jsons",
        "bark",
        "barks",
        "gotify",
        "gotifys",
        "slack",
        "msteams",
        "tgram",
        "discord",
        "matrix",
        "matrixs",
        "mmost",
        "mmosts",
        "rocket",
        "rockets",
        "schan",
        "pushplus",
        "wxpusher",
        "pover",
        "signal",
        "signals",
    }
)
"""Services that reach people. Apprise knows more, some of which act on this machine."""

logging.getLogger("apprise").setLevel(logging.CRITICAL)
# Its log lines may quote addresses, which are secrets; what went wrong is in the outbox.

UrlOf = Callable[[str], str | None]
"""The Apprise URL of a notification's address; None: it was taken away meanwhile."""


def check(url: str) -> str | None:
    """What is wrong with an Apprise URL, as a sentence that does not repeat it; None: nothing."""
    schema = url.partition("://")[0].casefold()
    if schema not in SERVICES:
        return f"write an address that begins with one of: {', '.join(sorted(SERVICES))}"
    if _service(url) is None:
        return f"this is not a complete {schema}:// address"
    return None


class AppriseChannel:
    """The channel. `url_of` looks an address up: the outbox holds no secret."""

    def __init__(self, url_of: UrlOf) -> None:
        self._url_of = url_of

    def send(self, notification: Notification) -> str:
        url = self._url_of(notification.address)
        if url is None:
            raise SendError("no_address", permanent=True)
        service = _service(url)
        if service is None:
            raise SendError("bad_address", permanent=True)
        from apprise import Apprise

        sent = Apprise()
        sent.add(service)
        if not sent.notify(body=notification.body):
            # Refused, unreachable or timed out: it does not say which.
            raise SendError("not_taken", ambiguous=True)
        return f"apprise:{notification.id}"

    def find(self, notification: Notification, since: datetime) -> list[str]:  # noqa: ARG002
        """Nothing can be looked up: in doubt it is sent again."""
        return []


def _service(url: str) -> "NotifyBase | None":
    from apprise import Apprise, NotifyBase

    found = Apprise.instantiate(url, suppress_exceptions=True)
    if not isinstance(found, NotifyBase):
        return None
    found.socket_connect_timeout = CONNECT
    found.socket_read_timeout = READ
    return found


def _open(_settings: object, pool: Pool, _clock: Clock) -> AppriseChannel:
    return AppriseChannel(address_of(pool))


CHANNEL: ChannelRecord[object] = ChannelRecord(
    name=APPRISE,
    title=N_("app or e-mail"),
    by=N_("by app or e-mail"),
    is_open=lambda _settings: True,
    open=_open,
    address=AddressForm(
        example="mailto://…, dingtalk://…",
        problem=check,
        shown=lambda url: url.partition("://")[0],
    ),
)
