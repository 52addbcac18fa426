"""Sends what the outbox holds: claimed, sent outside any transaction, recorded."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from alerts import delivery, desk
from alerts.channels.base import Channel, SendError
from alerts.policy import Policy
from store import alarms, outbox
from store.clock import Clock
from store.db import Connection, Pool
from store.model import Alarm, AlarmState, Lane, Notification, NotificationState

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
"""Then the message counts as failed; with the waits below that is after about two minutes."""
_WAITS = (1, 2, 4, 8, 15, 30, 60)
"""Seconds before the second, third, … try."""


class Sender:
    """Works off one lane. `name` is unique among all senders: it marks the claims."""

    def __init__(
        self, pool: Pool, channels: Mapping[str, Channel], clock: Clock, policy: Policy, name: str
    ) -> None:
        self._pool = pool
        self._channels = channels
        self._clock = clock
        self._policy = policy
        self._name = name

    def send_next(self, lane: Lane) -> bool:
        """Send one due message of the lane. False: none is due."""
        with self._pool.connection() as conn:
            claimed = outbox.claim(conn, lane, self._name, self._clock.now(), list(self._channels))
        if claimed is None:
            return False
        self._send(claimed, in_the_dark=claimed.attempts > 1)
        return True

    def take_over_abandoned(self) -> bool:
        """Finish one message whose sender died between claim and record. False: there is none."""
        now = self._clock.now()
        before = now - timedelta(seconds=self._policy.claim_timeout)
        with self._pool.connection() as conn:
            claimed = outbox.claim_abandoned(conn, self._name, before, now, list(self._channels))
        if claimed is None:
            return False
        log.warning("taking over an abandoned message", notification=claimed.id)
        self._send(claimed, in_the_dark=True)
        return True

    def _send(self, claimed: Notification, *, in_the_dark: bool) -> None:
        """`in_the_dark`: an earlier try may have reached the carrier; look before sending."""
        channel = self._channels[claimed.channel]
        try:
            provider_id = self._found_at_carrier(claimed, channel) if in_the_dark else None
            again = in_the_dark and provider_id is None
            if provider_id is None:
                provider_id = _hand_over(claimed, channel)
        except SendError as error:
            self._record_error(claimed, error)
            return
        self._record_sent(claimed, provider_id, again=again)

    def _found_at_carrier(self, claimed: Notification, channel: Channel) -> str | None:
        try:
            found = channel.find(claimed, claimed.created_at)
        except SendError as error:
            if error.permanent:
                return None  # never to be known: sending twice beats not sending
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
                log.warning("sent, but the claim had been taken over", notification=claimed.id)
                return
            if again:
                delivery.record(conn, recorded, "sent_again", now)
            elif recorded.state == NotificationState.SENT and recorded.provider_rank == 0:
                delivery.record(conn, recorded, "sent", now)

    def _record_error(self, claimed: Notification, error: SendError) -> None:
        now = self._clock.now()
        log.warning("not sent", notification=claimed.id, error=error.code, try_=claimed.attempts)
        with self._pool.connection() as conn, conn.transaction():
            alarm = _lock_alarm(conn, claimed)
            if error.permanent or claimed.attempts >= MAX_ATTEMPTS:
                self._give_up(conn, claimed, error)
                return
            wait = error.retry_after or _WAITS[min(claimed.attempts, len(_WAITS)) - 1]
            due_at = now + timedelta(seconds=wait)
            again = outbox.record_retry(conn, claimed.id, self._name, error.code, due_at)
            if again is not None and alarm is not None and alarm.state == AlarmState.CLOSED:
                desk.cancel_unsent(conn, alarm, now)
            elif again is not None:
                delivery.record(conn, again, "delivery_delayed", now, error=error.code)
                if claimed.attempts == 1:
                    delivery.go_on(conn, again, now, self._policy)

    def _give_up(self, conn: Connection, claimed: Notification, error: SendError) -> None:
        now = self._clock.now()
        failed = outbox.record_failed(conn, claimed.id, self._name, error.code, now)
        if failed is not None:
            delivery.failed(conn, failed, error.code, now, self._policy)


def _hand_over(claimed: Notification, channel: Channel) -> str:
    """Whatever goes wrong in a channel is a SendError: a message must not stay SENDING for ever."""
    try:
        return channel.send(claimed)
    except SendError:
        raise
    except Exception as error:
        log.exception("channel failed", notification=claimed.id, channel=claimed.channel)
        raise SendError("internal", ambiguous=True) from error


def _lock_alarm(conn: Connection, claimed: Notification) -> Alarm | None:
    """Before the message, as every use case does: a callback that is as fast as our own record
    would otherwise wait for us while we wait for it."""
    return alarms.lock(conn, claimed.alarm_id) if claimed.alarm_id is not None else None
