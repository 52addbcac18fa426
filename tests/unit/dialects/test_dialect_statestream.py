"""Home Assistant's MQTT Statestream, from its documentation: states in plain text, attributes in
JSON, all retained."""

from typing import Any

import pytest

from ingest.dialects.vocabulary.events import ButtonPressed, DeviceAnnounced, Measurement, Statement
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home

TIME = "2026-11-21T07:59:58.123456+00:00"


def entity(path: str, **attributes: Any) -> Home:
    """A home whose Home Assistant has said these of an entity."""
    home = Home("statestream")
    for name, value in attributes.items():
        home.hears(f"{path}/{name}", value if isinstance(value, list) else f'"{value}"')
    return home


CLASSES: list[tuple[str, str, str, set[str]]] = [
    ("x", "smoke", "on", {"smoke on"}),
    ("x", "smoke", "off", {"smoke off"}),
    ("x", "gas", "on", {"gas_leak on"}),
    ("x", "carbon_monoxide", "on", {"carbon_monoxide on"}),
    ("x", "moisture", "on", {"water_leak on"}),
    ("x", "tamper", "on", {"tamper on"}),
    ("x", "battery", "on", {"low_battery on"}),
    ("x", "problem", "on", {"device_fault on"}),
    ("x", "motion", "on", {"motion on"}),
    ("x", "occupancy", "on", {"presence on"}),
    ("x", "door", "on", {"door on"}),
    ("x", "window", "off", {"door off"}),
    ("kitchen_smoke", "tamper", "on", {"tamper on"}),
    ("x", "smoke", "ON", set()),
    ("x", "smoke", "unknown", set()),
    ("x", "update", "on", set()),
    ("x", "connectivity", "off", set()),
]


@pytest.mark.parametrize(("name", "device_class", "state", "expected"), CLASSES)
def test_the_class_says_what_a_state_is(
    name: str, device_class: str, state: str, expected: set[str]
) -> None:
    home = entity(f"ha/binary_sensor/{name}", device_class=device_class)
    said = home.says(f"ha/binary_sensor/{name}/state", state)
    assert said - {f"binary_sensor.{name} online"} == expected


NAMES: list[tuple[str, str, set[str]]] = [
    ("binary_sensor/kitchen_smoke", "on", {"smoke on"}),
    ("binary_sensor/kitchen_smoke_detector_2", "on", {"smoke on"}),
    ("binary_sensor/sos_button", "on", {"help_call on"}),
    ("binary_sensor/bath_water_leak", "on", {"water_leak on"}),
    ("binary_sensor/front_door", "on", {"door on"}),
    ("binary_sensor/bed_occupied", "off", {"bed off"}),
    ("binary_sensor/smoke_alarm_mute", "on", set()),
    ("sensor/bath_temperature", "21.5", {"temperature 21.5"}),
    ("sensor/bath_temperature", "70", set()),
    ("sensor/cpu_temperature", "41", set()),
    ("sensor/bath_humidity", "55", {"humidity 55"}),
    ("sensor/smoke_battery", "80", {"battery 80"}),
    ("sensor/bed_action", "emergency", {"help_call on event"}),
    ("sensor/bed_action", "single", {"pressed single"}),
    ("sensor/bed_action", "", set()),
    ("sensor/last_boot", "2026-11-21", set()),
    ("switch/smoke", "on", set()),
    ("light/kitchen", "on", set()),
    ("person/wang", "home", set()),
]


@pytest.mark.parametrize(("path", "state", "expected"), NAMES)
def test_without_attributes_the_name_says_it(path: str, state: str, expected: set[str]) -> None:
    """Home Assistant's default: publish_attributes is off."""
    said = Home("statestream").says(f"{path}/state", state)
    assert {word for word in said if not word.endswith("online")} == expected


def test_a_state_that_came_before_its_class_is_not_lost() -> None:
    """The integration publishes the state first. Broken by reading only what comes after: the
    first fire after an installation was not heard."""
    home = Home("statestream")
    assert home.says("ha/binary_sensor/lumi_3/state", "on") == set()
    assert home.says("ha/binary_sensor/lumi_3/device_class", '"smoke"') == {"smoke on"}
    assert home.says("ha/binary_sensor/lumi_3/device_class", '"smoke"') == set()
    assert home.says("ha/binary_sensor/lumi_3/state", "off") >= {"smoke off"}


@pytest.mark.parametrize(
    "order",
    [
        ("state", "friendly_name", "device_class"),
        ("friendly_name", "state", "device_class"),
        ("device_class", "friendly_name", "state"),
        ("friendly_name", "device_class", "state"),
    ],
)
def test_what_is_retained_is_understood_in_any_order(order: tuple[str, ...]) -> None:
    """Broken by taking an entity whose name came first for one without a class."""
    home, said = Home("statestream"), set()
    values = {"state": "on", "friendly_name": '"Lumi"', "device_class": '"smoke"'}
    for name in order:
        said |= home.says(f"ha/binary_sensor/lumi_3/{name}", values[name], retain=True)
    assert "smoke on" in said


def test_what_has_no_class_and_no_name_is_for_the_installer() -> None:
    home = Home("statestream")
    home.hears("ha/binary_sensor/lumi_3/state", "off")
    assert "unclear lumi_3 on" in home.says("ha/binary_sensor/lumi_3/state", "on")
    assert "unclear lumi_3 off" in home.says("ha/binary_sensor/lumi_3/state", "off")


def test_a_class_that_comes_late_still_counts() -> None:
    home = Home("statestream")
    for state in ("off", "on", "off"):
        home.hears("ha/binary_sensor/lumi_3/state", state)
    home.hears("ha/binary_sensor/lumi_3/device_class", '"smoke"')
    assert home.says("ha/binary_sensor/lumi_3/state", "on") >= {"smoke on"}


UNITS: list[tuple[dict[str, str], str, set[str]]] = [
    ({"device_class": "temperature", "unit_of_measurement": "°F"}, "50", {"temperature 10"}),
    ({"device_class": "temperature", "unit_of_measurement": "°C"}, "20.5", {"temperature 20.5"}),
    ({"device_class": "battery", "unit_of_measurement": "%"}, "63", {"battery 63"}),
    ({"device_class": "power", "unit_of_measurement": "kW"}, "0.5", {"power 500"}),
    ({"unit_of_measurement": "bpm"}, "64", {"heart_rate 64"}),
    ({"device_class": "temperature", "unit_of_measurement": "°C"}, "unavailable", set()),
    ({"device_class": "timestamp"}, TIME, set()),
]


@pytest.mark.parametrize(("attributes", "state", "expected"), UNITS)
def test_a_number_is_read_in_its_unit(
    attributes: dict[str, str], state: str, expected: set[str]
) -> None:
    home = entity("ha/sensor/x", **attributes)
    said = home.says("ha/sensor/x/state", state)
    assert {word for word in said if "line" not in word} == expected


def test_a_name_without_a_class_still_has_a_unit() -> None:
    home = entity("ha/sensor/bath_temperature", unit_of_measurement="°F")
    assert "temperature 10" in home.says("ha/sensor/bath_temperature/state", "50")


def test_an_entity_that_is_unavailable_is_away_and_clears_nothing() -> None:
    home = entity("ha/binary_sensor/x", device_class="smoke")
    assert home.says("ha/binary_sensor/x/state", "unavailable") == {"binary_sensor.x offline"}
    assert home.says("ha/binary_sensor/x/state", "on") == {"binary_sensor.x online", "smoke on"}


def test_a_button_that_was_away_is_back_with_its_next_press() -> None:
    """Broken by reading the time of a press only: the button stayed offline for good."""
    home = Home("statestream")
    assert home.says("ha/event/sos/state", "unavailable") == {"event.sos offline"}
    assert home.says("ha/event/sos/state", "unknown") == set()
    assert home.says("ha/event/sos/state", TIME) == {"event.sos online"}


def test_an_entity_that_only_a_role_explains_is_introduced_and_missed() -> None:
    home = Home("statestream")
    for state in ("off", "on"):
        home.hears("ha/binary_sensor/lumi_3/state", state)
    said = home.hears("ha/binary_sensor/lumi_3/friendly_name", '"SOS 呼叫"')
    assert [found.suggests for found in said if isinstance(found, DeviceAnnounced)] == ["help_call"]
    assert home.says("ha/binary_sensor/lumi_3/state", "unavailable") == {
        "binary_sensor.lumi_3 offline"
    }
    assert home.says("ha/binary_sensor/lumi_3/state", "off") == {
        "binary_sensor.lumi_3 online",
        "unclear lumi_3 off",
    }


def test_a_press_is_an_event_at_the_time_that_is_its_state() -> None:
    """Broken by taking each repetition of the attribute for a press: Home Assistant publishes all
    of them again whenever one has changed."""
    home = Home("statestream")
    assert home.says("ha/event/sos_bed/state", TIME) == {"event.sos_bed online"}
    (press,) = home.hears("ha/event/sos_bed/event_type", '"single"')
    assert isinstance(press, ButtonPressed)
    assert (press.device, press.action, press.mark) == ("event.sos_bed", "single", TIME)
    assert press.claimed is not None
    (call,) = home.hears("ha/event/sos_bed/event_type", '"emergency"')
    assert isinstance(call, Statement)
    assert (call.kind, call.event, call.mark) == ("help_call", True, TIME)
    assert home.says("ha/event/sos_bed/event_type", "null") == set()


def test_the_friendly_name_introduces_what_is_read() -> None:
    home = entity("ha/binary_sensor/lumi_3", device_class="smoke")
    said = home.hears("ha/binary_sensor/lumi_3/friendly_name", '"厨房 Smoke"')
    assert (
        DeviceAnnounced(
            "binary_sensor.lumi_3",
            vendor="Home Assistant",
            description="厨房 Smoke",
            suggests="smoke",
        )
        in said
    )
    other = Home("statestream")
    said = other.hears("ha/light/hall/friendly_name", '"Hall"')
    assert not any(isinstance(event, DeviceAnnounced) for event in said)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("battery_level", "63", {"battery 63"}),
        ("battery", "63", {"battery 63"}),
        ("linkquality", "120", {"link_quality 120"}),
        ("battery_level", "null", set()),
        ("supported_features", "1", set()),
    ],
)
def test_battery_and_radio_may_be_attributes(name: str, value: str, expected: set[str]) -> None:
    home = entity("ha/binary_sensor/x", device_class="smoke")
    assert home.says(f"ha/binary_sensor/x/{name}", value) == expected
    assert home.says(f"ha/light/x/{name}", value) == set()


def test_each_entity_is_a_device_of_its_own() -> None:
    (measured,) = [
        event
        for event in Home("statestream").hears("sensor/bath_temperature/state", "21.5")
        if isinstance(event, Measurement)
    ]
    assert (measured.device, measured.part) == ("sensor.bath_temperature", "")


def test_an_attribute_without_its_quotes_is_read_and_half_of_one_is_not() -> None:
    home = Home("statestream")
    home.hears("ha/binary_sensor/x/device_class", "smoke")
    assert "smoke on" in home.says("ha/binary_sensor/x/state", "on")
    with pytest.raises(UnreadableError, match="attribute"):
        home.hears("ha/binary_sensor/x/device_class", '"smo')
