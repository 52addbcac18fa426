"""Raises or repeats an alarm, for a signal, for device monitoring or for a rule.

A detector that flaps states its alarm a hundred thousand times. Each makes the alarm's count go up;
the journal gets the first few as they come, the others are counted, and once a minute an engine
writes a line about them (alerts/work/flapping.py).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from alerts.duty import joining
from alerts.escalation import plan_runner
from alerts.metrics import RAISED
from alerts.policy import Policy
from store.alarm import alarms, emergencies, repeat_counts
from store.alarm.alarms import NewAlarm
from store.alarm.kinds import record_of
from store.alarm.signal_context import SignalContext
from store.db import Connection
from store.escalation import plans as plan_rows
from store.model import Alarm, Kind, Priority
from store.watch import monitored_devices

log = structlog.get_logger(__name__)

CODES_TRIED = 16
"""With 1,000 of 9,000 codes in use all of them are taken once in 10^15 alarms; then six digits are
as good."""


FIRST_FEW = 5
"""Repeats with lines of their own: who presses again in fear is told one by one."""
COUNTED = frozenset({"hub", "system"})
"""Who repeats without end; what a person does has a line of its own."""


@dataclass(frozen=True, slots=True)
class AlarmCondition:
    """What an alarm is about. `home_id` None: an area's alarm. `dedup_key`: see dedup_key_of."""

    kind: Kind
    home_id: int | None
    area_id: int
    device_id: int | None
    dedup_key: str
    occurred_at: datetime
    late: bool = False
    actor: str = "system"
    via: str = ""


def raise_alarm(
    conn: Connection,
    condition: AlarmCondition,
    now: datetime,
    policy: Policy,
    *,
    inhibited_by: int | None = None,
    context: SignalContext | None = None,
) -> tuple[Alarm, bool]:
    """Raise an alarm, or repeat the open one; a new one starts its plan, unless it is explained by
    another (`inhibited_by`): then nobody is notified of it. `context`: the home's, if it is
    loaded already."""
    kind = record_of(condition.kind)
    priority = kind.priority
    plan = (
        context.plan
        if context
        else plan_rows.plan_for(conn, condition.home_id, condition.kind, endangers=kind.endangers)
    )
    alarm, raised = alarms.raise_or_repeat(
        conn,
        NewAlarm(
            codes=_codes(priority),
            home_id=condition.home_id,
            area_id=condition.area_id,
            device_id=condition.device_id,
            kind=condition.kind,
            dedup_key=condition.dedup_key,
            priority=priority,
            now=now,
            occurred_at=condition.occurred_at,
            late=condition.late,
            plan_id=plan.id if plan else None,
        ),
    )
    _journal(conn, alarm, condition, now, raised=raised)
    if raised:
        RAISED.labels(alarm.kind, str(int(alarm.priority))).inc()
        # Not louder: a written line costs the press 1.5 ms before its COMMIT (measured).
        log.debug("alarm raised", alarm=alarm.id, kind=alarm.kind, home=alarm.home_id)
        if inhibited_by is not None:
            return _inhibited(conn, alarm, inhibited_by, now), raised
        if context.under_way if context else _under_way(conn, alarm):
            joining.join_under_way(conn, alarm, now, policy)
        plan_runner.start(conn, alarm, now, policy, plan, context.family if context else None)
    alarms.notify(conn, "alarm", alarm.id)
    return alarm, raised


def _under_way(conn: Connection, alarm: Alarm) -> bool:
    return alarm.home_id is not None and emergencies.under_way(conn, alarm.home_id)


def _journal(
    conn: Connection, alarm: Alarm, condition: AlarmCondition, now: datetime, *, raised: bool
) -> None:
    """All that the row holds: the journal alone must be enough to rebuild it."""
    said: dict[str, Any] = {
        "at": now,
        "actor": condition.actor,
        "via": condition.via,
        "device": condition.device_id,
        "kind": alarm.kind,
        "priority": alarm.priority,
        "late": condition.late,
        "occurred_at": condition.occurred_at.isoformat(),
        "plan": alarm.plan_id,
    }
    said |= standing(alarm)
    if raised:
        said |= {"code": alarm.code, "home": alarm.home_id, "area": alarm.area_id}
        alarms.journal(conn, alarm.id, "raised", **said, subject=alarm.subject)
    elif is_counted(alarm, condition.actor):
        repeat_counts.add(conn, alarm.id, condition.device_id, now, cleared=False)
    else:
        alarms.journal(conn, alarm.id, "repeated", **said)


def is_counted(alarm: Alarm, actor: str) -> bool:
    """Whether what is stated of it is counted, and not written down each time."""
    return alarm.count > FIRST_FEW + 1 and actor in COUNTED


def standing(alarm: Alarm) -> dict[str, Any]:
    """What repeats and clearings change of an alarm, as it is by now."""
    return {
        "count": alarm.count,
        "last_signal_at": alarm.last_signal_at.isoformat(),
        "cleared_at": alarm.cleared_at.isoformat() if alarm.cleared_at else None,
    }


def _inhibited(conn: Connection, alarm: Alarm, by: int, now: datetime) -> Alarm:
    child = monitored_devices.inhibit(conn, alarm.id, by)
    assert child is not None  # noqa: S101  it was raised in this very transaction
    alarms.journal(conn, alarm.id, "inhibited", at=now, actor="system", by=by)
    return child


def _codes(priority: Priority) -> list[str]:
    """Short codes for SMS and calls, to take the first free one of: digits, because any phone can
    type them.

    Four digits where a person answers; technical alarms may be thousands at once and get six.
    """
    short = [4] * CODES_TRIED if priority <= Priority.PERSON_AT_RISK else []
    return [_code(digits) for digits in (*short, *[6] * CODES_TRIED)]


def _code(digits: int) -> str:
    lowest = 10 ** (digits - 1)
    return str(lowest + secrets.randbelow(9 * lowest))
