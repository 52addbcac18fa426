"""Home Assistant's MQTT discovery: from a config message to entities (docs: MQTT Discovery). Pure.

<component>/[<node_id>/]<object_id>/config     one entity
device/<object_id>/config                      a device with its components in `cmps`

Keys may be abbreviated, `~` stands for a base topic.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.dialects.ha_abbreviations import DEVICE, KEYS
from ingest.dialects.ha_templates import template

COMPONENTS = frozenset({"binary_sensor", "sensor", "event", "device_automation"})
"""What states something; the others are there to be commanded."""
MAX_COMPONENTS = 100
KEPT = (
    "name", "unique_id", "object_id", "device_class", "unit_of_measurement", "state_topic",
    "value_template", "payload_on", "payload_off", "payload_available", "payload_not_available",
    "off_delay", "topic", "payload", "type", "subtype", "entity_category", "platform",
    "availability_mode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watch:
    """A topic that says whether an entity is there."""

    topic: str
    template: str
    online: str
    offline: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing a device says, and how it is read. Topics are local: without the home before
    them. `id` tells the entities of a device apart."""

    id: str
    component: str
    device: str
    name: str
    topic: str
    template: str
    on: str
    off: str
    device_class: str
    unit: str
    off_delay: bool
    payload: str
    action: str
    watches: tuple[Watch, ...]
    mode: str


def entities_of(topic: str, config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entities of a config as plain JSON, to be kept. Raises UnreadableError for a template
    that is not read here, so that the installer learns why the device stays silent."""
    levels = topic.split("/")
    full = _expanded(config)
    if levels[0] == "device":
        parts = full.get("components")
        shared = {k: v for k, v in full.items() if k not in ("components", "origin")}
        bodies: Iterator[tuple[str, Any]] = (
            iter(list(parts.items())[:MAX_COMPONENTS]) if isinstance(parts, dict) else iter(())
        )
        made = [
            _doc(str(body.get("platform", "")), key, {**shared, **body})
            for key, body in ((k, _expanded(b)) for k, b in bodies if isinstance(b, dict))
        ]
    else:
        made = [_doc(levels[0], _entity_id(levels), full)]
    return [doc for doc in made if doc is not None]


def entity_of(doc: Any, local: Callable[[str], str]) -> Entity | None:
    """What was kept, ready to read with, its topics made local; None for what is no entity."""
    if not isinstance(doc, dict) or doc.get("component") not in COMPONENTS:
        return None
    text = {k: v for k, v in doc.items() if isinstance(v, str)}
    watches = doc.get("availability")
    return Entity(
        id=text.get("id", ""),
        component=doc["component"],
        device=text.get("device", ""),
        name=text.get("name", ""),
        topic=local(text.get("state_topic", "")),
        template=text.get("value_template", ""),
        on=text.get("payload_on", "ON"),
        off=text.get("payload_off", "OFF"),
        device_class=text.get("device_class", ""),
        unit=text.get("unit_of_measurement", ""),
        off_delay=doc.get("off_delay") is not None,
        payload=text.get("payload", ""),
        action=text.get("action", ""),
        watches=tuple(
            Watch(
                local(w.get("topic", "")),
                w.get("template", ""),
                w.get("online", ""),
                w.get("off", ""),
            )
            for w in (watches if isinstance(watches, list) else [])
            if isinstance(w, dict)
        ),
        mode=text.get("availability_mode", "latest"),
    )


def _entity_id(levels: list[str]) -> str:
    """Of <component>/[<node_id>/]<object_id>/config."""
    return "_".join(levels[1:-1])


def _doc(component: str, object_id: str, config: Mapping[str, Any]) -> dict[str, Any] | None:
    if component not in COMPONENTS:
        return None
    doc: dict[str, Any] = {"component": component, "id": object_id[:64]}
    for key in KEPT:
        value = config.get(key)
        if value is not None and not isinstance(value, dict | list):
            doc[key] = value if isinstance(value, str) and key != "off_delay" else _text(key, value)
    doc["device"] = _device(config, object_id)
    doc["name"] = " ".join(str(doc.get(k) or "") for k in ("object_id", "name")) + f" {object_id}"
    if component == "device_automation":
        doc["state_topic"] = doc.get("topic", "")
        doc["action"] = str(doc.get("type") or doc.get("payload") or "")
    doc["availability"] = _watches(config)
    for source in (doc.get("value_template"), *(w["template"] for w in doc["availability"])):
        if source:
            template(source)
    return doc if doc.get("state_topic") else None


def _text(key: str, value: Any) -> Any:
    """Payloads are compared as text, as Home Assistant does: true becomes True."""
    return value if key == "off_delay" else str(value)


def _device(config: Mapping[str, Any], object_id: str) -> str:
    device = config.get("device")
    device = device if isinstance(device, dict) else {}
    identifiers = device.get("identifiers")
    first = identifiers[0] if isinstance(identifiers, list) and identifiers else identifiers
    connections = device.get("connections")
    if first is None and isinstance(connections, list) and connections:
        pair = connections[0]
        first = pair[1] if isinstance(pair, list) and len(pair) == 2 else None
    return str(first or config.get("unique_id") or object_id)[:128]


def _watches(config: Mapping[str, Any]) -> list[dict[str, str]]:
    listed = config.get("availability")
    listed = listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []
    single = config.get("availability_topic")
    if isinstance(single, str):
        shared = {**config, "topic": single, "value_template": config.get("availability_template")}
        listed = [*listed, shared]
    return [
        {
            "topic": item["topic"],
            "template": str(item.get("value_template") or ""),
            "online": str(item.get("payload_available", "online")),
            "off": str(item.get("payload_not_available", "offline")),
        }
        for item in listed[:10]
        if isinstance(item, dict) and isinstance(item.get("topic"), str)
    ]


def described(config: Mapping[str, Any]) -> dict[str, str]:
    """Maker, model and name of the device in a config; empty without a device."""
    device = _expanded(config).get("device")
    if not isinstance(device, dict):
        return {}
    return {
        key: str(device.get(key) or "")[:200]
        for key in ("manufacturer", "model", "model_id", "name")
    }


def device_of(topic: str, config: Mapping[str, Any]) -> str:
    levels = topic.split("/")
    return _device(_expanded(config), levels[-2] if len(levels) > 1 else topic)


def _expanded(config: Mapping[str, Any]) -> dict[str, Any]:
    full = {KEYS.get(key, key): value for key, value in config.items()}
    base = full.pop("~", None)
    if isinstance(full.get("device"), dict):
        full["device"] = {DEVICE.get(k, k): v for k, v in full["device"].items()}
    if isinstance(full.get("availability"), list):
        full["availability"] = [
            {KEYS.get(k, k): v for k, v in item.items()} if isinstance(item, dict) else item
            for item in full["availability"]
        ]
    if isinstance(base, str):
        _based(full, base)
    return full


def _based(config: dict[str, Any], base: str) -> None:
    for key, value in config.items():
        if isinstance(value, str) and key.endswith("topic"):
            if value.startswith("~"):
                value = base + value[1:]
            elif value.endswith("~"):
                value = value[:-1] + base
            config[key] = value
    listed = config.get("availability")
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict):
            _based(item, base)
