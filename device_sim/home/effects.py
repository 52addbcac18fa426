"""What scenario steps do to a resident and to what the devices report. Pure."""

from dataclasses import dataclass
from typing import Protocol

Values = dict[str, float | int | bool]


@dataclass(frozen=True)
class ResidentEvent:
    """At `at` seconds the resident goes to `where` (empty: stays) for `lasts`; `still`: without
    moving."""

    at: float
    lasts: float
    where: str = ""
    still: bool = False


class SensorEffect(Protocol):
    """Something that alters the reports of a device (empty: of all)."""

    @property
    def device(self) -> str:
        """Whose reports."""

    def holds(self, device: str, now: float) -> bool:
        """Does it concern this device at this second of the run?"""

    def apply(self, values: Values, now: float) -> Values | None:
        """What is reported instead; None: nothing."""


@dataclass(frozen=True)
class _Window:
    device: str
    begins: float
    ends: float

    def holds(self, device: str, now: float) -> bool:
        """Within its time, on its device."""
        return self.device in ("", device) and self.begins <= now < self.ends


@dataclass(frozen=True)
class Cooling(_Window):
    """The temperature sinks to `to` within `within` seconds."""

    to: float
    within: float

    def apply(self, values: Values, now: float) -> Values | None:
        """Colder; other measurements stay."""
        if "temperature" not in values:
            return values
        warm = float(values["temperature"])
        share = min(1.0, (now - self.begins) / self.within) if self.within else 1.0
        return values | {"temperature": round(warm + (self.to - warm) * share, 1)}


class Frozen(_Window):
    """The first values within the window, again and again."""

    def __init__(self, device: str, begins: float, ends: float) -> None:
        super().__init__(device, begins, ends)
        object.__setattr__(self, "_kept", {})

    def apply(self, values: Values, now: float) -> Values | None:  # noqa: ARG002
        """What it said first."""
        kept: Values = self.__dict__["_kept"]
        for name, value in values.items():
            kept.setdefault(name, value)
        return {name: kept[name] for name in values}


@dataclass(frozen=True)
class DrainingBattery(_Window):
    """The battery falls from `start` % to nothing within `within` seconds, then nothing comes."""

    start: float
    within: float

    def apply(self, values: Values, now: float) -> Values | None:
        """With its battery, or nothing at all."""
        left = self.start * (1 - (now - self.begins) / self.within) if self.within else 0.0
        return None if left <= 0 else values | {"battery": round(left)}


@dataclass(frozen=True)
class PowerLoss(_Window):
    """No electricity: nothing is measured."""

    def apply(self, values: Values, now: float) -> Values | None:  # noqa: ARG002
        """Nothing."""
        return None
