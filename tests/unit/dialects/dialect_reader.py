"""Reads messages of a wire format in tests and says its findings in words."""

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
        findings = read_message(self.dialect, wire(topic, payload, retain=retain), self.knowledge)
        for finding in findings:
            if isinstance(finding, LearnedDescription):
                self.knowledge = self.knowledge.with_(finding)
        return findings

    def says(self, topic: str, payload: Any, *, retain: bool = False) -> set[str]:
        return in_words(self.hears(topic, payload, retain=retain))


def in_words(findings: list[DialectEvent]) -> set[str]:
    return {word for finding in findings for word in _words(finding)}


def _words(finding: DialectEvent) -> list[str]:
    match finding:
        case Statement():
            event = " event" if finding.event else ""
            test = " test" if finding.test else ""
            return [f"{finding.kind} {'on' if finding.active else 'off'}{event}{test}"]
        case ButtonPressed():
            return [f"pressed {finding.action}"]
        case UnclearInput():
            return [f"unclear {finding.name} {'on' if finding.active else 'off'}"]
        case DeviceTested():
            return [f"tested {finding.kind or 'itself'}"]
        case Availability():
            return [f"{finding.device or 'bridge'} {'online' if finding.online else 'offline'}"]
        case DeviceLeft():
            return [f"{finding.device} gone"]
        case Measurement():
            return [_value(name, value) for name, value in finding.metrics.items()]
        case PartRefused():
            return [f"refused {finding.part}"]
        case DeviceAnnounced() | LearnedDescription():
            return []


def _value(name: str, value: float) -> str:
    return f"{name} {'on' if value else 'off'}" if name in STATES else f"{name} {round(value, 3):g}"
