"""Cheap radio devices heard by a receiver in the home, from the event to the alarm."""

import pytest

from tests.integration.ingest.bulk_lane import Lane
from tests.world import World

EVENTS = "homes/H0001/rtl_433/pi/events"


@pytest.fixture
def lane(world: World) -> Lane:
    return Lane(world)


def test_a_detector_heard_by_rtl_433_rings_each_time(lane: Lane) -> None:
    """Each transmission is repeated; a second fire, for which nothing ended the first, counts."""
    said = {"time": "2026-11-21 08:00:00", "model": "Smoke-GS558", "id": 4321, "unit": 7}
    lane.gets_all([(EVENTS, said)] * 3)
    assert lane.alarms() == [("smoke", 1, False)]
    assert lane.device("Smoke-GS558/4321/7")[:4] == ("rtl_433", "rtl_433", "Smoke-GS558", "smoke")
    lane.restarts()
    lane.gets(EVENTS, said)
    assert lane.alarms() == [("smoke", 2, False)]
    lane.gets(EVENTS, said, retain=True)
    assert lane.alarms() == [("smoke", 2, False)], "a retained one is history"
    assert lane.dead() == []


def test_a_remote_calls_once_the_installer_says_so(lane: Lane) -> None:
    said = {"model": "Generic-Remote", "id": 11868, "cmd": 18, "tristate": "00Z1Z10X0Z0X"}
    lane.gets(EVENTS, said)
    assert lane.alarms() == []
    assert lane.device("Generic-Remote/11868")[5] == "cmd_18"
    lane.role("Generic-Remote/11868", "help_call")
    lane.gets(EVENTS, said)
    lane.gets(EVENTS, said)
    assert lane.alarms() == [("help_call", 2, False)]


RF = "homes/H0001/tasmota/tele/bridge/RESULT"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("help_call", ("help_call", 2, False)),
        ("smoke", ("smoke", 2, False)),
        ("water_leak", ("water_leak", 2, False)),
    ],
)
def test_a_code_of_a_tasmota_bridge_is_found_and_then_what_its_role_says(
    lane: Lane, role: str, expected: tuple[str, int, bool]
) -> None:
    """Broken by a state instead of an occurrence: the second call was the first, said again."""
    heard = {"Data": "2E5C12", "Sync": 10820, "Low": 360, "High": 1050, "RfKey": "None"}
    lane.gets(RF, {"Time": "2026-11-21T08:00:00", "RfReceived": heard})
    assert lane.alarms() == []
    found = lane.device("bridge/2E5C12")
    assert (found[0], found[1], found[3], found[5]) == ("tasmota", "433 MHz", "", "rf_2e5c12")
    lane.role("bridge/2E5C12", role)
    lane.restarts()
    rcswitch = {"Data": "0x2E5C12", "Bits": 24, "Protocol": 1}
    lane.gets_all([(RF, {"Time": f"2026-11-21T08:00:1{s}", "RfReceived": heard}) for s in range(3)])
    lane.gets(RF, {"RfReceived": rcswitch})
    assert lane.alarms() == [expected], "the copies of a held button count once"
    assert lane.dead() == []


def test_a_code_of_a_contact_is_an_open_door(lane: Lane) -> None:
    heard = {"RfReceived": {"Data": "2E5C12", "RfKey": "None"}}
    lane.gets(RF, heard)
    lane.role("bridge/2E5C12", "door")
    lane.gets(RF, heard)
    assert lane.metrics("door") == [("bridge/2E5C12", 1)]


def test_sensors_heard_by_rtl_433_measure(lane: Lane) -> None:
    lane.gets(EVENTS, {"model": "Acurite-Tower", "id": 7, "channel": "A", "temperature_C": 17.5})
    assert lane.metrics("temperature") == [("Acurite-Tower/A/7", 17.5)]
