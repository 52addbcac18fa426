"""Clears technical alarms whose condition is over, and closes those that nobody owns."""

from datetime import datetime

from alerts.alarm import raising
from alerts.alarm.closing import close_by_system
from alerts.policy import Policy
from store.alarm import alarms, repeat_counts
from store.alarm.kinds import record_of
from store.db import Connection
from store.model import Alarm, AlarmState, Kind, Priority
from store.watch import monitored_devices
from store.watch.monitored_devices import DeviceWatch


def clear(conn: Connection, alarm_id: int, at: datetime, now: datetime, policy: Policy) -> bool:
    """The condition is over, as the centre found out. False: there was nothing to clear, or it was
    signalled again after `at`."""
    cleared = monitored_devices.clear_alarm(conn, alarm_id, at)
    if cleared is None:
        return False
    note_down(conn, cleared, at=now, actor="system", occurred_at=at)
    close_if_nobody_owns(conn, cleared, now, policy)
    if cleared.inhibited_by is None:
        alarms.notify(conn, "alarm", alarm_id)
    return True


def clear_of_device(
    conn: Connection, device: DeviceWatch, kind: Kind, now: datetime, policy: Policy
) -> None:
    """The same for what a device's readings show, if an alarm of it is open."""
    cleared = alarms.clear(conn, device.home_id, device.id, kind, device.code, now)
    if cleared is not None:
        note_down(conn, cleared, at=now, actor="system", occurred_at=now)
        close_if_nobody_owns(conn, cleared, now, policy)
        alarms.notify(conn, "alarm", cleared.id)


def close_if_nobody_owns(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> bool:
    """Close a cleared technical alarm. One that somebody has taken is theirs to close."""
    if alarm.priority != Priority.TECHNICAL or alarm.state != AlarmState.RAISED:
        return False
    return close_by_system(conn, alarm, record_of(alarm.kind).outcome, now, policy)


def note_down(
    conn: Connection,
    alarm: Alarm,
    *,
    at: datetime,
    actor: str,
    occurred_at: datetime,
    device: int | None = None,
    via: str = "",
) -> None:
    """The condition is over. In the caller's transaction, which holds the alarm."""
    if raising.is_counted(alarm, actor):
        repeat_counts.add(conn, alarm.id, device, at, cleared=True)
        return
    said = {"device": device} if device is not None else {}
    alarms.journal(
        conn,
        alarm.id,
        "cleared",
        at=at,
        actor=actor,
        via=via,
        **said,
        occurred_at=occurred_at.isoformat(),
    )
