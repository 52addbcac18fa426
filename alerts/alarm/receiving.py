"""A signal has come: store it, raise, repeat or clear. One transaction, the caller's."""

from dataclasses import dataclass
from datetime import datetime

from alerts.alarm import clearing, raising, shelving, suppression
from alerts.alarm.raising import AlarmCondition
from alerts.alarm.signal_effect import Effect, effect_of, takes_back
from alerts.alarm.signal_identity import is_repeat, renamed
from alerts.notify import notifying
from alerts.policy import Policy
from store.alarm import alarms, signals
from store.alarm.kinds import dedup_key_of, is_call
from store.alarm.signal_context import SignalContext, store_with_context
from store.db import Connection
from store.model import Alarm, Device, Kind, Signal


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
    scene = _look(conn, device, signal, now, policy)
    row = scene.row if scene else signals.add_signal(conn, device, signal)
    if row is None and signal.signal_id is not None:
        known = signals.known_signal(conn, device, signal.signal_id)
        if known is not None and not is_repeat(signal, known):
            return receive_signal(conn, device, renamed(signal), now, policy)
        return Receipt(known.alarm_id if known else None, False, known=True)
    assert row is not None  # noqa: S101  without an id nothing can be known before
    overtaken = signal.late and signals.superseded(conn, device, row, signal.kind, signal.at)
    effect = effect_of(signal, superseded=overtaken)
    if scene is not None and effect == Effect.RAISE:
        if suppression.suppress_if_explained(conn, scene.modes, device, signal, row, now):
            return Receipt(None, False, known=False)
        alarm, raised = _raise(conn, device, signal, now, policy, scene)
        signals.tie_to_alarm(conn, row, alarm.id)
        return Receipt(alarm.id, raised, known=False)
    if effect == Effect.CLEAR:
        cleared = _clear(conn, device, signal, now, policy)
        return Receipt(cleared.id if cleared else None, False, known=False)
    taken_back = _taken_back(conn, device, signal, now, policy)
    if taken_back is not None:
        signals.tie_to_alarm(conn, row, taken_back.id)
    return Receipt(taken_back.id if taken_back else None, False, known=False)


def _look(
    conn: Connection, device: Device, signal: Signal, now: datetime, policy: Policy
) -> SignalContext | None:
    """Store a signal that may raise, with what that takes. None: it cannot; nothing is stored."""
    if effect_of(signal, superseded=False) != Effect.RAISE:
        return None
    return store_with_context(conn, device, signal, now, notifying.start_of_day(now, policy))


def _taken_back(
    conn: Connection, device: Device, signal: Signal, now: datetime, policy: Policy
) -> Alarm | None:
    """The open call that the resident cancels with this signal: noted, and it stays open."""
    if signal.active or signal.kind != Kind.HELP_CALL:
        return None
    alarm = alarms.lock_open(conn, device.home_id, signal.kind)
    if alarm is None or not takes_back(signal, alarm.last_signal_at, policy.cancel_window):
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
    now: datetime,
    policy: Policy,
    scene: SignalContext,
) -> tuple[Alarm, bool]:
    """Raise an alarm, or repeat the open one; a new call brings back one that was shelved."""
    what = AlarmCondition(
        signal.kind,
        device.home_id,
        device.area_id,
        device.id,
        dedup_key_of(signal.kind, device.code),
        signal.at,
        late=signal.late,
        actor="hub",
        via="mqtt",
    )
    alarm, raised = raising.raise_alarm(conn, what, now, policy, scene=scene)
    if is_call(signal.kind) and alarm.shelved_until is not None:
        alarm = shelving.show_again(conn, alarm, now, policy, reason="new_call")
    return alarm, raised


def _clear(
    conn: Connection, device: Device, signal: Signal, now: datetime, policy: Policy
) -> Alarm | None:
    subject = dedup_key_of(signal.kind, device.code)
    alarm = alarms.clear(conn, device.home_id, device.id, signal.kind, subject, signal.at)
    if alarm is not None:
        alarms.journal(
            conn,
            alarm.id,
            "cleared",
            at=now,
            actor="hub",
            via="mqtt",
            device=device.id,
            occurred_at=signal.at.isoformat(),
        )
        clearing.close_if_nobody_owns(conn, alarm, now, policy)
        alarms.notify(conn, "alarm", alarm.id)
    return alarm
