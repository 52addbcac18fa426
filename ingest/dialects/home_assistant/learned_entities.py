"""The known entities of one home, by topic, and how configs add to them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ingest.dialects.home_assistant.entities import AvailabilityTopic, Entity, entity_of
from ingest.errors import UnreadableConfigError

MAX_ENTITIES = 2_000
"""Of a home: thirty devices of forty parts leave room."""
MAX_AT_TOPIC = 100
"""Entities that one topic's messages are read for: as many as a config of a device may hold."""


def local_topic(topic: str) -> str:
    """A topic as a config names it, without the home before it: a hub may publish below
    `homes/{home}/` itself, or a bridge may put that before what the hub says."""
    if topic.startswith("homes/") and topic.count("/") > 1:
        topic = topic.split("/", 2)[2]
    return topic.removeprefix("homeassistant/")


@dataclass(frozen=True, slots=True)
class KnownEntities:
    """Entities by the key they were learned under, by state topic, watches by topic, and the last
    word of each availability topic."""

    entities: Mapping[str, tuple[Entity, ...]]
    by_topic: Mapping[str, tuple[Entity, ...]]
    watched: Mapping[str, tuple[tuple[Entity, AvailabilityTopic], ...]]
    words: Mapping[str, bool]
    alike: Mapping[tuple[str, str, str], int]
    """How many entities of a component and class a device has."""


EMPTY = KnownEntities({}, {}, {}, {}, {})


def learn(known: KnownEntities, key: str, doc: Any) -> KnownEntities:
    """`key` is a config's topic, doc its entities; or `online:` and an availability topic. Raises
    UnreadableConfigError for more than a home or a topic may have."""
    if key.startswith("online:"):
        return replace(known, words={**known.words, key[7:]: bool(doc)})
    made = [entity_of(item, local_topic) for item in doc] if isinstance(doc, list) else []
    new = tuple(entity for entity in made if entity is not None)
    old = known.entities.get(key, ())
    by_topic, watched, alike = dict(known.by_topic), dict(known.watched), dict(known.alike)
    for entity in old:
        alike[class_of(entity)] -= 1
        by_topic[entity.topic] = tuple(e for e in by_topic[entity.topic] if e is not entity)
        for watch in entity.watches:
            kept = watched.get(watch.topic, ())
            watched[watch.topic] = tuple(pair for pair in kept if pair[0] is not entity)
    for entity in new:
        alike[class_of(entity)] = alike.get(class_of(entity), 0) + 1
        by_topic[entity.topic] = (*by_topic.get(entity.topic, ()), entity)
        for watch in entity.watches:
            watched[watch.topic] = (*watched.get(watch.topic, ()), (entity, watch))
    entities = {k: v for k, v in known.entities.items() if k != key}
    if new and sum(map(len, entities.values())) + len(new) > MAX_ENTITIES:
        raise UnreadableConfigError(f"config: a home has at most {MAX_ENTITIES} entities")
    for entity in new:
        topics = (entity.topic, *(watch.topic for watch in entity.watches))
        if any(len(by_topic.get(t, ())) + len(watched.get(t, ())) > MAX_AT_TOPIC for t in topics):
            raise UnreadableConfigError(f"config: more than {MAX_AT_TOPIC} parts at one topic")
    return KnownEntities(
        {**entities, key: new} if new else entities, by_topic, watched, known.words, alike
    )


def class_of(entity: Entity) -> tuple[str, str, str]:
    return entity.device, entity.component, entity.device_class
