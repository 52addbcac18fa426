"""A button sold for emergencies, pressed before anybody has set it up, is on the desk at once.

Broken by taking its press for any other's until an installer comes.
"""

from typing import Any

import pytest

from alerts.alarm import by_hand
from alerts.errors import RefusedError
from store.model import AlarmState, Kind, Outcome
from tests.integration.ingest.bulk_lane import Z2M, Lane, lane

__all__ = ["lane"]


def sos_button(name: str) -> dict[str, Any]:
    exposes = [{"type": "enum", "name": "action", "property": "action", "values": ["single"]}]
    definition = {
        "vendor": "Heiman",
        "model": "HS2SB",
        "description": "SOS emergency button",
        "exposes": exposes,
    }
    return {"friendly_name": name, "ieee_address": "0x7", "definition": definition}


@pytest.fixture
def pressed(lane: Lane) -> Lane:
    lane.gets(f"{Z2M}/bridge/devices", [sos_button("pendant")])
    lane.gets(f"{Z2M}/pendant", {"action": "single", "battery": 90})
    return lane


def make_call(lane: Lane, alarm: int) -> int:
    by, policy = lane.world.district.operator, lane.world.policy
    return lane.world.run(by_hand.make_call, alarm, by, lane.world.now(), policy).id


def test_the_desk_is_warned_at_once_and_nobody_else(pressed: Lane) -> None:
    assert pressed.open() == [("unconfirmed_press", 1)]
    assert pressed.world.messages(pressed.alarm().id) == []
    assert pressed.device("pendant")[-1] == "single"
    pressed.gets(f"{Z2M}/pendant", {"action": "single", "battery": 89})
    assert pressed.open() == [("unconfirmed_press", 2)]


def test_one_click_makes_it_a_call(pressed: Lane) -> None:
    warning = pressed.alarm()
    call = pressed.world.alarm(make_call(pressed, warning.id))
    assert (call.kind, call.state) == (Kind.HELP_CALL, AlarmState.RAISED)
    assert pressed.world.messages(call.id, "alarm"), "the family is called"
    warning = pressed.world.alarm(warning.id)
    assert (warning.state, warning.outcome) == (AlarmState.CLOSED, Outcome.DUPLICATE)
    assert "made_call" in pressed.world.events(warning.id)
    with pytest.raises(RefusedError, match="closed already"):
        make_call(pressed, warning.id)
    with pytest.raises(RefusedError, match="not set up"):
        make_call(pressed, call.id)


def test_once_it_is_set_up_it_calls_or_is_silent_as_the_installer_says(pressed: Lane) -> None:
    pressed.closes()
    pressed.role("pendant", "", [])
    pressed.gets(f"{Z2M}/pendant", {"action": "single"})
    assert pressed.open() == [], "out of use"
    pressed.role("pendant", "help_call")
    pressed.gets(f"{Z2M}/pendant", {"action": "single"})
    assert pressed.open() == [("help_call", 1)]


def test_the_end_of_a_press_and_a_kept_one_warn_nobody(lane: Lane) -> None:
    lane.gets(f"{Z2M}/bridge/devices", [sos_button("pendant")])
    lane.gets(f"{Z2M}/pendant", {"action": "release"})
    lane.gets(f"{Z2M}/pendant", {"action": "single"}, retain=True)
    assert lane.open() == []


def test_a_key_that_is_a_state_warns_as_a_press_does(lane: Lane) -> None:
    """A sensor of the class safety whose device is called a pendant: unclear, and proposed."""
    home = "homes/H0001/homeassistant"
    config = {
        "name": "Key",
        "unique_id": "k1",
        "device_class": "safety",
        "state_topic": "homes/H0001/pendant/key",
        "device": {"identifiers": ["pendant"], "name": "SOS pendant", "model": "SOS pendant"},
    }
    lane.gets(f"{home}/binary_sensor/k1/config", config, retain=True)
    assert lane.device("pendant")[3] == "help_call"
    lane.gets("homes/H0001/pendant/key", "ON")
    warned = lane.open()
    assert [kind for kind, _ in warned] in (["unconfirmed_press"], ["help_call"])
    lane.gets("homes/H0001/pendant/key", "OFF")
    lane.gets("homes/H0001/pendant/key", "ON")
    assert [count for _, count in lane.open()] == [2]


def test_a_trackers_key_without_a_role_warns_with_each_uplink(lane: Lane) -> None:
    eui = "24e124535b316056"
    lane.world.sql(
        "INSERT INTO lorawan_devices (dialect, network_id, device_id)"
        " SELECT 'chirpstack', %s, d.id FROM devices d JOIN homes h ON h.id = d.home_id"
        " WHERE h.code = 'H0001' AND d.code = 'button-1'",
        eui,
    )
    lane.world.sql("UPDATE devices SET role = '', suggests = 'help_call' WHERE code = 'button-1'")
    for number in (1, 2):
        uplink = {
            "deduplicationId": f"id-{number}",
            "deviceInfo": {"devEui": eui},
            "object": {"ALARM_status": "TRUE"},
        }
        lane.gets(f"application/1/device/{eui}/event/up", uplink)
    assert lane.open() == [("unconfirmed_press", 2)]
