"""Responders with their weekly shifts and exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Person

SQL = Queries("duty/rotas")


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
    """Absent, or on duty in addition to the weekly shifts, from one moment to another."""

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


def responders_for(conn: Connection, area_id: int) -> list[Responder]:
    """Those of the area and of all above it, on duty or not."""
    return fetch_all(conn, Responder, SQL["responders_for"], {"area_id": area_id})


def responders_around(conn: Connection, area_id: int) -> list[Responder]:
    """Those of the same district, in areas that are neither this one nor above it, who are sent
    nowhere; on duty or not."""
    return fetch_all(conn, Responder, SQL["responders_around"], {"area_id": area_id})


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
