"""What operators do: acknowledge, transfer, note, dispatch. Each function is one transaction.

All raise NotFoundError, TakenError (another operator owns it) or RefusedError (not in this state).
"""

from datetime import datetime

from alerts.alarm import absent_owners, lifecycle
from alerts.alarm.locking import actor_of, locked_alarm, owned_alarm, show_change
from alerts.alarm.re_alarming import note_progress, update_state
from alerts.duty.offers import offer_dispatch
from alerts.errors import NotFoundError, RefusedError, TakenError
from alerts.escalation import plan_runner, withdrawal
from alerts.notify import notifying, texts
from alerts.policy import Policy
from store.access import users
from store.alarm import alarm_list_details, alarms
from store.db import Connection
from store.home import people
from store.model import Alarm, AlarmState, Dispatch, User

NOT_THERE = "they are not at the desk: hand it over to a colleague who is, or keep it"


def acknowledge(
    conn: Connection, alarm_id: int, by: User, now: datetime, policy: Policy, via: str = "console"
) -> Alarm:
    """Take the alarm and own it. By its owner it says: heard, where the alarm calls them again. By
    another: TakenError, unless its owner has left the desk; then it is taken over."""
    with conn.transaction():
        alarm = locked_alarm(conn, alarm_id)
        lifecycle.check_open(alarm)
        if alarm.owner_id == by.id:
            return _heard(conn, alarm, by, now, policy, via)
        if alarm.owner_id is not None and absent_owners.is_away(conn, alarm.owner_id, now, policy):
            return _take_over(conn, alarm, by, now, policy, via)
        taken = alarms.acknowledge(conn, alarm_id, by.id, now)
        if taken is None:
            raise TakenError(alarm.owner_id)
        alarms.journal(conn, alarm_id, "acknowledged", at=now, actor=actor_of(by), via=via)
        plan_runner.acknowledged(conn, taken)
        withdrawal.withdraw(conn, taken, now)
        notifying.announce_to_home(
            conn, taken, AlarmState.ACKNOWLEDGED, who=by.name, now=now, policy=policy
        )
        notifying.update_notified(
            conn, taken, texts.acknowledged_text, purpose="told", now=now, policy=policy
        )
        return update_state(conn, taken, now, policy)


def _heard(
    conn: Connection, alarm: Alarm, by: User, now: datetime, policy: Policy, via: str
) -> Alarm:
    """Its owner says that they know of it; without a call to them there is nothing to say."""
    call = alarm_list_details.calls_of(conn, [alarm.id]).get(alarm.id)
    if call is None or not call.calls_owner:
        return alarm
    alarms.journal(conn, alarm.id, "heard", at=now, actor=actor_of(by), via=via)
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
    """Give the alarm to another operator (user id) who is at the desk: RefusedError otherwise, for
    who is not there would own what nobody looks at."""
    with conn.transaction():
        alarm = owned_alarm(conn, alarm_id, by)
        receiver = users.find(conn, to)
        if receiver is None or not receiver.at_the_desk:
            raise RefusedError("only an operator, supervisor or admin can own an alarm")
        if to != by.id and not absent_owners.is_there(conn, to, now, policy):
            raise RefusedError(NOT_THERE)
        alarms.transfer(conn, alarm_id, to)
        alarms.journal(
            conn, alarm_id, "transferred", at=now, actor=actor_of(by), to=to, owner=alarm.owner_id
        )
        return show_change(conn, alarm_id)


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
