"""Homes that send more than they may: what is too much, since when, how often that was met."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("watch/home_overruns")

MOST = 200
"""Homes on the list; nobody reads more."""


@dataclass(frozen=True, slots=True)
class Overrun:
    """`what`: a code of ingest/quotas/overruns.py."""

    home: str
    what: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class OverrunHome:
    home: str
    address: str
    whats: list[str]
    first_at: datetime
    last_at: datetime
    times: int


def note(conn: Connection, found: Sequence[Overrun]) -> None:
    values = {
        "homes": [one.home for one in found],
        "whats": [one.what for one in found],
        "firsts": [one.first_at for one in found],
        "lasts": [one.last_at for one in found],
        "times": [one.times for one in found],
    }
    conn.execute(SQL["note"], values)


def since(conn: Connection, at: datetime) -> list[OverrunHome]:
    """Homes of which something was left out since then, the latest first."""
    return fetch_all(conn, OverrunHome, SQL["since"], {"since": at, "limit": MOST})


def remove(conn: Connection, before: datetime) -> int:
    """How many were as old as that, and are gone."""
    return conn.execute(SQL["remove"], {"before": before}).rowcount
