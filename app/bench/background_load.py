"""Readings at a steady rate, a process: `python -m app.bench.background_load`."""

import json
import sys
from itertools import count
from time import monotonic, sleep

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from app.config.addresses import MqttAddress

CLIENTS = 20
TICK = 0.01
"""Seconds between two bursts; within one the readings leave as fast as they can."""


def main(rate: float, homes: list[tuple[str, str]], broker: MqttAddress) -> None:
    """Publish `rate` readings a second, three values each, until killed. `homes`: (home, url)."""
    clients = [_connect(home, password, broker) for home, password in homes[:CLIENTS]]
    print("loading", flush=True)
    numbers = count()
    began, sent = monotonic(), 0
    while True:
        due = int((monotonic() - began) * rate)
        while sent < due:
            number = next(numbers)
            home, client = clients[number % len(clients)]
            payload = {
                "seq": number,
                "temperature": 20 + number % 100 / 10,
                "humidity": number % 100,
                "battery": 90 + number % 9,
            }
            client.publish(f"homes/{home}/th-{number % 50}/reading", json.dumps(payload), qos=1)
            sent += 1
        sleep(TICK)


def _connect(home: str, password: str, broker: MqttAddress) -> tuple[str, mqtt.Client]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"load-{home}")
    client.username_pw_set(home, password)
    client.max_inflight_messages_set(1000)
    client.connect(broker.host, broker.port)
    client.loop_start()
    return home, client


if __name__ == "__main__":
    given = json.load(sys.stdin)
    address = MqttAddress.parse(given["broker"])
    assert address is not None  # noqa: S101  app/bench/rig.py gives it
    main(given["rate"], [tuple(home) for home in given["homes"]], address)
