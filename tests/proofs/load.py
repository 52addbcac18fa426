"""A district's hubs, each with a connection of its own, against a whole centre.

TimescaleDB, the deployment's Mosquitto, our ingest, engine and API as processes, the simulated
phones; the scenario `load` with its ramp and its storm; the probe presses in one more home. Says
what each process took, and exits as `anxin simulate` does.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import psycopg

from api.access.accounts import make_role_token
from app.access.mosquitto_access import MosquittoAccess
from app.demo.district import make_district
from app.demo.seed import seed_district
from app.demo.simulator_files import write_homes, write_phones, write_private
from app.free_port import free_port
from migrations.runner import migrate
from store.db import open_pool
from store.model import Role
from tests.proofs.rig import ROOT, cpu_of, end, given_database
from tests.servers.__main__ import newest_mosquitto
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import is_listening, wait_until

TICK_S = 1.0
PAGE = os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass
class Use:
    """Seconds of processor since we looked first, and the most memory (MB)."""

    first: float | None = None
    cpu: float = 0.0
    memory: float = 0.0


@dataclass
class Meter:
    """Looks at processes once a second; one that has ended keeps what it had."""

    uses: dict[tuple[str, int], Use] = field(default_factory=dict)

    def look(self, name: str, pid: int) -> None:
        try:
            cpu = cpu_of(pid)
            memory = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except (FileNotFoundError, ProcessLookupError):
            return
        use = self.uses.setdefault((name, pid), Use())
        use.first = cpu if use.first is None else use.first
        use.cpu, use.memory = cpu - use.first, max(use.memory, memory)

    def lines(self, seconds: float) -> Iterator[str]:
        for name in dict.fromkeys(name for name, _ in self.uses):
            mine = [use for (other, _), use in self.uses.items() if other == name]
            cpu, memory = sum(use.cpu for use in mine), max(use.memory for use in mine)
            yield (
                f"  {name:<10} CPU {cpu:7.1f} s ({cpu / seconds:4.0%} of one), {memory:4.0f} MB"
                f"{f' at most in one of {len(mine)}' if len(mine) > 1 else ''}"
            )


@dataclass
class Centre:
    """Where it is, and its processes by name."""

    folder: Path
    database_url: str
    broker: Mosquitto
    api: str
    phones: str
    processes: dict[str, int]


@contextmanager
def centre(homes: int) -> Iterator[Centre]:
    with ExitStack() as stack:
        url = stack.enter_context(given_database())
        broker = stack.enter_context(newest_mosquitto())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anxin-load-")))
        settled(url, broker, folder, homes)
        ports = {name: free_port() for name in ("api", "phones")}
        env = environment(url, broker, ports)
        words = {
            "phones": [
                "--http",
                f"127.0.0.1:{ports['phones']}",
                "--names",
                str(folder / "phones.json"),
                "--inbound-url",
                f"http://127.0.0.1:{ports['api']}/webhooks/twilio/sms",
            ],
            "ingest": [],
            "alerts": [],
            "api": [],
        }
        processes = {}
        for name, more in words.items():
            command = [sys.executable, "-P", "-m", "app.main", name, *more]
            made = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env})
            stack.callback(end, made)
            processes[name] = made.pid
        for port in ports.values():
            wait_until(lambda port=port: is_listening(port), f"port {port}", 60)  # type: ignore[misc]
        yield Centre(
            folder,
            url,
            broker,
            f"http://127.0.0.1:{ports['api']}",
            f"http://127.0.0.1:{ports['phones']}",
            processes | {"mosquitto": broker.pid},
        )


def settled(url: str, broker: Mosquitto, folder: Path, homes: int) -> None:
    """Homes, people and log-ins; the files that the simulator and the phones read."""
    migrate(url)
    district = make_district(homes, seed=1)
    now = datetime.now(UTC)
    with open_pool(url, size=1) as pool, pool.connection() as conn:
        seed_district(conn, district, "zh", secrets.token_urlsafe(9), now)
        token = make_role_token(conn, Role.OPERATOR, "simulation", now).secret
    passwords = {home.code: secrets.token_hex(8) for home in district.homes}
    with MosquittoAccess(broker.admin_url) as access:
        access.add_hubs(passwords)
    write_homes(folder / "homes.json", district, passwords)
    write_phones(folder / "phones.json", district)
    write_private(folder / "token", token)


def environment(url: str, broker: Mosquitto, ports: Mapping[str, int]) -> dict[str, str]:
    return {
        "ANXIN_DATABASE_URL": url,
        "ANXIN_MQTT_URL": broker.url,
        "ANXIN_PUBLIC_URL": f"http://127.0.0.1:{ports['api']}",
        "ANXIN_HTTP": f"127.0.0.1:{ports['api']}",
        "ANXIN_SECRET_KEY": secrets.token_hex(32),
        "ANXIN_INSTANCE": "load",
        "ANXIN_LOG_LEVEL": "error",
        "ANXIN_TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "ANXIN_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "ANXIN_TWILIO_FROM": "+8610000000001",
        "ANXIN_TWILIO_LIFE_FROM": "+8610000000002",
        "ANXIN_TWILIO_API_URL": f"http://127.0.0.1:{ports['phones']}",
    }


def command(where: Centre, scenario: str, homes: int, ramp: float, probe: float) -> list[str]:
    port = where.broker.url.rpartition(":")[2]
    return [
        sys.executable,
        "-P",
        "-m",
        "app.main",
        "simulate",
        scenario,
        "--homes",
        str(where.folder / "homes.json"),
        "--count",
        str(homes),
        "--broker",
        f"127.0.0.1:{port}",
        "--api",
        where.api,
        "--phones",
        where.phones,
        "--token-file",
        str(where.folder / "token"),
        "--ramp",
        str(ramp),
        "--probe",
        str(probe),
        "--json",
        str(where.folder / "result.json"),
    ]


def measured(where: Centre, meter: Meter, over: threading.Event, simulator: int) -> None:
    """Until it is over; the database by its connections, each a process."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with psycopg.connect(where.database_url, autocommit=True) as conn:
        while not over.wait(TICK_S):
            for name, pid in {**where.processes, "simulator": simulator}.items():
                meter.look(name, pid)
            for (pid,) in conn.execute(query).fetchall():
                meter.look("database", pid)


def prove(scenario: str, homes: int, ramp: float, probe: float) -> int:
    """The simulator's exit status."""
    with centre(homes) as where:
        meter, over, began = Meter(), threading.Event(), monotonic()
        process = subprocess.Popen(command(where, scenario, homes, ramp, probe), cwd=ROOT)
        watcher = threading.Thread(target=measured, args=(where, meter, over, process.pid))
        watcher.start()
        status = process.wait()
        over.set()
        watcher.join()
        took = monotonic() - began
        print(f"{took:.0f} s in all, of {os.cpu_count()} processors:")
        print("\n".join(meter.lines(took)))
        result = json.loads((where.folder / "result.json").read_text("utf-8"))
        print(json.dumps(result["latencies"], indent=1))
        return status


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.load")
    parser.add_argument("--homes", type=int, default=3001, help="one more than play: the probe's")
    parser.add_argument("--scenario", default="load", help="a ready one, or a file")
    parser.add_argument("--ramp", type=float, default=60.0)
    parser.add_argument("--probe", type=float, default=1.0)
    given = parser.parse_args()
    return prove(given.scenario, given.homes, given.ramp, given.probe)


if __name__ == "__main__":
    sys.exit(main())
