"""Reads ESPHome nodes that announce nothing (MQTT Client Component with discovery off). Pure.

<node>/status                           online | offline (birth and last will)
<node>/binary_sensor/<name>/state       ON | OFF
<node>/sensor/<name>/state              21.5, nan; a text of a text sensor
<node>/event/<name>/state               {"event_type": "single"}

A name is all that says what a thing is. Logs (`<node>/debug`), commands and what is there to be
commanded are not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.entity_names import metric_meaning, state_meaning
from ingest.dialects.vocabulary.events import (
    Availability,
    DeviceAnnounced,
    DialectEvent,
    LearnedDescription,
    Measurement,
    WireMessage,
)
from ingest.dialects.vocabulary.values import UNKNOWN, json_of, number_of, online_of, text_of
from ingest.errors import UnreadableError

NAME = "esphome"
LOG_LEVEL = "debug"
COMPONENTS = frozenset(
    {"binary_sensor", "sensor", "event", "switch", "light", "fan", "cover", "climate", "number"}
    | {"select", "button", "lock", "text", "valve", "alarm_control_panel", "date", "time"}
    | {"datetime", "update"}
)
"""Levels that name what a thing is; a text sensor is a `sensor` here."""
_BINARY = {"ON": True, "OFF": False}


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Which things of a node measure the same, by node and metric: `node/name` of each."""

    alike: Mapping[tuple[str, str], frozenset[str]]


EMPTY = KnownNames({})


def learn(known: KnownNames, key: str, doc: Any) -> KnownNames:
    """`key` is `node/name`, doc the metric that it measures."""
    if not isinstance(doc, str):
        return KnownNames({of: keys - {key} for of, keys in known.alike.items()})
    of = (key.rpartition("/")[0], doc)
    return KnownNames({**known.alike, of: known.alike.get(of, frozenset()) | {key}})


def read(wire: WireMessage, known: KnownNames) -> list[DialectEvent]:
    path, _, leaf = wire.topic.rpartition("/")
    if leaf == "status" and path:
        online = online_of(text_of(wire.payload))
        return [] if online is None else [Availability(path, online)]
    rest, _, name = path.rpartition("/")
    node, _, component = rest.rpartition("/")
    if leaf != "state" or not node or not name or not wire.payload:
        return []
    report = DeviceReport(node, wire)
    if component == "binary_sensor":
        _binary(report, name, text_of(wire.payload))
    elif component == "event":
        _event(report, name, json_of(wire.payload))
    elif component == "sensor":
        _number(report, name, text_of(wire.payload))
    return _apart(report, node, name, known)


def _binary(report: DeviceReport, name: str, text: str) -> None:
    active = _BINARY.get(text)
    if active is None:
        if text.strip().lower() in UNKNOWN:
            return
        raise UnreadableError(f"esphome: a binary sensor says ON or OFF, not {text[:40]!r}")
    meaning = state_meaning(name)
    if meaning is None:
        report.unclear(name, active)
    else:
        meaning(report, active, name)


def _number(report: DeviceReport, name: str, text: str) -> None:
    found = metric_meaning(name)
    if found is not None and number_of(text) is not None:
        found[1](report, text, name)


def _event(report: DeviceReport, name: str, message: Any) -> None:
    word = message.get("event_type") if isinstance(message, dict) else None
    if isinstance(word, str) and word.strip().lower() not in UNKNOWN:
        report.press(word[:200], name)


def _apart(report: DeviceReport, node: str, name: str, known: KnownNames) -> list[DialectEvent]:
    """What several things of a node measure alike is told apart by their names."""
    key = f"{node}/{name}"
    events: list[DialectEvent] = []
    for event in report.events():
        if isinstance(event, Measurement):
            for metric in event.metrics:
                alike = known.alike.get((node, metric), frozenset())
                if key not in alike:
                    events.append(LearnedDescription(NAME, key, metric))
                if alike - {key}:
                    event = replace(event, part=name)
        events.append(event)
    return [DeviceAnnounced(node, vendor="ESPHome"), *events] if events else []
