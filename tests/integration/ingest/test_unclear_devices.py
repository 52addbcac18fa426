"""What a device means by itself is unclear until somebody says so, and what was no device goes."""

import pytest

from tests.integration.ingest.bulk_lane import EUI, Z2M, Lane, bind_lorawan, lane

__all__ = ["lane"]


@pytest.mark.parametrize("off_delay", [{}, {"off_dly": 5}])
def test_a_safety_sensor_calls_once_the_installer_confirms(
    lane: Lane, off_delay: dict[str, int]
) -> None:
    config = {"stat_t": "esp/s", "dev_cla": "safety", "dev": {"ids": ["esp-1"]}, **off_delay}
    topic = "homes/H0001/homeassistant"
    lane.gets(f"{topic}/binary_sensor/esp-1/s/config", config, retain=True)
    lane.gets(f"{topic}/esp/s", "ON")
    assert lane.open() == [("unconfirmed_press", 1)], "no call, but the desk is warned"
    assert lane.device("esp-1")[3:] == ("help_call", None, "esp-1_s on")
    lane.closes()
    lane.role("esp-1", "help_call")
    lane.gets(f"{topic}/esp/s", "ON")
    lane.gets(f"{topic}/esp/s", "ON")
    assert lane.open() == [("help_call", 2 if off_delay else 1)]


def test_a_trackers_sos_key_calls_once_the_installer_says_so(lane: Lane) -> None:
    topic = f"application/a/device/{EUI}/event/up"
    bind_lorawan(lane, "chirpstack", EUI)
    lane.role("smoke-1", "help_call")
    lane.gets(topic, {"object": {"ALARM_status": "FALSE", "LON": "ON", "Bat": 3.9}})
    assert lane.alarms() == []
    lane.gets(topic, {"object": {"ALARM_status": "TRUE", "LON": "ON", "Bat": 3.0}})
    assert lane.alarms() == [("help_call", 1, False)]
    lane.gets(topic, {"object": {"ALARM_status": "FALSE", "LON": "ON", "Bat": 3.8}})
    lane.gets(topic, {"object": {"ALARM_status": "TRUE", "LON": "ON", "Bat": 3.8}})
    assert lane.alarms() == [("help_call", 2, False)]
    assert lane.metrics("battery", "battery_voltage")[1] == ("smoke-1", None, 3.0)


def test_a_group_is_not_found_as_a_device(lane: Lane) -> None:
    lane.gets(f"{Z2M}/bridge/groups", [{"id": 1, "friendly_name": "lights"}], retain=True)
    lane.restarts()
    lane.gets(f"{Z2M}/lights/availability", {"state": "online"}, retain=True)
    lane.gets(f"{Z2M}/bath/availability", {"state": "online"}, retain=True)
    assert lane.world.sql("SELECT code FROM devices WHERE dialect = 'zigbee2mqtt'") == ["bath"]


def test_a_group_that_was_taken_for_a_device_is_forgotten(lane: Lane) -> None:
    """At the first contact retained topics come in any order."""
    lane.gets(f"{Z2M}/lights/availability", {"state": "online"}, retain=True)
    lane.gets(f"{Z2M}/pads/availability", {"state": "online"}, retain=True)
    lane.gets(f"{Z2M}/pads", {"occupancy": True})
    groups = [{"id": 1, "friendly_name": "lights"}, {"id": 2, "friendly_name": "pads"}]
    lane.gets(f"{Z2M}/bridge/groups", groups, retain=True)
    assert lane.world.sql("SELECT code FROM devices WHERE dialect = 'zigbee2mqtt'") == ["pads"]
    lane.gets(f"{Z2M}/lights/availability", {"state": "offline"}, retain=True)
    assert lane.world.sql("SELECT code FROM devices WHERE dialect = 'zigbee2mqtt'") == ["pads"]
    assert lane.dead() == []


def test_a_fault_of_a_flood_sensor_ends_with_a_whole_status_without_errors(lane: Lane) -> None:
    shelly = "homes/H0001/shelly/flood"
    unplugged = {"component": "flood:0", "event": "cable_unplugged", "ts": 1795248000.1}
    said = {"method": "NotifyEvent", "params": {"ts": 1795248000.1, "events": [unplugged]}}
    lane.gets(f"{shelly}/events/rpc", said)
    lane.gets(f"{shelly}/status/flood:0", {"id": 0, "alarm": None, "errors": ["cable_unplugged"]})
    assert lane.alarms() == [("device_fault", 1, False)]
    lane.gets(f"{shelly}/status/flood:0", {"id": 0, "alarm": False, "mute": False})
    assert lane.alarms() == [("device_fault", 1, True)]
