"""What decides about a signal that may raise an alarm: stored and read in one round trip."""

from dataclasses import dataclass
from datetime import datetime

from store import family, home_modes, plans, signals
from store.db import Connection
from store.family import Family
from store.home_modes import HomeMode
from store.model import Device, Plan, Signal


@dataclass(frozen=True, slots=True)
class Scene:
    """`row`: the signal's new row, None when it was stored before. The home's `family` is that of
    an alarm that nobody has answered yet."""

    row: int | None
    modes: list[HomeMode]
    plan: Plan | None
    family: Family


def store_and_look(
    conn: Connection, device: Device, signal: Signal, now: datetime, count_since: datetime
) -> Scene:
    """Store a signal and look at its home. `count_since`: see family.of_alarm."""
    with conn.pipeline():
        row = signals.adding(conn, device, signal)
        modes = home_modes.asking_in_force(conn, device.home_id, now)
        plan = plans.asking_plan_for(conn, device.home_id, signal.kind)
        family_ = family.asking_of_alarm(conn, None, device.home_id, count_since)
    return Scene(row(), modes(), plan(), family_())
