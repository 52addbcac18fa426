"""Lines of an alarm's protocol that were done, and referrals to outside services (110, 120, …).

Each function is one use case and one transaction; all raise NotFoundError, TakenError or
RefusedError.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count

from alerts.alarm import locking, re_alarming
from alerts.errors import NotFoundError, RefusedError, UnacceptableError
from alerts.escalation.steps import SERVICES
from alerts.policy import Policy
from store.alarm import alarms, protocols, referrals
from store.alarm.protocols import Protocol
from store.db import Connection
from store.model import Alarm, Kind, User

MOST_LINES = 30


def mark_line_done(
    conn: Connection,
    alarm_id: int,
    line: str,
    by: User,
    now: datetime,
    policy: Policy,
    via: str = "console",
) -> Alarm:
    """A line of the protocol was done. Once more changes nothing."""
    with conn.transaction():
        alarm = locking.owned_alarm(conn, alarm_id, by)
        protocol = protocols.in_force(conn, alarm.kind, alarm.raised_at)
        if protocol is None or line not in {each["code"] for each in protocol.lines}:
            raise NotFoundError(f"the protocol of this alarm has no line {line}")
        if line in {done.line for done in protocols.ticks(conn, alarm_id)}:
            return alarm
        alarms.journal(
            conn,
            alarm_id,
            "protocol_done",
            at=now,
            actor=f"user:{by.id}",
            via=via,
            line=line,
            version=protocol.version,
        )
        return re_alarming.note_progress(conn, alarm, by, now, policy)


def refer(
    conn: Connection,
    alarm_id: int,
    service: str,
    said: str,
    reference: str,
    by: User,
    now: datetime,
    policy: Policy,
    via: str = "console",
) -> Alarm:
    """Record a referral to an outside service (110, 119, 120, 12345): what was said, its number.

    The alarm stays with the centre: referred does not mean that somebody has arrived.
    """
    if service not in SERVICES:
        raise RefusedError(f"the service must be one of {', '.join(SERVICES)}")
    if not said.strip():
        raise RefusedError("write down what was said")
    with conn.transaction():
        alarm = locking.owned_alarm(conn, alarm_id, by)
        number = referrals.add(
            conn,
            alarm_id,
            service=service,
            by_user=by.id,
            reference=reference.strip(),
            said=said.strip(),
            now=now,
        )
        alarms.journal(
            conn,
            alarm_id,
            "handed_over",
            at=now,
            actor=f"user:{by.id}",
            via=via,
            service=service,
            hand_over=number,
        )
        return re_alarming.note_progress(conn, alarm, by, now, policy)


def write_protocol(
    conn: Connection,
    kind: Kind,
    lines: Sequence[dict[str, str]],
    review_by: date,
    by: User,
    now: datetime,
    policy: Policy,
) -> Protocol:
    """The next version of a kind's protocol, for alarms raised from now on. The same lines with a
    later date are a review that changed nothing. A line without a code is given one.

    UnacceptableError: no lines, too many, or a code twice; RefusedError: the date has passed.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise UnacceptableError(f"a protocol has 1 to {MOST_LINES} lines")
    codes = [line["code"] for line in lines if "code" in line]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise RefusedError(f"each line needs a code of its own, twice: {', '.join(twice)}")
    if review_by <= now.astimezone(policy.timezone).date():
        raise RefusedError("the review date must be in the future")
    with conn.transaction():
        return protocols.add(conn, kind, with_codes(lines), review_by, by=by.id, now=now)


def with_codes(lines: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Lines without a code get line_1, line_2 …, whichever is free."""
    taken = {line["code"] for line in lines if "code" in line}
    free = (f"line_{number}" for number in count(1) if f"line_{number}" not in taken)
    return [line if "code" in line else {"code": next(free), **line} for line in lines]
