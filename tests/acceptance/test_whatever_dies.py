"""No accepted alarm is lost, whatever dies: ingest, engine, api, database and broker are killed -9
one after the other, again and again, while buttons are pressed whose hubs repeat until they have
the centre's acknowledgement. Each press ends in exactly one alarm and at least one page.

Broken on purpose by acknowledging to the hub before the commit (lane.publish before _write in
ingest/lanes/runner.py): presses whose transaction was killed are then missing.

ANXIN_TEST_PRESSES=1000 is the promise in full size and takes some minutes.
"""

import itertools
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from app.config.addresses import ListenAddress
from app.demo.installation import DemoInstallation, DemoOptions, phones_address
from app.free_port import free_port
from app.processes.guarded_process import Command
from app.processes.service import Service, ServiceState
from app.processes.supervisor import Supervisor
from device_sim.hubs.hub import Hub
from device_sim.phones import Phones
from tests.sizes import sized

pytestmark = pytest.mark.long

PRESSES = int(os.environ.get("ANXIN_TEST_PRESSES", sized(60, 24)))
KINDS = ("help_call", "smoke", "gas_leak", "carbon_monoxide")
VICTIMS = ("ingest", "alerts", "database", "api", "broker")
PAUSE = 0.05
"""Seconds between two presses."""
ROUNDS = sized(2, 1)
"""How often each is killed at least."""
AT_LEAST = ROUNDS * len(VICTIMS)
_DIGITS = re.compile(r"\d{4}")


class Installation:
    """The demo's parts under its supervisor, with phones that are ours to look into."""

    def __init__(self, folder: Path, homes: int, stack: ExitStack) -> None:
        ports = ListenAddress("127.0.0.1", free_port()), ListenAddress("127.0.0.1", free_port())
        options = DemoOptions(homes, *ports, folder, seed=1, speed=1, simulate=False)
        self.demo = DemoInstallation(options)
        secrets, at = self.demo.secrets, phones_address(options.http)
        self.phones = stack.enter_context(
            Phones(secrets.account_sid, secrets.auth_token, host=at.host, port=at.port)
        )
        self.supervisor = Supervisor(self._services(), with_parent=False, output=lambda *_: None)
        stack.callback(self.supervisor.stop)
        self._starts: Counter[str] = Counter()
        self.supervisor.start()
        assert self.supervisor.wait_ready(120), self.supervisor.status

    def _services(self) -> list[Service]:
        """Without the simulated phones' own process: something that ends at once has its name."""
        over = Service("phones", Command([sys.executable, "-c", ""]), once=True)
        return [over if s.name == "phones" else s for s in self.demo.services()]

    def kill(self, name: str) -> None:
        """Wait until it works (again), then kill it."""

        def works() -> bool:
            now = self.supervisor.status[name]
            return now.state == ServiceState.READY and now.starts > self._starts[name]

        wait_for(works, 60)
        found = self.supervisor.status[name]
        assert found.pid is not None
        self._starts[name] = found.starts
        os.kill(found.pid, signal.SIGKILL)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.demo.database.url) as conn:
            return conn.execute(sql.encode()).fetchall()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    tmp_path.chmod(0o755)  # the database runs as another user when we are root
    with ExitStack() as stack:
        yield Installation(tmp_path, -(-PRESSES // len(KINDS)), stack)


@pytest.mark.sized
@pytest.mark.timeout(900)
def test_whatever_dies_each_press_is_one_alarm_and_at_least_one_page(
    installation: Installation,
) -> None:
    killed: Counter[str] = Counter()
    over = threading.Event()

    def kill_one_after_the_other() -> None:
        for name in itertools.cycle(VICTIMS):
            if over.is_set() and killed.total() >= AT_LEAST:
                return
            installation.kill(name)
            killed[name] += 1

    with ExitStack() as stack:
        hubs = hubs_of(installation, stack)
        killer = threading.Thread(target=kill_one_after_the_other, daemon=True)
        killer.start()
        for kind in KINDS:
            for hub in hubs:
                hub.press("button-1" if kind == "help_call" else f"{kind}-1", kind)
                over.wait(PAUSE)
        over.set()
        killer.join(240)
        assert not killer.is_alive()
        assert min(killed[name] for name in VICTIMS) >= ROUNDS, killed
        wait_for(lambda: not any(hub.unacknowledged for hub in hubs), 120)
    pressed = len(hubs) * len(KINDS)
    alarms = installation.rows(
        "SELECT h.code, a.kind, a.count, a.code FROM alarms a JOIN homes h ON h.id = a.home_id "
        "WHERE a.priority = 1"
    )
    assert len(alarms) == len({(home, kind) for home, kind, _, _ in alarms}) == pressed
    assert {count for _, _, count, _ in alarms} == {1}
    codes = {str(code) for *_, code in alarms}
    wait_for(lambda: codes <= paged(installation.phones, codes), 120)


def hubs_of(installation: Installation, stack: ExitStack) -> list[Hub]:
    at, hubs = installation.demo.options.mqtt, []
    for home, password in installation.demo.passwords.items():
        hubs.append(Hub(home, password, at.host, at.port).start(wait_s=None))
        stack.callback(hubs[-1].stop)
    return hubs


def paged(phones: Phones, codes: set[str]) -> set[str]:
    """The codes that some telephone was sent."""
    return codes & set(_DIGITS.findall(" ".join(r.form.get("Body", "") for r in phones.requests)))


def wait_for(come: Callable[[], bool], seconds: float) -> None:
    deadline = monotonic() + seconds
    while not come():
        assert monotonic() < deadline, "it did not come"
        threading.Event().wait(0.2)
