"""Heartbeats: which processes run, and when each last reported."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from store.db import Connection, Queries, fetch_all

SQL = Queries("engine/heartbeats")


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last heartbeat of one process; `instance` tells it from others of the same name."""

    process: str
    instance: str
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)


def beat(
    conn: Connection, process: str, instance: str, now: datetime, detail: dict[str, Any]
) -> None:
    """Say that this process is alive and doing its work. `detail` must be JSON, without names."""
    conn.execute(
        SQL["beat"],
        {"process": process, "instance": instance, "at": now, "detail": Jsonb(detail)},
    )


def latest(conn: Connection) -> list[Heartbeat]:
    """By process, the freshest first."""
    return fetch_all(conn, Heartbeat, SQL["latest"])


def forget(conn: Connection, process: str, instance: str) -> None:
    """A process that was stopped on purpose is not missed."""
    conn.execute(SQL["forget"], {"process": process, "instance": instance})
