"""Checks whether homes send what nobody reads: a hub set up wrongly, a device not understood."""

from collections.abc import Iterator

import psycopg

from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong
from store.answer_limits import connect
from store.intake import unread_topics

NAMED = 3
"""Homes that the line names."""


def check_unread_topics(settings: Settings) -> Iterator[CheckResult]:
    """By what ingest has noted of the last two weeks."""
    if not settings.database_url:
        return
    try:
        with connect(settings.database_url, "anxin-doctor") as conn:
            found = unread_topics.by_home(conn)
    except psycopg.Error as error:
        yield wrong("unread topics", f"the database does not say: {error}")
        return
    if not found:
        yield ok("unread topics", "all that homes send is read by a format")
        return
    named = ", ".join(f"{one.home} ({one.topics}, like {one.example})" for one in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    advice = "the home's page says what to do, GET /api/v1/homes/CODE/unread-topics too"
    yield warning(
        "unread topics",
        f"{sum(one.topics for one in found)} topics of {len(found)} homes are read by no format:"
        f" {named}{more}: {advice}",
    )
