"""Dead letters: messages that could not be read or belong to nobody, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("intake/dead_letters")

MAX_KEPT = 64 * 1024
"""Bytes of a payload that are kept; the rest of an oversized one is cut off."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`home` and `device` as the topic names them; empty where it names none."""

    id: int
    received_at: datetime
    topic: str
    payload: bytes
    payload_size: int
    reason: str
    replayed_at: datetime | None
    home: str
    device: str
    retained: bool
    replay_asked_at: datetime | None
    replays: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a device for one class of reason have not been processed since."""

    home: str
    device: str
    reason: str
    letters: int
    newest: datetime


def add(
    conn: Connection,
    *,
    topic: str,
    payload: bytes,
    reason: str,
    now: datetime,
    home: str = "",
    device: str = "",
    retained: bool = False,
) -> int:
    """The letter's id."""
    row = conn.execute(
        SQL["add"],
        {
            "received_at": now,
            "topic": _text(topic),
            "payload": payload[:MAX_KEPT],
            "payload_size": len(payload),
            "reason": _text(reason),
            "home": _text(home),
            "device": _text(device),
            "retained": retained,
        },
    ).fetchone()
    assert row is not None  # noqa: S101  an insert returns its row
    return int(row[0])


Held = tuple[str, bytes, datetime, str, str, bool]
"""Topic, payload, when it came, home, device, whether it is a retained copy."""


def hold(conn: Connection, messages: Sequence[Held], reason: str) -> None:
    """Keep messages that are to be taken in as soon as it is their turn."""
    values = {
        "reason": reason,
        "topics": [_text(topic) for topic, *_ in messages],
        "payloads": [payload for _, payload, *_ in messages],
        "times": [at for _, _, at, *_ in messages],
        "homes": [_text(home) for *_, home, _, _ in messages],
        "devices": [_text(device) for *_, device, _ in messages],
        "retained": [retained for *_, retained in messages],
    }
    conn.execute(SQL["hold"], values)


def is_told(conn: Connection, home: str, device: str, reason: str) -> bool:
    """Whether a letter of this device with exactly this reason is still unprocessed."""
    values = {"home": _text(home), "device": _text(device), "reason": _text(reason)}
    return conn.execute(SQL["is_told"], values).fetchone() is not None


def newest(
    conn: Connection, limit: int = 100, *, home: str | None = None, before: int | None = None
) -> list[DeadLetter]:
    """Newest first; of one home only, and only with ids below `before`, if given."""
    values = {"limit": limit, "home": home, "before": before}
    return fetch_all(conn, DeadLetter, SQL["newest"], values)


def counts(conn: Connection, limit: int = 500) -> list[Count]:
    """Most first."""
    return fetch_all(conn, Count, SQL["counts"], {"limit": limit})


def ask_replay(
    conn: Connection,
    now: datetime,
    *,
    ids: Sequence[int] | None = None,
    home: str | None = None,
    reason: str | None = None,
) -> list[int]:
    """Request the replay of those that match everything given (`reason`: how it begins); their
    ids. Left out are those already replayed, those cut off, and those that would count a call
    twice."""
    values = {
        "now": now,
        "home": home,
        "reason": reason,
        "ids": None if ids is None else list(ids),
    }
    return [row[0] for row in conn.execute(SQL["ask_replay"], values)]


def replays_left(conn: Connection) -> int:
    """How many requested replays are still to be done."""
    row = conn.execute(SQL["replays_left"]).fetchone()
    return int(row[0]) if row else 0


def count_replayed(conn: Connection, ids: Sequence[int]) -> int:
    """How many of these were replayed with success."""
    row = conn.execute(SQL["count_replayed"], {"ids": list(ids)}).fetchone()
    return int(row[0]) if row else 0


def take_for_replay(conn: Connection, limit: int) -> list[DeadLetter]:
    """The oldest whose replay was requested; nobody else gets them until the transaction ends."""
    return fetch_all(conn, DeadLetter, SQL["take_for_replay"], {"limit": limit})


def take_one(conn: Connection, letter: int) -> list[DeadLetter]:
    """The letter, if it is there; nobody else gets it until the transaction ends."""
    return fetch_all(conn, DeadLetter, SQL["take_one"], {"id": letter})


def record_replay(conn: Connection, letter: int, *, done: bool, reason: str, now: datetime) -> None:
    values = {"id": letter, "done": done, "reason": _text(reason), "now": now}
    conn.execute(SQL["record_replay"], values)


def remove(conn: Connection, before: datetime) -> int:
    """How many were as old as that, and are gone."""
    return conn.execute(SQL["remove"], {"before": before}).rowcount


def _text(text: str) -> str:
    """A topic may hold U+0000 by mistake of a client; PostgreSQL text cannot."""
    return text.replace("\x00", "�")
