"""No child outlives the process that started it, however that one ended."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from app.processes.guarded_process import Command, GuardedProcess
from app.waiting import wait_until

WAIT = "import threading; print('up', flush=True); threading.Event().wait()"
DEAF = f"import signal; signal.signal(15, signal.SIG_IGN); {WAIT}"
# leaves a process of its own behind and ends
LITTER = (
    "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'input()'], "
    "stdin=subprocess.PIPE); print(p.pid, flush=True); import os; os._exit(3)"
)


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


class Said:
    """Collects lines and lets a test wait for one."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, line: str) -> None:
        with self._changed:
            self.lines.append(line)
            self._changed.notify_all()

    def waits_for(self, line: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: line in self.lines, 10), self.lines


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def started() -> Iterator[list[GuardedProcess]]:
    processes: list[GuardedProcess] = []
    yield processes
    for process in processes:
        process.kill()


def python(code: str, **options: object) -> Command:
    return Command([sys.executable, "-c", code], **options)  # type: ignore[arg-type]


def test_stop_sends_the_signal_and_waits(said: Said) -> None:
    code = f"import signal, os; signal.signal(2, lambda *_: os._exit(7)); {WAIT}"
    process = GuardedProcess(python(code, stop_signal=signal.SIGINT), said)
    said.waits_for("up")
    process.stop()
    assert process.status == 7
    assert gone(process.pid)


def test_a_deaf_child_is_killed_after_its_grace(said: Said) -> None:
    process = GuardedProcess(python(DEAF, grace=0.2), said)
    said.waits_for("up")
    process.stop()
    assert process.reason == "signal SIGKILL"
    assert gone(process.pid)


def test_status_and_reason_are_the_childs(said: Said) -> None:
    ended = threading.Event()
    process = GuardedProcess(python("import sys; sys.exit(5)"), said, ended.set)
    assert ended.wait(10)
    assert (process.status, process.reason) == (5, "exit status 5")
    killed = GuardedProcess(python(WAIT), said)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(10)
    assert (killed.status, killed.reason) == (-9, "signal SIGKILL")


def test_what_cannot_be_started_says_so(said: Said) -> None:
    process = GuardedProcess(Command(["/none/such"]), said)
    assert process.wait(10)
    assert process.status == 127
    assert said.lines == ["cannot start /none/such: No such file or directory"]


def test_what_a_child_leaves_behind_goes_with_it(said: Said) -> None:
    process = GuardedProcess(python(LITTER), said)
    assert process.wait(10)
    assert process.status == 3
    assert wait_until(lambda: gone(int(said.lines[0])), 10)


def test_child_goes_when_only_its_guard_is_killed(said: Said) -> None:
    process = GuardedProcess(python(DEAF), said)
    said.waits_for("up")
    psutil.Process(process.pid).parent().kill()
    assert process.wait(10)
    assert wait_until(lambda: gone(process.pid), 10)


def test_stray_signals_do_not_part_guard_and_child(
    said: Said, started: list[GuardedProcess]
) -> None:
    process = GuardedProcess(python(WAIT), said)
    started.append(process)
    said.waits_for("up")
    guard = psutil.Process(process.pid).parent()
    for stray in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        guard.send_signal(stray)
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(10)
    assert process.reason == "signal SIGTERM"


STARTER = """
import sys, threading
from app.processes.guarded_process import Command, GuardedProcess
up = threading.Event()
command = Command([sys.executable, "-c", sys.argv[1]], grace=0.3)
process = GuardedProcess(command, lambda line: up.set())
up.wait()
print(process.pid, flush=True)
threading.Event().wait()
"""


@contextmanager
def starter_of(child: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a process that starts a child, and give both: the starter, and the child's pid."""
    command = [sys.executable, "-c", STARTER, child]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        try:
            yield starter, int(starter.stdout.readline())
        finally:
            starter.kill()


@pytest.mark.parametrize("child", [WAIT, DEAF], ids=["willing", "deaf"])
def test_child_goes_when_its_starter_is_killed(child: str) -> None:
    with starter_of(child) as (starter, pid):
        guard = psutil.Process(pid).ppid()
        starter.kill()
        starter.wait()
        assert wait_until(lambda: gone(pid) and gone(guard), 10)


@pytest.mark.skipif(sys.platform != "linux", reason="the second net is Linux's")
def test_child_goes_when_starter_and_guard_are_killed_together() -> None:
    with starter_of(DEAF) as (starter, pid):
        guard = psutil.Process(pid).parent()
        starter.send_signal(signal.SIGSTOP)  # so that it cannot clear the group either
        guard.kill()
        assert wait_until(lambda: gone(pid), 10)
