"""One dispatch serves all open dangers of a home: joins dispatches and alarms.

Whoever is sent is sent to the home. What a dispatch serves is derived from nothing else than the
rows that join it to alarms; an alarm that comes later is joined when it is raised, or with the next
thing that happens to it.
"""

from datetime import datetime

from alerts.notify import call_texts, notifying, texts
from alerts.policy import Policy
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import GOING, THERE
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import ARRIVAL_TIMER, FOLLOW_TIMER
from store.home import people
from store.model import Alarm, Dispatch, DispatchState

ALSO = "also"
"""Purpose of the message that the home has another danger by now."""


def is_danger(alarm: Alarm) -> bool:
    """Whether the alarm belongs to its home's emergency."""
    return (
        alarm.home_id is not None
        and alarm.priority <= emergencies.LEAST
        and alarm.inhibited_by is None
    )


def hold_home(conn: Connection, alarm: Alarm) -> None:
    """One at a time asks somebody to go to the home of a danger, or ends it. After this no other
    alarm may be waited for."""
    if alarm.home_id is not None and is_danger(alarm):
        emergencies.hold_home(conn, alarm.home_id)


def join_under_way(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> list[Dispatch]:
    """Let who is asked, going or there for other dangers of the home serve this alarm, too; they
    are told of it. The dispatches that were joined just now. The alarm is locked."""
    if not is_danger(alarm):
        return []
    wanted = set(emergencies.join(conn, alarm, now))
    joined = [each for each in dispatches.live(conn, alarm.id) if each.id in wanted]
    for dispatch in joined:
        alarms.journal(
            conn,
            alarm.id,
            "dispatch_joined",
            at=now,
            actor="system",
            dispatch=dispatch.id,
            responder=dispatch.responder_id,
            state=dispatch.state,
        )
        timers.share(conn, alarm.id, ARRIVAL_TIMER, ref=str(dispatch.id))
        _tell(conn, alarm, dispatch, now, policy)
    return joined


def _tell(
    conn: Connection, alarm: Alarm, dispatch: Dispatch, now: datetime, policy: Policy
) -> None:
    home = notifying.home_of(conn, alarm)
    responder = people.find_person(conn, dispatch.responder_id)
    if home is None or responder is None:
        return
    words = (alarm, home.residents, responder.language, policy)
    notifying.notify_person(
        conn,
        alarm,
        responder,
        purpose=ALSO,
        now=now,
        dispatch_id=dispatch.id,
        body=texts.also_text(*words),
        spoken=call_texts.also_call(*words),
        dedupe=f"also:{dispatch.id}:{alarm.id}",
        policy=policy,
    )


def join_others(conn: Connection, alarm: Alarm, made: Dispatch, now: datetime) -> list[int]:
    """Let a dispatch that was made for this alarm serve the other open dangers of its home. Their
    ids. They follow in transactions of their own: their rows may be held by others."""
    if alarm.home_id is None or not is_danger(alarm):
        return []
    others = [
        other.id for other in emergencies.of_home(conn, alarm.home_id) if other.id != alarm.id
    ]
    for other in others:
        emergencies.join_one(conn, made.id, other, now)
        timers.set_timer(
            conn, other, FOLLOW_TIMER, now, ref=str(made.id), offered_by=made.offered_by
        )
    return others


def who_is_expected(conn: Connection, alarm: Alarm) -> str:
    """Why nobody else need be asked for this alarm now: `responder_going` while the way they have
    announced is not over, `responder_asked` while somebody asked for another danger of the home has
    not answered; empty: somebody is to be asked."""
    under_way = dispatches.live(conn, alarm.id)
    if any(each.state in THERE for each in under_way):
        return "responder_going"
    awaited = timers.refs(conn, alarm.id, ARRIVAL_TIMER)
    if any(each.state in GOING and str(each.id) in awaited for each in under_way):
        return "responder_going"
    asked = [each for each in under_way if each.state == DispatchState.OFFERED]
    return "responder_asked" if any(each.alarm_id != alarm.id for each in asked) else ""
