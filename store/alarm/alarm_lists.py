"""Lists of alarms as the pages show them, with names of homes, areas, owners and devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from store.db import Connection, Queries
from store.model import (
    AlarmState,
    Kind,
    Outcome,
    Priority,
)
from store.records import read_code

SQL = Queries("alarm/alarm_lists")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which alarms somebody may see; None means: no limit of this kind.

    `homes`: only these homes'; `responder`: only those this person is dispatched to.
    """

    homes: list[int] | None = None
    responder: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for. `areas` are the ids of an area and all below it."""

    priority: int | None = None
    home: int | None = None
    areas: list[int] | None = None
    below: int | None = None
    """Only what this area outage explains; None: only what none explains."""


@dataclass(frozen=True, slots=True)
class PagePosition:
    """The last alarm of the page before."""

    id: int
    priority: int
    taken: bool
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm with the names of what it points to."""

    id: int
    code: str
    home_id: int | None
    area_id: int
    home: str | None
    address: str | None
    area_code: str
    area_name: str
    kind: Kind
    priority: Priority
    state: AlarmState
    raised_at: datetime
    occurred_at: datetime
    late: bool
    count: int
    last_signal_at: datetime
    cleared_at: datetime | None
    owner_id: int | None
    owner_name: str | None
    acknowledged_at: datetime | None
    on_scene_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    device_code: str | None
    device_room: str | None
    version: int
    shelved_until: datetime | None
    shelve_asked_by: int | None
    shelve_asked_until: datetime | None
    inhibited_by: int | None
    linked_to: int | None


def open_alarms(
    conn: Connection, scope: Scope, filters: Filters, after: PagePosition | None, limit: int
) -> list[AlarmRow]:
    """Most urgent first: priority, then what nobody has taken, then the oldest."""
    return _alarms(conn, "open_alarms", _page(scope, filters, after, limit))


def closed_alarms(
    conn: Connection, scope: Scope, filters: Filters, after: PagePosition | None, limit: int
) -> list[AlarmRow]:
    """The newest first."""
    return _alarms(conn, "closed_alarms", _page(scope, filters, after, limit))


def alarms_by_id(conn: Connection, ids: Sequence[int]) -> list[AlarmRow]:
    return _alarms(conn, "alarms_by_id", {"ids": list(ids)})


def residents_of(conn: Connection, homes: Sequence[int]) -> list[tuple[int, str]]:
    """Pairs of home id and name."""
    return list(conn.execute(SQL["residents_of"], {"homes": list(homes)}))


def family_of(conn: Connection, homes: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of home id and a contact's person id."""
    return list(conn.execute(SQL["family_of"], {"homes": list(homes)}))


def homes_of_contact(conn: Connection, person_id: int) -> list[int]:
    """Ids of the homes this person is a contact of."""
    return [row[0] for row in conn.execute(SQL["homes_of_contact"], {"person_id": person_id})]


def _page(scope: Scope, filters: Filters, after: PagePosition | None, limit: int) -> dict[str, Any]:
    return {
        "homes": scope.homes,
        "responder": scope.responder,
        "priority": filters.priority,
        "home": filters.home,
        "areas": filters.areas,
        "below": filters.below,
        "after_id": after.id if after else None,
        "after_priority": after.priority if after else None,
        "after_taken": after.taken if after else None,
        "after_raised_at": after.raised_at if after else None,
        "limit": limit,
    }


def _alarms(conn: Connection, name: str, params: dict[str, Any]) -> list[AlarmRow]:
    """The statement's columns are AlarmRow's fields in their order: by position this takes a
    quarter of the time of rows_of(), and a queue has hundreds.

    Planned with its values each time: a filter that is not used is not there for the planner.
    """
    rows = conn.execute(SQL[name], params, prepare=False, binary=True).fetchall()
    return [_alarm(*row) for row in rows]


def _alarm(*row: Any) -> AlarmRow:
    outcome = None if row[22] is None else read_code(Outcome, row[22])
    kind, priority = read_code(Kind, row[8]), read_code(Priority, row[9])
    state = read_code(AlarmState, row[10])
    values: tuple[Any, ...] = (*row[:8], kind, priority, state, *row[11:22], outcome, *row[23:])
    return AlarmRow(*values)
