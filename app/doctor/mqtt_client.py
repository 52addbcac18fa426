"""An MQTT 5 client for doctor's experiments: each step waits for the broker's answer."""

import queue
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.config.addresses import MqttAddress

PATIENCE = 10.0
QUIET = 1.5
"""Seconds without a message after which no more is expected."""
SESSION = 300
"""Seconds a session is kept, should we die in the middle of it."""


class LoginRefusedError(Exception):
    """The broker refused the log-in."""


class BrokerAwayError(Exception):
    """The broker does not answer."""


class ExperimentClient:
    """A connection to `address`; with `lasting` its session is kept when it leaves.

    Messages wait in arrival order. Nothing reconnects by itself. With `manual` nothing is
    acknowledged until acknowledge() is called.
    """

    def __init__(
        self,
        address: MqttAddress,
        name: str,
        *,
        lasting: bool = False,
        manual: bool = False,
        fresh: bool = True,
    ) -> None:
        self._address, self._lasting, self._fresh = address, lasting, fresh
        self._name = name
        self._arrived: queue.SimpleQueue[mqtt.MQTTMessage] = queue.SimpleQueue()
        self._answered: dict[int, str] = {}
        self._changed = threading.Condition()
        self._reason = ""
        self.session_present = False
        self.connack_properties: dict[str, Any] = {}
        self._client = self._make(name, manual)

    def __enter__(self) -> Self:
        """Connect. LoginRefusedError with the broker's reason; BrokerAwayError: no answer."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION if self._lasting else 0
        try:
            self._client.connect(
                self._address.host,
                self._address.port,
                keepalive=60,
                clean_start=self._fresh,
                properties=properties,
            )
        except OSError as error:
            raise BrokerAwayError(str(error)) from error
        self._client.loop_start()
        self._wait(lambda: bool(self._reason) or 0 in self._answered)
        if self._reason == "Success":
            return self
        self._leave()
        if not self._reason and 0 not in self._answered:
            raise BrokerAwayError("no answer")
        # some brokers hang up instead of answering
        raise LoginRefusedError(self._reason or "it hangs up")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye."""
        self._leave()

    def subscribe(self, topic: str) -> bool:
        """QoS 1. False: the broker refuses, or says nothing."""
        _, mid = self._client.subscribe(topic, 1)
        return self._answer(-(mid or 0)).startswith("Granted")

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> str:
        """Publish and wait for the PUBACK: Success or why not; `cut off` when the line is."""
        sent = self._client.publish(topic, payload, qos, retain)
        return self._answer(sent.mid)

    def publish_all(self, topic: str, payloads: Sequence[bytes], qos: int) -> str:
        """Publish many and wait for the last; QoS 0 ones are followed by nothing."""
        for payload in payloads:
            sent = self._client.publish(topic, payload, qos)
        return self._answer(sent.mid)

    def collect(self, most: int, quiet: float = QUIET) -> list[mqtt.MQTTMessage]:
        """Return what arrives until there are `most`, or nothing came for `quiet` seconds before
        and after the broker answered a newcomer: a busy one may be silent for longer, and some
        answer nothing where too much is unacknowledged. BrokerAwayError: it does not answer."""
        found: list[mqtt.MQTTMessage] = []
        asked = False
        while len(found) < most:
            try:
                found.append(self._arrived.get(timeout=quiet))
                asked = False
            except queue.Empty:
                if asked:
                    break
                with ExperimentClient(self._address, f"{self._name}-ping"):
                    asked = True
        return found

    def acknowledge(self, messages: Sequence[mqtt.MQTTMessage]) -> None:
        """Acknowledge deliveries, in their order."""
        for message in messages:
            self._client.ack(message.mid, message.qos)

    def _make(self, name: str, manual: bool) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=manual,
        )
        if self._address.user:
            client.username_pw_set(self._address.user, self._address.password)
        if self._address.tls:
            client.tls_set()
        client.max_inflight_messages_set(1000)
        client.on_connect = self._on_connect
        client.on_disconnect = lambda _c, _d, _f, reason, _p: self._note(0, f"cut off: {reason}")
        client.on_message = lambda _c, _d, message: self._arrived.put(message)
        client.on_publish = lambda _c, _d, mid, reason, _p: self._note(mid, _outcome_text(reason))
        client.on_subscribe = lambda _c, _d, mid, reasons, _p: self._note(-mid, str(reasons[0]))
        return client

    def _on_connect(self, _c: Any, _d: Any, flags: Any, reason: Any, properties: Any) -> None:
        with self._changed:
            self._reason, self.session_present = str(reason), flags.session_present
            self.connack_properties = dict(vars(properties)) if properties else {}
            self._changed.notify_all()

    def _note(self, key: int, answer: str) -> None:
        with self._changed:
            self._answered[key] = answer
            self._changed.notify_all()

    def _answer(self, key: int) -> str:
        """The answer to a packet; 0 stands for the end of the connection."""
        self._wait(lambda: key in self._answered or 0 in self._answered)
        return self._answered.get(key) or self._answered.get(0) or "no answer"

    def _wait(self, arrived: Any) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(arrived, PATIENCE))

    def _leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def milliseconds_since(began: float) -> float:
    """Since `began`, a time.perf_counter()."""
    return (time.perf_counter() - began) * 1000


def _outcome_text(reason: Any) -> str:
    # that nobody subscribed is no failure
    return str(reason) if reason.is_failure else "Success"
