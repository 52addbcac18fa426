"""Parses PUBLISH packets of MQTT 5 from received bytes; called by the lane client. Pure.

paho takes some 30 µs for one: an object for its properties, one for the message, a log line that
nobody wants, locks. A backlog comes thousands a second, and nearly all of it is PUBLISH.
"""

from datetime import datetime
from typing import NamedTuple

PUBLISH = 0x30
_KIND_AND_QOS_2 = 0xF4
"""Bits of a first byte: PUBLISH with QoS 0 or 1 has only PUBLISH's among them."""
_RETAIN = 0x01
_LONGEST = 4
"""Bytes of a length."""


class Message(NamedTuple):
    """One delivery. `epoch` and `mid` are what its ack needs. A tuple, because they come thousands
    a second."""

    topic: str
    payload: bytes
    retain: bool
    qos: int
    mid: int
    epoch: int
    received_at: datetime


def parse_publishes(
    data: bytes, start: int, epoch: int, received_at: datetime
) -> tuple[list[Message], int]:
    """The PUBLISH packets of QoS 0 and 1 that begin at `start`, in order, and where the next packet
    begins. It ends before whatever is not so plain: another packet, QoS 2, one that has not come
    whole, is malformed, or has a topic that is empty (an alias, which we do not ask for) or is not
    UTF-8.

    Properties are passed over: none that a broker may send unasked changes what a message says.
    """
    found: list[Message] = []
    at, end = start, len(data)
    while at + 2 <= end and data[at] & _KIND_AND_QOS_2 == PUBLISH:
        head = data[at]
        size, body = _length(data, at + 1, end)
        stop = body + size
        if stop > end or size < 3:  # a topic's length and that of the properties
            break
        topic = body + 2
        mid = topic + (data[body] << 8 | data[body + 1])
        qos = head >> 1 & 1
        properties = mid + 2 * qos
        if properties >= stop or mid == topic:
            break
        skipped, payload = _length(data, properties, stop)
        payload += skipped
        if payload > stop:
            break
        try:
            name = data[topic:mid].decode()
        except UnicodeDecodeError:
            break
        number = data[mid] << 8 | data[mid + 1] if qos else 0
        found.append(
            Message(name, data[payload:stop], bool(head & _RETAIN), qos, number, epoch, received_at)
        )
        at = stop
    return found, at


def _length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A variable byte integer, and where it ends; one that is not whole reaches beyond `end`."""
    first = data[at]
    if first < 128:
        return first, at + 1
    value, shift = first & 127, 7
    for place in range(at + 1, min(at + _LONGEST, end)):
        value |= (data[place] & 127) << shift
        if data[place] < 128:
            return value, place + 1
        shift += 7
    return end, end + 1
