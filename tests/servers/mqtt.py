"""A small MQTT 5 client for tests: every call waits for the broker's answer, with a deadline."""

import queue
import secrets
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.config.addresses import MqttAddress

SECONDS = 15.0
WEEK = 7 * 24 * 3600


@dataclass(frozen=True)
class Will:
    """What the broker says, retained, when a client is gone without a word."""

    topic: str
    payload: bytes


class Moment(threading.Event):
    """An event one waits for with a deadline, and fails when it does not come."""

    def wait_for(self, seconds: float = SECONDS) -> None:
        """Wait; TimeoutError after `seconds`."""
        if not self.wait(seconds):
            raise TimeoutError(f"it did not happen within {seconds:g} s")


class Peer:
    """A client at `url`; a name makes its session outlive the connection.

    Messages arrive in order in next(). Nothing reconnects by itself.
    """

    def __init__(self, url: str, name: str = "", will: Will | None = None) -> None:
        """Prepare; connect on entering the `with` block."""
        address = MqttAddress.parse(url)
        assert address
        self._address, self._durable = address, bool(name)
        self._messages: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._answers: dict[tuple[str, int], queue.SimpleQueue[str]] = {}
        self._lock = threading.Lock()
        self._connected = Moment()
        self._reason = ""
        self.disconnected = Moment()
        self.session_present = False
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=name or f"test-{secrets.token_hex(6)}",
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        if address.user:
            self.client.username_pw_set(address.user, address.password)
        if will:
            self.client.will_set(will.topic, will.payload, qos=1, retain=True)
        self.client.max_inflight_messages_set(1000)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.disconnected.set()
        self.client.on_message = lambda _c, _u, m: self._messages.put((m.topic, bytes(m.payload)))
        self.client.on_publish = lambda _c, _u, mid, reason, _p: self._answer("pub", mid, reason)
        self.client.on_subscribe = lambda _c, _u, mid, reasons, _p: self._answer(
            "sub", mid, reasons[0]
        )

    def connect(self) -> str:
        """Connect and return the broker's reason: Success, Not authorized, …"""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = WEEK if self._durable else 0
        self.client.connect(
            self._address.host,
            self._address.port,
            clean_start=not self._durable,
            properties=properties,
        )
        self.client.loop_start()
        self._connected.wait_for()
        return self._reason

    def refused(self) -> str:
        """Connect and leave; return why the broker refused, or Success."""
        reason = self.connect()
        self.leave()
        return reason

    def leave(self) -> None:
        """Say goodbye."""
        self.client.disconnect()
        self.client.loop_stop()

    def die(self) -> None:
        """Cut the line without a word."""
        socket = self.client.socket()
        assert socket
        self.client.loop_stop()
        socket.close()

    def subscribe(self, topic: str, qos: int = 1, must: bool = True) -> str:
        """Subscribe and return the broker's answer; a refusal fails unless it may come."""
        _, mid = self.client.subscribe(topic, qos)
        answer = self._wait("sub", mid or 0)
        assert answer.startswith("Granted") or not must, f"{topic}: {answer}"
        return answer

    def publish(
        self, topic: str, payload: bytes, qos: int = 1, retain: bool = False, must: bool = True
    ) -> str:
        """Publish and return the PUBACK's reason; with must=False a cut line is an answer too."""
        information = self.client.publish(topic, payload, qos, retain)
        try:
            return self._wait("pub", information.mid, SECONDS if must else 2)
        except TimeoutError:
            if must or not self.disconnected.is_set():
                raise
            return "disconnected"

    def next(self, seconds: float = SECONDS) -> tuple[str, bytes]:
        """Return the next message that arrived, or wait for it."""
        try:
            return self._messages.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"no message within {seconds:g} s") from None

    def all_until_now(self, centre_url: str, topic: str = "") -> list[tuple[str, bytes]]:
        """Return what arrived before a message the centre sends now, to this home's ack."""
        marker = (topic or f"homes/{self._address.user}/ack", secrets.token_bytes(8))
        with Peer(centre_url) as centre:
            centre.publish(*marker)
        found = []
        while (message := self.next()) != marker:
            found.append(message)
        return found

    def retained(self, topic: str) -> dict[str, bytes]:
        """Return the retained messages below `topic`, by topic; for a client that is fresh."""
        self.subscribe(topic)
        marker = f"homes/_marker/{secrets.token_hex(4)}"
        self.publish(marker, b"")
        found = {}
        while (message := self.next())[0] != marker:
            found[message[0]] = message[1]
        return found

    def __enter__(self) -> Self:
        """Connect; a refusal fails."""
        reason = self.connect()
        assert reason == "Success", reason
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave."""
        self.leave()

    def _on_connect(self, _client: Any, _userdata: Any, flags: Any, reason: Any, _p: Any) -> None:
        self._reason, self.session_present = str(reason), flags.session_present
        self._connected.set()

    def _box(self, kind: str, mid: int) -> "queue.SimpleQueue[str]":
        with self._lock:
            return self._answers.setdefault((kind, mid), queue.SimpleQueue())

    def _answer(self, kind: str, mid: int, reason: Any) -> None:
        # "No matching subscribers" is a success too
        good = kind == "pub" and not reason.is_failure
        self._box(kind, mid).put("Success" if good else str(reason))

    def _wait(self, kind: str, mid: int, seconds: float = SECONDS) -> str:
        try:
            return self._box(kind, mid).get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"no answer of the broker within {seconds:g} s") from None
