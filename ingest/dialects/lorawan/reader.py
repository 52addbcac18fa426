"""Reads uplinks of ChirpStack v3 and v4 and The Things Stack v3, as their codecs decoded them.

application/<app>/device/<eui>/event/<up|join|status|…>   (ChirpStack: Integrations, MQTT; Events)
v3/<app>[@<tenant>]/devices/<id>/<up|join|…>              (The Things Stack: MQTT server)

Both servers are the same to us but for the envelope; the decoded fields are the codec's own.
"""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.lorawan.chirpstack3 import as_version4, is_version3, told_error
from ingest.dialects.lorawan.fields import read_fields
from ingest.dialects.lorawan.normalized_payload import read_normalized
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    DeviceAnnounced,
    DialectEvent,
    LearnedDescription,
    PartRefused,
    WireMessage,
)
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from ingest.dialects.vocabulary.values import json_of, number_of, time_of
from ingest.errors import UnreadableError

CHIRPSTACK, TTN = "chirpstack", "ttn"
BatteryUnits = Mapping[str, str]
"""By device: whether the `battery` of its codec is a percent or volts."""
_NO_JSON = (
    "payload: expected JSON, this may be Protobuf; set json=true in ChirpStack's"
    " [integration.mqtt]: until then nothing of this device is understood"
)
_NOTHING_DECODED = (
    "codec: ChirpStack has decoded nothing; choose a codec in the device profile, or see the"
    " device's events for an error in it: until then this device says nothing"
)
_NOTHING_FORMATTED = (
    "codec: The Things Stack has decoded nothing; choose a payload formatter for the device's"
    " uplinks, or see its live data for an error in it: until then this device says nothing"
)
_EVENTS = ("up", "join", "status", "error")
"""Of ChirpStack; `error` is only v3's."""


def learn(known: BatteryUnits | None, key: str, doc: Any) -> BatteryUnits:
    """`key` is a device, doc the unit of its battery."""
    return {**(known or {}), key: doc if isinstance(doc, str) else ""}


def read_chirpstack(wire: WireMessage, known: BatteryUnits | None) -> list[DialectEvent]:
    levels = wire.topic.split("/")
    if len(levels) < 3 or levels[-2] != "event" or levels[-1] not in _EVENTS:
        return []
    if wire.payload.lstrip()[:1] != b"{":
        return [PartRefused(levels[-3].lower(), "", _NO_JSON)] if wire.payload else []
    event = _json(wire.payload)
    error = told_error(event) if levels[-1] == "error" else None
    if is_version3(event):
        event = as_version4(event)
    info = event.get("deviceInfo")
    info = info if isinstance(info, dict) else {}
    device = _text(info.get("devEui")) or levels[-3]
    if not device:
        raise UnreadableError("deviceInfo.devEui: expected a text")
    device = device.lower()
    if levels[-1] == "error":
        return [PartRefused(device, *error)] if error else []
    if levels[-1] == "join":
        return [
            _announced(device, _text(info.get("deviceProfileName")), _text(info.get("deviceName")))
        ]
    report = DeviceReport(
        device,
        wire,
        mark=_text(event.get("deduplicationId")) or None,
        claimed=time_of(_text(event.get("time")) or None),
        cached=False,
    )
    if levels[-1] == "status":
        _status(report, event)
        return report.events()
    decoded = event.get("object")
    if not decoded and event.get("data") and event.get("fPort") != 0:
        _radio(report, event.get("rxInfo"), "rssi")
        return [PartRefused(device, "", _NOTHING_DECODED), *report.events()]
    learned = _fields(report, CHIRPSTACK, decoded, known)
    _radio(report, event.get("rxInfo"), "rssi")
    return [*learned, *report.events()]


def read_ttn(wire: WireMessage, known: BatteryUnits | None) -> list[DialectEvent]:
    levels = wire.topic.split("/")
    if len(levels) < 2 or levels[-1] not in ("up", "join") or not wire.payload:
        return []
    message = _json(wire.payload)
    ids = message.get("end_device_ids")
    ids = ids if isinstance(ids, dict) else {}
    device = _text(ids.get("dev_eui")).lower() or _text(ids.get("device_id")) or levels[-2]
    if levels[-1] == "join":
        return [_announced(device, "", _text(ids.get("device_id")))]
    uplink = message.get("uplink_message")
    if not isinstance(uplink, dict):
        return []
    report = DeviceReport(
        device,
        wire,
        mark=_ttn_mark(uplink),
        claimed=time_of(_text(uplink.get("received_at")) or None),
        test=message.get("simulated") is True,
        cached=False,
    )
    decoded, normalized = uplink.get("decoded_payload"), uplink.get("normalized_payload")
    if not decoded and not normalized and uplink.get("frm_payload") and uplink.get("f_port") != 0:
        _radio(report, uplink.get("rx_metadata"), "rssi")
        return [PartRefused(device, "", _NOTHING_FORMATTED), *report.events()]
    learned = _fields(report, TTN, decoded, known)
    read_normalized(report, normalized)
    _radio(report, uplink.get("rx_metadata"), "rssi")
    return [*learned, *report.events()]


def _fields(
    report: DeviceReport, dialect: str, fields: Any, known: BatteryUnits | None
) -> list[DialectEvent]:
    """Reads a codec's object; gives what it tells of the device's battery, if that is new."""
    if not isinstance(fields, dict):
        return []
    unit = (known or {}).get(report.device, "")
    told = read_fields(report, fields, unit)
    return [LearnedDescription(dialect, report.device, told)] if told != unit else []


def _status(report: DeviceReport, event: Mapping[str, Any]) -> None:
    """DevStatusAns: no battery level while the device does not know it, or is fed from outside."""
    if event.get("externalPowerSource") or event.get("batteryLevelUnavailable"):
        return
    if (amount := number_of(event.get("batteryLevel"))) is not None:
        report.measure("battery", amount)


def _radio(report: DeviceReport, gateways: Any, field: str) -> None:
    """The best of the gateways that heard it."""
    values = [
        amount
        for gateway in (gateways if isinstance(gateways, list) else [])[:50]
        if isinstance(gateway, dict) and (amount := number_of(gateway.get(field))) is not None
    ]
    if values:
        report.measure("rssi", max(values))


def _ttn_mark(uplink: Mapping[str, Any]) -> str | None:
    """f_cnt alone starts again at each join: the session key's id belongs to it."""
    session = _text(uplink.get("session_key_id"))
    count = uplink.get("f_cnt", 0)
    return f"{session}:{count}" if session else None


def _announced(device: str, model: str, name: str) -> DeviceAnnounced:
    return DeviceAnnounced(
        device,
        uid=device,
        model=model,
        description=name,
        suggests=suggested_role(f"{model} {name}"),
    )


def _json(payload: bytes) -> dict[str, Any]:
    message = json_of(payload)
    if not isinstance(message, dict):
        raise UnreadableError("payload: expected a JSON object")
    return message


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
