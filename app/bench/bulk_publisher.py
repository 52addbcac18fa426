"""Publishes faster than any client library, to fill the broker before a drain.

MQTT 3.1.1, QoS 1, as a hub's: CONNECT, PUBLISH, PUBACK and nothing else of the protocol.
"""

import socket
import struct
import threading
from collections.abc import Iterable

from app.config.addresses import MqttAddress

AT_ONCE = 500
"""Messages sent together; twice as many may be without an answer."""
_PUBACK_BYTES = 4
PATIENCE = 600.0


def publish_all(address: MqttAddress, messages: Iterable[tuple[str, bytes]]) -> int:
    """Publish (topic, payload) pairs in order; returns how many when the broker has them all."""
    with socket.create_connection((address.host, address.port), timeout=PATIENCE) as wire:
        wire.sendall(_connect(address))
        if wire.recv(4)[3:4] != b"\0":
            raise ConnectionError("the broker refuses the bench's hub")
        answers = _Answers(wire)
        sent, packets = 0, []
        for topic, payload in messages:
            sent += 1
            packets.append(_publish(topic.encode(), payload, sent % 65_535 + 1))
            if len(packets) == AT_ONCE:
                wire.sendall(b"".join(packets))
                packets.clear()
                answers.wait_for(sent - AT_ONCE)
        wire.sendall(b"".join(packets))
        answers.wait_for(sent)
        wire.sendall(b"\xe0\0")
    return sent


class _Answers:
    """Counts PUBACKs while the other side writes: with both waiting to write nothing would move."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire, self._bytes = wire, 0
        self._come = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, count: int) -> None:
        with self._come:
            if not self._come.wait_for(lambda: self._bytes >= count * _PUBACK_BYTES, PATIENCE):
                raise TimeoutError(f"the broker has not taken {count} messages")

    def _read(self) -> None:
        while True:
            try:
                got = self._wire.recv(65_536)
            except OSError:
                got = b""
            if not got:
                return
            with self._come:
                self._bytes += len(got)
                self._come.notify_all()


def _connect(address: MqttAddress) -> bytes:
    flags, fields = 0x02, _text("bench-hubs")
    if address.user is not None:
        flags |= 0xC0
        fields += _text(address.user) + _text(address.password or "")
    return _packet(0x10, _text("MQTT") + bytes([4, flags]) + struct.pack("!H", 0) + fields)


def _publish(topic: bytes, payload: bytes, mid: int) -> bytes:
    body = struct.pack("!H", len(topic)) + topic + struct.pack("!H", mid) + payload
    return _packet(0x32, body)


def _packet(head: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, low = divmod(size, 128)
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([head]) + bytes(length) + body


def _text(value: str) -> bytes:
    coded = value.encode()
    return struct.pack("!H", len(coded)) + coded
