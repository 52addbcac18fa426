"""What is removed when it is old, in the order of ids and in short transactions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.db import Connection, Queries, fetch_one

SQL = Queries("engine/retention")
MOST = 5_000
"""Rows looked at in one transaction: some tens of milliseconds."""


OUT_OF_ORDER = timedelta(days=1)
"""So much older than its age limit a row must be before a run passes it by for good: ids and times
of transactions that overlap, and of machines whose clocks differ, are not in the same order."""


class Kept(StrEnum):
    """What is kept for a time; the name of the statement that removes it."""

    TEXTS_OUT = "clear_texts_out"
    TEXTS_IN = "clear_texts_in"
    MESSAGES_OUT = "remove_messages_out"
    MESSAGES_IN = "remove_messages_in"
    SIGNALS = "remove_signals"
    ACCESS_VIEWS = "remove_access_views"


@dataclass(frozen=True, slots=True)
class Progress:
    """`upto`: the last id that was removed or passed over; `done_at`: when the last run ended."""

    upto: int = 0
    done_at: datetime | None = None


def progress(conn: Connection, what: str) -> Progress:
    return fetch_one(conn, Progress, SQL["progress"], {"what": what}) or Progress()


def advance(conn: Connection, what: str, upto: int, now: datetime) -> None:
    conn.execute(SQL["advance"], {"what": what, "upto": upto, "now": now})


def remove_next(conn: Connection, what: Kept, before: datetime, now: datetime) -> bool:
    """Remove the next rows that are older than `before`; whether there may be more. One
    transaction; two at once do the same twice."""
    with conn.transaction():
        after = progress(conn, what).upto
        values = {"after": after, "before": before, "passed": before - OUT_OF_ORDER, "most": MOST}
        (last,) = conn.execute(SQL[what], values).fetchone() or (None,)
        if last is not None:
            advance(conn, what, last, now)
        return last is not None


def clear_door_codes(conn: Connection, before: datetime) -> bool:
    """Whether there may be more."""
    values = {"before": before, "most": MOST}
    return conn.execute(SQL["clear_door_codes"], values).rowcount >= MOST


def remove_heartbeats(conn: Connection, before: datetime) -> None:
    conn.execute(SQL["remove_heartbeats"], {"before": before})
