"""Meaning of a Homie property, from its ids, datatype and unit. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from ingest.dialects.vocabulary.button_actions import is_call
from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    alarm_state,
    button_press,
    flag_metric,
    numeric_metric,
    unclear_input,
)
from ingest.dialects.vocabulary.properties import meaning_of as of_property
from ingest.dialects.vocabulary.values import number_of
from store.model import Kind


@dataclass(frozen=True, slots=True)
class HomieProperty:
    """How a property is declared; empty where nothing was heard of it. `event`: not retained, so
    each value is an occurrence."""

    datatype: str = ""
    unit: str = ""
    format: str = ""
    event: bool = False


_GENERIC = frozenset(
    {"state", "status", "value", "alarm", "active", "detected", "triggered", "on", "sensor"}
    | {"detector", "alert"}
)
"""Ids that say nothing: the node's id does."""
_PRESSED = frozenset({"button", "press", "pressed", "action", "event", "click"})
_METRICS = {
    "temperature": "temperature",
    "temp": "temperature",
    "humidity": "humidity",
    "battery": "battery",
    "battery_level": "battery",
    "illuminance": "illuminance",
    "light": "illuminance",
    "lux": "illuminance",
    "pressure": "pressure",
    "co2": "co2",
    "carbon_dioxide": "co2",
    "power": "power",
    "voltage": "voltage",
    "current": "current",
    "energy": "energy",
    "heart_rate": "heart_rate",
    "breathing_rate": "breathing_rate",
    "rssi": "rssi",
    "voc": "voc",
    "pm25": "pm25",
}


def property_value(text: str, described: HomieProperty) -> object:
    """Payloads of the convention: booleans are exactly `true` or `false`, numbers are text. None
    for what the datatype does not allow."""
    if text in ("true", "false"):
        return text == "true" if described.datatype in ("", "boolean") else None
    if described.datatype == "boolean":
        return None
    if described.datatype in ("integer", "float", "percent"):
        return number_of(text)
    if described.datatype in ("enum", "string"):
        return text
    return number_of(text)


@lru_cache(maxsize=4096)
def property_meaning(node: str, prop: str, described: HomieProperty) -> tuple[Meaning, str] | None:
    """None: nothing is known of it."""
    node_id, prop_id = node.replace("-", "_").lower(), prop.replace("-", "_").lower()
    name = node_id if prop_id in _GENERIC else prop_id
    if described.datatype in ("", "integer", "float", "percent"):
        metric = _METRICS.get(name) or _METRICS.get(name.rpartition("_")[0])
        if metric is not None:
            return _in_unit(metric, described.unit), ""
    if described.event and described.datatype in ("enum", "string") and name in _PRESSED:
        return button_press, node
    if described.datatype in ("", "boolean") and is_call(f"{node} {prop}"):
        return alarm_state(Kind.HELP_CALL), ""
    if name == "occupied":
        return flag_metric("bed" if node_id == "bed" else "presence"), ""
    if name in ("open", "opened"):
        return flag_metric("door"), ""
    if name == "contact" or node_id == "contact":
        return _contact(described), ""
    known = of_property(name)
    if known is None or name in ("state", "status", "alarm"):
        generic = prop_id in _GENERIC and described.datatype == "boolean"
        return (unclear_input(f"{node}/{prop}"), "") if generic else None
    return known


def _in_unit(metric: str, unit: str) -> Meaning:
    """A percent may be written as a part of one; a battery in volts is a voltage."""
    if metric == "battery" and unit.lower() in ("v", "mv"):
        return numeric_metric("battery_voltage", unit=unit)
    return numeric_metric(metric, unit=unit)


def _contact(described: HomieProperty) -> Meaning:
    """Homie has no polarity of its own: the labels of the two values do (`format` is
    "false label,true label"); without them only the role can tell."""
    labels = [label.strip().lower() for label in described.format.split(",")]
    if len(labels) == 2 and labels[1] in ("open", "opened"):
        return flag_metric("door")
    if len(labels) == 2 and labels[0] in ("open", "opened"):
        return flag_metric("door", inverted=True)

    def take(report: DeviceReport, value: object, _part: str) -> None:
        if isinstance(value, bool):
            report.unclear("contact", value)

    return take
