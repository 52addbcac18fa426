"""What each kind of alarm is: its priority, whether each transmission is a call. Pure."""

from store.model import Kind, OutboxLane, Priority

PRIORITY: dict[Kind, Priority] = {
    **dict.fromkeys(
        (Kind.HELP_CALL, Kind.FALL, Kind.SMOKE, Kind.CARBON_MONOXIDE, Kind.GAS_LEAK),
        Priority.LIFE,
    ),
    **dict.fromkeys(
        (
            Kind.INACTIVITY,
            Kind.BED_ABSENCE,
            Kind.BATHROOM_LONG,
            Kind.WANDERING,
            Kind.COLD,
            Kind.HEAT,
            Kind.WATER_LEAK,
        ),
        Priority.PERSON_AT_RISK,
    ),
    **dict.fromkeys(
        (Kind.DOOR_OPEN, Kind.AIR_QUALITY, Kind.NO_VISIT, Kind.RHYTHM_CHANGE), Priority.COMFORT
    ),
    **dict.fromkeys(
        (
            Kind.HUB_OFFLINE,
            Kind.DEVICE_OFFLINE,
            Kind.LOW_BATTERY,
            Kind.TAMPER,
            Kind.POWER_FAILURE,
            Kind.DEVICE_FAULT,
            Kind.AREA_OUTAGE,
        ),
        Priority.TECHNICAL,
    ),
}


URGENT_KINDS = frozenset(k for k, p in PRIORITY.items() if p == Priority.LIFE) | {Kind.WATER_LEAK}
"""What must not wait behind readings: every minute of water costs the neighbour's ceiling, too."""


OF_THE_CENTRE = frozenset({Kind.AREA_OUTAGE, Kind.HUB_OFFLINE, Kind.DEVICE_OFFLINE})
"""Concluded by the centre, never stated by a device."""


_CALLS = frozenset({Kind.HELP_CALL, Kind.FALL})
"""Each transmission is a new call; the others are states that begin and end."""


def is_call(kind: Kind) -> bool:
    """Whether each transmission is a new call, rather than a state that begins and ends."""
    return kind in _CALLS


def is_life_safety(kind: Kind) -> bool:
    return PRIORITY[kind] == Priority.LIFE


def lane_of(priority: Priority) -> OutboxLane:
    """Life-safety leaves by a sender of its own, so that it waits behind nothing."""
    return OutboxLane.LIFE if priority == Priority.LIFE else OutboxLane.ROUTINE


def dedup_key_of(kind: Kind, device: str) -> str:
    """What an alarm of this kind is about within its home.

    Whatever endangers the person is one alarm a home, whichever device saw it; a technical fault
    is one alarm a device.
    """
    return device if PRIORITY[kind] == Priority.TECHNICAL else ""
