"""Home Assistant's device classes and what each means as an alarm or a reading."""

from collections.abc import Callable, Mapping

from ingest.dialects.home_assistant import safety_names
from ingest.dialects.home_assistant.entities import Entity
from ingest.dialects.vocabulary.device_report import DeviceReport
from store.model import Kind

StateMeaning = Callable[[DeviceReport, bool, Entity, bool], None]
"""Report, on or off, the entity, and whether its device has several of this class."""


def _state(kind: Kind) -> StateMeaning:
    return lambda report, active, entity, _apart: report.state(
        kind, active, entity.id, event=entity.off_delay and active
    )


def _flag(metric: str) -> StateMeaning:
    return lambda report, active, entity, apart: report.measure(
        metric, float(active), entity.id, apart=apart
    )


def _safety(report: DeviceReport, active: bool, entity: Entity, _apart: bool) -> None:
    kind = safety_names.kind_of(entity)
    if kind is None:
        report.unclear(entity.id, active, event=entity.off_delay and active)
    else:
        report.state(kind, active, entity.id, event=entity.off_delay and active)


def _no_power(report: DeviceReport, active: bool, entity: Entity, _apart: bool) -> None:
    report.state(Kind.POWER_FAILURE, not active, entity.id)


STATE_MEANINGS: Mapping[str, StateMeaning] = {
    "smoke": _state(Kind.SMOKE),
    "carbon_monoxide": _state(Kind.CARBON_MONOXIDE),
    "gas": _state(Kind.GAS_LEAK),
    "moisture": _state(Kind.WATER_LEAK),
    safety_names.SAFETY: _safety,
    "tamper": _state(Kind.TAMPER),
    "battery": _state(Kind.LOW_BATTERY),
    "problem": _state(Kind.DEVICE_FAULT),
    "heat": _state(Kind.HEAT),
    "cold": _state(Kind.COLD),
    "plug": _no_power,
    **dict.fromkeys(("door", "window", "opening", "garage_door"), _flag("door")),
    **dict.fromkeys(("occupancy", "presence"), _flag("presence")),
    "motion": _flag("motion"),
    "moving": _flag("motion"),
}
"""On means: detected, open, low, unsafe, plugged in."""

NUMBER_METRICS: Mapping[str, str] = {
    "temperature": "temperature",
    "humidity": "humidity",
    "battery": "battery",
    "illuminance": "illuminance",
    "pressure": "pressure",
    "atmospheric_pressure": "pressure",
    "carbon_dioxide": "co2",
    "carbon_monoxide": "co",
    "volatile_organic_compounds_parts": "voc",
    "pm25": "pm25",
    "power": "power",
    "voltage": "voltage",
    "current": "current",
    "energy": "energy",
    "water": "water",
    "volume_flow_rate": "water_flow",
    "signal_strength": "rssi",
}
