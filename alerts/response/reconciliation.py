"""Fetches from the carrier what its callbacks missed: replies, and how messages and calls ended.

A callback is tried for seconds and then lost, like the answer in it. What is fetched goes through
the same use cases as the callbacks, so that whichever comes second is a repetition.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import psycopg
import structlog

from alerts.notify.carriers.interface import ByCarrier, carriers_of
from alerts.notify.carriers.twilio.record import TWILIO
from alerts.notify.channels.interface import (
    AskedByNumber,
    CarrierReply,
    CarrierReport,
    Channel,
    Reconcilable,
    SendError,
)
from alerts.notify.channels.voice import VOICE
from alerts.policy import Policy
from alerts.response.calls.call_answers import receive_status
from alerts.response.calls.call_script import PickedUp
from alerts.response.delivery_reports import receive_callback
from alerts.response.sms_replies import InboundSms, receive_sms
from store.db import Pool
from store.model import Notification
from store.notify import outbox

log = structlog.get_logger(__name__)

LOOKBACK = timedelta(hours=6)
"""How far back it is asked: longer than an API is away that somebody looks after."""
MOST_SINGLE = 200
"""Messages asked for one by one in a round, the oldest first."""
SETTLING = timedelta(seconds=30)
"""What has just left is not asked for: its callbacks are on their way."""


@dataclass(slots=True)
class Reconciled:
    """How many replies and ends of messages nobody had told us of."""

    replies: int = 0
    reports: int = 0


def _never() -> bool:
    return False


def reconcile(
    pool: Pool,
    channels: Mapping[str, Channel | ByCarrier],
    now: datetime,
    policy: Policy,
    stopping: Callable[[], bool] = _never,
) -> Reconciled:
    """Ask every carrier that can be asked. One that refuses is asked again in the next round."""
    done = Reconciled()
    for name, carrier, channel in _by_carrier(channels):
        if stopping():
            break
        try:
            if isinstance(channel, Reconcilable):
                done.replies += _fetch_replies(pool, channel, now, policy)
            if isinstance(channel, Reconcilable | AskedByNumber):
                done.reports += _fetch_reports(pool, carrier, name, channel, now, policy)
        except SendError as error:
            log.warning(
                "carrier not asked for what was missed",
                carrier=carrier,
                channel=name,
                error=error.code,
            )
    if done.replies or done.reports:
        log.info("fetched from the carrier", replies=done.replies, reports=done.reports)
    return done


def _by_carrier(
    channels: Mapping[str, Channel | ByCarrier],
) -> Iterator[tuple[str, str, Channel]]:
    for name, channel in channels.items():
        for carrier, sending in carriers_of(channel).items():
            yield name, carrier, sending


def _fetch_replies(pool: Pool, channel: Reconcilable, now: datetime, policy: Policy) -> int:
    """The oldest first: of several answers the last one stands."""
    found = sorted(channel.replies(now - LOOKBACK), key=lambda reply: reply.at)
    with pool.connection() as conn:
        known = outbox.known_inbound(conn, [reply.provider_id for reply in found])
    return sum(
        _apart(partial(_take_reply, pool, reply, now, policy))
        for reply in found
        if reply.provider_id not in known
    )


def _take_reply(pool: Pool, reply: CarrierReply, now: datetime, policy: Policy) -> bool:
    """Whether it was news. One that the database refuses must not hide those after it."""
    sms = InboundSms(
        reply.provider_id,
        reply.address,
        reply.body,
        reply.to,
        written_at=min(reply.at, now),
        media=reply.media,
    )
    try:
        with pool.connection() as conn:
            done = receive_sms(conn, sms, now, policy)
    except psycopg.DataError:
        log.exception("a fetched reply cannot be stored")
        return False
    log.info("inbound sms", taken_for=done, fetched=True)
    return done != "repetition"


def _fetch_reports(
    pool: Pool,
    carrier: str,
    name: str,
    channel: Reconcilable | AskedByNumber,
    now: datetime,
    policy: Policy,
) -> int:
    with pool.connection() as conn:
        unfinished = outbox.unfinished(conn, carrier, name, now - LOOKBACK, now - SETTLING)
    waiting = {n.provider_id: n for n in unfinished if n.provider_id is not None}
    if not waiting:
        return 0
    found = _reports(channel, waiting)
    return sum(
        _apart(partial(_take_report, pool, waiting[report.provider_id], report, now, policy))
        for report in found
    )


def _reports(
    channel: Reconcilable | AskedByNumber, waiting: Mapping[str, Notification]
) -> Sequence[CarrierReport]:
    if isinstance(channel, Reconcilable):
        return channel.reports({sid: n.sent_at or n.created_at for sid, n in waiting.items()})
    asked = [channel.report_of(n) for n in list(waiting.values())[:MOST_SINGLE]]
    return [report for report in asked if report is not None]


def _apart(take: Callable[[], bool]) -> bool:
    """In a context of its own, as a request has: log lines name the alarm of one and no other."""
    return copy_context().run(take)


def _take_report(
    pool: Pool, notification: Notification, report: CarrierReport, now: datetime, policy: Policy
) -> bool:
    """Whether it was news."""
    with pool.connection() as conn:
        if notification.channel == VOICE:
            call = PickedUp(
                notification.id, report.provider_id, carrier=notification.carrier or TWILIO
            )
            done = receive_status(conn, call, report.status, report.seconds, now, policy)
        else:
            done = receive_callback(
                conn,
                notification.id,
                report.provider_id,
                report.status,
                report.error_code,
                now,
                policy,
                notification.carrier or TWILIO,
            )
    log.debug("carrier asked", notification=notification.id, status=report.status, done=done)
    return done not in _NO_NEWS


_NO_NEWS: Sequence[str] = ("known", "talking", "unknown call", "unknown message", "unknown status")
