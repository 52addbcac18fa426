"""What may be wrong with a topic that nobody reads, and a payload without what is private."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.writing.unread_hints import MAX_EXCERPT, excerpt_of, is_watched, why_unread

H = "homes/H0001"
WHY: list[tuple[str, bytes, bool, bool, str]] = [
    (f"{H}/gateway/zigbee2mqtt/bath", b"{}", False, True, "place"),
    (f"{H}/homes/H0001/zigbee2mqtt/bath", b"{}", False, True, "place"),
    (f"{H}/tele/kitchen/SENSOR", b"{}", False, True, "place"),
    (f"{H}/shellies/x/sensor/smoke", b"true", False, True, "place"),
    (f"{H}/button-1/alarm", b"1", False, True, "device"),
    (f"{H}/a/b/c/d", b"hello", False, True, "unknown"),
    (f"{H}/spBv1.0/x", b"\x08\xc4\x89\x89\x8f", False, True, "binary"),
    (f"{H}/zigbee2mqtt/x", b'{"foo":1}', True, False, "fields"),
    (f"{H}/esp/binary_sensor/smoke/state", b"JA", True, True, "content"),
]


@pytest.mark.parametrize(("topic", "payload", "addressed", "refused", "why"), WHY)
def test_what_may_be_wrong(
    topic: str, payload: bytes, addressed: bool, refused: bool, why: str
) -> None:
    assert why_unread(topic, payload, addressed=addressed, refused=refused) == why


EXCERPTS: list[tuple[bytes, str]] = [
    (b"ON", "ON"),
    (b"21.5", "21.5"),
    (b"Wang Xiuying, room 3", "text, 20 bytes"),
    (b'{"state":"open","t":21.5,"ok":true}', "{state: open, t: 21.5, ok: true}"),
    (b'{"name":"Wang","wifi":{"ssid":"Home","rssi":-60}}', "{name: …, wifi: {ssid: …, rssi: -60}}"),
    (b'{"latitude":28.2,"token":12345,"password":"x"}', "{latitude: …, token: …, password: …}"),
    ('{"王秀英":1,"note":"she fell"}'.encode(), "{…: 1, note: …}"),
    (b"[1,2,3]", "[3]"),
    (b"\xff\xfe\x00", "3 bytes, not text"),
    (b"a\x00b", "3 bytes, not text"),
]


@pytest.mark.parametrize(("payload", "shown"), EXCERPTS)
def test_an_excerpt_shows_names_states_and_numbers_only(payload: bytes, shown: str) -> None:
    assert excerpt_of(payload) == shown


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_payload_has_a_short_excerpt(payload: bytes) -> None:
    shown = excerpt_of(payload)
    assert len(shown) <= MAX_EXCERPT
    assert "\x00" not in shown


def test_a_deep_payload_has_an_excerpt() -> None:
    assert excerpt_of(b'{"a":' * 50_000)
    assert excerpt_of(b'{"a":' * 500 + b"1" + b"}" * 500) == "{a: {a: {…}}}"


@pytest.mark.parametrize(
    ("dialect", "rest", "watched"),
    [
        ("zigbee2mqtt", "bath", True),
        ("zigbee2mqtt", "bath/set", False),
        ("zigbee2mqtt", "bridge/logging", False),
        ("tasmota", "tele/x/SENSOR", True),
        ("tasmota", "cmnd/x/POWER", False),
        ("homeassistant", "things/x/gauge", True),
        ("homie", "d/n/p", True),
        ("homie", "d/n/p/$name", False),
        ("statestream", "light/hall/brightness", False),
    ],
)
def test_commands_and_logs_are_meant_to_say_nothing(dialect: str, rest: str, watched: bool) -> None:
    assert is_watched(dialect, rest) is watched
