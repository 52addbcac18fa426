"""Finds hubs and devices that fell silent or came back; raises and clears their alarms.

Called by a worker of the engine; only due rows are touched. Each function is one transaction; one
engine at a time does it (`try_lock_monitoring`). A row that ingest is just writing is skipped and
checked next time: monitoring never waits for ingest.
"""

from collections.abc import Callable
from datetime import datetime

from alerts.alarm import clearing, suppression
from alerts.alarm.raising import AlarmCondition, raise_alarm
from alerts.policy import Policy
from alerts.watch import home_modes, outages
from alerts.watch.liveness import (
    LOOK_AGAIN,
    AreaTree,
    battery_is_low,
    device_deadline,
    hub_deadline,
)
from store.alarm import alarms
from store.db import Connection, Pool
from store.model import Kind
from store.watch import monitored_devices
from store.watch.monitored_devices import DeviceWatch, HubWatch

LOOK = 5000
"""Rows checked in one transaction."""
RAISE = 50
"""Alarms raised or closed in one transaction, so that nobody waits long for a row."""

Part = Callable[[Connection, datetime, Policy], bool]


def monitor_devices(pool: Pool, now: datetime, policy: Policy) -> bool:
    """Do one batch of whatever is due. False: nothing is, or another engine is at it."""
    parts: tuple[Part, ...] = (
        home_modes.end_due,
        _find_silent_hubs,
        _raise_for_hubs,
        _hubs_back,
        _outages,
        _devices,
        _devices_back,
    )
    more = False
    with pool.connection() as conn:
        for part in parts:
            with conn.transaction():
                if not monitored_devices.try_lock_monitoring(conn):
                    return False
                more |= part(conn, now, policy)
    return more


def _find_silent_hubs(conn: Connection, now: datetime, policy: Policy) -> bool:
    due = monitored_devices.due_hubs(conn, now, LOOK)
    deadlines = {hub.home_id: hub_deadline(hub) for hub in due}
    silent = [home for home, deadline in deadlines.items() if deadline <= now]
    monitored_devices.postpone_hubs(conn, {h: d for h, d in deadlines.items() if d > now})
    if silent:
        monitored_devices.mark_hubs_down(conn, silent, now)
        outages.look_for(conn, now, policy)
    return len(due) == LOOK


def _raise_for_hubs(conn: Connection, now: datetime, policy: Policy) -> bool:
    """An alarm for each hub that is down: a child of the area's outage, or its own."""
    down = monitored_devices.unraised_hubs(conn, now, RAISE)
    if not down:
        return False
    tree, open_ = AreaTree(monitored_devices.area_hubs(conn)), monitored_devices.open_outages(conn)
    for hub in down:
        mode = suppression.mode_that_explains(conn, hub.home_id, None, Kind.HUB_OFFLINE, now)
        if mode is not None:
            monitored_devices.postpone_hubs(conn, {hub.home_id: mode.ends_at})
            continue
        condition = AlarmCondition(
            Kind.HUB_OFFLINE, hub.home_id, hub.area_id, None, "", _since(hub, now)
        )
        never = hub.last_seen_at is None
        outage = None if never else outages.explaining(hub.area_id, open_, tree)
        alarm, raised = raise_alarm(conn, condition, now, policy, inhibited_by=outage)
        if never and raised:
            _never_heard(conn, alarm.id, now)
        monitored_devices.tie_hub(conn, hub.home_id, alarm.id)
    return len(down) == RAISE


def _since(hub: HubWatch, now: datetime) -> datetime:
    """When it was last known to work, or installed if it never did."""
    return min(hub.last_seen_at or hub.added_at, now)


def _never_heard(conn: Connection, alarm_id: int, now: datetime) -> None:
    """Whoever deals with it looks for a mistake of the installation, not for a fault."""
    alarms.journal(conn, alarm_id, "never_heard", at=now, actor="system")


def _hubs_back(conn: Connection, now: datetime, policy: Policy) -> bool:
    back = monitored_devices.returned_hubs(conn, RAISE)
    for hub in back:
        monitored_devices.hub_back(conn, hub.home_id, now, hub_deadline(hub))
        if hub.alarm_id is not None:
            clearing.clear(conn, hub.alarm_id, _over_at(hub.last_seen_at, now), now, policy)
    return len(back) == RAISE


def _over_at(at: datetime | None, now: datetime) -> datetime:
    """When the condition was over; the clock that stamped the message may be ahead of ours."""
    return max(now, at or now)


def _outages(conn: Connection, now: datetime, policy: Policy) -> bool:
    outages.end_those_over(conn, now, policy)
    return outages.release(conn, now, policy)


def _devices(conn: Connection, now: datetime, policy: Policy) -> bool:
    due = monitored_devices.due_devices(conn, now, LOOK)
    later: dict[int, datetime] = {}
    for device in due:
        deadline = None if device.down_since else device_deadline(device)
        if deadline is not None and deadline <= now:
            deadline = _device_silent(conn, device, now, policy)
        low = _battery(conn, device, now, policy)
        later[device.id] = min(deadline or now + LOOK_AGAIN, low or now + 48 * LOOK_AGAIN)
    monitored_devices.postpone_devices(conn, later)
    return len(due) == LOOK


def _device_silent(
    conn: Connection, device: DeviceWatch, now: datetime, policy: Policy
) -> datetime:
    """Raise its alarm; returns when to check again."""
    mode = suppression.mode_that_explains(conn, device.home_id, device.id, Kind.DEVICE_OFFLINE, now)
    if mode is not None:
        return mode.ends_at
    since = min(device.last_seen_at or device.bound_at or now, now)
    alarm, raised = _raise(conn, device, Kind.DEVICE_OFFLINE, since, now, policy)
    if raised and device.last_seen_at is None:
        _never_heard(conn, alarm, now)
    monitored_devices.device_down(conn, device.id, alarm, now)
    return now + LOOK_AGAIN


def _battery(
    conn: Connection, device: DeviceWatch, now: datetime, policy: Policy
) -> datetime | None:
    """Raise or clear by the newest percent; a time when it must be judged anew."""
    was_low = device.low_since is not None
    low = battery_is_low(device.battery, device.battery_low, was_low=was_low)
    if low == was_low:
        return None
    if not low:
        monitored_devices.device_low(conn, device.id, None)
        clearing.clear_of_device(conn, device, Kind.LOW_BATTERY, now, policy)
        return None
    mode = suppression.mode_that_explains(conn, device.home_id, device.id, Kind.LOW_BATTERY, now)
    if mode is not None:
        return mode.ends_at
    _raise(conn, device, Kind.LOW_BATTERY, now, now, policy)
    monitored_devices.device_low(conn, device.id, now)
    return None


def _raise(
    conn: Connection, device: DeviceWatch, kind: Kind, at: datetime, now: datetime, policy: Policy
) -> tuple[int, bool]:
    """Its alarm, and whether that is a new one."""
    condition = AlarmCondition(kind, device.home_id, device.area_id, device.id, device.code, at)
    alarm, raised = raise_alarm(conn, condition, now, policy)
    return alarm.id, raised


def _devices_back(conn: Connection, now: datetime, policy: Policy) -> bool:
    back = monitored_devices.returned_devices(conn, RAISE)
    for device in back:
        monitored_devices.device_back(conn, device.id, now)
        if device.alarm_id is not None:
            clearing.clear(conn, device.alarm_id, _over_at(device.last_seen_at, now), now, policy)
    return len(back) == RAISE
