"""Who is at the desk: a user whose screen is connected to the centre's stream."""

from collections.abc import Collection
from datetime import datetime

from store.db import Connection, Queries

SQL = Queries("access/desk_presence")


def saw(conn: Connection, user_ids: Collection[int], now: datetime) -> None:
    """They are connected now."""
    conn.execute(SQL["saw"], {"ids": sorted(user_ids), "now": now})


def left(conn: Connection, user_id: int) -> None:
    """They have logged out: nobody waits for them to come back."""
    conn.execute(SQL["forget"], {"id": user_id})


def present(conn: Connection, since: datetime) -> set[int]:
    """User ids of those who have been connected since then."""
    return {row[0] for row in conn.execute(SQL["present"], {"since": since}).fetchall()}


def last_seen(conn: Connection, user_ids: Collection[int]) -> dict[int, datetime]:
    """When each was last connected; who never was is left out."""
    return dict(conn.execute(SQL["last_seen"], {"ids": list(user_ids)}).fetchall())


def absent_owners_alarms(conn: Connection, before: datetime) -> list[int]:
    """Ids of the alarms whose owners were connected once, and not since then."""
    rows = conn.execute(SQL["absent_owners_alarms"], {"before": before}).fetchall()
    return [row[0] for row in rows]


def alarms_of_owner(conn: Connection, user_id: int) -> list[int]:
    """Ids of the open alarms they own, in the order in which alarms are locked."""
    return [row[0] for row in conn.execute(SQL["alarms_of_owner"], {"id": user_id}).fetchall()]
