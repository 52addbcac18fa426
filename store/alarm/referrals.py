"""Referrals of alarms to outside services (110, 120, …): what was said, their reference."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("alarm/referrals")


@dataclass(frozen=True, slots=True)
class Referral:
    """`by` is the name of the operator; `reference` may be empty: not every service gives one."""

    id: int
    service: str
    at: datetime
    by: str
    reference: str
    said: str


def add(
    conn: Connection,
    alarm_id: int,
    *,
    service: str,
    by_user: int,
    reference: str,
    said: str,
    now: datetime,
) -> int:
    values = {
        "alarm_id": alarm_id,
        "service": service,
        "by_user": by_user,
        "reference": reference,
        "said": said,
        "now": now,
    }
    row = conn.execute(SQL["add"], values).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def of_alarm(conn: Connection, alarm_id: int) -> list[Referral]:
    return fetch_all(conn, Referral, SQL["of_alarm"], {"alarm_id": alarm_id})


def is_referred(conn: Connection, alarm_id: int, service: str) -> bool:
    """Whether the service has the alarm already."""
    values = {"alarm_id": alarm_id, "service": service}
    return conn.execute(SQL["is_referred"], values).fetchone() is not None
