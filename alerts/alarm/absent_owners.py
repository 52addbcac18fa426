"""An owner who is gone owns nothing: what they had in hand goes back to the queue, or to whoever
takes it over. Gone is who was at the desk and has logged out or lost the connection."""

from datetime import datetime, timedelta

import structlog

from alerts.alarm.re_alarming import re_alarm
from alerts.policy import OWNED, Policy
from store.access import desk_presence, desk_telephones
from store.alarm import alarms
from store.db import Connection, Pool

log = structlog.get_logger(__name__)

GONE, LOGGED_OUT = "owner_gone", "owner_logged_out"
"""Why an alarm is raised again."""


def is_away(conn: Connection, user_id: int, now: datetime, policy: Policy) -> bool:
    """Whether they were at the desk and are not any more."""
    seen = desk_presence.last_seen(conn, [user_id]).get(user_id)
    return seen is not None and seen < now - timedelta(seconds=policy.at_desk)


def is_there(conn: Connection, user_id: int, now: datetime, policy: Policy) -> bool:
    """Whether they are at the desk. Who never was, or has logged out, is not."""
    seen = desk_presence.last_seen(conn, [user_id]).get(user_id)
    return seen is not None and seen >= now - timedelta(seconds=policy.at_desk)


def raise_what_the_absent_own(pool: Pool, now: datetime, policy: Policy) -> int:
    """Raise again what belongs to owners who have been gone for `owner_away`; one transaction each.
    Returns how many alarms."""
    before = now - timedelta(seconds=policy.owner_away)
    with pool.connection() as conn:
        wanted = desk_presence.absent_owners_alarms(conn, before)
    return sum(_raise_one(pool, number, before, now, policy) for number in wanted)


def _raise_one(pool: Pool, alarm_id: int, before: datetime, now: datetime, policy: Policy) -> bool:
    with pool.connection() as conn, conn.transaction():
        alarm = alarms.lock(conn, alarm_id)
        if alarm is None or alarm.state not in OWNED or alarm.owner_id is None:
            return False
        seen = desk_presence.last_seen(conn, [alarm.owner_id]).get(alarm.owner_id)
        if seen is None or seen >= before:  # back, or handed over, meanwhile
            return False
        re_alarm(conn, alarm, GONE, now, policy)
        log.info("owner gone", alarm=alarm_id, user=alarm.owner_id)
        return True


def logged_out(conn: Connection, user_id: int, now: datetime, policy: Policy) -> list[int]:
    """They have left the desk with their last log-in: all they own is raised again at once. The ids
    of those alarms. One transaction."""
    with conn.transaction():
        desk_presence.left(conn, user_id)
        desk_telephones.finish(conn, user_id)
        raised = []
        for number in desk_presence.alarms_of_owner(conn, user_id):
            alarm = alarms.lock(conn, number)
            if alarm is not None and alarm.owner_id == user_id and alarm.shelved_until is None:
                re_alarm(conn, alarm, LOGGED_OUT, now, policy)
                raised.append(number)
        return raised
