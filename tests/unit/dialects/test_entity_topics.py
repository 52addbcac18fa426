"""Who speaks below a base topic that somebody has chosen freely."""

import pytest

from ingest.dialects.entity_topics import dialect_of, is_state_below_discovery
from ingest.dialects.statestream.entity_facts import EntityFacts, KnownStates

WHO: list[tuple[str, bytes, str | None]] = [
    ("kitchen/binary_sensor/smoke/state", b"ON", "esphome"),
    ("kitchen/sensor/temperature/state", b"21.5", "esphome"),
    ("ground/kitchen/sensor/temperature/state", b"21.5", "esphome"),
    ("kitchen/switch/relay/command", b"ON", "esphome"),
    ("kitchen/debug", b"[D][sensor:094]: sent", "esphome"),
    ("ha/binary_sensor/smoke/state", b"on", "statestream"),
    ("ha/sensor/temperature/state", b"21.5", "statestream"),
    ("my/hass/sensor/temperature/state", b"21.5", "statestream"),
    ("known/sensor/temperature/state", b"21.5", "statestream"),
    ("flat/binary_sensor/smoke/state", b"on", "statestream"),
    ("flat/sensor/temperature/state", b"unavailable", "statestream"),
    ("flat/sensor/temperature/device_class", b'"temperature"', "statestream"),
    ("flat/person/wang/state", b"home", "statestream"),
    ("kitchen/binary_sensor/smoke/other", b"1", None),
    ("kitchen/gadget/smoke/state", b"ON", None),
    ("kitchen//smoke/state", b"ON", None),
    ("binary_sensor/smoke/state", b"ON", None),
    ("zigbee2mqtt/debug", b"x", None),
]


@pytest.mark.parametrize(("topic", "payload", "dialect"), WHO)
def test_the_form_of_a_topic_tells_who_speaks(
    topic: str, payload: bytes, dialect: str | None
) -> None:
    known = KnownStates({}, frozenset({"known"}))
    assert dialect_of(topic, payload, known) == dialect


KNOWN = KnownStates({"homeassistant/sensor/bath": EntityFacts()}, frozenset())


@pytest.mark.parametrize(
    ("rest", "is_state"),
    [
        ("binary_sensor/kitchen/smoke", False),
        ("sensor/bath/battery", True),
        ("sensor/hall/battery", False),
        ("binary_sensor/kitchen_smoke/state", True),
        ("sensor/bath/unit_of_measurement", True),
        ("person/wang/state", True),
        ("binary_sensor/kitchen_smoke/config", False),
        ("binary_sensor/node/object/config", False),
        ("hall/smoke", False),
        ("things/hall/smoke", False),
    ],
)
def test_states_may_share_the_discovery_prefix(rest: str, is_state: bool) -> None:
    """A plain topic that ends in a property's name (…/smoke = ON) is read as before."""
    assert is_state_below_discovery(rest, KNOWN) is is_state
