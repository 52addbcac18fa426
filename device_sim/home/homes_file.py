"""Reads the file of homes: which homes there are, their hubs' passwords, their devices.

[{"home": "H0001", "password": "…",
  "devices": [{"device": "button-1", "kind": "help_call", "room": "bedroom"},
              {"device": "climate-1", "kind": "climate", "interval_s": 60}]}]
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device_sim.centre.wire import check_name
from device_sim.kinds import DEVICE_INTERVALS


class HomesFileError(ValueError):
    """The file of homes is wrong; the sentence says where and how."""


@dataclass(frozen=True)
class DeviceSpec:
    """One device of a home. `interval_s` overrides how often its kind reports."""

    device: str
    kind: str
    room: str = ""
    interval_s: float = 0.0

    def __post_init__(self) -> None:
        check_name("device", self.device)
        if self.kind not in DEVICE_INTERVALS:
            raise HomesFileError(
                f"device {self.device}: kind {self.kind!r} is none of {', '.join(DEVICE_INTERVALS)}"
            )
        if self.interval_s < 0:
            raise HomesFileError(f"device {self.device}: interval_s must be above 0 seconds")

    @property
    def interval(self) -> float:
        """Seconds between two reports."""
        return self.interval_s or DEVICE_INTERVALS[self.kind]


@dataclass(frozen=True)
class HomeSpec:
    """One home of the file: its code, the hub's password, its devices."""

    home: str
    password: str
    devices: tuple[DeviceSpec, ...]

    def __post_init__(self) -> None:
        check_name("home", self.home)
        names = [device.device for device in self.devices]
        if len(set(names)) < len(names):
            raise HomesFileError(f"home {self.home}: two devices have the same name")


def read_homes(path: Path) -> list[HomeSpec]:
    """The homes of a file: HomesFileError that says what is wrong and where."""
    try:
        given = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise HomesFileError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise HomesFileError(f"{path} is no JSON: {error}") from error
    if not isinstance(given, list) or not given:
        raise HomesFileError(f"{path}: must be a list of at least one home")
    homes = [read_home(home, f"{path}: [{index}]") for index, home in enumerate(given)]
    codes = [home.home for home in homes]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise HomesFileError(f"{path}: {', '.join(twice)} is there twice")
    return homes


def read_home(given: Any, where: str) -> HomeSpec:
    """A home from its JSON object: HomesFileError that says where and what is wrong."""
    known = {"home", "password", "devices"}
    if not isinstance(given, dict):
        raise HomesFileError(f"{where}: must be an object with {', '.join(sorted(known))}")
    _check_keys(given, known, known, where)
    if not isinstance(given["devices"], list):
        raise HomesFileError(f"{where}: devices must be a list")
    devices = [
        _read_device(device, f"{where}.devices[{index}]")
        for index, device in enumerate(given["devices"])
    ]
    _check_texts(given, ("home", "password"), where)
    try:
        return HomeSpec(given["home"], given["password"], tuple(devices))
    except ValueError as error:
        raise HomesFileError(f"{where}: {error}") from error


def _read_device(given: Any, where: str) -> DeviceSpec:
    if not isinstance(given, dict):
        raise HomesFileError(f"{where}: must be an object with device and kind")
    _check_keys(given, {"device", "kind"}, {"device", "kind", "room", "interval_s"}, where)
    _check_texts(given, ("device", "kind", "room"), where)
    interval = given.get("interval_s", 0)
    if isinstance(interval, bool) or not isinstance(interval, int | float):
        raise HomesFileError(f"{where}: interval_s must be a number of seconds")
    try:
        return DeviceSpec(given["device"], given["kind"], given.get("room", ""), float(interval))
    except ValueError as error:
        raise HomesFileError(f"{where}: {error}") from error


def _check_keys(given: dict[str, Any], needed: set[str], known: set[str], where: str) -> None:
    if missing := needed - set(given):
        raise HomesFileError(f"{where}: {', '.join(sorted(missing))} is missing")
    if strange := set(given) - known:
        raise HomesFileError(
            f"{where}: {', '.join(sorted(strange))} is not known; use {', '.join(sorted(known))}"
        )


def _check_texts(given: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if not isinstance(given.get(name, ""), str):
            raise HomesFileError(f"{where}: {name} must be text")
