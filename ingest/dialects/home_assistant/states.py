"""Reads a message on a state topic by the entities whose configs name the topic. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.dialects.home_assistant.device_classes import NUMBER_METRICS, STATE_MEANINGS
from ingest.dialects.home_assistant.entities import ATTRIBUTES, Entity
from ingest.dialects.home_assistant.learned_entities import KnownEntities, class_of
from ingest.dialects.home_assistant.templates import TOO_LONG, parse_json, template_of
from ingest.dialects.vocabulary.device_report import DeviceReport, unclear_input
from ingest.dialects.vocabulary.events import (
    Availability,
    DialectEvent,
    PartRefused,
    WireMessage,
)
from ingest.dialects.vocabulary.properties import meaning_of
from ingest.dialects.vocabulary.template_renders import LEFT_OUT, OverBudgetError
from ingest.dialects.vocabulary.unclear_names import is_unclear_name
from ingest.dialects.vocabulary.units import in_unit
from ingest.dialects.vocabulary.values import UNKNOWN, number_of
from ingest.errors import UnreadableError

OF_THE_DEVICE = frozenset(
    {"battery", "battery_level", "battery_low", "battery_voltage", "linkquality", "rssi"}
)
TELEMETRY = frozenset({"sensor", ATTRIBUTES})
"""Components that raise no alarm: they go without before the others."""
MAX_REFUSALS = 10
"""Parts of a message of which is told why they are not read."""


@dataclass(slots=True)
class Payload:
    """A message's text and its JSON, parsed once for all entities; the budget they share, and what
    became of those that it did not do for."""

    wire: WireMessage
    text: str
    document: Any
    refused: list[PartRefused]
    over_budget: bool = False

    @classmethod
    def of(cls, wire: WireMessage, text: str) -> "Payload":
        return cls(wire, text, parse_json(text), [])

    def state_of(self, entity: Entity, template: str, *, telemetry: bool) -> str | None:
        """None: the message says nothing, or the template is refused, which is noted."""
        try:
            return self._rendered(template, telemetry=telemetry)
        except OverBudgetError:
            if not self.over_budget:
                self.refused.append(PartRefused(entity.device, "", _left_out(entity)))
            self.over_budget = True
        except UnreadableError as error:
            if len(self.refused) < MAX_REFUSALS:
                self.refused.append(refused_entity(entity, error))
        return None

    def parsed(self, template: str, state: str) -> Any:
        """The JSON of a state: the payload's own where no template made it."""
        return parse_json(state) if template else self.document

    def _rendered(self, template: str, *, telemetry: bool) -> str | None:
        renders = self.wire.renders
        if renders is not None:
            renders.allow(telemetry=telemetry)
        if not template:
            return self.text.strip()
        if renders is not None:
            return renders.render(template, self.text, self.document, self.wire.received_at)
        return render(template, self.text, self.document, self.wire.received_at)


def states_of(
    entities: tuple[Entity, ...], payload: Payload, known: KnownEntities
) -> list[DialectEvent]:
    """Entities of one device share a report. What can raise an alarm comes first."""
    wire = payload.wire
    reports: dict[str, DeviceReport] = {}
    events: list[DialectEvent] = []
    for entity in sorted(entities, key=lambda e: e.component in TELEMETRY):
        telemetry = entity.component in TELEMETRY
        state = payload.state_of(entity, entity.template, telemetry=telemetry)
        if state is None or state.strip().lower() in UNKNOWN:
            continue
        report = reports.setdefault(entity.device, DeviceReport(entity.device, wire))
        apart = known.alike.get(class_of(entity), 0) > 1
        if entity.component == "binary_sensor":
            events += _binary(entity, state, report, apart)
        elif entity.component == "sensor":
            _number(entity, state, report, apart)
        elif entity.component == "event":
            _event(payload.parsed(entity.template, state), report)
        elif entity.component == ATTRIBUTES:
            _attributes(payload.parsed(entity.template, state), report)
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


def _event(document: Any, report: DeviceReport) -> None:
    """{"event_type": "…"}; `{}` is nothing."""
    word = document.get("event_type") if isinstance(document, dict) else None
    if isinstance(word, str) and word:
        report.press(word)


def _attributes(document: Any, report: DeviceReport) -> None:
    """Only what is said of the device itself: the state is the state topic's."""
    for name, value in document.items() if isinstance(document, dict) else ():
        known = meaning_of(name.lower()) if name.lower() in OF_THE_DEVICE else None
        if known is not None and value is not None:
            known[0](report, value, known[1])


def render(source: str, text: str, document: Any, received_at: datetime) -> str | None:
    """In place. None: the message says nothing. Raises UnreadableError when the template is
    refused."""
    template = template_of(source)
    if not template.takes(text):
        raise UnreadableError(TOO_LONG)
    return template.render(text, document, received_at)


def refused_entity(entity: Entity, error: UnreadableError) -> PartRefused:
    """For the dead letters: what is to be changed, and that nothing is heard until then."""
    advice = "stays silent here until its config has a simpler template"
    reason = str(error).rstrip(".")
    return PartRefused(entity.device, "", f"{reason}; {entity.device} {entity.id} {advice}")


def _left_out(entity: Entity) -> str:
    """The same for each message: it is told once."""
    return f"{LEFT_OUT}; what was left out of {entity.device} stays silent until they are simpler"
