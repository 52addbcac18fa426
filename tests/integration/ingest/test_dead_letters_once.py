"""What cannot be read is told, once a device, with what to do; what only clears a topic is not."""

from typing import Any

import pytest

from tests.integration.ingest.bulk_lane import EUI, SMOKE, Z2M, Lane, bind_lorawan, lane

__all__ = ["lane"]


REGEX = "{{ 'ON' if value == 'ON' else (value | regex_match('O.') | iif('ON', 'OFF')) }}"


def test_a_template_that_is_refused_when_it_runs_is_told_once(lane: Lane) -> None:
    """Broken by silence, or by a letter with each message: 300 a day of one sensor."""
    config = {"stat_t": "esp/s", "dev_cla": "smoke", "val_tpl": REGEX, "dev": {"ids": ["esp-1"]}}
    topic = "homes/H0001/homeassistant"
    lane.gets(f"{topic}/binary_sensor/esp-1/s/config", config, retain=True)
    assert lane.dead() == []
    for _ in range(3):
        lane.gets(f"{topic}/esp/s", "OFF")
        lane.restarts()
    (reason,) = lane.dead()
    assert reason.startswith("template: ")
    assert "esp-1 esp-1_s stays silent" in reason
    lane.gets(f"{topic}/esp/s", "ON")
    assert lane.alarms() == [("smoke", 1, False)]


def test_a_refused_part_of_a_config_is_told_once_however_often_it_comes(lane: Lane) -> None:
    parts = {
        "w": {"p": "binary_sensor", "device_class": "moisture", "state_topic": "esp/w"},
        "up": {"p": "sensor", "state_topic": "esp/up", "value_template": "{% for x in y %}"},
    }
    for _ in range(3):
        config = {"dev": {"ids": ["esp-1"]}, "cmps": parts}
        lane.gets("homes/H0001/homeassistant/device/esp-1/config", config, retain=True)
    (reason,) = lane.dead()
    assert reason.startswith("taken in nevertheless: esp-1 up: template: ")


def test_a_config_that_is_refused_as_a_whole_is_told_once(lane: Lane) -> None:
    config = {"stat_t": "esp/s", "val_tpl": "{{ value | regex_match('a') }}", "dev": {"ids": ["e"]}}
    for _ in range(3):
        lane.gets("homes/H0001/homeassistant/sensor/e/s/config", config, retain=True)
        lane.restarts()
    (reason,) = lane.dead()
    assert "regex_match" in reason


UNDECODED: list[tuple[str, str, Any, str]] = [
    ("chirpstack", f"application/a/device/{EUI}/event/up", {"data": "AQ=="}, "codec: "),
    ("chirpstack", f"application/a/device/{EUI}/event/up", b"\x0a\x24abc", "payload: "),
    ("ttn", "v3/app@ttn/devices/d/up", {"uplink_message": {"frm_payload": "AQ=="}}, "codec: "),
]


@pytest.mark.parametrize(("dialect", "topic", "payload", "reason"), UNDECODED)
def test_an_uplink_that_nobody_has_decoded_is_told_once_a_device(
    lane: Lane, dialect: str, topic: str, payload: Any, reason: str
) -> None:
    """Broken by silence, or by a letter with each of its uplinks."""
    bind_lorawan(lane, dialect, EUI if dialect == "chirpstack" else "app@ttn/d")
    for _ in range(3):
        lane.gets_all([(topic, payload), (topic, payload)])
        lane.restarts()
    (told,) = lane.dead()
    assert told.startswith(reason)
    lane.world.sql("UPDATE dead_letters SET replayed_at = now()")
    lane.gets(topic, payload)
    assert len(lane.dead()) == 2, "what comes back after it was processed is told again"


CLEARED = [
    f"{Z2M}/厨房/smoke",
    f"{Z2M}/bridge/devices",
    f"{Z2M}/bridge/event",
    "homes/H0001/tasmota/discovery/A/config",
    "homes/H0001/tasmota/tele/k/LWT",
    "homes/H0001/shelly/p/status/smoke:0",
    "homes/H0001/shelly/p/events/rpc",
    "homes/H0001/homie/5/d/$description",
    "homes/H0001/homie/d/n/smoke",
    "homes/H0001/homeassistant/sensor/a/config",
    "homes/H0001/homeassistant/a/smoke",
    f"application/a/device/{EUI}/event/up",
    "v3/app@ttn/devices/d/up",
    "homes/H0001/status",
    "homes/H0001/smoke-1/status",
    "homes/H9999/zigbee2mqtt/bath",
]


@pytest.mark.parametrize("retain", [True, False])
@pytest.mark.parametrize("topic", CLEARED)
def test_clearing_a_retained_topic_is_no_dead_letter(lane: Lane, topic: str, retain: bool) -> None:
    """Who hears it at once gets it without the mark of a retained one."""
    lane.gets(f"{Z2M}/bridge/devices", [SMOKE], retain=True)
    lane.gets(f"{Z2M}/厨房/smoke", {"smoke": True})
    lane.gets(topic, b"", retain=retain)
    assert lane.dead() == []
    assert lane.alarms() == [("smoke", 1, False)]


@pytest.mark.parametrize(("retain", "dead"), [(True, 0), (False, 1)])
def test_an_empty_reading_that_clears_nothing_is_a_dead_letter(
    lane: Lane, retain: bool, dead: int
) -> None:
    """Broken by taking it for a cleared topic: nobody retains these, so a hub has failed."""
    lane.gets("homes/H0001/smoke-1/reading", b"", retain=retain)
    assert len(lane.dead()) == dead


def test_clearing_a_topic_of_no_format_is_no_dead_letter(lane: Lane) -> None:
    lane.gets("homes/H0001/esp/binary_sensor/smoke/state", b"", retain=True)
    assert lane.dead() == []
