"""Rate limits for guesses of alarm codes and phone numbers. Pure; called by code_login.

A try is a code and the end of a telephone number. Who guesses knows the code (it stood on a lock
screen) and tries endings, or knows the number and tries codes, or knows neither and tries from many
addresses. In the first and the last case nobody is kept out: the log-in asks for the whole number,
which the right person knows and nobody guesses. Only whoever tries many codes with one number, or
very much from one address, has to wait, and not for long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
"""How long a wrong try makes the log-in ask for the whole number."""
WAIT = timedelta(minutes=5)
"""How long a wrong try counts towards having to wait: the longest that anybody is kept out."""
CODE_LIMIT = 5
"""Wrong tries with one code: a chance of 1 in 2,000 for each person who was told of the alarm."""
ADDRESS_LIMIT = 20
"""Wrong tries from one address: a family's home, or the many telephones behind a carrier's."""
ALL_LIMIT = 200
"""Wrong tries in all: guesses of code and ending together, spread over many addresses."""
NUMBER_WAITS = 10
"""Wrong tries with one number's ending before it has to wait: 120 codes an hour of 10,000."""
ADDRESS_WAITS = 60
"""Wrong tries from one address before it has to wait, whatever was typed."""


@dataclass(frozen=True, slots=True)
class FailedTries:
    """Tries that were not right. Within WINDOW: with this code, from this address, in all. Within
    WAIT: with this ending, from this address; the times are those of the oldest of these."""

    code: int
    address: int
    all: int
    number_lately: int
    number_since: datetime | None
    address_lately: int
    address_since: datetime | None


def blocked_until(tries: FailedTries) -> datetime | None:
    """When the next try is looked at; None: now."""
    ends = [
        since + WAIT
        for count, most, since in (
            (tries.number_lately, NUMBER_WAITS, tries.number_since),
            (tries.address_lately, ADDRESS_WAITS, tries.address_since),
        )
        if count >= most and since is not None
    ]
    return max(ends, default=None)


def whole_number_needed(tries: FailedTries) -> bool:
    """Whether the last four digits are not enough at the moment."""
    return tries.code >= CODE_LIMIT or tries.address >= ADDRESS_LIMIT or tries.all >= ALL_LIMIT
