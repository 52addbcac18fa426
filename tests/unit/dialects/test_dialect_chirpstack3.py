"""ChirpStack Application Server v3, from its documentation of event types."""

import json
from typing import Any

import pytest

from ingest.dialects.lorawan.chirpstack3 import eui_of
from ingest.dialects.vocabulary.events import (
    ButtonPressed,
    DeviceAnnounced,
    Measurement,
    PartRefused,
    Statement,
)
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home

EUI = "0202020202020202"
TOPIC = f"application/123/device/{EUI}/event"


def event(**more: Any) -> dict[str, Any]:
    """What each event begins with."""
    return {
        "applicationID": "123",
        "applicationName": "care",
        "deviceName": "stove",
        "devEUI": "AgICAgICAgI=",
        **more,
    }


def uplink(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    heard = [
        {"gatewayID": "AwMDAwMDAwM=", "time": "2026-11-21T07:59:25Z", "rssi": -48, "loRaSNR": 9},
        {"gatewayID": "BAQEBAQEBAQ=", "time": None, "rssi": -101, "loRaSNR": 2},
    ]
    return event(rxInfo=heard, fCnt=10, fPort=5, objectJSON=json.dumps(fields), **more)


@pytest.mark.parametrize("eui", ["AgICAgICAgI=", EUI, "0202020202020202"])
@pytest.mark.parametrize("as_text", [True, False])
def test_an_uplink_is_read_in_both_spellings(eui: str, as_text: bool) -> None:
    fields = {"smoke_alarm": 1, "temperature": 25.5}
    said = uplink(fields, devEUI=eui)
    if not as_text:
        del said["objectJSON"]
        said["object"] = fields
    events = Home("chirpstack").hears(f"{TOPIC}/up", said)
    (smoke,) = [found for found in events if isinstance(found, Statement)]
    (measured,) = [found for found in events if isinstance(found, Measurement)]
    assert (smoke.device, smoke.kind, smoke.active) == (EUI, "smoke", True)
    assert measured.metrics == {"temperature": 25.5, "rssi": -48.0}
    assert measured.claimed is not None
    assert measured.claimed.isoformat() == "2026-11-21T07:59:25+00:00"


@pytest.mark.parametrize(
    ("value", "eui"),
    [
        ("AgICAgICAgI=", EUI),
        ("24E124535B316056", "24e124535b316056"),
        ("24e124535b316056", "24e124535b316056"),
        ("JOEkU1sxYFY=", "24e124535b316056"),
        ("AgIC", ""),
        ("stove", ""),
        ("", ""),
        (7, ""),
    ],
)
def test_an_eui_is_hexadecimal_or_base64(value: Any, eui: str) -> None:
    assert eui_of(value) == eui


def marks(*said: dict[str, Any]) -> list[str | None]:
    home = Home("chirpstack")
    presses = [found for one in said for found in home.hears(f"{TOPIC}/up", one)]
    return [found.mark for found in presses if isinstance(found, ButtonPressed)]


PRESS = {"button": "short"}


def test_the_same_uplink_has_the_same_mark_and_another_one_another() -> None:
    """Broken by the counter alone: a press after a new join would be a copy of an old one."""
    first = uplink(PRESS, devAddr="AAGUQA==", publishedAt="2026-11-21T07:59:26Z")
    again = uplink(PRESS, devAddr="AAGUQA==", publishedAt="2026-11-21T07:59:26Z")
    later = {**first, "fCnt": 11}
    joined = {**first, "devAddr": "AAGVQA=="}
    one, same, *others = marks(first, again, later, joined)
    assert one is not None
    assert one == same
    assert len({one, *others}) == 3


def test_a_counter_without_anything_beside_it_is_no_mark() -> None:
    assert marks({**uplink(PRESS), "rxInfo": []}) == [None]


STATUS: list[tuple[dict[str, Any], set[str]]] = [
    ({"batteryLevel": 85.2, "margin": 7}, {"battery 85.2"}),
    ({"batteryLevel": 0, "batteryLevelUnavailable": True}, set()),
    ({"batteryLevel": 0, "externalPowerSource": True}, set()),
    ({"battery": 254, "margin": 6}, {"battery 100"}),
    ({"battery": 1}, {"battery 0"}),
    ({"battery": 0}, set()),
    ({"battery": 255}, set()),
    ({"battery": True}, set()),
    ({"battery": 300}, set()),
]


@pytest.mark.parametrize(("fields", "expected"), STATUS)
def test_the_battery_of_a_status(fields: dict[str, Any], expected: set[str]) -> None:
    assert Home("chirpstack").says(f"{TOPIC}/status", event(**fields)) == expected


def test_a_join_introduces_the_device() -> None:
    said = event(devAddr="AAGUQA==", deviceName="SOS button bath", deviceProfileName="WS101")
    (announced,) = Home("chirpstack").hears(f"{TOPIC}/join", said)
    assert announced == DeviceAnnounced(
        EUI, uid=EUI, model="WS101", description="SOS button bath", suggests="help_call"
    )


ERRORS: list[tuple[str, bool]] = [
    ("UPLINK_CODEC", True),
    ("OTAA", True),
    ("UPLINK_MIC", True),
    ("DOWNLINK_GATEWAY", False),
    ("UPLINK_FCNT_RETRANSMISSION", False),
    ("", False),
]


@pytest.mark.parametrize(("kind", "told"), ERRORS)
def test_an_error_that_keeps_a_device_silent_is_told(kind: str, told: bool) -> None:
    said = event(type=kind, error="js vm error: no such field", fCnt=10)
    expected = [PartRefused(EUI, kind, "js vm error: no such field")] if told else []
    assert Home("chirpstack").hears(f"{TOPIC}/error", said) == expected


def test_fields_that_are_not_json_are_unreadable_and_none_are_nothing() -> None:
    with pytest.raises(UnreadableError, match="objectJSON"):
        Home("chirpstack").hears(f"{TOPIC}/up", {**uplink({}), "objectJSON": "{smoke"})
    said = Home("chirpstack").says(f"{TOPIC}/up", {**uplink({}), "objectJSON": ""})
    assert said == {"rssi -48"}


def test_the_topic_names_a_device_whose_eui_is_none() -> None:
    (smoke, *_) = Home("chirpstack").hears(f"{TOPIC}/up", {**uplink({"smoke": 1}), "devEUI": "?"})
    assert isinstance(smoke, Statement)
    assert smoke.device == EUI
