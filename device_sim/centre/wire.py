"""The MQTT contract between a hub and the centre: topics and payloads. No I/O."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

RESERVED = frozenset(
    {"zigbee2mqtt", "tasmota", "shelly", "homie", "homeassistant", "statestream", "esphome"}
    | {"rtl_433", "ack", "progress", "status"}
)
ONLINE, OFFLINE = b"online", b"offline"


def check_name(what: str, name: str) -> str:
    """The name, if it can be one level of a topic; ValueError otherwise."""
    if not name or any(c in "+#/\0" for c in name):
        raise ValueError(f"{what} {name!r} must not be empty and not contain + # or /")
    if what == "device" and name in RESERVED:
        raise ValueError(f"device {name!r}: that name is reserved, choose another")
    return name


def signal_topic(home: str, device: str) -> str:
    """Where presses and other alarms of a device go."""
    return f"homes/{home}/{device}/signal"


def reading_topic(home: str, device: str) -> str:
    """Where a device's measurements go."""
    return f"homes/{home}/{device}/reading"


def status_topic(home: str, device: str | None = None) -> str:
    """Where `online` and `offline` of the hub, or of a device, are retained."""
    return f"homes/{home}/{device}/status" if device else f"homes/{home}/status"


def ack_topic(home: str) -> str:
    """Where the centre says what it has stored."""
    return f"homes/{home}/ack"


def progress_topic(home: str) -> str:
    """Where the centre says what the home may be told."""
    return f"homes/{home}/progress"


def instant(at: datetime) -> str:
    """`2026-11-21T08:00:00.250Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def signal_payload(
    signal_id: str | None, kind: str, at: datetime, *, active: bool = True, test: bool = False
) -> bytes:
    """A signal. Without an id the hub cannot repeat it and nobody can acknowledge it."""
    document: dict[str, Any] = {"kind": kind, "active": active, "at": instant(at), "test": test}
    return orjson.dumps(({"id": signal_id} if signal_id else {}) | document)


@dataclass(frozen=True)
class HeldReading:
    """A reading that the hub keeps until the centre has acknowledged its seq."""

    device: str
    seq: int
    at: datetime
    values: dict[str, float | int | bool]

    def document(self) -> dict[str, Any]:
        """As one object of the payload."""
        return {"at": instant(self.at), "seq": self.seq} | self.values

    def payload(self) -> bytes:
        """As it is sent when it is fresh."""
        return orjson.dumps(self.document())


@dataclass(frozen=True)
class Progress:
    """What the home was told about an alarm."""

    alarm: int | None
    state: str
    text: str = ""
    eta_minutes: float | None = None


@dataclass(frozen=True)
class SignalAck:
    """The centre has stored this signal; `alarm` is the alarm it belongs to, if any."""

    id: str
    alarm: int | None


@dataclass(frozen=True)
class Refusal:
    """The centre has not understood a message; the same again will not be either. `id` None: it
    could not be made out."""

    id: str | None
    device: str
    error: str


@dataclass(frozen=True)
class ReadingAck:
    """The centre has stored this device's readings up to and including this seq."""

    device: str
    upto: int


def read_ack(payload: bytes) -> SignalAck | ReadingAck | Refusal | None:
    """What the centre acknowledges or refuses; None for what is neither."""
    document = _object(payload)
    match document:
        case {"error": str(error), "device": str(device)}:
            signal_id = document.get("id")
            return Refusal(signal_id if isinstance(signal_id, str) else None, device, error)
        case {"id": str(signal_id)} if signal_id:
            alarm = document.get("alarm")
            return SignalAck(signal_id, alarm if isinstance(alarm, int) else None)
        case {"device": str(device), "upto": int(upto)}:
            return ReadingAck(device, upto)
    return None


def read_progress(payload: bytes) -> Progress | None:
    """What the home is told; None for what cannot be understood."""
    match _object(payload):
        case {"state": str(state), **rest}:
            alarm, eta = rest.get("alarm"), rest.get("eta_minutes")
            return Progress(
                alarm if isinstance(alarm, int) else None,
                state,
                str(rest.get("text") or ""),
                float(eta) if isinstance(eta, int | float) else None,
            )
    return None


def _object(payload: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
