"""Sends messages of the outbox: claims, sends outside any transaction, records; retries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from alerts.engine import carrier_choice, carrier_refusals
from alerts.engine.carrier_refusals import lock_alarm
from alerts.engine.lane_claims import LaneClaims
from alerts.escalation import withdrawal
from alerts.notify import carrier_recovery, message_journal, queueing
from alerts.notify.carriers.callee_budget import TooOftenError, longest_wait
from alerts.notify.carriers.engaged import LOOK_AGAIN, EngagedError
from alerts.notify.carriers.interface import ByCarrier, carriers_of
from alerts.notify.channels.interface import Channel, Fault, SendError
from alerts.notify.channels.voice import VOICE
from alerts.notify.retry_schedule import is_kept, retry_waits
from alerts.policy import Policy
from alerts.response import failover
from store.clock import Clock
from store.db import Connection, Pool
from store.model import Alarm, Notification, NotificationState, OutboxLane
from store.notify import callees, outbox, refusals

log = structlog.get_logger(__name__)

PROBE_EVERY = 2.0
"""Seconds without a try after which a carrier that refuses is tried again, so that a message leaves
within five of its recovery."""
FRESH = timedelta(seconds=5)
"""A message that was queued so recently is sent without asking again whether it is wanted."""


class Sender:
    """Sends the messages of one lane. `name` is unique among all senders: it marks the claims."""

    def __init__(
        self,
        pool: Pool,
        channels: Mapping[str, Channel | ByCarrier],
        clock: Clock,
        policy: Policy,
        name: str,
    ) -> None:
        self._pool = pool
        self._channels = channels
        self._clock = clock
        self._policy = policy
        self._name = name
        self._lanes = LaneClaims(list(channels), policy.segments_per_second)

    def send_next(self, lane: OutboxLane) -> bool:
        """Send one due message of the lane. False: none is due, or its sender is busy."""
        with self._pool.connection() as conn:
            claimed = self._lanes.claim(conn, lane, self._name, self._clock.now())
        if claimed is None:
            return False
        self._send(claimed, maybe_sent=claimed.in_doubt)
        return True

    def next_due(self, conn: Connection, lane: OutboxLane) -> datetime | None:
        """When the lane has something to send and may send it; None: nothing waits."""
        return self._lanes.next_due(conn, lane)

    def probe(self) -> bool:
        """Try the most urgent message that waits for a carrier, though its own time has not come:
        that the carrier is well again must not be noticed a minute late. False: no carrier is
        unwell, or each was tried just now."""
        now = self._clock.now()
        with self._pool.connection() as conn:
            claimed = refusals.claim_probe(conn, self._name, now, list(self._channels), PROBE_EVERY)
        if claimed is None:
            return False
        self._send(claimed, maybe_sent=claimed.in_doubt)
        return True

    def next_probe(self, conn: Connection) -> datetime | None:
        return refusals.next_probe(conn, list(self._channels), PROBE_EVERY)

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
        carriers = carriers_of(self._channels[claimed.channel])
        try:
            doubted = replace(claimed, in_doubt=maybe_sent)
            message = carrier_choice.with_carrier(
                self._pool, doubted, carriers, self._name, self._clock.now(), self._policy
            )
        except TooOftenError as error:
            self._postpone(claimed, error)
            return
        except EngagedError as error:
            self._await_line(claimed, error)
            return
        except SendError as error:
            self._record_error(claimed, error, in_doubt=maybe_sent)
            return
        self._send_by(message, carriers[message.carrier], maybe_sent=message.in_doubt)

    def _send_by(self, claimed: Notification, channel: Channel, *, maybe_sent: bool) -> None:
        try:
            provider_id = self._found_at_carrier(claimed, channel) if maybe_sent else None
            again = maybe_sent and provider_id is None
            if provider_id is None and self._is_withdrawn(claimed):
                return
            if again:
                carrier_choice.send_again(self._pool, claimed, self._clock.now())
            if provider_id is None:
                provider_id = _handed_over(claimed, channel)
        except TooOftenError as error:
            self._postpone(claimed, error)
            return
        except SendError as error:
            self._record_error(claimed, error, in_doubt=maybe_sent or error.ambiguous)
            return
        self._record_sent(claimed, provider_id, again=again)
        with self._pool.connection() as conn:
            carrier_recovery.message_accepted(
                conn, claimed.carrier, claimed.channel, self._clock.now()
            )
        log.info("sent", notification=claimed.id, alarm=claimed.alarm_id, channel=claimed.channel)

    def _found_at_carrier(self, claimed: Notification, channel: Channel) -> str | None:
        try:
            found = channel.find(claimed, claimed.created_at)
        except SendError as error:
            if error.permanent and error.fault is None:
                return None  # never to be known: sending twice is better than not sending
            raise
        with self._pool.connection() as conn:
            others = bool(found) and outbox.others_being_sent(conn, claimed)
            known = outbox.known_provider_ids(conn, claimed.carrier, found)
        # What carries an id we have recorded is another message with the same text, or an earlier
        # sending of this one that the carrier took and gave back.
        own = claimed.provider_id if claimed.fault is None else None
        unknown = next((sid for sid in found if sid not in known or sid == own), None)
        if unknown is not None and unknown != own and others:
            raise SendError("whose", ambiguous=True)  # theirs, perhaps: known when it is recorded
        return unknown

    def _is_withdrawn(self, claimed: Notification) -> bool:
        """Whether it is not wanted any more. What is sent at once is not looked at again: whoever
        makes it unwanted withdraws what waits."""
        now = self._clock.now()
        if claimed.attempts <= 1 and now - claimed.created_at < FRESH:
            return False
        with self._pool.connection() as conn, conn.transaction():
            return _withdrawn(conn, lock_alarm(conn, claimed), claimed, now)

    def _record_sent(self, claimed: Notification, provider_id: str, *, again: bool) -> None:
        now = self._clock.now()
        with self._pool.connection() as conn, conn.transaction():
            lock_alarm(conn, claimed)
            recorded = outbox.record_sent(
                conn, claimed.id, self._name, provider_id, now, claimed.carrier
            )
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

    def _record_error(self, claimed: Notification, error: SendError, *, in_doubt: bool) -> None:
        now = self._clock.now()
        log.warning(
            "not sent",
            notification=claimed.id,
            alarm=claimed.alarm_id,
            error=error.code,
            try_=claimed.attempts,
        )
        if error.fault is not None and is_kept(claimed, now):
            carrier_refusals.keep(
                self._pool,
                claimed,
                error,
                self._name,
                now,
                self._policy,
                in_doubt=in_doubt,
                offered=carriers_of(self._channels[claimed.channel]),
            )
            return
        with self._pool.connection() as conn, conn.transaction():
            alarm = lock_alarm(conn, claimed)
            waits, tries = retry_waits(claimed), max(1, claimed.attempts - claimed.refusals)
            if error.permanent or error.fault is Fault.ACCOUNT or tries > len(waits):
                self._give_up(conn, claimed, error)
                return
            wait = max(error.retry_after or 0.0, waits[tries - 1])
            due_at = now + timedelta(seconds=wait)
            again = outbox.record_retry(
                conn,
                claimed.id,
                self._name,
                error.code,
                due_at,
                in_doubt=in_doubt,
                carrier=claimed.carrier,
            )
            if again is None or _withdrawn(conn, alarm, again, now):
                return
            message_journal.record_event(conn, again, "delivery_delayed", now, error=error.code)
            if tries == 1:
                failover.fail_over(conn, again, now, self._policy)

    def _postpone(self, claimed: Notification, error: TooOftenError) -> None:
        """The telephone has had what its carrier lets it have: the person's next way at once, and
        this one later, unless that is too late."""
        now = self._clock.now()
        with self._pool.connection() as conn, conn.transaction():
            alarm = lock_alarm(conn, claimed)
            if error.seconds > longest_wait(claimed):
                self._give_up(conn, claimed, error)
                return
            due_at = now + timedelta(seconds=error.seconds)
            waiting = callees.postpone(conn, claimed.id, self._name, error.code, due_at)
            if waiting is None or _withdrawn(conn, alarm, waiting, now):
                return
            if claimed.error_code != error.code:
                message_journal.record_event(
                    conn, waiting, "delivery_delayed", now, error=error.code
                )
                failover.fail_over(conn, waiting, now, self._policy)

    def _await_line(self, claimed: Notification, error: EngagedError) -> None:
        """It leaves when the other call is over, or is looked at again; what else there is to the
        person is tried at once."""
        now = self._clock.now()
        with self._pool.connection() as conn, conn.transaction():
            alarm = lock_alarm(conn, claimed)
            until = carrier_choice.engaged(conn, claimed, now)  # it may be over by now
            due_at = min(until or now, now + LOOK_AGAIN)
            waiting = callees.await_line(conn, claimed.id, self._name, due_at)
            if waiting is None or _withdrawn(conn, alarm, waiting, now):
                return
            if until is not None and claimed.due_at <= claimed.created_at:
                message_journal.record_event(
                    conn, waiting, "delivery_delayed", now, error=error.code
                )
                failover.try_otherwise(conn, waiting, now, self._policy)

    def _give_up(self, conn: Connection, claimed: Notification, error: SendError) -> None:
        now = self._clock.now()
        failed = outbox.record_failed(conn, claimed.id, self._name, error.code, now)
        if failed is not None:
            failover.message_failed(conn, failed, error.code, now, self._policy)
            if failed.channel == VOICE:
                queueing.line_is_free(conn, failed.address, now)


def _withdrawn(
    conn: Connection, alarm: Alarm | None, notification: Notification, now: datetime
) -> bool:
    return alarm is not None and withdrawal.withdraw_unwanted(conn, alarm, notification, now)


def _handed_over(claimed: Notification, channel: Channel) -> str:
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
