"""Reads uplinks of ChirpStack v4 and The Things Stack v3, as their codecs decoded them.

application/<app>/device/<eui>/event/<up|join|status|…>   (ChirpStack: Integrations, MQTT; Events)
v3/<app>[@<tenant>]/devices/<id>/<up|join|…>              (The Things Stack: MQTT server)

Both servers are the same to us but for the envelope; the decoded fields are the codec's own.
"""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.lorawan.fields import read_fields
from ingest.dialects.lorawan.normalized_payload import read_normalized
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import DeviceAnnounced, DialectEvent, WireMessage
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from ingest.dialects.vocabulary.values import json_of, number_of, time_of
from ingest.errors import UnreadableError

CHIRPSTACK, TTN = "chirpstack", "ttn"


def learn(known: None, _key: str, _doc: Any) -> None:
    """A codec's fields need no knowledge."""
    return known


def read_chirpstack(wire: WireMessage, _known: None) -> list[DialectEvent]:
    levels = wire.topic.split("/")
    if len(levels) < 2 or levels[-2] != "event" or levels[-1] not in ("up", "join", "status"):
        return []
    if wire.payload[:1] != b"{":
        return []  # Protobuf: the integration's json=false
    event = _json(wire.payload)
    info = event.get("deviceInfo")
    info = info if isinstance(info, dict) else {}
    device = _text(info.get("devEui")) or (levels[-3] if len(levels) > 2 else "")
    if not device:
        raise UnreadableError("deviceInfo.devEui: expected a text")
    device = device.lower()
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
    else:
        _fields(report, event.get("object"))
        _radio(report, event.get("rxInfo"), "rssi")
    return report.events()


def read_ttn(wire: WireMessage, _known: None) -> list[DialectEvent]:
    levels = wire.topic.split("/")
    if len(levels) < 2 or levels[-1] not in ("up", "join"):
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
    _fields(report, uplink.get("decoded_payload"))
    read_normalized(report, uplink.get("normalized_payload"))
    _radio(report, uplink.get("rx_metadata"), "rssi")
    return report.events()


def _fields(report: DeviceReport, fields: Any) -> None:
    if isinstance(fields, dict):
        read_fields(report, fields)


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
