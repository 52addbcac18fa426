"""The supervisor starts in order, restarts what ends, stops in reverse, and leaves nothing."""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.embedded.postgres import EmbeddedPostgres
from app.processes.guarded_process import Command
from app.processes.service import Service, ServiceState, url_answers
from app.processes.service_runner import ServiceRunner
from app.processes.supervisor import Supervisor
from app.waiting import wait_until
from tests.sizes import long_but

WAIT = "import threading; threading.Event().wait()"
STARTS = "open(__import__('sys').argv[1], 'a').write('x')"


class Watched:
    """A supervisor whose services' lines and states a test can wait for."""

    def __init__(self, services: list[Service]) -> None:
        self.lines: list[tuple[str, str]] = []
        self.supervisor = Supervisor(services, output=lambda *line: self.lines.append(line))

    def sees(self, come: Callable[[], bool]) -> None:
        assert wait_until(come, 15), (self.supervisor.status, self.lines)

    def state(self, name: str) -> ServiceState:
        return self.supervisor.status[name].state

    def pid(self, name: str) -> int:
        pid = self.supervisor.status[name].pid
        assert pid is not None
        return pid


@pytest.fixture
def run() -> Iterator[Callable[..., Watched]]:
    running: list[Watched] = []

    def start(*services: Service) -> Watched:
        watched = Watched(list(services))
        running.append(watched)
        watched.supervisor.start()
        return watched

    yield start
    for watched in running:
        watched.supervisor.stop()


def python(name: str, code: str, *arguments: str, **options: Any) -> Service:
    command = Command([sys.executable, "-u", "-c", code, *arguments], grace=1.0)
    return Service(name, command, **options)


def test_each_waits_for_what_it_comes_after(run: Callable[..., Watched]) -> None:
    may = threading.Event()
    watched = run(
        python("database", WAIT, ready=may.is_set),
        python("migrate", "print('done')", once=True, after=("database",)),
        python("api", WAIT, after=("migrate",)),
    )
    watched.sees(lambda: watched.state("database") is ServiceState.STARTING)
    assert (watched.state("migrate"), watched.state("api")) == (
        ServiceState.WAITING,
        ServiceState.WAITING,
    )
    may.set()
    assert watched.supervisor.wait_ready(15)
    assert watched.state("migrate") is ServiceState.DONE
    assert ("migrate", "done") in watched.lines


def test_what_is_killed_is_started_again(run: Callable[..., Watched]) -> None:
    watched = run(python("ingest", WAIT))
    assert watched.supervisor.wait_ready(15)
    before = watched.pid("ingest")
    os.kill(before, signal.SIGKILL)
    watched.sees(lambda: watched.supervisor.status["ingest"].starts == 2)
    watched.sees(lambda: watched.state("ingest") is ServiceState.READY)
    assert watched.pid("ingest") != before
    assert watched.supervisor.status["ingest"].reason == "signal SIGKILL"


def test_a_failing_one_shot_is_tried_again(run: Callable[..., Watched], tmp_path: Path) -> None:
    code = f"import os, sys; {STARTS}; sys.exit(os.path.getsize(sys.argv[1]) < 3)"
    watched = run(python("migrate", code, str(tmp_path / "starts"), once=True))
    assert watched.supervisor.wait_ready(15)
    assert (tmp_path / "starts").read_text() == "xxx"


def test_pauses_grow_to_a_limit_and_shrink_after_a_steady_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    lengths = iter([1.0] * 7 + [100.0, 1.0])
    now = [0.0]
    runner = ServiceRunner(python("a", WAIT), {}, threading.Condition(), lambda *_: None)

    def one_run() -> str:
        length = next(lengths, None)
        if length is None:
            runner.stopping = True
            return "stopped"
        now[0] += length
        return "exit status 1"

    def sleep_until(come: object, seconds: float | None = None, **_: object) -> None:
        if seconds is not None:
            pauses.append(seconds)

    monkeypatch.setattr(runner, "_one_run", one_run)
    monkeypatch.setattr(runner, "_sleep_until", sleep_until)
    monkeypatch.setattr("app.processes.service_runner.time.monotonic", lambda: now[0])
    runner.run()
    assert pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 0.2, 0.4])


def test_one_that_does_not_get_ready_is_started_again(run: Callable[..., Watched]) -> None:
    watched = run(python("api", WAIT, ready=lambda: False, ready_timeout=0.1))
    watched.sees(lambda: watched.supervisor.status["api"].starts >= 2)
    assert "not ready after 0.1 s" in watched.supervisor.status["api"].reason


def test_one_that_fails_its_health_is_started_again(run: Callable[..., Watched]) -> None:
    well = threading.Event()
    watched = run(python("api", WAIT, healthy=well.is_set, health_interval=0.01))
    watched.sees(lambda: watched.supervisor.status["api"].starts >= 2)
    well.set()
    watched.sees(lambda: watched.state("api") is ServiceState.READY)


def test_a_readiness_address_answers_or_not() -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/readyz" else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}"
        answers = [url_answers(f"{address}/{path}")() for path in ("readyz", "other")]
        server.shutdown()
    assert answers == [True, False]
    assert not url_answers(address)()


def test_a_broken_check_or_preparation_ends_no_thread(run: Callable[..., Watched]) -> None:
    tries: list[int] = []

    def prepare() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ZeroDivisionError

    watched = run(python("database", WAIT, prepare=prepare))
    assert watched.supervisor.wait_ready(15)
    assert len(tries) == 3


def test_a_changed_file_restarts_its_service(run: Callable[..., Watched], tmp_path: Path) -> None:
    file = tmp_path / "hubs.json"
    file.write_text("{}")
    watched = run(python("broker", WAIT, restart_on=file), python("api", WAIT, after=("broker",)))
    assert watched.supervisor.wait_ready(15)
    file.write_text('{"H0001": "pw"}')
    watched.sees(lambda: watched.supervisor.status["broker"].starts == 2)
    assert watched.supervisor.status["api"].starts == 1


def test_restart_on_request(run: Callable[..., Watched]) -> None:
    watched = run(python("api", WAIT))
    assert watched.supervisor.wait_ready(15)
    watched.supervisor.restart("api")
    watched.sees(lambda: watched.supervisor.status["api"].starts == 2)


def test_stop_goes_in_reverse_order(run: Callable[..., Watched], tmp_path: Path) -> None:
    code = (
        "import signal, sys, threading\n"
        "end = threading.Event()\n"
        "signal.signal(15, lambda *_: end.set())\n"
        "print('up')\nend.wait()\n"
        "open(sys.argv[1], 'a').write(sys.argv[2] + ' ')\n"
    )
    order = tmp_path / "order"

    def service(name: str, *after: str) -> Service:
        return python(
            name, code, str(order), name, after=after, ready=lambda: (name, "up") in watched.lines
        )

    watched = Watched([])
    watched = run(service("database"), service("engine", "database"), service("api", "engine"))
    assert watched.supervisor.wait_ready(15)
    watched.supervisor.stop()
    assert order.read_text() == "api engine database "
    assert {s.state for s in watched.supervisor.status.values()} == {ServiceState.STOPPED}


def test_stop_while_starting(run: Callable[..., Watched]) -> None:
    watched = run(
        python("database", WAIT, ready=lambda: False), python("api", WAIT, after=("database",))
    )
    watched.sees(lambda: watched.supervisor.status["database"].pid is not None)
    pid = watched.pid("database")
    watched.supervisor.stop()
    assert not psutil.pid_exists(pid)
    assert watched.supervisor.status["api"].starts == 0


def test_wrong_order_or_names_are_refused() -> None:
    with pytest.raises(ValueError, match="api"):
        Supervisor([python("api", WAIT, after=("database",))])
    with pytest.raises(ValueError, match="used twice"):
        Supervisor([python("api", WAIT), python("api", WAIT)])


# The whole, in processes of their own

INSTALLATION = """
import sys
from pathlib import Path
from app.config.addresses import ListenAddress
from app.embedded.broker import EmbeddedBroker
from app.embedded.postgres import EmbeddedPostgres
from app.bootstrap.log_setup import configure_logging
from app.processes.guarded_process import Command
from app.processes.service import Service
from app.processes.supervisor import Supervisor

configure_logging()
data = Path(sys.argv[1])
deaf = "import signal, threading; signal.signal(15, signal.SIG_IGN); threading.Event().wait()"
Supervisor([
    EmbeddedPostgres(data / "database", fast=True).service(),
    EmbeddedBroker(data / "broker", ListenAddress("127.0.0.1", 0)).service(),
    Service("deaf", Command([sys.executable, "-c", deaf], grace=1), after=("database", "broker")),
]).run(on_ready=lambda: print("ready", flush=True))
"""
# a shell between, as make or a terminal would be
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", *sys.argv[1:]])
print(child.pid, flush=True)
sys.exit(child.wait())
"""


class Installation:
    """Parent, supervisor and all their processes, found by a mark in their environment."""

    def __init__(self, data: Path) -> None:
        self.mark = uuid.uuid4().hex
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, INSTALLATION, str(data)],
            env={**os.environ, "ANXIN_TEST_MARK": self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.parent.stdout is not None
        self.supervisor = int(self.parent.stdout.readline())
        assert self.parent.stdout.readline() == "ready\n"

    def processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get("ANXIN_TEST_MARK") == self.mark)
        except psutil.Error:
            return False

    def ends(self) -> bool:
        return wait_until(lambda: not self.processes(), 20)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with EmbeddedPostgres.temporary() as database:
        database.stop()
        yield database.directory


@pytest.fixture
def installation(template: Path) -> Iterator[Installation]:
    data = Path(tempfile.mkdtemp(prefix="anxin-test-"))
    data.chmod(0o711)
    subprocess.run(["cp", "-a", str(template), str(data / "database")], check=True)
    started = Installation(data)
    names = {process.name() for process in started.processes()}
    assert "postgres" in names
    assert len(started.processes()) >= 8
    yield started
    with contextlib.suppress(ProcessLookupError):
        os.kill(started.supervisor, signal.SIGTERM)
    if not started.ends():
        for process in started.processes():
            process.kill()
    started.parent.wait()
    if started.parent.stdout:
        started.parent.stdout.close()
    shutil.rmtree(data)


@pytest.mark.parametrize("how", long_but([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], 0))
def test_a_signal_ends_all_and_well(installation: Installation, how: signal.Signals) -> None:
    os.kill(installation.supervisor, how)
    assert installation.parent.wait(20) == 0
    assert installation.ends()


def test_kill_9_of_the_supervisor_leaves_nothing(installation: Installation) -> None:
    os.kill(installation.supervisor, signal.SIGKILL)
    assert installation.ends()


@pytest.mark.long
def test_kill_9_of_its_parent_leaves_nothing(installation: Installation) -> None:
    installation.parent.kill()
    assert installation.ends()


@pytest.mark.long
def test_kill_9_of_both_leaves_nothing(installation: Installation) -> None:
    installation.parent.kill()
    os.kill(installation.supervisor, signal.SIGKILL)
    assert installation.ends()


@pytest.mark.parametrize("with_parent", [True, False])
def test_a_closed_terminal_or_a_lost_parent_stops_only_who_hangs_on_it(
    monkeypatch: pytest.MonkeyPatch, with_parent: bool
) -> None:
    """Break: watch the parent whatever was asked for."""
    hung_up = Supervisor([], with_parent=with_parent)
    hung_up._on_signal(signal.SIGHUP, None)
    assert hung_up._asked_to_stop is with_parent

    orphan = Supervisor([], with_parent=with_parent)
    parents = itertools.count(1000)
    with monkeypatch.context() as patched:
        patched.setattr(os, "getppid", lambda: next(parents))
        orphan.start()
        assert wait_until(lambda: orphan._asked_to_stop, 2.0 if with_parent else 0.5) is with_parent
    orphan.stop()


@pytest.mark.long
def test_a_second_ctrl_c_does_not_wait(installation: Installation) -> None:
    os.kill(installation.supervisor, signal.SIGINT)
    os.kill(installation.supervisor, signal.SIGINT)
    installation.parent.wait(20)
    assert installation.ends()


@pytest.mark.long
def test_database_and_broker_come_back_after_kill_9(installation: Installation) -> None:
    postgres = next(p for p in installation.processes() if p.name() == "postgres")
    while postgres.parent() is not None and postgres.parent().name() == "postgres":
        postgres = postgres.parent()
    broker = next(p for p in installation.processes() if "app.embedded.serve_broker" in p.cmdline())
    if broker.children():
        broker = broker.children()[0]
    for process in (postgres, broker):
        process.kill()

    def back() -> bool:
        ours = installation.processes()
        # a worker of the database may end while it is being looked at
        with contextlib.suppress(psutil.NoSuchProcess):
            return any(p.name() == "postgres" and p.pid != postgres.pid for p in ours) and any(
                "app.embedded.serve_broker" in p.cmdline() and p.pid != broker.pid for p in ours
            )
        return False

    assert wait_until(back, 20)
