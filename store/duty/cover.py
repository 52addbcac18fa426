"""Gaps in the cover: periods in which nobody is on duty for an area, and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("duty/cover")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with people to cover it for. `timezone` None: the installation's own."""

    id: int
    code: str
    name: str
    parent_id: int | None
    covered: bool
    """Somebody must be on duty for it: a grid, or an area with homes of its own."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on duty for the area in this time. `found_at`: since when that is known."""

    id: int
    area_id: int
    area: str
    area_name: str
    starts_at: datetime
    ends_at: datetime
    found_at: datetime


@dataclass(frozen=True, slots=True)
class CoverEvent:
    """One line of the permanent record: gap_found, gap_closed (in time) or gap_passed."""

    id: int
    area_id: int
    area: str
    at: datetime
    event: str
    starts_at: datetime
    ends_at: datetime


def areas_to_cover(conn: Connection) -> list[AreaRow]:
    return fetch_all(conn, AreaRow, SQL["areas_to_cover"])


def lock_cover(conn: Connection) -> None:
    """One check at a time, until the end of the transaction."""
    conn.execute(SQL["lock_cover"])


def cover_checked(conn: Connection) -> tuple[datetime | None, datetime | None]:
    """When the cover was last checked, and until when. None: never."""
    row = conn.execute(SQL["cover_checked"]).fetchone()
    return (row[0], row[1]) if row else (None, None)


def set_cover_checked(conn: Connection, now: datetime, ahead_until: datetime) -> None:
    conn.execute(SQL["set_cover_checked"], {"now": now, "ahead_until": ahead_until})


def gaps(conn: Connection, areas: Sequence[int] | None = None) -> list[Gap]:
    """As the last check found them, the next first. `areas`: only these."""
    only = None if areas is None else list(areas)
    return fetch_all(conn, Gap, SQL["gaps"], {"areas": only})


def add_gap(
    conn: Connection, area_id: int, starts_at: datetime, ends_at: datetime, now: datetime
) -> None:
    values = {"area_id": area_id, "starts_at": starts_at, "ends_at": ends_at, "now": now}
    conn.execute(SQL["add_gap"], values)


def move_gap(conn: Connection, gap_id: int, starts_at: datetime, ends_at: datetime) -> None:
    conn.execute(SQL["move_gap"], {"id": gap_id, "starts_at": starts_at, "ends_at": ends_at})


def remove_gap(conn: Connection, gap_id: int) -> None:
    conn.execute(SQL["remove_gap"], {"id": gap_id})


def journal_cover(
    conn: Connection,
    area_id: int,
    event: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """Append one line to the permanent record."""
    conn.execute(
        SQL["journal_cover"],
        {
            "area_id": area_id,
            "event": event,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "now": now,
        },
    )


def cover_events(
    conn: Connection, areas: Sequence[int] | None, before: int | None, limit: int
) -> list[CoverEvent]:
    """The newest first; `before` is the id of the last line of the page before."""
    only = None if areas is None else list(areas)
    values = {"areas": only, "before": before, "limit": limit}
    return fetch_all(conn, CoverEvent, SQL["cover_events"], values)
