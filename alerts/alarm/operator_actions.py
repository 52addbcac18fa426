"""What operators do: acknowledge, transfer, note, dispatch. Each function is one transaction.

All raise NotFoundError, TakenError (another operator owns it) or RefusedError (not in this state).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from alerts.alarm import absent_owners, lifecycle
from alerts.alarm.locking import actor_of, locked_alarm, owned_alarm, show_change
from alerts.alarm.re_alarming import note_progress, update_state
from alerts.duty import joining
from alerts.duty.offers import offer_dispatch
from alerts.errors import NotFoundError, RefusedError, TakenError
from alerts.escalation import plan_runner, withdrawal
from alerts.notify import notifying, texts
from alerts.policy import Policy
from store.access import users
from store.alarm import alarm_list_details, alarms, emergencies
from store.db import Connection
from store.home import people
from store.model import Alarm, AlarmState, Dispatch, User

NOT_THERE = "they are not at the desk: hand it over to a colleague who is, or keep it"


def acknowledge(
    conn: Connection,
    alarm_id: int,
    by: User,
    now: datetime,
    policy: Policy,
    via: str = "console",
    also: Collection[int] = (),
) -> Alarm:
    """Take the alarm and own it. By its owner it says: heard, where the alarm calls them again. By
    another: TakenError, unless its owner has left the desk; then it is taken over.

    `also`: other dangers of the home that they have seen and take with it; what is closed or
    somebody else's by now stays as it is. One that they have not seen rings on.
    """
    with conn.transaction():
        locked = {n: alarms.lock(conn, n) for n in sorted({alarm_id, *also})}
        alarm = locked.pop(alarm_id)
        if alarm is None:
            raise NotFoundError("there is no such alarm")
        others = [o for o in locked.values() if o is not None and _goes_with(alarm, o, by)]
        act = emergencies.act(conn, several=bool(others))
        taken = _acknowledge_one(conn, alarm, by, now, policy, via, act)
        new = [alarm] if alarm.state == AlarmState.RAISED else []
        for other in others:
            _acknowledge_one(conn, other, by, now, policy, via, act)
            new += [other] if other.state == AlarmState.RAISED else []
        if new:
            notifying.update_notified(
                conn,
                new[0],
                texts.acknowledged_text,
                purpose="told",
                now=now,
                policy=policy,
                others=new[1:],
            )
        return taken


def _goes_with(alarm: Alarm, other: Alarm, by: User) -> bool:
    """Whether an act on one alarm can serve the other: a danger of the same home that nobody has,
    or they have themselves."""
    same = other.home_id == alarm.home_id and joining.is_danger(alarm) and joining.is_danger(other)
    return same and other.state != AlarmState.CLOSED and other.owner_id in (None, by.id)


def _acknowledge_one(
    conn: Connection,
    alarm: Alarm,
    by: User,
    now: datetime,
    policy: Policy,
    via: str,
    act: Mapping[str, Any],
) -> Alarm:
    """TakenError, RefusedError. The alarm is locked."""
    lifecycle.check_open(alarm)
    if alarm.owner_id == by.id:
        return _heard(conn, alarm, by, now, policy, via, act)
    if alarm.owner_id is not None and absent_owners.is_away(conn, alarm.owner_id, now, policy):
        return _take_over(conn, alarm, by, now, policy, via)
    taken = alarms.acknowledge(conn, alarm.id, by.id, now)
    if taken is None:
        raise TakenError(alarm.owner_id)
    alarms.journal(conn, alarm.id, "acknowledged", at=now, actor=actor_of(by), via=via, **act)
    joining.join_under_way(conn, taken, now, policy)
    plan_runner.acknowledged(conn, taken)
    withdrawal.withdraw(conn, taken, now)
    notifying.announce_to_home(
        conn, taken, AlarmState.ACKNOWLEDGED, who=by.name, now=now, policy=policy
    )
    return update_state(conn, taken, now, policy)


def _heard(
    conn: Connection,
    alarm: Alarm,
    by: User,
    now: datetime,
    policy: Policy,
    via: str,
    act: Mapping[str, Any],
) -> Alarm:
    """Its owner says that they know of it; without a call to them there is nothing to say."""
    call = alarm_list_details.calls_of(conn, [alarm.id]).get(alarm.id)
    if call is None or not call.calls_owner:
        return alarm
    alarms.journal(conn, alarm.id, "heard", at=now, actor=actor_of(by), via=via, **act)
    return note_progress(conn, alarm, by, now, policy)


def _take_over(
    conn: Connection, alarm: Alarm, by: User, now: datetime, policy: Policy, via: str
) -> Alarm:
    """From an owner who is gone; what is under way goes on."""
    alarms.transfer(conn, alarm.id, by.id)
    alarms.journal(
        conn,
        alarm.id,
        "taken_over",
        at=now,
        actor=actor_of(by),
        via=via,
        owner=alarm.owner_id,
    )
    return update_state(conn, show_change(conn, alarm.id), now, policy)


def transfer(
    conn: Connection, alarm_id: int, to: int, by: User, now: datetime, policy: Policy
) -> Alarm:
    """Give the alarm to another operator (user id) who is at the desk, and with it all dangers of
    the home that the same person owns. RefusedError: they are not there, and would own what nobody
    looks at."""
    with conn.transaction():
        alarm, *others = _with_same_owner(conn, alarm_id, by)
        receiver = users.find(conn, to)
        if receiver is None or not receiver.at_the_desk:
            raise RefusedError("only an operator, supervisor or admin can own an alarm")
        if to != by.id and not absent_owners.is_there(conn, to, now, policy):
            raise RefusedError(NOT_THERE)
        act = emergencies.act(conn, several=bool(others))
        for each in (alarm, *others):
            alarms.transfer(conn, each.id, to)
            alarms.journal(
                conn,
                each.id,
                "transferred",
                at=now,
                actor=actor_of(by),
                to=to,
                owner=each.owner_id,
                **act,
            )
        for other in others:
            show_change(conn, other.id)
        return show_change(conn, alarm_id)


def _with_same_owner(conn: Connection, alarm_id: int, by: User) -> list[Alarm]:
    """The alarm and, after it, the other dangers of its home that its owner has; all locked."""
    found = alarms.get(conn, alarm_id)
    danger = found is not None and joining.is_danger(found)
    if found is not None and found.home_id is not None and danger:
        emergencies.lock_of_home(conn, found.home_id)
    alarm = owned_alarm(conn, alarm_id, by)
    if not danger or alarm.home_id is None:
        return [alarm]
    together = emergencies.of_home(conn, alarm.home_id)
    return [alarm, *(o for o in together if o.id != alarm.id and o.owner_id == alarm.owner_id)]


def note(
    conn: Connection, alarm_id: int, text: str, by: User, now: datetime, policy: Policy
) -> Alarm:
    """Write something down. By the owner it is progress: the re-alarm starts again from here."""
    with conn.transaction():
        alarm = locked_alarm(conn, alarm_id)
        if not text.strip():
            raise RefusedError("the note is empty: write what was said or done")
        number = alarms.add_note(conn, alarm_id, at=now, actor=actor_of(by), text=text.strip())
        alarms.journal(conn, alarm_id, "noted", at=now, actor=actor_of(by), note=number)
        return note_progress(conn, alarm, by, now, policy)


def dispatch(
    conn: Connection, alarm_id: int, responder_id: int, by: User, now: datetime, policy: Policy
) -> Dispatch:
    """Send a responder (person id); they get an SMS and answer it."""
    with conn.transaction():
        alarm = owned_alarm(conn, alarm_id, by)
        responder = people.find_person(conn, responder_id)
        if responder is None or not people.is_responder(conn, responder_id):
            raise NotFoundError("there is no such responder")
        made = offer_dispatch(conn, alarm, responder, offered_by=by.id, now=now, policy=policy)
        if made is None:
            raise RefusedError("this responder has been sent to this alarm already")
        notifying.announce_to_home(conn, alarm, AlarmState.DISPATCHED, now=now, policy=policy)
        update_state(conn, alarm, now, policy)
        return made
