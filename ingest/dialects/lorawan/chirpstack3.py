"""Events of ChirpStack Application Server v3, brought into the form of v4. Pure.

From its documentation (Integrations, Event types) and protobuf definitions: the device is named at
the top (`devEUI`, `deviceName`), the decoded fields are JSON in a text (`objectJSON`) or, with the
older marshaler `json_v3`, an object; EUIs are Base64 or hexadecimal. There is no id of a message.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

import orjson

from ingest.errors import UnreadableError

_HEX_EUI = re.compile(r"[0-9A-Fa-f]{16}")
_OWN_KEYS = frozenset({"devEUI", "objectJSON", "applicationID"})
_MAX_TEXT = 200
EXTERNAL_POWER, UNKNOWN_LEVEL, FULL = 0, 255, 254
"""DevStatusAns (LoRaWAN 1.0.3, 5.5): 0 fed from outside, 1 to 254 the level, 255 not measured."""
TOLD_ERRORS = frozenset(
    {"UPLINK_CODEC", "UPLINK_MIC", "UPLINK_FCNT_RESET", "OTAA", "DATA_UP_MIC", "DATA_UP_FCNT"}
)
"""Errors that say why a device is not heard; the others are about what is sent to it."""


def is_version3(event: Mapping[str, Any]) -> bool:
    return "deviceInfo" not in event and not _OWN_KEYS.isdisjoint(event)


def as_version4(event: Mapping[str, Any]) -> dict[str, Any]:
    """Raises UnreadableError when the decoded fields are not JSON."""
    sent = {
        "deviceInfo": {
            "devEui": eui_of(event.get("devEUI")),
            "deviceName": event.get("deviceName"),
            "deviceProfileName": event.get("deviceProfileName"),
        },
        "deduplicationId": _mark(event),
        "time": _time(event),
        "object": _fields(event),
        "rxInfo": event.get("rxInfo"),
    }
    level = event.get("battery")
    if "batteryLevel" not in event and isinstance(level, int) and not isinstance(level, bool):
        return {**sent, **_level(level)}
    kept = ("batteryLevel", "externalPowerSource", "batteryLevelUnavailable")
    return {**sent, **{name: event[name] for name in kept if name in event}}


def eui_of(value: Any) -> str:
    """Hexadecimal, in small letters; empty for what is no EUI."""
    if not isinstance(value, str):
        return ""
    if _HEX_EUI.fullmatch(value):
        return value.lower()
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 8 else ""


def told_error(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """The type and the text of an error that an installer must know of."""
    kind, text = event.get("type"), event.get("error")
    if not isinstance(kind, str) or kind not in TOLD_ERRORS:
        return None
    return kind, text[:_MAX_TEXT] if isinstance(text, str) else ""


def _fields(event: Mapping[str, Any]) -> Any:
    text = event.get("objectJSON")
    if not isinstance(text, str) or not text:
        return event.get("object")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"objectJSON: expected JSON: {error}") from error


def _mark(event: Mapping[str, Any]) -> str | None:
    """A counter begins again at each join, so it only counts with the session's address, or with
    when the message was published or heard."""
    first = _first_heard(event)
    of_session = [event.get("devAddr"), event.get("publishedAt"), first.get("uplinkID")]
    known = [part for part in (*of_session, first.get("time")) if isinstance(part, str) and part]
    count = event.get("fCnt")
    return f"{count if isinstance(count, int) else 0}:{':'.join(known)}" if known else None


def _time(event: Mapping[str, Any]) -> Any:
    return event.get("publishedAt") or _first_heard(event).get("time")


def _first_heard(event: Mapping[str, Any]) -> Mapping[str, Any]:
    heard = event.get("rxInfo")
    return heard[0] if isinstance(heard, list) and heard and isinstance(heard[0], dict) else {}


def _level(level: int) -> dict[str, Any]:
    if level == EXTERNAL_POWER:
        return {"externalPowerSource": True}
    if not 0 < level < UNKNOWN_LEVEL:
        return {"batteryLevelUnavailable": True}
    return {"batteryLevel": (level - 1) / (FULL - 1) * 100}
