"""One alarm as its page shows it: journal, notes, messages, devices, the home's other alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all
from store.home.registry import DeviceRow
from store.model import AlarmState, Kind, NotificationState, Outcome, Priority

SQL = Queries("alarm/alarm_details")


@dataclass(frozen=True, slots=True)
class JournalRow:
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


def journal_of(conn: Connection, alarm_id: int) -> list[JournalRow]:
    return fetch_all(conn, JournalRow, SQL["journal_of"], {"id": alarm_id})


def notes_of(conn: Connection, alarm_id: int) -> list[NoteRow]:
    return fetch_all(conn, NoteRow, SQL["notes_of"], {"id": alarm_id})


def notifications_of(conn: Connection, alarm_id: int) -> list[NotificationRow]:
    return fetch_all(conn, NotificationRow, SQL["notifications_of"], {"id": alarm_id})


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
