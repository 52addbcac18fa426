"""A device that gets another name keeps its role, room and history.

Broken by knowing devices by their name alone.
"""

from typing import Any

from tests.integration.ingest.bulk_lane import Z2M, Lane, lane

__all__ = ["lane"]

DEVICES = f"{Z2M}/bridge/devices"


def button(name: str, address: str = "0x00158d0001") -> dict[str, Any]:
    exposes = [{"type": "enum", "name": "action", "property": "action", "values": ["single"]}]
    definition = {"vendor": "Aqara", "model": "W1", "description": "button", "exposes": exposes}
    return {"friendly_name": name, "ieee_address": address, "definition": definition}


def known(lane: Lane) -> list[tuple[Any, ...]]:
    rows = lane.world.sql(
        "SELECT d.code, d.role, d.room FROM devices d JOIN homes h ON h.id = d.home_id"
        " WHERE h.code = 'H0001' AND d.dialect = 'zigbee2mqtt' ORDER BY d.id"
    )
    return [tuple(row) for row in rows]


def test_role_room_and_history_follow_the_makers_address(lane: Lane) -> None:
    lane.gets(DEVICES, [button("0x00158d0001")])
    lane.role("0x00158d0001", "help_call")
    lane.gets(f"{Z2M}/0x00158d0001", {"action": "single", "battery": 80})
    lane.closes(3600)
    lane.gets(DEVICES, [button("bedside")])
    lane.gets(f"{Z2M}/bedside", {"action": "single", "battery": 79})
    assert lane.open() == [("help_call", 1)]
    assert known(lane) == [("bedside", "help_call", "")]
    assert lane.metrics("battery") == [("bedside", 80.0), ("bedside", 79.0)]


def test_another_process_learns_of_it(lane: Lane) -> None:
    other = Lane(lane.world)
    lane.gets(DEVICES, [button("old")])
    lane.role("old", "help_call")
    other.gets(f"{Z2M}/old", {"action": "", "battery": 80})
    lane.gets(DEVICES, [button("new")])
    other.gets(f"{Z2M}/new", {"action": "single"})
    assert lane.open() == [("help_call", 1)]


def test_what_spoke_under_the_new_name_first_keeps_its_history_apart(lane: Lane) -> None:
    lane.gets(DEVICES, [button("old")])
    lane.role("old", "help_call")
    lane.gets(f"{Z2M}/new", {"battery": 50})
    lane.gets(DEVICES, [button("new")])
    (kept, apart) = known(lane)
    assert kept[:2] == ("new", "help_call")
    assert apart[0].startswith("new~")


def test_two_devices_of_one_address_are_two(lane: Lane) -> None:
    lane.gets(DEVICES, [button("one", "0x1"), button("two", "0x1")])
    lane.gets(DEVICES, [button("one", "0x1"), button("two", "0x1")])
    assert [name for name, *_ in known(lane)] == ["one", "two"]


def test_a_name_that_somebody_has_set_up_is_not_taken_away(lane: Lane) -> None:
    lane.gets(DEVICES, [button("old", "0x1"), button("new", "0x2")])
    lane.role("new", "smoke")
    lane.role("old", "help_call")
    lane.gets(DEVICES, [button("new", "0x1")])
    assert known(lane) == [("old", "help_call", ""), ("new", "smoke", "")]


def test_a_new_device_under_an_old_name_is_a_device_of_its_own(lane: Lane) -> None:
    lane.gets(DEVICES, [button("bedside", "0x1")])
    lane.role("bedside", "help_call")
    lane.gets(DEVICES, [button("hall", "0x1"), button("bedside", "0x2")])
    assert known(lane) == [("hall", "help_call", ""), ("bedside", "", "")]
