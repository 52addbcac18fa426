"""Compiles the exposes of a Zigbee device into a profile for the reader. Pure.

The table of properties gives the meaning; the exposes decide what is a setting and not a reading
(access bit 1: published, bit 2: can be set), the unit, and unusual words for on and off.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    alarm_state,
    numeric_metric,
    unclear_input,
)
from ingest.dialects.vocabulary.events import DeviceAnnounced
from ingest.dialects.vocabulary.properties import SETTABLE_NAMES, meaning_of
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from ingest.dialects.vocabulary.unclear_names import is_unclear_name
from ingest.dialects.vocabulary.values import truth_of
from store.model import Kind

PUBLISHED, SETTABLE = 1, 2
MAX_EXPOSES = 300
_UNITS: dict[str, str] = {
    "temperature": "temperature",
    "local_temperature": "temperature",
    "pressure": "pressure",
    "power": "power",
    "current": "current",
    "energy": "energy",
    "voc": "voc",
    "co": "co",
    "co2": "co2",
    "illuminance": "illuminance",
    "gas": "gas",
    "gas_value": "gas",
    "gas_concentration": "gas",
    "water_consumed": "water",
    "volume": "water",
    "flow": "water_flow",
    "flow_rate": "water_flow",
    "smoke_density_dbm": "smoke_density",
    "pm25": "pm25",
}
"""Numeric properties whose metric depends on the unit they are exposed with."""
_KINDS = frozenset(Kind)
_NEEDS_UNIT = frozenset({"gas", "gas_value", "gas_concentration", "volume", "flow", "flow_rate"})


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """How to read one device: per property its meaning, None for what is not to be read. A group
    is none: it only repeats what its members are told."""

    plan: Mapping[str, Meaning | None]
    parts: Mapping[str, str]
    group: bool = False


GROUP_DOC: Mapping[str, Any] = {"group": True}
_GROUP = DeviceProfile({}, {}, group=True)


def description_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a bridge/devices entry worth keeping, as plain JSON."""
    definition = entry.get("definition")
    definition = definition if isinstance(definition, dict) else {}
    kept = []
    for item in _flat(definition.get("exposes")):
        kept.append(
            {
                "p": item["property"],
                "t": item.get("type"),
                "a": item.get("access", PUBLISHED),
                "u": item.get("unit"),
                "on": item.get("value_on"),
                "off": item.get("value_off"),
                "v": item.get("values") if item["property"] == "action" else None,
            }
        )
        if len(kept) == MAX_EXPOSES:
            break
    return {
        "uid": _text(entry.get("ieee_address")),
        "vendor": _text(definition.get("vendor")) or _text(entry.get("manufacturer")),
        "model": _text(definition.get("model")) or _text(entry.get("model_id")),
        "description": _text(definition.get("description")),
        "exposes": kept,
    }


def announced_device(name: str, doc: Mapping[str, Any]) -> DeviceAnnounced:
    actions = [v for e in doc["exposes"] if e["p"] == "action" for v in e["v"] or []]
    return DeviceAnnounced(
        name,
        uid=doc["uid"],
        vendor=doc["vendor"],
        model=doc["model"],
        description=doc["description"],
        suggests=suggested_role(doc["description"]),
        actions=tuple(v for v in actions if isinstance(v, str)),
    )


def profile_of(doc: Any) -> DeviceProfile:
    """Compile a stored description. A description that is none gives no plan. Devices of a model
    share theirs: thousands of homes hang the same detector."""
    if doc == GROUP_DOC:
        return _GROUP
    kept = {name: doc.get(name) for name in _COMPILED} if isinstance(doc, dict) else {}
    return _profile_of(orjson.dumps(kept))


_COMPILED = ("exposes", "description")
MODELS = 4096
"""Descriptions kept compiled; of more, each device has its own."""


@lru_cache(MODELS)
def _profile_of(text: bytes) -> DeviceProfile:
    doc = orjson.loads(text)
    plan: dict[str, Meaning | None] = {}
    parts: dict[str, str] = {}
    items, description = doc.get("exposes"), doc.get("description")
    described = suggested_role(description) if isinstance(description, str) else ""
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict) or not isinstance(name := item.get("p"), str):
            continue
        known = meaning_of(name)
        plan[name] = _meaning(name, item, known[0] if known else None, described)
        if known and known[1]:
            parts[name] = known[1]
    return DeviceProfile(plan, parts)


def _meaning(
    name: str, item: Mapping[str, Any], known: Meaning | None, described: str
) -> Meaning | None:
    access = item.get("a")
    access = access if isinstance(access, int) else PUBLISHED
    if not access & PUBLISHED:
        return None
    if item.get("t") == "numeric":
        return _numeric(name, item, known)
    if access & SETTABLE and _base(name) in SETTABLE_NAMES:
        return None
    if known is None and not access & SETTABLE and is_unclear_name(name):
        known = unclear_input(name)
    if item.get("t") == "binary":
        if not access & SETTABLE and _base(name) == "alarm" and described in _KINDS:
            known = alarm_state(Kind(described))
        return _binary(item, known)
    return known


def _numeric(name: str, item: Mapping[str, Any], known: Meaning | None) -> Meaning | None:
    unit = item.get("u") if isinstance(item.get("u"), str) else ""
    assert isinstance(unit, str)  # noqa: S101 - narrows for mypy
    base = _base(name)
    if base in ("voltage", "battery_voltage") and unit == "mV":
        return numeric_metric("battery_voltage", unit="mV")
    metric = _UNITS.get(base)
    if metric is None or (not unit and base not in _NEEDS_UNIT):
        return known
    return numeric_metric(metric, unit=unit) if unit else None


def _binary(item: Mapping[str, Any], known: Meaning | None) -> Meaning | None:
    """Words for on and off that are not ours are translated first."""
    on, off = item.get("on"), item.get("off")
    if known is None or truth_of(on) is not None or not isinstance(on, str):
        return known

    def take(report: DeviceReport, value: object, part: str) -> None:
        if value in (on, off):
            known(report, value == on, part)
        else:
            known(report, value, part)

    return take


def _flat(items: Any) -> Iterator[dict[str, Any]]:
    """Composite exposes (climate, switch, light) hold theirs in `features`."""
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        if isinstance(item.get("property"), str) and item["property"]:
            yield item
        elif isinstance(item.get("features"), list):
            for feature in item["features"]:
                if isinstance(feature, dict) and isinstance(feature.get("property"), str):
                    yield feature


def _base(name: str) -> str:
    return name.rstrip("0123456789").rstrip("_")


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
