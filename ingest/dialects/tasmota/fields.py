"""Tables of the fields of Tasmota's telemetry and what they mean."""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Table,
    alarm_state,
    button_press,
    flag_metric,
    numeric_metric,
    unclear_input,
)
from ingest.dialects.vocabulary.values import number_of
from store.model import Kind

IGNORED_SENSORS = frozenset({"ESP32", "MPU6050", "MPU9250", "BMA", "AS3935", "LD2410", "PZEM_"})
"""Their `Temperature` is a chip's, or their `Energy` an echo's strength."""

SENSOR: Table = {
    # docs: Supported Peripherals; field names as in JSON Status Responses
    "Temperature": numeric_metric("temperature"),
    "Humidity": numeric_metric("humidity"),
    "Pressure": numeric_metric("pressure"),
    "Illuminance": numeric_metric("illuminance"),
    "CarbonDioxide": numeric_metric("co2"),
    "CO2": numeric_metric("co2"),
    "eCO2": numeric_metric("co2"),
    "TVOC": numeric_metric("voc"),
    "PM2.5": numeric_metric("pm25"),
    "Battery": numeric_metric("battery"),
    "RSSI": numeric_metric("rssi"),
    "Signal": numeric_metric("rssi"),
    # ENERGY
    "Power": numeric_metric("power"),
    "Voltage": numeric_metric("voltage"),
    "Current": numeric_metric("current"),
    "Total": numeric_metric("energy"),
    # Bluetooth sensors behind an ESP32 (docs: Bluetooth, MI32)
    "Motion": flag_metric("motion"),
    "PIR": flag_metric("motion"),
    "Leak": alarm_state(Kind.WATER_LEAK),
    "Door": flag_metric("door", {"open": True, "closed": False, "opened": True}),
}

ZIGBEE: Table = {
    # docs: Zigbee, attributes; of the IAS ones the bit is 1 in alarm, so a contact's 1 is open:
    # the opposite of Zigbee2MQTT
    "Occupancy": flag_metric("motion"),
    "Contact": flag_metric("door"),
    "Fire": alarm_state(Kind.SMOKE),
    "GlassBreak": unclear_input("glass_break"),
    "Water": alarm_state(Kind.WATER_LEAK),
    "CO": alarm_state(Kind.CARBON_MONOXIDE),
    "PersonalAlarm": alarm_state(Kind.HELP_CALL),
    "Panic": alarm_state(Kind.HELP_CALL),
    "Emergency": alarm_state(Kind.HELP_CALL),
    "Movement": flag_metric("motion"),
    "Click": button_press,
    "Action": button_press,
    "Temperature": numeric_metric("temperature"),
    "Humidity": numeric_metric("humidity"),
    "Pressure": numeric_metric("pressure"),
    "Illuminance": numeric_metric("illuminance"),
    "BatteryPercentage": numeric_metric("battery"),
    "Battery": numeric_metric("battery"),
    "BatteryVoltage": numeric_metric("battery_voltage"),
    "ActivePower": numeric_metric("power"),
    "RMSVoltage": numeric_metric("voltage"),
    "RMSCurrent": numeric_metric("current"),
    "LinkQuality": numeric_metric("link_quality"),
}

_NAMED = frozenset(
    {"Occupancy", "Contact", "Fire", "Water", "CO", "PersonalAlarm", "Panic", "Movement"}
    | {"GlassBreak", "Vibration"}
)
ALARM_1, ALARM_2, TAMPER, BATTERY, TEST = 0x0001, 0x0002, 0x0004, 0x0008, 0x0100
"""Bits of the IAS zone status (ZCL 8.2.2.2.1.3)."""


def zone_status(report: DeviceReport, fields: Mapping[str, Any]) -> None:
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
    status = number_of(raw)
    return int(status) if status is not None and 0 <= status < 0x10000 else None
