"""Doors that were forced in an alarm: who decided on which grounds, and who secured them."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("work/forced_entries")


@dataclass(frozen=True, slots=True)
class ForcedEntry:
    """`decided_by`, `secured_by`: names of users. `consent_id`: the signed consent that was in
    force; None: there was none. `entered_at` None: not yet, or not at all; `called_off_at`: nothing
    was forced after all; `secure_by`: when the task to secure the door is due. `police`, `reason`,
    `locksmith`, `locksmith_phone` and `secured_how` are what people wrote, and may be erased."""

    id: int
    alarm_id: int
    decided_at: datetime
    decided_by: str
    consent_id: int | None
    police_present: bool
    life_in_danger: bool
    police: str
    reason: str
    locksmith: str
    locksmith_phone: str
    entered_at: datetime | None
    called_off_at: datetime | None
    secured_at: datetime | None
    secured_by: str | None
    secured_how: str
    task_id: int | None
    secure_by: datetime | None

    @property
    def is_open(self) -> bool:
        """Decided, and the door is not secured yet."""
        return self.secured_at is None and self.called_off_at is None


@dataclass(frozen=True, slots=True)
class NewForcedEntry:
    """`by`: a user's id; `locksmith_phone`: as it was written."""

    alarm_id: int
    by: int
    now: datetime
    consent_id: int | None
    police_present: bool
    life_in_danger: bool
    police: str
    reason: str
    locksmith: str
    locksmith_phone: str
    task_id: int


def decide(conn: Connection, new: NewForcedEntry) -> int | None:
    """Its id. None: one of this alarm is open already."""
    values = {name: getattr(new, name) for name in NewForcedEntry.__slots__}
    row = conn.execute(SQL["decide"], values).fetchone()
    return int(row[0]) if row else None


def of_alarm(conn: Connection, alarm_id: int) -> list[ForcedEntry]:
    """The oldest first."""
    return fetch_all(conn, ForcedEntry, SQL["of_alarm"], {"alarm_id": alarm_id})


def open_of_task(conn: Connection, task_id: int) -> tuple[int, int] | None:
    """Alarm and entry whose door this task is to secure; None: no door waits for it."""
    row = conn.execute(SQL["open_of_task"], {"task_id": task_id}).fetchone()
    return (row[0], row[1]) if row else None


def enter(conn: Connection, entry_id: int, at: datetime) -> None:
    conn.execute(SQL["enter"], {"id": entry_id, "at": at})


def call_off(conn: Connection, entry_id: int, now: datetime) -> None:
    conn.execute(SQL["call_off"], {"id": entry_id, "now": now})


def secure(conn: Connection, entry_id: int, *, by: int, how: str, at: datetime) -> None:
    conn.execute(SQL["secure"], {"id": entry_id, "by": by, "how": how, "at": at})
