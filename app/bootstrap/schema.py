"""Brings a database up to date: its tables, and what the code alone knows of them."""

import psycopg

from alerts.notify.channels.registry import TO_PEOPLE
from migrations import runner
from store.notify import channels


def bring_up_to_date(database_url: str) -> list[str]:
    """Names of the migrations applied, oldest first. Raises as migrations.runner.migrate does."""
    applied = runner.migrate(database_url)
    with psycopg.connect(database_url) as conn:
        channels.write_down(conn, {record.name: record.address is not None for record in TO_PEOPLE})
    return applied
