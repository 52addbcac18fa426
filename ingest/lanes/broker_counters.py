"""Reads once a minute how many messages the broker has dropped; started by the service.

Mosquitto publishes its counters below $SYS; a broker that has none, or refuses them, may cut the
line of who asks: therefore never on a lane's connection.
"""

import threading

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion

from ingest.lanes.lane_client import Broker

log = structlog.get_logger(__name__)

DROPPED_TOPIC = "$SYS/broker/publish/messages/dropped"
"""Publications dropped because a queue was full (mosquitto(8), broker status)."""
READ_EVERY = 60.0
ANSWER_TIMEOUT = 5.0
MAX_FAILURES = 3
"""Tries without an answer after which the broker counts as one that has no counters."""


class BrokerCounters(threading.Thread):
    """`dropped` is None while nothing is known."""

    def __init__(self, broker: Broker, stopping: threading.Event) -> None:
        super().__init__(name="broker-counters", daemon=True)
        self.dropped: int | None = None
        self._broker = broker
        self._stopping = stopping

    def run(self) -> None:
        failures = 0
        while failures < MAX_FAILURES and not self._stopping.is_set():
            found = read_dropped(self._broker)
            failures = failures + 1 if found is None and self.dropped is None else 0
            if found is not None and self.dropped is not None and found > self.dropped:
                log.error(
                    "the broker drops messages: its queues are too small",
                    dropped=found - self.dropped,
                )
            self.dropped = found if found is not None else self.dropped
            self._stopping.wait(READ_EVERY)


def read_dropped(broker: Broker) -> int | None:
    """How many the broker has dropped since it was started; None: it does not say."""
    answered, payloads = threading.Event(), []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set(broker.username, broker.password)
    if broker.tls:
        client.tls_set()

    def on_message(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        payloads.append(bytes(message.payload))
        answered.set()

    def subscribe(*_: object) -> None:
        client.subscribe(DROPPED_TOPIC, qos=0)

    client.on_connect = subscribe
    client.on_message = on_message
    client.on_disconnect = lambda *_: answered.set()
    try:
        client.connect(broker.host, broker.port)
    except OSError:
        return None
    client.loop_start()
    answered.wait(ANSWER_TIMEOUT)
    client.disconnect()
    client.loop_stop()
    return int(payloads[0]) if payloads and payloads[0].isdigit() else None
