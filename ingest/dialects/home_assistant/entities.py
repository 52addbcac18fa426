"""Home Assistant's entities, built from discovery configs (docs: MQTT Discovery). Pure.

<component>/[<node_id>/]<object_id>/config     one entity
device/<object_id>/config                      a device with its components in `cmps`

Keys may be abbreviated, `~` stands for a base topic.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.dialects.home_assistant.configs import (
    availability_topics_of,
    device_name,
    expanded_config,
    label_of,
)
from ingest.dialects.home_assistant.templates import template_of
from ingest.dialects.vocabulary.events import PartRefused
from ingest.errors import UnreadableError

COMPONENTS = frozenset({"binary_sensor", "sensor", "event", "device_automation"})
"""What states something; the others are there to be commanded."""
ATTRIBUTES = "attributes"
"""A topic with facts about the device beside its state: battery, radio."""
_KEPT_AS = COMPONENTS | {ATTRIBUTES}
MAX_COMPONENTS = 100
KEPT_KEYS = (
    "name",
    "unique_id",
    "object_id",
    "device_class",
    "unit_of_measurement",
    "state_topic",
    "value_template",
    "payload_on",
    "payload_off",
    "payload_available",
    "payload_not_available",
    "off_delay",
    "topic",
    "payload",
    "type",
    "subtype",
    "entity_category",
    "platform",
    "availability_mode",
)


@dataclass(frozen=True, slots=True)
class AvailabilityTopic:
    """A topic that says whether an entity is there."""

    topic: str
    template: str
    online: str
    offline: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing a device says, and how it is read. Topics are local: without the home before
    them. `id` tells the entities of a device apart. `label` is its own name, `name` that with all
    its ids."""

    id: str
    component: str
    device: str
    label: str
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
    watches: tuple[AvailabilityTopic, ...]
    mode: str


Check = Callable[[str], object]
"""Raises UnreadableError for a template that is not read here."""


def entities_of(
    topic: str, config: Mapping[str, Any], check: Check = template_of
) -> tuple[list[dict[str, Any]], list[PartRefused]]:
    """The entities of a config as plain JSON, to be kept, and those whose template is not read
    here, with the reason, so that the installer learns why a part of the device stays silent."""
    levels = topic.split("/")
    full = expanded_config(config)
    docs: list[dict[str, Any]] = []
    refused: list[PartRefused] = []
    for component, object_id, body in _bodies(levels, full):
        try:
            docs += _docs(component, object_id, body, check)
        except UnreadableError as error:
            refused.append(PartRefused(device_name(body, object_id), object_id[:64], str(error)))
    return docs, refused


def _bodies(
    levels: list[str], config: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if levels[0] != "device":
        yield levels[0], _entity_id(levels), config
        return
    parts = config.get("components")
    shared = {k: v for k, v in config.items() if k not in ("components", "origin")}
    for key, part in list(parts.items() if isinstance(parts, dict) else ())[:MAX_COMPONENTS]:
        if isinstance(part, dict):
            body = expanded_config(part)
            yield str(body.get("platform", "")), key, {**shared, **body}


def entity_of(doc: Any, local: Callable[[str], str]) -> Entity | None:
    """What was kept, ready to read with, its topics made local; None for what is no entity."""
    if not isinstance(doc, dict) or doc.get("component") not in _KEPT_AS:
        return None
    text = {k: v for k, v in doc.items() if isinstance(v, str)}
    watches = doc.get("availability")
    return Entity(
        id=text.get("id", ""),
        component=doc["component"],
        device=text.get("device", ""),
        label=text.get("label", ""),
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
            AvailabilityTopic(
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


def _docs(
    component: str, object_id: str, config: Mapping[str, Any], check: Check
) -> list[dict[str, Any]]:
    made = [_doc(component, object_id, config, check)]
    if component in COMPONENTS and isinstance(config.get("json_attributes_topic"), str):
        source = str(config.get("json_attributes_template") or "")
        if source:
            check(source)
        made.append(
            {
                "component": ATTRIBUTES,
                "id": object_id[:64],
                "device": device_name(config, object_id),
                "name": object_id[:64],
                "state_topic": config["json_attributes_topic"],
                "value_template": source,
            }
        )
    return [doc for doc in made if doc is not None]


def _doc(
    component: str, object_id: str, config: Mapping[str, Any], check: Check
) -> dict[str, Any] | None:
    if component not in COMPONENTS:
        return None
    doc: dict[str, Any] = {"component": component, "id": object_id[:64]}
    for key in KEPT_KEYS:
        value = config.get(key)
        if value is not None and not isinstance(value, dict | list):
            doc[key] = value if isinstance(value, str) and key != "off_delay" else _text(key, value)
    doc["device"] = device_name(config, object_id)
    doc["label"] = label_of(config)
    doc["name"] = " ".join(str(doc.get(k) or "") for k in ("object_id", "name")) + f" {object_id}"
    if component == "device_automation":
        doc["state_topic"] = doc.get("topic", "")
        doc["action"] = str(doc.get("type") or doc.get("payload") or "")
    doc["availability"] = availability_topics_of(config)
    for source in (doc.get("value_template"), *(w["template"] for w in doc["availability"])):
        if source:
            check(source)
    return doc if doc.get("state_topic") else None


def _text(key: str, value: Any) -> Any:
    """Payloads are compared as text, as Home Assistant does: true becomes True."""
    return value if key == "off_delay" else str(value)
