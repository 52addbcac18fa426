"""One alarm with all its details, cut to what the user may see; for routes and the console.

Operators see all of it. A responder sees how to get in, whom to ring and what was noted only while
they have accepted the dispatch. A family sees its own home, without operators' notes.
"""

from dataclasses import dataclass, fields
from datetime import datetime

from alerts.policy import Policy
from api.views.alarm_resources import (
    ProtocolView,
    TalkView,
    calls_of_alarm,
    protocol_of_alarm,
)
from api.views.alarms import AlarmView, alarm_views, audiences
from api.views.home_details import HomeDetail, home_detail
from api.views.sendable_responders import NOBODY, ResponderView, sendable_responders
from store.access import address_views
from store.alarm import alarm_details, alarm_lists, hospitals, referrals
from store.alarm.alarm_details import JournalRow, NoteRow, NotificationRow, RecentRow
from store.alarm.alarm_lists import AlarmRow, Scope
from store.alarm.referrals import Referral
from store.db import Connection
from store.dispatch_states import WITH_ACCESS
from store.home import household
from store.model import Role, User
from store.response import messages
from store.response.messages import Message
from store.work import forced_entries
from store.work.forced_entries import ForcedEntry


@dataclass(frozen=True, slots=True)
class AlarmDetail(AlarmView):
    """The alarm of the list, and what hangs on it. `journal`: its last lines; `journal_before`:
    asks for those before them (`…/journal?before=`), None: these are all. `hospital`: where
    somebody was taken; None: that is not written down, or not theirs to see."""

    journal: list[JournalRow]
    journal_before: int | None
    notes: list[NoteRow]
    notifications: list[NotificationRow]
    home_detail: HomeDetail | None
    responders: list[ResponderView]
    off_duty: list[ResponderView]
    recent_alarms: list[RecentRow]
    protocol: ProtocolView | None
    hand_overs: list[Referral]
    forced_entries: list[ForcedEntry]
    messages: list[Message]
    talks: list[TalkView]
    hospital: str | None


def scope_of(conn: Connection, user: User) -> Scope:
    """Which alarms a user may see."""
    if user.at_the_desk:
        return Scope()
    if user.role == Role.RESPONDER:
        return Scope(responder=user.person_id)
    if user.role == Role.FAMILY:
        return Scope(homes=alarm_lists.homes_of_contact(conn, user.person_id))
    return Scope(homes=[])


def visible_alarm(conn: Connection, alarm_id: int, user: User) -> tuple[AlarmRow, AlarmView] | None:
    """The alarm as a row and as shown. None: there is none, or it is not this user's to see."""
    rows = alarm_lists.alarms_by_id(conn, [alarm_id])
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
    operator, family = user.at_the_desk, user.role == Role.FAMILY
    own = [d for d in alarm.dispatches if d.responder_id == user.person_id]
    let_in = operator or any(d.state in WITH_ACCESS for d in own)
    home = household.home(conn, alarm.home) if alarm.home is not None else None
    shown = (
        home_detail(conn, home, now, people=let_in or family, access=let_in, papers=operator)
        if home
        else None
    )
    if home and let_in:
        address_views.add(
            conn,
            home_id=home.id,
            person_id=user.person_id,
            via=via,
            now=now,
            alarm_id=alarm_id,
            dispatch_id=own[-1].id if own else None,
        )
    recent = (
        alarm_details.recent_of_home(conn, home.id, alarm_id)
        if home and (operator or family)
        else []
    )
    journal = alarm_details.journal_of(conn, alarm_id)
    to_send = sendable_responders(conn, row, now, policy) if operator else NOBODY
    return AlarmDetail(
        **{f.name: getattr(alarm, f.name) for f in fields(alarm)},
        journal=journal.items,
        journal_before=journal.before,
        notes=alarm_details.notes_of(conn, alarm_id) if let_in else [],
        notifications=alarm_details.notifications_of(conn, alarm_id) if operator else [],
        home_detail=shown,
        responders=to_send.on_duty,
        off_duty=to_send.off_duty,
        recent_alarms=recent,
        protocol=protocol_of_alarm(conn, row, now, policy) if operator else None,
        hand_overs=referrals.of_alarm(conn, alarm_id) if operator else [],
        forced_entries=forced_entries.of_alarm(conn, alarm_id) if operator else [],
        messages=messages.about_alarm(conn, alarm_id) if operator else [],
        talks=calls_of_alarm(conn, alarm_id) if operator else [],
        hospital=hospitals.of_alarm(conn, alarm_id) if let_in or family else None,
    )
