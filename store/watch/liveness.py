"""Whether ingest is up to date with the broker, and since when without a break."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_one

SQL = Queries("watch/liveness")


@dataclass(frozen=True, slots=True)
class Liveness:
    """`heard_at`: when ingest was last known to be up to date with the broker."""

    heard_at: datetime
    since: datetime


def state(conn: Connection) -> Liveness | None:
    """None: nobody has listened yet."""
    return fetch_one(conn, Liveness, SQL["state"])


def note(conn: Connection, now: datetime, *, anew: bool) -> None:
    """Ingest is up to date; `anew`: it was not, before."""
    conn.execute(SQL["note"], {"now": now, "anew": anew})
