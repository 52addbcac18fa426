"""Messages of each wire format, from the payload to the alarm."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.waiting import wait_until
from tests.integration.ingest.bulk_lane import (
    EUI,
    SMOKE,
    Z2M,
    Lane,
    bind_lorawan,
    lane,
    paired,
    payload_of,
)
from tests.sizes import sized
from tests.unit.dialects.dialect_samples import SAMPLES, TOPICS
from tests.world import World

__all__ = ["lane"]


BUTTON = paired(
    "bath",
    "SB01",
    "SOS button",
    {"property": "action", "type": "enum", "access": 1, "values": ["single", "emergency"]},
)


def test_smoke_is_one_alarm_however_often_it_is_said_and_ends_when_it_is_gone(lane: Lane) -> None:
    """Broken by taking every `smoke: true` for news: the count is then 6."""
    lane.gets(f"{Z2M}/bridge/devices", [SMOKE, BUTTON], retain=True)
    for battery in range(90, 85, -1):
        lane.gets(f"{Z2M}/厨房/smoke", {"smoke": True, "battery": battery})
    lane.restarts()
    lane.gets(f"{Z2M}/厨房/smoke", {"smoke": True, "battery": 85})
    assert lane.alarms() == [("smoke", 1, False)]
    lane.gets(f"{Z2M}/厨房/smoke", {"smoke": None, "battery": 84})
    assert lane.alarms() == [("smoke", 1, False)], "unknown is no all-clear"
    lane.gets(f"{Z2M}/厨房/smoke", {"smoke": False, "battery": 83})
    assert lane.alarms() == [("smoke", 1, True)]
    assert [row[1] for row in lane.metrics("battery")] == [90, 89, 88, 87, 86, 85, 84, 83]
    assert lane.device("厨房/smoke")[:4] == ("zigbee2mqtt", "Heiman", "HS1SA", "smoke")
    assert lane.dead() == []


def test_a_detector_nobody_has_announced_rings_at_once(lane: Lane) -> None:
    lane.gets(f"{Z2M}/new", {"smoke": True})
    assert lane.alarms() == [("smoke", 1, False)]
    assert lane.device("new")[0] == "zigbee2mqtt"


def test_each_press_of_an_sos_button_counts_and_its_copies_do_not(lane: Lane) -> None:
    """Broken by dropping the mark from the comparison and from the signal's id (each alone is
    enough): the redelivered press counts again."""
    first = {"action": "emergency", "last_seen": "2026-11-21T08:00:00Z"}
    lane.gets_all([(f"{Z2M}/bath", first), (f"{Z2M}/bath/action", "emergency")])
    lane.gets(f"{Z2M}/bath", first)
    assert lane.alarms() == [("help_call", 1, False)]
    lane.gets(f"{Z2M}/bath", {**first, "last_seen": "2026-11-21T08:01:00Z"})
    assert lane.alarms() == [("help_call", 2, False)]
    lane.gets(f"{Z2M}/bath", {"action": "", "last_seen": "2026-11-21T08:01:01Z"})
    assert lane.alarms() == [("help_call", 2, False)], "the end of a press is no all-clear"


def test_a_retained_press_after_a_reconnect_is_history(lane: Lane) -> None:
    lane.gets(f"{Z2M}/bath", {"action": "emergency"}, retain=True)
    lane.gets(f"{Z2M}/bath/action", "emergency", retain=True)
    assert lane.alarms() == []


def test_a_retained_fire_is_a_state_that_counts_once(lane: Lane) -> None:
    for _ in range(2):
        lane.gets(f"{Z2M}/kitchen", {"smoke": True}, retain=True)
        lane.restarts()
    assert lane.alarms() == [("smoke", 1, False)]


def test_a_plain_press_calls_once_the_installer_says_so(lane: Lane) -> None:
    """Broken by keeping the installer's word in memory past a change of its row."""
    lane.gets(f"{Z2M}/bridge/devices", [BUTTON])
    lane.gets(f"{Z2M}/bath", {"action": "single"})
    assert lane.open() == [("unconfirmed_press", 1)], "its maker sells it as an SOS button"
    lane.closes()
    assert lane.device("bath")[3:] == ("help_call", None, "single")
    lane.role("bath", "help_call")
    lane.gets(f"{Z2M}/bath", {"action": "single"})
    assert lane.open() == [("help_call", 1)]
    lane.role("bath", "help_call", ["hold"])
    lane.gets(f"{Z2M}/bath", {"action": "single"})
    assert lane.open() == [("help_call", 1)]
    lane.gets(f"{Z2M}/bath", {"action": "hold"})
    assert lane.open() == [("help_call", 2)]


def test_a_fire_in_the_middle_of_a_test_is_an_alarm(lane: Lane) -> None:
    """Broken by keeping tests and the real thing under the same part."""
    lane.gets(f"{Z2M}/kitchen", {"smoke": True, "test": True})
    lane.gets(f"{Z2M}/kitchen", {"smoke": True, "test": True})
    assert lane.alarms() == []
    assert lane.world.sql("SELECT bool_and(test) FROM signals") == [True]
    lane.gets(f"{Z2M}/kitchen", {"smoke": True, "test": False})
    assert lane.alarms() == [("smoke", 1, False)]


def test_two_parts_clear_together(lane: Lane) -> None:
    """Broken by clearing with the first part that ends."""
    for part, said in [("a", True), ("b", True), ("a", False)]:
        lane.gets(f"homes/H0001/homie/leak/{part}/$datatype", "boolean", retain=True)
        lane.gets(f"homes/H0001/homie/leak/{part}/water-leak", str(said).lower())
    assert [(kind, cleared) for kind, _, cleared in lane.alarms()] == [("water_leak", False)]
    lane.gets("homes/H0001/homie/leak/b/water-leak", "false")
    assert [(kind, cleared) for kind, _, cleared in lane.alarms()] == [("water_leak", True)]


def test_availability_is_the_devices_or_the_hubs_state(lane: Lane) -> None:
    lane.gets(f"{Z2M}/bath/availability", {"state": "online"})
    assert lane.device("bath")[4] is True
    lane.gets(f"{Z2M}/bath/availability", "offline")
    assert lane.device("bath")[4] is False
    lane.gets(f"{Z2M}/bridge/state", {"state": "online"}, retain=True)
    (online,) = lane.world.sql("SELECT online FROM hubs WHERE home_id = %s", lane.world.home.id)
    assert online is True


def tasmota(lane: Lane) -> None:
    base = "homes/H0001/tasmota/tele/gw"
    lane.gets(f"{base}/LWT", "Online", retain=True)
    lane.gets(f"{base}/SENSOR", {"ZbReceived": {"0x1": {"Name": "k", "Fire": 1}}})


def shelly(lane: Lane) -> None:
    lane.gets("homes/H0001/shelly/p/status/smoke:0", {"id": 0, "alarm": True})
    lane.gets("homes/H0001/shelly/p/status/devicepower:0", {"battery": {"percent": 80}})


def homie(lane: Lane) -> None:
    lane.gets("homes/H0001/homie/d/hall/smoke/$datatype", "boolean", retain=True)
    lane.restarts()
    lane.gets("homes/H0001/homie/d/hall/smoke", "1")
    assert lane.alarms() == [], "a boolean of Homie is true or false"
    lane.gets("homes/H0001/homie/d/hall/smoke", "true", retain=True)


def discovery(lane: Lane) -> None:
    """The topic is outside our grammar; the config names it."""
    config = {
        "name": "Smoke",
        "unique_id": "esp-1-smoke",
        "device_class": "smoke",
        "state_topic": "homes/H0001/esp/binary_sensor/smoke/state",
        "payload_on": "JA",
        "payload_off": "NEIN",
        "device": {"identifiers": ["esp-1"], "manufacturer": "Espressif", "model": "ESP32"},
    }
    lane.gets("homes/H0001/esp/binary_sensor/smoke/state", "JA")
    assert lane.dead(), "nobody has named the topic yet"
    lane.world.sql("DELETE FROM dead_letters")
    config_topic = "homes/H0001/homeassistant/binary_sensor/esp-1/smoke/config"
    lane.gets(config_topic, config, retain=True)
    lane.restarts()
    lane.gets("homes/H0001/esp/binary_sensor/smoke/state", "JA")
    assert lane.device("esp-1")[1:3] == ("Espressif", "ESP32")


def chirpstack(lane: Lane) -> None:
    said = {"deviceInfo": {"devEui": EUI}, "deduplicationId": "d", "object": {"smoke": 1}}
    topic = f"application/a/device/{EUI.upper()}/event/up"
    lane.gets(topic, said)
    assert "is bound to no home" in lane.dead()[0]
    lane.world.sql("DELETE FROM dead_letters")
    bind_lorawan(lane, "chirpstack", EUI)
    lane.gets(topic, said)
    (alarm,) = lane.world.alarms()
    assert alarm.device_id == lane.world.run(lane.world.device, "smoke-1").id


def chirpstack3(lane: Lane) -> None:
    bind_lorawan(lane, "chirpstack", EUI)
    fields = json.dumps({"smoke": 1})
    said = {"devEUI": "JOEkU1sxYFY=", "deviceName": "d", "fCnt": 1, "objectJSON": fields}
    lane.gets(f"application/12/device/{EUI}/event/up", said)
    lane.gets(f"application/12/device/{EUI}/event/status", {"devEUI": EUI, "batteryLevel": 80})
    assert lane.metrics("battery") == [("smoke-1", 80)]


def ttn(lane: Lane) -> None:
    ids = {"device_id": "d", "dev_eui": EUI.upper()}
    said = {"end_device_ids": ids, "uplink_message": {"decoded_payload": {"smoke": 1}}}
    lane.gets("v3/app@ttn/devices/d/up", said)
    assert "is bound to no home" in lane.dead()[0]
    lane.world.sql("DELETE FROM dead_letters")
    bind_lorawan(lane, "ttn", "app@ttn/d")
    lane.gets("v3/app@ttn/devices/d/up", said)


@pytest.mark.parametrize("story", [tasmota, shelly, homie, discovery, chirpstack, chirpstack3, ttn])
def test_smoke_in_every_format_is_an_alarm(lane: Lane, story: Callable[[Lane], None]) -> None:
    story(lane)
    assert lane.alarms() == [("smoke", 1, False)]
    assert lane.dead() == []


def test_an_unknown_home_is_a_dead_letter_and_its_neighbour_does_not_wait(lane: Lane) -> None:
    lane.gets_all(
        [("homes/H9999/zigbee2mqtt/bath", '{"smoke":true}'), (f"{Z2M}/bath", '{"smoke":true}')]
    )
    assert lane.dead() == ["home: there is no home 'H9999'"]
    assert lane.alarms() == [("smoke", 1, False)]


def test_what_another_process_learned_is_known_here(lane: Lane) -> None:
    """Broken by believing the memory whatever the home's version says."""
    state = {"alarm_smoke": "X", "battery": 1}
    doc = paired(
        "k",
        "M",
        "Smoke detector",
        {"property": "alarm", "type": "binary", "access": 1, "value_on": "X", "value_off": "Y"},
    )
    lane.gets(f"{Z2M}/k", state)
    other = Lane(lane.world)
    other.gets(f"{Z2M}/bridge/devices", [doc])
    lane.gets(f"{Z2M}/k", {"alarm": "X"})
    assert lane.alarms() == [("smoke", 1, False)]


def test_a_home_teaches_the_same_once(lane: Lane) -> None:
    for _ in range(3):
        lane.gets(f"{Z2M}/bridge/devices", [SMOKE, BUTTON], retain=True)
    assert lane.world.sql("SELECT version FROM home_versions") == [1]
    assert lane.world.sql("SELECT key FROM learned ORDER BY key") == ["bath", "厨房/smoke"]


@pytest.mark.parametrize("odd", [2**70, -(2**70), 1.5e300, 0.1, "\\", "\x00", [], {"a": None}])
def test_an_odd_description_does_not_silence_its_home(lane: Lane, odd: Any) -> None:
    """Broken by reading the rows with numbers of any size: they could not be compared then."""
    exposed = {"property": "smoke", "type": "binary", "access": 1, "unit": odd, "value_on": odd}
    lane.gets(f"{Z2M}/bridge/devices", [paired("k", "M", "Smoke detector", exposed), SMOKE])
    lane.restarts()
    lane.gets(f"{Z2M}/k", {"smoke": True})
    assert lane.alarms() == [("smoke", 1, False)]


def test_an_installer_and_a_home_that_teaches_do_not_wait_for_each_other(lane: Lane) -> None:
    """Broken by counting the home's version where something is learned, before the devices' rows
    are held: the database then ends one of the two."""
    lane.gets(f"{Z2M}/bridge/devices", [BUTTON])
    teaching = [SMOKE, {**BUTTON, "definition": {**BUTTON["definition"], "description": "new"}}]
    with lane.world.pool.connection() as conn, ThreadPoolExecutor(1) as other:
        with conn.transaction():
            conn.execute("UPDATE devices SET room = 'bath' WHERE code = 'bath'")
            taught = other.submit(lane.gets, f"{Z2M}/bridge/devices", teaching)
            assert wait_until(
                lambda: lane.world.sql("SELECT count(*) FROM pg_locks WHERE NOT granted")[0] > 0, 10
            )
            conn.execute("UPDATE devices SET role = 'help_call' WHERE code = 'bath'")
        taught.result(10)
    assert lane.world.sql("SELECT version FROM home_versions") == [3]
    lane.gets(f"{Z2M}/bath", {"action": "single"})
    assert lane.alarms() == [("help_call", 1, False)]


def test_parts_of_a_plug_measure_for_themselves(lane: Lane) -> None:
    lane.gets(f"{Z2M}/plug", {"power_l1": 5, "power_l2": 6})
    assert len(lane.metrics("power")) == 2


TOO_LONG = [
    (f"{Z2M}/{'/'.join(['n' * 100] * 3)}", {"smoke": True}),
    (f"{Z2M}/bath", {"action": "emergency", "last_seen": "9" * 100_000}),
    (f"{Z2M}/bath", {"action": "emergency_" + "9" * 100_000}),
]


@pytest.mark.parametrize(("topic", "payload"), TOO_LONG)
def test_a_name_that_is_too_long_for_an_index_still_calls(
    lane: Lane, topic: str, payload: Any
) -> None:
    lane.gets(topic, payload)
    assert len(lane.alarms()) == 1


@settings(max_examples=sized(150, 30), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_payload_stops_the_lane(world: World, data: st.DataObject) -> None:
    """Whatever comes, the message behind it is stored and nothing is raised."""
    lane = Lane(world)
    dialect, topic = data.draw(
        st.sampled_from(sorted((d, t) for d, topics in TOPICS.items() for t in topics))
        | st.tuples(st.sampled_from(sorted(TOPICS)), st.text(max_size=40))
    )
    payload = data.draw(
        st.binary(max_size=80)
        | st.sampled_from([payload_of(sample) for _, _, sample in SAMPLES])
        | st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=10),
            lambda inner: (
                st.dictionaries(
                    st.sampled_from(
                        [
                            "smoke",
                            "action",
                            "battery",
                            "friendly_name",
                            "definition",
                            "exposes",
                            "property",
                            "\x00",
                        ]
                    ),
                    inner,
                    max_size=4,
                )
                | st.lists(inner, max_size=3)
            ),
            max_leaves=12,
        ).map(_bytes_of)
    )
    where = topic if dialect in ("chirpstack", "ttn") else f"homes/H0001/{dialect}/{topic}"
    before = world.sql("SELECT count(*) FROM readings")[0]
    lane.gets_all(
        [(where, payload), ("homes/H0001/sensor/reading", b'{"power":1}')],
        retain=data.draw(st.booleans()),
    )
    assert world.sql("SELECT count(*) FROM readings")[0] > before


def _bytes_of(value: Any) -> bytes:
    return json.dumps(value).encode()
