"""Home Assistant MQTT discovery: configs below `homes/{home}/homeassistant`, states beside it."""

from datetime import datetime
from typing import Any

import orjson

from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import words_of

CLASSES = words_of("home_assistant")
UNITS = {"temperature": "°C", "humidity": "%", "battery": "%"}
SOS = "sos"


class HomeAssistant:
    """Self-made devices, one config a thing that can be known of them; abbreviated, as ESPHome
    and others write them."""

    def __init__(self, spec: HomeSpec) -> None:
        self._home = f"homes/{spec.home}"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """Its first identifier."""
        return device

    def announce(self) -> list[Publication]:
        """Every config, retained."""
        publications: list[Publication] = []
        for device, kind in self._kinds.items():
            numbers = ["battery"] + (["temperature", "humidity"] if kind == "climate" else [])
            for number in numbers:
                unit = {"unit_of_meas": UNITS[number], "dev_cla": number}
                publications.append(self._config(device, "sensor", number, unit))
            if kind in CLASSES:
                publications.append(
                    self._config(device, "binary_sensor", kind, {"dev_cla": CLASSES[kind]})
                )
            if kind == "help_call":
                event = {"dev_cla": "button", "evt_typ": [SOS]}
                publications.append(self._config(device, "event", SOS, event))
        return publications

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:  # noqa: ARG002
        """A topic a value; detections are ON and OFF."""
        return [
            Publication(
                self._topic(device, name),
                (b"ON" if value else b"OFF") if isinstance(value, bool) else str(value).encode(),
            )
            for name, value in values.items()
        ]

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:  # noqa: ARG002
        """A call is an event, an alarm a binary sensor that is ON."""
        if kind != self._kinds[device] or kind not in {"help_call", *CLASSES}:
            return []
        if kind == "help_call":
            event = orjson.dumps({"event_type": SOS})
            return [Publication(self._topic(device, SOS), event)] if active else []
        return [Publication(self._topic(device, kind), b"ON" if active else b"OFF")]

    def _topic(self, device: str, thing: str) -> str:
        return f"{self._home}/things/{device}/{thing}"

    def _config(self, device: str, component: str, thing: str, more: dict[str, Any]) -> Publication:
        node = device.replace(" ", "_")
        config = {
            "name": thing,
            "uniq_id": f"{node}_{thing}",
            "stat_t": self._topic(device, thing),
            "dev": {"ids": [device], "name": device, "mf": "Simulated"},
            **more,
        }
        topic = f"{self._home}/homeassistant/{component}/{node}/{thing}/config"
        return Publication(topic, orjson.dumps(config), retain=True)
