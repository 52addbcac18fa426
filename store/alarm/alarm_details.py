"""One alarm as its page shows it: journal, notes, messages, devices, the home's other alarms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all
from store.home.registry import DeviceRow
from store.model import AlarmState, Kind, NotificationState, Outcome, Priority

SQL = Queries("alarm/alarm_details")
JOURNAL_PAGE = 200
"""Lines shown with an alarm: all of an ordinary one; of the rest there are pages."""
NOTIFICATIONS_SHOWN = 200
"""Messages shown with an alarm, the newest: a plan that nobody answers goes on for days."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    id: int
    at: datetime
    event: str
    actor: str
    actor_name: str
    via: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoteRow:
    at: datetime
    actor_name: str
    text: str


@dataclass(frozen=True, slots=True)
class NotificationRow:
    id: int
    alarm_id: int | None
    person_name: str
    purpose: str
    channel: str
    state: NotificationState
    error_code: str | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    fault: str | None
    """It waits because the carrier refuses it: `carrier` or `account`."""


@dataclass(frozen=True, slots=True)
class RecentRow:
    """An earlier alarm of the same home."""

    id: int
    code: str
    kind: Kind
    priority: Priority
    state: AlarmState
    raised_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Lines in the order in which they were written. `before`: asks for the page before; None:
    there is none."""

    items: list[JournalRow]
    before: int | None


def journal_of(
    conn: Connection, alarm_id: int, before: int | None = None, limit: int = JOURNAL_PAGE
) -> JournalPage:
    """The last lines, or the last before a line (its id)."""
    values = {"id": alarm_id, "before": before, "limit": limit + 1}
    rows = fetch_all(conn, JournalRow, SQL["journal_of"], values)
    more = len(rows) > limit
    rows = rows[:limit][::-1]
    return JournalPage(rows, rows[0].id if more and rows else None)


def lines_of_kinds(
    conn: Connection, alarm_id: int, events: Collection[str], limit: int
) -> list[JournalRow]:
    """The last lines of these events, oldest first, without names."""
    values = {"id": alarm_id, "events": sorted(events), "limit": limit}
    return fetch_all(conn, JournalRow, SQL["lines_of_kinds"], values)[::-1]


def notes_of(conn: Connection, alarm_id: int) -> list[NoteRow]:
    return fetch_all(conn, NoteRow, SQL["notes_of"], {"id": alarm_id})


def notifications_of(conn: Connection, alarm_id: int) -> list[NotificationRow]:
    """The newest, oldest first."""
    values = {"id": alarm_id, "limit": NOTIFICATIONS_SHOWN}
    return fetch_all(conn, NotificationRow, SQL["notifications_of"], values)[::-1]


def notifications_by_id(conn: Connection, ids: Sequence[int]) -> list[NotificationRow]:
    return fetch_all(conn, NotificationRow, SQL["notifications_by_id"], {"ids": list(ids)})


def devices_by_id(conn: Connection, ids: Sequence[int]) -> list[DeviceRow]:
    return fetch_all(conn, DeviceRow, SQL["devices_by_id"], {"ids": list(ids)})


def recent_of_home(
    conn: Connection, home_id: int, alarm_id: int, limit: int = 10
) -> list[RecentRow]:
    return fetch_all(
        conn, RecentRow, SQL["recent_of_home"], {"home_id": home_id, "id": alarm_id, "limit": limit}
    )
