"""Messages that could not be read or belong to nobody: kept with the reason, never dropped."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("dead_letters")

MAX_KEPT = 64 * 1024
"""Bytes of a payload that are kept; the rest of an oversized one is cut off."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    id: int
    received_at: datetime
    topic: str
    payload: bytes
    payload_size: int
    reason: str
    replayed_at: datetime | None


def add(conn: Connection, *, topic: str, payload: bytes, reason: str, now: datetime) -> None:
    # A topic may hold U+0000 by mistake of a client; PostgreSQL text cannot.
    conn.execute(
        SQL["add"],
        {
            "received_at": now,
            "topic": topic.replace("\x00", "�"),
            "payload": payload[:MAX_KEPT],
            "payload_size": len(payload),
            "reason": reason.replace("\x00", "�"),
        },
    )


def newest(conn: Connection, limit: int = 100) -> list[DeadLetter]:
    return fetch_all(conn, DeadLetter, SQL["newest"], {"limit": limit})


def remove(conn: Connection, before: datetime) -> int:
    """How many were as old as that, and are gone."""
    return conn.execute(SQL["remove"], {"before": before}).rowcount
