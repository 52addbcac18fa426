"""Details of the alarms in a list: answers, dispatches, links, warnings of their plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from store.db import Connection, Queries, fetch_all
from store.model import Answer, DispatchState
from store.records import read_code

SQL = Queries("alarm/alarm_list_details")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """What a contact answered. `eta_minutes`: how long they said, at `at`, that their way takes;
    None: they did not say. `others`: names of people with the same number of whom it may have been
    one instead, `other_ids` their ids."""

    person_id: int
    name: str
    relation: str
    answer: Answer
    at: datetime
    eta_minutes: int | None = None
    others: list[str] = field(default_factory=list)
    other_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DispatchRow:
    id: int
    responder_id: int
    name: str
    state: DispatchState
    eta_minutes: int | None
    offered_at: datetime
    answered_at: datetime | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """An open alarm that belongs to a group, by the group's first alarm."""

    root: int
    alarm_id: int


@dataclass(frozen=True, slots=True)
class CallRow:
    """When the alarm last called the console, whether its plan is through since, and whether its
    owner was called again and has done nothing since."""

    called_at: datetime | None
    exhausted: bool
    calls_owner: bool


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A step of the plan that reached nobody."""

    at: datetime
    reason: str
    target: str


def responses_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[ResponseRow]]:
    """By alarm id, the oldest first."""
    return _grouped(
        (alarm, ResponseRow(person, name, relation, read_code(Answer, answer), *rest))
        for alarm, person, name, relation, answer, *rest in _of(conn, "responses_of", ids)
    )


def dispatches_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[DispatchRow]]:
    """By alarm id, the oldest first."""
    return _grouped(
        (alarm, DispatchRow(number, responder, name, read_code(DispatchState, state), *rest))
        for alarm, number, responder, name, state, *rest in _of(conn, "dispatches_of", ids)
    )


def open_links(conn: Connection, roots: Sequence[int]) -> list[LinkRow]:
    """The open alarms of the groups whose first alarms these are."""
    return fetch_all(conn, LinkRow, SQL["open_links"], {"roots": list(roots)})


def children_of(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """How many open alarms an outage explains, by its alarm id."""
    return dict(conn.execute(SQL["children_of"], {"ids": list(ids)}).fetchall())


def calls_of(conn: Connection, ids: Sequence[int]) -> dict[int, CallRow]:
    """By alarm id."""
    return {
        alarm: CallRow(called_at, exhausted, calls_owner)
        for alarm, called_at, exhausted, calls_owner in _of(conn, "calls_of", ids)
    }


def mistakes_of(conn: Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """When the resident said that they had not meant to call, by alarm id; who has called again
    since, or never said so, is left out."""
    return dict(_of(conn, "mistakes_of", ids))


def flapping_of(conn: Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """Since when each is known to be stated without end; the others are left out."""
    return dict(_of(conn, "flapping_of", ids))


def warnings_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[WarningRow]]:
    """By alarm id, the oldest first."""
    return _grouped(
        (alarm, WarningRow(at, reason, target))
        for alarm, at, reason, target in _of(conn, "warnings_of", ids)
    )


def _of(conn: Connection, name: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return conn.execute(SQL[name], {"ids": list(ids)}).fetchall()


def _grouped(pairs: Iterable[tuple[int, _T]]) -> dict[int, list[_T]]:
    grouped: dict[int, list[_T]] = {}
    for alarm, row in pairs:
        grouped.setdefault(alarm, []).append(row)
    return grouped
