"""What an entity is, read from its name alone: `kitchen_smoke_detector`, `sos_button`. Pure.

For formats that give a thing no class, only the name that somebody wrote (ESPHome without
discovery, Home Assistant's states without attributes). The last words of a name say what it is
and those before them where, so only an ending counts: `smoke_alarm_mute` is no smoke. On means:
detected, open, low.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TypeVar

from ingest.dialects.vocabulary.device_report import (
    Meaning,
    Table,
    alarm_state,
    flag_metric,
    numeric_metric,
)
from ingest.dialects.vocabulary.property_meanings import voltage_meaning
from store.model import Kind

_DETECTOR = frozenset(
    {"detector", "sensor", "alarm", "alert", "status", "state", "detected", "detection"}
    | {"triggered", "active", "binary", "input", "button", "key", "cord", "switch", "pressed"}
    | {"information", "info"}
)
"""Last words that say only that it is a detector or a button."""
_GAUGE = frozenset(
    {"sensor", "value", "level", "percentage", "percent", "reading", "state", "c", "celsius"}
    | {"bpm", "ppm", "hpa", "lx", "db", "dbm"}
)
"""Of a number: the same, and the units it is read in."""
_ELSEWHERE = frozenset(
    {"internal", "cpu", "chip", "soc", "core", "board", "processor", "esp32", "esp8266", "target"}
    | {"set", "setpoint", "min", "max", "minimum", "maximum", "dew", "apparent", "forecast"}
    | {"outdoor", "outside", "fridge", "freezer", "refrigerator", "boiler", "oven", "flow"}
    | {"return", "water", "phone", "tablet"}
)
"""Words of a measure that is not the room's."""
_WORDS = re.compile(r"[a-z]+[0-9]*|[0-9]+")
_LONGEST = 3
"""Words of the longest name in the tables."""
_Found = TypeVar("_Found")


def _each(names: str, meaning: Meaning) -> dict[str, Meaning]:
    return dict.fromkeys(names.split(), meaning)


STATES: Table = {
    **_each("smoke fire", alarm_state(Kind.SMOKE)),
    **_each("carbon_monoxide co", alarm_state(Kind.CARBON_MONOXIDE)),
    **_each("gas gas_leak gas_leakage methane lpg natural_gas", alarm_state(Kind.GAS_LEAK)),
    **_each("water_leak water_leakage leak leakage flood flooding", alarm_state(Kind.WATER_LEAK)),
    **_each("moisture water_alarm water_detector water_detected", alarm_state(Kind.WATER_LEAK)),
    **_each("sos panic emergency emergency_call help help_call", alarm_state(Kind.HELP_CALL)),
    **_each("call_for_help pull_cord call_button call_cord", alarm_state(Kind.HELP_CALL)),
    **_each("personal_alarm nurse_call", alarm_state(Kind.HELP_CALL)),
    **_each("fall fallen falling fall_down", alarm_state(Kind.FALL)),
    **_each("tamper tampered", alarm_state(Kind.TAMPER)),
    **_each("battery_low low_battery battery", alarm_state(Kind.LOW_BATTERY)),
    **_each("problem fault trouble malfunction", alarm_state(Kind.DEVICE_FAULT)),
    **_each("power_failure power_outage mains_failure", alarm_state(Kind.POWER_FAILURE)),
    **_each("motion pir movement moving_target", flag_metric("motion")),
    **_each("presence occupancy occupied still_target has_target", flag_metric("presence")),
    **_each("person people human somebody someone", flag_metric("presence")),
    **_each("door window contact opening reed door_open window_open", flag_metric("door")),
    **_each("bed bed_occupied bed_occupancy bed_presence in_bed", flag_metric("bed")),
    **_each("mattress", flag_metric("bed")),
}
METRICS: Mapping[str, tuple[str, Meaning]] = {
    name: (metric, voltage_meaning if metric == "voltage" else numeric_metric(metric))
    for metric, names in {
        "temperature": "temperature temp",
        "humidity": "humidity",
        "battery": "battery",
        "battery_voltage": "battery_voltage",
        "illuminance": "illuminance lux ambient_light",
        "pressure": "pressure",
        "co2": "co2 carbon_dioxide",
        "co": "co carbon_monoxide",
        "voc": "voc tvoc",
        "pm25": "pm25 pm2_5 pm_2_5",
        "power": "power",
        "voltage": "voltage",
        "current": "current",
        "energy": "energy",
        "heart_rate": "heart_rate heartbeat heart_beat",
        "breathing_rate": "breathing_rate respiratory_rate respiration_rate breath_rate",
        "rssi": "rssi wifi_signal signal_strength",
        "link_quality": "linkquality link_quality",
    }.items()
    for name in names.split()
}


@lru_cache(maxsize=4096)
def state_meaning(name: str) -> Meaning | None:
    """Of something that is on or off; None: the name does not say."""
    return _ending(name, STATES, _DETECTOR)


@lru_cache(maxsize=4096)
def metric_meaning(name: str) -> tuple[str, Meaning] | None:
    """The metric and the meaning of a number; None: the name does not say, or it is a measure of
    something else than the room or its people."""
    if not _ELSEWHERE.isdisjoint(_WORDS.findall(name.lower())):
        return None
    return _ending(name, METRICS, _GAUGE)


def _ending(name: str, table: Mapping[str, _Found], generic: Collection[str]) -> _Found | None:
    """By the longest ending that the table has, after which only generic words or a number come."""
    words = _WORDS.findall(name.lower())
    while words:
        for count in range(min(_LONGEST, len(words)), 0, -1):
            found = table.get("_".join(words[-count:]))
            if found is not None:
                return found
        if words[-1] not in generic and not words[-1].isdecimal():
            return None
        words.pop()
    return None
