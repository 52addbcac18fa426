"""One hub's MQTT connection: log-in, last will, subscriptions, reconnecting, cutting."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from device_sim.centre import wire
from device_sim.hubs.reactor import Reactor

log = structlog.get_logger(__name__)

FIRST_RETRY_S, LONGEST_RETRY_S = 1.0, 30.0
"""Pauses before a hub tries again to connect: doubled each time."""
CUT_S = 2.0
"""Seconds within which a cut connection is noticed on our side."""
SESSION_S = 7 * 24 * 3600
"""How long an MQTT 5 broker keeps what a hub that is away should hear."""


class HubRefusedError(Exception):
    """The broker refused the hub's log-in: check the home's code and its password."""


class HubConnection:
    """A paho client of one hub on a shared reactor. It reconnects by itself until `close()` or
    `cut()`."""

    def __init__(
        self,
        home: str,
        password: str,
        host: str,
        port: int,
        *,
        reactor: Reactor,
        v5: bool,
        keepalive_s: int,
        on_ready: Callable[[], None],
        on_message: Callable[[str, bytes], None],
    ) -> None:
        self._home = home
        self._on_ready = on_ready
        self._on_message = on_message
        self._reactor = reactor
        self._changed = threading.Condition()
        self._retry_s = FIRST_RETRY_S
        self._ending = False
        self._ended = threading.Event()
        self._ready = False
        self._logged_in = False
        self._refused: str | None = None
        self._client = self._new_client(home, v5)
        self._client.username_pw_set(home, password)
        self._client.will_set(wire.status_topic(home), wire.OFFLINE, qos=1, retain=True)
        reactor.attach(self._client)
        self._broker = (host, port, keepalive_s)
        self._v5 = v5

    def open(self) -> None:
        """Begin to connect, in the reactor's threads."""
        if self._v5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_S
            self._client.connect_async(*self._broker, clean_start=False, properties=properties)
        else:
            self._client.connect_async(*self._broker)
        self._reactor.connect(self._client, 0.0, self._failed)

    @property
    def ready(self) -> bool:
        """Logged in and subscribed?"""
        return self._ready

    @property
    def refused(self) -> str:
        """Why the broker refused the log-in; empty if it did not."""
        with self._changed:
            return self._refused or ""

    def wait_ready(self, timeout: float) -> None:
        """HubRefusedError if the broker refuses, TimeoutError if it is not there in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._refused is not None, timeout)
            if self._refused is not None:
                raise HubRefusedError(
                    f"the broker refused hub {self._home}: {self._refused}; "
                    "check the home's code and its password"
                )
            if not self._ready:
                raise TimeoutError(f"hub {self._home} found no broker in {timeout} s")

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Nothing is queued for later while there is no connection."""
        if self._ready:
            self._client.publish(topic, payload, qos=qos, retain=retain)

    def close(self, timeout: float = 5.0) -> None:
        """Say goodbye: `offline` is published and confirmed, so that the will is not needed."""
        if self._ready:
            sent = self._client.publish(
                wire.status_topic(self._home), wire.OFFLINE, qos=1, retain=True
            )
            try:
                sent.wait_for_publish(timeout)
            except (RuntimeError, ValueError) as error:
                log.warning("a hub could not say goodbye", home=self._home, error=str(error))
        self._ready, self._ending = False, True
        self._client.disconnect()
        if self._client.socket() is not None:
            self._ended.wait(timeout)

    def cut(self, *, wait: bool = True) -> None:
        """Break off without a goodbye, as a power cut does: the broker publishes the will. With
        `wait` the connection is closed on our side, too, when it returns."""
        self._ready, self._ending = False, True
        connection = self._client.socket()
        if isinstance(connection, socket.socket):
            # Linger 0 sends a reset instead of an orderly end.
            with contextlib.suppress(OSError):  # the other side was quicker
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RDWR)
            if wait:
                self._ended.wait(CUT_S)

    def _new_client(self, home: str, v5: bool) -> Client:
        version: MQTTProtocolVersion = MQTTv5 if v5 else MQTTv311
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"hub-{home}",
            clean_session=None if v5 else False,
            protocol=version,
        )
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribed
        client.on_message = self._received
        return client

    def _connected(
        self,
        client: Client,
        _userdata: Any,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._is_refused(str(reason))
            return
        self._logged_in = True
        topics = [(wire.ack_topic(self._home), 1), (wire.progress_topic(self._home), 1)]
        client.subscribe(topics)

    def _subscribed(
        self,
        _client: Client,
        _userdata: Any,
        _mid: int,
        _reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        with self._changed:
            self._ready, self._refused = True, None
        self._retry_s = FIRST_RETRY_S
        self.publish(wire.status_topic(self._home), wire.ONLINE, retain=True)
        self._on_ready()
        with self._changed:
            self._changed.notify_all()

    def _disconnected(
        self,
        _client: Client,
        _userdata: Any,
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        was_in, self._ready, self._logged_in = self._logged_in, False, False
        if not was_in and self._refused is None:
            # Some brokers (rumqttd among them) answer a wrong password by hanging up.
            self._is_refused("it closed the connection during the log-in")
        if self._ending:
            self._ended.set()
        else:
            self._schedule_reconnect()

    def _failed(self, error: Exception) -> None:
        log.debug("a hub finds no broker", home=self._home, error=str(error))
        self._schedule_reconnect()

    def _schedule_reconnect(self) -> None:
        if not self._ending:
            self._reactor.connect(self._client, self._retry_s, self._failed)
            self._retry_s = min(LONGEST_RETRY_S, self._retry_s * 2)

    def _is_refused(self, reason: str) -> None:
        log.warning("hub refused", home=self._home, reason=reason)
        with self._changed:
            self._refused = reason
            self._changed.notify_all()

    def _received(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        try:
            self._on_message(message.topic, bytes(message.payload))
        except Exception:
            # An exception would end the reactor's other connections, too.
            log.exception("a hub could not use a message", home=self._home, topic=message.topic)
