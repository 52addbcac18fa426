"""How long a server asks us to wait (the header Retry-After, RFC 9110). Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 300.0
"""Seconds: whoever asks for more is asked again by then, for an alarm may be waiting."""


def seconds_asked_for(
    header: str | None, now: datetime | None, longest: float = LONGEST
) -> float | None:
    """Seconds from now on, of either form of the header; None: there is none that can be read.

    `now` is best the moment at which the server says it answered; None: only seconds are read.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), longest)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if now is None:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), longest)
