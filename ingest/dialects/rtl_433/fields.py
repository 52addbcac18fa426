"""Tables of the fields of rtl_433's events and what they mean (docs: JSON Data fields)."""

import re
from collections.abc import Mapping
from typing import Any

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    Table,
    alarm_state,
    flag_metric,
    numeric_metric,
)
from ingest.dialects.vocabulary.values import number_of, truth_of, word_of
from store.model import Kind


def _battery_ok(report: DeviceReport, value: object, part: str) -> None:
    """From 0 (empty) to 1 (full); a device that knows only two states says 0 or 1."""
    amount = number_of(value)
    if isinstance(value, bool):
        amount = float(value)
    if amount is None or not 0 <= amount <= 1:
        return
    if 0 < amount < 1:
        report.measure("battery", amount * 100, part)
    else:
        report.state(Kind.LOW_BATTERY, amount == 0, part)


def _battery_word(report: DeviceReport, value: object, part: str) -> None:
    """Of old releases: OK or LOW."""
    if (word := word_of(value)) in ("ok", "low"):
        report.state(Kind.LOW_BATTERY, word == "low", part)


def _test(report: DeviceReport, value: object, _part: str) -> None:
    if truth_of(value):
        report.tested(None)


FIELDS: Table = {
    "battery_ok": _battery_ok,
    "battery": _battery_word,
    "battery_low": alarm_state(Kind.LOW_BATTERY),
    "battery_V": numeric_metric("battery_voltage"),
    "battery_mV": numeric_metric("battery_voltage", 0.001),
    "tamper": alarm_state(Kind.TAMPER),
    "test": _test,
    # danger
    "smoke": alarm_state(Kind.SMOKE),
    "fire": alarm_state(Kind.SMOKE),
    "detect_wet": alarm_state(Kind.WATER_LEAK),
    "leak": alarm_state(Kind.WATER_LEAK),
    "leak_detected": alarm_state(Kind.WATER_LEAK),
    "water_leak": alarm_state(Kind.WATER_LEAK),
    # life in the home
    "motion": flag_metric("motion"),
    "opened": flag_metric("door"),
    "contact_open": flag_metric("door"),
    "closed": flag_metric("door", inverted=True),
    # measures
    "temperature_C": numeric_metric("temperature"),
    "temperature_F": numeric_metric("temperature", unit="°F"),
    "humidity": numeric_metric("humidity"),
    "pressure_hPa": numeric_metric("pressure"),
    "pressure_kPa": numeric_metric("pressure", unit="kPa"),
    "light_lux": numeric_metric("illuminance"),
    "co2_ppm": numeric_metric("co2"),
    "pm2_5_ug_m3": numeric_metric("pm25"),
    "power_W": numeric_metric("power"),
    "energy_kWh": numeric_metric("energy"),
}

NUMBERED = re.compile(r"^(temperature|humidity)_(\d{1,2})(_[CF])?$")
"""Of a device with several probes: temperature_2_C."""

_SUBJECTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.SMOKE, re.compile(r"smoke|fire|(?:^|[^a-z])heat(?:$|[^a-z])")),
    (Kind.CARBON_MONOXIDE, re.compile(r"monoxide|(?:^|[^a-z])co(?:$|[^a-z])")),
    (Kind.GAS_LEAK, re.compile(r"(?:^|[^a-z])(?:gas|lpg)(?:$|[^a-z])")),
    (Kind.WATER_LEAK, re.compile(r"leak|flood|(?:^|[^a-z])water(?:$|[^a-z])")),
    (Kind.HELP_CALL, re.compile(r"panic|pendant|(?:^|[^a-z])(?:sos|help|emergency)(?:$|[^a-z])")),
)


def subject_of(model: str, subtype: str) -> Kind | None:
    """What a device with such a name alarms about."""
    name = f"{model} {subtype}".lower()
    return next((kind for kind, pattern in _SUBJECTS if pattern.search(name)), None)


_DANGERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.SMOKE, re.compile(r"\b(smoke|fire)\b")),
    (Kind.WATER_LEAK, re.compile(r"\bwater\b|\bleak|\bflood")),
    (Kind.LOW_BATTERY, re.compile(r"\b(low batt\w*|batt\w* low)\b|^battery$")),
    (Kind.TAMPER, re.compile(r"\btamper\b")),
)
_OVER = re.compile(r"\b(off|end|clear\w*|mute\w*|normal|ok|restore\w*|heartbeat|report|dry)\b")
_OPEN, _CLOSED = re.compile(r"\bopen(ed)?\b"), re.compile(r"\bclosed?\b")
_MOTION, _STILL = re.compile(r"\bmotion\b"), re.compile(r"\b(ready|normal|clear|off)\b")


def read_words(report: DeviceReport, text: str) -> None:
    """What an event or a state says in words: "Water Leak", "DOOR/WINDOW OPEN", "motion". Such a
    message is an occurrence: there may be none that ends it."""
    words = text.strip().lower()
    if re.search(r"\btest\b", words):
        report.tested(next((k for k, pattern in _DANGERS[:2] if pattern.search(words)), None))
        return
    if _MOTION.search(words):
        report.measure("motion", 0.0 if _STILL.search(words) else 1.0)
    elif _OPEN.search(words):
        report.measure("door", 1.0)
    elif _CLOSED.search(words):
        report.measure("door", 0.0)
    elif not _OVER.search(words):
        for kind, pattern in _DANGERS:
            if pattern.search(words) and not _is_stated(report, kind):
                report.state(kind, True, event=True)


def _is_stated(report: DeviceReport, kind: Kind) -> bool:
    """A field that has both states says it better."""
    return any(getattr(event, "kind", None) == kind for event in report.collected)


def read_fields(report: DeviceReport, message: Mapping[str, Any]) -> None:
    """The fields that mean the same whatever device sends them."""
    for name, value in message.items():
        meaning = FIELDS.get(name)
        if meaning is not None and value is not None:
            meaning(report, value, "")
        elif (probe := NUMBERED.match(name)) and value is not None:
            _of_probe(probe)(report, value, name)


def _of_probe(probe: re.Match[str]) -> Meaning:
    return FIELDS.get(f"{probe[1]}{probe[3] or ''}", numeric_metric(probe[1]))
