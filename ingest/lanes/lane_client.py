"""One MQTT client with its own session; delivers messages in order, acks them after commit.

paho's thread only puts messages into a queue; it never waits for the database and never raises
(an exception would end it silently). The broker sends no more than the receive maximum without
acks: that is the back-pressure. Acks carry the connection they belong to: an ack from before a
reconnect would acknowledge somebody else's message, so it is dropped.
"""

import queue
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.lanes.paho_client import PahoClient
from ingest.packets import Message, parse_publishes
from store.clock import Clock

log = structlog.get_logger(__name__)

SESSION_EXPIRY = 7 * 24 * 3600
"""Seconds the broker keeps our queue while we are away."""
KEEPALIVE = 30
GOODBYE_TOPIC = "anxin/goodbye"
"""A topic of the centre's own that nobody listens to."""
PROBE_TOPIC = "anxin/canary"
GOODBYE_TIMEOUT = 2.0
"""Seconds to wait for the broker to have our last acknowledgements."""
SUBSCRIBE_TIMEOUT = 10.0
"""Seconds to wait for the broker's answer to a subscription."""
_OPTIONS = SubscribeOptions(qos=1, retainHandling=1)
"""Retained states come once with a new subscription, not again with every reconnect."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is. `tls`: verify with the system's certificates. `session_secret` becomes
    part of our client ids: who knows an id can take its queue away."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False
    session_secret: str = ""
    former_secrets: tuple[str, ...] = ()
    """Those of earlier settings, under which the broker may still keep a queue."""


class LaneProbe:
    """A message of our own that goes the way of all others, and has come back when it is taken in
    and acknowledged: what it takes is what a reading takes, the queue before it included."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.seconds: float | None = None
        """What the last one took; None: none has come back yet."""
        self._mark = secrets.token_hex(4)
        self._back = monotonic()

    def age(self) -> float:
        """Real seconds since one came back, or since the lane began."""
        return monotonic() - self._back

    def payload(self) -> str:
        return f"{self._mark} {monotonic()}"

    def note_return(self, messages: Sequence[Message]) -> None:
        """Those of an earlier process tell nothing: their clock was another one."""
        for message in messages:
            if message.topic == self.topic:
                mark, _, sent = message.payload.decode(errors="replace").partition(" ")
                if mark == self._mark:
                    self._back = monotonic()
                    self.seconds = self._back - float(sent)


class LaneClient:
    """A client with a fixed id, a lasting session and its subscriptions."""

    def __init__(
        self, broker: Broker, name: str, topics: list[str], clock: Clock, receive_maximum: int
    ) -> None:
        self.messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        """In the order of their arrival; None wakes who waits for one."""
        self.connected = threading.Event()
        """Set while messages can come: connected and subscribed."""
        self.on_connected: Callable[[], None] = lambda: None
        """Called by paho's thread each time messages can come again: must not wait."""
        self.session_lost = False
        """Whether the broker did not know our session when we last connected."""
        self.probe = LaneProbe(f"{PROBE_TOPIC}/{name}")
        self._broker = broker
        self._topics = [*topics, self.probe.topic]
        self._clock = clock
        self._receive_maximum = receive_maximum
        self._epoch = 0
        self._answers: dict[int, queue.SimpleQueue[bool]] = {}
        self._answers_lock = threading.Lock()
        self._ack_lock = threading.Lock()
        self._name = name
        self._client = self._make_client(f"anxin-{name}-{broker.session_secret}")

    def start(self) -> None:
        """Connect in the background; keeps trying for ever, and says so in the log."""
        connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        connect.SessionExpiryInterval = SESSION_EXPIRY
        connect.ReceiveMaximum = self._receive_maximum
        self._client.connect_async(
            self._broker.host,
            self._broker.port,
            keepalive=KEEPALIVE,
            clean_start=False,
            properties=connect,
        )
        self._client.loop_start()

    def stop(self, *, forget: bool = False) -> None:
        """Say goodbye and end paho's thread. The broker keeps the session and its queue, unless it
        is to forget them.

        A socket that is closed while something unread is in it throws away what is still on its
        way out, our last acknowledgements too (measured: 9 of 10). So something is published
        after them, and its own acknowledgement awaited: then the broker has them all.
        """
        if self.connected.is_set():
            with suppress(RuntimeError, ValueError):  # not connected any more, or never was
                self.publish(GOODBYE_TOPIC, b"").wait_for_publish(GOODBYE_TIMEOUT)
        goodbye = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]
        goodbye.SessionExpiryInterval = 0 if forget else SESSION_EXPIRY
        self._client.disconnect(properties=goodbye)
        self._client.loop_stop()
        self.connected.clear()

    def alive(self) -> bool:
        """Whether paho's thread is there: an exception would have ended it."""
        thread = self._client._thread
        return thread is not None and thread.is_alive()

    def ack(self, messages: list[Message]) -> None:
        """Acknowledge deliveries in their order; those of an earlier connection are left out."""
        with self._ack_lock:
            self._client.ack_all(m.mid for m in messages if m.qos > 0 and m.epoch == self._epoch)
        self.probe.note_return(messages)

    def publish(self, topic: str, payload: bytes | str) -> mqtt.MQTTMessageInfo:
        """QoS 1; queued by paho while the connection is away."""
        return self._client.publish(topic, payload, qos=1)

    def unacknowledged(self) -> int:
        """Publications that the broker has not acknowledged yet."""
        return len(self._client._out_messages)

    def send_probe(self) -> None:
        """Send the probe through the broker to ourselves, if there is a connection."""
        if self.connected.is_set():
            self.publish(self.probe.topic, self.probe.payload())

    def subscribe(self, topics: Sequence[str]) -> bool:
        """Get more topics than the lane's own; returns when the broker has answered. False: it
        refuses one of them, or has not answered. They have to be asked for after each connect."""
        return self._answer_of(lambda: self._client.subscribe([(t, _OPTIONS) for t in topics]))

    def unsubscribe(self, topics: Sequence[str]) -> bool:
        """As subscribe; what the broker has queued by then still comes."""
        return self._answer_of(lambda: self._client.unsubscribe(list(topics)))

    def _answer_of(self, request: Callable[[], tuple[Any, int | None]]) -> bool:
        answer: queue.SimpleQueue[bool] = queue.SimpleQueue()
        with self._answers_lock:  # the answer may be faster than we are
            _, mid = request()
            if mid is None:
                return False
            self._answers[mid] = answer
        try:
            return answer.get(timeout=SUBSCRIBE_TIMEOUT)
        except queue.Empty:
            return False
        finally:
            with self._answers_lock:
                self._answers.pop(mid, None)

    def _answered(self, mid: int, reasons: list[Any]) -> bool:
        """Whether somebody waited for this answer."""
        with self._answers_lock:
            waiting = self._answers.get(mid)
        if waiting is not None:
            waiting.put(not any(reason.is_failure for reason in reasons))
        return waiting is not None

    def _make_client(self, client_id: str) -> PahoClient:
        client = PahoClient(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True
        )
        client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set(cert_reqs=ssl.CERT_REQUIRED)
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        client.max_inflight_messages_set(1000)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_unsubscribe
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_packets = self._on_packets
        client.on_socket_open = _without_delay
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: Any, flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.error("broker refuses us, trying again", lane=self._name, reason=str(reason))
            return
        self.session_lost = not flags.session_present
        client.subscribe([(topic, _OPTIONS) for topic in self._topics])

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, mid: int, reasons: list[Any], _properties: Any
    ) -> None:
        if self._answered(mid, reasons):
            return
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            log.error(
                "broker refuses the subscription: may this user read the homes' topics?",
                lane=self._name,
                topics=self._topics,
                reasons=refused,
            )
            return
        self.connected.set()
        log.info("connected to the broker", lane=self._name)
        self.on_connected()

    def _on_unsubscribe(
        self, _client: mqtt.Client, _data: Any, mid: int, reasons: list[Any], _properties: Any
    ) -> None:
        self._answered(mid, reasons)

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        log.warning(
            "broker not reachable, trying again",
            lane=self._name,
            broker=f"{self._broker.host}:{self._broker.port}",
        )

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        with self._ack_lock:
            self._epoch += 1
        self.connected.clear()
        if reason.is_failure:
            log.warning("connection to the broker lost", lane=self._name, reason=str(reason))

    def _on_packets(self, data: bytes, start: int) -> int:
        messages, end = parse_publishes(data, start, self._epoch, self._clock.now())
        for message in messages:
            self.messages.put(message)
        return end

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(topic is not UTF-8)"
        self.messages.put(
            Message(
                topic,
                bytes(message.payload),
                message.retain,
                message.qos,
                message.mid,
                self._epoch,
                self._clock.now(),
            )
        )


def _without_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    """Our acknowledgements are small and must not wait for more (Nagle's algorithm)."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
