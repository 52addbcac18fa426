"""Stores a signal and reads what raising an alarm needs, in one round trip; for receiving.py."""

from dataclasses import dataclass
from datetime import datetime

from store.alarm import emergencies, signals
from store.alarm.kinds import record_of
from store.db import Connection
from store.escalation import plans
from store.model import Device, Plan, Signal
from store.notify import family
from store.notify.family import Family
from store.watch import home_modes
from store.watch.home_modes import HomeMode


@dataclass(frozen=True, slots=True)
class SignalContext:
    """`row`: the signal's new row, None when it was stored before. The home's `family` is that of
    an alarm that nobody has answered yet."""

    row: int | None
    modes: list[HomeMode]
    plan: Plan | None
    family: Family
    under_way: bool
    """Whether somebody was asked to go to another danger of the home, and is not done."""


def store_with_context(
    conn: Connection, device: Device, signal: Signal, now: datetime, count_since: datetime
) -> SignalContext:
    """Store a signal and read its home. `count_since`: see family.of_alarm."""
    with conn.pipeline():
        row = signals.prefetch_added(conn, device, signal)
        modes = home_modes.prefetch_in_force(conn, device.home_id, now)
        plan = plans.prefetch_plan_for(
            conn, device.home_id, signal.kind, endangers=record_of(signal.kind).endangers
        )
        family_ = family.prefetch_of_alarm(conn, None, device.home_id, count_since)
        under_way = emergencies.prefetch_under_way(conn, device.home_id)
    return SignalContext(row(), modes(), plan(), family_(), under_way())
