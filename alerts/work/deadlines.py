"""Which work a technical alarm needs, after which delay it is ordered, and its deadline. Pure."""

from datetime import timedelta

from alerts.policy import Policy
from store.alarm.kinds import is_life_safety
from store.model import Kind, Outcome
from store.work.work_orders import Work

WORK: dict[Kind, Work] = {
    Kind.LOW_BATTERY: Work.BATTERY,
    Kind.DEVICE_FAULT: Work.REPAIR,
    Kind.TAMPER: Work.REPAIR,
    Kind.DEVICE_OFFLINE: Work.CONNECT,
    Kind.HUB_OFFLINE: Work.CONNECT,
    Kind.POWER_FAILURE: Work.CONNECT,
    Kind.AREA_OUTAGE: Work.CONNECT,
}
"""`replace` is never concluded: only who has seen the device knows."""

_FAULTS = frozenset({Kind.DEVICE_FAULT, Kind.TAMPER, Kind.DEVICE_OFFLINE})

_OUTCOMES: dict[Work, Outcome] = {
    Work.BATTERY: Outcome.LOW_BATTERY,
    Work.REPLACE: Outcome.DEVICE_FAULT,
    Work.REPAIR: Outcome.DEVICE_FAULT,
    Work.CONNECT: Outcome.POWER_OR_COMMS,
}


def order_delay(kind: Kind, policy: Policy) -> timedelta:
    """How long an alarm of this kind must have lasted before the depot is sent."""
    if kind == Kind.HUB_OFFLINE:
        return timedelta(seconds=policy.hub_outage_order)
    if kind == Kind.AREA_OUTAGE:
        return timedelta(seconds=policy.area_outage_order)
    return timedelta()


def time_allowed(kind: Kind, role: str, battery: float | None, policy: Policy) -> timedelta:
    """How long the work may take from the moment it is known.

    `role` is what the device is there for; `battery` its level in percent, None if not known. A
    hub carries every call of its home: it counts as a life-safety device.
    """
    if kind == Kind.HUB_OFFLINE or (kind in _FAULTS and _saves_lives(role)):
        return timedelta(seconds=policy.order_life_safety)
    if kind == Kind.LOW_BATTERY:
        critical = battery is not None and battery <= policy.battery_critical
        return timedelta(
            seconds=policy.order_battery_critical if critical else policy.order_battery
        )
    return timedelta(seconds=policy.order_other)


def outcome_of(work: Work) -> Outcome:
    """What the alarm is closed with when the work is done."""
    return _OUTCOMES[work]


def _saves_lives(role: str) -> bool:
    return role in set(Kind) and is_life_safety(Kind(role))
