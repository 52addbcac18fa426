"""What a statement reads: for tests of plans, on whichever server they run."""

from typing import Any

from store.db import Connection


def pages_read(conn: Connection, statement: bytes, values: dict[str, Any]) -> int:
    """Pages that the statement reads, from memory or disk, as the processes plan it."""
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        row = conn.execute(
            b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement, values
        ).fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
