"""Zigbee2MQTT 2.x below `homes/{home}/zigbee2mqtt`: whole states, as it caches them."""

from datetime import datetime
from typing import Any

import orjson

from device_sim.centre import wire
from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import KINDS, words_of

BINARY = words_of("zigbee2mqtt")
"""The property that is true in an alarm or detection."""
NUMBERS = {"climate": {"temperature": "°C", "humidity": "%"}}
MODELS = {code: kind.model for code, kind in KINDS.items() if kind.model}
EXTRA = {code: kind.any_device for code, kind in KINDS.items() if kind.any_device}
"""Signals any device may give beside what it is for."""


class Zigbee2Mqtt:
    """One bridge and its devices. The cached state comes again with every message; `action` does
    not: it is only in the message of the press."""

    def __init__(self, spec: HomeSpec) -> None:
        self._base = f"homes/{spec.home}/zigbee2mqtt"
        self._kinds = {device.device: device.kind for device in spec.devices}
        self._states: dict[str, dict[str, Any]] = {device: {} for device in self._kinds}

    def code(self, device: str) -> str:
        """Its friendly name."""
        return device

    def announce(self) -> list[Publication]:
        """The bridge is online, and what its devices expose."""
        devices = [_described(name, kind) for name, kind in self._kinds.items()]
        online = orjson.dumps({"state": "online"})
        publications = [
            Publication(f"{self._base}/bridge/state", online, retain=True),
            Publication(f"{self._base}/bridge/devices", orjson.dumps(devices), retain=True),
        ]
        return publications + [
            Publication(f"{self._base}/{device}/availability", online, retain=True)
            for device in self._kinds
        ]

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:
        """`contact` true is a closed door, as in all of its definitions."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            if name == "door":
                found["contact"] = not value
            elif name in ("motion", "bed"):
                found["occupancy"] = bool(value)
            else:
                found[name] = value
        return [self._state(device, found, at)]

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """A press is an action, everything else a state."""
        mine = self._kinds[device]
        if kind == "help_call" == mine:
            return [self._state(device, {}, at, action="emergency")] if active else []
        prop = EXTRA.get(kind) or (BINARY[kind] if kind == mine and kind in BINARY else None)
        return [self._state(device, {prop: active}, at)] if prop else []

    def _state(
        self, device: str, changed: dict[str, Any], at: datetime, **once: Any
    ) -> Publication:
        cached = self._states[device]
        cached.update(changed)
        shown = cached | once | {"last_seen": wire.instant(at), "linkquality": 87}
        payload = orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)
        return Publication(f"{self._base}/{device}", payload)


def _described(name: str, kind: str) -> dict[str, Any]:
    model, description = MODELS[kind]
    exposes: list[dict[str, Any]] = []
    if kind == "help_call":
        values = ["emergency"]
        exposes.append(
            {"type": "enum", "name": "action", "property": "action", "access": 1, "values": values}
        )
    if prop := BINARY.get(kind):
        on = prop != "contact"
        exposes.append(
            {
                "type": "binary",
                "name": prop,
                "property": prop,
                "access": 1,
                "value_on": on,
                "value_off": not on,
            }
        )
    numbers = NUMBERS.get(kind, {}) | {"battery": "%", "linkquality": "lqi"}
    exposes += [
        {"type": "numeric", "name": prop, "property": prop, "unit": unit, "access": 1}
        for prop, unit in numbers.items()
    ]
    exposes += [
        {
            "type": "binary",
            "name": prop,
            "property": prop,
            "access": 1,
            "value_on": True,
            "value_off": False,
        }
        for prop in EXTRA.values()
    ]
    address = f"0x00158d{abs(stable_hash(name)) % 16**10:010x}"
    return {
        "ieee_address": address,
        "type": "EndDevice",
        "supported": True,
        "disabled": False,
        "friendly_name": name,
        "interview_completed": True,
        "model_id": model,
        "definition": {
            "model": model,
            "vendor": "Simulated",
            "description": description,
            "exposes": exposes,
            "options": [],
            "supports_ota": False,
        },
    }


def stable_hash(text: str) -> int:
    """A number of a text, the same in every process."""
    number = 0
    for character in text:
        number = (number * 131 + ord(character)) % 2**61
    return number
