"""Measures how fast ingest takes in what waited in the broker, and the bare machine.

On the machine's own Mosquitto where it has one. In the same run: a bare paho client that receives
and decodes the same messages, and bare COPY of the same rows into the same database.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

import orjson
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.bench.bulk_publisher import publish_all
from app.bench.figures import wait_or_time_out
from app.bench.memory import peak_memory
from app.bench.rig import Rig, address_of, bench_rig, running_process
from app.config.addresses import MqttAddress
from store.engine import heartbeats

HOMES = 20
DEVICES = 50
"""A home: a thousand devices in all."""
PATIENCE = 600.0
_COPY = "COPY readings (device_id, at, arrival_time, battery, humidity, temperature) FROM STDIN"


@dataclass(frozen=True)
class Drain:
    """Messages a second, each three values; seconds; megabytes."""

    broker: str
    messages: int
    ours: float
    bare: float
    copied: float
    press: float
    """From a press in the middle of the backlog to its alarm's row."""
    memory: float
    """The largest that the ingest process has been."""

    def __str__(self) -> str:
        return (
            f"{self.messages:,} readings waiting in {self.broker}: committed and acknowledged"
            f" {self.ours:,.0f}/s (goal 16,000)   bare client {self.bare:,.0f}/s"
            f" ({self.ours / self.bare:.0%}, goal 80 %)   bare COPY {self.copied:,.0f}/s\n"
            f"  a press meanwhile: alarm after {self.press * 1000:.0f} ms (goal 1,000)"
            f"   memory of ingest {self.memory:.0f} MB (goal 250)"
        )


def measure_drain(messages: int) -> Drain:
    """One ingest process against `messages` readings that waited for it."""
    with bench_rig(HOMES, mosquitto=True) as system:
        _bare(system, 0)  # its session, so that the broker keeps a copy for it
        make_sessions(system)
        publish_all(address_of(system.broker.device_url), _readings(system, messages))
        bare = _bare(system, messages)
        with (
            psycopg.connect(system.database_url, autocommit=True) as conn,
            running_process("ingest", system.env) as running,
        ):
            wait_or_time_out(lambda: stored_readings(conn) > 0, 60, "the first reading")
            began, first = monotonic(), stored_readings(conn)
            press = time_press(system, conn)
            wait_or_time_out(
                lambda: stored_readings(conn) >= messages, PATIENCE, "the last reading"
            )
            took, memory = monotonic() - began, peak_memory(running.pid)
            copied = _copy(conn, messages)
    broker = type(system.broker).__name__
    return Drain(broker, messages, (messages - first) / took, bare, copied, press, memory)


def make_sessions(system: Rig) -> None:
    """Ingest has been there once: the broker keeps what comes for it."""
    with psycopg.connect(system.database_url, autocommit=True) as conn:
        with running_process("ingest", system.env):
            wait_or_time_out(lambda: _connected(conn), 60, "ingest")
        conn.execute("DELETE FROM heartbeats")


def stored_readings(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT count(*) FROM readings").fetchone()
    return int(row[0]) if row else 0


def time_press(system: Rig, conn: psycopg.Connection) -> float:
    """Seconds from a press to its alarm's row; it must be the first of this home."""
    home = system.district.homes[0].code
    began = monotonic()
    topic = f"homes/{home}/button-1/signal"
    publish_all(address_of(system.broker.device_url), [(topic, b'{"kind":"help_call","id":"1"}')])
    wait_or_time_out(lambda: _alarms(conn) > 0, 60, "the alarm of a press")
    return monotonic() - began


def _alarms(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT count(*) FROM alarms").fetchone()
    return int(row[0]) if row else 0


def _connected(conn: psycopg.Connection) -> bool:
    reports = {report.process: report.detail for report in heartbeats.latest(conn)}
    return bool(reports.get("ingest", {}).get("bulk") == "connected")


def _readings(system: Rig, messages: int) -> Iterator[tuple[str, bytes]]:
    homes = [home.code for home in system.district.homes]
    for number in range(messages):
        home, device = homes[number % HOMES], number // HOMES % DEVICES
        values = {"seq": number, "temperature": 20.5, "humidity": number % 100, "battery": 90}
        yield f"homes/{home}/th-{device}/reading", orjson.dumps(values)


def _copy(conn: psycopg.Connection, rows: int, batch: int = 2000) -> float:
    """Rows a second, committed by the batch, of devices that nobody has."""
    began, start = datetime.now(UTC) - timedelta(days=1), monotonic()
    for first in range(0, rows, batch):
        lines = "".join(
            f"{-1 - number % 1000}\t{began + timedelta(microseconds=number)}\tt\t90\t40\t20.5\n"
            for number in range(first, min(rows, first + batch))
        )
        with conn.cursor().copy(_COPY) as copy:
            copy.write(lines)
    return rows / (monotonic() - start)


def _bare(system: Rig, messages: int) -> float:
    """Messages a second of a client that does nothing with them; 0 messages: only subscribe."""
    address = address_of(system.broker.centre_url)
    done, subscribed = threading.Event(), threading.Event()
    received_at: list[float] = []

    def read(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        orjson.loads(message.payload)
        received_at.append(monotonic())
        if len(received_at) == messages:
            done.set()

    client = _client(address)
    client.on_message = read
    client.on_subscribe = lambda *_: subscribed.set()
    client.loop_start()
    client.subscribe("homes/+/+/reading", qos=1)
    if not subscribed.wait(10) or (messages and not done.wait(PATIENCE)):
        raise TimeoutError("the bare client did not get its messages")
    client.disconnect(properties=_lasting(PacketTypes.DISCONNECT))
    client.loop_stop()
    return (messages - 1) / (received_at[-1] - received_at[0]) if messages > 1 else 0.0


def _client(address: MqttAddress) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-bare", protocol=mqtt.MQTTv5)
    client.username_pw_set(address.user, address.password)
    connect = _lasting(PacketTypes.CONNECT)
    client.connect(address.host, address.port, clean_start=False, properties=connect)
    return client


def _lasting(packet: int) -> Properties:
    """The broker is to keep the session while the client is away."""
    made = Properties(packet)  # type: ignore[no-untyped-call]
    made.SessionExpiryInterval = 3600
    return made
