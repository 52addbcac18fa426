"""What simulated devices say in the formats of other makers, by the rules of those formats."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from device_sim.dialects.encoder import Publication
from device_sim.dialects.formats import ENCODERS, encoder_for
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.kinds import DEVICE_INTERVALS

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOME = HomeSpec(
    "H0001",
    "x",
    tuple(DeviceSpec(f"{kind}-1", kind) for kind in DEVICE_INTERVALS if kind != "fall"),
)
VALUES: dict[str, dict[str, Any]] = {
    "climate-1": {"temperature": 21.5, "humidity": 40, "battery": 88},
    "motion-1": {"motion": True},
    "door-1": {"door": True},
    "bed-1": {"bed": False},
    "smoke-1": {"battery": 70},
}


def one(said: list[Publication]) -> Any:
    (only,) = said
    return orjson.loads(only.payload)


@pytest.mark.parametrize("dialect", ENCODERS)
def test_everything_said_has_a_place_below_the_home_or_is_a_network_servers(dialect: str) -> None:
    speaker = encoder_for(dialect, HOME)
    assert speaker is not None
    said = speaker.announce()
    for device, values in VALUES.items():
        said += speaker.report(device, values, AT)
        said += speaker.signal(device, device.removesuffix("-1"), True, AT)
    assert said
    prefix = {"chirpstack": "application/", "ttn": "v3/"}.get(dialect, "homes/H0001/")
    assert all(message.topic.startswith(prefix) for message in said)
    assert not any("#" in message.topic or "+" in message.topic for message in said)


@pytest.mark.parametrize("dialect", ENCODERS)
def test_a_kind_without_a_word_is_left_to_the_hub(dialect: str) -> None:
    speaker = encoder_for(dialect, HOME)
    assert speaker is not None
    assert speaker.signal("smoke-1", "fall", True, AT) == []


def test_the_hub_itself_speaks_the_native_format() -> None:
    assert encoder_for("native", HOME) is None


def test_zigbee2mqtt_repeats_its_whole_state_but_never_the_action() -> None:
    """Breaks when `action` is kept in the cache: every battery report would call again."""
    bridge = ENCODERS["zigbee2mqtt"](HOME)
    assert one(bridge.signal("help_call-1", "help_call", True, AT))["action"] == "emergency"
    later = one(bridge.report("help_call-1", {"battery": 50}, AT))
    assert (later.get("action"), later["battery"]) == (None, 50)
    bridge.signal("smoke-1", "smoke", True, AT)
    assert one(bridge.report("smoke-1", {"battery": 70}, AT))["smoke"] is True


def test_a_contact_is_true_when_closed_in_zigbee2mqtt_and_1_when_open_in_tasmota() -> None:
    zigbee = one(ENCODERS["zigbee2mqtt"](HOME).report("door-1", {"door": True}, AT))
    tasmota = one(ENCODERS["tasmota"](HOME).report("door-1", {"door": True}, AT))
    assert zigbee["contact"] is False
    assert tasmota["ZbReceived"]["door-1"]["Contact"] == 1


def test_zigbee2mqtt_describes_its_devices() -> None:
    devices = orjson.loads(
        next(s.payload for s in ENCODERS["zigbee2mqtt"](HOME).announce() if "devices" in s.topic)
    )
    exposed = {
        device["friendly_name"]: {
            feature["property"] for feature in device["definition"]["exposes"]
        }
        for device in devices
    }
    assert {"temperature", "humidity", "battery"} <= exposed["climate-1"]
    assert "action" in exposed["help_call-1"]
    assert len({device["ieee_address"] for device in devices}) == len(devices)


def test_a_shelly_status_holds_only_what_changed() -> None:
    said = one(ENCODERS["shelly"](HOME).report("climate-1", {"temperature": 20.0}, AT))
    assert said["method"] == "NotifyStatus"
    assert said["params"] == {
        "ts": AT.timestamp(),
        "temperature:0": {"id": 0, "tC": 20.0, "tF": 68.0},
    }


def test_homie_says_ready_last_and_does_not_retain_a_press() -> None:
    homie = ENCODERS["homie"](HOME)
    mine = [s for s in homie.announce() if "/help_call-1/" in s.topic]
    assert (mine[-1].topic.rpartition("/")[2], mine[-1].payload) == ("$state", b"ready")
    pressed = homie.signal("help_call-1", "help_call", True, AT)
    assert [(s.payload, s.retain) for s in pressed] == [(b"true", False), (b"false", False)]


def test_home_assistant_configs_name_the_topics_that_are_used() -> None:
    speaker = ENCODERS["home_assistant"](HOME)
    named = {orjson.loads(config.payload)["stat_t"] for config in speaker.announce()}
    used = {s.topic for s in speaker.report("climate-1", VALUES["climate-1"], AT)}
    used |= {s.topic for s in speaker.signal("smoke-1", "smoke", True, AT)}
    used |= {s.topic for s in speaker.signal("help_call-1", "help_call", True, AT)}
    assert used <= named


@pytest.mark.parametrize("dialect", ["chirpstack", "ttn"])
def test_lorawan_devices_are_bound_by_ids_of_their_own_and_count_their_uplinks(
    dialect: str,
) -> None:
    speaker = ENCODERS[dialect](HOME)
    ids = [binding["network_id"] for binding in speaker.bindings()]
    assert len(set(ids)) == len(HOME.devices)
    first, second = (one(speaker.report("climate-1", {"battery": 5}, AT)) for _ in range(2))
    counts = [d.get("fCnt", d.get("uplink_message", {}).get("f_cnt")) for d in (first, second)]
    assert counts == [1, 2]
