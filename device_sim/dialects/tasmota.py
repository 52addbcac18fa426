"""A Tasmota Zigbee bridge below `homes/{home}/tasmota/%prefix%/%topic%/`: ZbReceived objects."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from device_sim.dialects.encoder import Publication, Values
from device_sim.dialects.zigbee2mqtt import stable_hash
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import Signals, words_of

BRIDGE = "zbbridge"
WORDS = {**words_of("tasmota"), "temperature": "Temperature", "humidity": "Humidity"}
"""The bits of the IAS zone status by Tasmota's names, and what else its devices report."""


class Tasmota:
    """The bridge says what its devices say. `Contact` 1 is open: not as in Zigbee2MQTT."""

    def __init__(self, spec: HomeSpec) -> None:
        self._topic = f"homes/{spec.home}/tasmota/tele/{BRIDGE}"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """Behind a bridge, so named after both."""
        return f"{BRIDGE}/{device}"

    def announce(self) -> list[Publication]:
        """The bridge's last will topic says that it is there."""
        return [Publication(f"{self._topic}/LWT", b"Online", retain=True)]

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:
        """Numbers as they are, detections as 1 and 0."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            if name == "battery":
                found["BatteryPercentage"] = value
            elif name in WORDS:
                found[WORDS[name]] = int(value) if isinstance(value, bool) else value
        return [self._received(device, found, at)] if found else []

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """A change of the zone status."""
        word = WORDS.get(kind)
        if word is None or kind not in set(Signals) or self._kinds[device] != kind:
            return []
        changed = {"ZoneStatusChange": 33 if active else 32, "ZoneStatusChangeZone": 1}
        publications = [self._received(device, changed | {word: int(active)}, at)]
        if kind == "help_call" and active:  # the button is let go: the bit falls again
            released = at + timedelta(seconds=1)
            publications.append(self._received(device, {"ZoneStatusChange": 32, word: 0}, released))
        return publications

    def _received(self, device: str, found: dict[str, Any], at: datetime) -> Publication:
        short = f"0x{stable_hash(device) % 0xFFF0:04X}"
        entry = {"Device": short, "Name": device, **found, "Endpoint": 1, "LinkQuality": 71}
        document = {"Time": f"{at:%Y-%m-%dT%H:%M:%S}", "ZbReceived": {device: entry}}
        return Publication(f"{self._topic}/SENSOR", orjson.dumps(document))
