"""A database of its own, the deployment's Mosquitto, and our ingest as a process."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.config.addresses import MqttAddress
from app.embedded.postgres import EmbeddedPostgres
from migrations.runner import migrate
from tests.district import build_district
from tests.servers.__main__ import newest_mosquitto
from tests.servers.fixtures import empty_database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import wait_until

ROOT = Path(__file__).parents[2]
HOMES = 20
DEVICES = 50
PATIENCE = 600.0
WEEK = 7 * 24 * 3600


@dataclass
class Rig:
    database_url: str
    broker: Mosquitto
    conn: psycopg.Connection
    database: EmbeddedPostgres | None
    """Its own, which may be killed."""

    def count(self, query: str) -> int:
        """0 while the database is away."""
        try:
            if self.conn.closed:
                self.conn = psycopg.connect(self.database_url, autocommit=True)
            row = self.conn.execute(query.encode()).fetchone()
        except psycopg.OperationalError:
            return 0
        return int(row[0] or 0) if row else 0

    def wait(self, holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        wait_until(holds, what, seconds)

    def connected(self) -> bool:
        return bool(
            self.count(
                "SELECT count(*) FROM heartbeats WHERE process = 'ingest'"
                " AND detail->>'urgent' = 'connected' AND detail->>'bulk' = 'connected'"
            )
        )

    def stands_by(self) -> bool:
        return bool(
            self.count(
                "SELECT count(*) FROM heartbeats"
                " WHERE detail->>'urgent' = 'standby' AND detail->>'bulk' = 'standby'"
            )
        )

    def start_ingest(self, instance: str = "proof") -> "subprocess.Popen[bytes]":
        env = {
            "ANXIN_DATABASE_URL": self.database_url,
            "ANXIN_MQTT_URL": self.broker.url,
            "ANXIN_INSTANCE": instance,
            "ANXIN_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-P", "-m", "app.main", "ingest"]
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env})

    @contextmanager
    def ingest(self, instance: str = "proof") -> "Iterator[subprocess.Popen[bytes]]":
        process = self.start_ingest(instance)
        try:
            yield process
        finally:
            end(process)

    def client(self, name: str, *, lasting: bool = False) -> mqtt.Client:
        """The centre's, connected."""
        address = MqttAddress.parse(self.broker.url)
        assert address
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        client.username_pw_set(address.user, address.password)
        client.max_inflight_messages_set(1000)
        connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        connect.SessionExpiryInterval = WEEK if lasting else 0
        client.connect(address.host, address.port, clean_start=not lasting, properties=connect)
        return client


def end(process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> None:
    process.send_signal(how)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


given_database = contextmanager(empty_database)


def _own_database(stack: ExitStack) -> EmbeddedPostgres:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anxin-proof-")))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres")
    stack.callback(server.stop)
    server.start()
    return server


def cpu_of(pid: int) -> float:
    """Seconds of processor a process has used (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def rig(*, own: bool = False) -> Iterator[Rig]:
    """`own`: with a PostgreSQL of its own, which may be killed."""
    with ExitStack() as stack:
        database = _own_database(stack) if own else None
        url = database.url if database else stack.enter_context(given_database())
        migrate(url)
        broker = stack.enter_context(newest_mosquitto())
        conn = stack.enter_context(psycopg.connect(url, autocommit=True))
        build_district(conn, HOMES, contacts=1, now=datetime.now(UTC))
        yield Rig(url, broker, conn, database)


FIRST = datetime.now(UTC) - timedelta(hours=2)


def reading(number: int, *, timed: bool = False) -> tuple[str, bytes]:
    """Topic and payload of a report with three values and a seq; each is another one. `timed`: it
    carries its own time, too, as what a hub keeps and sends again."""
    device, seq = number % (HOMES * DEVICES), number // (HOMES * DEVICES)
    said: dict[str, object] = {
        "seq": seq,
        "temperature": 20.5,
        "humidity": seq % 100,
        "battery": 90,
    }
    if timed:
        said["at"] = (FIRST + timedelta(seconds=seq)).isoformat()
    home, sensor = device % HOMES + 1, device // HOMES
    return f"homes/H{home:04}/th-{sensor}/reading", orjson.dumps(said)


STORED = """
    SELECT substr(h.code, 2)::int - 1, substr(d.code, 4)::int, extract(epoch FROM r.at)::float
    FROM readings r JOIN devices d ON d.id = r.device_id JOIN homes h ON h.id = d.home_id
"""


def stored_numbers(conn: psycopg.Connection) -> set[int]:
    """Of the timed readings that are in the database, as `reading` was asked for them."""
    began = FIRST.timestamp()
    return {
        round(at - began) * HOMES * DEVICES + sensor * HOMES + home
        for home, sensor, at in conn.execute(STORED)
    }
