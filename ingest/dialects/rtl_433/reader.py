"""Reads the events of rtl_433, a receiver of cheap radio sensors (docs: JSON Data fields). Pure.

<host>/events     {"time": "…", "model": "Honeywell-Security", "id": "5a3c1", "state": "open", …}

The topics per device and field that it publishes beside these say the same once more and are not
read. It hears the neighbours' devices, too, and codes that nobody has sent: a home has room for so
many, and after that only what is a danger by its name is taken.
"""

import re
from typing import Any

from ingest.dialects.rtl_433.fields import FIELDS, read_fields, subject_of
from ingest.dialects.rtl_433.models import model_key, read_model
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    DeviceAnnounced,
    DialectEvent,
    LearnedDescription,
    Statement,
    WireMessage,
)
from ingest.dialects.vocabulary.values import json_of, time_of
from ingest.errors import UnreadableError
from store.model import Kind

NAME = "rtl_433"
MAX_DEVICES = 200
"""Devices heard in a home."""
EMPTY: frozenset[str] = frozenset()
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_MAX_NAME = 64
_NOT_OF_A_HOME = frozenset({"TPMS"})
"""Types: tyres of cars that pass."""
_DOOR_OF_ITS_OWN = frozenset({"honeywell-security", "dsc-security", "dsc-contact"})
_SAID_BY_MODEL = frozenset({"contact_open", "closed", "opened"}) & FIELDS.keys()


def learn(known: frozenset[str], key: str, doc: Any) -> frozenset[str]:
    """`key` is a device that was heard."""
    return known | {key} if doc else known - {key}


def read(wire: WireMessage, known: frozenset[str]) -> list[DialectEvent]:
    if wire.topic.rpartition("/")[2] not in ("events", "") or not wire.payload:
        return []
    message = json_of(wire.payload)
    if not isinstance(message, dict):
        raise UnreadableError("event: expected a JSON object")
    model = message.get("model")
    if not isinstance(model, str) or not model or message.get("type") in _NOT_OF_A_HOME:
        return []
    device = _device(model, message)
    report = DeviceReport(device, wire, claimed=_time(message.get("time")), cached=False)
    own = model_key(model) in _DOOR_OF_ITS_OWN
    read_fields(report, {k: v for k, v in message.items() if not (own and k in _SAID_BY_MODEL)})
    read_model(report, message)
    events = report.events()
    if not events or device in known:
        return events
    if len(known) >= MAX_DEVICES:
        return [found for found in events if _is_danger(found)]
    return [LearnedDescription(NAME, device, True), _announced(device, model, message), *events]


def _device(model: str, message: dict[str, Any]) -> str:
    """As rtl_433 names it in its own topics: model, channel, id."""
    sender = message.get("device", message.get("senderid"))
    parts = [model, message.get("channel"), message.get("id", sender)]
    if model == "Smoke-GS558":
        parts.append(message.get("unit"))
    return "/".join(
        str(part)[:_MAX_NAME].replace("/", "_").replace("+", "_").replace("#", "_")
        for part in parts
        if isinstance(part, int | str) and not isinstance(part, bool) and part != ""
    )


def _announced(device: str, model: str, message: dict[str, Any]) -> DeviceAnnounced:
    subtype = message.get("subtype")
    subtype = subtype if isinstance(subtype, str) else ""
    return DeviceAnnounced(
        device,
        vendor="rtl_433",
        model=model[:_MAX_NAME],
        description=subtype[:_MAX_NAME],
        suggests=subject_of(model, subtype) or "",
    )


def _is_danger(event: DialectEvent) -> bool:
    return isinstance(event, Statement) and event.kind not in _TECHNICAL


_TECHNICAL = frozenset({Kind.LOW_BATTERY, Kind.TAMPER, Kind.DEVICE_FAULT, Kind.POWER_FAILURE})


def _time(value: object) -> Any:
    """Local and without a zone unless told otherwise (`-M time:iso:tz`, `-M time:unix`)."""
    if isinstance(value, str) and re.fullmatch(r"\d{10}(?:\.\d+)?", value):
        return time_of(float(value))
    return time_of(value) if isinstance(value, str) and _ZONE.search(value) else None


__all__ = ["EMPTY", "NAME", "learn", "read"]
