"""Nobody has answered a message in time: it goes on by the person's next channel.

A call, if there is one. Run by the timer that was set when the message was queued, once, however
many engines there are.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.escalation import plan_runner, reachability, withdrawal
from alerts.escalation.plan_position import family_paused_until
from alerts.escalation.steps import FAMILY, steps_of
from alerts.notify import notifying
from alerts.notify.channels.voice import VOICE
from alerts.notify.contact_methods import quiet_until
from alerts.notify.message_journal import record_event
from alerts.notify.unanswered import next_after_silence
from alerts.policy import Policy
from alerts.response import failover
from store.db import Connection
from store.escalation import timers
from store.escalation.timers import UNANSWERED_TIMER
from store.home import people
from store.model import Alarm, Notification, NotificationState, Timer
from store.notify import outbox

_LOST = frozenset({NotificationState.FAILED, NotificationState.CANCELLED})
"""What has failed has taken its next channel by itself, and what was withdrawn needs none."""


def time_is_up(conn: Connection, alarm: Alarm, timer: Timer, now: datetime, policy: Policy) -> None:
    """The seconds that somebody had to answer are over. The alarm is locked.

    Who has answered in any way, or written something for a person to read, is awake and not called;
    nor is the family while one of them is going: those wait until somebody should be there.
    """
    sent = outbox.of_chain(conn, timer.ref)
    silent = next((n for n in reversed(sent) if n.state not in _LOST), None)
    if silent is None or any(n.channel == VOICE for n in sent):
        return
    if withdrawal.reason_not_to_send(conn, alarm, silent) is not None:
        return
    if outbox.wrote_since(conn, alarm.id, silent, sent[0].created_at):
        return
    if _is_quiet(conn, alarm, silent, now, policy):
        return
    paused_until = _pause_of_family(conn, alarm, silent, now, policy)
    if paused_until is not None:
        _wait_on(conn, alarm, timer, paused_until)
        return
    _go_on(conn, alarm, timer, silent, now, policy)


def _go_on(
    conn: Connection,
    alarm: Alarm,
    timer: Timer,
    silent: Notification,
    now: datetime,
    policy: Policy,
) -> None:
    untried = failover.untried_methods(conn, alarm, silent, now, policy)
    method = next_after_silence(untried, timer.data["channels"])
    if method is None:
        return
    record_event(
        conn,
        replace(silent, alarm_id=alarm.id),
        "unanswered",
        now,
        to=method.channel,
        seconds=f"{(now - silent.created_at).total_seconds():.0f}",
    )
    failover.queue_again(conn, alarm, silent, method, now, policy)
    if method.channel != VOICE:
        _wait_on(conn, alarm, timer, now + timedelta(seconds=timer.data["seconds"]))


def _is_quiet(
    conn: Connection, alarm: Alarm, silent: Notification, now: datetime, policy: Policy
) -> bool:
    """Whether their quiet hours have begun since they were written to: then they are called for a
    life, or to a dispatch, and for nothing else."""
    person = people.find_person(conn, silent.person_id) if silent.person_id is not None else None
    if person is None or silent.purpose != "alarm":
        return False
    preferences = notifying.preferences_of(conn, person, now, policy)
    zone = notifying.zone_of_quiet(conn, alarm, preferences, policy)
    return quiet_until(preferences, alarm.priority, now, zone) is not None


def _wait_on(conn: Connection, alarm: Alarm, timer: Timer, until: datetime) -> None:
    timers.set_timer(conn, alarm.id, UNANSWERED_TIMER, until, ref=timer.ref, **timer.data)


def _pause_of_family(
    conn: Connection, alarm: Alarm, silent: Notification, now: datetime, policy: Policy
) -> datetime | None:
    """Until when a relative is left in peace because another one is going. None: they are not."""
    chain = reachability.parse_chain(silent.chain)
    steps = steps_of(plan_runner.plan_of(conn, alarm))
    if chain is None or chain.position.step >= len(steps):
        return None
    if steps[chain.position.step].target not in FAMILY:
        return None
    family = notifying.family_of(conn, alarm, now, policy)
    if family is None:
        return None
    return family_paused_until(alarm.state, family.last_going, family.due_by, now, policy)
