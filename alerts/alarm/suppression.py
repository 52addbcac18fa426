"""Suppresses signals and conditions that a mode of their home explains."""

from collections.abc import Sequence
from datetime import datetime

from alerts.alarm import mode_rules
from store.alarm.kinds import is_life_safety
from store.db import Connection
from store.model import Device, Kind, Signal
from store.watch import home_modes
from store.watch.home_modes import HomeMode


def suppress_if_explained(
    conn: Connection,
    in_force: Sequence[HomeMode],
    device: Device,
    signal: Signal,
    row: int,
    now: datetime,
) -> bool:
    """Whether one of the home's modes explains a signal; it is then marked, and judged anew at the
    mode's end. A suppressed danger to life is written into the mode's history."""
    mode = mode_rules.mode_that_explains(in_force, signal.kind, device.id, now)
    if mode is None:
        return False
    home_modes.suppress(conn, row, mode.id)
    if is_life_safety(signal.kind):
        home_modes.journal_mode(
            conn,
            mode.id,
            "kept_signal",
            at=now,
            actor="hub",
            via="mqtt",
            signal=row,
            device=device.id,
            kind=signal.kind,
        )
    return True


def mode_that_explains(
    conn: Connection, home_id: int, device_id: int | None, kind: Kind, now: datetime
) -> HomeMode | None:
    """The mode because of which such a condition is not raised now."""
    return mode_rules.mode_that_explains(
        home_modes.in_force(conn, home_id, now), kind, device_id, now
    )
