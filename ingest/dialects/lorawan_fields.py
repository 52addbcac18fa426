"""What the fields of LoRaWAN codecs mean.

From the makers' codecs: Milesight (SensorDecoders, ChirpStack names), and the LoRaWAN device
repository of The Things Network (Milesight, Netvox, Dragino, Browan, Elsys, MClimate). The names
differ a little, the words are few. Looked up by the name in lower case without `_`, so that
WaterLeak, water_leak and WATER_LEAK are one.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingest.dialects.report import (
    Meaning,
    Report,
    Table,
    both,
    fixed,
    fixed_flag,
    flags,
    level,
    presses,
    says,
    states,
    unclear,
)
from ingest.dialects.values import number, truth
from store.model import Kind

_OPEN = {
    **dict.fromkeys(("open", "opened", "1", "true"), True),
    **dict.fromkeys(("close", "closed", "0", "false"), False),
}
_LEAK = {
    **dict.fromkeys(("leak", "leakage", "leaking", "alarm", "water leak", "true", "1"), True),
    **dict.fromkeys(("normal", "noleak", "no leak", "no alarm", "dry", "false", "0"), False),
}
_ALARM = {
    **dict.fromkeys(("alarm", "abnormal", "alarmed", "detected", "true", "1"), True),
    **dict.fromkeys(("normal", "no alarm", "noalarm", "clear", "false", "0"), False),
}
_SOMEBODY = {
    **dict.fromkeys(("occupied", "trigger", "triggered", "motion", "true", "1", "2"), True),
    **dict.fromkeys(("vacant", "normal", "idle", "unoccupied", "no motion", "false", "0"), False),
}
_OFF_THE_WALL = {
    **dict.fromkeys(("uninstalled", "removed", "triggered", "alarm", "true", "1"), True),
    **dict.fromkeys(("installed", "normal", "no alarm", "false", "0"), False),
}
_NUMBERED = re.compile(r"\d+$")


def _worded(meaning: Meaning) -> Meaning:
    """Codecs write 1, true or a word for the same."""

    def take(report: Report, value: object, part: str) -> None:
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif (amount := number(value)) is not None:
            value = str(int(amount)) if amount in (0, 1, 2) else ""
        meaning(report, value, part)

    return take


def _volts(report: Report, value: object, part: str) -> None:
    """Netvox: 3.6, or "2.4(low battery)"; a plug's 230; Elsys' vdd in mV."""
    amount = number(value.partition("(")[0] if isinstance(value, str) else value)
    if amount is None:
        return
    if isinstance(value, str):
        report.state(Kind.LOW_BATTERY, "low battery" in value.lower(), part)
    if amount > 1_000:
        amount /= 1_000
    report.measure("battery_voltage" if amount <= 20 else "voltage", amount, part)


def _button(report: Report, value: object, part: str) -> None:
    """Milesight WS101: {"status": "short press", "msgid": …}, or just "short"."""
    presses(report, value.get("status") if isinstance(value, Mapping) else value, part)


def _key(report: Report, value: object, part: str) -> None:
    """Netvox: 1 while the key is pressed."""
    if truth(value):
        report.press("single", part)


def _doorbell(report: Report, value: object, part: str) -> None:
    if truth(value):
        report.press("doorbell", part)


def _count(report: Report, value: object, part: str) -> None:
    """Elsys: how many movements since the last report."""
    if (amount := number(value)) is not None and amount >= 0:
        report.measure("motion", float(amount > 0), part)


def _events(report: Report, value: object, _part: str) -> None:
    """Milesight VS373: a list of alarms with what became of each. An ignored one says nothing."""
    for event in value[:20] if isinstance(value, list) else []:
        if not isinstance(event, Mapping):
            continue
        kind, status = event.get("alarm_type"), event.get("alarm_status")
        if status in ("alarm_triggered", "alarm_deactivated"):
            begun = status == "alarm_triggered"
            if kind == "fall":
                report.state(Kind.FALL, begun, "event")
            elif kind == "out_of_bed" and begun:
                report.measure("bed", 0.0)


_NO_FALL = fixed(Kind.FALL, False)
_DETECTION: dict[str, Meaning] = {
    "fall": fixed(Kind.FALL, True),
    "normal": _NO_FALL,
    "vacant": both(_NO_FALL, fixed_flag("presence", False), fixed_flag("bed", False)),
    "in_bed": both(_NO_FALL, fixed_flag("presence", True), fixed_flag("bed", True)),
    "out_of_bed": both(_NO_FALL, fixed_flag("bed", False)),
}
_SMOKE_EVENT: dict[str, Meaning] = {
    # Milesight GS524N; `silent` is an alarm whose siren somebody has silenced
    "alarm": fixed(Kind.SMOKE, True),
    "normal": both(fixed(Kind.SMOKE, False), fixed(Kind.LOW_BATTERY, False)),
    "low battery": fixed(Kind.LOW_BATTERY, True),
    "failover": fixed(Kind.DEVICE_FAULT, True),
    "removed": fixed(Kind.TAMPER, True),
    "installed": fixed(Kind.TAMPER, False),
    "testing alarm with normal battery": lambda report, _v, _p: report.tested(Kind.SMOKE),
    "testing alarm with low battery": both(
        lambda report, _v, _p: report.tested(Kind.SMOKE), fixed(Kind.LOW_BATTERY, True)
    ),
}
_TROUBLE: dict[str, Meaning] = {
    # Milesight GS101, `alarm`
    **dict.fromkeys(("power off", "power down"), fixed(Kind.POWER_FAILURE, True)),
    "power on": fixed(Kind.POWER_FAILURE, False),
    **dict.fromkeys(("sensor failure", "sensor failed"), fixed(Kind.DEVICE_FAULT, True)),
    "sensor recover": fixed(Kind.DEVICE_FAULT, False),
}
_WATER = _worded(states(Kind.WATER_LEAK, _LEAK))
_DOOR = _worded(flags("door", _OPEN))
_SMOKE = _worded(states(Kind.SMOKE, _ALARM))
_CO = _worded(states(Kind.CARBON_MONOXIDE, _ALARM))
_GAS = _worded(states(Kind.GAS_LEAK, _ALARM))
_TAMPER = _worded(states(Kind.TAMPER, _OFF_THE_WALL))
_MOTION = _worded(flags("motion", _SOMEBODY))
_OCCUPIED = _worded(flags("presence", _SOMEBODY))
_FELL = _worded(states(Kind.FALL, {**_ALARM, "fall": True, "fallen": True, "no fall": False}))
_CALL = _worded(states(Kind.HELP_CALL, {**_ALARM, "sos": True, "pressed": True}))

FIELDS: Table = {
    **dict.fromkeys(("firealarm", "smokealarm", "smokestatus", "smoke", "smokedetected"), _SMOKE),
    **dict.fromkeys(("coalarm", "costatus", "carbonmonoxide"), _CO),
    **dict.fromkeys(("gasstatus", "gasalarm", "gasleak"), _GAS),
    **dict.fromkeys(("waterleak", "waterleakage", "leakagestatus", "leakstatus"), _WATER),
    **dict.fromkeys(("waterleakstatus", "leakage", "leak", "flood", "waterleakagestatus"), _WATER),
    **dict.fromkeys(("waterleakalarm", "leakalarm", "waterleakdetected"), _WATER),
    **dict.fromkeys(("fall", "falldetected", "fallalarm", "fallstatus"), _FELL),
    **dict.fromkeys(("sos", "sosalarm", "sosstatus", "emergency", "emergencyalarm"), _CALL),
    **dict.fromkeys(("panic", "panicbutton", "helpcall"), _CALL),
    "detectionstatus": says(_DETECTION),
    "events": _events,
    **dict.fromkeys(("button", "buttonevent", "buttonstatus", "press", "presstype"), _button),
    "key": _key,
    "doorbell": _doorbell,
    **dict.fromkeys(("magnetstatus", "door", "doorstatus", "dooropenstatus"), _DOOR),
    **dict.fromkeys(("contactstate", "dooropen", "windowstatus", "window", "magnetchn"), _DOOR),
    **dict.fromkeys(("pir", "pirstatus", "occupy", "motionstatus", "motiondetected"), _MOTION),
    "motion": _count,
    **dict.fromkeys(("occupancy", "occupancystatus", "presence", "occupied"), _OCCUPIED),
    **dict.fromkeys(("tamperstatus", "tamper", "tamperalarm", "disassembledalarm"), _TAMPER),
    **dict.fromkeys(("shocktamperalarm", "tamperdetected", "boxtamper"), _TAMPER),
    "install": states(Kind.TAMPER, {"yes": False, "no": True}),
    **dict.fromkeys(("poweroffalarm", "poweroff"), _worded(states(Kind.POWER_FAILURE, _ALARM))),
    **dict.fromkeys(("lowbattery", "batterylow", "lowbatteryalarm"), states(Kind.LOW_BATTERY)),
    **dict.fromkeys(("onoff", "contactswitch", "digital", "reedstate"), unclear("contact")),
    # measures
    **dict.fromkeys(("temperature", "temp", "tempcsht", "sensortemperature"), level("temperature")),
    **dict.fromkeys(
        ("airtemperature", "ambienttemperature", "temperaturechn"), level("temperature")
    ),
    **dict.fromkeys(("humidity", "humi", "humsht", "relativehumidity", "rh"), level("humidity")),
    **dict.fromkeys(("airhumidity",), level("humidity")),
    **dict.fromkeys(("battery", "batterylevel", "batterypercent"), level("battery")),
    **dict.fromkeys(("volt", "batv", "batteryvoltage", "vdd", "voltage"), _volts),
    **dict.fromkeys(
        ("illuminance", "lightlevellux", "light", "illlx", "lux"), level("illuminance")
    ),
    "co2": level("co2"),
    "tvoc": level("voc"),
    "pressure": level("pressure"),
    **dict.fromkeys(("pm25",), level("pm25")),
    **dict.fromkeys(("activepower", "power"), level("power")),
    **dict.fromkeys(("powerconsumption", "powersum"), level("energy", 0.001)),  # Wh
    **dict.fromkeys(("heartrate",), level("heart_rate")),
    **dict.fromkeys(("respiratoryrate", "breathingrate", "breathrate"), level("breathing_rate")),
}

_BUTTONS = frozenset({"R312A", "RB02I", "R718T"})
"""Netvox devices whose `Alarm` is somebody pressing a button."""


def take(report: Report, fields: Mapping[str, Any]) -> None:
    """Read a codec's object. Lists of old values (`history`) are not of now and left alone."""
    device = fields.get("Device")
    if device in _BUTTONS and truth(fields.get("Alarm")):
        report.state(Kind.HELP_CALL, True, event=True)
    if fields.get("type") == "smoke sensor":
        says(_SMOKE_EVENT)(report, fields.get("event"), "")
    if "valve" in fields or "valve_status" in fields or "alarm" in fields:
        says(_TROUBLE)(report, fields.get("alarm"), "")
    if "valve" in fields and "relay" in fields:
        _GAS(report, fields.get("state"), "")
    browan = "temperatureBoard" in fields
    if browan and (active := truth(fields.get("status"))) is not None:
        report.unclear("status", active)
    for name, given in fields.items():
        value = given
        if isinstance(value, Mapping) and number(value.get("value")) is not None:
            value = value["value"]  # {"value": 20.5, "unit": "°C"}
        if value is None or (known := _known(name)) is None:
            continue
        if browan and known[0] == "battery":
            _volts(report, value, "")
        else:
            FIELDS[known[0]](report, value, known[1])


@lru_cache(maxsize=4096)
def _known(name: str) -> tuple[str, str] | None:
    """The table's key, and the part when the field is numbered: WaterLeak_2."""
    plain = name.lower().replace("_", "").replace("-", "").replace(" ", "").replace(".", "")
    if plain in FIELDS:
        return plain, ""
    base = _NUMBERED.sub("", plain)
    return (base, name) if base in FIELDS else None
