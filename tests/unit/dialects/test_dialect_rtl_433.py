"""rtl_433's events, from its documentation of fields and of its devices."""

from typing import Any

import pytest

from ingest.dialects.installer_settings import InstallerSetting, apply_installer_settings
from ingest.dialects.rtl_433.reader import MAX_DEVICES
from ingest.dialects.vocabulary.events import DeviceAnnounced, Measurement, Statement
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home, in_words

TOPIC = "pi/events"
HONEYWELL = {"model": "Honeywell-Security", "id": "5a3c1", "channel": 8, "event": "80"}
DSC = {"model": "DSC-Security", "id": 1234567, "event": 1, "status": 130, "esn": "12d687"}
INTERLOGIX = {"model": "Interlogix-Security", "id": "a1b2c3", "raw_message": "16a4c0"}

SAID: list[tuple[dict[str, Any], set[str]]] = [
    # fields that mean the same everywhere
    ({"temperature_C": 21.5, "humidity": 40}, {"temperature 21.5", "humidity 40"}),
    ({"temperature_F": 50.0}, {"temperature 10"}),
    ({"temperature_2_C": 19.0}, {"temperature 19"}),
    ({"battery_ok": 1}, {"low_battery off"}),
    ({"battery_ok": 0}, {"low_battery on"}),
    ({"battery_ok": 0.4}, {"battery 40"}),
    ({"battery_ok": 255}, set()),
    ({"battery": "LOW"}, {"low_battery on"}),
    ({"battery_V": 2.9}, {"battery_voltage 2.9"}),
    ({"battery_mV": 2900}, {"battery_voltage 2.9"}),
    ({"tamper": 1}, {"tamper on"}),
    ({"motion": 1}, {"motion on"}),
    ({"pressure_hPa": 1013.0, "moisture": 40}, {"pressure 1013"}),
    ({"detect_wet": 1}, {"water_leak on"}),
    ({"alarm": 1}, {"unclear alarm on"}),
    ({"test": 1}, {"tested itself"}),
    # contacts
    (
        {**HONEYWELL, "state": "open", "contact_open": 1, "reed_open": 0, "alarm": 0, "tamper": 0},
        {"door on", "unclear contact on", "unclear alarm off", "tamper off"},
    ),
    ({**HONEYWELL, "state": "closed"}, {"door off", "unclear contact off"}),
    (
        {**DSC, "closed": 0, "tamper": 0, "battery_ok": 1},
        {"door on", "unclear contact on", "tamper off", "low_battery off"},
    ),
    ({**DSC, "closed": 1}, {"door off", "unclear contact off"}),
    (
        {"model": "SimpliSafe-Sensor", "id": "1A2B3", "state": 1, "extradata": "Contact Open"},
        {"door on", "unclear contact on"},
    ),
    (
        {"model": "SimpliSafe-Sensor", "id": "1A2B3", "state": 2, "extradata": "Contact Closed"},
        {"door off", "unclear contact off"},
    ),
    ({"model": "SimpliSafe-Sensor", "id": "1A2B3", "state": 3, "extradata": "Alarm Off"}, set()),
    ({**INTERLOGIX, "subtype": "contact", "switch1": "OPEN", "battery_ok": 1}, {
        "door on", "low_battery off"}),
    ({**INTERLOGIX, "subtype": "contact", "switch1": "CLOSED", "switch3": "OPEN"}, {"door off"}),
    ({**INTERLOGIX, "subtype": "motion", "switch1": "OPEN"}, {"motion on"}),
    ({**INTERLOGIX, "subtype": "smoke", "switch1": "OPEN"}, {"smoke on"}),
    ({**INTERLOGIX, "subtype": "smoke", "switch1": "CLOSED"}, {"smoke off"}),
    ({**INTERLOGIX, "subtype": "unknown", "switch1": "OPEN"}, {"unclear switch1 on"}),
    (
        {**INTERLOGIX, "subtype": "keyfob", "switch1": "OPEN", "switch4": "CLOSED"},
        {"pressed button_4"},
    ),
    ({"model": "Kerui-Security", "id": 7, "cmd": 14, "state": "open"}, {"door on"}),
    ({"model": "Kerui-Security", "id": 7, "cmd": 10, "state": "motion"}, {"motion on"}),
    ({"model": "Kerui-Security", "id": 7, "cmd": 11, "state": "tamper"}, {"tamper on event"}),
    ({"model": "Kerui-Security", "id": 7, "cmd": 15, "state": "battery"}, {
        "low_battery on event"}),
    ({"model": "Visonic-Powercode", "id": "6f4770", "alarm": 1, "tamper": 0}, {
        "unclear alarm on", "tamper off"}),
    # dangers
    ({"model": "Smoke-GS558", "id": 4321, "unit": 7, "learn": 0}, {"smoke on event"}),
    ({"model": "Smoke-GS558", "id": 4321, "unit": 7, "learn": 1}, set()),
    ({"model": "Bresser-Leakage", "id": "a1", "channel": 1, "alarm": 1}, {"water_leak on"}),
    ({"model": "Bresser-Leakage", "id": "a1", "channel": 1, "alarm": 0}, {"water_leak off"}),
    ({"model": "Govee-Water", "id": 9, "event": "Water Leak"}, {"water_leak on event"}),
    ({"model": "Govee-Water", "id": 9, "event": "Water Leak", "detect_wet": 1}, {"water_leak on"}),
    ({"model": "Govee-Water", "id": 9, "event": "Heartbeat"}, set()),
    ({"model": "Govee-Contact", "id": 9, "event": "Open"}, {"door on"}),
    ({"model": "Cavius-Security", "id": 3, "text": "Fire alarm"}, {"smoke on event"}),
    ({"model": "Cavius-Security", "id": 3, "text": "Test alarm"}, {"tested itself"}),
    ({"model": "Cavius-Security", "id": 3, "text": "Alarm muted"}, set()),
    ({"model": "Cavius-Security", "id": 3, "text": "Battery low"}, {"low_battery on event"}),
    ({"model": "X10-Security", "id": "9e5f", "event": "PANIC"}, {"help_call on event"}),
    ({"model": "X10-Security", "id": "9e5f", "event": "DOOR/WINDOW OPEN"}, {"door on"}),
    ({"model": "X10-Security", "id": "9e5f", "event": "DOOR/WINDOW CLOSED"}, {"door off"}),
    ({"model": "X10-Security", "id": "9e5f", "event": "MOTION TRIPPED"}, {"motion on"}),
    ({"model": "X10-Security", "id": "9e5f", "event": "MOTION READY"}, {"motion off"}),
    (
        {"model": "SimpliSafe-Keypad", "id": "1A", "extradata": "Keypad Panic Button"},
        {"help_call on event"},
    ),
    ({"model": "SimpliSafe-Keypad", "id": "1A", "extradata": "Disarm Pin: 1234"}, set()),
    ({"model": "Acme-Smoke", "id": 1, "event": "alarm"}, {"smoke on event"}),
    ({"model": "Acme-Smoke", "id": 1, "code": "71a3", "mic": "CRC"}, {"smoke on event"}),
    ({"model": "Acme-Smoke", "id": 1, "code": "71a3", "learn": 1}, set()),
    ({"model": "Acme-Smoke", "id": 1, "status": 3}, set()),
    ({"model": "Acme-1", "id": 1, "event": "alarm"}, {"pressed alarm"}),
    # names of old releases
    ({"model": "DSC Contact", "id": 1, "closed": 1}, {"door off", "unclear contact off"}),
    ({"model": "SimpliSafe Sensor", "device": "1A", "state": 1}, {
        "door on", "unclear contact on"}),
    ({"model": "Interlogix", "device_type": "motion", "switch1": "OPEN"}, {"motion on"}),
    # codes
    ({"model": "Generic-Remote", "id": 11868, "cmd": 18, "tristate": "0Z"}, {"pressed cmd_18"}),
    ({"model": "Akhan-100F14", "id": "0x5f", "data": "0x8 (Alarm)"}, {"pressed alarm"}),
    ({"model": "Markisol", "id": "1A2B", "control": "Up (12)", "channel": 1}, {"pressed up"}),
    ({"model": "Chuango-Security", "id": 5, "cmd": "24H Zone", "cmd_id": 11}, {
        "pressed 24h zone"}),
    ({"model": "Chuango-Security", "id": 5, "cmd": "Low Battery"}, {"low_battery on event"}),
    ({"model": "Chuango-Security", "id": 5, "cmd": "?"}, set()),
    ({"model": "Some-Remote", "id": 5, "button": 3}, {"pressed button_3"}),
    # nothing of a home
    ({"model": "Renault", "type": "TPMS", "id": "4a", "pressure_kPa": 230.0}, set()),
    ({"model": None, "temperature_C": 20.0}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), SAID)
def test_an_event_says(fields: dict[str, Any], expected: set[str]) -> None:
    message = {"time": "2026-11-21 08:00:00", "model": "Acme-1", "id": 1, **fields}
    assert Home("rtl_433").says(TOPIC, message) == expected


@pytest.mark.parametrize("topic", ["pi/devices/Acme-1/1/temperature_C", "pi/states", "pi/other"])
def test_what_it_says_once_more_is_not_read(topic: str) -> None:
    assert Home("rtl_433").says(topic, {"model": "Acme-1", "id": 1, "temperature_C": 20}) == set()


NAMES: list[tuple[dict[str, Any], str]] = [
    ({"model": "Acme-1", "id": 7, "channel": 2}, "Acme-1/2/7"),
    ({"model": "Acme-1", "channel": "A"}, "Acme-1/A"),
    ({"model": "Acme-1", "id": "a/b+#"}, "Acme-1/a_b__"),
    ({"model": "Cavius-Security", "senderid": 9}, "Cavius-Security/9"),
    ({"model": "SimpliSafe Sensor", "device": "1A2B3"}, "SimpliSafe Sensor/1A2B3"),
]


@pytest.mark.parametrize(("fields", "device"), NAMES)
def test_a_device_is_named_as_in_its_own_topics(fields: dict[str, Any], device: str) -> None:
    events = Home("rtl_433").hears(TOPIC, {**fields, "temperature_C": 20.0})
    (measured,) = [found for found in events if isinstance(found, Measurement)]
    assert measured.device == device


@pytest.mark.parametrize(
    ("time", "hour"),
    [
        ("2026-11-21T16:00:00+0800", 8),
        ("2026-11-21T08:00:00Z", 8),
        ("1795248000", 8),
        ("2026-11-21 16:00:00", None),
        ("@0.5s", None),
    ],
)
def test_only_a_time_with_a_zone_is_one(time: str, hour: int | None) -> None:
    events = Home("rtl_433").hears(TOPIC, {"model": "A", "id": 1, "humidity": 40, "time": time})
    (measured,) = [found for found in events if isinstance(found, Measurement)]
    assert (measured.claimed.hour if measured.claimed else None) == hour


def test_the_model_suggests_what_a_device_is_there_for() -> None:
    said = {"model": "Smoke-GS558", "id": 1, "unit": 2, "learn": 0}
    announced = [e for e in Home("rtl_433").hears(TOPIC, said) if isinstance(e, DeviceAnnounced)]
    assert announced == [
        DeviceAnnounced("Smoke-GS558/1/2", vendor="rtl_433", model="Smoke-GS558", suggests="smoke")
    ]


CODE = {"model": "Generic-Remote", "id": 11868, "cmd": 18}
ROLES: list[tuple[InstallerSetting, set[str]]] = [
    (InstallerSetting(), {"pressed cmd_18"}),
    (InstallerSetting("help_call"), {"help_call on event"}),
    (InstallerSetting("smoke"), {"smoke on event"}),
    (InstallerSetting("water_leak"), {"water_leak on event"}),
    (InstallerSetting("motion"), {"motion on"}),
    (InstallerSetting("door"), {"door on"}),
    (InstallerSetting("help_call", frozenset({"cmd_18"})), {"help_call on event"}),
    (InstallerSetting("help_call", frozenset({"cmd_3"})), {"pressed cmd_18"}),
    (InstallerSetting("smoke", frozenset({"cmd_18"})), {"smoke on event"}),
    (InstallerSetting("", frozenset({"cmd_18"})), {"help_call on event"}),
    (InstallerSetting("help_call", frozenset()), {"pressed cmd_18"}),
]


@pytest.mark.parametrize(("setting", "expected"), ROLES)
def test_a_role_says_what_a_code_means(setting: InstallerSetting, expected: set[str]) -> None:
    events = Home("rtl_433").hears(TOPIC, CODE)
    assert in_words(apply_installer_settings(events, lambda _device: setting)) == expected


def test_each_code_of_a_detector_is_an_occurrence() -> None:
    """Nothing ends it. Broken by a state: the second fire would be the first, said again."""
    events = Home("rtl_433").hears(TOPIC, {"model": "Smoke-GS558", "id": 1, "learn": 0})
    (smoke,) = [found for found in events if isinstance(found, Statement)]
    assert smoke.event


def test_a_home_has_room_for_so_many_and_for_every_danger() -> None:
    """Any neighbour's sensor is heard, and noise is taken for codes."""
    home = Home("rtl_433")
    for number in range(MAX_DEVICES):
        home.hears(TOPIC, {**CODE, "id": number})
    assert home.hears(TOPIC, {**CODE, "id": "new"}) == []
    assert home.says(TOPIC, {**CODE, "id": 5}) == {"pressed cmd_18"}
    assert home.says(TOPIC, {"model": "Smoke-GS558", "id": 1}) == {"smoke on event"}
    assert home.says(TOPIC, {"model": "Acme-1", "id": 1, "battery_ok": 0}) == set()


@pytest.mark.parametrize("payload", ["[]", "7", "{", '"x"'])
def test_an_event_that_is_none_is_unreadable(payload: str) -> None:
    with pytest.raises(UnreadableError):
        Home("rtl_433").hears(TOPIC, payload)
