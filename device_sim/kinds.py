"""What the simulated homes know of each kind of device and alarm: one record a kind. Pure.

The codes are those of the wire. A kind may be something a device is there for, something it calls
for, something a centre concludes, or several of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Signals(StrEnum):
    """What a device of a home can call for by itself."""

    HELP_CALL = "help_call"
    FALL = "fall"
    SMOKE = "smoke"
    CARBON_MONOXIDE = "carbon_monoxide"
    GAS_LEAK = "gas_leak"
    WATER_LEAK = "water_leak"
    TAMPER = "tamper"
    LOW_BATTERY = "low_battery"
    POWER_FAILURE = "power_failure"
    DEVICE_FAULT = "device_fault"


@dataclass(frozen=True, slots=True)
class LoraField:
    """The field of a decoder that says it, and its values for begun and over."""

    name: str
    begun: object = True
    over: object = False


@dataclass(frozen=True, slots=True)
class SimulatedKind:
    """`every_s`: how often a device of this kind reports by itself, in seconds (motion, doors and
    beds report at once when something changes; this is how often they say it again); None: there
    is no such device."""

    every_s: float | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    """What a format calls it, by the format's name; a format not named cannot say it."""
    model: tuple[str, str] | None = None
    """Model and description that a Zigbee bridge announces."""
    any_device: str = ""
    """The Zigbee property by which any device says it, whatever it is there for."""
    lora: LoraField | None = None
    lora_role: bool = False
    """Bound at the centre with its kind as the role."""
    outcome: str = "social"
    """What operators close such an alarm with when nothing else is known of it."""
    silence: bool = False
    """An alarm that the absence of signs of life may cause."""
    outage: bool = False
    """An alarm that a cut line or a power cut may cause."""


HOUR = 3600.0

KINDS: Mapping[str, SimulatedKind] = {
    "help_call": SimulatedKind(
        HOUR,
        {"homie": "sos", "tasmota": "PersonalAlarm"},
        ("TS0215A_sos", "SOS button"),
        lora_role=True,
        outcome="assistance",
    ),
    "fall": SimulatedKind(1800.0, outcome="genuine_fall"),
    "smoke": SimulatedKind(
        HOUR,
        {
            "zigbee2mqtt": "smoke",
            "homie": "smoke",
            "tasmota": "Fire",
            "home_assistant": "smoke",
            "shelly": "smoke:0",
        },
        ("HS1SA", "Smoke detector"),
        lora=LoraField("smoke_alarm"),
        lora_role=True,
        outcome="genuine_fire",
    ),
    "carbon_monoxide": SimulatedKind(
        HOUR,
        {
            "zigbee2mqtt": "carbon_monoxide",
            "homie": "carbon-monoxide",
            "tasmota": "CO",
            "home_assistant": "carbon_monoxide",
        },
        ("HS1CA", "CO detector"),
        lora_role=True,
        outcome="genuine_gas",
    ),
    # Tasmota's names of the IAS zone status have none for gas.
    "gas_leak": SimulatedKind(
        HOUR,
        {"zigbee2mqtt": "gas", "homie": "gas", "home_assistant": "gas"},
        ("HS3CG", "Gas detector"),
        lora=LoraField("gas_alarm"),
        lora_role=True,
        outcome="genuine_gas",
    ),
    "water_leak": SimulatedKind(
        HOUR,
        {
            "zigbee2mqtt": "water_leak",
            "homie": "water-leak",
            "tasmota": "Water",
            "home_assistant": "moisture",
            "shelly": "flood:0",
        },
        ("SJCGQ11LM", "Water leak sensor"),
        lora=LoraField("leakage_status", "leak", "normal"),
        lora_role=True,
        outcome="genuine_water",
    ),
    "climate": SimulatedKind(300.0, model=("WSDCGQ11LM", "Climate sensor")),
    "motion": SimulatedKind(
        1800.0,
        {
            "zigbee2mqtt": "occupancy",
            "homie": "motion",
            "tasmota": "Occupancy",
            "home_assistant": "motion",
        },
        ("RTCGQ11LM", "Motion sensor"),
    ),
    "door": SimulatedKind(
        HOUR,
        {"zigbee2mqtt": "contact", "tasmota": "Contact", "home_assistant": "door"},
        ("MCCGQ11LM", "Door sensor"),
    ),
    "bed": SimulatedKind(
        1800.0,
        {
            "zigbee2mqtt": "occupancy",
            "homie": "occupancy",
            "tasmota": "Occupancy",
            "home_assistant": "occupancy",
        },
        ("TS0202_pad", "Pressure pad"),
    ),
    "tamper": SimulatedKind(any_device="tamper"),
    "low_battery": SimulatedKind(any_device="battery_low"),
    "power_failure": SimulatedKind(outage=True),
    "device_fault": SimulatedKind(),
    "wandering": SimulatedKind(outcome="genuine_wandering"),
    "cold": SimulatedKind(outcome="assistance"),
    "inactivity": SimulatedKind(silence=True),
    "bathroom_long": SimulatedKind(silence=True),
    "bed_absence": SimulatedKind(silence=True),
    "rhythm_change": SimulatedKind(silence=True),
    "no_visit": SimulatedKind(silence=True),
    "hub_offline": SimulatedKind(outage=True),
    "area_outage": SimulatedKind(outage=True),
    "device_offline": SimulatedKind(outage=True),
}

UNKNOWN_KIND = SimulatedKind()
"""A kind of the centre's that the simulated people have not heard of."""

DEVICE_INTERVALS: Mapping[str, float] = {
    code: kind.every_s for code, kind in KINDS.items() if kind.every_s is not None
}
"""Kinds of devices, and how often each reports by itself, in seconds."""

SILENCE = frozenset(code for code, kind in KINDS.items() if kind.silence)
OUTAGE = frozenset(code for code, kind in KINDS.items() if kind.outage)


def words_of(dialect: str) -> Mapping[str, str]:
    """What a format calls the kinds it can tell of, by kind."""
    return {code: kind.words[dialect] for code, kind in KINDS.items() if dialect in kind.words}
