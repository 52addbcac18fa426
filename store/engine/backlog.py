"""How much waits: open alarms, messages to send, late timers. For metrics and the self-check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.db import Connection, Queries

SQL = Queries("engine/backlog")
LATELY = timedelta(minutes=3)
"""How far back it is looked how many messages a carrier took."""
NEWEST = 500
"""Messages among which it is looked; more are no better a sample."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts by priority and by lane; the seconds say how late the worst one is."""

    open: dict[int, int]
    unclaimed: dict[int, int]
    outbox: dict[int, int]
    outbox_seconds: dict[int, float]
    sending_seconds: float
    overdue_timers: int
    overdue_seconds: float
    hubs_down: int
    supervision_overdue_seconds: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """How messages of one lane leave. `seconds_late`: of the one that waits longest; `since_sent`:
    seconds since one left, None: not of late; `taken`, `not_taken`: by the carrier, lately."""

    lane: int
    waiting: int = 0
    seconds_late: float = 0.0
    refused: int = 0
    account_code: str | None = None
    since_sent: float | None = None
    taken: int = 0
    not_taken: int = 0


def deliveries(conn: Connection, now: datetime, channels: Sequence[str]) -> list[Delivery]:
    """By lane, for the lanes in which anything waits or has been sent by these channels."""
    rows = conn.execute(
        SQL["deliveries"],
        {"channels": list(channels), "now": now, "lately": now - LATELY, "newest": NEWEST},
    )
    return [
        Delivery(
            lane=lane,
            waiting=waiting,
            seconds_late=_late(since, now),
            refused=refused,
            account_code=code,
            since_sent=_late(last_sent, now) if last_sent else None,
            taken=taken,
            not_taken=not_taken,
        )
        for lane, waiting, since, refused, code, last_sent, taken, not_taken in rows
    ]


def measure(conn: Connection, now: datetime) -> Backlog:
    """The counts at this moment; messages that are not due yet do not wait."""
    alarms = conn.execute(SQL["open_alarms"]).fetchall()
    outbox = conn.execute(SQL["outbox"], {"now": now}).fetchall()
    (sending,) = _row(conn, "sending")
    overdue, oldest = _row(conn, "overdue_timers", now=now)
    down, check, ending = _row(conn, "supervision")
    return Backlog(
        open={priority: count for priority, count, _ in alarms},
        unclaimed={priority: raised for priority, _, raised in alarms},
        outbox={lane: count for lane, count, _ in outbox},
        outbox_seconds={lane: _late(due, now) for lane, _, due in outbox},
        sending_seconds=_late(sending, now),
        overdue_timers=overdue,
        overdue_seconds=_late(oldest, now),
        hubs_down=down,
        supervision_overdue_seconds=max(_late(check, now), _late(ending, now)),
    )


def _row(conn: Connection, query: str, **values: Any) -> tuple[Any, ...]:
    row = conn.execute(SQL[query], values).fetchone()
    assert row is not None  # noqa: S101  an aggregate is one row
    return row


def _late(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0
