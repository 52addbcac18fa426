"""The secrets in the names of our sessions at the broker: the current one, and earlier ones."""

from collections.abc import Collection
from datetime import datetime

from store.db import Connection, Queries

SQL = Queries("intake/broker_sessions")


def current(conn: Connection, proposed: str, former: Collection[str], now: datetime) -> str:
    """The secret in use: `proposed` if there was none yet. `former` ones may have a queue."""
    _add(conn, proposed, now, is_current=True)
    for secret in former:
        _add(conn, secret, now, is_current=False)
    row = conn.execute(SQL["current"]).fetchone()
    assert row is not None  # noqa: S101  one was there, or has just been added
    return str(row[0])


def not_emptied(conn: Connection, lane: str) -> list[str]:
    """Earlier secrets whose session of this lane may have a queue, the oldest first."""
    return [secret for (secret,) in conn.execute(SQL["not_emptied"], {"lane": lane})]


def emptied(conn: Connection, lane: str, secret: str) -> None:
    conn.execute(SQL["emptied"], {"lane": lane, "secret": secret})


def _add(conn: Connection, secret: str, now: datetime, *, is_current: bool) -> None:
    conn.execute(SQL["add"], {"secret": secret, "now": now, "current": is_current})
