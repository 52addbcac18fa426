"""A thread that has templates rendered by a process of its own, and kills it when it hangs.

The process is started with the first message that needs it: most centres never have one. It ends
with us, in whatever way we end: its standard input is then closed.
"""

import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import structlog

from ingest.rendering.budget import HomeBudget
from ingest.rendering.job import Job

log = structlog.get_logger(__name__)

DEADLINE = 1.0
"""Real seconds for a message; it is allowed a seventh of that in processor time, and the machine
may be busy."""
START_DEADLINE = 20.0
"""Real seconds to import what it needs: 0.2 on a quiet machine."""


class HangsError(Exception):
    """The process has not answered in time, or is gone."""


class RenderProcess:
    """Does one job after the other. `start` before `submit`; thread-safe."""

    def __init__(self, budget: HomeBudget, deadline: float | None = None) -> None:
        """`deadline`: real seconds for a message, DEADLINE if not given."""
        self._budget, self._deadline = budget, deadline or DEADLINE
        self._jobs: queue.SimpleQueue[tuple[Job, Callable[[], None]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        process = self._process
        return process.pid if process is not None else None

    def submit(self, job: Job, done: Callable[[], None]) -> None:
        """`done` is called by another thread when the job has its results, whatever happens."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="renders", daemon=True)
                self._thread.start()
        self._jobs.put((job, done))

    def finish(self, job: Job) -> None:
        """Wait for its results."""
        there = threading.Event()
        self.submit(job, there.set)
        there.wait()

    def stop(self) -> None:
        """What is still asked for gets no results."""
        self._stopping = True
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            thread.join()

    def _work(self) -> None:
        while (asked := self._jobs.get()) is not None:
            job, done = asked
            try:
                self._do(job)
            except Exception:
                log.exception("templates not rendered", home=job.home)
                self._kill()
            finally:
                job.give_up()
                done()
        self._kill()

    def _do(self, job: Job) -> None:
        if self._stopping or self._budget.left(job.home, monotonic()) <= 0:
            return
        process = self._started()
        try:
            answer = self._ask(process, job.request())
        except HangsError:
            log.warning("a home's templates hang: the process is ended", home=job.home)
            self._kill()
            self._budget.exhaust(job.home, monotonic())
            return
        self._budget.charge(job.home, job.take(answer), monotonic())

    def _started(self) -> "subprocess.Popen[bytes]":
        process = self._process
        if process is not None and process.poll() is None:
            return process
        folders = [folder or str(Path.cwd()) for folder in sys.path]
        process = self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.rendering.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        )
        _line_of(process, START_DEADLINE)
        log.info("templates are rendered by a process of their own", pid=process.pid)
        return process

    def _ask(self, process: "subprocess.Popen[bytes]", request: bytes) -> bytes:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except OSError as error:
            raise HangsError from error
        return _line_of(process, self._deadline)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()


def _line_of(process: "subprocess.Popen[bytes]", seconds: float) -> bytes:
    """The next line that it says. Raises HangsError."""
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    number, until = process.stdout.fileno(), monotonic() + seconds
    found = bytearray()
    while not found.endswith(b"\n"):
        ready, _, _ = select.select([number], [], [], max(0.0, until - monotonic()))
        chunk = os.read(number, 1 << 16) if ready else b""
        if not chunk:
            raise HangsError
        found += chunk
    return bytes(found)
