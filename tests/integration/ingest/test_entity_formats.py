"""Homes whose hub is Home Assistant or a few ESPHome nodes, from the payload to the alarm."""

import paho.mqtt.client as mqtt
import pytest

from ingest.lanes.urgent_topics import UrgentTopics
from ingest.packets import Message
from ingest.writing.batch_writer import URGENT_LEAVES, BatchWriter
from ingest.writing.last_seen import LastSeen
from store.alarm.kinds import URGENT_KINDS
from store.intake import urgent_devices
from tests.integration.ingest.bulk_lane import Lane
from tests.world import World

BASES = ["homeassistant", "statestream", "statestream/ha", "haus", "my/hub"]


@pytest.fixture
def lane(world: World) -> Lane:
    return Lane(world)


@pytest.mark.parametrize("base", BASES)
def test_a_fire_that_home_assistant_states_is_an_alarm_until_it_is_over(
    lane: Lane, base: str
) -> None:
    """Whatever its base topic, and though a state comes before the class that explains it."""
    entity = f"homes/H0001/{base}/binary_sensor/lumi_3"
    lane.gets(f"{entity}/state", "on", retain=True)
    assert lane.alarms() == []
    lane.gets(f"{entity}/device_class", '"smoke"', retain=True)
    lane.gets(f"{entity}/friendly_name", '"厨房 Smoke"', retain=True)
    assert lane.alarms() == [("smoke", 1, False)]
    assert lane.device("binary_sensor.lumi_3")[0] == "statestream"
    lane.restarts()
    lane.gets(f"{entity}/state", "unavailable", retain=True)
    assert lane.device("binary_sensor.lumi_3")[4] is False
    assert lane.alarms() == [("smoke", 1, False)]
    lane.gets(f"{entity}/state", "off", retain=True)
    assert lane.device("binary_sensor.lumi_3")[4] is True
    assert lane.alarms() == [("smoke", 1, True)]
    assert lane.dead() == []


def test_a_fire_known_by_its_name_ends_when_the_class_is_known_too(lane: Lane) -> None:
    """Broken by calling the entity's part otherwise before its class has come: the fire stayed."""
    entity = "homes/H0001/ha/binary_sensor/kitchen_smoke"
    lane.gets(f"{entity}/state", "on", retain=True)
    assert lane.alarms() == [("smoke", 1, False)]
    lane.gets(f"{entity}/device_class", '"smoke"', retain=True)
    lane.gets(f"{entity}/state", "off", retain=True)
    assert lane.alarms() == [("smoke", 1, True)]


def test_numbers_of_a_home_assistant_without_attributes_are_read(lane: Lane) -> None:
    base = "homes/H0001/haus"
    lane.gets(f"{base}/binary_sensor/front_door/state", "on")
    lane.gets(f"{base}/sensor/bath_temperature/state", "21.5")
    assert ("sensor.bath_temperature", 21.5) in lane.metrics("temperature")
    assert lane.dead() == []


def test_a_press_counts_each_time_and_not_with_another_attribute(lane: Lane) -> None:
    """Broken by dropping the mark: a changed name would call for help."""
    button = "homes/H0001/ha/event/sos_bed"
    for time in ("2026-11-21T08:00:00+00:00", "2026-11-21T08:00:30+00:00"):
        lane.gets(f"{button}/state", time, retain=True)
        for _ in range(2):
            lane.gets(f"{button}/event_type", '"emergency"', retain=False)
    assert lane.alarms() == [("help_call", 2, False)]


def test_a_config_wins_over_the_form_of_a_topic(lane: Lane) -> None:
    topic = "homes/H0001/homeassistant/binary_sensor/garden/state"
    config = {"stat_t": topic, "dev_cla": "smoke", "pl_on": "JA", "dev": {"ids": ["g"]}}
    lane.gets("homes/H0001/homeassistant/binary_sensor/garden/config", config, retain=True)
    lane.gets(topic, "JA")
    assert lane.device("g")[0] == "homeassistant"
    assert lane.alarms() == [("smoke", 1, False)]


@pytest.mark.parametrize(
    "topic",
    [
        "esphome/kitchen/binary_sensor/smoke/state",
        "kitchen/binary_sensor/smoke/state",
        "statestream/binary_sensor/smoke/state",
        "rtl_433/pi/devices/Acme/7/state",
        "rtl_433/pi/events",
    ],
)
def test_a_config_wins_wherever_its_topic_lies(lane: Lane, topic: str) -> None:
    """Broken by reading a format's own place without asking the configs: what a maker inverts or
    calls otherwise was read wrongly."""
    state = f"homes/H0001/{topic}"
    config = {"stat_t": state, "dev_cla": "gas", "pl_on": "OFF", "dev": {"ids": ["g"]}}
    lane.gets("homes/H0001/homeassistant/binary_sensor/g/config", config, retain=True)
    lane.gets(state, "OFF")
    assert lane.alarms() == [("gas_leak", 1, False)]
    assert lane.device("g")[0] == "homeassistant"
    assert lane.dead() == []


@pytest.mark.parametrize("node", ["kitchen-node", "esphome/kitchen-node"])
def test_an_esphome_node_without_discovery_is_heard(lane: Lane, node: str) -> None:
    base = f"homes/H0001/{node}"
    lane.gets(f"{base}/status", "online", retain=True)
    lane.gets(f"{base}/debug", "[D][binary_sensor:036]: Sending state ON")
    lane.gets(f"{base}/binary_sensor/kitchen_smoke/state", "ON", retain=True)
    assert lane.alarms() == [("smoke", 1, False)]
    assert lane.device("kitchen-node")[:2] == ("esphome", "ESPHome"), "not of our own by its birth"
    lane.gets(f"{base}/sensor/room_temperature/state", "19.5")
    assert lane.metrics("temperature") == [("kitchen-node", 19.5)]
    lane.gets(f"{base}/binary_sensor/kitchen_smoke/state", "OFF", retain=True)
    assert lane.alarms() == [("smoke", 1, True)]
    lane.gets(f"{base}/status", "offline", retain=True)
    assert lane.device("kitchen-node")[4] is False
    assert lane.dead() == []


def test_an_input_of_a_node_is_what_the_installer_says(lane: Lane) -> None:
    state = "homes/H0001/bath/binary_sensor/gpio_4/state"
    lane.gets(state, "OFF")
    lane.role("bath", "help_call")
    lane.gets(state, "ON")
    assert lane.alarms() == [("help_call", 1, False)]


URGENT: list[tuple[str, str, str]] = [
    ("ha/binary_sensor/kitchen_smoke/state", "on", "binary_sensor.kitchen_smoke"),
    ("homeassistant/binary_sensor/kitchen_smoke/state", "on", "binary_sensor.kitchen_smoke"),
    ("statestream/binary_sensor/kitchen_smoke/state", "on", "binary_sensor.kitchen_smoke"),
    ("kitchen/binary_sensor/smoke/state", "ON", "kitchen"),
    ("esphome/kitchen/binary_sensor/smoke/state", "ON", "kitchen"),
    ("rtl_433/pi/events", '{"model":"Smoke-GS558","id":1}', "Smoke-GS558/1"),
    ("rtl_433/events", '{"model":"Smoke-GS558","id":1}', "Smoke-GS558/1"),
]


@pytest.mark.parametrize(("topic", "payload", "device"), URGENT)
def test_the_urgent_lane_listens_where_a_fire_has_come_from(
    lane: Lane, topic: str, payload: str, device: str
) -> None:
    """And what it gets there it reads as the bulk lane does. Broken by filters below the format's
    own name only: Home Assistant's base topic is free, and its fires waited behind readings."""
    topic = f"homes/H0001/{topic}"
    lane.gets(topic, payload)
    with lane.world.pool.connection() as conn:
        wanted = {c.code: c for c in urgent_devices.list_devices(conn, URGENT_KINDS, None)}
        filters = UrgentTopics(conn).of(wanted[device])
        urgent_devices.subscribe(conn, wanted[device].device_id, filters, "token")
    assert any(mqtt.topic_matches_sub(pattern, topic) for pattern in filters)
    lane.world.sql("DELETE FROM device_states")
    urgent = BatchWriter(lane.world, lane.world.policy, LastSeen(), URGENT_LEAVES)
    now = lane.world.now()
    lane.world.run(urgent.write, [Message(topic, payload.encode(), False, 1, 1, 0, now)])
    assert lane.alarms() == [("smoke", 2, False)]
