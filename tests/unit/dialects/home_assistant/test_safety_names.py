"""Home Assistant's device class `safety`: what it warns of is in its names, or a role must say."""

from typing import Any

import pytest

from ingest.dialects.installer_settings import InstallerSetting, apply_installer_settings
from ingest.dialects.vocabulary.events import DeviceAnnounced
from tests.unit.dialects.dialect_reader import Home, in_words

DEVICE = {"ids": ["esp-12"], "name": "Box", "mdl": "B1"}


def told(config: dict[str, Any], object_id: str = "x") -> tuple[Home, str]:
    """The home, and the role that is proposed."""
    home = Home("homeassistant")
    found = home.hears(
        f"binary_sensor/esp12/{object_id}/config",
        {"dev": DEVICE, "stat_t": "esp/x", "dev_cla": "safety", **config},
    )
    return home, next(e.suggests for e in found if isinstance(e, DeviceAnnounced))


NAMED: list[tuple[dict[str, Any], str, str]] = [
    ({"name": "Tamper"}, "x", "tamper"),
    ({"name": "Smoke detector tamper"}, "x", "tamper"),
    ({"name": "防拆"}, "x", "tamper"),
    ({"name": "Cover opened"}, "x", "tamper"),
    ({"name": "Carbon monoxide"}, "x", "carbon_monoxide"),
    ({"name": "CO alarm"}, "x", "carbon_monoxide"),
    ({"name": "Smoke and CO detector smoke"}, "x", "smoke"),
    ({"name": "Smoke and CO detector carbon monoxide"}, "x", "carbon_monoxide"),
    ({"name": "Fire"}, "x", "smoke"),
    ({"name": "厨房烟雾报警"}, "x", "smoke"),
    ({"name": "Gas leak"}, "x", "gas_leak"),
    ({"name": "Water leak"}, "x", "water_leak"),
    ({"name": "Fall detected"}, "x", "fall"),
    ({"name": "跌倒"}, "x", "fall"),
    ({"name": "SOS"}, "x", "help_call"),
    ({"name": "Pull cord"}, "x", "help_call"),
    ({"name": "求助"}, "x", "help_call"),
    ({"name": "SOS button battery low"}, "x", "low_battery"),
    ({"name": "Detector fault"}, "x", "device_fault"),
    ({"name": "Mains failure"}, "x", "power_failure"),
    ({"name": "Alarm"}, "bath_tamper", "tamper"),
    ({"name": "Alarm"}, "coAlarm", "carbon_monoxide"),
    ({"obj_id": "kitchen-smoke"}, "x", "smoke"),
    ({"name": "Tamper", "obj_id": "kitchen-smoke"}, "x", "tamper"),
    ({"name": "Alarm", "val_tpl": "{{ value_json.tamper }}"}, "x", "tamper"),
    ({"name": "Alarm", "val_tpl": "{{ value_json['gasAlarm'] }}"}, "x", "gas_leak"),
    ({"val_tpl": "{{ 'ON' if value_json.type == 'fall' else 'OFF' }}"}, "x", "fall"),
    ({"name": None, "dev": {**DEVICE, "name": "Smoke alarm"}}, "x", "smoke"),
]


@pytest.mark.parametrize(("config", "object_id", "kind"), NAMED)
def test_what_is_named_is_stated(config: dict[str, Any], object_id: str, kind: str) -> None:
    """Broken by taking the class alone for a call: a tampered detector rings as a help call."""
    home, _ = told(config, object_id)
    said = {
        "tamper": "ON",
        "gasAlarm": "ON",
        "type": "fall",
    }
    payload: Any = said if "val_tpl" in config else "ON"
    assert home.says("esp/x", payload) == {f"{kind} on"}
    if "val_tpl" not in config:
        assert home.says("esp/x", "OFF") == {f"{kind} off"}


UNCLEAR: list[tuple[dict[str, Any], str]] = [
    ({}, "help_call"),
    ({"name": "Alarm"}, "help_call"),
    ({"name": "Safety"}, "help_call"),
    ({"name": "Status", "val_tpl": "{{ value }}"}, "help_call"),
    ({"name": "Alarm", "dev": {**DEVICE, "name": "Smoke detector"}}, "smoke"),
    ({"name": "Alarm", "dev": {**DEVICE, "mdl": "Gas leak sensor"}}, "gas_leak"),
    ({"name": "Overheating"}, "device_fault"),
    ({"name": "Emergency heating"}, "help_call"),
    ({"name": "Emergency power off"}, "help_call"),
    ({"name": "Gas valve"}, "device_fault"),
    ({"name": "Gas boiler overheated"}, "device_fault"),
    ({"name": "Child lock", "obj_id": "gas_stove"}, "device_fault"),
    ({"name": "Smoke alarm self test"}, "smoke"),
    ({"name": "SOS siren"}, "help_call"),
    ({"name": "Waterfall"}, "help_call"),
]


@pytest.mark.parametrize(("config", "suggests"), UNCLEAR)
def test_what_no_name_tells_waits_for_a_role_that_is_proposed(
    config: dict[str, Any], suggests: str
) -> None:
    home, proposed = told(config)
    events = home.hears("esp/x", "ON")
    assert in_words(events) == {"unclear esp12_x on"}
    assert proposed == suggests
    confirmed = apply_installer_settings(events, lambda _device: InstallerSetting(suggests))
    assert in_words(confirmed) == {f"{suggests} on"}


def test_each_time_it_goes_on_counts_where_it_goes_off_by_itself() -> None:
    """Broken by a state that nobody ends: the second press is none."""
    home, _ = told({"name": "Alarm", "off_dly": 5})
    events = home.hears("esp/x", "ON")
    confirmed = apply_installer_settings(events, lambda _device: InstallerSetting("help_call"))
    assert in_words(confirmed) == {"help_call on event"}


def test_the_proposal_stays_when_the_device_tells_of_its_other_parts() -> None:
    home, proposed = told({"name": "Alarm"})
    found = home.hears(
        "sensor/esp12/t/config", {"dev": DEVICE, "stat_t": "esp/t", "dev_cla": "temperature"}
    )
    assert [e.suggests for e in found if isinstance(e, DeviceAnnounced)] == [proposed]
