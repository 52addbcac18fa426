"""Reads a message on a state topic by the entities whose configs name the topic. Pure."""

from datetime import datetime
from typing import Any

from ingest.dialects.home_assistant.device_classes import NUMBER_METRICS, STATE_MEANINGS
from ingest.dialects.home_assistant.entities import ATTRIBUTES, Entity
from ingest.dialects.home_assistant.learned_entities import KnownEntities, class_of
from ingest.dialects.home_assistant.templates import MAX_INPUT, parse_json, template_of
from ingest.dialects.vocabulary.device_report import DeviceReport, unclear_input
from ingest.dialects.vocabulary.events import (
    Availability,
    DialectEvent,
    PartRefused,
    WireMessage,
)
from ingest.dialects.vocabulary.properties import meaning_of
from ingest.dialects.vocabulary.unclear_names import is_unclear_name
from ingest.dialects.vocabulary.units import in_unit
from ingest.dialects.vocabulary.values import UNKNOWN, number_of
from ingest.errors import UnreadableError

OF_THE_DEVICE = frozenset(
    {"battery", "battery_level", "battery_low", "battery_voltage", "linkquality", "rssi"}
)


def states_of(
    entities: tuple[Entity, ...], text: str, wire: WireMessage, known: KnownEntities
) -> list[DialectEvent]:
    """Entities of one device share a report. The document is parsed once for all of them."""
    document = parse_json(text)
    reports: dict[str, DeviceReport] = {}
    events: list[DialectEvent] = []
    for entity in entities:
        try:
            state = rendered_state(entity.template, text, document, wire.received_at)
        except UnreadableError as error:
            events.append(refused_entity(entity, error))
            continue
        if state is None or state.strip().lower() in UNKNOWN:
            continue
        report = reports.setdefault(entity.device, DeviceReport(entity.device, wire))
        apart = known.alike.get(class_of(entity), 0) > 1
        if entity.component == "binary_sensor":
            events += _binary(entity, state, report, apart)
        elif entity.component == "sensor":
            _number(entity, state, report, apart)
        elif entity.component == "event":
            _event(state, report)
        elif entity.component == ATTRIBUTES:
            _attributes(state, report)
        elif state == entity.payload:
            report.press(entity.action, entity.id)
    return events + [event for report in reports.values() for event in report.events()]


def _binary(entity: Entity, state: str, report: DeviceReport, apart: bool) -> list[DialectEvent]:
    """Exact, case-sensitive comparison, as Home Assistant does; anything else says nothing."""
    if state not in (entity.on, entity.off):
        return []
    active = state == entity.on
    if entity.device_class == "connectivity":
        return [Availability(entity.device, active)]
    meaning = STATE_MEANINGS.get(entity.device_class)
    if meaning is None:
        report.unclear(entity.id, active, event=entity.off_delay and active)
    else:
        meaning(report, active, entity, apart)
    return []


def _number(entity: Entity, state: str, report: DeviceReport, apart: bool) -> None:
    metric = NUMBER_METRICS.get(entity.device_class)
    if metric is None and entity.unit.lower() in ("bpm", "beats/min"):
        metric = "heart_rate"
    elif metric is None and entity.unit.lower() in ("breaths/min", "br/min"):
        metric = "breathing_rate"
    if metric == "voltage" and ("batt" in entity.name.lower() or entity.unit == "mV"):
        metric = "battery_voltage"
    amount = number_of(state)
    if metric is None and is_unclear_name(entity.label or entity.id):
        unclear_input(entity.id)(report, state, "")
    if metric is None or amount is None:
        return
    converted = in_unit(metric, amount, entity.unit)
    if converted is not None:
        report.measure(metric, converted, entity.id, apart=apart)


def _event(state: str, report: DeviceReport) -> None:
    """{"event_type": "…"}; `{}` is nothing."""
    document = parse_json(state)
    word = document.get("event_type") if isinstance(document, dict) else None
    if isinstance(word, str) and word:
        report.press(word)


def _attributes(state: str, report: DeviceReport) -> None:
    """Only what is said of the device itself: the state is the state topic's."""
    document = parse_json(state)
    for name, value in document.items() if isinstance(document, dict) else ():
        known = meaning_of(name.lower()) if name.lower() in OF_THE_DEVICE else None
        if known is not None and value is not None:
            known[0](report, value, known[1])


def rendered_state(source: str, text: str, document: Any, received_at: datetime) -> str | None:
    """None: the message says nothing. Raises UnreadableError when the template is refused."""
    if not source:
        return text.strip()
    template = template_of(source)
    if not template.takes(text):
        raise UnreadableError(f"template: the payload is longer than {MAX_INPUT} characters")
    return template.render(text, document, received_at)


def refused_entity(entity: Entity, error: UnreadableError) -> PartRefused:
    """For the dead letters: what is to be changed, and that nothing is heard until then."""
    advice = "stays silent here until its config has a simpler template"
    reason = str(error).rstrip(".")
    return PartRefused(entity.device, "", f"{reason}; {entity.device} {entity.id} {advice}")
