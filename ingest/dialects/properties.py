"""What the properties of Zigbee2MQTT mean.

The names, types and values are those of the exposes of zigbee-herdsman-converters (docs: Exposes,
and every supported device's page); the IAS bits behind them are ZCL 8.2.2.2.1.3. The same names
are used by hubs that publish one plain topic a property, so `homeassistant` and `homie` read
these too.
"""

import re
from functools import lru_cache

from ingest.dialects.meanings import (
    ALARM,
    DOOR_WORDS,
    FALL,
    FELL,
    GAS,
    HELP,
    LEAK,
    LOW,
    POSTURE,
    SOMEBODY,
    WATER,
    battery,
    contact,
    fault,
    gas,
    half_percent,
    opening,
    pressure,
    self_test,
    somebody,
    voltage,
    water,
)
from ingest.dialects.report import Meaning, Table, flags, level, presses, says, states, unclear
from store.model import Kind

PROPERTIES: Table = {
    # life
    "smoke": states(Kind.SMOKE),
    "smoke_alarm": states(Kind.SMOKE),
    "smoke_state": states(Kind.SMOKE, ALARM),
    "smoke_alarm_state": states(Kind.SMOKE, ALARM),
    "smoke_sensor_state": states(Kind.SMOKE, ALARM),
    "fire": states(Kind.SMOKE),
    "carbon_monoxide": states(Kind.CARBON_MONOXIDE),
    "carbon_monoxide_alarm": states(Kind.CARBON_MONOXIDE),
    "co_state": states(Kind.CARBON_MONOXIDE, ALARM),
    "co_alarm": states(Kind.CARBON_MONOXIDE),
    "gas": gas,
    "gas_alarm": GAS,
    "gas_leak": GAS,
    "gas_sensor_state": states(Kind.GAS_LEAK, ALARM),
    "gas_state": states(Kind.GAS_LEAK, ALARM),
    "fall": FELL,
    "fall_detected": FELL,
    "fall_alarm": FELL,
    "fall_status": states(Kind.FALL, FALL),
    "fall_state": states(Kind.FALL, FALL),
    "fall_down_status": states(Kind.FALL, FALL),
    "status": says(POSTURE),
    "sos": HELP,
    "sos_alarm": HELP,
    "panic": HELP,
    "panic_alarm": HELP,
    "emergency": HELP,
    "emergency_call": HELP,
    "help_call": HELP,
    "personal_alarm": HELP,
    "action": presses,
    "click": presses,
    # a person at risk
    "water_leak": WATER,
    "water_leak_alarm": WATER,
    "active_water_leak": WATER,
    "leak": WATER,
    "leak_detect": WATER,
    "leak_detected": WATER,
    "flood": WATER,
    "water": water,
    "water_leakage_state": states(Kind.WATER_LEAK, LEAK),
    "water_leak_state": states(Kind.WATER_LEAK, LEAK),
    # technical
    "tamper": states(Kind.TAMPER),
    "tamper_alarm": states(Kind.TAMPER),
    "tampered": states(Kind.TAMPER),
    "battery_low": states(Kind.LOW_BATTERY),
    "low_battery": states(Kind.LOW_BATTERY),
    "battery_alarm": states(Kind.LOW_BATTERY),
    "battery_state": LOW,
    "battery_level": battery,
    "battery_status": LOW,
    "trouble": fault,
    "fault": fault,
    "fault_state": fault,
    "battery_defect": states(Kind.DEVICE_FAULT),
    "endoflife": states(Kind.DEVICE_FAULT),
    "ac_status": states(Kind.POWER_FAILURE),
    "self_test": self_test,
    "selftest": self_test,
    "self_test_result": self_test,
    "checking_result": self_test,
    # what it means, a role must say
    "alarm": unclear("alarm"),
    "alarm_alarm": unclear("alarm"),
    "alarm_status": unclear("alarm_status", ALARM),
    "alarm_1": unclear("alarm_1"),
    "alarm_2": unclear("alarm_2"),
    # life in the home
    "occupancy": flags("motion"),
    "occupancy_alarm": flags("motion"),
    "motion": flags("motion"),
    "motion_alarm": flags("motion"),
    "pir": flags("motion"),
    "presence": somebody,
    "presence_state": SOMEBODY,
    "presence_status": SOMEBODY,
    "motion_state": SOMEBODY,
    "human_motion_state": SOMEBODY,
    "human_presence_state": SOMEBODY,
    "state": flags("presence", {"none": False, "presence": True, "move": True}),
    "pressure_state": flags("presence", {"none": False, "sit": True, "sedentary": True}),
    "bed": flags("bed"),
    "bed_occupied": flags("bed"),
    "in_bed": flags("bed"),
    "contact": contact,
    "contact_alarm": contact,
    "door": opening,
    "door_open": opening,
    "door_state": DOOR_WORDS,
    "window": opening,
    "window_open": opening,
    "opening": opening,
    "opening_state": DOOR_WORDS,
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
