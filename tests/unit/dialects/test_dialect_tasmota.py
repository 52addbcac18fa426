"""Tasmota, from its documentation of MQTT, status responses, buttons and Zigbee."""

from typing import Any

import pytest

from ingest.dialects.vocabulary.events import DeviceAnnounced, Measurement, Statement
from tests.unit.dialects.dialect_reader import Home

CASES: list[tuple[str, Any, set[str]]] = [
    ("tele/kitchen/LWT", "Online", {"kitchen online"}),
    ("tele/kitchen/LWT", "Offline", {"kitchen offline"}),
    ("house/kitchen/tele/LWT", "Offline", {"house/kitchen offline"}),
    (
        "tele/k/SENSOR",
        {"Time": "2026-11-21T15:00:00", "AM2301": {"Temperature": 20.1, "Humidity": 55}},
        {"temperature 20.1", "humidity 55"},
    ),
    ("tele/k/SENSOR", {"SI7021": {"Temperature": 68}, "TempUnit": "F"}, {"temperature 20"}),
    ("tele/k/SENSOR", {"BME280": {"Pressure": 750}, "PressureUnit": "mmHg"}, {"pressure 999.918"}),
    ("tele/k/SENSOR", {"AM2301": {"Temperature": None, "Humidity": None}}, set()),
    ("tele/k/SENSOR", {"DS18B20": {"Temperature": 85.0}}, set()),
    ("tele/k/SENSOR", {"DS18B20": {"Temperature": -127}}, set()),
    ("tele/k/SENSOR", {"ESP32": {"Temperature": 54.4}}, set()),
    (
        "tele/k/SENSOR",
        {"ENERGY": {"Power": 12, "Voltage": 231, "Current": 0.06, "Total": 1.5}},
        {"power 12", "voltage 231", "current 0.06", "energy 1.5"},
    ),
    ("tele/k/SENSOR", {"ENERGY": {"Power": [5, 7]}}, {"power 5", "power 7"}),
    ("tele/k/SENSOR", {"MHZ19B": {"CarbonDioxide": 700}}, {"co2 700"}),
    ("tele/k/STATE", {"POWER": "ON", "Wifi": {"RSSI": 70, "Signal": -65}}, {"rssi -65"}),
    ("tele/k/SENSOR", {"Switch1": "ON"}, {"unclear Switch1 on"}),
    ("stat/k/RESULT", {"Switch1": {"Action": "OFF"}}, {"unclear Switch1 off"}),
    ("stat/k/RESULT", {"Button1": {"Action": "SINGLE"}}, {"pressed single"}),
    ("stat/k/RESULT", {"Button2": {"Action": "HOLD"}}, {"pressed hold"}),
    ("stat/k/BUTTON1", {"ACTION": "DOUBLE"}, {"pressed double"}),
    ("stat/k/SWITCH1", {"STATE": "ON"}, {"unclear SWITCH1 on"}),
    ("stat/k/POWER", "ON", set()),
    ("stat/k/POWER2", "1", set()),
    ("stat/k/PIR1", "ON", {"motion on"}),
    ("stat/k/PIR1", "OFF", {"motion off"}),
    ("stat/k/PIR", "1", {"motion on"}),
    ("house/k/stat/MOTION2", "0", {"motion off"}),
    ("tele/k/presence1", "1", {"presence on"}),
    ("stat/k/DOOR1", "ON", {"door on"}),
    ("stat/k/DOOR1", "CLOSED", {"door off"}),
    ("stat/k/CONTACT1", "ON", {"unclear CONTACT1 on"}),
    ("stat/k/CONTACT1", "OPEN", {"door on"}),
    ("stat/k/SWITCH1", "ON", {"unclear SWITCH1 on"}),
    ("stat/k/BUTTON1", "SINGLE", {"pressed single"}),
    ("stat/k/BUTTON1", "OFF", {"pressed release"}),
    ("stat/k/LEAK1", "ON", {"water_leak on"}),
    ("stat/k/SMOKE", "OFF", {"smoke off"}),
    ("stat/k/SOS1", "ON", {"help_call on"}),
    ("stat/k/ALARM1", "ON", {"unclear ALARM1 on"}),
    ("stat/k/temperature", "21.5", {"temperature 21.5"}),
    ("stat/k/CO2", "700", {"co2 700"}),
    ("stat/k/PIR1", "unknown", set()),
    ("stat/k/MOOD", "ON", set()),
    ("cmnd/k/PIR1", "ON", set()),
    ("cmnd/k/POWER", "", set()),
    ("cmnd/k/SENSOR", {"AM2301": {"Temperature": 20}}, set()),
    ("stat/k/RESULT", {"RfReceived": {"Data": "AB12", "RfKey": "None"}}, {"pressed rf_ab12"}),
    ("stat/k/RESULT", {"RfReceived": {"Data": "AB12", "RfKey": 2}}, {"pressed rf_key_2"}),
]


@pytest.mark.parametrize(("topic", "payload", "expected"), CASES)
def test_a_message_says(topic: str, payload: Any, expected: set[str]) -> None:
    assert Home("tasmota").says(topic, payload) == expected


ZIGBEE: list[tuple[dict[str, Any], set[str]]] = [
    ({"Fire": 1}, {"smoke on"}),
    ({"Fire": 0}, {"smoke off"}),
    ({"Water": 1}, {"water_leak on"}),
    ({"CO": 1}, {"carbon_monoxide on"}),
    ({"PersonalAlarm": 1}, {"help_call on"}),
    ({"Contact": 1}, {"door on"}),
    ({"Contact": 0}, {"door off"}),
    ({"Occupancy": 1}, {"motion on"}),
    ({"Click": "double"}, {"pressed double"}),
    ({"BatteryPercentage": 88, "BatteryVoltage": 2.9}, {"battery 88", "battery_voltage 2.9"}),
    ({"Water": 1, "ZoneStatusChange": 0x0D}, {"water_leak on", "tamper on", "low_battery on"}),
    ({"ZoneStatusChange": 0x01}, {"unclear zone on", "tamper off", "low_battery off"}),
    ({"0500!00": "010000FF0000"}, {"unclear zone on", "tamper off", "low_battery off"}),
    ({"0500!00": "zz"}, set()),
    (
        {"Fire": 0, "ZoneStatusChange": 0x100},
        {"smoke off", "tested smoke", "tamper off", "low_battery off"},
    ),
]


@pytest.mark.parametrize(("fields", "expected"), ZIGBEE)
def test_a_zigbee_device_behind_a_bridge_says(fields: dict[str, Any], expected: set[str]) -> None:
    payload = {"ZbReceived": {"0x1A2B": {"Device": "0x1A2B", **fields}}}
    assert Home("tasmota").says("tele/bridge/SENSOR", payload) == expected


def test_two_sensors_of_a_rule_are_told_apart() -> None:
    home = Home("tasmota")
    (one,) = home.hears("stat/k/LEAK1", "ON")
    (two,) = home.hears("stat/k/LEAK2", "OFF")
    assert isinstance(one, Statement)
    assert isinstance(two, Statement)
    assert (one.device, one.part, two.part) == ("k", "LEAK1", "LEAK2")


def test_a_zigbee_device_is_the_same_with_and_without_its_address_in_the_topic() -> None:
    payload = {"ZbReceived": {"0x1A2B": {"Device": "0x1A2B", "Name": "Stove", "Fire": 1}}}
    names = set()
    for topic in ("tele/bridge/SENSOR", "tele/bridge/1A2B/SENSOR"):
        (fire,) = Home("tasmota").hears(topic, payload)
        assert isinstance(fire, Statement)
        names.add(fire.device)
    assert names == {"bridge/Stove"}


def test_an_unreachable_zigbee_device_is_offline() -> None:
    payload = {"ZbInfo": {"0x1": {"Name": "Plug", "Reachable": False, "ModelId": "P 1"}}}
    assert "b/Plug offline" in Home("tasmota").says("tele/b/SENSOR", payload)


def test_a_time_without_zone_is_a_mark_but_no_time() -> None:
    (reading,) = Home("tasmota").hears(
        "tele/k/SENSOR", {"Time": "2026-11-21T15:00:00", "AM2301": {"Humidity": 40}}
    )
    assert isinstance(reading, Measurement)
    assert (reading.mark, reading.claimed) == ("2026-11-21T15:00:00", None)


def test_discovery_introduces_and_its_samples_are_no_readings() -> None:
    home = Home("tasmota")
    config = {"t": "kitchen", "md": "Sonoff Basic", "dn": "Kitchen", "mac": "AABBCCDDEEFF"}
    assert home.hears("discovery/AABBCCDDEEFF/config", config, retain=True) == [
        DeviceAnnounced("kitchen", "AABBCCDDEEFF", "Tasmota", "Sonoff Basic", "Kitchen")
    ]
    assert home.hears("discovery/AABBCCDDEEFF/sensors", {"sn": {"AM2301": {"Humidity": 40}}}) == []
