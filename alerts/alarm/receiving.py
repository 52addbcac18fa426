"""Stores a signal, then raises, repeats or clears its alarm. In the transaction of ingest."""

from dataclasses import dataclass
from datetime import datetime

from alerts.alarm import clearing, raising, shelving, signal_effect, suppression
from alerts.alarm.raising import AlarmCondition
from alerts.alarm.signal_effect import Effect, SignalDecision
from alerts.alarm.signal_identity import is_repeat, with_new_id
from alerts.notify import notifying
from alerts.policy import Policy
from store.alarm import alarms, signals
from store.alarm.signal_context import SignalContext, store_with_context
from store.db import Connection
from store.model import Alarm, Device, Signal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a signal, for the acknowledgement to the hub."""

    alarm_id: int | None
    raised: bool
    known: bool
    """The same signal was stored before; nothing was counted again."""


def receive_signal(
    conn: Connection,
    device: Device,
    signal: Signal,
    now: datetime,
    policy: Policy,
    *,
    retained: bool = False,
) -> Receipt:
    """Store a signal and do what it asks for, all or nothing with the caller's transaction.
    `retained`: it is what the broker had kept.

    After COMMIT the alarm exists: only then may the broker or the hub get its acknowledgement.
    """
    decision = signal_effect.decide(signal, device.code)
    context, row = _store(conn, device, signal, decision, now, policy)
    if row is None and signal.signal_id is not None:
        known = signals.known_signal(conn, device, signal.signal_id)
        if known is not None and not is_repeat(signal, known, retained=retained):
            return receive_signal(conn, device, with_new_id(signal, retained=retained), now, policy)
        return Receipt(known.alarm_id if known else None, False, known=True)
    assert row is not None  # noqa: S101  without an id nothing can be known before
    superseded = signal.late and signals.superseded(conn, device, row, signal.kind, signal.at)
    effect = decision.effect_if_superseded if superseded else decision.effect
    if context is not None and effect == Effect.RAISE:
        if suppression.suppress_if_explained(conn, context.modes, device, signal, row, now):
            return Receipt(None, False, known=False)
        alarm, raised = _raise(conn, device, signal, decision, context, now, policy)
        signals.tie_to_alarm(conn, row, alarm.id)
        return Receipt(alarm.id, raised, known=False)
    if effect == Effect.CLEAR:
        cleared = _clear(conn, device, signal, decision, now, policy)
        return Receipt(cleared.id if cleared else None, False, known=False)
    cancelled = _cancelled_call(conn, device, signal, decision, now, policy)
    if cancelled is not None:
        signals.tie_to_alarm(conn, row, cancelled.id)
    return Receipt(cancelled.id if cancelled else None, False, known=False)


def _store(
    conn: Connection,
    device: Device,
    signal: Signal,
    decision: SignalDecision,
    now: datetime,
    policy: Policy,
) -> tuple[SignalContext | None, int | None]:
    """Store the signal; one that may raise together with what raising takes. Its row, None when it
    was stored before."""
    if decision.effect != Effect.RAISE:
        return None, signals.add_signal(conn, device, signal)
    since = notifying.start_of_day(now, policy)
    context = store_with_context(conn, device, signal, now, since)
    return context, context.row


def _cancelled_call(
    conn: Connection,
    device: Device,
    signal: Signal,
    decision: SignalDecision,
    now: datetime,
    policy: Policy,
) -> Alarm | None:
    """The open call that the resident cancels with this signal: noted, and it stays open."""
    if decision.cancelled_at is None:
        return None
    alarm = alarms.lock_open(conn, device.home_id, signal.kind)
    if alarm is None or not decision.takes_back(alarm.last_signal_at, policy.cancel_window):
        return None
    alarms.journal(
        conn,
        alarm.id,
        "cancelled_by_resident",
        at=now,
        actor="hub",
        via="mqtt",
        device=device.id,
        occurred_at=signal.at.isoformat(),
    )
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)
    return alarm


def _raise(
    conn: Connection,
    device: Device,
    signal: Signal,
    decision: SignalDecision,
    context: SignalContext,
    now: datetime,
    policy: Policy,
) -> tuple[Alarm, bool]:
    """Raise an alarm, or repeat the open one; a new call brings back one that was shelved."""
    condition = AlarmCondition(
        signal.kind,
        device.home_id,
        device.area_id,
        device.id,
        decision.dedup_key,
        signal.at,
        late=signal.late,
        actor="hub",
        via="mqtt",
    )
    alarm, raised = raising.raise_alarm(conn, condition, now, policy, context=context)
    if decision.is_call and alarm.shelved_until is not None:
        alarm = shelving.show_again(conn, alarm, now, policy, reason="new_call")
    return alarm, raised


def _clear(
    conn: Connection,
    device: Device,
    signal: Signal,
    decision: SignalDecision,
    now: datetime,
    policy: Policy,
) -> Alarm | None:
    alarm = alarms.clear(
        conn, device.home_id, device.id, signal.kind, decision.dedup_key, signal.at
    )
    if alarm is not None:
        clearing.note_down(
            conn,
            alarm,
            at=now,
            actor="hub",
            via="mqtt",
            device=device.id,
            occurred_at=signal.at,
        )
        clearing.close_if_nobody_owns(conn, alarm, now, policy)
        alarms.notify(conn, "alarm", alarm.id)
    return alarm
