"""Protocols: what an operator does with an alarm of a kind, line by line, in versions."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.types.json import Jsonb

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Kind

SQL = Queries("alarm/protocols")


@dataclass(frozen=True, slots=True)
class Protocol:
    """One version. `lines`: [{"code", "zh", "en"}] in order; `review_by` is a calendar day;
    `created_by` None: it came with the product."""

    id: int
    kind: Kind
    version: int
    lines: list[dict[str, str]]
    review_by: date
    created_at: datetime
    created_by: int | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A line that was done: by whom (an actor of the journal, and the name behind it) and when."""

    line: str
    at: datetime
    actor: str
    actor_name: str


def in_force(conn: Connection, kind: Kind, at: datetime) -> Protocol | None:
    """The version an alarm of this kind goes by that was raised at that time."""
    return fetch_one(conn, Protocol, SQL["in_force"], {"kind": kind, "at": at})


def newest(conn: Connection) -> list[Protocol]:
    """The newest version of each kind."""
    return fetch_all(conn, Protocol, SQL["newest"])


def versions(conn: Connection, kind: Kind) -> list[Protocol]:
    """The newest first."""
    return fetch_all(conn, Protocol, SQL["versions"], {"kind": kind})


def add(
    conn: Connection,
    kind: Kind,
    lines: list[dict[str, str]],
    review_by: date,
    *,
    by: int | None,
    now: datetime,
) -> Protocol:
    """The next version of the kind's protocol; in force from `now`. `by` None: the product's."""
    conn.execute(SQL["one_at_a_time"], {"kind": kind})
    made = fetch_one(
        conn,
        Protocol,
        SQL["add"],
        {"kind": kind, "lines": Jsonb(lines), "review_by": review_by, "by": by, "now": now},
    )
    assert made is not None  # noqa: S101
    return made


def ticks(conn: Connection, alarm_id: int) -> list[Tick]:
    """What was done for an alarm, from its journal."""
    return fetch_all(conn, Tick, SQL["ticks"], {"alarm_id": alarm_id})
