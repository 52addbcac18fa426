"""Reading messages in tests, and findings in words."""

import json
from datetime import UTC, datetime
from typing import Any

from ingest.dialects import HomeKnowledge, read
from ingest.dialects.base import (
    Availability,
    Finding,
    Found,
    Gone,
    Learned,
    Measurement,
    Pressed,
    Refused,
    Statement,
    Tested,
    Unclear,
    Wire,
)

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
STATES = {"motion", "presence", "door", "bed"}


def wire(topic: str, payload: Any, *, retain: bool = False) -> Wire:
    if not isinstance(payload, bytes):
        text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        payload = text.encode()
    return Wire(topic, payload, retain, NOW)


class Home:
    """A home's hub, as the centre hears it: what it teaches is remembered."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.knowledge = HomeKnowledge()

    def hears(self, topic: str, payload: Any, *, retain: bool = False) -> list[Finding]:
        findings = read(self.dialect, wire(topic, payload, retain=retain), self.knowledge)
        for finding in findings:
            if isinstance(finding, Learned):
                self.knowledge = self.knowledge.with_(finding)
        return findings

    def says(self, topic: str, payload: Any, *, retain: bool = False) -> set[str]:
        return in_words(self.hears(topic, payload, retain=retain))


def in_words(findings: list[Finding]) -> set[str]:
    return {word for finding in findings for word in _words(finding)}


def _words(finding: Finding) -> list[str]:
    match finding:
        case Statement():
            event = " event" if finding.event else ""
            test = " test" if finding.test else ""
            return [f"{finding.kind} {'on' if finding.active else 'off'}{event}{test}"]
        case Pressed():
            return [f"pressed {finding.action}"]
        case Unclear():
            return [f"unclear {finding.name} {'on' if finding.active else 'off'}"]
        case Tested():
            return [f"tested {finding.kind or 'itself'}"]
        case Availability():
            return [f"{finding.device or 'bridge'} {'online' if finding.online else 'offline'}"]
        case Gone():
            return [f"{finding.device} gone"]
        case Measurement():
            return [_value(name, value) for name, value in finding.metrics.items()]
        case Refused():
            return [f"refused {finding.part}"]
        case Found() | Learned():
            return []


def _value(name: str, value: float) -> str:
    return f"{name} {'on' if value else 'off'}" if name in STATES else f"{name} {round(value, 3):g}"
