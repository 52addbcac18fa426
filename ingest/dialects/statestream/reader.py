"""Reads the states that a Home Assistant publishes itself (integration: MQTT Statestream). Pure.

<base>/<domain>/<object_id>/state          the state as plain text: on, 21.5, unavailable
<base>/<domain>/<object_id>/<attribute>    with publish_attributes, JSON: "smoke", "°C", null

A state comes before its attributes, and all are retained: after a reconnect they come in any order.
What an entity is, its device class says; an entity without one is read by its name. Each entity is
a device of its own, because nothing says which belong together.
"""

from dataclasses import replace
from typing import Any

from ingest.dialects.home_assistant.device_classes import STATE_MEANINGS
from ingest.dialects.home_assistant.learned_entities import EMPTY as NO_ENTITIES
from ingest.dialects.home_assistant.states import OF_THE_DEVICE, Payload, states_of
from ingest.dialects.statestream.entities import (
    BEATS,
    announced,
    attribute_of,
    device_of,
    entity_of,
    is_read,
)
from ingest.dialects.statestream.entity_facts import (
    BASE,
    EMPTY,
    NO_FACTS,
    EntityFacts,
    KnownStates,
    doc_of,
    is_named_base,
    learn,
)
from ingest.dialects.vocabulary.device_report import DeviceReport, numeric_metric
from ingest.dialects.vocabulary.entity_names import metric_meaning, state_meaning
from ingest.dialects.vocabulary.events import (
    Availability,
    DialectEvent,
    LearnedDescription,
    WireMessage,
)
from ingest.dialects.vocabulary.properties import meaning_of
from ingest.dialects.vocabulary.values import UNKNOWN, number_of, text_of, time_of

NAME = "statestream"
DOMAINS = frozenset({"binary_sensor", "sensor", "event"})
"""What states something; the others are there to be commanded, or are Home Assistant's own."""
_FACTS = {"device_class": "device_class", "unit_of_measurement": "unit", "friendly_name": "name"}
_ACTION = ("_action", "_click")
"""Sensors that hold the name of the last press, as Zigbee2MQTT had them."""
_HOTTEST = 50.0
"""Of a room, in °C. More without a unit may be in °F."""
_MAX_TEXT = 200


def read(wire: WireMessage, known: KnownStates) -> list[DialectEvent]:
    path, _, leaf = wire.topic.rpartition("/")
    base, _, entity_id = path.rpartition("/")
    base, _, domain = base.rpartition("/")
    if not entity_id or not domain:
        return []
    events: list[DialectEvent] = []
    if not is_named_base(base) and base not in known.bases:
        events.append(LearnedDescription(NAME, f"{BASE}{base}", True))
    if domain not in DOMAINS or not wire.payload:
        return events
    before = known.entities.get(path, NO_FACTS)
    after, said = _said(domain, entity_id, leaf, before, wire)
    if after != before or (said and path not in known.entities):
        events.append(LearnedDescription(NAME, path, doc_of(after)))
    return events + said


def _said(
    domain: str, object_id: str, leaf: str, facts: EntityFacts, wire: WireMessage
) -> tuple[EntityFacts, list[DialectEvent]]:
    """What is known afterwards, and what the message states."""
    if leaf == "state":
        return _state(domain, object_id, facts, text_of(wire.payload).strip(), wire)
    if leaf in _FACTS:
        return _described(domain, object_id, facts, leaf, wire)
    if leaf == "event_type" and domain == "event":
        return facts, _event(object_id, facts, attribute_of(wire.payload), wire)
    if leaf in OF_THE_DEVICE and is_read(domain, object_id, facts):
        return facts, _of_the_device(device_of(domain, object_id), leaf, wire)
    return facts, []


def _state(
    domain: str, object_id: str, facts: EntityFacts, state: str, wire: WireMessage
) -> tuple[EntityFacts, list[DialectEvent]]:
    """The first state of a binary sensor whose name does not say what it is waits for its class; a
    retained one, too: its attributes are still to come."""
    device = device_of(domain, object_id)
    if state.lower() in UNKNOWN:
        away = state.lower() == "unavailable" and is_read(domain, object_id, facts)
        return facts, [Availability(device, False)] if away else []
    if domain == "event":
        return replace(facts, state=state[:_MAX_TEXT]), [Availability(device, True)]
    if domain == "binary_sensor" and facts.device_class is None and not state_meaning(object_id):
        if wire.retain or (facts.state is None and facts.name is None):
            return replace(facts, state=state[:_MAX_TEXT]), []
        facts = replace(facts, device_class="", state=None)  # it has none: it would have come
    said = _stated(domain, object_id, facts, state, wire)
    there = said and is_read(domain, object_id, facts)
    return facts, [*([Availability(device, True)] if there else []), *said]


def _stated(
    domain: str, object_id: str, facts: EntityFacts, state: str, wire: WireMessage
) -> list[DialectEvent]:
    """By the class, or by the name of what has none. A class that is not read says nothing."""
    classed = facts.device_class or (domain == "sensor" and (facts.unit or "").lower() in BEATS)
    if classed:
        if facts.device_class == "connectivity" or (
            domain == "binary_sensor" and facts.device_class not in STATE_MEANINGS
        ):
            return []
        entity = entity_of(domain, object_id, facts)
        return states_of((entity,), Payload.of(wire, state), NO_ENTITIES)
    report = DeviceReport(device_of(domain, object_id), wire)
    if domain == "sensor":
        _sensor_by_name(report, object_id, facts, state)
    elif state in ("on", "off"):
        meaning = state_meaning(object_id)
        if meaning is None:
            report.unclear(object_id, state == "on")
        else:
            meaning(report, state == "on", object_id)
    return report.events()


def _sensor_by_name(report: DeviceReport, object_id: str, facts: EntityFacts, state: str) -> None:
    found = metric_meaning(object_id)
    if object_id.endswith(_ACTION):
        report.press(state[:_MAX_TEXT])
    elif found is not None and (amount := number_of(state)) is not None:
        metric, meaning = found
        if facts.unit:
            meaning = numeric_metric(metric, unit=facts.unit)
        elif metric == "temperature" and amount > _HOTTEST:
            return
        meaning(report, state, "")


def _described(
    domain: str, object_id: str, facts: EntityFacts, leaf: str, wire: WireMessage
) -> tuple[EntityFacts, list[DialectEvent]]:
    """An attribute that says what the entity is; a state that has waited for it is read now."""
    value = attribute_of(wire.payload)
    text = value[:_MAX_TEXT] if isinstance(value, str) else ""
    facts = replace(facts, **{_FACTS[leaf]: text})
    said: list[DialectEvent] = []
    if leaf == "device_class" and text and domain == "binary_sensor" and facts.state is not None:
        said = _stated(domain, object_id, facts, facts.state, wire)
        facts = replace(facts, state=None)
    if facts.name and is_read(domain, object_id, facts):
        said.insert(0, announced(domain, object_id, facts))
    return facts, said


def _event(
    object_id: str, facts: EntityFacts, action: Any, wire: WireMessage
) -> list[DialectEvent]:
    """The state of an event is when it happened: the same time is the same press, said again with
    another attribute or after a restart."""
    if not isinstance(action, str) or action.strip().lower() in UNKNOWN:
        return []
    report = DeviceReport(
        device_of("event", object_id), wire, mark=facts.state, claimed=time_of(facts.state)
    )
    report.press(action[:_MAX_TEXT])
    return report.events()


def _of_the_device(device: str, leaf: str, wire: WireMessage) -> list[DialectEvent]:
    """Battery and radio, which some integrations give as attributes of what they belong to."""
    report, value, known = DeviceReport(device, wire), attribute_of(wire.payload), meaning_of(leaf)
    if known is not None and value is not None:
        known[0](report, value, known[1])
    return report.events()


__all__ = ["EMPTY", "NAME", "learn", "read"]
