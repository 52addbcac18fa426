"""Sends messages of the outbox: claims, sends outside any transaction, records; retries."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from alerts.alarm import closing
from alerts.notify import bundling, message_journal
from alerts.notify.channels.interface import Channel, SendError
from alerts.notify.channels.registry import BY_PHONE
from alerts.notify.channels.sms import SMS
from alerts.notify.retry_schedule import retry_waits
from alerts.notify.sms_segments import segment_count
from alerts.policy import Policy
from alerts.response import failover
from store.alarm import alarms
from store.clock import Clock
from store.db import Connection, Pool
from store.model import Alarm, AlarmState, Notification, NotificationState, OutboxLane
from store.notify import metered_lane, outbox

log = structlog.get_logger(__name__)


class Sender:
    """Sends the messages of one lane. `name` is unique among all senders: it marks the claims."""

    def __init__(
        self, pool: Pool, channels: Mapping[str, Channel], clock: Clock, policy: Policy, name: str
    ) -> None:
        self._pool = pool
        self._channels = channels
        self._clock = clock
        self._policy = policy
        self._name = name
        self._by_phone = not BY_PHONE.isdisjoint(channels)

    def send_next(self, lane: OutboxLane) -> bool:
        """Send one due message of the lane. False: none is due, or its sender is busy."""
        with self._pool.connection() as conn:
            claimed = self._claim(conn, lane)
        if claimed is None:
            return False
        self._send(claimed, maybe_sent=claimed.attempts > 1)
        return True

    def next_due(self, conn: Connection, lane: OutboxLane) -> datetime | None:
        """When the lane has something to send and may send it; None: nothing waits."""
        due_at = outbox.next_due(conn, list(self._channels), lane)
        if due_at is None or not self._metered(lane):
            return due_at
        return max(due_at, metered_lane.meter_free_at(conn) or due_at)

    def _metered(self, lane: OutboxLane) -> bool:
        """The carrier queues what one sender gets faster than it can send: that queue is kept
        here, where the most urgent goes first. Life-safety has its own sender and never waits."""
        return (
            lane == OutboxLane.ROUTINE and self._policy.segments_per_second > 0 and self._by_phone
        )

    def _claim(self, conn: Connection, lane: OutboxLane) -> Notification | None:
        now, names = self._clock.now(), list(self._channels)
        if lane == OutboxLane.LIFE:
            return outbox.claim(conn, lane, self._name, now, names)
        with conn.transaction():
            metered = self._metered(lane)
            free_at = metered_lane.hold_meter(conn) if metered else now
            if free_at is None or free_at > now:
                return None
            claimed = metered_lane.claim_most_urgent(conn, self._name, now, names)
            if claimed is not None and claimed.bundle:
                claimed = bundling.join_waiting(conn, claimed, now)
            if claimed is not None and metered:
                metered_lane.run_meter(
                    conn, _weight(claimed) / self._policy.segments_per_second, now
                )
            return claimed

    def take_over_abandoned(self) -> bool:
        """Finish one message whose sender died between claim and record. False: there is none."""
        now = self._clock.now()
        before = now - timedelta(seconds=self._policy.claim_timeout)
        with self._pool.connection() as conn:
            claimed = outbox.claim_abandoned(conn, self._name, before, now, list(self._channels))
        if claimed is None:
            return False
        log.warning(
            "taking over an abandoned message", notification=claimed.id, alarm=claimed.alarm_id
        )
        self._send(claimed, maybe_sent=True)
        return True

    def _send(self, claimed: Notification, *, maybe_sent: bool) -> None:
        """`maybe_sent`: an earlier try may have reached the carrier; look before sending."""
        channel = self._channels[claimed.channel]
        try:
            provider_id = self._found_at_carrier(claimed, channel) if maybe_sent else None
            again = maybe_sent and provider_id is None
            if provider_id is None:
                provider_id = _send_by(claimed, channel)
        except SendError as error:
            self._record_error(claimed, error)
            return
        self._record_sent(claimed, provider_id, again=again)
        log.info("sent", notification=claimed.id, alarm=claimed.alarm_id, channel=claimed.channel)

    def _found_at_carrier(self, claimed: Notification, channel: Channel) -> str | None:
        try:
            found = channel.find(claimed, claimed.created_at)
        except SendError as error:
            if error.permanent:
                return None  # never to be known: sending twice is better than not sending
            raise
        with self._pool.connection() as conn:
            known = outbox.known_provider_ids(conn, found)
        # What carries an id we have recorded is another message with the same text.
        return next((sid for sid in found if sid not in known or sid == claimed.provider_id), None)

    def _record_sent(self, claimed: Notification, provider_id: str, *, again: bool) -> None:
        now = self._clock.now()
        with self._pool.connection() as conn, conn.transaction():
            _lock_alarm(conn, claimed)
            recorded = outbox.record_sent(conn, claimed.id, self._name, provider_id, now)
            if recorded is None:
                log.warning(
                    "sent, but the claim had been taken over",
                    notification=claimed.id,
                    alarm=claimed.alarm_id,
                )
                return
            if again:
                message_journal.record_event(conn, recorded, "sent_again", now)
            elif recorded.state == NotificationState.SENT and recorded.provider_rank == 0:
                message_journal.record_event(conn, recorded, "sent", now)

    def _record_error(self, claimed: Notification, error: SendError) -> None:
        now = self._clock.now()
        log.warning(
            "not sent",
            notification=claimed.id,
            alarm=claimed.alarm_id,
            error=error.code,
            try_=claimed.attempts,
        )
        with self._pool.connection() as conn, conn.transaction():
            alarm = _lock_alarm(conn, claimed)
            waits = retry_waits(claimed)
            if error.permanent or claimed.attempts > len(waits):
                self._give_up(conn, claimed, error)
                return
            wait = error.retry_after or waits[claimed.attempts - 1]
            due_at = now + timedelta(seconds=wait)
            again = outbox.record_retry(conn, claimed.id, self._name, error.code, due_at)
            if again is not None and alarm is not None and alarm.state == AlarmState.CLOSED:
                closing.cancel_unsent(conn, alarm, now)
            elif again is not None:
                message_journal.record_event(conn, again, "delivery_delayed", now, error=error.code)
                if claimed.attempts == 1:
                    failover.fail_over(conn, again, now, self._policy)

    def _give_up(self, conn: Connection, claimed: Notification, error: SendError) -> None:
        now = self._clock.now()
        failed = outbox.record_failed(conn, claimed.id, self._name, error.code, now)
        if failed is not None:
            failover.message_failed(conn, failed, error.code, now, self._policy)


def _weight(notification: Notification) -> int:
    """What a message costs of the carrier's rate: its parts; a call as much as one."""
    return segment_count(notification.body) if notification.channel == SMS else 1


def _send_by(claimed: Notification, channel: Channel) -> str:
    """Whatever goes wrong in a channel is a SendError: a message must not stay SENDING for ever."""
    try:
        return channel.send(claimed)
    except SendError:
        raise
    except Exception as error:
        log.exception(
            "channel failed",
            notification=claimed.id,
            alarm=claimed.alarm_id,
            channel=claimed.channel,
        )
        raise SendError("internal", ambiguous=True) from error


def _lock_alarm(conn: Connection, claimed: Notification) -> Alarm | None:
    """Before the message, as every use case does: a callback that is as fast as our own record
    would otherwise wait for us while we wait for it."""
    return alarms.lock(conn, claimed.alarm_id) if claimed.alarm_id is not None else None
