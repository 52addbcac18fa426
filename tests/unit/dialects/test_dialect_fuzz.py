"""Whatever comes: a reader gives events or says that the message is unreadable, and never an
alarm that nobody stated."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.dialects.installer_settings import InstallerSetting, apply_installer_settings
from ingest.dialects.readers import DIALECTS, HomeKnowledge, read_message
from ingest.dialects.vocabulary.events import (
    DialectEvent,
    LearnedDescription,
    Measurement,
    Statement,
)
from ingest.dialects.vocabulary.units import RANGES
from ingest.errors import UnreadableError
from store.intake.readings import METRICS
from tests.unit.dialects.dialect_reader import wire
from tests.unit.dialects.dialect_samples import SAMPLES, TOPICS, VALUES, WORDS

VALUES_OF_ALL = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
) | st.sampled_from(VALUES)
KEYS = st.sampled_from(WORDS) | st.text(max_size=8)
JSON = st.recursive(
    VALUES_OF_ALL,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
ALIKE = st.sampled_from(sorted((d, t) for d, topics in TOPICS.items() for t in topics))

TRIES = settings().max_examples
"""All with `make proofs`, a quarter with `make test`, few with `make test-quick`."""
BUSY = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
"""A busy machine is no failure."""


def hears(dialect: str, topic: str, payload: bytes, retain: bool = False) -> list[DialectEvent]:
    """Also learns, and lets a role decide: nothing there may fail either."""
    try:
        events = read_message(dialect, wire(topic, payload, retain=retain), HomeKnowledge())
    except UnreadableError:
        return []
    knowledge = HomeKnowledge()
    for event in events:
        if isinstance(event, LearnedDescription):
            knowledge = knowledge.with_(LearnedDescription(**json.loads(json.dumps(_row(event)))))
    for role in ("help_call", "bed", "smoke", ""):
        apply_installer_settings(events, lambda _device, role=role: InstallerSetting(role))  # type: ignore[misc]
    try:
        again = read_message(dialect, wire(topic, payload), knowledge)
    except UnreadableError:
        again = []
    for measured in [*events, *again]:
        if isinstance(measured, Measurement):
            assert set(measured.metrics) <= set(METRICS)
            assert all(_possible(name, value) for name, value in measured.metrics.items())
    return events


def _row(learned: LearnedDescription) -> dict[str, Any]:
    return {"dialect": learned.dialect, "key": learned.key, "doc": learned.doc}


def _possible(name: str, value: float) -> bool:
    low, high = RANGES[name]
    return math.isfinite(value) and low <= value <= high


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@settings(BUSY, max_examples=4 * TRIES)
@given(ALIKE, st.binary(max_size=200), st.booleans())
def test_any_bytes(where: tuple[str, str], payload: bytes, retain: bool) -> None:
    hears(*where, payload, retain)


@settings(BUSY, max_examples=10 * TRIES)
@given(ALIKE, JSON, st.booleans())
def test_any_json(where: tuple[str, str], payload: Any, retain: bool) -> None:
    hears(*where, dumped(payload), retain)


@settings(BUSY, max_examples=3 * TRIES)
@given(st.sampled_from(sorted(DIALECTS)), st.text(max_size=60), JSON)
def test_any_topic(dialect: str, topic: str, payload: Any) -> None:
    hears(dialect, topic, dumped(payload))


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(path for key, child in inner for path in paths(child, (*at, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@settings(BUSY, max_examples=10 * TRIES)
@given(st.data())
def test_mutated_messages(data: st.DataObject) -> None:
    dialect, topic, payload = data.draw(st.sampled_from(SAMPLES))
    for _ in range(data.draw(st.integers(1, 3))):
        payload = replaced(payload, data.draw(st.sampled_from(paths(payload))), data.draw(JSON))
    hears(dialect, topic, dumped(payload))


@settings(BUSY, max_examples=3 * TRIES)
@given(st.sampled_from(SAMPLES), st.integers(0, 400), st.integers(0, 255))
def test_messages_with_a_flipped_or_missing_byte(
    sample: tuple[str, str, Any], at: int, byte: int
) -> None:
    dialect, topic, payload = sample
    raw = dumped(payload)
    at = min(at, len(raw))
    hears(dialect, topic, raw[:at])
    hears(dialect, topic, raw[:at] + bytes([byte]) + raw[at + 1 :])


NOT_SAID: list[Any] = [None, "", "None", "null", "unknown", "unavailable", "nan", [], {}]


@pytest.mark.parametrize("nothing", NOT_SAID, ids=repr)
@pytest.mark.parametrize(("dialect", "topic", "payload"), SAMPLES)
def test_what_is_unknown_is_no_alarm_and_no_all_clear(
    dialect: str, topic: str, payload: Any, nothing: Any
) -> None:
    for path in paths(payload):
        leaf = payload
        for step in path:
            leaf = leaf[step]
        if isinstance(leaf, dict | list):
            continue
        before = {
            (f.kind, f.active)
            for f in hears(dialect, topic, dumped(payload))
            if isinstance(f, Statement)
        }
        after = hears(dialect, topic, dumped(replaced(payload, path, nothing)))
        assert {(f.kind, f.active) for f in after if isinstance(f, Statement)} <= before


PROPERTIES = [
    "fault",
    "battery_state",
    "smoke",
    "gas",
    "carbon_monoxide",
    "water_leak",
    "sos",
    "fall_status",
    "action",
    "tamper",
]


@pytest.mark.parametrize("nothing", NOT_SAID, ids=repr)
@pytest.mark.parametrize("name", PROPERTIES)
def test_an_unknown_property_states_nothing(name: str, nothing: Any) -> None:
    assert not [
        f for f in hears("zigbee2mqtt", "d", dumped({name: nothing})) if isinstance(f, Statement)
    ]


@pytest.mark.parametrize("payload", [b"[" * 100_000, b'{"a":' * 100_000, b"{" + b'"a":1,' * 50_000])
@pytest.mark.parametrize(
    ("dialect", "topic"), sorted((d, t) for d, ts in TOPICS.items() for t in ts)
)
def test_deep_and_long_messages(dialect: str, topic: str, payload: bytes) -> None:
    hears(dialect, topic, payload)
