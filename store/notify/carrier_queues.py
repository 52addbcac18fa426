"""Who empties a carrier's message queue: one engine at a time."""

from datetime import datetime

from store.db import Connection, Queries

SQL = Queries("notify/carrier_queues")


def hold(
    conn: Connection, carrier: str, queue: str, by: str, now: datetime, until: datetime
) -> bool:
    """Take or keep the lease of a queue. False: another engine has it."""
    row = conn.execute(
        SQL["hold"], {"carrier": carrier, "queue": queue, "by": by, "now": now, "until": until}
    ).fetchone()
    return row is not None
