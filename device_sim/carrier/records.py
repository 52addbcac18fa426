"""Messages, calls and requests as the network of phones keeps them, whichever carrier took them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from time import time

from device_sim.carrier.segments import segments_of

LIVE = frozenset({"queued", "initiated", "ringing", "in-progress"})


class Carrier(StrEnum):
    """Whose interface a message or call came through, or a reply goes to."""

    TWILIO = "twilio"
    ALIBABA = "alibaba"


def carrier_now() -> datetime:
    """The present moment; carriers keep whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class CarrierRequest:
    """One request as it reached a carrier; `at` is `time.monotonic()` on arrival."""

    at: float
    method: str
    path: str
    form: dict[str, str]
    """First value of each form field (or query parameter of a GET)."""
    carrier: Carrier = Carrier.TWILIO

    @property
    def to(self) -> str:
        """The number it is for, empty if it names none."""
        named = (self.form.get(name) for name in ("To", "PhoneNumbers", "CalledNumber"))
        return next((number for number in named if number), "")

    @property
    def body(self) -> str:
        """The text of a message that is created, else empty."""
        return self.form.get("Body", "")


@dataclass(frozen=True)
class Message:
    """One SMS. `outbound-*`: from the carrier's customer to a phone; `inbound`: from the phone."""

    sid: str
    carrier: Carrier
    account_sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    date_created: datetime
    date_updated: datetime
    date_sent: datetime | None = None
    error_code: int | str | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    accepted_at: float = field(default_factory=time)
    """Seconds since 1970 when the carrier took it, finer than the carrier's own times."""
    on_phone_at: float | None = None
    """`time.monotonic()` when the phone showed it; None while (or for ever) it did not."""
    media: tuple[tuple[str, str], ...] = ()
    """Address and type of each picture or recording that came with it."""

    @property
    def segments(self) -> int:
        """SMS parts, as carriers count and charge them."""
        return segments_of(self.body)


@dataclass(frozen=True)
class Call:
    """One call. `said`, `played` and `digits` are what the person heard and pressed, in order."""

    sid: str
    carrier: Carrier
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
    inbound: bool = False
    """The person at `from_` has called; else the carrier's customer calls the one at `to`."""

    @property
    def phone(self) -> str:
        """The number of the person in it."""
        return self.from_ if self.inbound else self.to

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
