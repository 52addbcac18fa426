"""What may be the matter with a topic that nobody reads, and what its payload looks like. Pure."""

import re
from enum import StrEnum
from typing import Any

import orjson

from ingest.topics import TOPIC_DIALECTS

MAX_EXCERPT = 200
_MOST_KEYS = 12
_STATE_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,15}|[-+]?[0-9.]{1,12}")
_PRIVATE = re.compile(
    r"pass|secret|token|key|ssid|mac|\bip|lat|lon|gps|phone|name|addr|mail|user|person|imei|iccid",
    re.IGNORECASE,
)
"""Names of values that are never shown, not even numbers."""
_KNOWN_LEVELS = TOPIC_DIALECTS | {"shellies", "tele", "stat", "$state", "z2m", "homes"}
"""Levels by which one knows what should stand elsewhere."""


class Why(StrEnum):
    """Codes of `unread_topics.why`; api/views/unread_topics.py says what to do about each."""

    PLACE = "place"
    """A format that is known, but not in its place below the home."""
    DEVICE = "device"
    """A device in our own format says something else than signal, reading or status."""
    BINARY = "binary"
    """Not text: Protobuf, Sparkplug, something encrypted."""
    FIELDS = "fields"
    """The format is known, none of the message's fields is."""
    CONTENT = "content"
    """The format is known, the message is none of it."""
    UNKNOWN = "unknown"
    """Nothing is known of it."""


def why_unread(topic: str, payload: bytes, *, addressed: bool, refused: bool) -> Why:
    """`addressed`: a format has its place there; `refused`: it could not read the message."""
    levels = topic.split("/")[2:]
    if not _is_text(payload):
        return Why.BINARY
    if addressed:
        return Why.CONTENT if refused else Why.FIELDS
    if not _KNOWN_LEVELS.isdisjoint(level.lower() for level in levels):
        return Why.PLACE
    return Why.DEVICE if len(levels) == 2 else Why.UNKNOWN


def excerpt_of(payload: bytes) -> str:
    """The names of a message's values and what states and numbers they hold; texts are left out,
    so that nothing of a person and no secret is shown."""
    if not _is_text(payload):
        return f"{len(payload)} bytes, not text"
    text = payload[:4096].decode(errors="replace").strip()
    try:
        shown = _shape(orjson.loads(payload), 0)
    except (orjson.JSONDecodeError, RecursionError):
        shown = text if _STATE_WORD.fullmatch(text) else f"text, {len(payload)} bytes"
    return shown if len(shown) <= MAX_EXCERPT else f"{shown[: MAX_EXCERPT - 1]}…"


def is_watched(dialect: str, rest: str) -> bool:
    """Whether a message in this place that says nothing is worth a look: commands, logs and what
    formats say of themselves are not."""
    levels = rest.split("/")
    if dialect == "zigbee2mqtt":
        return levels[0] != "bridge" and levels[-1] not in ("set", "get", "availability")
    if dialect == "tasmota":
        return levels[-1] == "SENSOR"
    if dialect == "homeassistant":
        return levels[-1] not in ("config", "set", "command", "status")
    if dialect == "homie":
        return not any(level.startswith("$") for level in levels) and levels[-1] != "set"
    return False


def _is_text(payload: bytes) -> bool:
    try:
        text = payload[:4096].decode()
    except UnicodeDecodeError as error:
        if error.start < 4000:
            return False
        text = payload[: error.start].decode()
    return not any(ord(c) < 32 and c not in "\t\r\n" for c in text)


def _shape(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        if depth > 1:
            return "{…}"
        parts = [
            f"{_name(name)}: {'…' if _PRIVATE.search(name) else _shape(inner, depth + 1)}"
            for name, inner in list(value.items())[:_MOST_KEYS]
        ]
        return "{" + ", ".join(parts) + (", …}" if len(value) > _MOST_KEYS else "}")
    if isinstance(value, list):
        return f"[{len(value)}]"
    if isinstance(value, str):
        return value if _STATE_WORD.fullmatch(value) else "…"
    return orjson.dumps(value).decode()[:20]


def _name(name: str) -> str:
    """Some formats use people's names as keys; a property's name is short and plain."""
    return name if re.fullmatch(r"[\w.:-]{1,32}", name, re.ASCII) else "…"
