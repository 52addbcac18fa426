"""Home Assistant discovery, from its documentation of MQTT discovery and the MQTT platforms."""

from typing import Any

import pytest

from ingest.dialects.vocabulary.events import (
    DeviceAnnounced,
    DeviceLeft,
    Measurement,
    PartRefused,
    Statement,
)
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home

LOOP = "{% for x in y %}{% endfor %}"
CONDITIONAL = "{{ value if value == 'OFF' else (value | regex_match('O.') | iif('ON', 'OFF')) }}"
DEVICE = {"ids": ["esp-12"], "mf": "Acme", "mdl": "Box", "name": "Stove box"}


def told(component: str, config: dict[str, Any]) -> Home:
    home = Home("homeassistant")
    home.hears(
        f"{component}/esp12/x/config", {"dev": DEVICE, "stat_t": "esp/x", **config}, retain=True
    )
    return home


BINARY: list[tuple[dict[str, Any], str, set[str]]] = [
    ({"dev_cla": "smoke"}, "ON", {"smoke on"}),
    ({"dev_cla": "smoke"}, "OFF", {"smoke off"}),
    ({"dev_cla": "smoke"}, "on", set()),
    ({"dev_cla": "smoke"}, "None", set()),
    ({"dev_cla": "smoke"}, "unavailable", set()),
    ({"dev_cla": "smoke", "pl_on": "1", "pl_off": "0"}, "1", {"smoke on"}),
    ({"dev_cla": "smoke", "pl_on": "1", "pl_off": "0"}, "ON", set()),
    (
        {
            "dev_cla": "gas",
            "payload_on": True,
            "payload_off": False,
            "val_tpl": "{{ value_json.g }}",
        },
        '{"g": true}',
        {"gas_leak on"},
    ),
    (
        {
            "dev_cla": "gas",
            "payload_on": True,
            "payload_off": False,
            "val_tpl": "{{ value_json.g }}",
        },
        '{"g": null}',
        set(),
    ),
    ({"dev_cla": "gas", "val_tpl": "{{ value_json.g }}"}, '{"other": 1}', set()),
    ({"dev_cla": "gas", "val_tpl": "{{ value_json.g }}"}, "not json", set()),
    ({"dev_cla": "moisture"}, "ON", {"water_leak on"}),
    ({"dev_cla": "carbon_monoxide"}, "ON", {"carbon_monoxide on"}),
    ({"dev_cla": "door"}, "ON", {"door on"}),
    ({"dev_cla": "motion"}, "OFF", {"motion off"}),
    ({"dev_cla": "occupancy"}, "ON", {"presence on"}),
    ({"dev_cla": "battery"}, "ON", {"low_battery on"}),
    ({"dev_cla": "tamper"}, "OFF", {"tamper off"}),
    ({"dev_cla": "problem"}, "ON", {"device_fault on"}),
    ({"dev_cla": "safety", "name": "Pull cord"}, "ON", {"help_call on"}),
    ({"dev_cla": "safety", "name": "Overheating"}, "ON", {"unclear esp12_x on"}),
    ({"dev_cla": "safety", "name": "Pendant", "off_dly": 5}, "ON", {"help_call on event"}),
    ({"dev_cla": "connectivity"}, "OFF", {"esp-12 offline"}),
    ({"name": "Mat"}, "ON", {"unclear esp12_x on"}),
]


@pytest.mark.parametrize(("config", "state", "expected"), BINARY)
def test_a_binary_sensor_says(config: dict[str, Any], state: str, expected: set[str]) -> None:
    assert told("binary_sensor", config).says("esp/x", state) == expected


NUMBERS: list[tuple[dict[str, Any], str, set[str]]] = [
    ({"dev_cla": "temperature", "unit_of_meas": "°C"}, "21.5", {"temperature 21.5"}),
    ({"dev_cla": "temperature", "unit_of_meas": "°F"}, "68", {"temperature 20"}),
    ({"dev_cla": "temperature", "unit_of_meas": "°X"}, "68", set()),
    ({"dev_cla": "temperature", "unit_of_meas": "°C"}, "unknown", set()),
    ({"dev_cla": "temperature", "unit_of_meas": "°C"}, "nan", set()),
    ({"dev_cla": "power", "unit_of_meas": "kW"}, "1.2", {"power 1200"}),
    ({"dev_cla": "energy", "unit_of_meas": "Wh"}, "1200", {"energy 1.2"}),
    ({"dev_cla": "atmospheric_pressure", "unit_of_meas": "kPa"}, "101", {"pressure 1010"}),
    (
        {"dev_cla": "voltage", "unit_of_meas": "mV", "name": "Battery"},
        "2950",
        {"battery_voltage 2.95"},
    ),
    ({"dev_cla": "water", "unit_of_meas": "L"}, "2500", {"water 2.5"}),
    ({"dev_cla": "gas", "unit_of_meas": "m³"}, "2500", set()),
    ({"unit_of_meas": "bpm"}, "61", {"heart_rate 61"}),
    ({"name": "Alarm status"}, "TRUE", {"unclear esp12_x on"}),
    ({"name": "Alarm status"}, "sos", {"unclear esp12_x on"}),
    ({"name": "Alarm status"}, "normal", {"unclear esp12_x off"}),
    ({"name": "Alarm volume"}, "1", set()),
    ({"name": "Alarm"}, "unknown", set()),
    ({"name": "Mood"}, "ON", set()),
    (
        {"dev_cla": "humidity", "unit_of_meas": "%", "val_tpl": "{{ value_json.h | round(1) }}"},
        '{"h": 40.44}',
        {"humidity 40.4"},
    ),
]


@pytest.mark.parametrize(("config", "state", "expected"), NUMBERS)
def test_a_sensor_says(config: dict[str, Any], state: str, expected: set[str]) -> None:
    assert told("sensor", config).says("esp/x", state) == expected


def test_an_event_is_a_press_and_an_empty_one_is_none() -> None:
    home = told("event", {"event_types": ["press", "sos"]})
    assert home.says("esp/x", {"event_type": "press"}) == {"pressed single"}
    assert home.says("esp/x", {"event_type": "sos"}) == {"help_call on event"}
    assert home.says("esp/x", {}) == set()


def test_a_device_trigger_is_a_press_when_the_payload_is_exactly_its_own() -> None:
    home = Home("homeassistant")
    config = {"automation_type": "trigger", "topic": "esp/b", "payload": "P1", "dev": DEVICE}
    home.hears(
        "device_automation/esp12/b/config", {**config, "type": "button_long_press", "subtype": "b1"}
    )
    assert home.says("esp/b", "P1") == {"pressed hold"}
    assert home.says("esp/b", "p1") == set()


def test_a_base_topic_and_short_keys_are_expanded_also_for_availability() -> None:
    home = Home("homeassistant")
    home.hears(
        "binary_sensor/s/config",
        {
            "~": "esp/s",
            "stat_t": "~/state",
            "dev_cla": "smoke",
            "dev": DEVICE,
            "avty": [{"t": "~/lwt", "pl_avail": "up", "pl_not_avail": "down"}],
        },
    )
    assert home.says("esp/s/state", "ON") == {"smoke on"}
    assert home.says("esp/s/lwt", "up") == {"esp-12 online"}
    assert home.says("esp/s/lwt", "down") == {"esp-12 offline"}


@pytest.mark.parametrize(
    ("mode", "after_both"), [("all", "offline"), ("any", "online"), ("latest", "online")]
)
def test_availability_of_several_topics(mode: str, after_both: str) -> None:
    home = told(
        "binary_sensor",
        {"avty": [{"t": "esp/a"}, {"t": "esp/b"}], "avty_mode": mode, "dev_cla": "smoke"},
    )
    assert home.says("esp/a", "offline") == {"esp-12 offline"}
    assert home.says("esp/b", "online") == {f"esp-12 {after_both}"}


def test_one_config_may_hold_a_whole_device() -> None:
    home = Home("homeassistant")
    home.hears(
        "device/esp12/config",
        {
            "dev": DEVICE,
            "o": {"name": "x"},
            "state_topic": "esp/all",
            "cmps": {
                "t": {
                    "p": "sensor",
                    "device_class": "temperature",
                    "unit_of_measurement": "°C",
                    "value_template": "{{ value_json.t }}",
                },
                "w": {
                    "p": "binary_sensor",
                    "device_class": "moisture",
                    "value_template": "{{ 'ON' if value_json.w else 'OFF' }}",
                },
                "off": {"p": "switch", "command_topic": "esp/set"},
            },
        },
    )
    assert home.says("esp/all", {"t": 19, "w": True}) == {"temperature 19", "water_leak on"}


def test_one_refused_template_does_not_silence_the_rest_of_the_device() -> None:
    home = Home("homeassistant")
    parts = {
        "w": {"p": "binary_sensor", "device_class": "moisture", "state_topic": "esp/w"},
        "up": {
            "p": "sensor",
            "state_topic": "esp/up",
            "value_template": "{% for x in y %}{% endfor %}",
        },
    }
    assert home.says("device/esp12/config", {"dev": DEVICE, "cmps": parts}) == {"refused up"}
    assert home.says("esp/w", "ON") == {"water_leak on"}


def test_attributes_tell_of_the_device_and_state_nothing() -> None:
    home = told("binary_sensor", {"dev_cla": "smoke", "json_attr_t": "esp/facts"})
    said = home.says("esp/facts", {"battery": 51, "linkquality": 80, "smoke": True})
    assert said == {"battery 51", "link_quality 80"}


def test_sensors_of_one_class_on_one_device_stay_apart() -> None:
    home = Home("homeassistant")
    for name in ("room", "fridge"):
        config = {"dev": DEVICE, "dev_cla": "temperature", "unit_of_meas": "°C"}
        home.hears(f"sensor/{name}/config", {**config, "stat_t": f"esp/{name}"})
    (reading,) = home.hears("esp/fridge", "4")
    assert isinstance(reading, Measurement)
    assert (reading.device, reading.part) == ("esp-12", "fridge")


def test_a_removed_config_reads_nothing_more() -> None:
    home = told("binary_sensor", {"dev_cla": "smoke"})
    assert DeviceLeft("esp-12") in home.hears("binary_sensor/esp12/x/config", "", retain=True)
    assert home.hears("esp/x", "ON") == []


def test_a_changed_config_replaces_the_old_one() -> None:
    home = told("binary_sensor", {"dev_cla": "smoke"})
    home.hears("binary_sensor/esp12/x/config", {"dev": DEVICE, "stat_t": "esp/y", "dev_cla": "gas"})
    assert home.says("esp/x", "ON") == set()
    assert home.says("esp/y", "ON") == {"gas_leak on"}


def test_a_device_is_found_with_its_model_and_a_role_to_propose() -> None:
    found = Home("homeassistant").hears(
        "binary_sensor/s/config",
        {"stat_t": "esp/s", "dev_cla": "smoke", "name": "Smoke", "uniq_id": "u1", "dev": DEVICE},
    )
    assert DeviceAnnounced("esp-12", "u1", "Acme", "Box", "Stove box", "smoke") in found


@pytest.mark.parametrize("topic", ["zigbee2mqtt/Bath", "homes/h1/zigbee2mqtt/Bath"])
def test_what_another_dialect_reads_is_not_read_twice(topic: str) -> None:
    config = {"stat_t": topic, "dev_cla": "smoke", "dev": DEVICE}
    assert Home("homeassistant").hears("binary_sensor/0x1/smoke/config", config) == []


@pytest.mark.parametrize("named", ["esp/s", "homes/h1/esp/s", "homes/h1/homeassistant/esp/s"])
def test_a_topic_is_met_with_and_without_the_home_before_it(named: str) -> None:
    home = Home("homeassistant")
    home.hears("binary_sensor/s/config", {"stat_t": named, "dev_cla": "smoke", "dev": DEVICE})
    assert home.says("esp/s", "ON") == {"smoke on"}


PLAIN: list[tuple[str, str, set[str]]] = [
    ("hall/smoke", "ON", {"smoke on"}),
    ("hall/water_leak", "false", {"water_leak off"}),
    ("hall/smoke", "unavailable", set()),
    ("hall/smoke", "[]", set()),
    ("hall/mood", "ON", set()),
    ("hall/alarm_flag", "TRUE", {"unclear alarm_flag on"}),
    ("hall/alarm_volume", "ON", set()),
    ("hall/box", '{"smoke": "OFF", "battery": 40, "mood": 1}', {"smoke off", "battery 40"}),
    ("hall/box", '{"batteryPercentageRemaining": 160}', {"battery 80"}),
    ("hall/box", "{", set()),
    ("status", "online", set()),
    ("light/esp/set", "ON", set()),
]


@pytest.mark.parametrize(("topic", "payload", "expected"), PLAIN)
def test_a_topic_without_config_is_read_by_its_last_level(
    topic: str, payload: str, expected: set[str]
) -> None:
    assert Home("homeassistant").says(topic, payload) == expected


@pytest.mark.parametrize("payload", ["{", "[]", '"x"'])
def test_a_config_that_is_none_is_unreadable(payload: str) -> None:
    with pytest.raises(UnreadableError, match="config"):
        Home("homeassistant").hears("sensor/x/config", payload)


def test_a_template_that_does_too_much_is_refused_with_the_config() -> None:
    with pytest.raises(UnreadableError, match="template: for"):
        told("sensor", {"val_tpl": "{% for x in range(9) %}{{ x }}{% endfor %}"})


def test_entities_of_one_message_share_their_device() -> None:
    home = Home("homeassistant")
    for name, kind in (("a", "smoke"), ("b", "tamper")):
        config = {"dev": DEVICE, "stat_t": "esp/j", "dev_cla": kind}
        home.hears(
            f"binary_sensor/{name}/config", {**config, "val_tpl": f"{{{{ value_json.{name} }}}}"}
        )
    found = home.hears("esp/j", {"a": "ON", "b": "OFF"})
    assert {(f.device, f.kind.value, f.active) for f in found if isinstance(f, Statement)} == {
        ("esp-12", "smoke", True),
        ("esp-12", "tamper", False),
    }


def test_a_template_that_is_refused_when_it_runs_is_told_and_the_rest_is_read() -> None:
    """Broken by silence: the config was taken, and nobody learns that the part says nothing."""
    home = told("binary_sensor", {"dev_cla": "smoke", "val_tpl": CONDITIONAL})
    home.hears("binary_sensor/w/config", {"dev": DEVICE, "stat_t": "esp/x", "dev_cla": "moisture"})
    (refused, water) = home.hears("esp/x", "ON")
    assert isinstance(refused, PartRefused)
    assert refused.device == "esp-12"
    assert "regex_match" in refused.reason
    assert "esp12_x stays silent" in refused.reason
    assert isinstance(water, Statement)
    assert home.says("esp/x", "OFF") == {"smoke off", "water_leak off"}


def test_a_payload_too_large_for_a_template_is_told() -> None:
    home = told("binary_sensor", {"dev_cla": "smoke", "val_tpl": "{{ value | upper }}"})
    assert home.says("esp/x", "x" * 100_000) == {"refused "}


def test_a_refused_template_of_an_availability_is_told() -> None:
    watch = {"t": "esp/lwt", "val_tpl": "{{ states('x') }}"}
    home = told("binary_sensor", {"dev_cla": "smoke", "avty": [watch]})
    assert home.says("esp/lwt", "up") == {"refused "}
