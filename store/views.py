"""Alarms as the screens show them: rows for lists, for one alarm, and for what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from store.db import Connection, Queries, fetch_all
from store.model import (
    AlarmState,
    Answer,
    DispatchState,
    Kind,
    NotificationState,
    Outcome,
    Priority,
)

SQL = Queries("views")
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
class Place:
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


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """What a contact answered."""

    person_id: int
    name: str
    relation: str
    answer: Answer
    at: datetime


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
    """When the alarm last called the console, and whether its plan is through since."""

    called_at: datetime | None
    exhausted: bool


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A step of the plan that reached nobody."""

    at: datetime
    reason: str
    target: str


@dataclass(frozen=True, slots=True)
class JournalRow:
    at: datetime
    event: str
    actor: str
    actor_name: str
    via: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoteRow:
    at: datetime
    actor_name: str
    text: str


@dataclass(frozen=True, slots=True)
class NotificationRow:
    id: int
    alarm_id: int | None
    person_name: str
    purpose: str
    channel: str
    state: NotificationState
    error_code: str | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as pages show it. `online` None: never heard of. `suggests`: a role to propose;
    `actions`: the presses it says it knows; `last_press`: the last one that called nobody."""

    id: int
    home_id: int
    home: str
    code: str
    dialect: str
    model: str
    role: str
    room: str
    online: bool | None
    found_at: datetime
    bound_at: datetime | None
    last_seen_at: datetime | None
    vendor: str
    suggests: str
    actions: list[str]
    call_actions: list[str] | None
    last_press: str
    last_press_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecentRow:
    """An earlier alarm of the same home."""

    id: int
    code: str
    kind: Kind
    priority: Priority
    state: AlarmState
    raised_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None


def open_alarms(
    conn: Connection, scope: Scope, filters: Filters, after: Place | None, limit: int
) -> list[AlarmRow]:
    """Most urgent first: priority, then what nobody has taken, then the oldest."""
    return _alarms(conn, "open_alarms", _page(scope, filters, after, limit))


def closed_alarms(
    conn: Connection, scope: Scope, filters: Filters, after: Place | None, limit: int
) -> list[AlarmRow]:
    """The newest first."""
    return _alarms(conn, "closed_alarms", _page(scope, filters, after, limit))


def alarms_by_id(conn: Connection, ids: Sequence[int]) -> list[AlarmRow]:
    return _alarms(conn, "alarms_by_id", {"ids": list(ids)})


def area_paths(conn: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names from the district down, by area id."""
    return dict(conn.execute(SQL["area_paths"], {"ids": list(ids)}).fetchall())


def areas_below(conn: Connection, code: str) -> list[int]:
    """Ids of the area and all below it; empty: no such area."""
    return [row[0] for row in conn.execute(SQL["areas_below"], {"code": code})]


def residents_of(conn: Connection, homes: Sequence[int]) -> list[tuple[int, str]]:
    """Pairs of home id and name."""
    return list(conn.execute(SQL["residents_of"], {"homes": list(homes)}))


def family_of(conn: Connection, homes: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of home id and a contact's person id."""
    return list(conn.execute(SQL["family_of"], {"homes": list(homes)}))


def homes_of_contact(conn: Connection, person_id: int) -> list[int]:
    """Ids of the homes this person is a contact of."""
    return [row[0] for row in conn.execute(SQL["homes_of_contact"], {"person_id": person_id})]


def responses_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[ResponseRow]]:
    """By alarm id, the oldest first."""
    return _grouped(
        (alarm, ResponseRow(person, name, relation, Answer(answer), at))
        for alarm, person, name, relation, answer, at in _of(conn, "responses_of", ids)
    )


def dispatches_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[DispatchRow]]:
    """By alarm id, the oldest first."""
    return _grouped(
        (alarm, DispatchRow(number, responder, name, DispatchState(state), *rest))
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
        alarm: CallRow(called_at, exhausted)
        for alarm, called_at, exhausted in _of(conn, "calls_of", ids)
    }


def warnings_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[WarningRow]]:
    """By alarm id, the oldest first."""
    return _grouped(
        (alarm, WarningRow(at, reason, target))
        for alarm, at, reason, target in _of(conn, "warnings_of", ids)
    )


def journal_of(conn: Connection, alarm_id: int) -> list[JournalRow]:
    return fetch_all(conn, JournalRow, SQL["journal_of"], {"id": alarm_id})


def notes_of(conn: Connection, alarm_id: int) -> list[NoteRow]:
    return fetch_all(conn, NoteRow, SQL["notes_of"], {"id": alarm_id})


def notifications_of(conn: Connection, alarm_id: int) -> list[NotificationRow]:
    return fetch_all(conn, NotificationRow, SQL["notifications_of"], {"id": alarm_id})


def notifications_by_id(conn: Connection, ids: Sequence[int]) -> list[NotificationRow]:
    return fetch_all(conn, NotificationRow, SQL["notifications_by_id"], {"ids": list(ids)})


def devices_by_id(conn: Connection, ids: Sequence[int]) -> list[DeviceRow]:
    return fetch_all(conn, DeviceRow, SQL["devices_by_id"], {"ids": list(ids)})


def recent_of_home(
    conn: Connection, home_id: int, alarm_id: int, limit: int = 10
) -> list[RecentRow]:
    return fetch_all(
        conn, RecentRow, SQL["recent_of_home"], {"home_id": home_id, "id": alarm_id, "limit": limit}
    )


def _of(conn: Connection, name: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return conn.execute(SQL[name], {"ids": list(ids)}).fetchall()


def _grouped(pairs: Iterable[tuple[int, _T]]) -> dict[int, list[_T]]:
    grouped: dict[int, list[_T]] = {}
    for alarm, row in pairs:
        grouped.setdefault(alarm, []).append(row)
    return grouped


def _page(scope: Scope, filters: Filters, after: Place | None, limit: int) -> dict[str, Any]:
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
    outcome = None if row[22] is None else Outcome(row[22])
    kind, priority, state = Kind(row[8]), Priority(row[9]), AlarmState(row[10])
    values: tuple[Any, ...] = (*row[:8], kind, priority, state, *row[11:22], outcome, *row[23:])
    return AlarmRow(*values)
