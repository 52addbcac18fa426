"""Counted log-in tries by limit, and attacks that the desk is told of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.db import Connection, Queries, fetch_all

SQL = Queries("access/login_throttle")
ATTACK_OVER = timedelta(minutes=15)
"""After the last refused try; until then the desk has a notice."""
MOST = 200
"""Lines of a list on a page; nobody reads more."""


@dataclass(frozen=True, slots=True)
class Attack:
    """Guesses at passwords that were not looked at. Without a name: one address tries many names.
    Without an address: one name is tried from many addresses."""

    username: str | None
    address: str | None
    first_at: datetime
    last_at: datetime
    refused: int


def add_hits(conn: Connection, key: str, amount: int, ends_at: datetime, now: datetime) -> int:
    """How many there are now in the window that is open, which ends then if it begins now."""
    values = {"key": key, "amount": amount, "ends_at": ends_at, "now": now}
    row = conn.execute(SQL["add_hits"], values).fetchone()
    assert row is not None  # noqa: S101  an insert returns its row
    return int(row[0])


def window(conn: Connection, key: str, now: datetime) -> tuple[int, datetime] | None:
    """Hits and end of the open window; None: there is none."""
    row = conn.execute(SQL["open_window"], {"key": key, "now": now}).fetchone()
    return (row[0], row[1]) if row else None


def clear(conn: Connection, key: str) -> None:
    conn.execute(SQL["clear"], {"key": key})


def clear_all(conn: Connection) -> int:
    return conn.execute(SQL["clear_all"]).rowcount


def forgive(conn: Connection, part: str) -> None:
    """Every count of whose key this is a part between two slashes."""
    conn.execute(SQL["forgive"], {"part": part})


def forget(conn: Connection, now: datetime) -> None:
    """Windows that are over."""
    conn.execute(SQL["forget"], {"now": now})


def note_attack(conn: Connection, user_id: int | None, address: str | None, now: datetime) -> bool:
    """One more try that was not looked at. True: the first of an attack."""
    values = {"user_id": user_id, "address": address, "now": now, "over": now - ATTACK_OVER}
    row = conn.execute(SQL["note_attack"], values).fetchone()
    assert row is not None  # noqa: S101  an insert returns its row
    return bool(row[0])


def attacks(conn: Connection, now: datetime) -> list[Attack]:
    """What goes on now, the worst first."""
    return fetch_all(conn, Attack, SQL["attacks"], {"since": now - ATTACK_OVER, "limit": MOST})


def forget_attacks(conn: Connection, before: datetime) -> None:
    conn.execute(SQL["forget_attacks"], {"before": before})
