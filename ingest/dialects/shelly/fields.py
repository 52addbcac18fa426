"""Tables of Shelly's topics and components and what they mean (shelly-api-docs)."""

from collections.abc import Callable, Mapping
from typing import Any

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    Table,
    alarm_state,
    fixed_state,
    flag_metric,
    numeric_metric,
)
from ingest.dialects.vocabulary.units import in_unit
from ingest.dialects.vocabulary.values import number_of, truth_of
from store.model import Kind


def _gas(report: DeviceReport, value: object, part: str) -> None:
    """none | mild | heavy | test | unknown"""
    if value in ("mild", "heavy"):
        report.state(Kind.GAS_LEAK, True, part)
    elif value == "none":
        report.state(Kind.GAS_LEAK, False, part)
    elif value == "test":
        report.tested(Kind.GAS_LEAK)


def _self_test(report: DeviceReport, value: object, _part: str) -> None:
    """not_completed | completed | running | pending"""
    if value == "completed":
        report.tested(None, True)
    elif value == "running":
        report.tested(None)


def _valued(meaning: Meaning) -> Meaning:
    """A number with `is_valid` beside it, or just the number."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        if isinstance(value, dict):
            if value.get("is_valid") is False:
                return
            amount = number_of(value.get("value"))
            unit = value.get("units")
            if amount is not None and isinstance(unit, str):
                amount = in_unit("temperature", amount, unit) if unit in ("C", "F") else amount
            value = amount
        meaning(report, value, part)

    return take


GEN1_SENSORS: Table = {
    # <id>/sensor/<name> of Flood, Smoke, Gas, Door/Window, H&T, Motion
    "flood": alarm_state(Kind.WATER_LEAK),
    "smoke": alarm_state(Kind.SMOKE),
    "gas": _gas,
    "state": flag_metric("door", {"open": True, "opened": True, "close": False, "closed": False}),
    "motion": flag_metric("motion"),
    "operation": alarm_state(Kind.DEVICE_FAULT, {"fault": True, "normal": False}),
    "self_test": _self_test,
    "temperature": numeric_metric("temperature"),
    "humidity": numeric_metric("humidity"),
    "battery": numeric_metric("battery"),
    "lux": numeric_metric("illuminance"),
}

GEN1_STATUS: Table = {
    "motion": flag_metric("motion"),
    "lux": _valued(numeric_metric("illuminance")),
    "bat": _valued(numeric_metric("battery")),
    "tmp": _valued(numeric_metric("temperature")),
}

METERS: Mapping[tuple[str, str], Meaning] = {
    ("relay", "power"): numeric_metric("power"),
    ("light", "power"): numeric_metric("power"),
    ("relay", "energy"): numeric_metric("energy", 1 / 60_000),  # W·min
    ("light", "energy"): numeric_metric("energy", 1 / 60_000),
    ("emeter", "power"): numeric_metric("power"),
    ("emeter", "voltage"): numeric_metric("voltage"),
    ("emeter", "current"): numeric_metric("current"),
    ("emeter", "total"): numeric_metric("energy", 0.001),  # Wh
}

Component = Callable[[DeviceReport, Mapping[str, Any], str], None]


def _alarm(kind: Kind) -> Component:
    """`alarm` true or false; null while the sensor cannot tell (a cable pulled out)."""

    def take(report: DeviceReport, status: Mapping[str, Any], part: str) -> None:
        if isinstance(active := status.get("alarm"), bool):
            report.state(kind, active, part)
        errors = status.get("errors")
        if isinstance(errors, list):
            report.state(Kind.DEVICE_FAULT, bool(errors), part)

    return take


def _levels(table: Mapping[str, Meaning]) -> Component:
    def take(report: DeviceReport, status: Mapping[str, Any], part: str) -> None:
        for name, meaning in table.items():
            if status.get(name) is not None:
                meaning(report, status[name], part)

    return take


def _energy(report: DeviceReport, value: object, part: str) -> None:
    total = number_of(value.get("total")) if isinstance(value, dict) else None
    if total is not None:
        report.measure("energy", total / 1000, part)


def _battery(report: DeviceReport, value: object, part: str) -> None:
    if isinstance(value, dict):
        for name, metric in (("percent", "battery"), ("V", "battery_voltage")):
            if (amount := number_of(value.get(name))) is not None:
                report.measure(metric, amount, part)


def _objects(report: DeviceReport, value: object, part: str) -> None:
    if (count := number_of(value)) is not None:
        report.measure("presence", float(count > 0), part)


def _contact(report: DeviceReport, status: Mapping[str, Any], part: str) -> None:
    """An input or a Bluetooth value of two states: its role says what hangs on it."""
    active = truth_of(status.get("state", status.get("value")))
    if active is not None and not isinstance(status.get("value"), float):
        report.unclear(part or "input:0", active)


ALARMS: Mapping[str, Kind] = {
    "smoke": Kind.SMOKE,
    "flood": Kind.WATER_LEAK,
    "gas": Kind.GAS_LEAK,
    "co": Kind.CARBON_MONOXIDE,
}
"""Components with an alarm, and errors while there are some."""

_METER: Mapping[str, Meaning] = {
    "apower": numeric_metric("power"),
    "act_power": numeric_metric("power"),
    "total_act_power": numeric_metric("power"),
    "voltage": numeric_metric("voltage"),
    "current": numeric_metric("current"),
    "aenergy": _energy,
}
_BLUETOOTH: Mapping[str, Meaning] = {
    "battery": numeric_metric("battery"),
    "rssi": numeric_metric("rssi"),
}

COMPONENTS: Mapping[str, Component] = {
    **{name: _alarm(kind) for name, kind in ALARMS.items()},
    "devicepower": _levels({"battery": _battery}),
    "temperature": _levels({"tC": numeric_metric("temperature")}),
    "humidity": _levels({"rh": numeric_metric("humidity")}),
    "illuminance": _levels({"lux": numeric_metric("illuminance")}),
    # the `temperature` in these is the relay's own
    **dict.fromkeys(("switch", "light", "cover", "rgb", "rgbw"), _levels(_METER)),
    **dict.fromkeys(("pm1", "em", "em1"), _levels(_METER)),
    "presence": _levels({"num_objects": _objects}),
    "presencezone": _levels({"value": flag_metric("presence"), "state": flag_metric("presence")}),
    "motion": _levels({"motion": flag_metric("motion")}),
    "input": _contact,
    "boolean": _contact,  # of a script, or of what is connected by it
    "bthomedevice": _levels(_BLUETOOTH),
    "bthomesensor": _contact,
    "wifi": _levels({"rssi": numeric_metric("rssi")}),
}


def _tested(kind: Kind) -> Meaning:
    return lambda report, _value, _part: report.tested(kind)


EVENTS: Mapping[tuple[str, str], Meaning] = {
    **{(name, "alarm"): fixed_state(kind, True) for name, kind in ALARMS.items()},
    **{(name, "alarm_off"): fixed_state(kind, False) for name, kind in ALARMS.items()},
    **{(name, "alarm_test"): _tested(kind) for name, kind in ALARMS.items()},
    ("flood", "cable_unplugged"): fixed_state(Kind.DEVICE_FAULT, True),
}
"""A fault ends with the next whole status that has no errors."""
