"""Who holds a lane, and messages that are suspected of ending whoever takes them in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.db import Connection, Queries, fetch_all

SQL = Queries("intake/suspects")

KEPT = timedelta(days=7)
"""How long a broker keeps what was not acknowledged."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """Of a lane's holder: whether it has let go in order; whether it was taking in one by one, so
    that it is known what it was at."""

    in_order: bool
    working: bool


@dataclass(frozen=True, slots=True)
class Suspect:
    digest: bytes
    letter_id: int | None
    tried_at: datetime | None


def hold(conn: Connection, lane: str, token: str, now: datetime) -> Predecessor:
    """Take a lane over. Who is the first has a predecessor that let go."""
    with conn.transaction():
        conn.execute(SQL["expire"], {"before": now - KEPT})
        found = fetch_all(
            conn, Predecessor, SQL["hold"], {"lane": lane, "token": token, "now": now}
        )
    return found[0] if found else Predecessor(True, False)


def let_go(conn: Connection, lane: str, token: str) -> None:
    conn.execute(SQL["let_go"], {"lane": lane, "token": token})


def work_at(conn: Connection, lane: str, token: str, digest: bytes | None) -> None:
    """Note the message that is taken in next; None: no single one."""
    conn.execute(SQL["work_at"], {"lane": lane, "token": token, "digest": digest})


def known(conn: Connection) -> set[bytes]:
    return {bytes(row[0]) for row in conn.execute(SQL["known"])}


def find(conn: Connection, digest: bytes) -> Suspect | None:
    found = fetch_all(conn, Suspect, SQL["find"], {"digest": digest})
    return found[0] if found else None


def set_aside(conn: Connection, digest: bytes, letter: int) -> None:
    conn.execute(SQL["set_aside"], {"digest": digest, "letter": letter})


def to_try(conn: Connection, limit: int) -> list[int]:
    """Ids of letters."""
    return [row[0] for row in conn.execute(SQL["to_try"], {"limit": limit})]


def tried(conn: Connection, letter: int, now: datetime) -> None:
    conn.execute(SQL["tried"], {"letter": letter, "now": now})


def not_tried(conn: Connection, letter: int) -> None:
    """Its trial was broken off."""
    conn.execute(SQL["not_tried"], {"letter": letter})


def acquit(conn: Connection, letter: int) -> None:
    """It was taken in and nobody died of it: it may come again as any other."""
    conn.execute(SQL["acquit"], {"letter": letter})
