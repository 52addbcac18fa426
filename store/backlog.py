"""How much waits: open alarms, messages to send, timers that should have fired."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries

SQL = Queries("backlog")


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts by priority and by lane; `overdue_seconds` by how long the worst timer is late."""

    open: dict[int, int]
    unclaimed: dict[int, int]
    outbox: dict[int, int]
    overdue_timers: int
    overdue_seconds: float


def measure(conn: Connection, now: datetime) -> Backlog:
    """The counts at this moment; messages that are not due yet do not wait."""
    alarms = conn.execute(SQL["open_alarms"]).fetchall()
    timers = conn.execute(SQL["overdue_timers"], {"now": now}).fetchone()
    assert timers is not None  # noqa: S101  counts are one row
    overdue, oldest = timers
    return Backlog(
        open={priority: count for priority, count, _ in alarms},
        unclaimed={priority: raised for priority, _, raised in alarms},
        outbox=dict(conn.execute(SQL["outbox"], {"now": now}).fetchall()),
        overdue_timers=overdue,
        overdue_seconds=(now - oldest).total_seconds() if oldest else 0.0,
    )
