"""Reads ChirpStack's own decoding of Cayenne LPP: {"temperatureSensor": {"1": 21.5}}. Pure.

A number for each channel (chirpstack, codec/cayenne_lpp.rs); inputs and presence are a byte. What
hangs on a digital input only a role can say; outputs are commands, analogue inputs have no unit.
"""

from collections.abc import Mapping

from ingest.dialects.vocabulary.device_report import DeviceReport, Meaning, numeric_metric
from ingest.dialects.vocabulary.values import number_of

MAX_CHANNELS = 50


def _digital_input(report: DeviceReport, value: object, part: str) -> None:
    if (amount := number_of(value)) is not None:
        report.unclear(part, amount != 0)


def _presence(report: DeviceReport, value: object, part: str) -> None:
    if (amount := number_of(value)) is not None:
        report.measure("presence", float(amount > 0), part)


_SENSORS: Mapping[str, Meaning] = {
    "digitalInput": _digital_input,
    "presenceSensor": _presence,
    "temperatureSensor": numeric_metric("temperature"),
    "humiditySensor": numeric_metric("humidity"),
    "illuminanceSensor": numeric_metric("illuminance"),
    "barometer": numeric_metric("pressure"),
}


def read_channels(report: DeviceReport, name: str, channels: Mapping[str, object]) -> None:
    """Nothing of a name that is none of Cayenne LPP's. In the order of the channels, whatever the
    order they are written in: the first is the device's own."""
    meaning = _SENSORS.get(name)
    if meaning is None:
        return
    known = [c for c in channels if c.isascii() and c.isdecimal() and len(c) <= 3]
    for channel in sorted(known, key=int)[:MAX_CHANNELS]:
        meaning(report, channels[channel], f"{name}_{channel}")
