"""How much waits: open alarms, messages to send, late timers. For metrics and the self-check."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries

SQL = Queries("engine/backlog")


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
