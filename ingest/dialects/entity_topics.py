"""Tells who speaks on topics that end in domain, object and one level more. Pure.

Home Assistant's statestream and ESPHome both publish `<base>/binary_sensor/<name>/state` below a
base that people choose freely: its name, what else is said below it and how a state is written tell
them apart.
"""

from ingest.dialects.esphome.reader import COMPONENTS, LOG_LEVEL
from ingest.dialects.statestream.entity_facts import KnownStates, is_named_base
from ingest.topics import TOPIC_DIALECTS

DISCOVERY = "homeassistant"
"""The prefix of discovery configs, and of states in the example of their documentation."""
_ONLY_STATES = frozenset(
    {"person", "sun", "zone", "weather", "device_tracker", "automation", "script", "scene"}
    | {"input_boolean", "input_number", "input_select", "input_text", "input_datetime"}
    | {"input_button", "media_player", "camera", "calendar", "timer", "counter", "group", "todo"}
    | {"conversation", "tts", "stt", "vacuum", "siren", "humidifier", "water_heater", "remote"}
    | {"image", "schedule", "plant", "persistent_notification", "tag", "lawn_mower", "notify"}
)
"""Domains that only Home Assistant has."""
_ONLY_ATTRIBUTES = frozenset(
    {"device_class", "friendly_name", "unit_of_measurement", "state_class", "last_changed"}
    | {"last_updated", "event_type", "event_types", "supported_features", "attribution", "icon"}
)
_ONLY_WORDS = frozenset({b"on", b"off", b"unavailable", b"unknown"})
"""States as only Home Assistant writes them; ESPHome's are in capitals."""


def dialect_of(below_home: str, payload: bytes, known: KnownStates) -> str | None:
    """`statestream` or `esphome` for a topic below the home; None: neither of them."""
    levels = below_home.split("/")
    if levels[-1] == LOG_LEVEL and len(levels) == 2 and levels[0] not in TOPIC_DIALECTS:
        return "esphome"
    if len(levels) < 4 or not all(levels):
        return None
    base, (domain, _, leaf) = "/".join(levels[:-3]), levels[-3:]
    if domain not in COMPONENTS | _ONLY_STATES:
        return None
    if is_named_base(base) or base in known.bases or domain in _ONLY_STATES:
        return "statestream"
    if leaf in _ONLY_ATTRIBUTES or (leaf == "state" and payload.strip() in _ONLY_WORDS):
        return "statestream"
    return "esphome" if leaf in ("state", "command") else None


def is_state_below_discovery(rest: str, known: KnownStates) -> bool:
    """Whether a topic below `homeassistant/`, both prefixes being the same, is a state's if no
    config names it: `binary_sensor/kitchen_smoke/state`."""
    levels = rest.split("/")
    if len(levels) != 3 or not all(levels) or levels[0] not in COMPONENTS | _ONLY_STATES:
        return False
    return (
        levels[2] == "state"
        or levels[2] in _ONLY_ATTRIBUTES
        or f"{DISCOVERY}/{levels[0]}/{levels[1]}" in known.entities
    )
