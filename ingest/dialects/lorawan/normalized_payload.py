"""Reads The Things Stack's normalized payload (docs: normalized payload schema).

A list of measurements with the same names for every maker. Read after the codec's own fields,
which win.
"""

from typing import Any

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    alarm_state,
    flag_metric,
    numeric_metric,
)
from store.model import Kind

_PATHS: dict[tuple[str, ...], Meaning] = {
    ("air", "temperature"): numeric_metric("temperature"),
    ("air", "relativeHumidity"): numeric_metric("humidity"),
    ("air", "pressure"): numeric_metric("pressure"),
    ("air", "co2"): numeric_metric("co2"),
    ("air", "lightIntensity"): numeric_metric("illuminance"),
    ("water", "leak"): alarm_state(Kind.WATER_LEAK),
    ("action", "motion", "detected"): flag_metric("motion"),
    ("action", "contactState"): flag_metric("door", {"open": True, "closed": False}),
    ("metering", "water", "total"): numeric_metric("water", unit="L"),
    ("battery",): numeric_metric("battery_voltage"),
}


def read_normalized(report: DeviceReport, payload: Any) -> None:
    for item in payload[:20] if isinstance(payload, list) else []:
        for path, meaning in _PATHS.items():
            value: Any = item
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            if value is not None:
                meaning(report, value, "")
