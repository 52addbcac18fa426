"""What is known of the entities of a Home Assistant's statestream, and of its base topics. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

NAMED_BASES = frozenset(
    {"", "statestream", "homeassistant", "home-assistant", "home_assistant", "hass", "ha"}
)
"""Last levels of base topics that say by themselves that Home Assistant speaks."""
BASE = "base:"


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """`device_class`, `unit` and `name` are None until their attribute has come. `state` is kept
    where it can be understood only later: an event's time, a state whose class is still to come."""

    device_class: str | None = None
    unit: str | None = None
    name: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class KnownStates:
    """Entities by their topic without its last level, and base topics that are Home Assistant's
    although their names do not say so."""

    entities: Mapping[str, EntityFacts]
    bases: frozenset[str]


EMPTY = KnownStates({}, frozenset())
NO_FACTS = EntityFacts()


def learn(known: KnownStates, key: str, doc: Any) -> KnownStates:
    """`key` is an entity's topic without its last level, doc its facts; or `base:` and a topic."""
    if key.startswith(BASE):
        base = frozenset({key[len(BASE) :]})
        return replace(known, bases=known.bases | base if doc else known.bases - base)
    entities = {k: v for k, v in known.entities.items() if k != key}
    if isinstance(doc, dict):
        facts = {k: v for k, v in doc.items() if isinstance(v, str)}
        entities[key] = EntityFacts(
            facts.get("device_class"), facts.get("unit"), facts.get("name"), facts.get("state")
        )
    return KnownStates(entities, known.bases)


def doc_of(facts: EntityFacts) -> dict[str, str]:
    """As it is kept."""
    values = {
        "device_class": facts.device_class,
        "unit": facts.unit,
        "name": facts.name,
        "state": facts.state,
    }
    return {name: value for name, value in values.items() if value is not None}


def is_named_base(base: str) -> bool:
    return base.rpartition("/")[2] in NAMED_BASES
