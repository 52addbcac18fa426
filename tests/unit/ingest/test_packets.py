"""PUBLISH packets from a stream of bytes, held to what paho itself sends and reads."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.packets import Message, parse_publishes

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PINGRESP = b"\xd0\x00"
USER_PROPERTY = b"\x26\x00\x01k\x00\x01v"

messages = st.builds(
    Message,
    topic=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    payload=st.one_of(st.binary(max_size=40), st.binary(min_size=120, max_size=20_000)),
    retain=st.booleans(),
    qos=st.just(1),
    mid=st.integers(1, 65_535),
    epoch=st.just(3),
    received_at=st.just(NOW),
) | st.builds(
    Message,
    topic=st.just("homes/H0001/button-1/signal"),
    payload=st.binary(max_size=300),
    retain=st.booleans(),
    qos=st.just(0),
    mid=st.just(0),
    epoch=st.just(3),
    received_at=st.just(NOW),
)


def length(size: int) -> bytes:
    """A variable byte integer, as MQTT 5 writes it (section 1.5.5)."""
    made = bytearray()
    while True:
        size, low = divmod(size, 128)
        made.append(low | (0x80 if size else 0))
        if not size:
            return bytes(made)


def packet(message: Message, properties: bytes = b"", *, dup: bool = False) -> bytes:
    """MQTT 5, section 3.3."""
    topic = message.topic.encode()
    body = len(topic).to_bytes(2, "big") + topic
    if message.qos:
        body += message.mid.to_bytes(2, "big")
    body += length(len(properties)) + properties + message.payload
    head = 0x30 | dup << 3 | message.qos << 1 | message.retain
    return bytes([head]) + length(len(body)) + body


def read(data: bytes, start: int = 0) -> tuple[list[Message], int]:
    return parse_publishes(data, start, 3, NOW)


@given(st.lists(messages, max_size=8), st.booleans(), st.sampled_from([b"", USER_PROPERTY * 40]))
def test_what_was_sent_is_read_in_order(sent: list[Message], dup: bool, more: bytes) -> None:
    """Broken by reading lengths of one byte only, or payloads with their properties."""
    stream = b"".join(packet(message, more, dup=dup) for message in sent)
    assert read(b"--" + stream, 2) == (sent, 2 + len(stream))


@given(st.lists(messages, min_size=1, max_size=4), st.data())
def test_a_packet_that_is_not_whole_is_left(sent: list[Message], data: st.DataObject) -> None:
    """Broken by `stop >= end` or by taking what is there of it."""
    stream = b"".join(map(packet, sent))
    whole = len(stream) - len(packet(sent[-1]))
    cut = data.draw(st.integers(whole, len(stream) - 1))
    assert read(stream[:cut]) == (sent[:-1], whole)


@pytest.mark.parametrize(
    "other",
    [
        PINGRESP,
        b"\x40\x02\x00\x07",  # PUBACK
        b"\x34\x06\x00\x01t\x00\x01\x00",  # QoS 2
        b"\x32\x05\x00\x00\x00\x01\x00",  # no topic: an alias
        b"\x32\x06\x00\x01\xff\x00\x01\x00",  # not UTF-8
        b"\x32\x04\x00\x40to",  # a topic longer than the packet
        b"\x30\x04\x00\x01t\x7f",  # properties longer than the packet
        b"\x30\x02\x00\x01",  # too short
        b"\x30\xff\xff\xff\xff\x7f",  # a length that is none
    ],
)
def test_anything_else_is_left_to_the_client(other: bytes) -> None:
    first = Message(
        "homes/H0001/th-1/reading", b"{}", retain=False, qos=1, mid=9, epoch=3, received_at=NOW
    )
    plain = packet(first)
    assert read(plain + other + plain) == ([first], len(plain))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_make_it_fail_and_none_are_passed_over(before: bytes, after: bytes) -> None:
    """What is left begins where a packet may: paho says what is wrong with it."""
    data = b"\x32" + before + packet(Message("t", b"p", False, 1, 1, 3, NOW)) + after
    found, end = read(data)
    assert 0 <= end <= len(data)
    assert len(found) <= end
