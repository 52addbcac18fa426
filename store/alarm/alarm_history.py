"""Everything that is known of one alarm, in order of time: for who asks why it went as it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all, fetch_one

SQL = Queries("alarm/alarm_history")
BIGGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FoundAlarm:
    """The alarm. Codes as the database has them: what a newer version wrote is shown, too."""

    id: int
    code: str
    kind: str
    priority: int
    state: str
    count: int
    raised_at: datetime
    closed_at: datetime | None
    outcome: str | None
    home: str | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`source`: signal, journal, message, callback, reply, or timer (one that is still to fire)."""

    at: datetime
    source: str
    what: str
    data: dict[str, Any]


def find(conn: Connection, number_or_code: str) -> FoundAlarm | None:
    """By its number, else the newest alarm that had this code."""
    digits = number_or_code.isascii() and number_or_code.isdigit()
    number = int(number_or_code) if digits and int(number_or_code) <= BIGGEST else None
    return fetch_one(conn, FoundAlarm, SQL["find"], {"number": number, "code": number_or_code})


def lines(conn: Connection, alarm_id: int) -> list[HistoryLine]:
    return fetch_all(conn, HistoryLine, SQL["lines"], {"id": alarm_id})
