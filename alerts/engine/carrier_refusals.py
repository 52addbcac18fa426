"""Keeps the messages that a carrier refuses through no fault of theirs, until it is well again.

They have no number of tries: each waits longer than the time before, and all leave at once when the
carrier takes the first. Which that is, `Sender.probe` tries every few seconds.
"""

from datetime import datetime, timedelta

from alerts.escalation import withdrawal
from alerts.metrics import MESSAGES
from alerts.notify import message_journal
from alerts.notify.channels.interface import SendError
from alerts.notify.retry_schedule import refused_wait
from alerts.policy import Policy
from alerts.response import failover
from store.alarm import alarms
from store.db import Connection, Pool
from store.model import Alarm, Notification
from store.notify import refusals


def keep(
    pool: Pool,
    claimed: Notification,
    error: SendError,
    by: str,
    now: datetime,
    policy: Policy,
    *,
    in_doubt: bool,
) -> None:
    """Let a message wait for its carrier; `in_doubt`: it may have left all the same. The first time
    the person is tried otherwise as well."""
    fault = str(error.fault)
    wait = refused_wait(claimed, error.retry_after)
    with pool.connection() as conn:
        well_at = refusals.carrier_refused(
            conn,
            claimed.channel,
            error_code=error.code,
            fault=fault,
            now=now,
            wait=error.retry_after or 0.0,
        )
    if well_at is not None and claimed.claimed_at is not None and claimed.claimed_at <= well_at:
        wait = 0.0  # asked before it was well again: what it says is old
    with pool.connection() as conn, conn.transaction():
        alarm = lock_alarm(conn, claimed)
        waiting = refusals.record_refused(
            conn,
            claimed.id,
            by,
            error_code=error.code,
            fault=fault,
            in_doubt=in_doubt,
            due_at=now + timedelta(seconds=wait),
            now=now,
        )
        if waiting is None:
            return
        if alarm is not None and withdrawal.withdraw_unwanted(conn, alarm, waiting, now):
            return
        if claimed.fault == fault:
            MESSAGES.labels("carrier_refused", claimed.channel, error.code).inc()
        else:
            message_journal.record_event(
                conn, waiting, "carrier_refused", now, error=error.code, fault=fault
            )
        if claimed.refusals == 0:
            failover.fail_over(conn, waiting, now, policy)


def lock_alarm(conn: Connection, claimed: Notification) -> Alarm | None:
    """Before the message, as every use case does: a callback that is as fast as our own record
    would otherwise wait for us while we wait for it."""
    return alarms.lock(conn, claimed.alarm_id) if claimed.alarm_id is not None else None
