"""Parses words and numbers as devices write them; an unknown value is None. Pure.

A value that means "I do not know" is None here, never False: an all-clear nobody gave would take
an alarm off the screen.
"""

import math
from datetime import datetime
from typing import Any

import orjson

from ingest.device_time import read_time
from ingest.errors import UnreadableError

TRUE = frozenset(
    {"true", "on", "yes", "1", "open", "opened", "detected", "active", "alarm", "alarmed", "leak"}
    | {"wet", "triggered", "trigger", "occupied", "presence", "present", "motion", "problem"}
    | {"in_bed", "in bed"}
)
FALSE = frozenset(
    {"false", "off", "no", "0", "close", "closed", "not_detected", "inactive", "normal", "clear"}
    | {"cleared", "dry", "idle", "vacant", "unoccupied", "no alarm", "no_alarm", "no leak", "ok"}
    | {"no_leak", "not detected", "undetected", "absent", "no motion", "no_motion", "no fire"}
    | {"safe", "none_detected", "release", "released", "no water leak", "no smoke", "undisturbed"}
    | {"out_of_bed", "out of bed"}
)
"""Words for on and off of a sensor that has only the two. `none` is not among them: in a text it
may be a Python None on its way through a template. Tables that know better say so."""

_TRUTH: dict[str, bool] = {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}

_FLAG: dict[str, bool] = {
    **dict.fromkeys(("pressed", "press", "push", "pushed", "activated", "abnormal"), True),
    **dict.fromkeys(("alarming", "raised", "sos", "emergency", "panic", "help", "danger"), True),
    **dict.fromkeys(("fire", "smoke", "gas", "fall", "fallen", "leakage", "intrusion"), True),
    **dict.fromkeys(("h",), True),  # the level of an input
    **dict.fromkeys(("l",), False),
    **dict.fromkeys(("none", "noalarm", "not_pressed", "deactivated", "standby", "quiet"), False),
}
"""More words of something that is known to be an alarm or an input."""

UNKNOWN = frozenset(
    {"", "none", "null", "unknown", "unavailable", "undefined", "nan", "n/a", "undef", "invalid"}
)

_ONLINE = {
    **dict.fromkeys(("online", "true", "1", "on", "ready", "connected", "available", "yes"), True),
    **dict.fromkeys(("offline", "false", "0", "off", "lost", "disconnected"), False),
    **dict.fromkeys(("unavailable", "no"), False),
}


def truth_of(value: object) -> bool | None:
    """On, off, or None for everything else."""
    if value is True or value is False:
        return value
    if isinstance(value, str):
        return _TRUTH.get(value.strip().lower())
    if isinstance(value, int | float) and value in (0, 1):
        return value == 1
    return None


def flag_of(value: object) -> bool | None:
    """On or off of something known to be an alarm or an input: it may say so in more words."""
    truth = truth_of(value)
    return _FLAG.get(word_of(value)) if truth is None else truth


def word_of(value: object) -> str:
    """A word in lower case to look up; empty for what is none. Exactly `None` is a Python None
    that was turned into text, never the `none` of a sensor that detects nothing."""
    if not isinstance(value, str):
        return ""
    word = value.strip()
    return "" if word == "None" else word.lower()


def number_of(value: object) -> float | None:
    """A finite number, also when it was written as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        if len(value) > 40 or "_" in value:
            return None
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def online_of(value: object) -> bool | None:
    """Online or offline, as text or as an object {"state": …}."""
    if isinstance(value, dict):
        value = value.get("state")
    if isinstance(value, bool):
        return value
    return _ONLINE.get(value.strip().lower()) if isinstance(value, str) else None


def time_of(value: object) -> datetime | None:
    """A device's own time, or None for what is none: a wrong clock is no reason to lose a call."""
    try:
        return read_time(value)
    except UnreadableError:
        return None


def text_of(payload: bytes) -> str:
    """Raises UnreadableError for what is not UTF-8."""
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError("payload: expected UTF-8 text") from error


def json_of(payload: bytes) -> Any:
    """Raises UnreadableError for what is not JSON."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"payload: expected JSON: {error}") from error
