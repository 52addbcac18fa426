"""Tells a test from an alarm by what the device says of itself. Pure.

A detector says `test: true` while its button is held, and some for ever afterwards; some say it in
one message and the smoke in the next. A test lasts minutes, and an alarm that comes while the flag
has been set for a while is real.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TEST_LASTS = timedelta(minutes=10)
"""The longest test: who walks through a home with the button of each detector takes as long. Later
the flag says nothing any more."""
SAME_TEST = timedelta(seconds=30)
"""How long after the flag what is tested may follow in a message of its own. Detectors send both at
once, or a few seconds apart."""


@dataclass(frozen=True, slots=True)
class FlagSince:
    """Since when the device says that it is being tested; None: it does not, or never has."""

    at: datetime | None = None


def is_test(said: bool | None, flag: FlagSince, received_at: datetime, *, running: bool) -> bool:
    """Whether a statement is made in a test. `said`: what its own message says, None: nothing.
    `running`: the same was stated in this test before."""
    if said is False:
        return False
    if flag.at is None:
        return bool(said)
    since = received_at - flag.at
    return since <= (TEST_LASTS if running else SAME_TEST)


def flag_is_news(is_set: bool, flag: FlagSince) -> bool:
    return is_set is not (flag.at is not None)
