"""Zigbee2MQTT, from its documentation of topics, payloads and exposes."""

from typing import Any

import pytest

from ingest.dialects.installer_settings import InstallerSetting, apply_installer_settings
from ingest.dialects.vocabulary.events import DeviceAnnounced, DeviceLeft, Measurement, Statement
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import NOW, Home, in_words

STATE: list[tuple[dict[str, Any], set[str]]] = [
    ({"smoke": True, "battery": 81}, {"smoke on", "battery 81"}),
    ({"smoke": False}, {"smoke off"}),
    ({"smoke": None, "battery": None}, set()),
    ({"smoke": "unknown"}, set()),
    ({"smoke_state": "alarm"}, {"smoke on"}),
    ({"smoke_state": "detecting"}, set()),
    ({"carbon_monoxide": "ON", "co": 83}, {"carbon_monoxide on", "co 83"}),
    ({"gas": True}, {"gas_leak on"}),
    ({"gas": 812.5}, set()),
    ({"water_leak": True, "device_temperature": 24}, {"water_leak on"}),
    ({"water_leakage_state": "water_leakage_no"}, {"water_leak off"}),
    ({"water_warning": "alarm"}, set()),
    ({"sos": True}, {"help_call on"}),
    ({"action": "emergency"}, {"help_call on event"}),
    ({"action": "1_sos"}, {"help_call on event"}),
    ({"action": "sos_release"}, {"pressed sos_release"}),
    ({"action": "single"}, {"pressed single"}),
    ({"action": "fall"}, {"pressed fall"}),
    ({"action": ""}, set()),
    ({"action": None}, set()),
    ({"fall_status": "fall_alarm"}, {"fall on"}),
    ({"fall_status": "fall_warning"}, set()),
    ({"fall_down_status": "none"}, {"fall off"}),
    ({"fall_detection": "ON"}, set()),
    ({"status": "falling"}, {"fall on", "presence on"}),
    ({"status": "on_the_bed"}, {"fall off", "presence on", "bed on"}),
    ({"status": "opening"}, set()),
    ({"contact": True}, {"door off"}),
    ({"contact": False}, {"door on"}),
    ({"contact": "OFF"}, {"door on"}),
    ({"opening_state": "tilted"}, {"door on"}),
    ({"window": "CLOSE"}, {"door off"}),
    ({"occupancy": True, "illuminance": 12}, {"motion on", "illuminance 12"}),
    ({"presence": False, "target_distance": 1.2}, {"presence off"}),
    ({"pressure_state": "sit"}, {"presence on"}),
    ({"pressure": 1013.2}, {"pressure 1013.2"}),
    ({"pressure": 101.3}, {"pressure 1013"}),
    ({"tamper": True, "battery_low": False}, {"tamper on", "low_battery off"}),
    ({"battery_state": "low"}, {"low_battery on"}),
    ({"battery_state": "middle"}, {"low_battery off"}),
    ({"battery": 255}, set()),
    ({"battery": "74"}, {"battery 74"}),
    ({"voltage": 2900}, {"battery_voltage 2.9"}),
    ({"voltage": 229.4, "power": 61}, {"voltage 229.4", "power 61"}),
    ({"temperature": -327.68, "humidity": 655.35}, set()),
    (
        {"temperature": 21.4, "humidity": 44, "linkquality": 90},
        {"temperature 21.4", "humidity 44", "link_quality 90"},
    ),
    ({"fault": "DETECTED"}, {"device_fault on"}),
    ({"fault": "none"}, {"device_fault off"}),
    ({"alarm": "ON"}, {"unclear alarm on"}),
    ({"emergency_overheat": True, "warning": {"mode": "emergency_panic"}}, set()),
    ({"system_mode": "emergency_heating", "update": {"state": "idle"}}, set()),
    ({"smoke": True, "test": True}, {"smoke on test", "tested smoke"}),
    ({"self_test": "check_success"}, {"tested itself"}),
    ({"checking_result": "others"}, set()),
    ({"alarm_status": "alarm", "mode": "shortage"}, {"unclear alarm_status on"}),
    ({"alarm_status": True}, {"unclear alarm_status on"}),
    ({"alarm": "emergency"}, {"unclear alarm on"}),
    ({"alarm": "none"}, {"unclear alarm off"}),
    ({"alarm_flag": True, "trigger": "OFF"}, {"unclear alarm_flag on", "unclear trigger off"}),
    ({"alarm_volume": "high", "alarm_time": 1, "alarm_melody": 1}, set()),
    ({"emergency_overcurrent": True, "external_trigger": True}, set()),
    ({"manual_smoke_alarm": "ON", "button_pushed": True}, set()),
    ({"temperature_alarm": True, "alarm_humidity": True, "fall_detection": "ON"}, set()),
    ({"temperature": -0.0}, {"temperature 0"}),
]


@pytest.mark.parametrize(("state", "expected"), STATE)
def test_a_state_says(state: dict[str, Any], expected: set[str]) -> None:
    assert Home("zigbee2mqtt").says("Bath", state) == expected


TOPICS: list[tuple[str, Any, set[str]]] = [
    ("卧室/床 边/SOS", {"action": "sos"}, {"help_call on event"}),
    ("a/b/c/availability", {"state": "offline"}, {"a/b/c offline"}),
    ("Flur/availability", "online", {"Flur online"}),
    ("Flur/smoke", "true", {"smoke on"}),
    ("Flur/smoke", "", set()),
    ("Flur/action", "emergency", {"help_call on event"}),
    ("Bed/pressure", "true", {"presence on"}),
    ("Bed/pressure", "false", {"presence off"}),
    ("Bed/pressure", "ON", {"presence on"}),
    ("Bed/pressure", "null", set()),
    ("Bed/pressure", "1013.2", {"pressure 1013.2"}),
    ("Bed/pressure", "0", set()),
    ("Bed/occupancy", "true", {"motion on"}),
    ("Bed/presence", "true", {"presence on"}),
    ("Bed/bed_occupied", "false", {"bed off"}),
    ("Flur/self_test", "true", {"tested itself"}),
    ("Flur/last_seen", "1763715661730", set()),
    ("Flur/set", {"alarm": True}, set()),
    ("Flur/get/smoke", "true", set()),
    ("Flur/left", {"state": None}, set()),
    ("bridge/state", {"state": "offline"}, {"bridge offline"}),
    ("bridge/state", "online", {"bridge online"}),
    ("bridge/logging", {"level": "info", "message": '{"action":"emergency"}'}, set()),
    ("bridge/request/permit_join", {"value": True}, set()),
]


@pytest.mark.parametrize(("topic", "payload", "expected"), TOPICS)
def test_a_topic_says(topic: str, payload: Any, expected: set[str]) -> None:
    assert Home("zigbee2mqtt").says(topic, payload) == expected


def test_two_sensors_in_one_device_are_told_apart() -> None:
    found = Home("zigbee2mqtt").hears(
        "Pipe", {"water_leak_alarm_1": True, "water_leak_alarm_2": False}
    )
    assert [(s.part, s.active) for s in found if isinstance(s, Statement)] == [
        ("water_leak_alarm_1", True),
        ("water_leak_alarm_2", False),
    ]
    doors = Home("zigbee2mqtt").hears("Gate", {"contact_alarm_1": True, "contact_alarm_2": False})
    assert [m.metrics["door"] for m in doors if isinstance(m, Measurement)] == [0.0, 1.0]


@pytest.mark.parametrize(
    "last_seen", ["2026-11-21T07:59:58Z", 1795247998000, "2026-11-21 15:59:58+08:00"]
)
def test_the_device_names_its_time(last_seen: object) -> None:
    (call,) = Home("zigbee2mqtt").hears("B", {"action": "sos", "last_seen": last_seen})
    assert isinstance(call, Statement)
    assert call.mark == str(last_seen)
    assert call.claimed is not None
    assert abs((call.claimed - NOW).total_seconds()) < 5


def test_a_nonsense_time_does_not_keep_a_call_from_counting() -> None:
    says = Home("zigbee2mqtt").says("B", {"action": "sos", "last_seen": {"never": 1}})
    assert says == {"help_call on event"}


def entry(name: str, exposes: list[dict[str, Any]], description: str = "") -> dict[str, Any]:
    return {
        "type": "EndDevice",
        "friendly_name": name,
        "ieee_address": "0x00158d0001abcdef",
        "definition": {
            "vendor": "Acme",
            "model": "X-1",
            "description": description,
            "exposes": exposes,
        },
    }


def paired(name: str, *exposes: dict[str, Any], description: str = "") -> Home:
    home = Home("zigbee2mqtt")
    home.hears("bridge/devices", [entry(name, list(exposes), description)], retain=True)
    return home


def test_paired_devices_are_found_with_what_they_are() -> None:
    home = Home("zigbee2mqtt")
    actions = {"property": "action", "type": "enum", "access": 1, "values": ["single", "hold"]}
    found = home.hears(
        "bridge/devices",
        [
            {"type": "Coordinator", "friendly_name": "Coordinator"},
            entry("厨房/按钮", [actions], "SOS button"),
        ],
        retain=True,
    )
    assert [f for f in found if isinstance(f, DeviceAnnounced)] == [
        DeviceAnnounced(
            "厨房/按钮",
            "0x00158d0001abcdef",
            "Acme",
            "X-1",
            "SOS button",
            "help_call",
            ("single", "hold"),
        )
    ]


def test_a_property_that_can_be_set_is_a_setting() -> None:
    siren = paired(
        "Siren",
        {"property": "alarm", "type": "binary", "access": 7, "value_on": "ON", "value_off": "OFF"},
        {"property": "smoke", "type": "binary", "access": 2},
    )
    assert siren.says("Siren", {"alarm": "ON", "smoke": True}) == set()


def test_an_alarm_of_an_unknown_name_is_unclear_unless_it_can_be_set() -> None:
    told = {"property": "alert_state", "type": "enum", "access": 1, "values": ["alert", "normal"]}
    flag = {"property": "alarm_flag", "type": "binary", "access": 1, "value_on": "A"}
    both = {"property": "alarm_trigger", "type": "binary", "access": 3}
    home = paired("T", told, {**flag, "value_off": "B"}, both)
    assert home.says("T", {"alert_state": "normal", "alarm_flag": "A", "alarm_trigger": True}) == {
        "unclear alert_state off",
        "unclear alarm_flag on",
    }


def test_an_alarm_of_a_detector_is_what_the_detector_detects() -> None:
    alarm = {
        "property": "alarm",
        "type": "binary",
        "access": 1,
        "value_on": True,
        "value_off": False,
    }
    assert paired("D", alarm, description="Smoke detector").says("D", {"alarm": True}) == {
        "smoke on"
    }
    assert paired("D", alarm, description="Gateway").says("D", {"alarm": True}) == {
        "unclear alarm on"
    }


def test_units_are_taken_from_the_exposes() -> None:
    home = paired(
        "M",
        {"property": "gas", "type": "numeric", "access": 1, "unit": "%LEL"},
        {"property": "voltage", "type": "numeric", "access": 1, "unit": "mV"},
        {"property": "voc", "type": "numeric", "access": 1, "unit": "µg/m³"},
        {"property": "flow", "type": "numeric", "access": 1, "unit": "L/min"},
    )
    said = home.says("M", {"gas": 4, "voltage": 450, "voc": 3, "flow": 5})
    assert said == {"gas 4", "battery_voltage 0.45", "water_flow 0.3"}


def test_unusual_words_for_on_are_taken_from_the_exposes() -> None:
    lock = {
        "property": "tamper",
        "type": "binary",
        "access": 1,
        "value_on": "HIT",
        "value_off": "CALM",
    }
    assert paired("T", lock).says("T", {"tamper": "HIT"}) == {"tamper on"}
    assert paired("T", lock).says("T", {"tamper": "CALM"}) == {"tamper off"}
    assert paired("T", lock).says("T", {"tamper": "?"}) == set()


def test_a_known_name_may_end_like_a_command() -> None:
    home = paired("Hall/set", {"property": "smoke", "type": "binary", "access": 1})
    assert home.says("Hall/set", {"smoke": True}) == {"smoke on"}


def test_a_pad_under_the_mattress_is_the_bed_once_the_installer_says_so() -> None:
    events = Home("zigbee2mqtt").hears("Bed/pressure", "true")
    said = in_words(apply_installer_settings(events, lambda _device: InstallerSetting("bed")))
    assert said == {"bed on"}


GROUPS = [{"id": 1, "friendly_name": "All/lights", "members": []}, {"id": 2}, 7]


def test_a_group_is_no_device() -> None:
    """Broken by taking its availability for that of a device: one that nobody finds."""
    home = Home("zigbee2mqtt")
    home.hears("bridge/groups", GROUPS, retain=True)
    assert home.hears("All/lights/availability", {"state": "online"}, retain=True) == []
    assert home.hears("All/lights", {"state": "ON", "occupancy": True}) == []
    assert home.hears("All/lights/occupancy", "true") == []
    assert home.says("All/lights/lamp", {"occupancy": True}) == {"motion on"}
    assert home.says("Bath/availability", "online") == {"Bath online"}


def test_the_name_of_a_group_that_is_no_more_may_be_a_devices() -> None:
    home = Home("zigbee2mqtt")
    home.hears("bridge/groups", GROUPS, retain=True)
    home.hears("bridge/groups", [], retain=True)
    assert home.says("All/lights/availability", "online") == {"All/lights online"}


def test_who_leaves_is_gone() -> None:
    event = {"type": "device_leave", "data": {"friendly_name": "Bath", "ieee_address": "0x1"}}
    assert Home("zigbee2mqtt").hears("bridge/event", event) == [DeviceLeft("Bath")]


def test_what_was_learned_can_be_built_again_from_rows() -> None:
    from ingest.dialects.readers import HomeKnowledge, read_message
    from ingest.dialects.vocabulary.events import LearnedDescription
    from tests.unit.dialects.dialect_reader import wire

    home = Home("zigbee2mqtt")
    alarm = {"property": "alarm", "type": "binary", "access": 7}
    rows = [
        f
        for f in home.hears("bridge/devices", [entry("S", [alarm])])
        if isinstance(f, LearnedDescription)
    ]
    again = HomeKnowledge.of(rows)
    assert in_words(read_message("zigbee2mqtt", wire("S", {"alarm": True}), again)) == set()


@pytest.mark.parametrize("payload", [b'{"smoke":tr', b"{\xff}", b"[1,"])
def test_a_broken_message_is_unreadable(payload: bytes) -> None:
    with pytest.raises(UnreadableError, match="payload"):
        Home("zigbee2mqtt").hears("Flur/x", payload)
