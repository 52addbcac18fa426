"""To which hospital somebody was taken: words that can be erased, kept beside the journal."""

from store.db import Connection, Queries

SQL = Queries("alarm/hospitals")


def keep(conn: Connection, alarm_id: int, name: str) -> None:
    conn.execute(SQL["keep"], {"alarm_id": alarm_id, "name": name})


def of_alarm(conn: Connection, alarm_id: int) -> str | None:
    """None: nothing is written down."""
    row = conn.execute(SQL["of_alarm"], {"alarm_id": alarm_id}).fetchone()
    return row[0] if row else None
