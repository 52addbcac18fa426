"""What holds in every format: byte-order marks, cleared topics, zeros."""

import json
import math
from typing import Any

import pytest

from ingest.dialects.readers import DIALECTS
from ingest.dialects.vocabulary.events import Measurement
from tests.unit.dialects.dialect_reader import Home
from tests.unit.dialects.dialect_samples import SAMPLES, TOPICS

MARK = b"\xef\xbb\xbf"
EVERYWHERE = sorted({(d, t) for d, ts in TOPICS.items() for t in ts} | {s[:2] for s in SAMPLES})


@pytest.mark.parametrize(("dialect", "topic", "payload"), SAMPLES)
def test_a_byte_order_mark_changes_nothing(dialect: str, topic: str, payload: Any) -> None:
    """Broken by reading it as a part of the text: nothing that such a hub says is understood."""
    plain = (payload if isinstance(payload, str) else json.dumps(payload)).encode()
    assert Home(dialect).hears(topic, MARK + plain) == Home(dialect).hears(topic, plain)


@pytest.mark.parametrize("retain", [True, False])
@pytest.mark.parametrize(("dialect", "topic"), EVERYWHERE)
def test_an_empty_message_is_never_unreadable(dialect: str, topic: str, retain: bool) -> None:
    """Broken by reading it as a broken description: clearing a retained topic is a dead letter."""
    home = Home(dialect)
    for known, where, payload in SAMPLES:
        if known == dialect:
            home.hears(where, payload)
    home.hears(topic, b"", retain=retain)


ZEROS: list[tuple[str, str, Any]] = [
    ("zigbee2mqtt", "a", {"temperature": -0.0}),
    ("zigbee2mqtt", "a/temperature", "-0"),
    ("zigbee2mqtt", "a", {"power": -1e-50}),
    ("tasmota", "tele/k/SENSOR", {"AM2301": {"Temperature": -0.0}}),
    ("shelly", "p/status/temperature:0", {"tC": -0.0}),
    ("homie", "d/air/temperature", "-0.0"),
    ("homeassistant", "a/temperature", "-0.00"),
    ("chirpstack", "application/a/device/e/event/up", {"object": {"temperature": -0.0}}),
    ("rtl_433", "pi/events", {"model": "Acurite-Tower", "id": 1, "temperature_C": -0.0}),
    ("esphome", "node/sensor/room_temperature/state", "-0.0"),
    ("statestream", "ha/sensor/bath_temperature/state", "-0.0"),
    ("ttn", "v3/a/devices/d/up", {"uplink_message": {"decoded_payload": {"temperature": -0.0}}}),
]


@pytest.mark.parametrize(("dialect", "topic", "payload"), ZEROS)
def test_less_than_nothing_is_zero(dialect: str, topic: str, payload: Any) -> None:
    """Broken by keeping the sign: `-0.0 °C` on the page; or a number no column can hold."""
    heard = Home(dialect).hears(topic, payload)
    (reading,) = [event for event in heard if isinstance(event, Measurement)]
    ((_, value),) = reading.metrics.items()
    assert (value, math.copysign(1, value)) == (0.0, 1.0)


def test_all_formats_are_here() -> None:
    assert {dialect for dialect, _, _ in ZEROS} == set(DIALECTS)
