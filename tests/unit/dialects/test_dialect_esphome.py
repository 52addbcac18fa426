"""ESPHome without discovery, from its documentation: the names are all that says what is meant."""

import pytest

from ingest.dialects.vocabulary.events import Measurement, Statement
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home

SAID: list[tuple[str, str, set[str]]] = [
    ("binary_sensor/kitchen_smoke", "ON", {"smoke on"}),
    ("binary_sensor/kitchen_smoke", "OFF", {"smoke off"}),
    ("binary_sensor/smoke_alarm", "ON", {"smoke on"}),
    ("binary_sensor/sos_button", "ON", {"help_call on"}),
    ("binary_sensor/sos", "OFF", {"help_call off"}),
    ("binary_sensor/pull_cord", "ON", {"help_call on"}),
    ("binary_sensor/emergency_button_1", "ON", {"help_call on"}),
    ("binary_sensor/water_leak_sensor", "ON", {"water_leak on"}),
    ("binary_sensor/bathroom_flood", "ON", {"water_leak on"}),
    ("binary_sensor/gas_detector", "ON", {"gas_leak on"}),
    ("binary_sensor/co_alarm", "ON", {"carbon_monoxide on"}),
    ("binary_sensor/fall_detected", "ON", {"fall on"}),
    ("binary_sensor/falling_information", "ON", {"fall on"}),
    ("binary_sensor/person_information", "ON", {"presence on"}),
    ("binary_sensor/hall_pir", "ON", {"motion on"}),
    ("binary_sensor/emergency_light", "ON", {"unclear emergency_light on"}),
    ("binary_sensor/hot_water", "ON", {"unclear hot_water on"}),
    ("binary_sensor/co2_alarm", "ON", {"unclear co2_alarm on"}),
    ("binary_sensor/front_door", "ON", {"door on"}),
    ("binary_sensor/bed_occupied", "ON", {"bed on"}),
    ("binary_sensor/radar_presence", "OFF", {"presence off"}),
    ("binary_sensor/low_battery", "ON", {"low_battery on"}),
    ("binary_sensor/alarm", "ON", {"unclear alarm on"}),
    ("binary_sensor/gpio_4", "ON", {"unclear gpio_4 on"}),
    ("binary_sensor/sos_cancel", "ON", {"unclear sos_cancel on"}),
    ("binary_sensor/smoke_test", "ON", {"unclear smoke_test on"}),
    ("binary_sensor/front_door_lock", "ON", {"unclear front_door_lock on"}),
    ("sensor/living_room_temperature", "21.5", {"temperature 21.5"}),
    ("sensor/temperature", "nan", set()),
    ("sensor/esp32_internal_temperature", "54.1", set()),
    ("sensor/battery_level", "80", {"battery 80"}),
    ("sensor/battery_voltage", "2.9", {"battery_voltage 2.9"}),
    ("sensor/real_time_heart_rate", "66", {"heart_rate 66"}),
    ("sensor/wifi_signal", "-67", {"rssi -67"}),
    ("sensor/wifi_signal_dbm", "-67", {"rssi -67"}),
    ("sensor/heart_rate_bpm", "66", {"heart_rate 66"}),
    ("sensor/room_temperature_f", "70", set()),
    ("sensor/co2", "700", {"co2 700"}),
    ("sensor/esphome_version", "2025.4.0", set()),
    ("sensor/uptime", "3600", set()),
    ("event/bed_button", '{"event_type":"single"}', {"pressed single"}),
    ("event/bed_button", '{"event_type":"sos"}', {"help_call on event"}),
    ("event/bed_button", "{}", set()),
    ("switch/relay", "ON", set()),
    ("light/lamp", '{"state":"ON"}', set()),
]


@pytest.mark.parametrize(("path", "payload", "expected"), SAID)
def test_the_name_says_what_it_is(path: str, payload: str, expected: set[str]) -> None:
    assert Home("esphome").says(f"kitchen-node/{path}/state", payload) == expected


def test_a_node_is_one_device_and_its_things_are_parts() -> None:
    _, smoke = Home("esphome").hears("kitchen-node/binary_sensor/smoke_2/state", "ON")
    assert isinstance(smoke, Statement)
    assert (smoke.device, smoke.part) == ("kitchen-node", "smoke_2")


@pytest.mark.parametrize("word", ["online", "offline"])
def test_birth_and_will(word: str) -> None:
    assert Home("esphome").says("kitchen-node/status", word, retain=True) == {
        f"kitchen-node {word}"
    }


def test_two_temperatures_of_a_node_are_told_apart() -> None:
    """Broken by reading both as the node's own: the cold room was hidden by the warm one."""
    home = Home("esphome")
    home.hears("n/sensor/bed_temperature/state", "17")
    parts = [
        (event.part, event.metrics)
        for name, value in (("bath_temperature", "24"), ("bed_temperature", "17"))
        for event in home.hears(f"n/sensor/{name}/state", value)
        if isinstance(event, Measurement)
    ]
    assert parts == [
        ("bath_temperature", {"temperature": 24.0}),
        ("bed_temperature", {"temperature": 17.0}),
    ]


@pytest.mark.parametrize("payload", ["JA", "1", "on"])
def test_a_state_in_other_words_is_said_to_be_unreadable(payload: str) -> None:
    with pytest.raises(UnreadableError, match="ON or OFF"):
        Home("esphome").hears("n/binary_sensor/smoke/state", payload)


@pytest.mark.parametrize(
    "topic", ["n/debug", "n/switch/x/command", "n/binary_sensor/smoke/command"]
)
def test_logs_and_commands_are_not_read(topic: str) -> None:
    assert Home("esphome").says(topic, "ON") == set()
