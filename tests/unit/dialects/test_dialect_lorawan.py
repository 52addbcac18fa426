"""ChirpStack and The Things Stack, from their documentation; fields from the makers' codecs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.dialects.vocabulary.events import DeviceAnnounced, Measurement, Statement
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home

FIELDS: list[tuple[dict[str, Any], set[str]]] = [
    ({"battery": 87.0, "temperature": 20.5}, {"battery 87", "temperature 20.5"}),
    ({"button_event": {"status": "long press", "msgid": 7}}, {"pressed hold"}),
    ({"button": "short"}, {"pressed single"}),
    ({"magnet_status": "open", "tamper_status": "installed"}, {"door on", "tamper off"}),
    ({"door": "close", "install": "no"}, {"door off", "tamper on"}),
    ({"DOOR_OPEN_STATUS": 1, "BAT_V": 3.1}, {"door on", "battery_voltage 3.1"}),
    ({"leakage_status": "leak"}, {"water_leak on"}),
    ({"water_leak": "normal"}, {"water_leak off"}),
    ({"WATER_LEAK_STATUS": 0}, {"water_leak off"}),
    ({"WaterLeak_1": "NoLeak", "WaterLeak_2": "Leak"}, {"water_leak off", "water_leak on"}),
    ({"FireAlarm": "No Alarm", "HighTempAlarm": "No Alarm"}, {"smoke off"}),
    (
        {"FireAlarm": "Alarm", "Volt": "2.4(low battery)"},
        {"smoke on", "low_battery on", "battery_voltage 2.4"},
    ),
    ({"COAlarm": "Alarm"}, {"carbon_monoxide on"}),
    ({"gas_status": "abnormal", "valve_status": "close"}, {"gas_leak on"}),
    ({"state": "abnormal", "valve": "open", "relay": "open"}, {"gas_leak on"}),
    ({"state": "abnormal"}, set()),
    ({"alarm": "power off"}, {"power_failure on"}),
    ({"Device": "R312A", "Alarm": 1}, {"help_call on event"}),
    ({"Device": "R312A", "Alarm": 0}, set()),
    ({"Device": "R312", "Doorbell": 1}, {"pressed doorbell"}),
    ({"Alarm": 1}, set()),
    ({"Key_2": 1, "Key_1": 0}, {"pressed single"}),
    ({"Occupy": 1, "DisassembledAlarm": 0}, {"motion on", "tamper off"}),
    ({"pir": "trigger"}, {"motion on"}),
    ({"motion": 4}, {"motion on"}),
    ({"occupancy": "vacant"}, {"presence off"}),
    ({"detection_status": "fall", "target_status": "normal"}, {"fall on event"}),
    ({"detection_status": "in_bed"}, {"fall off", "presence on", "bed on"}),
    ({"detection_status": "out_of_bed"}, {"fall off", "bed off"}),
    ({"events": [{"alarm_type": "fall", "alarm_status": "alarm_triggered"}]}, {"fall on event"}),
    ({"events": [{"alarm_type": "fall", "alarm_status": "alarm_ignored"}]}, set()),
    ({"events": [{"alarm_type": "motionless", "alarm_status": "alarm_triggered"}]}, set()),
    ({"history": [{"timestamp": 1, "leakage_status": "leak"}]}, set()),
    ({"type": "smoke sensor", "event": "alarm"}, {"smoke on"}),
    ({"type": "smoke sensor", "event": "testing alarm with normal battery"}, {"tested smoke"}),
    ({"type": "smoke sensor", "event": "removed"}, {"tamper on"}),
    (
        {"status": 1, "battery": 3.4, "temperatureBoard": 22},
        {"unclear status on", "battery_voltage 3.4"},
    ),
    ({"temperature": {"value": 20.5, "unit": "°C"}}, {"temperature 20.5"}),
    ({"temperature_chn1": 4.5, "magnet_chn1": "open"}, {"temperature 4.5", "door on"}),
    ({"temperature": None, "humidity": "unknown"}, set()),
    ({"TempC_SHT": 19.2, "Hum_SHT": 51}, {"temperature 19.2", "humidity 51"}),
    ({"respiratory_rate": 15, "respiratory_status": "normal"}, {"breathing_rate 15"}),
]

EUI = "24e124aabbccddee"
UP = f"application/a/device/{EUI}/event/up"


@pytest.mark.parametrize(("fields", "expected"), FIELDS)
def test_both_servers_read_a_codecs_fields_alike(
    fields: dict[str, Any], expected: set[str]
) -> None:
    chirp = {"deviceInfo": {"devEui": EUI}, "object": fields}
    assert Home("chirpstack").says(UP, chirp) == expected
    things = {
        "end_device_ids": {"dev_eui": EUI.upper()},
        "uplink_message": {"decoded_payload": fields},
    }
    assert Home("ttn").says("v3/app@ttn/devices/d/up", things) == expected


def test_an_uplink_of_chirpstack_carries_its_identity_time_and_signal() -> None:
    (reading,) = Home("chirpstack").hears(
        UP,
        {
            "deduplicationId": "d-1",
            "time": "2026-11-21T07:59:00.123456789+00:00",
            "deviceInfo": {"devEui": EUI.upper()},
            "object": {"temperature": 20},
            "rxInfo": [{"rssi": -110}, {"rssi": -83}],
        },
    )
    assert reading == Measurement(
        EUI,
        {"temperature": 20.0, "rssi": -83.0},
        datetime(2026, 11, 21, 7, 59, 0, 123456, UTC),
        mark="d-1",
    )


def test_a_simulated_uplink_is_a_test() -> None:
    uplink = {"session_key_id": "k", "decoded_payload": {"Device": "R312A", "Alarm": 1}}
    (call,) = Home("ttn").hears("v3/a/devices/d/up", {"simulated": True, "uplink_message": uplink})
    assert isinstance(call, Statement)
    assert (call.device, call.test, call.mark) == ("d", True, "k:0")


def test_the_normalized_payload_fills_what_the_codec_left_out() -> None:
    uplink = {
        "decoded_payload": {"temperature": 20},
        "normalized_payload": [
            {"air": {"temperature": 99, "relativeHumidity": 40}},
            {"action": {"contactState": "open", "motion": {"detected": True}}},
        ],
    }
    said = Home("ttn").says("v3/a/devices/d/up", {"uplink_message": uplink})
    assert said == {"temperature 20", "humidity 40", "door on", "motion on"}


OTHER: list[tuple[str, str, Any, set[str]]] = [
    (
        "chirpstack",
        f"application/a/device/{EUI}/event/status",
        {"batteryLevel": 71.2},
        {"battery 71.2"},
    ),
    (
        "chirpstack",
        f"application/a/device/{EUI}/event/status",
        {"batteryLevel": 0, "externalPowerSource": True},
        set(),
    ),
    ("chirpstack", f"application/a/device/{EUI}/event/log", {"description": "smoke"}, set()),
    ("chirpstack", UP, b"\x0a\x24protobuf", set()),
    ("chirpstack", UP, {"deviceInfo": {"devEui": EUI}, "data": "AQ=="}, set()),
    ("chirpstack", f"application/a/device/{EUI}/command/down", {"object": {"smoke": 1}}, set()),
    ("ttn", "v3/a/devices/d/down/queued", {"uplink_message": {}}, set()),
    ("ttn", "v3/a/devices/d/up", {"uplink_message": {"f_port": 1}}, set()),
]


@pytest.mark.parametrize(("dialect", "topic", "payload", "expected"), OTHER)
def test_other_events(dialect: str, topic: str, payload: Any, expected: set[str]) -> None:
    assert Home(dialect).says(topic, payload) == expected


def test_a_join_introduces_the_device() -> None:
    info = {"devEui": EUI, "deviceProfileName": "SOS button", "deviceName": "浴室"}
    topic = f"application/a/device/{EUI}/event/join"
    assert Home("chirpstack").hears(topic, {"deviceInfo": info}) == [
        DeviceAnnounced(EUI, EUI, "", "SOS button", "浴室", "help_call")
    ]


@pytest.mark.parametrize("dialect", ["chirpstack", "ttn"])
def test_a_broken_uplink_is_unreadable(dialect: str) -> None:
    with pytest.raises(UnreadableError, match="payload"):
        Home(dialect).hears("v3/a/device/d/event/up", "{")
