"""Shelly Gen2 and later below `homes/{home}/shelly/{id}`: RPC notifications."""

from datetime import datetime
from typing import Any

import orjson

from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import words_of

COMPONENTS = words_of("shelly")
"""Components whose state is an alarm."""


class Shelly:
    """Each device is a Shelly of its own; a NotifyStatus holds only what has changed."""

    def __init__(self, spec: HomeSpec) -> None:
        self._base = f"homes/{spec.home}/shelly"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """Its id."""
        return device

    def announce(self) -> list[Publication]:
        """`online` is its last will topic."""
        return [
            Publication(f"{self._base}/{device}/online", b"true", retain=True)
            for device in self._kinds
        ]

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:
        """By component; motion and bed as the presence of somebody."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            match name:
                case "temperature":
                    found["temperature:0"] = {
                        "id": 0,
                        "tC": value,
                        "tF": round(float(value) * 1.8 + 32, 1),
                    }
                case "humidity":
                    found["humidity:0"] = {"id": 0, "rh": value}
                case "battery":
                    volts = round(2.2 + float(value) / 100, 2)
                    found["devicepower:0"] = {
                        "id": 0,
                        "battery": {"V": volts, "percent": value},
                        "external": {"present": False},
                    }
                case "motion" | "bed":
                    found["presence:0"] = {"id": 0, "num_objects": int(value)}
                case "door":
                    found["input:0"] = {"id": 0, "state": bool(value)}
        return [self._notify(device, "NotifyStatus", found, at)] if found else []

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """Smoke and flood are states; a help call is a long push of a button declared as one."""
        mine = self._kinds[device]
        if kind != mine:
            return []
        if component := COMPONENTS.get(kind):
            state = {component: {"id": 0, "alarm": active, "mute": False}}
            return [self._notify(device, "NotifyStatus", state, at)]
        if kind == "help_call" and active:
            push = {"component": "input:0", "id": 0, "event": "long_push", "ts": at.timestamp()}
            return [self._notify(device, "NotifyEvent", {"events": [push]}, at)]
        return []

    def _notify(
        self, device: str, method: str, params: dict[str, Any], at: datetime
    ) -> Publication:
        topic = f"{self._base}/{device}/events/rpc"
        document = {
            "src": device,
            "dst": f"{device}/events",
            "method": method,
            "params": {"ts": round(at.timestamp(), 3), **params},
        }
        return Publication(topic, orjson.dumps(document))
