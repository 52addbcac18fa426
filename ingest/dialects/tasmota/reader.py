"""Reads Tasmota messages (docs: MQTT, JSON Status, Buttons and Switches, Zigbee). Pure.

The full topic is free: the prefix `tele`, `stat` or `cmnd` may stand anywhere, and what is left of
the topic names the device.

…/LWT                 Online | Offline
…/SENSOR  …/STATE     JSON every few minutes; null where a sensor is dead
stat/…/PIR1           ON: what a rule of the owner publishes under a name of its own
…/RESULT  stat/…      {"Button1": {"Action": "SINGLE"}}, {"Switch1": {"Action": "ON"}}
…/RESULT              {"RfReceived": {"Data": "2E5C12", …}}: a code heard at 433 MHz
…/SENSOR|RESULT       {"ZbReceived": {…}}: a Zigbee device behind a bridge
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.dialects.tasmota.fields import IGNORED_SENSORS, SENSOR, ZIGBEE, zone_status
from ingest.dialects.tasmota.plain_topics import plain_value
from ingest.dialects.tasmota.radio_codes import learn, read_code
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    Availability,
    DeviceAnnounced,
    DialectEvent,
    WireMessage,
)
from ingest.dialects.vocabulary.units import in_unit
from ingest.dialects.vocabulary.values import (
    json_of,
    number_of,
    online_of,
    text_of,
    time_of,
    truth_of,
)

NAME = "tasmota"
EMPTY: frozenset[str] = frozenset()
"""Codes heard at 433 MHz are all that has to be known."""
_PREFIXES = frozenset({"tele", "stat"})
_BUTTON = re.compile(r"^button(\d{0,2})$", re.IGNORECASE)
_SWITCH = re.compile(r"^switch(\d{0,2})$", re.IGNORECASE)
_SHORT_ADDRESS = re.compile(r"^(?:0x)?[0-9A-Fa-f]{4}$")
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_MAX_DEVICES = 50


def read(wire: WireMessage, known: frozenset[str]) -> list[DialectEvent]:
    levels = wire.topic.split("/")
    if levels[0] == "discovery" or levels[:2] == ["tasmota", "discovery"]:
        return _discovered(levels, wire)
    prefix = next((i for i, level in enumerate(levels[:-1]) if level in _PREFIXES), None)
    if prefix is None or "cmnd" in levels or not wire.payload:
        return []
    leaf = levels[-1].upper()
    device = "/".join(levels[:prefix] + levels[prefix + 1 : -1])
    if not device:
        return []
    if leaf == "LWT":
        state = online_of(text_of(wire.payload))
        return [] if state is None else [Availability(device, state)]
    if wire.payload[:1] != b"{":
        return plain_value(device, levels[-1], wire)
    return _report(device, leaf, json_of(wire.payload), wire, known)


def _report(
    device: str, leaf: str, message: Any, wire: WireMessage, known: frozenset[str]
) -> list[DialectEvent]:
    if not isinstance(message, dict):
        return []
    for key in ("ZbReceived", "ZbInfo"):
        if isinstance(behind := message.get(key), dict):
            return _zigbee(device, key, behind, wire)
    time = message.get("Time")
    report = DeviceReport(
        device,
        wire,
        mark=time if isinstance(time, str) else None,
        claimed=_zoned(time),
    )
    if (button := _BUTTON.match(leaf)) or _SWITCH.match(leaf):
        word = message.get("ACTION") or message.get("STATE")
        _input(report, leaf, button is not None, word)
        return report.events()
    if leaf.startswith(("SENSOR", "STATE", "RESULT", "STATUS10", "STATUS8")):
        _fields(report, message.get("StatusSNS", message))
    radio = message.get("RfReceived")
    if isinstance(radio, dict) and not _is_key(radio.get("RfKey")):
        return [*report.events(), *read_code(device, radio, wire, _zoned(time), known)]
    return report.events()


def _fields(report: DeviceReport, message: Any) -> None:
    if not isinstance(message, dict):
        return
    units = {"Temperature": message.get("TempUnit"), "Pressure": message.get("PressureUnit")}
    for name, value in message.items():
        if isinstance(value, dict):
            action = value.get("Action")
            if isinstance(action, str):
                _input(report, name, _BUTTON.match(name) is not None, action)
            elif name == "RfReceived":
                _radio(report, value)
            elif name == "Wifi":
                _take(report, "Signal", value.get("Signal"), "", units)
            elif name not in IGNORED_SENSORS:
                for field, amount in value.items():
                    _take(report, field, amount, name, units)
        elif _SWITCH.match(name):
            _input(report, name, False, value)


def _take(
    report: DeviceReport, field: str, value: Any, part: str, units: Mapping[str, Any]
) -> None:
    """TempUnit C or F; PressureUnit hPa, mmHg or inHg: of the whole message."""
    meaning = SENSOR.get(field)
    if meaning is None or value is None:
        return
    if isinstance(unit := units.get(field), str):
        amount = number_of(value)
        value = None if amount is None else in_unit(field.lower(), amount, unit)
    for index, entry in enumerate(value[:8] if isinstance(value, list) else [value]):
        meaning(report, entry, part if index == 0 else f"{part}-{index + 1}")


def _input(report: DeviceReport, name: str, is_button: bool, word: object) -> None:
    """A button's action is a press; a switch is a contact that only its role explains. A switch
    in a button's mode says HOLD and the like."""
    if is_button:
        if isinstance(word, str):
            report.press(word, name)
    elif (active := truth_of(word)) is not None:
        report.unclear(name, active)
    elif isinstance(word, str) and word.upper() in ("HOLD", "TOGGLE", "CLEAR", "SINGLE", "DOUBLE"):
        report.press(word, name)


def _radio(report: DeviceReport, received: Mapping[str, Any]) -> None:
    """A code that the bridge itself has learned is a key of it."""
    key = received.get("RfKey")
    if _is_key(key):
        report.press(f"rf_key_{key}")


def _is_key(key: object) -> bool:
    return isinstance(key, int) and not isinstance(key, bool)


def _zigbee(
    bridge: str, key: str, behind: Mapping[str, Any], wire: WireMessage
) -> list[DialectEvent]:
    head, _, tail = bridge.rpartition("/")
    if head and _SHORT_ADDRESS.match(tail):
        bridge = head
    events: list[DialectEvent] = []
    for address, fields in list(behind.items())[:_MAX_DEVICES]:
        if not isinstance(fields, dict):
            continue
        name = fields.get("Name")
        device = f"{bridge}/{name if isinstance(name, str) and name else address}"
        if key == "ZbInfo":
            events += _info(device, fields)
        report = DeviceReport(device, wire)
        for field, value in fields.items():
            meaning = ZIGBEE.get(field)
            if meaning is not None and value is not None:
                meaning(report, value, "")
        zone_status(report, fields)
        events += report.events()
    return events


def _info(device: str, fields: Mapping[str, Any]) -> list[DialectEvent]:
    events: list[DialectEvent] = []
    if isinstance(reachable := fields.get("Reachable"), bool):
        events.append(Availability(device, reachable))
    text = {k: v[:200] for k, v in fields.items() if isinstance(v, str)}
    if "ModelId" in text:
        events.append(
            DeviceAnnounced(
                device,
                uid=text.get("IEEEAddr", ""),
                vendor=text.get("Manufacturer", ""),
                model=text["ModelId"],
            )
        )
    return events


def _discovered(levels: list[str], wire: WireMessage) -> list[DialectEvent]:
    """tasmota/discovery/<MAC>/config: the topic and model. The sensors' message holds samples."""
    if levels[-1] != "config" or not wire.payload:
        return []
    config = json_of(wire.payload)
    if not isinstance(config, dict) or not isinstance(topic := config.get("t"), str) or not topic:
        return []
    text = {k: v[:200] for k, v in config.items() if isinstance(v, str)}
    return [
        DeviceAnnounced(
            topic,
            uid=text.get("mac", ""),
            vendor="Tasmota",
            model=text.get("md", ""),
            description=text.get("dn", ""),
        )
    ]


def _zoned(time: object) -> datetime | None:
    """Tasmota's Time is local and without a zone unless told otherwise: then it is no time."""
    return time_of(time) if isinstance(time, str) and _ZONE.search(time) else None


__all__ = ["EMPTY", "NAME", "learn", "read"]
