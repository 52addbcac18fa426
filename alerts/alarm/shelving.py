"""Shelves an alarm for a limited time; a danger to life takes two persons. It returns by itself.

`shelve`, `confirm` and `unshelve` are use cases, one transaction each, and raise NotFoundError,
TakenError or RefusedError.
"""

from datetime import datetime, timedelta

from alerts.alarm import lifecycle, re_alarming
from alerts.alarm.locking import actor_of
from alerts.errors import NotFoundError, RefusedError, TakenError
from alerts.escalation import plan_runner, withdrawal
from alerts.policy import Policy
from store.alarm import alarms, shelving
from store.db import Connection
from store.escalation import timers
from store.escalation.timers import PROGRESS_TIMER, SHELVING_TIMER
from store.model import Alarm, AlarmState, Priority, Role, User

LONGEST = timedelta(days=7)
LONGEST_LIFE = timedelta(hours=1)
"""A detector that raises false alarms is replaced within hours, not left hidden."""


def shelve(
    conn: Connection,
    alarm_id: int,
    until: datetime,
    reason: str,
    by: User,
    now: datetime,
    via: str = "console",
) -> Alarm:
    """Hide an alarm until a time, with the reason as its note. A life-safety alarm stays
    visible until another operator has confirmed."""
    with conn.transaction():
        alarm = _mine(conn, alarm_id, by)
        _check(alarm, until, reason, now)
        note = alarms.add_note(conn, alarm_id, at=now, actor=actor_of(by), text=reason.strip())
        if alarm.priority != Priority.LIFE:
            return hide(conn, alarm, until, now, actor=actor_of(by), via=via, note=note)
        asked = shelving.ask_to_shelve(conn, alarm_id, by.id, until)
        alarms.journal(
            conn,
            alarm_id,
            "shelving_asked",
            at=now,
            actor=actor_of(by),
            via=via,
            until=until.isoformat(),
            note=note,
        )
        alarms.notify(conn, "alarm", alarm_id)
        return asked


def confirm(
    conn: Connection, alarm_id: int, by: User, now: datetime, via: str = "console"
) -> Alarm:
    """The second person agrees that a life-safety alarm is hidden as was asked."""
    with conn.transaction():
        alarm = _locked(conn, alarm_id)
        until = alarm.shelve_asked_until
        if until is None or until <= now:
            raise RefusedError("nobody has asked to shelve this alarm, or its time has passed")
        if alarm.shelve_asked_by == by.id:
            raise RefusedError("another operator than the one who asked must confirm")
        return hide(
            conn, alarm, until, now, actor=actor_of(by), via=via, asked_by=alarm.shelve_asked_by
        )


def unshelve(
    conn: Connection, alarm_id: int, by: User, now: datetime, policy: Policy, via: str = "console"
) -> Alarm:
    """End the shelving before its time, or withdraw the request for it; any operator may."""
    with conn.transaction():
        alarm = _locked(conn, alarm_id)
        if alarm.shelved_until is None and alarm.shelve_asked_by is None:
            raise RefusedError("the alarm is not shelved")
        return show_again(conn, alarm, now, policy, actor=actor_of(by), via=via, reason="by_hand")


def hide(
    conn: Connection,
    alarm: Alarm,
    until: datetime,
    now: datetime,
    *,
    actor: str,
    via: str = "",
    **data: int | None,
) -> Alarm:
    """Hide it: nobody is called and nothing is sent about it until then. The alarm is locked."""
    shelved = shelving.shelve(conn, alarm.id, until)
    alarms.journal(
        conn, alarm.id, "shelved", at=now, actor=actor, via=via, until=until.isoformat(), **data
    )
    for kind in (timers.STEP_TIMER, PROGRESS_TIMER):
        timers.stop_timer(conn, alarm.id, kind)
    withdrawal.withdraw(conn, shelved, now)
    timers.set_timer(conn, alarm.id, SHELVING_TIMER, until)
    alarms.notify(conn, "alarm", alarm.id)
    return shelved


def show_again(
    conn: Connection,
    alarm: Alarm,
    now: datetime,
    policy: Policy,
    *,
    reason: str,
    actor: str = "system",
    via: str = "",
) -> Alarm:
    """Show it again: its plan begins anew if nobody owns it, its progress is expected if somebody
    does. The alarm is locked."""
    was_hidden = alarm.shelved_until is not None
    back = shelving.unshelve(conn, alarm.id)
    alarms.journal(conn, alarm.id, "unshelved", at=now, actor=actor, via=via, reason=reason)
    timers.stop_timer(conn, alarm.id, SHELVING_TIMER)
    if was_hidden and back.state == AlarmState.RAISED and back.inhibited_by is None:
        plan_runner.start(conn, back, now, policy)
    if was_hidden:
        re_alarming.expect_progress(conn, back, now, policy)
    alarms.notify(conn, "alarm", alarm.id)
    return back


def _check(alarm: Alarm, until: datetime, reason: str, now: datetime) -> None:
    longest = LONGEST_LIFE if alarm.priority == Priority.LIFE else LONGEST
    if alarm.shelved_until is not None:
        raise RefusedError("the alarm is shelved already: bring it back first")
    if not now < until <= now + longest:
        raise RefusedError(f"until: from now, and at most {longest} ahead for this alarm")
    if not reason.strip():
        raise RefusedError("the reason is empty: say why nobody needs to see this alarm")


def _mine(conn: Connection, alarm_id: int, by: User) -> Alarm:
    """Nobody's alarm or one's own; a supervisor may step in."""
    alarm = _locked(conn, alarm_id)
    supervises = by.role in (Role.SUPERVISOR, Role.ADMIN)
    if alarm.owner_id not in (None, by.id) and not supervises:
        raise TakenError(alarm.owner_id)
    return alarm


def _locked(conn: Connection, alarm_id: int) -> Alarm:
    alarm = alarms.lock(conn, alarm_id)
    if alarm is None:
        raise NotFoundError("there is no such alarm")
    lifecycle.check_open(alarm)
    return alarm
