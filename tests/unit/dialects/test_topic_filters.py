"""The topics of one device: all that it says arrives by them."""

from typing import Any

import paho.mqtt.client as mqtt
import pytest

from ingest.dialects.readers import DIALECTS
from ingest.dialects.topic_filters import topic_filters_of
from ingest.service import LANES
from ingest.topics import Leaf, cutover_topic, parse_topic
from tests.unit.dialects.dialect_reader import Home

SAID: list[tuple[str, str, Any]] = [
    ("zigbee2mqtt", "床 边/SOS", {"action": "sos"}),
    ("zigbee2mqtt", "Bath/smoke", "true"),
    ("tasmota", "tele/kitchen/SENSOR", {"Switch1": "ON"}),
    ("tasmota", "kitchen/stat/RESULT", {"Button1": {"Action": "SINGLE"}}),
    ("tasmota", "tele/bridge/SENSOR", {"ZbReceived": {"0x1": {"Name": "Stove", "Fire": 1}}}),
    ("shelly", "home/bath/status/flood:0", {"alarm": True}),
    ("shelly", "shellies/shellysmoke-1/sensor/smoke", "true"),
    (
        "shelly",
        "gw/events/rpc",
        {
            "method": "NotifyEvent",
            "params": {"events": [{"component": "bthomedevice:200", "event": "long_push"}]},
        },
    ),
    ("homie", "dev/hall/smoke", "true"),
    ("homie", "5/dev/hall/smoke", "true"),
    ("rtl_433", "pi/events", {"model": "Smoke-GS558", "id": 1}),
    ("esphome", "kitchen/binary_sensor/smoke/state", "ON"),
    (
        "chirpstack",
        "application/a/device/0011aabb/event/up",
        {"deviceInfo": {"devEui": "0011AABB"}, "object": {"water_leak": "leak"}},
    ),
]


@pytest.mark.parametrize(("dialect", "topic", "payload"), SAID)
def test_what_a_device_says_matches_its_filters(dialect: str, topic: str, payload: Any) -> None:
    device = next(e.device for e in Home(dialect).hears(topic, payload) if hasattr(e, "device"))
    assert any(mqtt.topic_matches_sub(f, topic) for f in topic_filters_of(dialect, device, None))


def test_topics_of_a_discovered_device_are_those_its_configs_name() -> None:
    home = Home("homeassistant")
    for name, owner in (("a", "d1"), ("b", "d1"), ("c", "d2"), ("#", "d1")):
        config = {"stat_t": f"esp/{name}", "dev_cla": "smoke", "dev": {"ids": [owner]}}
        home.hears(f"binary_sensor/x{ord(name)}/config", config)
    known = home.knowledge.known["homeassistant"]
    assert topic_filters_of("homeassistant", "d1", known) == ("esp/a", "esp/b")


def test_topics_of_an_entity_are_those_it_has_spoken_on() -> None:
    home = Home("statestream")
    for path in ("binary_sensor/smoke", "home/ha/binary_sensor/smoke", "ha/binary_sensor/smoke_2"):
        home.hears(f"{path}/device_class", '"smoke"')
    known = home.knowledge.known["statestream"]
    filters = topic_filters_of("statestream", "binary_sensor.smoke", known)
    assert filters == ("binary_sensor/smoke/+", "home/ha/binary_sensor/smoke/+")


def test_an_entity_that_only_its_name_explains_has_topics_too() -> None:
    """Broken by keeping only entities that have attributes: their fires waited behind readings."""
    home = Home("statestream")
    home.hears("ha/binary_sensor/kitchen_smoke/state", "off")
    known = home.knowledge.known["statestream"]
    filters = topic_filters_of("statestream", "binary_sensor.kitchen_smoke", known)
    assert filters == ("ha/binary_sensor/kitchen_smoke/+",)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("device", ["", "a+b", "a/#", "a\x00"])
def test_a_name_that_would_open_a_filter_gets_none(dialect: str, device: str) -> None:
    assert topic_filters_of(dialect, device, None) == ()


def test_a_device_of_the_things_stack_is_told_by_its_name_there() -> None:
    """Its EUI is not in the topic; application and name there are what the installer registers.
    Broken by a filter that takes the commands, too: what we send would come back as news."""
    (pattern,) = topic_filters_of("ttn", "care@ttn/sos-bad", None)
    assert mqtt.topic_matches_sub(pattern, "v3/care@ttn/devices/sos-bad/up")
    assert not mqtt.topic_matches_sub(pattern, "v3/care@ttn/devices/sos-bad/down/push")
    assert not mqtt.topic_matches_sub(pattern, "v3/care@ttn/devices/sos-bath/up")
    assert topic_filters_of("ttn", "70b3d57ed0000000", None) == ()


@pytest.mark.parametrize(
    ("dialect", "network_id"),
    [("zigbee2mqtt", None), ("chirpstack", "0011aabb"), ("ttn", "care@ttn/sos-bad")],
)
def test_a_mark_comes_by_the_filter_that_brings_the_device(
    dialect: str, network_id: str | None
) -> None:
    """Broken by a mark below homes/ for a device of a network server: a broker keeps no order
    between two filters, and a press before the mark may then count twice."""
    topic = cutover_topic("H0001", dialect, network_id)
    said = {
        "zigbee2mqtt": "homes/H0001/zigbee2mqtt/bath",
        "chirpstack": "application/1/device/0011aabb/event/up",
        "ttn": "v3/care@ttn/devices/sos-bad/up",
    }[dialect]
    bulk = next(spec for spec in LANES if spec.name == "bulk")
    (both,) = [t for t in bulk.topics if mqtt.topic_matches_sub(t, topic)]
    assert mqtt.topic_matches_sub(both, said)
    assert parse_topic(topic).leaf is Leaf.CUTOVER
