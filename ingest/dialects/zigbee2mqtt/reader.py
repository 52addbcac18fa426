"""Reads Zigbee2MQTT messages (docs: MQTT topics and messages; Exposes). Pure.

BASE/NAME                    the device's whole cached state as JSON, repeated with every change
BASE/NAME/availability       online | offline, as text (1.x) or {"state": …}
BASE/NAME/<property>         output attribute: one plain value; `action` with Home Assistant on
BASE/NAME/set|get[/…]        commands, never read
BASE/bridge/state|devices|groups|event   the bridge, what is paired, who comes and goes

NAME may hold slashes, spaces and any script.
"""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    Availability,
    DeviceAnnounced,
    DeviceLeft,
    DialectEvent,
    LearnedDescription,
    WireMessage,
)
from ingest.dialects.vocabulary.properties import meaning_or_unclear
from ingest.dialects.vocabulary.values import json_of, online_of, text_of, time_of, truth_of
from ingest.dialects.zigbee2mqtt import exposes
from ingest.dialects.zigbee2mqtt.exposes import DeviceProfile

NAME = "zigbee2mqtt"
KnownDevices = Mapping[str, DeviceProfile]
"""What is known of this home's devices, by friendly name."""
EMPTY: KnownDevices = {}


def learn(known: KnownDevices, key: str, doc: Any) -> KnownDevices:
    if doc is None:
        return {name: profile for name, profile in known.items() if name != key}
    return {**known, key: exposes.profile_of(doc)}


def read(wire: WireMessage, known: KnownDevices) -> list[DialectEvent]:
    topic = wire.topic
    if not wire.payload:
        return []
    head, _, tail = topic.rpartition("/")
    if topic in known:
        return [] if known[topic].group else _state(topic, wire, known)
    if topic == "bridge/groups":
        return _groups(json_of(wire.payload), known)
    if topic.startswith("bridge/"):
        return _bridge(topic, wire)
    levels = topic.split("/")
    if "set" in levels[1:] or "get" in levels[1:]:
        return []
    of_group = head in known and known[head].group
    if tail == "availability" and head:
        return [] if of_group else _availability(head, wire)
    if wire.payload[:1] == b"{":
        return _state(topic, wire, known)
    if of_group:
        return []
    return _attribute(head, tail, wire, known) if head else []


def _state(name: str, wire: WireMessage, known: KnownDevices) -> list[DialectEvent]:
    state = json_of(wire.payload)
    if not isinstance(state, dict):
        return []
    profile = known.get(name)
    last_seen = state.get("last_seen")
    flag = truth_of(state["test"]) if "test" in state else None
    report = DeviceReport(
        name,
        wire,
        mark=None if last_seen is None else str(last_seen),
        claimed=time_of(last_seen),
        test=flag,
        test_flag=flag,
        said=state,
    )
    if profile is None and isinstance(device := state.get("device"), dict):
        report.collected.append(_announced(name, device))
    for key, value in state.items():
        if value is not None:
            _take(report, key, value, profile)
    if report.test:
        report.tested(None)
    return report.events()


def _take(report: DeviceReport, key: str, value: object, profile: DeviceProfile | None) -> None:
    if profile is not None and (meaning := profile.plan.get(key)) is not None:
        meaning(report, value, profile.parts.get(key, ""))
        return
    if profile is None or key not in profile.plan:
        known = meaning_or_unclear(key)
        if known is not None:
            known[0](report, value, known[1])


def _attribute(name: str, key: str, wire: WireMessage, known: KnownDevices) -> list[DialectEvent]:
    """One property of a device on a topic of its own. Without a name in the tables it says
    nothing; a broken object is a dead letter."""
    text = text_of(wire.payload)
    if text[:1] in ("{", "["):
        json_of(wire.payload)
    report = DeviceReport(name, wire, test_flag=truth_of(text) if key == "test" else None)
    _take(report, key, text, known.get(name))
    return report.events()


def _availability(name: str, wire: WireMessage) -> list[DialectEvent]:
    state = online_of(_json_or_text(wire.payload))
    return [] if state is None else [Availability(name, state)]


def _bridge(topic: str, wire: WireMessage) -> list[DialectEvent]:
    if topic == "bridge/state":
        return _availability("", wire)
    if topic == "bridge/devices":
        entries = json_of(wire.payload)
        return [f for entry in entries for f in _paired(entry)] if isinstance(entries, list) else []
    if topic == "bridge/event":
        notice = json_of(wire.payload)
        return _event(notice) if isinstance(notice, dict) else []
    return []


def _groups(entries: Any, known: KnownDevices) -> list[DialectEvent]:
    """All groups there are now; those that are not among them are no more. One may have been taken
    for a device while its availability was all that was known of it."""
    if not isinstance(entries, list):
        return []
    named = [entry.get("friendly_name") for entry in entries if isinstance(entry, dict)]
    now = [name for name in named if isinstance(name, str) and name]
    gone = [name for name, profile in known.items() if profile.group and name not in now]
    return [
        *(LearnedDescription(NAME, name, None) for name in gone),
        *(LearnedDescription(NAME, name, dict(exposes.GROUP_DOC)) for name in now),
        *(DeviceLeft(name, mistaken=True) for name in now if name not in known),
    ]


def _paired(entry: Any) -> list[DialectEvent]:
    if not isinstance(entry, dict) or entry.get("type") == "Coordinator":
        return []
    name = entry.get("friendly_name")
    if not isinstance(name, str) or not name:
        return []
    doc = exposes.description_of(entry)
    return [LearnedDescription(NAME, name, doc), exposes.announced_device(name, doc)]


def _event(notice: dict[str, Any]) -> list[DialectEvent]:
    data = notice.get("data")
    name = data.get("friendly_name") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(name, str) or not name:
        return []
    if notice.get("type") == "device_leave":
        return [DeviceLeft(name)]
    if notice.get("type") in ("device_joined", "device_interview"):
        doc = exposes.description_of(data)
        return [
            exposes.announced_device(name, doc),
            *([LearnedDescription(NAME, name, doc)] if doc["exposes"] else []),
        ]
    return []


def _announced(name: str, device: dict[str, Any]) -> DeviceAnnounced:
    """With `include_device_information` each state carries who sent it."""
    text = {k: v for k, v in device.items() if isinstance(v, str)}
    return DeviceAnnounced(
        name,
        uid=text.get("ieeeAddr", ""),
        vendor=text.get("manufacturerName", ""),
        model=text.get("model", ""),
    )


def _json_or_text(payload: bytes) -> Any:
    return json_of(payload) if payload[:1] == b"{" else text_of(payload)
