"""Which work a technical alarm needs, after which delay it is ordered, and its deadline. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from alerts.policy import Policy
from store.alarm.kinds import KINDS, guards_life, record_of
from store.model import Kind
from store.work.work_orders import Work

WORK: Mapping[Kind, Work] = {
    kind: record.work for kind, record in KINDS.items() if record.work is not None
}
"""What an alarm of each kind asks for."""


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
    if kind == Kind.HUB_OFFLINE or (record_of(kind).disables and guards_life(role)):
        return timedelta(seconds=policy.order_life_safety)
    if kind == Kind.LOW_BATTERY:
        critical = battery is not None and battery <= policy.battery_critical
        return timedelta(
            seconds=policy.order_battery_critical if critical else policy.order_battery
        )
    return timedelta(seconds=policy.order_other)
