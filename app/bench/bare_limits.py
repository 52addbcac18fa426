"""Measures what the machine can do without us in the same run, for comparison.

At the pace of the presses and with the same readings behind: a machine that sleeps between two
commits takes several times as long for one as in a loop.
"""

import threading
from dataclasses import dataclass
from time import monotonic, sleep

import paho.mqtt.client as mqtt
import psycopg
import requests
from paho.mqtt.enums import CallbackAPIVersion

from app.bench.figures import Figure
from app.bench.rig import ACCOUNT, TOKEN, Rig
from app.config.addresses import MqttAddress

TRIES = 200
PAUSE = 0.05
"""Seconds between two tries, and between two presses: 20 a second."""


@dataclass(frozen=True)
class BareLimits:
    """Bare figures."""

    commit: Figure
    round_trip: Figure
    post: Figure


def measure_limits(system: Rig) -> BareLimits:
    return BareLimits(_commit(system), _round_trip(system), _post(system))


def _commit(system: Rig) -> Figure:
    """One row, one commit."""
    took = []
    with psycopg.connect(system.database_url, autocommit=True) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS bench_commit (n int)")
        for number in range(TRIES):
            began = monotonic()
            conn.execute("INSERT INTO bench_commit VALUES (%s)", [number])
            took.append((monotonic() - began) * 1000)
            sleep(PAUSE)
        conn.execute("DROP TABLE bench_commit")
    return Figure.of("bare commit", "ms", took)


def _round_trip(system: Rig) -> Figure:
    """Publish and receive through the same broker. QoS 0: with two packets on their way a broker
    with Nagle's algorithm on would wait for TCP's acknowledgement of the first, 40 ms."""
    address = MqttAddress.parse(system.broker.device_url)
    assert address is not None  # noqa: S101
    home = system.district.homes[0].code
    arrived = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-round-trip")
    client.username_pw_set(home, system.passwords[home])
    client.on_message = lambda *_: arrived.set()
    client.on_subscribe = lambda *_: arrived.set()
    client.connect(address.host, address.port)
    client.loop_start()
    client.subscribe(f"homes/{home}/progress", qos=0)
    arrived.wait(10)
    took = []
    for _ in range(TRIES):
        arrived.clear()
        began = monotonic()
        client.publish(f"homes/{home}/progress", b"x", qos=0)
        if not arrived.wait(10):
            raise TimeoutError("the broker did not deliver within 10 s")
        took.append((monotonic() - began) * 1000)
        sleep(PAUSE)
    client.loop_stop()
    return Figure.of("bare MQTT round trip", "ms", took)


def _post(system: Rig) -> Figure:
    """A request to the carrier on a kept connection."""
    url = f"{system.carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    took = []
    with requests.Session() as session:
        session.auth = (ACCOUNT, TOKEN)
        for number in range(TRIES):
            body = {"To": f"+1415555{number:04}", "From": "+14155550000", "Body": "bench"}
            began = monotonic()
            session.post(url, data=body, timeout=10).raise_for_status()
            took.append((monotonic() - began) * 1000)
            sleep(PAUSE)
    return Figure.of("bare request to the carrier", "ms", took)
