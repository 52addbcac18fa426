"""Brings a database up to date: its tables, what the code alone knows of them, and the plans and
protocols that come with the product."""

from datetime import UTC, datetime

import psycopg

from alerts.notify.channels.registry import TO_PEOPLE
from app.bootstrap import shipped_defaults
from migrations import runner
from store.notify import channels


def bring_up_to_date(database_url: str, now: datetime | None = None) -> list[str]:
    """What was done: the migrations applied, oldest first, then the plans and protocols installed
    that come with the product. Raises as migrations.runner.migrate does. `now`: the moment written
    on what is installed, else the clock's."""
    applied = runner.migrate(database_url)
    with psycopg.connect(database_url) as conn:
        channels.write_down(conn, {record.name: record.address is not None for record in TO_PEOPLE})
        installed = shipped_defaults.install(conn, now or datetime.now(UTC))
    return [*(f"applied {name}" for name in applied), *installed]
