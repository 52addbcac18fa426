"""Raises one alarm for an area whose hubs went down together, and ends it when they are back.

Called by device_monitoring.py, in its transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from alerts.alarm import clearing, closing
from alerts.alarm.raising import AlarmCondition, raise_alarm
from alerts.escalation import plan_runner, withdrawal
from alerts.policy import Policy
from alerts.watch.liveness import RULE, AreaTree, correlate, outage_is_over
from store.alarm import alarms
from store.db import Connection
from store.escalation import timers
from store.escalation.timers import STEP_TIMER
from store.model import Alarm, AlarmState, Kind, Outcome
from store.watch import monitored_devices

BATCH = 50


def look_for(conn: Connection, now: datetime, policy: Policy) -> None:
    """After hubs have gone down: find the areas that explain it, and raise, or widen, an outage."""
    tree = AreaTree(monitored_devices.area_hubs(conn))
    down = monitored_devices.recently_down(conn, now - RULE.window)
    for area in correlate(tree, down):
        outage = _outage_of(conn, area, tree, now, policy)
        for lone in monitored_devices.lone_hub_alarms(conn, tree.below(outage.area_id)):
            _inhibit(conn, lone, outage.id, now)


def explaining(area_id: int, open_: Sequence[Alarm], tree: AreaTree) -> int | None:
    """The open outage that a hub of this area belongs to."""
    return next((o.id for o in open_ if tree.is_within(area_id, o.area_id)), None)


def end_those_over(conn: Connection, now: datetime, policy: Policy) -> None:
    """Clear the outages whose hubs are back."""
    for outage in monitored_devices.open_outages(conn):
        if outage_is_over(*monitored_devices.children_count(conn, outage.id)):
            clearing.clear(conn, outage.id, now, now, policy)


def release(conn: Connection, now: datetime, policy: Policy) -> bool:
    """What is still down after its outage is an alarm of its own. True: there may be more."""
    orphans = monitored_devices.orphans(conn, BATCH)
    for child in orphans:
        freed = monitored_devices.inhibit(conn, child.id, None)
        assert freed is not None  # noqa: S101  its row is locked
        alarms.journal(conn, child.id, "released", at=now, actor="system", by=child.inhibited_by)
        if freed.state == AlarmState.RAISED and freed.cleared_at is None:
            plan_runner.start(conn, freed, now, policy)
        alarms.notify(conn, "alarm", child.id)
    return len(orphans) == BATCH


def _outage_of(conn: Connection, area: int, tree: AreaTree, now: datetime, policy: Policy) -> Alarm:
    """The open outage of this area or a wider one; else the oldest within it, widened; else new."""
    open_ = monitored_devices.open_outages(conn)
    for outage in open_:
        if tree.is_within(area, outage.area_id):
            return outage
    within = [o for o in open_ if tree.is_within(o.area_id, area)]
    if within:
        return _widen(conn, within, area, now, policy)
    condition = AlarmCondition(Kind.AREA_OUTAGE, None, area, None, "", occurred_at=now)
    return raise_alarm(conn, condition, now, policy)[0]


def _widen(
    conn: Connection, within: Sequence[Alarm], area: int, now: datetime, policy: Policy
) -> Alarm:
    """Let the oldest outage take in the whole area, and the others of it."""
    first, *others = [alarm for o in within if (alarm := alarms.lock(conn, o.id)) is not None]
    wider = monitored_devices.move_outage(conn, first.id, area)
    assert wider is not None  # noqa: S101  its row is locked
    alarms.journal(conn, first.id, "widened", at=now, actor="system", area=area)
    for other in others:
        for number in monitored_devices.children_of(conn, other.id):
            child = alarms.lock(conn, number)
            if child is not None:
                _inhibit(conn, child, first.id, now)
        if other.state == AlarmState.RAISED:
            closing.close_by_system(conn, other, Outcome.DUPLICATE, now, policy)
        alarms.notify(conn, "alarm", other.id)
    alarms.notify(conn, "alarm", first.id)
    return wider


def _inhibit(conn: Connection, child: Alarm, by: int, now: datetime) -> None:
    """Nobody is notified of it any more; the outage is shown in its place."""
    inhibited = monitored_devices.inhibit(conn, child.id, by)
    alarms.journal(conn, child.id, "inhibited", at=now, actor="system", by=by)
    timers.stop_timer(conn, child.id, STEP_TIMER)
    withdrawal.withdraw(conn, inhibited or child, now)
    alarms.notify(conn, "alarm", child.id)
