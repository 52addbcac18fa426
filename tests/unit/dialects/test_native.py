"""Our own wire format: what counts, what is complained about, what is refused."""

import json
import math
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dialects.native import reader as native
from ingest.errors import UnreadableError
from store.alarm.kinds import OF_THE_CENTRE, is_life_safety
from store.intake.readings import METRICS
from store.model import Kind, Signal
from tests.district import NOON

LIFE = sorted(kind.value for kind in Kind if is_life_safety(kind))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def signal(payload: bytes | dict[str, Any]) -> tuple[Signal, list[str]]:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return native.read_signal("button-1", raw, NOON)


def test_only_the_kind_is_needed() -> None:
    read, complaints = signal(b'{"kind":"help_call"}')
    assert read == Signal("button-1", Kind.HELP_CALL, True, False, None, NOON, NOON, False, False)
    assert complaints == []


def test_everything_that_can_be_said() -> None:
    read, complaints = signal(
        {"id": "a-1", "kind": "smoke", "active": False, "at": "2026-11-21T03:00:00Z", "test": True}
    )
    assert read == Signal(
        "button-1", Kind.SMOKE, False, True, "a-1", NOON - timedelta(hours=1), NOON, True, True
    )
    assert complaints == []


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("active", "yes", "active"),
        ("active", None, "active"),
        ("active", 1, "active"),
        ("test", "false", "test"),
        ("test", None, "test"),
        ("test", 0, "test"),
        ("id", "", "id"),
        ("id", "x" * 129, "id"),
        ("id", True, "id"),
        ("id", [], "id"),
        ("id", "a\x00b", "id"),
        ("at", "yesterday", "at"),
        ("at", [], "at"),
        ("at", True, "at"),
        ("at", "1970-01-01T00:00:00Z", "at"),
        ("at", "2999-01-01T00:00:00Z", "at"),
    ],
)
@pytest.mark.parametrize("kind", LIFE)
def test_what_is_wrong_beside_the_kind_is_complained_about_and_the_call_counts(
    kind: str, field: str, value: object, word: str
) -> None:
    read, complaints = signal({"kind": kind, field: value})
    assert (read.kind, read.active, read.test, read.signal_id) == (kind, True, False, None)
    assert read.at == NOON
    assert [c.split(":")[0] for c in complaints] == [word]


@pytest.mark.parametrize("kind", sorted(set(Kind) - OF_THE_CENTRE))
def test_every_kind_a_device_may_state(kind: str) -> None:
    assert signal({"kind": kind})[0].kind == kind


@pytest.mark.parametrize("kind", [*sorted(OF_THE_CENTRE), "", "helpful", None, 7, ["fall"]])
def test_other_kinds_are_refused(kind: object) -> None:
    with pytest.raises(UnreadableError, match=r"^kind: expected one of"):
        signal({"kind": kind})


@pytest.mark.parametrize("kind", LIFE)
@pytest.mark.parametrize(
    "wreck",
    [
        '{"kind":"%s","temperature":nan}',
        '{"kind": "%s",}',
        '{"id":"a","kind":"%s"',
        '[{"kind":"%s"}]',
        '{"kind":"%s","id":"\\ud800"}',
        '{"kind":"%s","at":1e999}',
        '{"kind":"%s","x":"\x01"}',
        '{"kind":"%s"}\x00',
        '\ufeff{"kind":"%s"}',
        '{\'x\':1,"kind":"%s"}',
        '{"kind":"%s","x":' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_a_call_in_a_wreck_of_a_payload_still_counts(kind: str, wreck: str) -> None:
    read, _ = signal((wreck % kind).encode("utf-8", "surrogatepass"))
    assert (read.kind, read.active, read.test) == (kind, True, False)


def test_what_a_wreck_says_clearly_is_believed() -> None:
    read, complaints = signal(b'{"id":"a-1","kind":"smoke","active":false,"test":true,"t":nan}')
    assert (read.signal_id, read.active, read.test) == ("a-1", False, True)
    assert complaints[0].startswith("payload: expected JSON")


def test_a_wreck_that_is_not_about_life_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"^payload: expected JSON"):
        signal(b'{"kind":"low_battery","t":nan}')


@given(
    st.sampled_from(LIFE),
    st.dictionaries(st.sampled_from(["id", "at", "active", "test", "x"]), json_values),
)
def test_a_call_counts_whatever_stands_beside_it(kind: str, rest: dict[str, Any]) -> None:
    read, _ = signal({**rest, "kind": kind})
    assert read.kind == kind
    assert read.at.utcoffset() == timedelta(0)
    assert abs(read.at - NOON) <= timedelta(days=7)


@given(st.one_of(st.binary(max_size=300), json_values.map(lambda v: json.dumps(v).encode())))
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    """Whatever else is raised would take the batch it came with along."""
    for read in (native.read_signal, native.read_readings):
        with suppress(UnreadableError):
            assert read("d", payload, NOON) is not None
    with suppress(UnreadableError):
        assert native.read_status(payload) in (True, False)


@given(st.dictionaries(st.sampled_from([*METRICS, "at", "seq", "x"]), json_values))
def test_values_that_are_read_can_be_stored(entry: dict[str, Any]) -> None:
    try:
        (reading,) = native.read_readings("d", json.dumps(entry).encode(), NOON)
    except UnreadableError:
        return
    assert reading.metrics
    assert set(reading.metrics) <= set(METRICS)
    for value in reading.metrics.values():
        # the range of a real column: neither too large for it nor too small to be told from 0
        assert math.isfinite(value)
        assert value == 0 or 1.2e-38 < abs(value) < 3.4e38


def test_numbers_and_booleans() -> None:
    payload = (
        b'{"temperature":21.5,"motion":true,"door":false,"battery":null,"unknown":"x","seq":0}'
    )
    (reading,) = native.read_readings("d", payload, NOON)
    assert reading.metrics == {"temperature": 21.5, "motion": 1.0, "door": 0.0}
    assert (reading.at, reading.device_time, reading.seq) == (NOON, False, 0)


def test_a_backlog_keeps_its_order() -> None:
    payload = json.dumps([{"seq": n, "battery": n} for n in range(3)]).encode()
    assert [r.seq for r in native.read_readings("d", payload, NOON)] == [0, 1, 2]
    assert native.read_readings("d", b"[]", NOON) == []


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "21.5",
        "null",
        '"x"',
        "{}",
        '{"co2":null}',
        '{"unknown":1}',
        "[[]]",
        "[1]",
        '{"co2":"21"}',
        '{"co2":[1]}',
        '{"co2":1e39}',
        '{"co2":-1e300}',
        '{"co2":1e999}',
        '{"co2":1,"seq":-1}',
        '{"co2":1,"seq":1.5}',
        '{"co2":1,"seq":true}',
        '{"co2":1,"seq":4611686018427387904}',
        '{"co2":1,"at":"now"}',
        '[{"co2":1},{}]',
    ],
)
def test_refused_readings(payload: str) -> None:
    with pytest.raises(UnreadableError):
        native.read_readings("d", payload.encode(), NOON)


@pytest.mark.parametrize("value", ["1e-60", "-1e-320", "5e-324"])
def test_a_number_too_small_for_its_column_is_nought(value: str) -> None:
    (reading,) = native.read_readings("d", f'{{"co2":{value}}}'.encode(), NOON)
    assert reading.metrics == {"co2": 0.0}


@pytest.mark.parametrize(
    ("payload", "online"),
    [(b"online", True), (b"offline", False), (b" Online\n", True), (b"OFFLINE", False)],
)
def test_status(payload: bytes, online: bool) -> None:
    assert native.read_status(payload) is online


def test_a_byte_order_mark_is_no_part_of_a_message() -> None:
    mark = b"\xef\xbb\xbf"
    signal, complaints = native.read_signal("d", mark + b'{"kind":"help_call"}', NOON)
    assert (signal.kind, complaints) == ("help_call", [])
    (reading,) = native.read_readings("d", mark + b'{"temperature":-0.0}', NOON)
    assert str(reading.metrics) == "{'temperature': 0.0}"
    assert native.read_status(mark + b"online") is True


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("sos", Kind.HELP_CALL),
        ("SOS", Kind.HELP_CALL),
        ("helpCall", Kind.HELP_CALL),
        ("Help-Call", Kind.HELP_CALL),
        (" emergency ", Kind.HELP_CALL),
        ("panic", Kind.HELP_CALL),
        ("ＳＯＳ", Kind.HELP_CALL),
        ("求助", Kind.HELP_CALL),
        ("fire", Kind.SMOKE),
        ("Gas leak", Kind.GAS_LEAK),
        ("CO", Kind.CARBON_MONOXIDE),
        ("waterLeak", Kind.WATER_LEAK),
        ("fallen", Kind.FALL),
        ("batteryLow", Kind.LOW_BATTERY),
    ],
)
def test_a_maker_s_word_for_a_kind_counts_and_is_complained_about(said: str, kind: Kind) -> None:
    """Break: put a call into the dead letters because it is called `sos`."""
    read, complaints = signal({"kind": said, "id": "7"})
    assert (read.kind, read.signal_id) == (kind, "7")
    assert complaints == [f"kind: taken for {kind}"]


@pytest.mark.parametrize("said", ["sos_test", "no help", "area_outage", "", "Kind"])
def test_words_that_say_no_kind_or_one_of_the_centre_s_are_refused(said: str) -> None:
    with pytest.raises(UnreadableError):
        signal({"kind": said})


def test_a_call_in_a_maker_s_word_needs_no_json() -> None:
    read, _ = signal(b'{"kind": "SOS", "id": ')
    assert read.kind == Kind.HELP_CALL
