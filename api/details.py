"""One alarm with everything around it, cut to what the person asking may see.

The desk sees all of it. A responder sees how to get in, whom to ring and what was noted only while
they have accepted the dispatch. A family sees its own home, without the desk's notes.
"""

from dataclasses import dataclass, fields
from datetime import datetime

from alerts.policy import Policy
from api.means import (
    ProtocolView,
    ResponderView,
    TalkView,
    protocol_of,
    talks_of,
    who_can_go,
)
from api.views import AlarmView, alarm_views, audiences
from store import access_views, alarm_file, hand_overs, messages, records, views
from store.alarm_file import JournalRow, NoteRow, NotificationRow, RecentRow
from store.db import Connection
from store.hand_overs import HandOver
from store.messages import Message
from store.model import DispatchState, Role, User
from store.records import Home
from store.registry import DeviceRow
from store.views import AlarmRow, Scope

LET_IN = frozenset({DispatchState.ACCEPTED, DispatchState.EN_ROUTE, DispatchState.ARRIVED})


@dataclass(frozen=True, slots=True)
class ResidentView:
    """`age` in years by the calendar year, None if not known."""

    person_id: int
    name: str
    age: int | None
    phone: str | None
    risks: str


@dataclass(frozen=True, slots=True)
class ContactView:
    person_id: int
    name: str
    phone: str | None
    relation: str
    position: int
    opted_out: bool


@dataclass(frozen=True, slots=True)
class KeyHolderView:
    person_id: int
    name: str
    phone: str | None
    note: str


@dataclass(frozen=True, slots=True)
class HomeDetail:
    """`access_notes` None: not shown to who is asking."""

    code: str
    address: str
    phone: str | None
    access_notes: str | None
    latitude: float | None
    longitude: float | None
    residents: list[ResidentView]
    contacts: list[ContactView]
    key_holders: list[KeyHolderView]
    devices: list[DeviceRow]


@dataclass(frozen=True, slots=True)
class AlarmDetail(AlarmView):
    """The alarm of the list, and what hangs on it."""

    journal: list[JournalRow]
    notes: list[NoteRow]
    notifications: list[NotificationRow]
    home_detail: HomeDetail | None
    responders: list[ResponderView]
    recent_alarms: list[RecentRow]
    protocol: ProtocolView | None
    hand_overs: list[HandOver]
    messages: list[Message]
    talks: list[TalkView]


def scope_of(conn: Connection, user: User) -> Scope:
    """Which alarms a user may see."""
    if user.at_the_desk:
        return Scope()
    if user.role == Role.RESPONDER:
        return Scope(responder=user.person_id)
    if user.role == Role.FAMILY:
        return Scope(homes=views.homes_of_contact(conn, user.person_id))
    return Scope(homes=[])


def visible_alarm(conn: Connection, alarm_id: int, user: User) -> tuple[AlarmRow, AlarmView] | None:
    """The alarm as a row and as shown. None: there is none, or it is not this user's to see."""
    rows = views.alarms_by_id(conn, [alarm_id])
    if not rows:
        return None
    shown = alarm_views(conn, rows)
    if not user.at_the_desk:
        audience = audiences(conn, rows, shown)[alarm_id]
        theirs = {Role.FAMILY: audience.family, Role.RESPONDER: audience.responders}
        if user.person_id not in theirs.get(user.role, frozenset()):
            return None
    return rows[0], shown[0]


def alarm_detail(
    conn: Connection,
    alarm_id: int,
    user: User,
    now: datetime,
    policy: Policy,
    via: str = "console",
) -> AlarmDetail | None:
    """None: there is no such alarm, or it is not this user's to see. Who is shown how to get in
    is recorded."""
    found = visible_alarm(conn, alarm_id, user)
    if found is None:
        return None
    row, alarm = found
    desk, family = user.at_the_desk, user.role == Role.FAMILY
    own = [d for d in alarm.dispatches if d.responder_id == user.person_id]
    let_in = desk or any(d.state in LET_IN for d in own)
    home = records.home(conn, alarm.home) if alarm.home is not None else None
    shown = home_detail(conn, home, now, people=let_in or family, access=let_in) if home else None
    if home and let_in:
        access_views.add(
            conn,
            home_id=home.id,
            person_id=user.person_id,
            via=via,
            now=now,
            alarm_id=alarm_id,
            dispatch_id=own[-1].id if own else None,
        )
    recent = alarm_file.recent_of_home(conn, home.id, alarm_id) if home and (desk or family) else []
    return AlarmDetail(
        **{f.name: getattr(alarm, f.name) for f in fields(alarm)},
        journal=alarm_file.journal_of(conn, alarm_id),
        notes=alarm_file.notes_of(conn, alarm_id) if let_in else [],
        notifications=alarm_file.notifications_of(conn, alarm_id) if desk else [],
        home_detail=shown,
        responders=who_can_go(conn, row, now, policy) if desk else [],
        recent_alarms=recent,
        protocol=protocol_of(conn, row, now, policy) if desk else None,
        hand_overs=hand_overs.of_alarm(conn, alarm_id) if desk else [],
        messages=messages.about_alarm(conn, alarm_id) if desk else [],
        talks=talks_of(conn, alarm_id) if desk else [],
    )


def home_detail(
    conn: Connection, home: Home, now: datetime, *, people: bool, access: bool
) -> HomeDetail:
    """A home's file. Without `people` only who lives there by name; without `access` not how to
    get in."""
    return HomeDetail(
        code=home.code,
        address=home.address,
        phone=home.phone if people else None,
        access_notes=home.access_notes if access else None,
        latitude=home.latitude,
        longitude=home.longitude,
        residents=[
            ResidentView(
                r.person_id,
                r.name,
                now.year - r.birth_year if people and r.birth_year else None,
                r.phone if people else None,
                r.risks if people else "",
            )
            for r in records.residents(conn, home.id)
        ],
        contacts=[
            ContactView(c.person_id, c.name, c.phone, c.relation, c.position, c.opted_out)
            for c in (records.contacts(conn, home.id) if people else ())
        ],
        key_holders=[
            KeyHolderView(k.person_id, k.name, k.phone, k.note)
            for k in (records.key_holders(conn, home.id) if people else ())
        ],
        devices=records.devices(conn, home.id) if people else [],
    )
