"""Messages, calls and requests as the carrier keeps them, and Twilio's JSON of them."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from time import time
from typing import Any

from device_sim.carrier.segments import segments_of

API = "/2010-04-01/Accounts"
LIVE = frozenset({"queued", "initiated", "ringing", "in-progress"})


def new_sid(prefix: str) -> str:
    """A Twilio identifier: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def carrier_now() -> datetime:
    """The present moment; the carrier keeps whole seconds, as Twilio does."""
    return datetime.now(UTC).replace(microsecond=0)


def rfc2822(at: datetime | None) -> str | None:
    """`Sat, 21 Nov 2026 08:00:00 +0000`."""
    return None if at is None else format_datetime(at)


@dataclass(frozen=True)
class CarrierRequest:
    """One request as it reached the carrier; `at` is `time.monotonic()` on arrival."""

    at: float
    method: str
    path: str
    form: dict[str, str]
    """First value of each form field (or query parameter of a GET)."""

    @property
    def to(self) -> str:
        """The number it is for, empty if it names none."""
        return self.form.get("To", "")

    @property
    def body(self) -> str:
        """The text of a message that is created, else empty."""
        return self.form.get("Body", "")


@dataclass(frozen=True)
class Message:
    """One SMS. `outbound-*`: from the carrier's customer to a phone; `inbound`: from the phone."""

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    date_created: datetime
    date_updated: datetime
    date_sent: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    accepted_at: float = field(default_factory=time)
    """Seconds since 1970 when the carrier took it, finer than Twilio's own times."""
    on_phone_at: float | None = None
    """`time.monotonic()` when the phone showed it; None while (or for ever) it did not."""
    media: tuple[tuple[str, str], ...] = ()
    """Address and type of each picture or recording that came with it."""

    @property
    def segments(self) -> int:
        """SMS parts, as carriers count and charge them."""
        return segments_of(self.body)

    def document(self) -> dict[str, Any]:
        """Twilio's Message resource."""
        uri = f"{API}/{self.account_sid}/Messages/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc2822(self.date_created),
            "date_sent": rfc2822(self.date_sent),
            "date_updated": rfc2822(self.date_updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.from_ or None,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(len(self.media)),
            "num_segments": str(self.segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(frozen=True)
class Call:
    """One call. `said`, `played` and `digits` are what the person heard and pressed, in order."""

    sid: str
    account_sid: str
    from_: str
    to: str
    status: str
    date_created: datetime
    date_updated: datetime
    dialled_at: datetime | None = None
    start_time: datetime | None = None
    """When it was answered."""
    end_time: datetime | None = None
    answered_by: str | None = None
    parent_call_sid: str | None = None
    error: str | None = None
    """Why the conversation broke off, e.g. `12100 Document parse failure`."""
    said: tuple[str, ...] = ()
    played: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    accepted_at: float = field(default_factory=time)
    asking: bool = False
    """Is the caller waiting for a key right now?"""

    @property
    def live(self) -> bool:
        """Not ended."""
        return self.status in LIVE

    @property
    def duration(self) -> int | None:
        """Whole seconds from being answered to the end; None while it lasts."""
        if self.end_time is None:
            return None
        return int((self.end_time - (self.start_time or self.end_time)).total_seconds())

    def document(self) -> dict[str, Any]:
        """Twilio's Call resource."""
        duration = self.duration
        return {
            "account_sid": self.account_sid,
            "answered_by": self.answered_by,
            "api_version": "2010-04-01",
            "caller_name": None,
            "date_created": rfc2822(self.date_created),
            "date_updated": rfc2822(self.date_updated),
            "direction": "outbound-dial" if self.parent_call_sid else "outbound-api",
            "duration": None if duration is None else str(duration),
            "end_time": rfc2822(self.end_time),
            "forwarded_from": None,
            "from": self.from_,
            "from_formatted": self.from_,
            "group_sid": None,
            "parent_call_sid": self.parent_call_sid,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": rfc2822(self.dialled_at),
            "status": self.status,
            "subresource_uris": {},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{API}/{self.account_sid}/Calls/{self.sid}.json",
        }


def new_call(account_sid: str, from_: str, to: str, parent: str | None = None) -> Call:
    """A call that has just been asked for."""
    now = carrier_now()
    return Call(new_sid("CA"), account_sid, from_, to, "queued", now, now, parent_call_sid=parent)
