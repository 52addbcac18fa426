"""Who is on duty when: responders, their weekly shifts, exceptions, and holes in the cover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Person

SQL = Queries("duty")


class ExceptionKind(StrEnum):
    ABSENT = "absent"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Shift:
    """Every week on these days (ISO: 1 is Monday) from `starts` to `ends`, wall-clock times where
    the responder's area is. `ends` not after `starts`: it ends on the next day. The dates bound
    the days on which it begins."""

    id: int
    responder_id: int
    weekdays: list[int]
    starts: time
    ends: time
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class DutyException:
    """Away, or there beside the weekly shifts, from one moment to another."""

    id: int
    responder_id: int
    kind: ExceptionKind
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody who can be sent. `steps` is how many areas above the one asked for theirs is;
    `timezone` None: the installation's own; `load` counts their live dispatches."""

    person_id: int
    name: str
    phone: str | None
    language: str
    opted_out_at: datetime | None
    kind: str
    area_id: int
    area: str
    level: str
    steps: int
    timezone: str | None
    on_duty: bool
    skills: list[str]
    latitude: float | None
    longitude: float | None
    load: int

    @property
    def person(self) -> Person:
        return Person(self.person_id, self.name, self.phone, self.language, self.opted_out_at)


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


def responders_for(conn: Connection, area_id: int) -> list[Responder]:
    """Those of the area and of all above it, on duty or not."""
    return fetch_all(conn, Responder, SQL["responders_for"], {"area_id": area_id})


def all_responders(conn: Connection) -> list[Responder]:
    return fetch_all(conn, Responder, SQL["all_responders"])


def responder(conn: Connection, person_id: int) -> Responder | None:
    return fetch_one(conn, Responder, SQL["responder"], {"person_id": person_id})


def shifts_of(conn: Connection, people: Iterable[int]) -> list[Shift]:
    return fetch_all(conn, Shift, SQL["shifts_of"], {"people": list(people)})


def exceptions_of(
    conn: Connection, people: Iterable[int], since: datetime, until: datetime
) -> list[DutyException]:
    """Those that touch the time from `since` to `until`."""
    values = {"people": list(people), "since": since, "until": until}
    return fetch_all(conn, DutyException, SQL["exceptions_of"], values)


def zone_of(conn: Connection, area_id: int) -> str | None:
    """The name of the area's time zone; None: the installation's own."""
    row = conn.execute(SQL["zone_of"], {"area_id": area_id}).fetchone()
    return row[0] if row else None


def area_named(conn: Connection, code: str) -> int | None:
    row = conn.execute(SQL["area_named"], {"code": code}).fetchone()
    return row[0] if row else None


def area_name(conn: Connection, area_id: int) -> str:
    row = conn.execute(SQL["area_name"], {"id": area_id}).fetchone()
    return str(row[0]) if row else ""


def areas_to_cover(conn: Connection) -> list[AreaRow]:
    return fetch_all(conn, AreaRow, SQL["areas_to_cover"])


def add_shift(conn: Connection, responder_id: int, **values: Any) -> int:
    row = conn.execute(SQL["add_shift"], {"responder_id": responder_id, **values}).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def remove_shift(conn: Connection, responder_id: int, shift_id: int) -> bool:
    values = {"responder_id": responder_id, "id": shift_id}
    return conn.execute(SQL["remove_shift"], values).fetchone() is not None


def add_exception(
    conn: Connection,
    responder_id: int,
    kind: ExceptionKind,
    starts_at: datetime,
    ends_at: datetime,
) -> int:
    values = {
        "responder_id": responder_id,
        "kind": kind,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    row = conn.execute(SQL["add_exception"], values).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def remove_exception(conn: Connection, responder_id: int, exception_id: int) -> bool:
    values = {"responder_id": responder_id, "id": exception_id}
    return conn.execute(SQL["remove_exception"], values).fetchone() is not None


def change_responder(conn: Connection, person_id: int, **values: Any) -> bool:
    """Store kind, area (a code), on_duty, skills and place. False: no such responder or area."""
    found = conn.execute(SQL["change_responder"], {"person_id": person_id, **values}).fetchone()
    return found is not None


def lock_cover(conn: Connection) -> None:
    """One check at a time, until the end of the transaction."""
    conn.execute(SQL["lock_cover"])


def cover_checked(conn: Connection) -> tuple[datetime | None, datetime | None]:
    """When the cover was last looked at, and until when. None: never."""
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
