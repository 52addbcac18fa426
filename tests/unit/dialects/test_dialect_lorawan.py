"""ChirpStack and The Things Stack, from their documentation; fields from the makers' codecs."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.dialects.installer_settings import InstallerSetting, apply_installer_settings
from ingest.dialects.vocabulary.events import (
    DeviceAnnounced,
    Measurement,
    PartRefused,
    Statement,
)
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home, in_words

PRESSURE, INPUT_5 = "pressure 1013.2", "unclear digitalInput_5 on"
TRACKER = {"battery_voltage 3.9"}
UNCLEAR_ON = "unclear ALARM_status on"

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
    ({"Alarm": 1}, {"unclear Alarm on"}),
    ({"ALARM_status": "TRUE", "BatV": 3.9, "MD": "Move", "LON": "ON"}, TRACKER | {UNCLEAR_ON}),
    ({"ALARM_status": "FALSE"}, {"unclear ALARM_status off"}),
    ({"ALARM_status": False}, {"unclear ALARM_status off"}),
    ({"ALARM_status": "Alarm"}, {UNCLEAR_ON}),
    ({"alarmStatus": "pressed"}, {"unclear alarmStatus on"}),
    ({"alarm_flag": 1.0}, {"unclear alarm_flag on"}),
    ({"sos_key": True}, {"unclear sos_key on"}),
    ({"SOSKey": "sos"}, {"unclear SOSKey on"}),
    ({"alarm": "fire"}, {"unclear alarm on"}),
    ({"input_2": "ON"}, {"unclear input_2 on"}),
    ({"man_down": True}, {"unclear man_down on"}),
    ({"DI1_status": "H", "DI2_status": "L"}, {"unclear DI1_status on", "unclear DI2_status off"}),
    ({"event": "sos"}, {"unclear event on"}),
    ({"alarmType": "SOS"}, {"unclear alarmType on"}),
    ({"status": "alarm"}, {"unclear status on"}),
    ({"status": "normal"}, {"unclear status off"}),
    ({"event": "sos_alarm"}, {"unclear event on"}),
    ({"type": "SOS", "event": "SOS button", "state": "sos cancelled"}, set()),
    ({"event": "heartbeat", "type": "tracker", "status": "ok"}, set()),
    ({"fall_flag": True}, {"fall on event"}),
    ({"smoke_alarm_status": "alarm"}, {"smoke on"}),
    ({"co2_status": 1, "temperature_alarm_status": True}, set()),
    ({"ALARM_status": "maybe"}, set()),
    ({"ALARM_status": None, "alarm": "None"}, set()),
    ({"alarm_enabled": True, "alarm_count": 1, "alarm_volume": "ON", "no_alarm": True}, set()),
    ({"temperature_alarm": 1, "alarmDuration": 1, "fall_detection": True}, set()),
    ({"led": True, "charging": True, "gps_fix": "TRUE"}, set()),
    ({"button": True}, {"pressed single"}),
    ({"button_pressed": True}, {"pressed single"}),
    ({"key_1": "pressed"}, {"pressed single"}),
    ({"button": 0}, set()),
    ({"button": "FALSE"}, set()),
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
    ("chirpstack", UP, b"", set()),
    ("chirpstack", UP, {"deviceInfo": {"devEui": EUI}}, set()),
    ("chirpstack", UP, {"deviceInfo": {"devEui": EUI}, "fPort": 0, "data": "AQ=="}, set()),
    ("chirpstack", f"application/a/device/{EUI}/command/down", {"object": {"smoke": 1}}, set()),
    ("ttn", "v3/a/devices/d/down/queued", {"uplink_message": {}}, set()),
    ("ttn", "v3/a/devices/d/up", {"uplink_message": {"f_port": 1}}, set()),
    ("ttn", "v3/a/devices/d/up", {"uplink_message": {"f_port": 0, "frm_payload": "AQ=="}}, set()),
    ("ttn", "v3/a/devices/d/up", "", set()),
]


@pytest.mark.parametrize(("dialect", "topic", "payload", "expected"), OTHER)
def test_other_events(dialect: str, topic: str, payload: Any, expected: set[str]) -> None:
    assert Home(dialect).says(topic, payload) == expected


HEARD = {"rxInfo": [{"rssi": -83}]}
UNDECODED: list[tuple[str, str, Any, str]] = [
    ("chirpstack", UP, {"data": "AQ=="}, "codec: .*device profile"),
    ("chirpstack", UP, {"data": "AQ==", "fPort": 2, "object": None, **HEARD}, "codec: .*profile"),
    ("chirpstack", UP, {"data": "AQ==", "object": {}}, "codec: .*profile"),
    ("chirpstack", UP, b"\x0a\x24protobuf", "payload: .*json=true"),
    ("chirpstack", UP.replace("/up", "/status"), b"\x0a\x24protobuf", "payload: .*json=true"),
    ("ttn", "v3/a/devices/d/up", {"uplink_message": {"frm_payload": "AQ=="}}, "codec: .*formatter"),
    (
        "ttn",
        "v3/a/devices/d/up",
        {"uplink_message": {"frm_payload": "AQ==", "f_port": 1, "decoded_payload": {}}},
        "codec: .*formatter",
    ),
]


@pytest.mark.parametrize(("dialect", "topic", "payload", "advice"), UNDECODED)
def test_an_uplink_that_nobody_has_decoded_says_what_to_do(
    dialect: str, topic: str, payload: Any, advice: str
) -> None:
    """Broken by silence: the button's device profile has no codec, and nobody learns of it."""
    (refused, *rest) = Home(dialect).hears(topic, payload)
    assert isinstance(refused, PartRefused)
    assert re.match(advice, refused.reason)
    assert in_words(rest) <= {"rssi -83"}


CAYENNE: list[tuple[dict[str, Any], set[str]]] = [
    ({"temperatureSensor": {"1": 21.5}}, {"temperature 21.5"}),
    ({"humiditySensor": {"2": 40.5}, "barometer": {"3": 1013.2}}, {"humidity 40.5", PRESSURE}),
    ({"illuminanceSensor": {"0": 12}}, {"illuminance 12"}),
    ({"presenceSensor": {"4": 1}}, {"presence on"}),
    ({"presenceSensor": {"4": 0}}, {"presence off"}),
    ({"presenceSensor": {"4": 5}}, {"presence on"}),
    ({"digitalInput": {"3": 1}}, {"unclear digitalInput_3 on"}),
    ({"digitalInput": {"3": 0, "5": 210}}, {"unclear digitalInput_3 off", INPUT_5}),
    ({"digitalOutput": {"1": 1}, "analogInput": {"1": 3.5}, "analogOutput": {"1": 1}}, set()),
    ({"accelerometer": {"1": {"x": 0, "y": 0, "z": 1}}, "gpsLocation": {"1": {}}}, set()),
    ({"temperatureSensor": {"1": None, "x": 3, "": 4}, "presenceSensor": {"1": {}}}, set()),
]


@pytest.mark.parametrize(("fields", "expected"), CAYENNE)
def test_what_chirpstack_itself_decodes_is_read(fields: dict[str, Any], expected: set[str]) -> None:
    assert Home("chirpstack").says(UP, {"data": "AQ==", "object": fields}) == expected


def test_the_lowest_channel_is_the_devices_own_in_whatever_order_they_come() -> None:
    """Broken by the order of the object: the fridge becomes the room with every other uplink."""
    for channels in ({"2": 4.0, "10": 21.5}, {"10": 21.5, "2": 4.0}):
        found = Home("chirpstack").hears(UP, {"object": {"temperatureSensor": channels}})
        values = {m.part: m.metrics["temperature"] for m in found if isinstance(m, Measurement)}
        assert values == {"": 4.0, "temperatureSensor_10": 21.5}


def test_the_things_stacks_names_of_cayenne_are_read() -> None:
    fields = {"relative_humidity_2": 40, "barometric_pressure_3": 1013.2, "luminosity_4": 7}
    said = Home("ttn").says(
        "v3/a/devices/d/up",
        {"uplink_message": {"decoded_payload": {**fields, "digital_in_5": 1, "presence_6": 1}}},
    )
    assert said == {
        "humidity 40",
        PRESSURE,
        "illuminance 7",
        "unclear digital_in_5 on",
        "presence on",
    }


BATTERIES: list[tuple[dict[str, Any], set[str]]] = [
    ({"battery": 3.6}, {"battery_voltage 3.6"}),
    ({"Battery": 2.95}, {"battery_voltage 2.95"}),
    ({"Bat": 3.366}, {"battery_voltage 3.366"}),
    ({"battery_level": 3.1}, {"battery_voltage 3.1"}),
    ({"batt": 3.6}, {"battery_voltage 3.6"}),
    ({"battery_mV": 3600}, {"battery_voltage 3.6"}),
    ({"battery": "3.6V"}, {"battery_voltage 3.6"}),
    ({"battery": "3600 mV"}, {"battery_voltage 3.6"}),
    ({"battery": 3600}, {"battery_voltage 3.6"}),
    ({"battery": {"value": 3, "unit": "V"}}, {"battery_voltage 3"}),
    ({"battery": "3 %"}, {"battery 3"}),
    ({"battery": {"value": 3.6, "unit": "%"}}, {"battery 3.6"}),
    ({"battery": 3}, {"battery 3"}),
    ({"battery": 87.0}, {"battery 87"}),
    ({"battery": 66.5}, {"battery 66.5"}),
    ({"battery": 0.5}, {"battery 0.5"}),
    ({"battery_percent": 3.6}, {"battery 3.6"}),
    ({"battery": "low"}, {"low_battery on"}),
    ({"battery": 255}, set()),
]


@pytest.mark.parametrize(("fields", "expected"), BATTERIES)
def test_a_battery_is_percent_or_volts(fields: dict[str, Any], expected: set[str]) -> None:
    """Broken by percent alone: a fresh lithium cell of 3.6 V is an empty battery."""
    assert Home("chirpstack").says(UP, {"object": fields}) == expected


SERIES: list[tuple[list[float], str]] = [
    ([3.6, 3.0], "battery_voltage 3"),
    ([3.6, 3.0, 3], "battery_voltage 3"),
    ([80, 3.6], "battery 3.6"),
    ([5.5, 4.9, 3], "battery 3"),
]


@pytest.mark.parametrize("dialect", ["chirpstack", "ttn"])
@pytest.mark.parametrize(("numbers", "said"), SERIES)
def test_what_a_battery_was_before_tells_what_it_is(
    dialect: str, numbers: list[float], said: str
) -> None:
    """Broken by looking at the number alone: 3.0 V is then 3 percent, and a low battery."""
    home = Home(dialect)
    for number in numbers:
        fields = {"battery": number}
        words = home.says(
            "v3/a/devices/d/event/up",
            {"object": fields, "uplink_message": {"decoded_payload": fields}},
        )
    assert words == {said}


def test_the_alarm_of_a_door_that_is_open_for_long_is_not_the_door() -> None:
    """Broken by letting the role explain it beside the door itself: it is then closed."""
    events = Home("chirpstack").hears(UP, {"object": {"DOOR_OPEN_STATUS": 1, "ALARM": 0}})
    said = in_words(apply_installer_settings(events, lambda _device: InstallerSetting("door")))
    assert said == {"door on", "unclear ALARM off"}


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
