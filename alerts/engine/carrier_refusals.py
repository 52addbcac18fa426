"""Keeps the messages that a carrier refuses through no fault of theirs, until it is well again.

They have no number of tries: each waits longer than the time before, and all leave at once when the
carrier takes the first. Which that is, `Sender.probe` tries every few seconds.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from alerts.escalation import withdrawal
from alerts.metrics import MESSAGES
from alerts.notify import message_journal
from alerts.notify.carriers import routing
from alerts.notify.channels.interface import SendError
from alerts.notify.retry_schedule import refused_wait
from alerts.policy import Policy
from alerts.response import failover
from store.alarm import alarms
from store.db import Connection, Pool
from store.model import Alarm, Notification, OutboxLane
from store.notify import refusals
from store.notify.refusals import CarrierHealth


def keep(
    pool: Pool,
    claimed: Notification,
    error: SendError,
    by: str,
    now: datetime,
    policy: Policy,
    *,
    in_doubt: bool,
    offered: Collection[str],
) -> None:
    """Let a message wait for its carrier, or for another of those `offered`; `in_doubt`: it may
    have left all the same. The first time the person is tried otherwise as well."""
    fault = str(error.fault)
    with pool.connection() as conn:
        well_at = refusals.carrier_refused(
            conn,
            claimed.carrier,
            claimed.channel,
            error_code=error.code,
            fault=fault,
            now=now,
            wait=error.retry_after or 0.0,
            asked_at=claimed.claimed_at,
        )
        health = refusals.health(conn, claimed.channel) if len(offered) > 1 else {}
    wait = _wait(claimed, error, in_doubt, offered, health, now, policy)
    if well_at is not None and claimed.claimed_at is not None and claimed.claimed_at <= well_at:
        wait = 0.0  # asked before it was well again: what it says is old
    with pool.connection() as conn, conn.transaction():
        alarm = lock_alarm(conn, claimed)
        waiting = refusals.record_refused(
            conn,
            claimed,
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


def _wait(
    claimed: Notification,
    error: SendError,
    in_doubt: bool,
    offered: Collection[str],
    health: Mapping[str, CarrierHealth],
    now: datetime,
    policy: Policy,
) -> float:
    """Seconds until the next try. Another carrier that is well has at once what was refused the
    first time, and what a life's own carrier may have, when nothing was known of that for long."""
    wait = refused_wait(claimed, error.retry_after)
    if (
        error.code == routing.NO_CARRIER
        or len(offered) < 2
        or not routing.another_is_well(claimed, offered, health, now, policy)
    ):
        return wait
    if not in_doubt:
        return 0.0 if claimed.refusals == 0 else wait
    found = health.get(claimed.carrier)
    if claimed.lane != OutboxLane.LIFE or found is None:
        return wait
    overtake = found.since + timedelta(seconds=policy.carrier_overtake)
    return min(wait, max(0.0, (overtake - now).total_seconds()))


def lock_alarm(conn: Connection, claimed: Notification) -> Alarm | None:
    """Before the message, as every use case does: a callback that is as fast as our own record
    would otherwise wait for us while we wait for it."""
    return alarms.lock(conn, claimed.alarm_id) if claimed.alarm_id is not None else None
