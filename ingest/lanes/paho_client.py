"""paho's MQTT client, made fast enough for thousands of messages a second; for the lane client.

paho waits in select() and asks the socket three times for each packet, and sends each
acknowledgement by itself. Every such call lets go of the interpreter, which the thread that stores
what came then keeps for its turn: a backlog came at half the speed (measured). Here a packet is
taken from what one recv() has brought, and acknowledgements leave together. paho is pinned below
its next major version, because this reaches into it; tests/integration/ingest/test_lane_client.py
would notice. Plain publications do not go through paho at all (ingest/packets.py).
"""

import socket
import struct
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

PUBACK = 0x40
RECV_BYTES = 65_536
"""Bytes asked of the socket."""
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux only
_PUBACK = struct.Struct("!BBH")


class PahoClient(mqtt.Client):
    """`ack_all` instead of `ack`, `on_packets` beside `on_message`; otherwise as paho's."""

    on_packets: Callable[[bytes, int], int]
    """Called by paho's thread with what has come and where a packet begins in it: takes the plain
    publications and returns where the rest begins, which comes to `on_message`. Must not raise."""
    _received = b""
    _consumed = 0

    def ack_all(self, mids: Iterable[int]) -> None:
        """Acknowledge these QoS 1 deliveries in this order, in one packet for the network."""
        packets = b"".join(_PUBACK.pack(PUBACK, 2, mid) for mid in mids)
        if packets:
            self._packet_queue(PUBACK, packets, 0, 1)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:  # noqa: ARG002
        """Handle all that one look at the socket brings."""
        while True:
            if self._sock is None:
                return MQTTErrorCode.MQTT_ERR_NO_CONN
            if self._at_the_beginning() and self._nothing_left():
                return MQTTErrorCode.MQTT_ERR_SUCCESS
            rc = self._packet_read()
            if rc > 0:
                return self._loop_rc_handle(rc)
            if rc == MQTTErrorCode.MQTT_ERR_AGAIN or self._consumed >= len(self._received):
                return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _at_the_beginning(self) -> bool:
        """Whether paho is not in the middle of a packet, and the session's state is final."""
        return not self._in_packet["command"] and self.is_connected()

    def _nothing_left(self) -> bool:
        """Take the plain publications; True when there was nothing else."""
        if self._consumed >= len(self._received):
            try:
                self._receive()
            except BlockingIOError:
                return True
            except OSError:
                return False  # paho meets it again, and knows what to do
        if not self._received:
            return False
        self._consumed = self.on_packets(self._received, self._consumed)
        with self._msgtime_mutex:
            self._last_bytes_received = monotonic()
        return self._consumed >= len(self._received)

    def _receive(self) -> None:
        self._received, self._consumed = super()._sock_recv(RECV_BYTES), 0
        self._acknowledge_at_once()

    def _update_inflight(self) -> MQTTErrorCode:
        """paho looks through all that is on its way with each acknowledgement, for what it has held
        back: mostly there is nothing."""
        if self._inflight_messages >= len(self._out_messages):
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        return super()._update_inflight()

    def _sock_recv(self, bufsize: int) -> bytes:
        if self._consumed >= len(self._received):
            self._receive()
        chunk = self._received[self._consumed : self._consumed + bufsize]
        self._consumed += len(chunk)
        return chunk

    def _acknowledge_at_once(self) -> None:
        """Send TCP's own acknowledgement of what was just received now, not 40 ms later.

        A broker that leaves Nagle's algorithm on holds its next small packet back until it has
        that: measured with the embedded broker, a press then took 46 ms instead of 1.
        """
        if _QUICKACK is not None and isinstance(self._sock, socket.socket):
            self._sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _create_socket(self) -> Any:
        """What is left of another connection is nobody's."""
        self._received, self._consumed = b"", 0
        return super()._create_socket()
