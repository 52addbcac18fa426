"""Reads devices that announce themselves by Home Assistant's MQTT discovery configs. Pure.

ESPHome, OpenMQTTGateway and many self-made devices do so (docs: MQTT Discovery, MQTT Binary
sensor, Sensor, Event).

Configs are retained and tell which topics to read and how. A topic is read by the config that
names it; a topic that none names is read by its last level, when that is the name of a property
(`…/smoke` = ON).
"""

from typing import Any

import orjson

from ingest.dialects.home_assistant.configs import device_description, device_of
from ingest.dialects.home_assistant.entities import (
    COMPONENTS,
    AvailabilityTopic,
    Entity,
    entities_of,
    entity_of,
)
from ingest.dialects.home_assistant.learned_entities import EMPTY, KnownEntities, learn, local_topic
from ingest.dialects.home_assistant.safety_names import suggested_for
from ingest.dialects.home_assistant.states import Payload, states_of
from ingest.dialects.home_assistant.templates import parse_json, template_of
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
from ingest.dialects.vocabulary.properties import meaning_or_unclear
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from ingest.dialects.vocabulary.values import text_of
from ingest.errors import UnreadableConfigError, UnreadableError

NAME = "homeassistant"
OTHERS = ("zigbee2mqtt/", "tasmota/", "shelly/", "homie/")
"""Topics that another dialect reads: their configs would only say the same twice."""
_CONFIGURED = COMPONENTS | {"device"}


def read(wire: WireMessage, known: KnownEntities) -> list[DialectEvent]:
    topic = local_topic(wire.topic)
    levels = topic.split("/")
    if levels[-1] == "config" and levels[0] in _CONFIGURED and len(levels) in (3, 4):
        return _config(topic, wire, known)
    if not wire.payload or levels[-1] in ("set", "command") or topic == "status":
        return []
    named = known.by_topic.get(topic, ())
    watched = known.watched.get(topic, ())
    if named or watched:
        payload = Payload.of(wire, text_of(wire.payload))
        states = states_of(named, payload, known)
        events = _watched(topic, watched, payload, known) if watched else []
        plain = _alarms(_plain(levels, wire)) if payload.over_budget else []
        return [*payload.refused, *events, *states, *plain]
    return _plain(levels, wire)


def _config(topic: str, wire: WireMessage, known: KnownEntities) -> list[DialectEvent]:
    if not wire.payload.strip():
        gone = [DeviceLeft(entity.device) for entity in known.entities.get(topic, ())[:1]]
        return [LearnedDescription(NAME, topic, None), *gone]
    try:
        config = orjson.loads(wire.payload)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"config: expected JSON: {error}") from error
    if not isinstance(config, dict):
        raise UnreadableError("config: expected a JSON object")
    check = wire.renders.check if wire.renders is not None else template_of
    made, refused = entities_of(topic, config, check)
    if refused and not made:
        raise UnreadableConfigError(refused[0].reason)
    docs = [doc for doc in made if not _of_others(doc["state_topic"])]
    if not docs:
        return []
    about = device_description(config)
    text = " ".join([about.get("name", ""), about.get("model", ""), *(d["name"] for d in docs)])
    return [
        LearnedDescription(NAME, topic, docs),
        DeviceAnnounced(
            device_of(topic, config),
            uid=docs[0].get("unique_id", ""),
            vendor=about.get("manufacturer", ""),
            model=about.get("model_id", "") or about.get("model", ""),
            description=about.get("name", ""),
            suggests=suggested_role(text) or suggested_for(_entities_beside(topic, docs, known)),
        ),
        *refused,
    ]


def _entities_beside(topic: str, docs: list[dict[str, Any]], known: KnownEntities) -> list[Entity]:
    """Those of this config and those that its device has by others."""
    made = [entity for doc in docs if (entity := entity_of(doc, local_topic)) is not None]
    devices = {entity.device for entity in made}
    others = (entities for key, entities in known.entities.items() if key != topic)
    return made + [e for entities in others for e in entities if e.device in devices]


def _of_others(topic: str) -> bool:
    return local_topic(topic).startswith(OTHERS)


def _watched(
    topic: str,
    watched: tuple[tuple[Entity, AvailabilityTopic], ...],
    payload: Payload,
    known: KnownEntities,
) -> list[DialectEvent]:
    """A device is there when its topics say so: all of them, any of them, or the latest."""
    events: list[DialectEvent] = []
    online_of_device: dict[str, bool] = {}
    for entity, watch in watched:
        word = payload.state_of(entity, watch.template, telemetry=True)
        if word not in (watch.online, watch.offline) or entity.device in online_of_device:
            continue
        online = word == watch.online
        others = _others(entity, topic, known)
        if known.words.get(topic) is not online:
            events.append(LearnedDescription(NAME, f"online:{topic}", online))
        if entity.mode == "all":
            online = online and all(others)
        elif entity.mode == "any":
            online = online or any(others)
        online_of_device[entity.device] = online
    return [*dict.fromkeys(events), *(Availability(d, o) for d, o in online_of_device.items())]


def _others(entity: Entity, topic: str, known: KnownEntities) -> list[bool]:
    return [
        known.words[w.topic] for w in entity.watches if w.topic != topic and w.topic in known.words
    ]


def _alarms(events: list[DialectEvent]) -> list[DialectEvent]:
    """What a topic says by itself, of a message whose templates were left out: only what alarms. A
    template may turn a value round, and an all-clear that is none takes an alarm off the screen."""
    return [event for event in events if isinstance(event, Statement) and event.active]


def _plain(levels: list[str], wire: WireMessage) -> list[DialectEvent]:
    """A topic that no config names: one value with the property's name as the last level, or an
    object of properties. Nothing is read into other names."""
    text = text_of(wire.payload)
    if text[:1] == "{":
        document = parse_json(text)
        report = DeviceReport("/".join(levels)[-128:], wire)
        values = document if isinstance(document, dict) else {}
    else:
        report = DeviceReport("/".join(levels[:-1])[-128:], wire)
        values = {levels[-1]: text.strip()} if len(levels) > 1 else {}
    for name, value in values.items():
        known = meaning_or_unclear(name.lower()) if value is not None else None
        if known is not None:
            known[0](report, value, known[1])
    return report.events()


__all__ = ["EMPTY", "NAME", "learn", "read"]
