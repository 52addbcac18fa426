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

from ingest.dialects.lorawan.battery import read_battery
from ingest.dialects.lorawan.cayenne_lpp import read_channels
from ingest.dialects.lorawan.field_meanings import (
    ALARM_WORDS,
    CO_STATE,
    DETECTION_WORDS,
    DOOR_FLAG,
    FALL_STATE,
    GAS_STATE,
    HELP_CALL_STATE,
    LIFE_STATES,
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
from ingest.dialects.lorawan.unknown_fields import plain_name, read_unknown
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

_BATTERY = frozenset({"battery", "batterylevel", "bat", "batt"})
"""Percent or volts: see battery.py."""

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
        ("button", "buttonevent", "buttonstatus", "press", "presstype", "btn"), button_meaning
    ),
    **dict.fromkeys(("key", "pressed", "pushed", "buttonpressed", "buttonpushed"), key_meaning),
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
    "digitalin": unclear_input("digital_in"),
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
    **dict.fromkeys((*_BATTERY, "batterypercent"), numeric_metric("battery")),
    **dict.fromkeys(("volt", "batv", "batteryvoltage", "vdd", "voltage"), voltage_meaning),
    **dict.fromkeys(("vbat", "batteryv", "batvoltage", "batterymv", "batmv"), voltage_meaning),
    **dict.fromkeys(
        ("luminosity", "illuminance", "lightlevellux", "light", "illlx", "lux"),
        numeric_metric("illuminance"),
    ),
    "co2": numeric_metric("co2"),
    "tvoc": numeric_metric("voc"),
    **dict.fromkeys(("pressure", "barometricpressure"), numeric_metric("pressure")),
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


def read_fields(report: DeviceReport, fields: Mapping[str, Any], battery_unit: str = "") -> str:
    """Read a codec's object. Lists of old values (`history`) are not of now and left alone.
    `battery_unit` is what an earlier message has told; returns what this one tells of it."""
    read = _read_device(report, fields)
    browan = "temperatureBoard" in fields
    for name, given in fields.items():
        value, unit = _value_and_unit(given)
        known = _known(name)
        if value is None or name in read:
            continue
        if isinstance(value, Mapping):
            read_channels(report, name, value)
        if known is None:
            read_unknown(report, name, value)
        elif browan and known[0] == "battery":
            voltage_meaning(report, value, "")
        elif known[0] in _BATTERY:
            told = read_battery(report, value, known[1], unit, battery_unit)
            battery_unit = told or battery_unit
        else:
            FIELDS[known[0]](report, value, known[1])
    return battery_unit


def _read_device(report: DeviceReport, fields: Mapping[str, Any]) -> frozenset[str]:
    """Fields whose meaning the fields beside them tell; those that have no other."""
    if fields.get("type") == "smoke sensor":
        word_meanings(SMOKE_EVENT_WORDS)(report, fields.get("event"), "")
        return frozenset({"type", "event"})
    if "valve" in fields or "valve_status" in fields or "alarm" in fields:
        word_meanings(TROUBLE_WORDS)(report, fields.get("alarm"), "")
    if "valve" in fields and "relay" in fields:
        GAS_STATE(report, fields.get("state"), "")
    if "temperatureBoard" in fields and (active := truth_of(fields.get("status"))) is not None:
        report.unclear("status", active)
    device = fields.get("Device")
    if not isinstance(device, str) or device not in _BUTTONS:
        return frozenset()
    if truth_of(fields.get("Alarm")):
        report.state(Kind.HELP_CALL, True, event=True)
    return frozenset({"Alarm"})


def _value_and_unit(given: Any) -> tuple[Any, str]:
    """{"value": 20.5, "unit": "°C"}, or just the value."""
    if isinstance(given, Mapping) and number_of(given.get("value")) is not None:
        unit = given.get("unit")
        return given["value"], unit if isinstance(unit, str) else ""
    return given, ""


@lru_cache(maxsize=4096)
def _known(name: str) -> tuple[str, str] | None:
    """The table's key, and the part when the field is numbered: WaterLeak_2; of what endangers life
    also with more behind its name: fall_flag, smoke_alarm_status."""
    plain = plain_name(name)
    if plain in FIELDS:
        return plain, ""
    base = _NUMBERED.sub("", plain)
    if base in FIELDS:
        return base, name
    base = _ENDING.sub("", plain)
    return (base, "") if FIELDS.get(base) in LIFE_STATES else None


_ENDING = re.compile(r"(?:flag|status|state|alarm)$")
