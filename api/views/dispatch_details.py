"""A dispatch as its responder sees it; how to get in only while they have accepted."""

from dataclasses import dataclass
from datetime import datetime

from api.views.home_details import HomeDetail, home_detail
from store.access import address_views
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import WITH_ACCESS
from store.home import household
from store.model import AlarmState, Dispatch, DispatchState, Kind, Priority


@dataclass(frozen=True, slots=True)
class DispatchDetail:
    """`alarm`, `code` and `kind` are those of the most urgent open alarm that the dispatch serves,
    `also` the kinds of the others of the home. `home` is cut to what they may see: how to get in
    and whom to ring only while they are on their way or there."""

    id: int
    alarm: int
    code: str
    kind: Kind
    also: list[Kind]
    priority: Priority
    alarm_state: AlarmState
    raised_at: datetime
    state: DispatchState
    offered_at: datetime
    answered_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    eta_minutes: int | None
    finding: str | None
    home: HomeDetail | None


def dispatch_detail(
    conn: Connection, dispatch: Dispatch, now: datetime, *, viewer: int, via: str, operator: bool
) -> DispatchDetail | None:
    """None: its alarm is gone. `viewer` is a person's id; who is shown how to get in is
    recorded."""
    served = sorted(emergencies.served_by(conn, dispatch.id), key=lambda a: (a.priority, a.id))
    alarm = served[0] if served else alarms.get(conn, dispatch.alarm_id)
    if alarm is None:
        return None
    home = household.home_by_id(conn, alarm.home_id) if alarm.home_id is not None else None
    let_in = operator or dispatch.state in WITH_ACCESS
    if home is not None and let_in:
        address_views.add(
            conn,
            home_id=home.id,
            person_id=viewer,
            via=via,
            now=now,
            alarm_id=alarm.id,
            dispatch_id=dispatch.id,
        )
    return DispatchDetail(
        id=dispatch.id,
        alarm=alarm.id,
        code=alarm.code,
        kind=alarm.kind,
        also=[other.kind for other in served[1:]],
        priority=alarm.priority,
        alarm_state=alarm.state,
        raised_at=alarm.raised_at,
        state=dispatch.state,
        offered_at=dispatch.offered_at,
        answered_at=dispatch.answered_at,
        arrived_at=dispatch.arrived_at,
        done_at=dispatch.done_at,
        eta_minutes=dispatch.eta_minutes,
        finding=dispatch.finding,
        home=home_detail(conn, home, now, people=let_in, access=let_in, papers=operator)
        if home
        else None,
    )
