"""Topics of homes on which something arrives that no format reads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("intake/unread_topics")

MOST = 30
"""Topics kept of a home."""
MOST_LISTED = 100_000


@dataclass(frozen=True, slots=True)
class UnreadTopic:
    """`why`: a code; `excerpt`: what the payload looks like; `messages`: how many came."""

    topic: str
    why: str
    excerpt: str
    first_at: datetime
    last_at: datetime
    messages: int


@dataclass(frozen=True, slots=True)
class UnreadOfHome:
    home: str
    topics: int
    example: str
    last_at: datetime


def note(conn: Connection, found: Sequence[tuple[str, UnreadTopic]]) -> None:
    """Add what was gathered, by home code; each home keeps MOST."""
    values = {
        "homes": [home for home, _ in found],
        "topics": [one.topic for _, one in found],
        "whys": [one.why for _, one in found],
        "excerpts": [one.excerpt for _, one in found],
        "firsts": [one.first_at for _, one in found],
        "lasts": [one.last_at for _, one in found],
        "messages": [one.messages for _, one in found],
    }
    with conn.transaction():
        conn.execute(SQL["note"], values)
        conn.execute(SQL["trim"], {"homes": sorted({home for home, _ in found}), "most": MOST})


def forget(conn: Connection, topics: Collection[tuple[str, str]]) -> None:
    """Pairs of home and topic that are read by now."""
    pairs = sorted(topics)
    values = {"homes": [home for home, _ in pairs], "topics": [topic for _, topic in pairs]}
    conn.execute(SQL["forget"], values)


def listed(conn: Connection) -> set[tuple[str, str]]:
    """Home and topic of all that are kept."""
    return {(home, topic) for home, topic in conn.execute(SQL["listed"], {"limit": MOST_LISTED})}


def of_home(conn: Connection, home: int) -> list[UnreadTopic]:
    """The last heard first."""
    return fetch_all(conn, UnreadTopic, SQL["of_home"], {"home": home})


def by_home(conn: Connection) -> list[UnreadOfHome]:
    return fetch_all(conn, UnreadOfHome, SQL["by_home"])


def remove(conn: Connection, before: datetime) -> int:
    """How many have been silent since then, and are gone."""
    return conn.execute(SQL["remove"], {"before": before}).rowcount
