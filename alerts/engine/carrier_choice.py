"""Chooses the carrier of a claimed message, within what its telephone may get, and writes it down
before the carrier is asked."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import structlog

from alerts.notify import message_journal
from alerts.notify.carriers import callee_budget, routing
from alerts.notify.carriers.abilities import CalleeLimit, LookUp
from alerts.notify.carriers.callee_budget import TooOftenError
from alerts.notify.carriers.engaged import ENGAGED, LONGEST, EngagedError, engaged_until
from alerts.notify.carriers.registry import abilities_of
from alerts.notify.channels.interface import SendError
from alerts.notify.channels.voice import TALK, VOICE
from alerts.notify.unanswered import ASKS
from alerts.policy import Policy
from alerts.response.calls.call_progress import PRESSED
from store.alarm import alarms
from store.db import Connection, Pool
from store.home import people
from store.model import Notification
from store.notify import callees, outbox, refusals

log = structlog.get_logger(__name__)


def with_carrier(
    pool: Pool,
    claimed: Notification,
    offered: Collection[str],
    by: str,
    now: datetime,
    policy: Policy,
) -> Notification:
    """The message as it is to leave. SendError: no carrier may have it; TooOftenError,
    EngagedError: not now.

    Where there is but one carrier, which counts nothing, nothing has to be written down but calls:
    one telephone is rung by one at a time.
    """
    if "" in offered:
        return replace(claimed, carrier="")
    offered = _not_abroad(pool, claimed, offered, policy)
    able = routing.able(claimed, offered, policy)
    alone = len(able) == 1 and not _limits(able[0], claimed) and claimed.carrier in ("", able[0])
    if alone and claimed.channel != VOICE:
        return replace(claimed, carrier=able[0])
    with pool.connection() as conn, conn.transaction():
        if claimed.alarm_id is not None:
            alarms.lock(conn, claimed.alarm_id)
        health = {} if alone else refusals.health(conn, claimed.channel)
        chosen = routing.choose(claimed, offered, health, now, policy)
        if not (claimed.in_doubt and _looks_up(chosen.carrier, claimed)):
            _keep_within_limits(conn, claimed, chosen.carrier, now)
        if engaged(conn, claimed, now) is not None:
            raise EngagedError(ENGAGED)
        message = outbox.set_carrier(conn, claimed.id, by, chosen.carrier, now)
        if message is None:
            raise SendError("taken_over", ambiguous=True)
        if chosen.doubled:
            _tell_double(conn, claimed, chosen.carrier, now)
    # What its sender has left behind is in doubt though its row does not say so.
    doubted = claimed.in_doubt and claimed.carrier in ("", chosen.carrier)
    return replace(message, in_doubt=doubted)


def engaged(conn: Connection, claimed: Notification, now: datetime) -> datetime | None:
    """Until when another call is on its telephone, held until the end of the transaction; None: it
    may leave. An operator who calls somebody does not wait, nor what may be ringing already."""
    if claimed.channel != VOICE or claimed.purpose == TALK or claimed.in_doubt:
        return None
    others = callees.other_calls(conn, claimed, now - LONGEST, now, talks=PRESSED)
    return engaged_until(others, now, asks=claimed.purpose in ASKS)


def _not_abroad(
    pool: Pool, claimed: Notification, offered: Collection[str], policy: Policy
) -> Collection[str]:
    """Without the carriers abroad for what concerns a resident of mainland China, wherever the
    number is that it goes to."""
    kept = [name for name in offered if name not in policy.barred_from_mainland]
    if len(kept) == len(offered) or claimed.alarm_id is None:
        return offered
    with pool.connection() as conn:
        return kept if people.resident_in_mainland(conn, claimed.alarm_id) else offered


def send_again(pool: Pool, message: Notification, now: datetime) -> None:
    """Before a message leaves once more that its carrier does not have. TooOftenError: not now."""
    if _limits(message.carrier, message):
        with pool.connection() as conn, conn.transaction():
            _keep_within_limits(conn, message, message.carrier, now)


def _looks_up(carrier: str, message: Notification) -> bool:
    """Whether it is asked for what it may have before that is sent again."""
    found = abilities_of(carrier, message.channel)
    return found is None or found.look_up != LookUp.NONE


def _keep_within_limits(
    conn: Connection, claimed: Notification, carrier: str, now: datetime
) -> None:
    """What may have left and cannot be looked up counts, this message's own tries, too."""
    limits = _limits(carrier, claimed)
    if limits:
        known = _looks_up(carrier, claimed) or claimed.carrier != carrier
        tried = callees.tried(
            conn,
            carrier,
            claimed.channel,
            claimed.address,
            now - callee_budget.longest(limits),
            not_counted=claimed.id if known else 0,
        )
        for_life = callee_budget.is_for_life(claimed)
        seconds = callee_budget.wait(tried, limits, now, for_life=for_life)
        if seconds > 0:
            raise TooOftenError(seconds)


def _limits(carrier: str, message: Notification) -> tuple[CalleeLimit, ...]:
    found = abilities_of(carrier, message.channel)
    return found.callee_limits if found is not None else ()


def _tell_double(conn: Connection, claimed: Notification, carrier: str, now: datetime) -> None:
    """The carrier before may have it all the same: somebody may get it twice."""
    message_journal.record_event(
        conn, claimed, "carrier_passed_over", now, passed_over=claimed.carrier, by=carrier
    )
    log.warning(
        "carrier passed over, a double is possible",
        notification=claimed.id,
        alarm=claimed.alarm_id,
        carrier=claimed.carrier,
        by=carrier,
    )
