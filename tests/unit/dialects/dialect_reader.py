"""Reads messages of a wire format in tests and gives its events in words."""

import json
from datetime import UTC, datetime
from typing import Any

from ingest.dialects.readers import HomeKnowledge, read_message
from ingest.dialects.vocabulary.events import (
    Availability,
    ButtonPressed,
    DeviceAnnounced,
    DeviceLeft,
    DeviceTested,
    DialectEvent,
    LearnedDescription,
    Measurement,
    PartRefused,
    Statement,
    TestFlag,
    UnclearInput,
    WireMessage,
)

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
STATES = {"motion", "presence", "door", "bed"}


def wire(topic: str, payload: Any, *, retain: bool = False) -> WireMessage:
    if not isinstance(payload, bytes):
        text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        payload = text.encode()
    return WireMessage(topic, payload, retain, NOW)


class Home:
    """A home's hub, as the centre hears it: what it teaches is remembered."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.knowledge = HomeKnowledge()

    def hears(self, topic: str, payload: Any, *, retain: bool = False) -> list[DialectEvent]:
        events = read_message(self.dialect, wire(topic, payload, retain=retain), self.knowledge)
        for event in events:
            if isinstance(event, LearnedDescription):
                self.knowledge = self.knowledge.with_(event)
        return events

    def says(self, topic: str, payload: Any, *, retain: bool = False) -> set[str]:
        return in_words(self.hears(topic, payload, retain=retain))


def in_words(events: list[DialectEvent]) -> set[str]:
    return {word for event in events for word in _words(event)}


def _words(event: DialectEvent) -> list[str]:
    match event:
        case Statement():
            occurrence = " event" if event.event else ""
            test = " test" if event.test else ""
            return [f"{event.kind} {'on' if event.active else 'off'}{occurrence}{test}"]
        case ButtonPressed():
            return [f"pressed {event.action}"]
        case UnclearInput():
            return [f"unclear {event.name} {'on' if event.active else 'off'}"]
        case TestFlag():
            return []  # of a report, beside what it states
        case DeviceTested():
            return [f"tested {event.kind or 'itself'}"]
        case Availability():
            return [f"{event.device or 'bridge'} {'online' if event.online else 'offline'}"]
        case DeviceLeft():
            return [f"{event.device} gone"]
        case Measurement():
            return [_value(name, value) for name, value in event.metrics.items()]
        case PartRefused():
            return [f"refused {event.part}"]
        case DeviceAnnounced() | LearnedDescription():
            return []


def _value(name: str, value: float) -> str:
    return f"{name} {'on' if value else 'off'}" if name in STATES else f"{name} {round(value, 3):g}"
