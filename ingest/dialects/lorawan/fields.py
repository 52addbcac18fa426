"""Table of the field names of LoRaWAN codecs and what they mean.

From the makers' codecs: Milesight (SensorDecoders, ChirpStack names), and the LoRaWAN device
repository of The Things Network (Milesight, Netvox, Dragino, Browan, Elsys, MClimate). The names
differ a little, the words are few. Looked up by the name in lower case without `_`, so that
WaterLeak, water_leak and WATER_LEAK are one.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingest.dialects.lorawan.field_meanings import (
    ALARM_WORDS,
    CO_STATE,
    DETECTION_WORDS,
    DOOR_FLAG,
    FALL_STATE,
    GAS_STATE,
    HELP_CALL_STATE,
    MOTION_FLAG,
    PRESENCE_FLAG,
    SMOKE_EVENT_WORDS,
    SMOKE_STATE,
    TAMPER_STATE,
    TROUBLE_WORDS,
    WATER_STATE,
    alarm_list_meaning,
    button_meaning,
    doorbell_meaning,
    key_meaning,
    movement_meaning,
    number_or_word,
    voltage_meaning,
)
from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Table,
    alarm_state,
    numeric_metric,
    unclear_input,
    word_meanings,
)
from ingest.dialects.vocabulary.values import number_of, truth_of
from store.model import Kind

_NUMBERED = re.compile(r"\d+$")

FIELDS: Table = {
    **dict.fromkeys(
        ("firealarm", "smokealarm", "smokestatus", "smoke", "smokedetected"), SMOKE_STATE
    ),
    **dict.fromkeys(("coalarm", "costatus", "carbonmonoxide"), CO_STATE),
    **dict.fromkeys(("gasstatus", "gasalarm", "gasleak"), GAS_STATE),
    **dict.fromkeys(("waterleak", "waterleakage", "leakagestatus", "leakstatus"), WATER_STATE),
    **dict.fromkeys(
        ("waterleakstatus", "leakage", "leak", "flood", "waterleakagestatus"), WATER_STATE
    ),
    **dict.fromkeys(("waterleakalarm", "leakalarm", "waterleakdetected"), WATER_STATE),
    **dict.fromkeys(("fall", "falldetected", "fallalarm", "fallstatus"), FALL_STATE),
    **dict.fromkeys(
        ("sos", "sosalarm", "sosstatus", "emergency", "emergencyalarm"), HELP_CALL_STATE
    ),
    **dict.fromkeys(("panic", "panicbutton", "helpcall"), HELP_CALL_STATE),
    "detectionstatus": word_meanings(DETECTION_WORDS),
    "events": alarm_list_meaning,
    **dict.fromkeys(
        ("button", "buttonevent", "buttonstatus", "press", "presstype"), button_meaning
    ),
    "key": key_meaning,
    "doorbell": doorbell_meaning,
    **dict.fromkeys(("magnetstatus", "door", "doorstatus", "dooropenstatus"), DOOR_FLAG),
    **dict.fromkeys(("contactstate", "dooropen", "windowstatus", "window", "magnetchn"), DOOR_FLAG),
    **dict.fromkeys(("pir", "pirstatus", "occupy", "motionstatus", "motiondetected"), MOTION_FLAG),
    "motion": movement_meaning,
    **dict.fromkeys(("occupancy", "occupancystatus", "presence", "occupied"), PRESENCE_FLAG),
    **dict.fromkeys(("tamperstatus", "tamper", "tamperalarm", "disassembledalarm"), TAMPER_STATE),
    **dict.fromkeys(("shocktamperalarm", "tamperdetected", "boxtamper"), TAMPER_STATE),
    "install": alarm_state(Kind.TAMPER, {"yes": False, "no": True}),
    **dict.fromkeys(
        ("poweroffalarm", "poweroff"), number_or_word(alarm_state(Kind.POWER_FAILURE, ALARM_WORDS))
    ),
    **dict.fromkeys(("lowbattery", "batterylow", "lowbatteryalarm"), alarm_state(Kind.LOW_BATTERY)),
    **dict.fromkeys(("onoff", "contactswitch", "digital", "reedstate"), unclear_input("contact")),
    # measures
    **dict.fromkeys(
        ("temperature", "temp", "tempcsht", "sensortemperature"), numeric_metric("temperature")
    ),
    **dict.fromkeys(
        ("airtemperature", "ambienttemperature", "temperaturechn"), numeric_metric("temperature")
    ),
    **dict.fromkeys(
        ("humidity", "humi", "humsht", "relativehumidity", "rh"), numeric_metric("humidity")
    ),
    **dict.fromkeys(("airhumidity",), numeric_metric("humidity")),
    **dict.fromkeys(("battery", "batterylevel", "batterypercent"), numeric_metric("battery")),
    **dict.fromkeys(("volt", "batv", "batteryvoltage", "vdd", "voltage"), voltage_meaning),
    **dict.fromkeys(
        ("illuminance", "lightlevellux", "light", "illlx", "lux"), numeric_metric("illuminance")
    ),
    "co2": numeric_metric("co2"),
    "tvoc": numeric_metric("voc"),
    "pressure": numeric_metric("pressure"),
    **dict.fromkeys(("pm25",), numeric_metric("pm25")),
    **dict.fromkeys(("activepower", "power"), numeric_metric("power")),
    **dict.fromkeys(("powerconsumption", "powersum"), numeric_metric("energy", 0.001)),  # Wh
    **dict.fromkeys(("heartrate",), numeric_metric("heart_rate")),
    **dict.fromkeys(
        ("respiratoryrate", "breathingrate", "breathrate"), numeric_metric("breathing_rate")
    ),
}

_BUTTONS = frozenset({"R312A", "RB02I", "R718T"})
"""Netvox devices whose `Alarm` is somebody pressing a button."""


def read_fields(report: DeviceReport, fields: Mapping[str, Any]) -> None:
    """Read a codec's object. Lists of old values (`history`) are not of now and left alone."""
    device = fields.get("Device")
    if isinstance(device, str) and device in _BUTTONS and truth_of(fields.get("Alarm")):
        report.state(Kind.HELP_CALL, True, event=True)
    if fields.get("type") == "smoke sensor":
        word_meanings(SMOKE_EVENT_WORDS)(report, fields.get("event"), "")
    if "valve" in fields or "valve_status" in fields or "alarm" in fields:
        word_meanings(TROUBLE_WORDS)(report, fields.get("alarm"), "")
    if "valve" in fields and "relay" in fields:
        GAS_STATE(report, fields.get("state"), "")
    browan = "temperatureBoard" in fields
    if browan and (active := truth_of(fields.get("status"))) is not None:
        report.unclear("status", active)
    for name, given in fields.items():
        value = given
        if isinstance(value, Mapping) and number_of(value.get("value")) is not None:
            value = value["value"]  # {"value": 20.5, "unit": "°C"}
        if value is None or (known := _known(name)) is None:
            continue
        if browan and known[0] == "battery":
            voltage_meaning(report, value, "")
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
