"""The topics of one device: all that it says arrives by them."""

from typing import Any

import paho.mqtt.client as mqtt
import pytest

from ingest.dialects import DIALECTS
from ingest.dialects.urgent import filters_of
from tests.unit.dialect_help import Home

SAID: list[tuple[str, str, Any]] = [
    ("zigbee2mqtt", "床 边/SOS", {"action": "sos"}),
    ("zigbee2mqtt", "Bath/smoke", "true"),
    ("tasmota", "tele/kitchen/SENSOR", {"Switch1": "ON"}),
    ("tasmota", "kitchen/stat/RESULT", {"Button1": {"Action": "SINGLE"}}),
    ("tasmota", "tele/bridge/SENSOR", {"ZbReceived": {"0x1": {"Name": "Stove", "Fire": 1}}}),
    ("shelly", "home/bath/status/flood:0", {"alarm": True}),
    ("shelly", "shellies/shellysmoke-1/sensor/smoke", "true"),
    ("shelly", "gw/events/rpc",
     {"method": "NotifyEvent",
      "params": {"events": [{"component": "bthomedevice:200", "event": "long_push"}]}}),
    ("homie", "dev/hall/smoke", "true"),
    ("homie", "5/dev/hall/smoke", "true"),
    ("chirpstack", "application/a/device/0011aabb/event/up",
     {"deviceInfo": {"devEui": "0011AABB"}, "object": {"water_leak": "leak"}}),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "topic", "payload"), SAID)
def test_what_a_device_says_matches_its_filters(dialect: str, topic: str, payload: Any) -> None:
    (finding, *_) = Home(dialect).hears(topic, payload)
    device = getattr(finding, "device", "")
    assert any(mqtt.topic_matches_sub(f, topic) for f in filters_of(dialect, device, None))


def test_topics_of_a_discovered_device_are_those_its_configs_name() -> None:
    home = Home("homeassistant")
    for name, owner in (("a", "d1"), ("b", "d1"), ("c", "d2"), ("#", "d1")):
        config = {"stat_t": f"esp/{name}", "dev_cla": "smoke", "dev": {"ids": [owner]}}
        home.hears(f"binary_sensor/x{ord(name)}/config", config)
    known = home.knowledge.known["homeassistant"]
    assert filters_of("homeassistant", "d1", known) == ("esp/a", "esp/b")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("device", ["", "a+b", "a/#", "a\x00"])
def test_a_name_that_would_open_a_filter_gets_none(dialect: str, device: str) -> None:
    assert filters_of(dialect, device, None) == ()
