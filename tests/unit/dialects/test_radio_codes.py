"""Codes that a Tasmota bridge hears, from its documentation of RF."""

from typing import Any

import pytest

from ingest.dialects.tasmota.radio_codes import MAX_CODES, code_of
from ingest.dialects.vocabulary.events import ButtonPressed, DeviceAnnounced
from tests.unit.dialects.dialect_reader import Home

TOPIC = "tele/bridge/RESULT"

CODES: list[tuple[dict[str, Any], str | None]] = [
    ({"Data": "2E5C12", "RfKey": "None"}, "2E5C12"),
    ({"Data": "0x2E5C12", "Bits": 24, "Protocol": 1}, "2E5C12"),
    ({"Data": "0x2e5c12", "Bits": 24}, "2E5C12"),
    ({"Data": 3038226, "Bits": 24}, "2E5C12"),
    ({"Data": "0x1A", "Bits": 6}, None),
    ({"Data": "0xFFFFFF", "Bits": 24}, None),
    ({"Data": "000000"}, None),
    ({"Data": "hello"}, None),
    ({"Data": ""}, None),
    ({"Data": None}, None),
    ({"Data": True}, None),
    ({"Data": "2E5C12" * 5}, None),
    ({}, None),
]


@pytest.mark.parametrize(("received", "code"), CODES)
def test_a_code_is_the_same_however_it_is_written(
    received: dict[str, Any], code: str | None
) -> None:
    assert code_of(received) == code


def test_a_new_code_is_a_found_device_without_a_role() -> None:
    home = Home("tasmota")
    events = home.hears(TOPIC, {"RfReceived": {"Data": "2E5C12", "RfKey": "None"}})
    announced = [found for found in events if isinstance(found, DeviceAnnounced)]
    assert announced == [
        DeviceAnnounced("bridge/2E5C12", vendor="433 MHz", description="code 2E5C12")
    ]
    (press,) = home.hears(TOPIC, {"RfReceived": {"Data": "0x2E5C12", "Bits": 24}})
    assert isinstance(press, ButtonPressed)
    assert (press.device, press.action, press.code) == ("bridge/2E5C12", "rf_2e5c12", True)


def test_a_code_the_bridge_has_learned_stays_its_key() -> None:
    said = Home("tasmota").hears(TOPIC, {"RfReceived": {"Data": "2E5C12", "RfKey": 3}})
    assert [(e.device, e.action) for e in said if isinstance(e, ButtonPressed)] == [
        ("bridge", "rf_key_3")
    ]


def test_codes_of_all_neighbours_do_not_fill_a_home() -> None:
    home = Home("tasmota")
    for number in range(MAX_CODES):
        home.hears(TOPIC, {"RfReceived": {"Data": f"{number + 0x100000:06X}"}})
    assert home.hears(TOPIC, {"RfReceived": {"Data": "2E5C12"}}) == []
    assert home.says(TOPIC, {"RfReceived": {"Data": "100000"}}) == {"pressed rf_100000"}
