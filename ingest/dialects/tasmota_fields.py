"""What the fields of Tasmota's telemetry mean."""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.report import Report, Table, flags, level, presses, states
from ingest.dialects.values import number
from store.model import Kind

IGNORED_SENSORS = frozenset({"ESP32", "MPU6050", "MPU9250", "BMA", "AS3935", "LD2410", "PZEM_"})
"""Their `Temperature` is a chip's, or their `Energy` an echo's strength."""

SENSOR: Table = {
    # docs: Supported Peripherals; field names as in JSON Status Responses
    "Temperature": level("temperature"),
    "Humidity": level("humidity"),
    "Pressure": level("pressure"),
    "Illuminance": level("illuminance"),
    "CarbonDioxide": level("co2"),
    "CO2": level("co2"),
    "eCO2": level("co2"),
    "TVOC": level("voc"),
    "PM2.5": level("pm25"),
    "Battery": level("battery"),
    "RSSI": level("rssi"),
    "Signal": level("rssi"),
    # ENERGY
    "Power": level("power"),
    "Voltage": level("voltage"),
    "Current": level("current"),
    "Total": level("energy"),
    # Bluetooth sensors behind an ESP32 (docs: Bluetooth, MI32)
    "Motion": flags("motion"),
    "PIR": flags("motion"),
    "Leak": states(Kind.WATER_LEAK),
    "Door": flags("door", {"open": True, "closed": False, "opened": True}),
}

ZIGBEE: Table = {
    # docs: Zigbee, attributes; of the IAS ones the bit is 1 in alarm, so a contact's 1 is open:
    # the opposite of Zigbee2MQTT
    "Occupancy": flags("motion"),
    "Contact": flags("door"),
    "Fire": states(Kind.SMOKE),
    "Water": states(Kind.WATER_LEAK),
    "CO": states(Kind.CARBON_MONOXIDE),
    "PersonalAlarm": states(Kind.HELP_CALL),
    "Panic": states(Kind.HELP_CALL),
    "Emergency": states(Kind.HELP_CALL),
    "Movement": flags("motion"),
    "Click": presses,
    "Action": presses,
    "Temperature": level("temperature"),
    "Humidity": level("humidity"),
    "Pressure": level("pressure"),
    "Illuminance": level("illuminance"),
    "BatteryPercentage": level("battery"),
    "Battery": level("battery"),
    "BatteryVoltage": level("battery_voltage"),
    "ActivePower": level("power"),
    "RMSVoltage": level("voltage"),
    "RMSCurrent": level("current"),
    "LinkQuality": level("link_quality"),
}

_NAMED = frozenset(
    {"Occupancy", "Contact", "Fire", "Water", "CO", "PersonalAlarm", "Panic", "Movement"}
    | {"GlassBreak", "Vibration"}
)
ALARM_1, ALARM_2, TAMPER, BATTERY, TEST = 0x0001, 0x0002, 0x0004, 0x0008, 0x0100
"""Bits of the IAS zone status (ZCL 8.2.2.2.1.3)."""


def zone_status(report: Report, fields: Mapping[str, Any]) -> None:
    """The bits that no attribute names: tamper and battery; and the alarm itself of a zone whose
    type the bridge does not know."""
    bits = _status(fields)
    if bits is None:
        return
    if bits & TEST:
        report.tested(None)
    report.state(Kind.TAMPER, bool(bits & TAMPER))
    report.state(Kind.LOW_BATTERY, bool(bits & BATTERY))
    if _NAMED.isdisjoint(fields):
        report.unclear("zone", bool(bits & (ALARM_1 | ALARM_2)))


def _status(fields: Mapping[str, Any]) -> int | None:
    """The number, or the start of the raw command 0x00 of cluster 0x0500: two bytes, low first."""
    raw = fields.get("ZoneStatusChange", fields.get("ZoneStatus"))
    if raw is None and isinstance(command := fields.get("0500!00"), str):
        try:
            return int.from_bytes(bytes.fromhex(command[:4]), "little") if command[3:] else None
        except ValueError:
            return None
    status = number(raw)
    return int(status) if status is not None and 0 <= status < 0x10000 else None
