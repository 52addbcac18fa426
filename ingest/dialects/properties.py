"""What the properties of Zigbee2MQTT mean.

The names, types and values are those of the exposes of zigbee-herdsman-converters (docs: Exposes,
and every supported device's page); the IAS bits behind them are ZCL 8.2.2.2.1.3. The same names
are used by hubs that publish one plain topic a property, so `homeassistant` and `homie` read
these too.
"""

import re
from functools import lru_cache

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
from ingest.dialects.values import UNKNOWN, number, plausible, truth
from store.model import Kind

_PRESENCE = {
    **dict.fromkeys(("presence", "present", "occupied", "motion", "move", "moving"), True),
    **dict.fromkeys(("stationary", "static", "peaceful", "active", "large", "small"), True),
    **dict.fromkeys(("small_movement", "large_movement", "medium", "far", "near", "enter"), True),
    **dict.fromkeys(("breathe", "breath", "someone", "true", "on"), True),
    **dict.fromkeys(("none", "no_presence", "unoccupied", "vacant", "no_motion", "absent"), False),
    **dict.fromkeys(("leave", "nobody", "false", "off", "absence", "no_one"), False),
}
_OPEN = {
    **dict.fromkeys(("open", "opened", "tilted", "error_forced_open", "on", "yes", "true"), True),
    **dict.fromkeys(("close", "closed", "off", "no", "false"), False),
}
_ALARM = {
    **dict.fromkeys(("alarm", "alarmed", "true", "on", "detected", "fire", "smoke"), True),
    **dict.fromkeys(("normal", "none", "clear", "false", "off", "ok", "no_alarm"), False),
}
_LEAK = {
    **dict.fromkeys(("water_leakage_yes", "leak", "leakage", "wet", "alarm", "yes"), True),
    **dict.fromkeys(("water_leakage_no", "normal", "dry", "none", "no", "ok"), False),
}
_BATTERY_LOW = {
    **dict.fromkeys(("low", "critical", "very_low", "empty", "exhausted", "replace"), True),
    **dict.fromkeys(("medium", "middle", "mid", "high", "full", "normal", "ok", "good"), False),
    **dict.fromkeys(("usb", "charged"), False),
}
_FALL = {
    **dict.fromkeys(("fall", "falling", "fallen", "fall_alarm", "fall_detected"), True),
    **dict.fromkeys(("none", "normal", "no_fall", "clear"), False),
}
"""`fall_warning` and `maybe_fall` are neither: the sensor is still making up its mind."""
_POSTURE: dict[str, Meaning] = {
    # OWON FDS315, `status`
    "falling": both(fixed(Kind.FALL, True), fixed_flag("presence", True)),
    "unoccupied": both(fixed(Kind.FALL, False), fixed_flag("presence", False)),
    "occupied": both(fixed(Kind.FALL, False), fixed_flag("presence", True)),
    "sitting": both(fixed(Kind.FALL, False), fixed_flag("presence", True)),
    "low_posture": fixed_flag("presence", True),
    "on_the_bed": both(
        fixed(Kind.FALL, False), fixed_flag("presence", True), fixed_flag("bed", True)
    ),
}
_NO_FAULT = frozenset({"none", "no_fault", "clear", "normal", "ok", "false", "off", "no"})


def contact(report: Report, value: object, part: str) -> None:
    """True is closed, in every definition; the words say themselves."""
    word = value.strip().lower() if isinstance(value, str) else None
    if word in ("open", "opened", "close", "closed"):
        report.measure("door", float(word.startswith("open")), part)
    elif (closed := truth(value)) is not None:
        report.measure("door", float(not closed), part)


def gas(report: Report, value: object, part: str) -> None:
    """An alarm when it is on or off; a number is a meter's volume or a concentration."""
    if isinstance(value, bool | str) and number(value) is None:
        _GAS(report, value, part)


def voltage(report: Report, value: object, part: str) -> None:
    """Of a battery in mV, or of the mains in V: the exposes say which, and without them the size
    does: no mains has 500 V, no cell of a sensor 20 V."""
    amount = number(value)
    if amount is None:
        return
    if amount >= 500:
        report.measure("battery_voltage", amount / 1000, part)
    elif amount <= 20:
        report.measure("battery_voltage", amount, part)
    else:
        report.measure("voltage", amount, part)


def pressure(report: Report, value: object, part: str) -> None:
    """Of the air in hPa or kPa; on or off is a pad somebody lies or sits on."""
    if isinstance(value, bool):
        report.measure("presence", float(value), part)
    elif (amount := number(value)) is not None:
        report.measure("pressure", amount if amount >= 200 else amount * 10, part)


def battery(report: Report, value: object, part: str) -> None:
    """Percent, or the words of a gauge with three steps."""
    amount = number(value)
    if amount is not None:
        report.measure("battery", amount, part)
    else:
        _LOW(report, value, part)


def fault(report: Report, value: object, part: str) -> None:
    """On or off, or the name of a fault."""
    broken = truth(value)
    if broken is None and isinstance(value, str) and value.strip().lower() not in UNKNOWN:
        broken = value.strip().lower() not in _NO_FAULT
    if isinstance(value, str) and value.strip().lower() in _NO_FAULT:
        broken = False
    if broken is not None:
        report.state(Kind.DEVICE_FAULT, broken, part)


def self_test(report: Report, value: object, _part: str) -> None:
    """`checking`, `check_success`, `check_failure` and the like."""
    if isinstance(value, str) and (word := value.strip().lower()) not in UNKNOWN:
        if "succe" in word or "pass" in word:
            report.tested(None, True)
        elif "fail" in word or word.endswith("_fault"):
            report.tested(None, False)
        elif "checking" in word or "testing" in word:
            report.tested(None)


def half_percent(report: Report, value: object, part: str) -> None:
    """ZCL 3.3.2.2.3.2: BatteryPercentageRemaining counts half percents."""
    if (amount := number(value)) is not None and plausible("battery", amount / 2):
        report.measure("battery", amount / 2, part)


_GAS = states(Kind.GAS_LEAK)
_LOW = states(Kind.LOW_BATTERY, _BATTERY_LOW)
_WATER = states(Kind.WATER_LEAK)
_FELL = states(Kind.FALL)
_HELP = states(Kind.HELP_CALL)
_DOOR_WORDS = flags("door", _OPEN)


def opening(report: Report, value: object, part: str) -> None:
    """Open, tilted, closed; or true for open."""
    if isinstance(value, bool):
        report.measure("door", float(value), part)
    else:
        _DOOR_WORDS(report, value, part)


def somebody(report: Report, value: object, part: str) -> None:
    if isinstance(value, bool):
        report.measure("presence", float(value), part)
    else:
        _SOMEBODY(report, value, part)


_SOMEBODY = flags("presence", _PRESENCE)

PROPERTIES: Table = {
    # life
    "smoke": states(Kind.SMOKE),
    "smoke_alarm": states(Kind.SMOKE),
    "smoke_state": states(Kind.SMOKE, _ALARM),
    "smoke_alarm_state": states(Kind.SMOKE, _ALARM),
    "smoke_sensor_state": states(Kind.SMOKE, _ALARM),
    "fire": states(Kind.SMOKE),
    "carbon_monoxide": states(Kind.CARBON_MONOXIDE),
    "carbon_monoxide_alarm": states(Kind.CARBON_MONOXIDE),
    "co_state": states(Kind.CARBON_MONOXIDE, _ALARM),
    "co_alarm": states(Kind.CARBON_MONOXIDE),
    "gas": gas,
    "gas_alarm": _GAS,
    "gas_leak": _GAS,
    "gas_sensor_state": states(Kind.GAS_LEAK, _ALARM),
    "gas_state": states(Kind.GAS_LEAK, _ALARM),
    "fall": _FELL,
    "fall_detected": _FELL,
    "fall_alarm": _FELL,
    "fall_status": states(Kind.FALL, _FALL),
    "fall_state": states(Kind.FALL, _FALL),
    "fall_down_status": states(Kind.FALL, _FALL),
    "status": says(_POSTURE),
    "sos": _HELP,
    "sos_alarm": _HELP,
    "panic": _HELP,
    "panic_alarm": _HELP,
    "emergency": _HELP,
    "emergency_call": _HELP,
    "help_call": _HELP,
    "personal_alarm": _HELP,
    "action": presses,
    "click": presses,
    # a person at risk
    "water_leak": _WATER,
    "water_leak_alarm": _WATER,
    "active_water_leak": _WATER,
    "leak": _WATER,
    "leak_detect": _WATER,
    "leak_detected": _WATER,
    "flood": _WATER,
    "water": states(Kind.WATER_LEAK, {"true": True, "false": False}),
    "water_leakage_state": states(Kind.WATER_LEAK, _LEAK),
    "water_leak_state": states(Kind.WATER_LEAK, _LEAK),
    # technical
    "tamper": states(Kind.TAMPER),
    "tamper_alarm": states(Kind.TAMPER),
    "tampered": states(Kind.TAMPER),
    "battery_low": states(Kind.LOW_BATTERY),
    "low_battery": states(Kind.LOW_BATTERY),
    "battery_alarm": states(Kind.LOW_BATTERY),
    "battery_state": _LOW,
    "battery_level": battery,
    "battery_status": _LOW,
    "trouble": fault,
    "fault": fault,
    "fault_state": fault,
    "battery_defect": states(Kind.DEVICE_FAULT),
    "endoflife": states(Kind.DEVICE_FAULT),
    "ac_status": states(Kind.POWER_FAILURE),
    "self_test": self_test,
    "selftest": self_test,
    "self_test_result": self_test,
    # what it means, a role must say
    "alarm": unclear("alarm"),
    "alarm_alarm": unclear("alarm"),
    "alarm_1": unclear("alarm_1"),
    "alarm_2": unclear("alarm_2"),
    # life in the home
    "occupancy": flags("motion"),
    "occupancy_alarm": flags("motion"),
    "motion": flags("motion"),
    "motion_alarm": flags("motion"),
    "pir": flags("motion"),
    "presence": somebody,
    "presence_state": _SOMEBODY,
    "presence_status": _SOMEBODY,
    "motion_state": _SOMEBODY,
    "human_motion_state": _SOMEBODY,
    "human_presence_state": _SOMEBODY,
    "state": flags("presence", {"none": False, "presence": True, "move": True}),
    "pressure_state": flags("presence", {"none": False, "sit": True, "sedentary": True}),
    "bed": flags("bed"),
    "bed_occupied": flags("bed"),
    "in_bed": flags("bed"),
    "contact": contact,
    "contact_alarm": contact,
    "door": opening,
    "door_open": opening,
    "door_state": _DOOR_WORDS,
    "window": opening,
    "window_open": opening,
    "opening": opening,
    "opening_state": _DOOR_WORDS,
    "handle_position": flags("door", {"closed": False, "open": True, "tilted": True}),
    # measures
    "temperature": level("temperature"),
    "local_temperature": level("temperature"),
    "humidity": level("humidity"),
    "battery": battery,
    "battery_percentage": battery,
    "batterypercentageremaining": half_percent,
    "battery_voltage": voltage,
    "voltage": voltage,
    "illuminance": level("illuminance"),
    "illuminance_lux": level("illuminance"),
    "pressure": pressure,
    "co2": level("co2"),
    "carbon_dioxide": level("co2"),
    "co": level("co"),
    "smoke_density_dbm": level("smoke_density"),
    "voc": level("voc"),
    "pm25": level("pm25"),
    "power": level("power"),
    "current": level("current"),
    "energy": level("energy"),
    "heart_rate": level("heart_rate"),
    "breathing_rate": level("breathing_rate"),
    "respiratory_rate": level("breathing_rate"),
    "linkquality": level("link_quality"),
    "rssi": level("rssi"),
}

SETTINGS = frozenset({"alarm", "alarm_alarm", "fire", "fall", "water", "sos", "emergency", "panic"})
"""Names that are also used for a command: when a home's exposes let them be written, they are."""

_SUFFIX = re.compile(r"_(?:l?\d{1,2}|left|right|center|top|bottom|up|down|in|out|a|b)$")
_CHANNEL = re.compile(r"^channel_\d{1,2}_")


@lru_cache(maxsize=4096)
def meaning_of(name: str) -> tuple[Meaning, str] | None:
    """A property's meaning and its part: `water_leak_alarm_2` is the second water sensor. None:
    nothing is known of the name, so nothing is read into it."""
    known = PROPERTIES.get(name)
    if known is not None:
        return known, "" if name in _WHOLE else name
    base = name.lower()
    for _ in range(3):
        if (known := PROPERTIES.get(base)) is not None:
            return known, name
        shorter = _CHANNEL.sub("", _SUFFIX.sub("", base))
        if shorter == base:
            return None
        base = shorter
    return None


_WHOLE = frozenset(
    {"smoke", "carbon_monoxide", "gas", "water_leak", "sos", "tamper", "battery_low", "fault"}
    | {"occupancy", "presence", "contact", "temperature", "humidity", "battery", "power", "action"}
    | {"fall_status", "fall_down_status", "status", "alarm", "linkquality", "voltage", "current"}
)
"""The usual names: the device as a whole, not a part of it."""
