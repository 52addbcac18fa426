"""Percent or volts: codecs call both just `battery`. Pure.

The number tells at times: no percent has more than 100, no codec's percent between 1.5 and 5 has
places behind the point, and no single cell of a sensor has more than 5 V. What has told once is
remembered for the numbers that do not tell: 3.0 is a good cell or an empty battery.
"""

import re

from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.property_meanings import LOW_BATTERY_STATE
from ingest.dialects.vocabulary.values import number_of

PERCENT, VOLT = "%", "v"
_MILLIVOLT = "mv"
_LOWEST_CELL, _HIGHEST_CELL = 1.5, 5.0
_LEAST_MILLIVOLTS = 1_000
_WITH_UNIT = re.compile(r"^\s*(\d{1,5}(?:\.\d{1,6})?)\s*(%|m?v|volts?)\s*$", re.IGNORECASE)


def read_battery(report: DeviceReport, value: object, part: str, unit: str, remembered: str) -> str:
    """`unit`: as the codec wrote it beside the value, if it did. Returns what is certain from now
    on, PERCENT or VOLT; empty when this number does not tell."""
    written = _WITH_UNIT.match(value) if isinstance(value, str) else None
    amount = number_of(written[1] if written else value)
    if amount is None:
        LOW_BATTERY_STATE(report, value, part)
        return ""
    unit = (written[2] if written else unit).strip().lower()
    told = _told_by(unit) or _told_by_number(amount, remembered)
    meant = told or remembered or PERCENT
    if meant == PERCENT:
        report.measure("battery", amount, part)
        return told
    millivolts = unit == _MILLIVOLT or amount >= _LEAST_MILLIVOLTS
    report.measure("battery_voltage", amount / 1000 if millivolts else amount, part)
    return told


def _told_by(unit: str) -> str:
    if unit == PERCENT:
        return PERCENT
    return VOLT if unit in (VOLT, _MILLIVOLT, "volt", "volts") else ""


def _told_by_number(amount: float, remembered: str) -> str:
    if amount >= _LEAST_MILLIVOLTS:
        return VOLT
    if _HIGHEST_CELL < amount <= 100:
        return PERCENT
    fraction = not float(amount).is_integer()
    if fraction and _LOWEST_CELL <= amount <= _HIGHEST_CELL and remembered != PERCENT:
        return VOLT
    return ""
