"""What an entity of a statestream is to us: its device, its attributes, if it is read. Pure."""

from typing import Any

import orjson

from ingest.dialects.home_assistant.device_classes import NUMBER_METRICS, STATE_MEANINGS
from ingest.dialects.home_assistant.entities import Entity
from ingest.dialects.statestream.entity_facts import EntityFacts
from ingest.dialects.vocabulary.entity_names import metric_meaning, state_meaning
from ingest.dialects.vocabulary.events import DeviceAnnounced
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from ingest.dialects.vocabulary.values import text_of
from ingest.errors import UnreadableError

BEATS = frozenset({"bpm", "beats/min", "breaths/min", "br/min"})
"""Units that are a measure's class (`states_of` reads them)."""


def device_of(domain: str, object_id: str) -> str:
    """As Home Assistant calls it."""
    return f"{domain}.{object_id}"


def is_read(domain: str, object_id: str, facts: EntityFacts) -> bool:
    """Whether its states are read at all."""
    if domain == "event":
        return True
    if domain == "binary_sensor":
        if facts.device_class:
            return facts.device_class in STATE_MEANINGS
        return facts.device_class == "" or state_meaning(object_id) is not None
    by_class = facts.device_class in NUMBER_METRICS or (facts.unit or "").lower() in BEATS
    return by_class or (not facts.device_class and metric_meaning(object_id) is not None)


def entity_of(domain: str, object_id: str, facts: EntityFacts) -> Entity:
    """As if a discovery config had announced it."""
    return Entity(
        id=object_id,
        component=domain,
        device=device_of(domain, object_id),
        label=facts.name or object_id,
        name=f"{facts.name or ''} {object_id}".strip(),
        topic="",
        template="",
        on="on",
        off="off",
        device_class=facts.device_class or "",
        unit=facts.unit or "",
        off_delay=False,
        payload="",
        action="",
        watches=(),
        mode="latest",
    )


def announced(domain: str, object_id: str, facts: EntityFacts) -> DeviceAnnounced:
    about = f"{(facts.device_class or '').replace('_', ' ')} {facts.name}"
    return DeviceAnnounced(
        device_of(domain, object_id),
        vendor="Home Assistant",
        description=facts.name or "",
        suggests=suggested_role(about) if domain != "sensor" else "",
    )


def attribute_of(payload: bytes) -> Any:
    """JSON; a bridge may have taken the quotes away."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        text = text_of(payload).strip()
        if text[:1] in ('"', "{", "["):
            raise UnreadableError(f"attribute: expected JSON: {error}") from error
        return text
