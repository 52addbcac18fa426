"""The installation that the bench measures: embedded parts, our processes, a carrier."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.bench.mosquitto import Mosquitto, mosquitto_program
from app.bench.recording_carrier import RecordingCarrier
from app.config.addresses import ListenAddress, MqttAddress
from app.config.clock import SystemClock
from app.demo.district import DemoDistrict, make_district
from app.demo.seed import seed_district
from app.embedded.broker import EmbeddedBroker
from app.embedded.postgres import EmbeddedPostgres
from app.processes.guarded_process import Command, GuardedProcess
from migrations.runner import migrate
from store.db import open_pool

ACCOUNT = "AC" + "0" * 32
TOKEN = "bench"  # noqa: S105  the carrier takes any


@dataclass(frozen=True)
class Rig:
    """Where everything is."""

    database_url: str
    broker: EmbeddedBroker | Mosquitto
    carrier: RecordingCarrier
    district: DemoDistrict
    passwords: Mapping[str, str]
    env: Mapping[str, str]


@contextmanager
def bench_rig(homes: int, *, mosquitto: bool = False) -> Iterator[Rig]:
    """A fresh installation with that many homes; ingest and alerts are not started yet.

    `mosquitto`: with the machine's own, if it has one, as a deployment has; there hubs need no
    password."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anxin-bench-")))
        folder.chmod(0o755)  # the database runs as another user when we are root
        database = EmbeddedPostgres(folder / "postgres")
        stack.callback(database.stop)
        url = database.start()
        migrate(url)
        district = make_district(homes, seed=1)
        with open_pool(url, size=1) as pool, pool.connection() as conn:
            seed_district(conn, district, "zh", "bench-password", SystemClock().now())
        broker, passwords = _broker(folder, district, mosquitto=mosquitto)
        stack.enter_context(broker)
        carrier = stack.enter_context(RecordingCarrier())
        yield Rig(url, broker, carrier, district, passwords, _env(url, broker, carrier))


def _broker(
    folder: Path, district: DemoDistrict, *, mosquitto: bool
) -> tuple[EmbeddedBroker | Mosquitto, Mapping[str, str]]:
    if mosquitto and mosquitto_program():
        return Mosquitto(folder / "broker"), {home.code: "" for home in district.homes}
    broker = EmbeddedBroker(folder / "broker", devices=ListenAddress("127.0.0.1", 0))
    return broker, broker.add_hubs({home.code: None for home in district.homes})


@contextmanager
def running_process(name: str, env: Mapping[str, str]) -> Iterator[GuardedProcess]:
    """One of our processes; its log goes to stderr when it says more than information."""

    def show(line: str) -> None:
        if "level=info" not in line:
            print(f"{name} | {line}", file=sys.stderr)

    command = Command(
        [sys.executable, "-P", "-m", "app.main", name],
        env={**env, "ANXIN_INSTANCE": f"{name}-1"},
    )
    running = GuardedProcess(command, show)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def background_readings(system: Rig, rate: float) -> Iterator[None]:
    """Background readings at `rate` a second while the block runs."""
    given = {
        "rate": rate,
        "homes": list(system.passwords.items()),
        "broker": system.broker.device_url,
    }
    loader = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.bench.background_load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert loader.stdin is not None and loader.stdout is not None  # noqa: S101, PT018
    try:
        loader.stdin.write(json.dumps(given))
        loader.stdin.close()
        loader.stdout.readline()
        yield
    finally:
        loader.kill()
        loader.wait()


def _env(url: str, broker: EmbeddedBroker | Mosquitto, carrier: RecordingCarrier) -> dict[str, str]:
    return {
        "ANXIN_DATABASE_URL": url,
        "ANXIN_MQTT_URL": broker.centre_url,
        "ANXIN_TWILIO_ACCOUNT_SID": ACCOUNT,
        "ANXIN_TWILIO_AUTH_TOKEN": TOKEN,
        "ANXIN_TWILIO_FROM": "+8610000000001",
        "ANXIN_TWILIO_LIFE_FROM": "+8610000000002",
        "ANXIN_TWILIO_API_URL": carrier.url,
        "ANXIN_PUBLIC_URL": "http://127.0.0.1:9",
        "ANXIN_LOG_FORMAT": "keyvalue",
    }


def address_of(url: str) -> MqttAddress:
    """Where a broker of the bench is."""
    address = MqttAddress.parse(url)
    assert address is not None  # noqa: S101  it is ours
    return address
