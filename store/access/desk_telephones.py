"""Where calls to the centre can reach the operators whose shift has begun."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_one

SQL = Queries("access/desk_telephones")


@dataclass(frozen=True, slots=True)
class DeskTelephone:
    """`phone` in E.164, None: no number is known. `since`: when the shift began; None: it has not,
    and nothing rings there."""

    phone: str | None = None
    since: datetime | None = None


def of_user(conn: Connection, user_id: int) -> DeskTelephone:
    return fetch_one(conn, DeskTelephone, SQL["of_user"], {"user_id": user_id}) or DeskTelephone()


def belongs_to_another(conn: Connection, user_id: int, phone: str) -> bool:
    """Whether a colleague's shift has begun with it, or the centre knows it of another person."""
    values = {"user_id": user_id, "phone": phone}
    row = conn.execute(SQL["belongs_to_another"], values).fetchone()
    return bool(row and row[0])


def start(conn: Connection, user_id: int, phone: str | None, now: datetime) -> DeskTelephone:
    """Their shift has begun. `phone` None: the number they had before, else their own."""
    values = {"user_id": user_id, "phone": phone, "now": now}
    return fetch_one(conn, DeskTelephone, SQL["start"], values) or DeskTelephone()


def finish(conn: Connection, user_id: int) -> None:
    """Their shift is over; the number is kept for the next one."""
    conn.execute(SQL["finish"], {"user_id": user_id})
