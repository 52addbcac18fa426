"""A signal has come: store it, raise, repeat or clear. One transaction, the caller's."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from alerts import plans
from alerts.classify import PRIORITY, Effect, effect_of, subject_of, takes_back
from alerts.identity import is_repeat, renamed
from alerts.policy import Policy
from store import alarms, signals
from store.alarms import NewAlarm
from store.db import Connection
from store.model import Alarm, Device, Kind, Priority, Signal

CODES_TRIED = 16
"""With 1,000 of 9,000 codes in use all of them are taken once in 10^15 alarms; the next try of
the same signal draws others."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a signal, for the acknowledgement to the hub."""

    alarm_id: int | None
    raised: bool
    known: bool
    """The same signal was stored before; nothing was counted again."""


def receive_signal(
    conn: Connection, device: Device, signal: Signal, now: datetime, policy: Policy
) -> Receipt:
    """Store a signal and do what it asks for, all or nothing with the caller's transaction.

    After COMMIT the alarm exists: only then may the broker or the hub be told.
    """
    row = signals.add_signal(conn, device, signal)
    if row is None and signal.signal_id is not None:
        known = signals.known_signal(conn, device, signal.signal_id)
        if known is not None and not is_repeat(signal, known):
            return receive_signal(conn, device, renamed(signal), now, policy)
        return Receipt(known.alarm_id if known else None, False, known=True)
    assert row is not None  # noqa: S101  without an id nothing can be known before
    overtaken = signal.late and signals.superseded(conn, device, row, signal.kind, signal.at)
    effect = effect_of(signal, superseded=overtaken)
    if effect == Effect.RAISE:
        alarm, raised = raise_alarm(conn, device, signal, now, policy)
        signals.tie_to_alarm(conn, row, alarm.id)
        return Receipt(alarm.id, raised, known=False)
    if effect == Effect.CLEAR:
        cleared = _clear(conn, device, signal, now)
        return Receipt(cleared.id if cleared else None, False, known=False)
    taken_back = _taken_back(conn, device, signal, now, policy)
    if taken_back is not None:
        signals.tie_to_alarm(conn, row, taken_back.id)
    return Receipt(taken_back.id if taken_back else None, False, known=False)


def _taken_back(
    conn: Connection, device: Device, signal: Signal, now: datetime, policy: Policy
) -> Alarm | None:
    """The open call that the resident cancels with this signal: noted, and it stays open."""
    if signal.active or signal.kind != Kind.HELP_CALL:
        return None
    alarm = alarms.lock_open(conn, device.home_id, signal.kind)
    if alarm is None or not takes_back(signal, alarm.last_signal_at, policy.cancel_window):
        return None
    alarms.journal(conn, alarm.id, "cancelled_by_resident", at=now, actor="hub", via="mqtt",
                   device=device.id, occurred_at=signal.at.isoformat())  # fmt: skip
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)
    return alarm


def raise_alarm(
    conn: Connection, device: Device, signal: Signal, now: datetime, policy: Policy
) -> tuple[Alarm, bool]:
    """Raise an alarm, or repeat the open one; a new one starts its plan."""
    plan = alarms.plan_for(conn, device.home_id, signal.kind)
    alarm, raised = alarms.raise_or_repeat(
        conn,
        NewAlarm(
            codes=_codes(PRIORITY[signal.kind]),
            home_id=device.home_id,
            area_id=device.area_id,
            device_id=device.id,
            kind=signal.kind,
            subject=subject_of(signal.kind, device.code),
            priority=PRIORITY[signal.kind],
            now=now,
            occurred_at=signal.at,
            late=signal.late,
            plan_id=plan.id if plan else None,
        ),
    )
    alarms.journal(
        conn, alarm.id, "raised" if raised else "repeated", at=now, actor="hub", via="mqtt",
        device=device.id, kind=alarm.kind, priority=alarm.priority, count=alarm.count,
        late=signal.late, occurred_at=signal.at.isoformat(), plan=alarm.plan_id,
    )  # fmt: skip
    if raised:
        plans.start(conn, alarm, now, policy)
    alarms.notify(conn, "alarm", alarm.id)
    return alarm, raised


def _clear(conn: Connection, device: Device, signal: Signal, now: datetime) -> Alarm | None:
    subject = subject_of(signal.kind, device.code)
    alarm = alarms.clear(conn, device.home_id, device.id, signal.kind, subject, signal.at)
    if alarm is not None:
        alarms.journal(
            conn, alarm.id, "cleared", at=now, actor="hub", via="mqtt", device=device.id,
            occurred_at=signal.at.isoformat(),
        )  # fmt: skip
        alarms.notify(conn, "alarm", alarm.id)
    return alarm


def _codes(priority: Priority) -> list[str]:
    """Short codes for SMS and calls, to take the first free one of: digits, because any phone can
    type them.

    Four digits where a person answers; technical alarms may be thousands at once and get six.
    """
    digits = 4 if priority <= Priority.PERSON_AT_RISK else 6
    lowest = 10 ** (digits - 1)
    return [str(lowest + secrets.randbelow(9 * lowest)) for _ in range(CODES_TRIED)]
