"""What the topics and components of Shelly devices mean (shelly-api-docs, Gen1 and Gen2)."""

from collections.abc import Callable, Mapping
from typing import Any

from ingest.dialects.report import Meaning, Report, Table, fixed, flags, level, states
from ingest.dialects.units import in_unit
from ingest.dialects.values import number, truth
from store.model import Kind


def _gas(report: Report, value: object, part: str) -> None:
    """none | mild | heavy | test | unknown"""
    if value in ("mild", "heavy"):
        report.state(Kind.GAS_LEAK, True, part)
    elif value == "none":
        report.state(Kind.GAS_LEAK, False, part)
    elif value == "test":
        report.tested(Kind.GAS_LEAK)


def _self_test(report: Report, value: object, _part: str) -> None:
    """not_completed | completed | running | pending"""
    if value == "completed":
        report.tested(None, True)
    elif value == "running":
        report.tested(None)


def _valued(meaning: Meaning) -> Meaning:
    """A number with `is_valid` beside it, or just the number."""

    def take(report: Report, value: object, part: str) -> None:
        if isinstance(value, dict):
            if value.get("is_valid") is False:
                return
            amount = number(value.get("value"))
            unit = value.get("units")
            if amount is not None and isinstance(unit, str):
                amount = in_unit("temperature", amount, unit) if unit in ("C", "F") else amount
            value = amount
        meaning(report, value, part)

    return take


GEN1_SENSORS: Table = {
    # <id>/sensor/<name> of Flood, Smoke, Gas, Door/Window, H&T, Motion
    "flood": states(Kind.WATER_LEAK),
    "smoke": states(Kind.SMOKE),
    "gas": _gas,
    "state": flags("door", {"open": True, "opened": True, "close": False, "closed": False}),
    "motion": flags("motion"),
    "operation": states(Kind.DEVICE_FAULT, {"fault": True, "normal": False}),
    "self_test": _self_test,
    "temperature": level("temperature"),
    "humidity": level("humidity"),
    "battery": level("battery"),
    "lux": level("illuminance"),
}

GEN1_STATUS: Table = {
    "motion": flags("motion"),
    "lux": _valued(level("illuminance")),
    "bat": _valued(level("battery")),
    "tmp": _valued(level("temperature")),
}

METERS: Mapping[tuple[str, str], Meaning] = {
    ("relay", "power"): level("power"),
    ("light", "power"): level("power"),
    ("relay", "energy"): level("energy", 1 / 60_000),  # W·min
    ("light", "energy"): level("energy", 1 / 60_000),
    ("emeter", "power"): level("power"),
    ("emeter", "voltage"): level("voltage"),
    ("emeter", "current"): level("current"),
    ("emeter", "total"): level("energy", 0.001),  # Wh
}

Component = Callable[[Report, Mapping[str, Any], str], None]


def _alarm(kind: Kind) -> Component:
    """`alarm` true or false; null while the sensor cannot tell (a cable pulled out)."""

    def take(report: Report, status: Mapping[str, Any], part: str) -> None:
        if isinstance(active := status.get("alarm"), bool):
            report.state(kind, active, part)
        errors = status.get("errors")
        if isinstance(errors, list):
            report.state(Kind.DEVICE_FAULT, bool(errors), part)

    return take


def _levels(table: Mapping[str, Meaning]) -> Component:
    def take(report: Report, status: Mapping[str, Any], part: str) -> None:
        for name, meaning in table.items():
            if status.get(name) is not None:
                meaning(report, status[name], part)

    return take


def _energy(report: Report, value: object, part: str) -> None:
    total = number(value.get("total")) if isinstance(value, dict) else None
    if total is not None:
        report.measure("energy", total / 1000, part)


def _battery(report: Report, value: object, part: str) -> None:
    if isinstance(value, dict):
        for name, metric in (("percent", "battery"), ("V", "battery_voltage")):
            if (amount := number(value.get(name))) is not None:
                report.measure(metric, amount, part)


def _objects(report: Report, value: object, part: str) -> None:
    if (count := number(value)) is not None:
        report.measure("presence", float(count > 0), part)


def _contact(report: Report, status: Mapping[str, Any], part: str) -> None:
    """An input or a Bluetooth value of two states: its role says what hangs on it."""
    active = truth(status.get("state", status.get("value")))
    if active is not None and not isinstance(status.get("value"), float):
        report.unclear(part or "input:0", active)


_METER: Mapping[str, Meaning] = {
    "apower": level("power"),
    "act_power": level("power"),
    "total_act_power": level("power"),
    "voltage": level("voltage"),
    "current": level("current"),
    "aenergy": _energy,
}
_BLUETOOTH: Mapping[str, Meaning] = {"battery": level("battery"), "rssi": level("rssi")}

COMPONENTS: Mapping[str, Component] = {
    "smoke": _alarm(Kind.SMOKE),
    "flood": _alarm(Kind.WATER_LEAK),
    "gas": _alarm(Kind.GAS_LEAK),
    "co": _alarm(Kind.CARBON_MONOXIDE),
    "devicepower": _levels({"battery": _battery}),
    "temperature": _levels({"tC": level("temperature")}),
    "humidity": _levels({"rh": level("humidity")}),
    "illuminance": _levels({"lux": level("illuminance")}),
    # the `temperature` in these is the relay's own
    **dict.fromkeys(("switch", "light", "cover", "rgb", "rgbw"), _levels(_METER)),
    **dict.fromkeys(("pm1", "em", "em1"), _levels(_METER)),
    "presence": _levels({"num_objects": _objects}),
    "presencezone": _levels({"value": flags("presence"), "state": flags("presence")}),
    "motion": _levels({"motion": flags("motion")}),
    "input": _contact,
    "bthomedevice": _levels(_BLUETOOTH),
    "bthomesensor": _contact,
    "wifi": _levels({"rssi": level("rssi")}),
}

EVENTS: Mapping[tuple[str, str], Meaning] = {
    ("smoke", "alarm"): fixed(Kind.SMOKE, True),
    ("smoke", "alarm_off"): fixed(Kind.SMOKE, False),
    ("flood", "alarm"): fixed(Kind.WATER_LEAK, True),
    ("flood", "alarm_off"): fixed(Kind.WATER_LEAK, False),
    ("smoke", "alarm_test"): lambda report, _value, _part: report.tested(Kind.SMOKE),
    ("flood", "alarm_test"): lambda report, _value, _part: report.tested(Kind.WATER_LEAK),
}
