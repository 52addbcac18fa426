"""Meaning of a Homie property, from its ids, datatype and unit. Pure."""

import re
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
from ingest.dialects.vocabulary.unclear_names import is_unclear_name
from ingest.dialects.vocabulary.values import UNKNOWN, flag_of, number_of, word_of
from store.model import Kind


@dataclass(frozen=True, slots=True)
class HomieProperty:
    """How a property is declared; empty where nothing was heard of it. `event`: not retained, so
    each value is an occurrence. `settable`: it is there to be commanded."""

    datatype: str = ""
    unit: str = ""
    format: str = ""
    event: bool = False
    settable: bool = False


_GENERIC = frozenset(
    {"state", "status", "value", "alarm", "active", "detected", "triggered", "on", "sensor"}
    | {"detector", "alert"}
)
"""Ids that say nothing: the node's id does."""
_OPENING: dict[str, bool] = {
    **dict.fromkeys(("open", "opened", "ajar", "tilted", "half_open", "half-open"), True),
    **dict.fromkeys(("closed", "close", "shut"), False),
}
_MOVES = frozenset({"opening", "closing", "stop", "stopped", "moving"})
_MOVED = re.compile(
    r"(?<![a-z])(?:valve|cover|blind|shutter|curtain|awning|shade|lock|damper|vent|relay|switch"
    r"|circuit)"
)
"""What opens and closes and is no door."""
_SENSOR = re.compile(r"_(?:sensor|detector|alarm)$")
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


def two_state(text: str, described: HomieProperty) -> bool | None:
    """On or off of an enum of two words of which one is known: the other is its opposite."""
    words, word = _words_of(described), text.strip().lower()
    if described.datatype != "enum" or described.event or len(words) != 2:
        return None
    if word not in words or word in UNKNOWN:
        return None
    other = flag_of(words[1] if word == words[0] else words[0])
    return None if other is None else not other


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
    if _opens(described):
        moves = described.settable or not _MOVES.isdisjoint(_words_of(described))
        moved = moves or _MOVED.search(f"{node_id} {prop_id}")
        return None if moved else (flag_metric("door", _OPENING), "")
    return _named(node, prop, name, described)


def _named(node: str, prop: str, name: str, described: HomieProperty) -> tuple[Meaning, str] | None:
    node_id, prop_id = node.replace("-", "_").lower(), prop.replace("-", "_").lower()
    if (described.datatype in ("", "boolean") or _is_flag(described)) and is_call(f"{node} {prop}"):
        return alarm_state(Kind.HELP_CALL), ""
    if name == "occupied":
        return flag_metric("bed" if node_id == "bed" else "presence"), ""
    if name in ("open", "opened"):
        return flag_metric("door"), ""
    if name == "contact" or node_id == "contact":
        return _contact(described), ""
    sensed = _SENSOR.sub("", name)
    if sensed == "co" and described.datatype in ("boolean", "enum"):
        return alarm_state(Kind.CARBON_MONOXIDE), ""
    known = of_property(name) or of_property(sensed)
    if known is not None and name not in ("state", "status", "alarm"):
        return known
    unclear = prop_id in _GENERIC or is_unclear_name(name)
    if described.datatype == "enum" and _MOVED.search(node_id):
        return None
    if unclear and described.datatype in ("boolean", "enum") and not described.settable:
        return unclear_input(f"{node}/{prop}"), ""
    return None


def _is_flag(described: HomieProperty) -> bool:
    """An enum of two words, of which one at least is known."""
    words = _words_of(described) if described.datatype == "enum" and not described.event else []
    return len(words) == 2 and any(flag_of(word) is not None for word in words)


def _words_of(described: HomieProperty) -> list[str]:
    return [word.strip().lower() for word in described.format.split(",")]


def _opens(described: HomieProperty) -> bool:
    """An enum of open and closed, whatever its name."""
    words = _words_of(described) if described.datatype == "enum" else []
    return {_OPENING[word] for word in words if word in _OPENING} == {True, False}


def _in_unit(metric: str, unit: str) -> Meaning:
    """A percent may be written as a part of one; a battery in volts is a voltage."""
    if metric == "battery" and unit.lower() in ("v", "mv"):
        return numeric_metric("battery_voltage", unit=unit)
    return numeric_metric(metric, unit=unit)


def _contact(described: HomieProperty) -> Meaning:
    """Homie has no polarity of its own: the labels of the two values do (`format` is
    "false label,true label"); without them only the role can tell. Words tell by themselves."""
    labels = _words_of(described) if described.datatype in ("", "boolean") else []
    if len(labels) == 2 and labels[1] in ("open", "opened"):
        return flag_metric("door")
    if len(labels) == 2 and labels[0] in ("open", "opened"):
        return flag_metric("door", inverted=True)

    def take(report: DeviceReport, value: object, _part: str) -> None:
        opened = _OPENING.get(word_of(value))
        active = flag_of(value) if isinstance(value, bool | str) else None
        if opened is not None:
            report.measure("door", float(opened))
        elif active is not None:
            report.unclear("contact", active)

    return take
