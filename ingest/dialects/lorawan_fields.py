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

from ingest.dialects.lorawan_meanings import (
    ALARM,
    CALL,
    CO,
    DETECTION,
    DOOR,
    FELL,
    GAS,
    MOTION,
    OCCUPIED,
    SMOKE,
    SMOKE_EVENT,
    TAMPER,
    TROUBLE,
    WATER,
    button,
    count,
    doorbell,
    events,
    key,
    volts,
    worded,
)
from ingest.dialects.report import Report, Table, level, says, states, unclear
from ingest.dialects.values import number, truth
from store.model import Kind

_NUMBERED = re.compile(r"\d+$")

FIELDS: Table = {
    **dict.fromkeys(("firealarm", "smokealarm", "smokestatus", "smoke", "smokedetected"), SMOKE),
    **dict.fromkeys(("coalarm", "costatus", "carbonmonoxide"), CO),
    **dict.fromkeys(("gasstatus", "gasalarm", "gasleak"), GAS),
    **dict.fromkeys(("waterleak", "waterleakage", "leakagestatus", "leakstatus"), WATER),
    **dict.fromkeys(("waterleakstatus", "leakage", "leak", "flood", "waterleakagestatus"), WATER),
    **dict.fromkeys(("waterleakalarm", "leakalarm", "waterleakdetected"), WATER),
    **dict.fromkeys(("fall", "falldetected", "fallalarm", "fallstatus"), FELL),
    **dict.fromkeys(("sos", "sosalarm", "sosstatus", "emergency", "emergencyalarm"), CALL),
    **dict.fromkeys(("panic", "panicbutton", "helpcall"), CALL),
    "detectionstatus": says(DETECTION),
    "events": events,
    **dict.fromkeys(("button", "buttonevent", "buttonstatus", "press", "presstype"), button),
    "key": key,
    "doorbell": doorbell,
    **dict.fromkeys(("magnetstatus", "door", "doorstatus", "dooropenstatus"), DOOR),
    **dict.fromkeys(("contactstate", "dooropen", "windowstatus", "window", "magnetchn"), DOOR),
    **dict.fromkeys(("pir", "pirstatus", "occupy", "motionstatus", "motiondetected"), MOTION),
    "motion": count,
    **dict.fromkeys(("occupancy", "occupancystatus", "presence", "occupied"), OCCUPIED),
    **dict.fromkeys(("tamperstatus", "tamper", "tamperalarm", "disassembledalarm"), TAMPER),
    **dict.fromkeys(("shocktamperalarm", "tamperdetected", "boxtamper"), TAMPER),
    "install": states(Kind.TAMPER, {"yes": False, "no": True}),
    **dict.fromkeys(("poweroffalarm", "poweroff"), worded(states(Kind.POWER_FAILURE, ALARM))),
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
    **dict.fromkeys(("volt", "batv", "batteryvoltage", "vdd", "voltage"), volts),
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
    if isinstance(device, str) and device in _BUTTONS and truth(fields.get("Alarm")):
        report.state(Kind.HELP_CALL, True, event=True)
    if fields.get("type") == "smoke sensor":
        says(SMOKE_EVENT)(report, fields.get("event"), "")
    if "valve" in fields or "valve_status" in fields or "alarm" in fields:
        says(TROUBLE)(report, fields.get("alarm"), "")
    if "valve" in fields and "relay" in fields:
        GAS(report, fields.get("state"), "")
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
            volts(report, value, "")
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
