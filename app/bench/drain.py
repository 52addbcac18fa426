"""How fast ingest takes in readings that waited in the broker, beside a client that only reads."""

import threading
from time import monotonic

import orjson
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.addresses import MqttAddress
from app.bench.figures import wait_until
from app.bench.rig import Rig, process, rig
from store import heartbeats

HOMES = 5
DEVICES = 50
PATIENCE = 120.0


def drain_rates(messages: int) -> tuple[float, float]:
    """Messages a second, three values each: of a bare client that receives, decodes and
    acknowledges, and of one ingest process that also has them committed, exactly once."""
    with rig(HOMES) as system:
        _bare(system, 0)  # its session, so that the broker keeps a copy for it
        with process("ingest", system.env), psycopg.connect(system.database_url) as conn:
            conn.autocommit = True
            wait_until(lambda: _connected(conn), 30, "ingest")
        _publish(system, messages)
        bare = _bare(system, messages)
        with (
            psycopg.connect(system.database_url, autocommit=True) as conn,
            process("ingest", system.env),
        ):
            wait_until(lambda: _stored(conn) > 0, 30, "the first reading")
            began, first = monotonic(), _stored(conn)
            wait_until(lambda: _stored(conn) >= messages, PATIENCE, "the last reading")
            took = monotonic() - began
    return bare, (messages - first) / took


def _connected(conn: psycopg.Connection) -> bool:
    beats = {beat.process: beat.detail for beat in heartbeats.latest(conn)}
    return bool(beats.get("ingest", {}).get("bulk") == "connected")


def _stored(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT count(*) FROM readings").fetchone()
    return int(row[0]) if row else 0


def _publish(system: Rig, messages: int) -> None:
    """From the homes' hubs, as fast as they can; returns when the broker has them all."""
    address = MqttAddress.parse(system.broker.device_url)
    assert address is not None  # noqa: S101  it is ours
    share = messages // HOMES
    for home in system.district.homes[:HOMES]:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"bench-{home.code}")
        client.username_pw_set(home.code, system.passwords[home.code])
        client.max_inflight_messages_set(500)
        client.connect(address.host, address.port)
        client.loop_start()
        last = None
        for number in range(share):
            payload = {"seq": number, "temperature": 20.5, "humidity": number % 100, "battery": 90}
            topic = f"homes/{home.code}/th-{number % DEVICES}/reading"
            last = client.publish(topic, orjson.dumps(payload), qos=1)
        if last is not None:
            last.wait_for_publish(PATIENCE)
        client.disconnect()
        client.loop_stop()


def _bare(system: Rig, messages: int) -> float:
    """Messages a second of a client that does nothing with them; 0 messages: only subscribe."""
    address = MqttAddress.parse(system.broker.centre_url)
    assert address is not None  # noqa: S101  it is ours
    done, subscribed = threading.Event(), threading.Event()
    seen: list[float] = []

    def read(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        orjson.loads(message.payload)
        seen.append(monotonic())
        if len(seen) == messages:
            done.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-bare", protocol=mqtt.MQTTv5)
    client.username_pw_set(address.user, address.password)
    client.on_message = read
    client.on_subscribe = lambda *_: subscribed.set()
    connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    connect.SessionExpiryInterval = 3600
    client.connect(address.host, address.port, clean_start=False, properties=connect)
    client.loop_start()
    client.subscribe("homes/+/+/reading", qos=1)
    if not subscribed.wait(10) or (messages and not done.wait(PATIENCE)):
        raise TimeoutError("the bare client did not get its messages")
    client.disconnect(properties=_goodbye())
    client.loop_stop()
    return (messages - 1) / (seen[-1] - seen[0]) if messages > 1 else 0.0


def _goodbye() -> Properties:
    """Leave, and let the broker keep the session."""
    goodbye = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]
    goodbye.SessionExpiryInterval = 3600
    return goodbye
