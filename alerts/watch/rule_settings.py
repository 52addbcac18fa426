"""The limits of the activity rules: defaults, and what people have set for a home. Pure.

Layers, each over the one before: these defaults, and what people have set for the home (a limit
learned from the home's own days would lie between them).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from typing import Any

from alerts.errors import RefusedError
from store.model import Kind


@dataclass(frozen=True, slots=True)
class Inactivity:
    """Hours without a sign of life: between `day_from` and `day_to` of the home's clock, and at
    any other hour; while the home is presumed empty (the entrance was used, then silence) and
    while the bed's sensor feels somebody, limits of their own.

    5 h and 8 h: at most one false alarm a month on real homes of one person. 12 h of nobody
    coming back cost no further one there; 12 h in bed is a vendor's limit.
    """

    on: bool = True
    day_hours: float = 5.0
    night_hours: float = 8.0
    day_from: time = time(9)
    day_to: time = time(22)
    out_hours: float = 12.0
    in_bed_hours: float = 12.0


@dataclass(frozen=True, slots=True)
class BedAbsence:
    """Minutes out of bed between two hours of the night."""

    on: bool = True
    minutes: float = 20.0
    night_from: time = time(23)
    night_to: time = time(5)


@dataclass(frozen=True, slots=True)
class BathroomLong:
    """Minutes in the bathroom without a sign elsewhere. Published are 30 to 60; a normal stay is
    over after 20 (99 of 100)."""

    on: bool = True
    minutes: float = 45.0


@dataclass(frozen=True, slots=True)
class Wandering:
    """Minutes after the entrance was opened at night and nothing moved inside."""

    on: bool = True
    minutes: float = 10.0
    night_from: time = time(23)
    night_to: time = time(5)


@dataclass(frozen=True, slots=True)
class DoorOpen:
    """Minutes that the entrance stands open. Normal is 2.3 (99 of 100)."""

    on: bool = True
    minutes: float = 30.0


@dataclass(frozen=True, slots=True)
class Cold:
    """°C: below `below` in the warmest room for so many hours; `frost` or less is urgent."""

    on: bool = True
    below: float = 16.0
    frost: float = 9.0
    hours: float = 2.0


@dataclass(frozen=True, slots=True)
class Heat:
    """°C: `above` or more in the coolest room for so many hours."""

    on: bool = True
    above: float = 31.0
    hours: float = 2.0


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a home."""

    inactivity: Inactivity = field(default_factory=Inactivity)
    bed_absence: BedAbsence = field(default_factory=BedAbsence)
    bathroom_long: BathroomLong = field(default_factory=BathroomLong)
    wandering: Wandering = field(default_factory=Wandering)
    door_open: DoorOpen = field(default_factory=DoorOpen)
    cold: Cold = field(default_factory=Cold)
    heat: Heat = field(default_factory=Heat)


DEFAULTS = Rules()
KINDS = tuple(Kind(f.name) for f in fields(Rules))
"""What the rules raise, and nobody else does: a hub of a home with rules of its own may, too."""
SMALLEST_STEP = 0.5
"""°C: limits of temperature are multiples of it (see alerts/watch/activity.py)."""


def of(*layers: Mapping[str, Mapping[str, Any]] | None) -> Rules:
    """The rules of a home by what is stored, a later layer over an earlier one."""
    rules = DEFAULTS
    for layer in layers:
        for name, values in (layer or {}).items():
            rule = getattr(rules, name, None)
            if rule is not None:
                rules = replace(rules, **{name: _with(rule, values)})
    return rules


def _with(rule: Any, values: Mapping[str, Any]) -> Any:
    known = {f.name: f.type for f in fields(rule)}
    return replace(
        rule,
        **{
            name: time.fromisoformat(value) if isinstance(value, str) else value
            for name, value in values.items()
            if name in known
        },
    )


def check(rules: Rules) -> None:
    """RefusedError that says which two values contradict each other."""
    silence = rules.inactivity
    if silence.day_from >= silence.day_to:
        raise RefusedError("inactivity: day_from must be earlier than day_to")
    if silence.night_hours < silence.day_hours:
        raise RefusedError("inactivity: night_hours must not be less than day_hours")
    for name, limit in (("out_hours", silence.out_hours), ("in_bed_hours", silence.in_bed_hours)):
        if limit < silence.night_hours:
            raise RefusedError(f"inactivity: {name} must not be less than night_hours")
    if rules.cold.frost >= rules.cold.below:
        raise RefusedError("cold: frost must be below the other limit")
    for value in (rules.cold.below, rules.cold.frost, rules.heat.above):
        if value % SMALLEST_STEP:
            raise RefusedError("cold and heat: limits go by half degrees")
