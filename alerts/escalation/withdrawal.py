"""Withdraws what has not left and is not wanted any more: nobody is called for help that is taken
care of.

Calls for help end when somebody takes the alarm, hides it or closes it, and when who is called has
answered; questions to responders and the way in end with their dispatch. That somebody has taken
it, how it goes on and that it is over still leaves. What a sender holds just then cannot be called
back: it is looked at again before it is tried a second time.
"""

from datetime import datetime

from alerts.duty.joining import ALSO
from alerts.escalation import plan_runner, reachability
from alerts.escalation.plan_position import outlasts_acknowledgement
from alerts.escalation.steps import steps_of
from alerts.notify import message_journal
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import LIVE, THERE, UNANSWERED, WITH_ACCESS
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import UNANSWERED_TIMER
from store.model import Alarm, AlarmState, DispatchState, Notification
from store.notify import withdrawn


def withdraw(conn: Connection, alarm: Alarm, now: datetime) -> None:
    """Cancel what waits for the alarm, as it is now, without reason, and nobody is called any more
    because of a text that needs no answer. The alarm is locked."""
    for waiting in withdrawn.waiting(conn, alarm.id):
        withdraw_unwanted(conn, alarm, waiting, now)
    for silent in withdrawn.awaited(conn, alarm.id):
        if reason_not_to_send(conn, alarm, silent) is not None:
            timers.stop_timer(conn, alarm.id, UNANSWERED_TIMER, silent.chain)


def withdraw_unwanted(
    conn: Connection, alarm: Alarm, notification: Notification, now: datetime
) -> bool:
    """Cancel a message that waits, or that the caller holds, unless it is still wanted. Whether it
    was cancelled. The alarm is locked.

    What other alarms had put into it is sent by itself.
    """
    why = reason_not_to_send(conn, alarm, notification)
    if why is None or not withdrawn.cancel(conn, notification.id, now):
        return False
    doubt = {"doubt": "may have left"} if notification.in_doubt else {}
    message_journal.record_event(conn, notification, "cancelled", now, reason=why, **doubt)
    for other in withdrawn.send_apart(conn, notification.id, now):
        alarms.notify(conn, "notification", other.id, int(other.lane), other.channel)
    return True


def reason_not_to_send(conn: Connection, alarm: Alarm, notification: Notification) -> str | None:
    """Why a message is not wanted any more, as the journal names it; None: it is."""
    if notification.purpose == "alarm":
        return _call_is_over(conn, alarm, notification)
    if notification.purpose not in ("offer", "access", ALSO):
        # An outage or a fault is news while it lasts.
        news = alarm.home_id is None or notification.chain.startswith("fault:")
        over = alarm.state == AlarmState.CLOSED and news
        return "closed" if over and notification.purpose == "told" else None
    dispatch_id = notification.dispatch_id or 0
    if alarm.state == AlarmState.CLOSED and (
        notification.purpose == ALSO or not emergencies.served_by(conn, dispatch_id)
    ):
        return "closed"
    dispatch = dispatches.get(conn, dispatch_id)
    state = dispatch.state if dispatch is not None else DispatchState.CANCELLED
    if notification.purpose == ALSO:
        return None if state in LIVE else "called_off"
    if notification.purpose == "access":
        return None if state in WITH_ACCESS else "called_off"
    if alarm.inhibited_by is not None:
        return "inhibited"
    return None if state in UNANSWERED else "answered"


def _call_is_over(conn: Connection, alarm: Alarm, notification: Notification) -> str | None:
    if alarm.state == AlarmState.CLOSED:
        return "closed"
    if alarm.shelved_until is not None:
        return "shelved"
    if alarm.inhibited_by is not None:
        return "inhibited"
    person, since = notification.person_id, notification.created_at
    if person is not None and alarms.has_answered(conn, alarm.id, person, since):
        return "answered"
    if alarm.state == AlarmState.RAISED:
        return None
    if not _outlasts(conn, alarm, notification):
        return "acknowledged"
    there = any(sent.state in THERE for sent in dispatches.of_alarm(conn, alarm.id))
    return "arrived" if there else None


def _outlasts(conn: Connection, alarm: Alarm, notification: Notification) -> bool:
    """Whether its step of the plan is wanted although somebody has taken the alarm."""
    chain = reachability.parse_chain(notification.chain)
    steps = steps_of(plan_runner.plan_of(conn, alarm))
    if chain is None or chain.position.step >= len(steps):
        return False
    return outlasts_acknowledgement(steps[chain.position.step])
