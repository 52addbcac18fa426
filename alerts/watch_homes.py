"""Supervision's use cases: who fell silent, who came back. Only due rows are touched.

Each function is one transaction; one engine at a time does it (`take_turn`). A row that ingest is
just writing is passed over and looked at next time: supervision never waits for ingest.
"""

from collections.abc import Callable
from datetime import datetime

from alerts import home_modes, outages, suppression, technical
from alerts.policy import Policy
from alerts.raising import Condition, raise_alarm
from alerts.supervision import (
    LOOK_AGAIN,
    Tree,
    battery_is_low,
    device_deadline,
    home_is_observable,
    hub_deadline,
)
from store import alarms, supervision
from store.db import Connection, Pool
from store.model import Kind
from store.supervision import DeviceWatch, HubWatch

LOOK = 5000
"""Rows looked at in one transaction."""
RAISE = 50
"""Alarms raised or closed in one transaction, so that nobody waits long for a row."""

Part = Callable[[Connection, datetime, Policy], bool]


def supervise(pool: Pool, now: datetime, policy: Policy) -> bool:
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
                if not supervision.take_turn(conn):
                    return False
                more |= part(conn, now, policy)
    return more


def observable(conn: Connection, home_id: int, now: datetime) -> bool:
    """Whether a rule may conclude something from what this home does not send."""
    return home_is_observable(supervision.hub_of(conn, home_id), now)


def _find_silent_hubs(conn: Connection, now: datetime, policy: Policy) -> bool:
    due = supervision.due_hubs(conn, now, LOOK)
    deadlines = {hub.home_id: hub_deadline(hub) for hub in due}
    silent = [home for home, deadline in deadlines.items() if deadline <= now]
    supervision.put_off_hubs(conn, {h: d for h, d in deadlines.items() if d > now})
    if silent:
        supervision.mark_hubs_down(conn, silent, now)
        outages.look_for(conn, now, policy)
    return len(due) == LOOK


def _raise_for_hubs(conn: Connection, now: datetime, policy: Policy) -> bool:
    """An alarm for each hub that is down: a child of the area's outage, or its own."""
    down = supervision.unraised_hubs(conn, now, RAISE)
    if not down:
        return False
    tree, open_ = Tree(supervision.area_hubs(conn)), supervision.open_outages(conn)
    for hub in down:
        mode = suppression.explaining(conn, hub.home_id, None, Kind.HUB_OFFLINE, now)
        if mode is not None:
            supervision.put_off_hubs(conn, {hub.home_id: mode.ends_at})
            continue
        what = Condition(Kind.HUB_OFFLINE, hub.home_id, hub.area_id, None, "", _since(hub, now))
        never = hub.last_seen_at is None
        outage = None if never else outages.explaining(hub.area_id, open_, tree)
        alarm, raised = raise_alarm(conn, what, now, policy, inhibited_by=outage)
        if never and raised:
            _never_heard(conn, alarm.id, now)
        supervision.tie_hub(conn, hub.home_id, alarm.id)
    return len(down) == RAISE


def _since(hub: HubWatch, now: datetime) -> datetime:
    """When it was last known to work, or installed if it never did."""
    return min(hub.last_seen_at or hub.added_at, now)


def _never_heard(conn: Connection, alarm_id: int, now: datetime) -> None:
    """Whoever deals with it looks for a mistake of the installation, not for a fault."""
    alarms.journal(conn, alarm_id, "never_heard", at=now, actor="system")


def _hubs_back(conn: Connection, now: datetime, policy: Policy) -> bool:
    back = supervision.returned_hubs(conn, RAISE)
    for hub in back:
        supervision.hub_back(conn, hub.home_id, now, hub_deadline(hub))
        if hub.alarm_id is not None:
            technical.clear(conn, hub.alarm_id, _heard(hub.last_seen_at, now), now, policy)
    return len(back) == RAISE


def _heard(at: datetime | None, now: datetime) -> datetime:
    """When the condition was over; the clock that stamped the message may be ahead of ours."""
    return max(now, at or now)


def _outages(conn: Connection, now: datetime, policy: Policy) -> bool:
    outages.end_those_over(conn, now, policy)
    return outages.release(conn, now, policy)


def _devices(conn: Connection, now: datetime, policy: Policy) -> bool:
    due = supervision.due_devices(conn, now, LOOK)
    later: dict[int, datetime] = {}
    for device in due:
        deadline = None if device.down_since else device_deadline(device)
        if deadline is not None and deadline <= now:
            deadline = _device_silent(conn, device, now, policy)
        low = _battery(conn, device, now, policy)
        later[device.id] = min(deadline or now + LOOK_AGAIN, low or now + 48 * LOOK_AGAIN)
    supervision.put_off_devices(conn, later)
    return len(due) == LOOK


def _device_silent(
    conn: Connection, device: DeviceWatch, now: datetime, policy: Policy
) -> datetime:
    """Raise its alarm; returns when to look again."""
    mode = suppression.explaining(conn, device.home_id, device.id, Kind.DEVICE_OFFLINE, now)
    if mode is not None:
        return mode.ends_at
    since = min(device.last_seen_at or device.bound_at or now, now)
    alarm, raised = _raise(conn, device, Kind.DEVICE_OFFLINE, since, now, policy)
    if raised and device.last_seen_at is None:
        _never_heard(conn, alarm, now)
    supervision.device_down(conn, device.id, alarm, now)
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
        supervision.device_low(conn, device.id, None)
        technical.clear_of_device(conn, device, Kind.LOW_BATTERY, now, policy)
        return None
    mode = suppression.explaining(conn, device.home_id, device.id, Kind.LOW_BATTERY, now)
    if mode is not None:
        return mode.ends_at
    _raise(conn, device, Kind.LOW_BATTERY, now, now, policy)
    supervision.device_low(conn, device.id, now)
    return None


def _raise(
    conn: Connection, device: DeviceWatch, kind: Kind, at: datetime, now: datetime, policy: Policy
) -> tuple[int, bool]:
    """Its alarm, and whether that is a new one."""
    what = Condition(kind, device.home_id, device.area_id, device.id, device.code, at)
    alarm, raised = raise_alarm(conn, what, now, policy)
    return alarm.id, raised


def _devices_back(conn: Connection, now: datetime, policy: Policy) -> bool:
    back = supervision.returned_devices(conn, RAISE)
    for device in back:
        supervision.device_back(conn, device.id, now)
        if device.alarm_id is not None:
            technical.clear(conn, device.alarm_id, _heard(device.last_seen_at, now), now, policy)
    return len(back) == RAISE
