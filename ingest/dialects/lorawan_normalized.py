"""The Things Stack's normalized payload (docs: Payload formatters, normalized payload schema).

A list of measurements with the same names for every maker. Read after the codec's own fields,
which win.
"""

from typing import Any

from ingest.dialects.report import Meaning, Report, flags, level, states
from store.model import Kind

_PATHS: dict[tuple[str, ...], Meaning] = {
    ("air", "temperature"): level("temperature"),
    ("air", "relativeHumidity"): level("humidity"),
    ("air", "pressure"): level("pressure"),
    ("air", "co2"): level("co2"),
    ("air", "lightIntensity"): level("illuminance"),
    ("water", "leak"): states(Kind.WATER_LEAK),
    ("action", "motion", "detected"): flags("motion"),
    ("action", "contactState"): flags("door", {"open": True, "closed": False}),
    ("metering", "water", "total"): level("water", unit="L"),
    ("battery",): level("battery_voltage"),
}


def normalized(report: Report, payload: Any) -> None:
    for item in payload[:20] if isinstance(payload, list) else []:
        for path, meaning in _PATHS.items():
            value: Any = item
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            if value is not None:
                meaning(report, value, "")
