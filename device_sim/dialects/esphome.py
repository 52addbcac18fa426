"""ESPHome nodes with discovery off and `topic_prefix: homes/{home}/esphome/{node}`."""

from datetime import datetime

from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import words_of

NAMES = {**words_of("homie"), "help_call": "sos_button", "door": "front_door"}


class Esphome:
    """A node a device; what its things are is in their names only."""

    def __init__(self, spec: HomeSpec) -> None:
        self._base = f"homes/{spec.home}/esphome"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """Its node."""
        return device

    def announce(self) -> list[Publication]:
        """The birth message of each node, retained."""
        return [
            Publication(f"{self._base}/{device}/status", b"online", retain=True)
            for device in self._kinds
        ]

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:  # noqa: ARG002
        """A topic a value."""
        return [
            self._binary(device, name, value)
            if isinstance(value, bool)
            else self._said(device, "sensor", name, str(value))
            for name, value in values.items()
        ]

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:  # noqa: ARG002
        """ON for as long as it lasts; a button is let go at once."""
        if kind != self._kinds[device] or kind not in NAMES:
            return []
        if kind != "help_call":
            return [self._binary(device, kind, active)]
        return [self._binary(device, kind, state) for state in (True, False)] if active else []

    def _binary(self, device: str, kind: str, value: bool) -> Publication:
        name = NAMES.get(kind, kind).replace("-", "_")
        return self._said(device, "binary_sensor", name, "ON" if value else "OFF")

    def _said(self, device: str, component: str, name: str, state: str) -> Publication:
        topic = f"{self._base}/{device}/{component}/{name}/state"
        return Publication(topic, state.encode(), retain=True)
