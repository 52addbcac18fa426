"""Devices that announce themselves to Home Assistant over MQTT: ESPHome, OpenMQTTGateway, and
many self-made ones (docs: MQTT Discovery, MQTT Binary sensor, Sensor, Event). Pure.

Configs are retained and tell which topics to read and how. A topic is read by the config that
names it; a topic that none names is read by its last level, when that is the name of a property
(`…/smoke` = ON).
"""

import orjson

from ingest.dialects.base import Availability, Finding, Found, Gone, Learned, Wire
from ingest.dialects.ha_config import described, device_of
from ingest.dialects.ha_discovery import (
    COMPONENTS,
    Entity,
    Watch,
    entities_of,
)
from ingest.dialects.ha_knowledge import EMPTY, Known, learn, local
from ingest.dialects.ha_states import rendered, states_of
from ingest.dialects.ha_templates import parse_json
from ingest.dialects.properties import meaning_of
from ingest.dialects.report import Report
from ingest.dialects.suggest import role_of
from ingest.dialects.values import text_of
from ingest.errors import UnreadableError

NAME = "homeassistant"
OTHERS = ("zigbee2mqtt/", "tasmota/", "shelly/", "homie/")
"""Topics that another dialect reads: their configs would only say the same twice."""
_CONFIGURED = COMPONENTS | {"device"}


def read(wire: Wire, known: Known) -> list[Finding]:
    topic = local(wire.topic)
    levels = topic.split("/")
    if levels[-1] == "config" and levels[0] in _CONFIGURED and len(levels) in (3, 4):
        return _config(topic, wire, known)
    if not wire.payload or levels[-1] in ("set", "command") or topic == "status":
        return []
    named = known.by_topic.get(topic, ())
    watched = known.watched.get(topic, ())
    if named or watched:
        text = text_of(wire.payload)
        findings = _watched(topic, watched, text, wire, known) if watched else []
        return findings + states_of(named, text, wire, known)
    return _plain(levels, wire)


def _config(topic: str, wire: Wire, known: Known) -> list[Finding]:
    if not wire.payload.strip():
        gone = [Gone(entity.device) for entity in known.entities.get(topic, ())[:1]]
        return [Learned(NAME, topic, None), *gone]
    try:
        config = orjson.loads(wire.payload)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"config: expected JSON: {error}") from error
    if not isinstance(config, dict):
        raise UnreadableError("config: expected a JSON object")
    made, refused = entities_of(topic, config)
    if refused and not made:
        raise UnreadableError(refused[0].reason)
    docs = [doc for doc in made if not _of_others(doc["state_topic"])]
    if not docs:
        return []
    about = described(config)
    text = " ".join([about.get("name", ""), about.get("model", ""), *(d["name"] for d in docs)])
    return [
        Learned(NAME, topic, docs),
        Found(
            device_of(topic, config),
            uid=docs[0].get("unique_id", ""),
            vendor=about.get("manufacturer", ""),
            model=about.get("model_id", "") or about.get("model", ""),
            description=about.get("name", ""),
            suggests=role_of(text),
        ),
        *refused,
    ]


def _of_others(topic: str) -> bool:
    return local(topic).startswith(OTHERS)


def _watched(
    topic: str,
    watched: tuple[tuple[Entity, Watch], ...],
    text: str,
    wire: Wire,
    known: Known,
) -> list[Finding]:
    """A device is there when its topics say so: all of them, any of them, or the latest."""
    findings: list[Finding] = []
    said: dict[str, bool] = {}
    document = parse_json(text)
    for entity, watch in watched:
        word = rendered(watch.template, text, document, wire.received_at)
        if word not in (watch.online, watch.offline) or entity.device in said:
            continue
        online = word == watch.online
        others = _others(entity, topic, known)
        if known.words.get(topic) is not online:
            findings.append(Learned(NAME, f"online:{topic}", online))
        if entity.mode == "all":
            online = online and all(others)
        elif entity.mode == "any":
            online = online or any(others)
        said[entity.device] = online
    return [*dict.fromkeys(findings), *(Availability(d, o) for d, o in said.items())]


def _others(entity: Entity, topic: str, known: Known) -> list[bool]:
    return [
        known.words[w.topic] for w in entity.watches if w.topic != topic and w.topic in known.words
    ]


def _plain(levels: list[str], wire: Wire) -> list[Finding]:
    """A topic that no config names: one value with the property's name as the last level, or an
    object of properties. Nothing is read into other names."""
    text = text_of(wire.payload)
    if text[:1] == "{":
        document = parse_json(text)
        report = Report("/".join(levels)[-128:], wire)
        values = document if isinstance(document, dict) else {}
    else:
        report = Report("/".join(levels[:-1])[-128:], wire)
        values = {levels[-1]: text.strip()} if len(levels) > 1 else {}
    for name, value in values.items():
        known = meaning_of(name.lower()) if value is not None else None
        if known is not None:
            known[0](report, value, known[1])
    return report.findings()


__all__ = ["EMPTY", "NAME", "learn", "read"]
