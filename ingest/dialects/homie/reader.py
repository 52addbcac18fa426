"""Reads Homie 4 and 5 messages (homieiot convention). Pure.

4: <dev>/$state|$name|…, <dev>/<node>/<prop>/$datatype|$unit|$format, <dev>/<node>/<prop>  value
5: 5/<dev>/$state, 5/<dev>/$description (JSON), 5/<dev>/<node>/<prop>  value

Homie says how a value is written, not what it means: the meaning is in the ids of node and
property, and in the unit. `…/set` and `…/$target` are commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from ingest.dialects.homie.meanings import (
    HomieProperty,
    property_meaning,
    property_value,
    two_state,
)
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    Availability,
    DeviceAnnounced,
    DeviceLeft,
    DialectEvent,
    LearnedDescription,
    Statement,
    WireMessage,
)
from ingest.dialects.vocabulary.values import text_of
from ingest.errors import UnreadableError

NAME = "homie"
_STATES = {"ready": True, "alert": True, "disconnected": False, "lost": False}
"""`init` and `sleeping` say nothing about being there: the last word stands."""
_KEPT = frozenset({"$datatype", "$unit", "$format", "$retained", "$settable"})
_MAX_CHILDREN = 200


@dataclass(frozen=True, slots=True)
class KnownProperties:
    """Properties by `dev/node/prop` (of Homie 5: `5/dev/node/prop`), children by device."""

    properties: Mapping[str, HomieProperty]
    children: Mapping[str, tuple[str, ...]]


EMPTY = KnownProperties({}, {})


def learn(known: KnownProperties, key: str, doc: Any) -> KnownProperties:
    """`key` is a topic: of an attribute (Homie 4), or of a $description (Homie 5)."""
    path, _, attribute = key.rpartition("/")
    if attribute == "$description":
        return _learn_description(known, path, doc)
    was = known.properties.get(path, HomieProperty())
    text = doc if isinstance(doc, str) else ""
    if attribute == "$datatype":
        was = replace(was, datatype=text)
    elif attribute == "$unit":
        was = replace(was, unit=text)
    elif attribute == "$format":
        was = replace(was, format=text)
    elif attribute == "$retained":
        was = replace(was, event=text == "false")
    elif attribute == "$settable":
        was = replace(was, settable=text == "true")
    return replace(known, properties={**known.properties, path: was})


def _learn_description(known: KnownProperties, path: str, doc: Any) -> KnownProperties:
    kept = {k: v for k, v in known.properties.items() if not k.startswith(f"{path}/")}
    device = path.removeprefix("5/")
    children = {k: v for k, v in known.children.items() if k != device}
    if isinstance(doc, dict):
        for node, prop, body in _properties(doc):
            kept[f"{path}/{node}/{prop}"] = HomieProperty(
                datatype=_text(body.get("datatype")),
                unit=_text(body.get("unit")),
                format=_text(body.get("format")),
                event=body.get("retained") is False,
                settable=body.get("settable") is True,
            )
        below = doc.get("children")
        if isinstance(below, list):
            children[device] = tuple(c for c in below[:_MAX_CHILDREN] if isinstance(c, str))
        for above in (doc.get("root"), doc.get("parent")):
            if not isinstance(above, str) or above == device:
                continue
            siblings = children.get(above, ())
            if device not in siblings:
                children[above] = (*siblings[:_MAX_CHILDREN], device)
    return KnownProperties(kept, children)


def read(wire: WireMessage, known: KnownProperties) -> list[DialectEvent]:
    topic = wire.topic.removeprefix("homie/")
    levels = topic.split("/")
    version5 = levels[0] == "5"
    path = levels[1:] if version5 else levels
    if len(path) < 2 or path[0].startswith("$") or path[-1] in ("set", "$target"):
        return []
    if path[-1].startswith("$"):
        return _attribute(topic, path, wire, known)
    return _value(topic, path, wire, known) if len(path) == 3 else []


def _attribute(
    topic: str, path: list[str], wire: WireMessage, known: KnownProperties
) -> list[DialectEvent]:
    device, name = path[0], path[-1]
    if len(path) == 2 and name == "$state":
        return _state(device, text_of(wire.payload).strip(), known)
    if len(path) == 2 and name == "$description":
        return _description(topic, device, wire)
    if len(path) == 2 and name == "$name":
        return [DeviceAnnounced(device, description=text_of(wire.payload)[:200])]
    if len(path) == 4 and name in _KEPT:
        text = text_of(wire.payload)[:200]
        return [LearnedDescription(NAME, topic, text if text and text != "\x00" else None)]
    return []


def _state(device: str, state: str, known: KnownProperties) -> list[DialectEvent]:
    """What is behind a lost root is lost too, although its own state stays as it was."""
    if not state:
        return [DeviceLeft(device)]
    online = _STATES.get(state)
    if online is None:
        return []
    below = [] if online else _below(device, known)
    return [Availability(device, online), *(Availability(child, False) for child in below)]


def _below(device: str, known: KnownProperties) -> list[str]:
    found: list[str] = []
    waiting = [device]
    while waiting and len(found) < _MAX_CHILDREN:
        for child in known.children.get(waiting.pop(), ()):
            if child not in found and child != device:
                found.append(child)
                waiting.append(child)
    return found


def _description(topic: str, device: str, wire: WireMessage) -> list[DialectEvent]:
    if not wire.payload:
        return [LearnedDescription(NAME, topic, None), DeviceLeft(device)]
    try:
        doc = orjson.loads(wire.payload)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"$description: expected JSON: {error}") from error
    if not isinstance(doc, dict):
        raise UnreadableError("$description: expected a JSON object")
    kept = {k: doc[k] for k in ("nodes", "children", "name", "root", "parent") if k in doc}
    return [
        LearnedDescription(NAME, topic, kept),
        DeviceAnnounced(device, model=_text(doc.get("type")), description=_text(doc.get("name"))),
    ]


def _value(
    topic: str, path: list[str], wire: WireMessage, known: KnownProperties
) -> list[DialectEvent]:
    if wire.payload in (b"", b"\x00"):
        return []
    device, node, prop = path
    described = known.properties.get(topic, HomieProperty())
    meaning = property_meaning(node, prop, described)
    if meaning is None:
        return []
    report = DeviceReport(device, wire)
    value = property_value(text_of(wire.payload), described)
    if value is not None:
        meaning[0](report, value, meaning[1])
    if not report.has_news and (opposite := two_state(str(value), described)) is not None:
        meaning[0](report, opposite, meaning[1])
    return [_of_node(event, node) for event in report.events()]


def _of_node(event: DialectEvent, node: str) -> DialectEvent:
    """Each node is a part for itself: one dry floor does not end the leak of another."""
    if isinstance(event, Statement) and not event.part:
        return replace(event, part=node)
    return event


def _properties(doc: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    nodes = doc.get("nodes")
    return [
        (node, prop, body)
        for node, inner in (nodes.items() if isinstance(nodes, dict) else ())
        if isinstance(inner, dict) and isinstance(inner.get("properties"), dict)
        for prop, body in inner["properties"].items()
        if isinstance(body, dict)
    ]


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
