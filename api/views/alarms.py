"""An alarm as JSON: the same shape in list, detail, stream and pages.

Built from a fixed number of statements, however many alarms there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.escalation.steps import FAMILY, OFFERS
from store.access import desk_presence
from store.alarm import alarm_list_details, alarm_lists, prompts
from store.alarm.alarm_list_details import CallRow, DispatchRow, ResponseRow, WarningRow
from store.alarm.alarm_lists import AlarmRow
from store.alarm.prompts import Prompt, ResidentContact
from store.attendance import COMING, Attendance, attendance_of
from store.db import Connection
from store.duty import areas
from store.model import AlarmState, Answer, DispatchState, Kind, Outcome, Priority


@dataclass(frozen=True, slots=True)
class AreaView:
    """`path`: names from the district down to this area."""

    code: str
    name: str
    path: list[str]


@dataclass(frozen=True, slots=True)
class OwnerView:
    """A user who owns an alarm."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class DeviceBrief:
    code: str
    room: str


@dataclass(frozen=True, slots=True)
class ShelvingView:
    """Which user wants the alarm hidden, and until when."""

    by: int
    until: datetime


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm on a screen. The console sounds when `called_at` changes; `exhausted`: the plan
    has been through since the alarm was last raised; `version` goes up with every change.

    `attendance`: whether somebody was asked to go, is going or is there; `calls_owner`: nobody goes
    any more, or nobody came in time, and its owner has done nothing since. `owner_seen_at`: when
    the owner's screen was last connected; None: never.

    `mistake_at`: the resident said then that they had pressed by mistake, and has not called since;
    it changes nothing, somebody speaks to them.
    `prompts`: outside services that the desk is to call now, and why; `resident_reached_at`: when
    somebody at the desk said that they have reached the resident, None: nobody did, or they were
    tried again since and not reached.

    `flapping_at`: since when its detector is known to state it without end: probably broken.
    `shelved_until`: hidden until then; `shelving_asked`: it waits for a second operator, and is
    visible until then. `inhibited_by`: the area outage that explains it; `children`: how many an
    outage explains; `linked`: the other open alarms of this home that are shown with it."""

    id: int
    code: str
    home: str | None
    address: str | None
    area: AreaView
    residents: list[str]
    kind: Kind
    priority: Priority
    state: AlarmState
    raised_at: datetime
    occurred_at: datetime
    late: bool
    count: int
    last_signal_at: datetime
    cleared_at: datetime | None
    owner: OwnerView | None
    owner_seen_at: datetime | None
    acknowledged_at: datetime | None
    on_scene_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    device: DeviceBrief | None
    responses: list[ResponseRow]
    dispatches: list[DispatchRow]
    attendance: Attendance
    called_at: datetime
    calls_owner: bool
    exhausted: bool
    mistake_at: datetime | None
    warnings: list[WarningRow]
    prompts: list[Prompt]
    resident_reached_at: datetime | None
    flapping_at: datetime | None
    version: int
    shelved_until: datetime | None
    shelving_asked: ShelvingView | None
    inhibited_by: int | None
    children: int
    linked: list[int]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who besides operators may follow an alarm: person ids of the family, of responders."""

    family: frozenset[int] = frozenset()
    responders: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Related:
    """What hangs on a list of alarms, by alarm, home or area id."""

    paths: dict[int, list[str]] = field(default_factory=dict)
    residents: dict[int, list[str]] = field(default_factory=dict)
    responses: dict[int, list[ResponseRow]] = field(default_factory=dict)
    dispatches: dict[int, list[DispatchRow]] = field(default_factory=dict)
    calls: dict[int, CallRow] = field(default_factory=dict)
    mistakes: dict[int, datetime] = field(default_factory=dict)
    warnings: dict[int, list[WarningRow]] = field(default_factory=dict)
    prompts: dict[int, list[Prompt]] = field(default_factory=dict)
    contacts: dict[int, ResidentContact] = field(default_factory=dict)
    flapping: dict[int, datetime] = field(default_factory=dict)
    links: dict[int, list[int]] = field(default_factory=dict)
    children: dict[int, int] = field(default_factory=dict)
    seen: dict[int, datetime] = field(default_factory=dict)


def alarm_views(conn: Connection, rows: Sequence[AlarmRow]) -> list[AlarmView]:
    """The rows as views, in their order."""
    if not rows:
        return []
    around = _load_related(conn, rows)
    return [_view(row, around) for row in rows]


def audiences(
    conn: Connection, rows: Sequence[AlarmRow], shown: Sequence[AlarmView]
) -> dict[int, Audience]:
    """Who may follow each of these alarms (by alarm id), given as rows and as views. A responder
    who declined is out."""
    homes = {row.id: row.home_id for row in rows}
    family: dict[int, set[int]] = defaultdict(set)
    for home_id, person_id in alarm_lists.family_of(conn, _homes(rows)):
        family[home_id].add(person_id)
    return {
        view.id: Audience(
            frozenset(family[homes[view.id] or 0]),
            frozenset(d.responder_id for d in view.dispatches if d.state != DispatchState.DECLINED),
        )
        for view in shown
    }


def _load_related(conn: Connection, rows: Sequence[AlarmRow]) -> _Related:
    ids = [row.id for row in rows]
    residents: dict[int, list[str]] = defaultdict(list)
    for home_id, name in alarm_lists.residents_of(conn, _homes(rows)):
        residents[home_id].append(name)
    return _Related(
        paths=areas.paths(conn, sorted({row.area_id for row in rows})),
        residents=residents,
        responses=alarm_list_details.responses_of(conn, ids),
        dispatches=alarm_list_details.dispatches_of(conn, ids),
        calls=alarm_list_details.calls_of(conn, ids),
        mistakes=alarm_list_details.mistakes_of(conn, ids),
        warnings=alarm_list_details.warnings_of(conn, ids),
        prompts=prompts.standing(conn, ids),
        contacts=prompts.contacts_of(conn, ids),
        flapping=alarm_list_details.flapping_of(conn, ids),
        links=_links(conn, rows),
        children=alarm_list_details.children_of(conn, ids),
        seen=desk_presence.last_seen(conn, {row.owner_id for row in rows if row.owner_id}),
    )


def _links(conn: Connection, rows: Sequence[AlarmRow]) -> dict[int, list[int]]:
    """Open alarms by the first alarm of their group."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row in alarm_list_details.open_links(
        conn, sorted({row.linked_to or row.id for row in rows})
    ):
        groups[row.root].append(row.alarm_id)
    return groups


def _view(row: AlarmRow, around: _Related) -> AlarmView:
    call = around.calls.get(row.id)
    return AlarmView(
        id=row.id,
        code=row.code,
        home=row.home,
        address=row.address,
        area=AreaView(row.area_code, row.area_name, around.paths.get(row.area_id, [])),
        residents=around.residents.get(row.home_id or 0, []),
        kind=row.kind,
        priority=row.priority,
        state=row.state,
        raised_at=row.raised_at,
        occurred_at=row.occurred_at,
        late=row.late,
        count=row.count,
        last_signal_at=row.last_signal_at,
        cleared_at=row.cleared_at,
        owner=OwnerView(row.owner_id, row.owner_name or "") if row.owner_id else None,
        owner_seen_at=around.seen.get(row.owner_id or 0),
        acknowledged_at=row.acknowledged_at,
        on_scene_at=row.on_scene_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        device=DeviceBrief(row.device_code, row.device_room or "") if row.device_code else None,
        responses=around.responses.get(row.id, []),
        dispatches=around.dispatches.get(row.id, []),
        attendance=attendance_of(d.state for d in around.dispatches.get(row.id, [])),
        called_at=(call.called_at if call else None) or row.raised_at,
        calls_owner=bool(call and call.calls_owner),
        exhausted=bool(call and call.exhausted),
        mistake_at=around.mistakes.get(row.id),
        warnings=_warnings(around, row.id),
        prompts=around.prompts.get(row.id, []),
        resident_reached_at=_reached_at(around.contacts.get(row.id)),
        flapping_at=around.flapping.get(row.id),
        version=row.version,
        shelved_until=row.shelved_until,
        shelving_asked=_shelving_request(row),
        inhibited_by=row.inhibited_by,
        children=around.children.get(row.id, 0),
        linked=[a for a in around.links.get(row.linked_to or row.id, ()) if a != row.id],
    )


def _reached_at(contact: ResidentContact | None) -> datetime | None:
    return contact.at if contact is not None and contact.reached else None


def _warnings(around: _Related, alarm_id: int) -> list[WarningRow]:
    """Of the plan's steps that reached nobody; what is over does not warn any more: somebody is
    coming all the same, or one of the family goes."""
    attendance = attendance_of(d.state for d in around.dispatches.get(alarm_id, []))
    over = OFFERS if attendance in COMING else frozenset()
    if any(response.answer == Answer.GOING for response in around.responses.get(alarm_id, [])):
        over |= FAMILY
    return [warning for warning in around.warnings.get(alarm_id, []) if warning.target not in over]


def _shelving_request(row: AlarmRow) -> ShelvingView | None:
    if row.shelve_asked_by is None or row.shelve_asked_until is None:
        return None
    return ShelvingView(row.shelve_asked_by, row.shelve_asked_until)


def _homes(rows: Iterable[AlarmRow]) -> list[int]:
    return sorted({row.home_id for row in rows if row.home_id is not None})
