"""A Home Assistant as the hub: MQTT Statestream with `base_topic: homes/{home}/statestream`.

Each thing that can be known is an entity: its state in plain text, then its attributes in JSON, all
of it retained.
"""

from collections.abc import Mapping
from datetime import datetime

import orjson

from device_sim.centre import wire
from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import words_of

CLASSES = words_of("home_assistant")
UNITS = {"temperature": "°C", "humidity": "%"}
SOS = "sos"


class Statestream:
    """Attributes are published (`publish_attributes: true`) after each state, as Home Assistant
    does."""

    def __init__(self, spec: HomeSpec) -> None:
        self._base = f"homes/{spec.home}/statestream"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """The entity that says what the device is there for."""
        kind = self._kinds[device]
        thing = "temperature" if kind == "climate" else kind
        return self._entity(device, thing).replace("/", ".", 1)

    def announce(self) -> list[Publication]:
        """Nothing: a state brings its attributes along."""
        return []

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:  # noqa: ARG002
        """An entity a value, and the battery an attribute; detections are on and off."""
        said: list[Publication] = []
        for name, value in values.items():
            if name == "battery":
                level = orjson.dumps(value)
                path = self.code(device).replace(".", "/", 1)
                said.append(Publication(f"{self._base}/{path}/battery_level", level, retain=True))
            elif isinstance(value, bool):
                state = "on" if value else "off"
                said += self._states(device, name, state, {"device_class": CLASSES.get(name)})
            else:
                about = {"unit_of_measurement": UNITS.get(name), "device_class": name}
                said += self._states(device, name, str(value), about)
        return said

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """A call is an event with its time as the state, an alarm a binary sensor that is on."""
        if kind != self._kinds[device] or kind not in {"help_call", *CLASSES}:
            return []
        if kind == "help_call":
            said = {"event_types": [SOS], "event_type": SOS, "device_class": "button"}
            return self._states(device, kind, wire.instant(at), said) if active else []
        state = "on" if active else "off"
        return self._states(device, kind, state, {"device_class": CLASSES[kind]})

    def _entity(self, device: str, thing: str) -> str:
        domain = "event" if thing == "help_call" else "binary_sensor"
        if thing in UNITS:
            domain = "sensor"
        name = "".join(c if c.isalnum() else "_" for c in device.lower())
        return f"{domain}/{name}_{thing}"

    def _states(
        self, device: str, thing: str, state: str, about: Mapping[str, object]
    ) -> list[Publication]:
        entity = f"{self._base}/{self._entity(device, thing)}"
        told = {**about, "friendly_name": f"{device} {thing}"}
        return [
            Publication(f"{entity}/state", state.encode(), retain=True),
            *(
                Publication(f"{entity}/{name}", orjson.dumps(value), retain=True)
                for name, value in told.items()
                if value is not None
            ),
        ]
