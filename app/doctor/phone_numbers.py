"""Checks whether numbers that are kept can be somebody's: those from before nobody looked."""

from collections.abc import Iterator

import psycopg

from alerts.phone_numbers import PhoneNumberError, e164
from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong
from store.answer_limits import connect
from store.home import phone_numbers

WHAT = "phone numbers"
NAMED = 5
"""People and homes that the line names."""


def check_phone_numbers(settings: Settings) -> Iterator[CheckResult]:
    """Nobody is reached by a number that no telephone has; they are named, the number is not."""
    if not settings.database_url:
        return
    try:
        with connect(settings.database_url, "anxin-doctor") as conn:
            kept = phone_numbers.kept(conn)
    except psycopg.Error as error:
        yield wrong(WHAT, f"the database does not say: {error}")
        return
    bad = [f"{one.whose} {one.name}" for one in kept if not _is_possible(one.phone)]
    if not bad:
        yield ok(WHAT, f"{len(kept)}, all of which somebody can have")
        return
    more = f" and {len(bad) - NAMED} more" if len(bad) > NAMED else ""
    yield warning(
        WHAT,
        f"{len(bad)} of {len(kept)} are no telephone's: {', '.join(bad[:NAMED])}{more}: "
        "ask for the right one and enter it with its country; until then nobody is reached there",
    )


def _is_possible(number: str) -> bool:
    try:
        return e164(number) == number
    except PhoneNumberError:
        return False
