"""Reads our own wire format: signals, readings and statuses as JSON. Pure.

signal   {"id": "…", "kind": "help_call", "active": true, "at": "2026-11-21T08:00:00Z",
          "test": false}; only kind is required
reading  {"at": "…", "seq": 17, "temperature": 21.5, …}: any known metric, a number or a boolean;
         an array of such objects for a backlog
status   online | offline
"""

import math
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import orjson

from ingest.device_time import is_late, read_time, trusted_time
from ingest.dialects.vocabulary.signal_words import kind_meant
from ingest.dialects.vocabulary.units import SMALLEST
from ingest.errors import NotUnderstoodError, UnreadableError
from store.alarm.kinds import OF_THE_CENTRE, is_life_safety
from store.intake.readings import METRICS
from store.model import Kind, Reading, Signal

MAX_ID = 128
"""Characters of a hub's signal id."""
MAX_SEQ = 2**62
_T = TypeVar("_T")
_KNOWN = frozenset(METRICS)
_KINDS = frozenset(Kind) - OF_THE_CENTRE
_LEGIBLE = re.compile(
    r'"(kind|active|test|id|at)"\s*:\s*("[^"\\]{0,128}"|true\b|false\b|\d{1,18}\b)'
)
"""What can be read of a signal that is not JSON: the fields we know, with a simple value."""
_LARGEST = 3e38
_NUMBERS = frozenset({int, float})


_P = ParamSpec("_P")


def _of_the_payload(read: Callable[_P, _T]) -> Callable[_P, _T]:
    """What cannot be read says so of the payload: its hub can be told."""

    @wraps(read)
    def reading(*args: _P.args, **more: _P.kwargs) -> _T:
        try:
            return read(*args, **more)
        except UnreadableError as error:
            raise NotUnderstoodError(str(error)) from error

    return reading


@_of_the_payload
def read_signal(device: str, payload: bytes, received_at: datetime) -> tuple[Signal, list[str]]:
    """The signal, and what was wrong with it that does not keep it from counting.

    Only the kind is needed to know that somebody calls: a wrong id, time or flag is complained
    about and replaced (no id, time of arrival, active, not a test), never a reason to leave
    somebody on the floor. For life-safety kinds not even JSON is needed. Raises UnreadableError
    when there is no kind to be had.
    """
    complaints: list[str] = []
    try:
        message = _object(_json(payload))
    except UnreadableError as error:
        message = _legible(payload)
        kind = _kind(message.get("kind"))
        if kind is None or not is_life_safety(kind):
            raise
        complaints.append(str(error))
    kind = _kind(message.get("kind"))
    if kind is None:
        raise UnreadableError(f"kind: expected one of {', '.join(sorted(_KINDS))}")
    if message["kind"] != kind:
        complaints.append(f"kind: taken for {kind}")
    claimed = _or_default(lambda: read_time(message.get("at")), None, complaints)
    time = trusted_time(claimed, received_at)
    if claimed is not None and not time.device_time:
        complaints.append("at: further from the time of arrival than is believed")
    signal = Signal(
        device=device,
        kind=kind,
        active=_or_default(lambda: _flag(message, "active", default=True), True, complaints),
        test=_or_default(lambda: _flag(message, "test", default=False), False, complaints),
        signal_id=_or_default(lambda: _id(message.get("id")), None, complaints),
        at=time.at,
        received_at=received_at,
        device_time=time.device_time,
        late=is_late(time.at, received_at),
    )
    return signal, complaints


@_of_the_payload
def read_readings(device: str, payload: bytes, received_at: datetime) -> list[Reading]:
    """One reading, or a backlog. Raises UnreadableError with what was expected; one unreadable
    entry makes the whole message unreadable, so that it can be replayed whole."""
    message = _json(payload)
    entries = message if isinstance(message, list) else [message]
    return [_reading(device, _object(entry), received_at) for entry in entries]


def read_status(payload: bytes) -> bool:
    """True: online."""
    word = payload.removeprefix(BOM_UTF8).strip().lower()
    if word not in (b"online", b"offline"):
        raise UnreadableError("status: expected online or offline")
    return word == b"online"


def _reading(device: str, entry: dict[str, Any], received_at: datetime) -> Reading:
    metrics = _values(entry)
    if not metrics:
        raise UnreadableError(f"reading: expected at least one of {', '.join(METRICS)}")
    at, device_time, seq = received_at, False, entry.get("seq")
    if (claimed := entry.get("at")) is not None:
        time = trusted_time(read_time(claimed), received_at)
        at, device_time = time.at, time.device_time
    return Reading(device, at, device_time, None if seq is None else _seq(seq), metrics)


def _values(entry: dict[str, Any]) -> dict[str, float]:
    """Known metrics with their values; null is unknown and left out, as are unknown names."""
    found = {}
    for name, value in entry.items():
        if name in _KNOWN and value is not None:
            plain = type(value) in _NUMBERS and SMALLEST <= value <= _LARGEST
            found[name] = float(value) if plain else _number(name, value)
    return found


def _number(name: str, value: object) -> float:
    """Booleans, negative, tiny and huge ones."""
    if not isinstance(value, int | float):
        raise UnreadableError(f"{name}: expected a number or a boolean")
    number = float(value) if abs(value) < 1e300 else math.inf
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise UnreadableError(f"{name}: the number is out of range")
    return number if abs(number) >= SMALLEST else 0.0


def _or_default(read: Callable[[], _T], default: _T, complaints: list[str]) -> _T:
    try:
        return read()
    except UnreadableError as error:
        complaints.append(str(error))
        return default


def _json(payload: bytes) -> Any:
    try:
        return orjson.loads(payload.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"payload: expected JSON: {error}") from error


def legible_id(payload: bytes) -> str | None:
    """The id of a message that cannot be read, if that much can be made out."""
    found = _legible(payload).get("id")
    return found if isinstance(found, str) and found else None


def _legible(payload: bytes) -> dict[str, Any]:
    """What can be made out in a payload that is not a JSON object."""
    found = {}
    for name, value in _LEGIBLE.findall(payload.decode(errors="replace")):
        with suppress(orjson.JSONDecodeError):
            found[name] = orjson.loads(value)
    return found


def _kind(said: object) -> Kind | None:
    """Our own word, or what makers say for it: who says `sos` calls for help."""
    if not isinstance(said, str):
        return None
    return Kind(said) if said in _KINDS else kind_meant(said)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableError("payload: expected a JSON object")
    return value


def _flag(message: dict[str, Any], name: str, *, default: bool) -> bool:
    value = message.get(name, default)
    if not isinstance(value, bool):
        raise UnreadableError(f"{name}: expected true or false")
    return value


def _id(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or "\x00" in value:
        raise UnreadableError(f"id: expected a text of 1 to {MAX_ID} characters")
    return value


def _seq(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_SEQ:
        raise UnreadableError("seq: expected a whole number from 0")
    return value
