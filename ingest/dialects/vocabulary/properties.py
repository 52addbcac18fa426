"""Table of Zigbee2MQTT's property names and their meanings; other formats use it too.

The names, types and values are those of the exposes of zigbee-herdsman-converters (docs: Exposes,
and every supported device's page); the IAS bits behind them are ZCL 8.2.2.2.1.3. The same names
are used by hubs that publish one plain topic a property, so `homeassistant` and `homie` read
these too.
"""

import re
from functools import lru_cache

from ingest.dialects.vocabulary.device_report import (
    Meaning,
    Table,
    alarm_state,
    button_press,
    flag_metric,
    numeric_metric,
    unclear_input,
    word_meanings,
)
from ingest.dialects.vocabulary.property_meanings import (
    ALARM_WORDS,
    DOOR_FLAG,
    FALL_STATE,
    FALL_WORDS,
    GAS_STATE,
    HELP_CALL_STATE,
    LEAK_WORDS,
    LOW_BATTERY_STATE,
    POSTURE_WORDS,
    PRESENCE_FLAG,
    WATER_STATE,
    battery_meaning,
    contact_meaning,
    fault_meaning,
    gas_meaning,
    half_percent_meaning,
    opening_meaning,
    presence_meaning,
    pressure_meaning,
    self_test_meaning,
    voltage_meaning,
    water_meaning,
)
from ingest.dialects.vocabulary.unclear_names import is_unclear_name
from store.model import Kind

PROPERTIES: Table = {
    # life
    "smoke": alarm_state(Kind.SMOKE),
    "smoke_alarm": alarm_state(Kind.SMOKE),
    "smoke_state": alarm_state(Kind.SMOKE, ALARM_WORDS),
    "smoke_alarm_state": alarm_state(Kind.SMOKE, ALARM_WORDS),
    "smoke_sensor_state": alarm_state(Kind.SMOKE, ALARM_WORDS),
    "fire": alarm_state(Kind.SMOKE),
    "carbon_monoxide": alarm_state(Kind.CARBON_MONOXIDE),
    "carbon_monoxide_alarm": alarm_state(Kind.CARBON_MONOXIDE),
    "co_state": alarm_state(Kind.CARBON_MONOXIDE, ALARM_WORDS),
    "co_alarm": alarm_state(Kind.CARBON_MONOXIDE),
    "gas": gas_meaning,
    "gas_alarm": GAS_STATE,
    "gas_leak": GAS_STATE,
    "gas_sensor_state": alarm_state(Kind.GAS_LEAK, ALARM_WORDS),
    "gas_state": alarm_state(Kind.GAS_LEAK, ALARM_WORDS),
    "fall": FALL_STATE,
    "fall_detected": FALL_STATE,
    "fall_alarm": FALL_STATE,
    "fall_status": alarm_state(Kind.FALL, FALL_WORDS),
    "fall_state": alarm_state(Kind.FALL, FALL_WORDS),
    "fall_down_status": alarm_state(Kind.FALL, FALL_WORDS),
    "status": word_meanings(POSTURE_WORDS),
    "sos": HELP_CALL_STATE,
    "sos_alarm": HELP_CALL_STATE,
    "panic": HELP_CALL_STATE,
    "panic_alarm": HELP_CALL_STATE,
    "emergency": HELP_CALL_STATE,
    "emergency_call": HELP_CALL_STATE,
    "help_call": HELP_CALL_STATE,
    "personal_alarm": HELP_CALL_STATE,
    "action": button_press,
    "click": button_press,
    # a person at risk
    "water_leak": WATER_STATE,
    "water_leak_alarm": WATER_STATE,
    "active_water_leak": WATER_STATE,
    "leak": WATER_STATE,
    "leak_detect": WATER_STATE,
    "leak_detected": WATER_STATE,
    "flood": WATER_STATE,
    "water": water_meaning,
    "water_leakage_state": alarm_state(Kind.WATER_LEAK, LEAK_WORDS),
    "water_leak_state": alarm_state(Kind.WATER_LEAK, LEAK_WORDS),
    # technical
    "tamper": alarm_state(Kind.TAMPER),
    "tamper_alarm": alarm_state(Kind.TAMPER),
    "tampered": alarm_state(Kind.TAMPER),
    "battery_low": alarm_state(Kind.LOW_BATTERY),
    "low_battery": alarm_state(Kind.LOW_BATTERY),
    "battery_alarm": alarm_state(Kind.LOW_BATTERY),
    "battery_state": LOW_BATTERY_STATE,
    "battery_level": battery_meaning,
    "battery_status": LOW_BATTERY_STATE,
    "trouble": fault_meaning,
    "fault": fault_meaning,
    "fault_state": fault_meaning,
    "battery_defect": alarm_state(Kind.DEVICE_FAULT),
    "endoflife": alarm_state(Kind.DEVICE_FAULT),
    "ac_status": alarm_state(Kind.POWER_FAILURE),
    "self_test": self_test_meaning,
    "selftest": self_test_meaning,
    "self_test_result": self_test_meaning,
    "checking_result": self_test_meaning,
    # what it means, a role must say
    "alarm": unclear_input("alarm"),
    "alarm_alarm": unclear_input("alarm"),
    "alarm_status": unclear_input("alarm_status", ALARM_WORDS),
    "alarm_1": unclear_input("alarm_1"),
    "alarm_2": unclear_input("alarm_2"),
    # life in the home
    "occupancy": flag_metric("motion"),
    "occupancy_alarm": flag_metric("motion"),
    "motion": flag_metric("motion"),
    "motion_alarm": flag_metric("motion"),
    "pir": flag_metric("motion"),
    "presence": presence_meaning,
    "presence_state": PRESENCE_FLAG,
    "presence_status": PRESENCE_FLAG,
    "motion_state": PRESENCE_FLAG,
    "human_motion_state": PRESENCE_FLAG,
    "human_presence_state": PRESENCE_FLAG,
    "state": flag_metric("presence", {"none": False, "presence": True, "move": True}),
    "pressure_state": flag_metric("presence", {"none": False, "sit": True, "sedentary": True}),
    "bed": flag_metric("bed"),
    "bed_occupied": flag_metric("bed"),
    "in_bed": flag_metric("bed"),
    "contact": contact_meaning,
    "contact_alarm": contact_meaning,
    "door": opening_meaning,
    "door_open": opening_meaning,
    "door_state": DOOR_FLAG,
    "window": opening_meaning,
    "window_open": opening_meaning,
    "opening": opening_meaning,
    "opening_state": DOOR_FLAG,
    "handle_position": flag_metric("door", {"closed": False, "open": True, "tilted": True}),
    # measures
    "temperature": numeric_metric("temperature"),
    "local_temperature": numeric_metric("temperature"),
    "humidity": numeric_metric("humidity"),
    "battery": battery_meaning,
    "battery_percentage": battery_meaning,
    "batterypercentageremaining": half_percent_meaning,
    "battery_voltage": voltage_meaning,
    "voltage": voltage_meaning,
    "illuminance": numeric_metric("illuminance"),
    "illuminance_lux": numeric_metric("illuminance"),
    "pressure": pressure_meaning,
    "co2": numeric_metric("co2"),
    "carbon_dioxide": numeric_metric("co2"),
    "co": numeric_metric("co"),
    "smoke_density_dbm": numeric_metric("smoke_density"),
    "voc": numeric_metric("voc"),
    "pm25": numeric_metric("pm25"),
    "power": numeric_metric("power"),
    "current": numeric_metric("current"),
    "energy": numeric_metric("energy"),
    "heart_rate": numeric_metric("heart_rate"),
    "breathing_rate": numeric_metric("breathing_rate"),
    "respiratory_rate": numeric_metric("breathing_rate"),
    "linkquality": numeric_metric("link_quality"),
    "rssi": numeric_metric("rssi"),
}

SETTABLE_NAMES = frozenset(
    {"alarm", "alarm_alarm", "fire", "fall", "water", "sos", "emergency", "panic"}
)
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


def meaning_or_unclear(name: str) -> tuple[Meaning, str] | None:
    """Also of a name that says that something is the matter, but not what: a role must."""
    known = meaning_of(name)
    return (unclear_input(name), "") if known is None and is_unclear_name(name) else known


_WHOLE = frozenset(
    {"smoke", "carbon_monoxide", "gas", "water_leak", "sos", "tamper", "battery_low", "fault"}
    | {"occupancy", "presence", "contact", "temperature", "humidity", "battery", "power", "action"}
    | {"fall_status", "fall_down_status", "status", "alarm", "linkquality", "voltage", "current"}
)
"""The usual names: the device as a whole, not a part of it."""
