"""Brings a database up to date: its tables, what the code alone knows of them, and the plans and
protocols that come with the product."""

from datetime import UTC, datetime

import psycopg
from psycopg.conninfo import conninfo_to_dict

from alerts.notify.channels.registry import TO_PEOPLE
from app.bootstrap import shipped_defaults
from migrations import process_role, runner
from store.db import Connection
from store.notify import channels


def bring_up_to_date(
    owner_url: str, now: datetime | None = None, processes_url: str = ""
) -> list[str]:
    """What was done: the migrations applied, oldest first, then the plans and protocols installed
    that come with the product, then the role made with which `processes_url` logs in, if that is
    not the owner's. Raises as migrations.runner.migrate does. `now`: the moment written on what is
    installed, else the clock's."""
    applied = runner.migrate(owner_url)
    with psycopg.connect(owner_url) as conn:
        channels.write_down(conn, {record.name: record.address is not None for record in TO_PEOPLE})
        installed = shipped_defaults.install(conn, now or datetime.now(UTC))
        roles = _roles(conn, processes_url)
    return [*(f"applied {name}" for name in applied), *installed, *roles]


def _roles(conn: Connection, processes_url: str) -> list[str]:
    login = conninfo_to_dict(processes_url) if processes_url else {}
    role, password = login.get("user"), login.get("password")
    if not role or role == conn.info.user:
        return []
    return process_role.prepare_role(conn, str(role), str(password) if password else None)
