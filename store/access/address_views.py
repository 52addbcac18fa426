"""The permanent record of who saw how to get into a home."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("access/address_views")


@dataclass(frozen=True, slots=True)
class AccessView:
    """`alarm_id` None: looked up in the home's file, without an alarm."""

    id: int
    at: datetime
    person_id: int
    name: str
    alarm_id: int | None
    dispatch_id: int | None
    via: str


def add(
    conn: Connection,
    *,
    home_id: int,
    person_id: int,
    via: str,
    now: datetime,
    alarm_id: int | None = None,
    dispatch_id: int | None = None,
) -> None:
    values = {
        "home_id": home_id,
        "person_id": person_id,
        "via": via,
        "now": now,
        "alarm_id": alarm_id,
        "dispatch_id": dispatch_id,
    }
    conn.execute(SQL["add"], values)


def of_home(conn: Connection, home_id: int, before: int | None, limit: int) -> list[AccessView]:
    """The newest first; `before` is the id of the last of the page before."""
    values = {"home_id": home_id, "before": before, "limit": limit}
    return fetch_all(conn, AccessView, SQL["of_home"], values)
