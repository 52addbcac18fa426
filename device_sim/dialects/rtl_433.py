"""A radio receiver as the hub: rtl_433 publishing to `homes/{home}/rtl_433/{host}/events`."""

from datetime import datetime
from typing import Any

import orjson

from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec

HOST = "pi"
MODELS = {
    "help_call": "X10-Security",
    "water_leak": "Bresser-Leakage",
    "door": "Honeywell-Security",
    "climate": "Acurite-Tower",
}
INTERLOGIX = "Interlogix-Security"
"""For the others: its subtype says what a sensor is."""
SUBTYPES = {"smoke": "smoke", "motion": "motion"}
NUMBERS = {"temperature": "temperature_C", "humidity": "humidity"}


class Rtl433:
    """One event a transmission. It hears what is sent and no more: a press has no end."""

    def __init__(self, spec: HomeSpec) -> None:
        self._topic = f"homes/{spec.home}/rtl_433/{HOST}/events"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """Its model and id."""
        return f"{self._model(device)}/{device}"

    def announce(self) -> list[Publication]:
        """Nothing: what is heard is all that is known."""
        return []

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:
        """A battery is a share of one, and never quite full."""
        fields: dict[str, Any] = {}
        for name, value in values.items():
            if name == "battery":
                fields["battery_ok"] = min(max(value / 100, 0.01), 0.99)
            elif name == "door":
                fields |= {"state": "open" if value else "closed", "contact_open": int(value)}
            elif name == "motion":
                fields |= {"subtype": name, "switch1": "OPEN" if value else "CLOSED"}
            elif name in NUMBERS:
                fields[NUMBERS[name]] = value
        return [self._event(device, fields, at)] if fields else []

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """The words of the model for an alarm and, where it has some, its end."""
        if kind != self._kinds[device]:
            return []
        if kind == "help_call":
            return [self._event(device, {"event": "PANIC"}, at)] if active else []
        if kind == "water_leak":
            return [self._event(device, {"alarm": int(active)}, at)]
        if kind == "smoke":
            said = {"subtype": SUBTYPES[kind], "switch1": "OPEN" if active else "CLOSED"}
            return [self._event(device, said, at)]
        return []

    def _model(self, device: str) -> str:
        return MODELS.get(self._kinds[device], INTERLOGIX)

    def _event(self, device: str, fields: dict[str, Any], at: datetime) -> Publication:
        document = {
            "time": f"{at:%Y-%m-%d %H:%M:%S}",
            "model": self._model(device),
            "id": device,
            **fields,
            "mic": "CRC",
        }
        return Publication(self._topic, orjson.dumps(document))
