"""Starts the processes of an installation in order, restarts them, stops them in reverse.

Each service has a thread (service_runner.py) and each child a guard (orphan_guard.py), so nothing
here waits for anything else, and nothing survives this process. One more thread watches over the
rest: it begins the stop when our own parent is gone, and ends this process when a stop takes too
long.

    Supervisor([postgres.service(), broker.service(), Service("ingest", …)]).run(on_ready=…)
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType

import structlog

from app.errors import AppError
from app.processes.service import Service, ServiceState, ServiceStatus
from app.processes.service_runner import ServiceRunner

log = structlog.get_logger("supervisor")

POLL = 0.1


class NotReadyError(AppError):
    """Not all parts got ready in time."""


class Supervisor:
    """Keeps services running. Use run(), or start() … stop() from a program of your own.

    stop_timeout: seconds for the whole stop; then what is left is killed.
    with_parent: stop when the process that started us is gone (not when that is init: then
        somebody meant it), or when its terminal is closed.
    output: gets (service, line) for each line that a service prints; default: stderr.
    """

    def __init__(
        self,
        services: Iterable[Service],
        *,
        stop_timeout: float = 30.0,
        with_parent: bool = True,
        output: Callable[[str, str], None] | None = None,
    ) -> None:
        """Check names and order; ValueError when they do not fit."""
        self._changed = threading.Condition()
        self._runners: dict[str, ServiceRunner] = {}
        for service in services:
            unknown = set(service.after) - self._runners.keys()
            if unknown or service.name in self._runners:
                raise ValueError(f"{service.name}: name used twice, or listed before {unknown}")
            self._runners[service.name] = ServiceRunner(
                service, self._runners, self._changed, output or _to_stderr
            )
        self._stop_timeout = stop_timeout
        self._with_parent = with_parent
        # A plain flag, looked at ten times a second: a signal handler may set it at any moment,
        # while taking a lock there could deadlock with the thread it interrupted.
        self._asked_to_stop = False

    @property
    def status(self) -> dict[str, ServiceStatus]:
        """Where each service stands now."""
        return {name: runner.status for name, runner in self._runners.items()}

    def start(self) -> None:
        """Start everything in the background."""
        threading.Thread(target=self._watch, args=(os.getppid(),), daemon=True).start()
        for runner in self._runners.values():
            runner.start()

    def wait_ready(self, seconds: float) -> bool:
        """Wait until all services are ready or done; False when time or a stop came first."""
        return self._wait(self._all_ready, seconds)

    def restart(self, name: str) -> None:
        """Restart one service now."""
        self._runners[name].restart("asked to")

    def stop(self) -> None:
        """Stop everything in reverse order, and return when nothing is left."""
        self._asked_to_stop = True
        for runner in self._runners.values():
            runner.stop()
        deadline = time.monotonic() + self._stop_timeout
        for runner in self._runners.values():
            if runner.ident is not None:
                runner.join(max(0.0, deadline - time.monotonic()))
        for runner in self._runners.values():
            if runner.is_alive() and runner.process:
                log.error("service_killed", service=runner.service.name, after=self._stop_timeout)
                runner.process.kill()

    def run(
        self, on_ready: Callable[[], None] = lambda: None, ready_timeout: float = 120.0
    ) -> None:
        """Start, call `on_ready` once, and stay until SIGINT, SIGTERM or, if asked for, the
        parent's end.

        Call it from the main thread. NotReadyError names the parts that did not get ready in time.
        """
        before = {
            signum: signal.signal(signum, self._on_signal)
            for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            self.start()
            if self.wait_ready(ready_timeout):
                on_ready()
                while not self._asked_to_stop:
                    time.sleep(POLL)
            elif not self._asked_to_stop:
                raise NotReadyError(f"not ready after {ready_timeout:g} s: {self._laggards()}")
        finally:
            self.stop()
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if signum == signal.SIGHUP and not self._with_parent:
            return
        if self._asked_to_stop:
            # The second Ctrl-C: the guards see our end and give their children what is left.
            os._exit(128 + signum)
        self._asked_to_stop = True

    def _watch(self, parent: int) -> None:
        # Polled, because that is the same on every system and soon enough.
        while not self._asked_to_stop:
            if self._with_parent and parent != 1 and os.getppid() != parent:
                self._asked_to_stop = True
                log.warning("parent_gone", parent=parent)
            time.sleep(POLL)
        time.sleep(self._stop_timeout + 5)
        if any(runner.is_alive() for runner in self._runners.values()):
            os._exit(1)  # closes every lifeline: the guards do the rest

    def _all_ready(self) -> bool:
        return all(s.state in (ServiceState.READY, ServiceState.DONE) for s in self.status.values())

    def _wait(self, come: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with self._changed:
            while not come() and not self._asked_to_stop and time.monotonic() < deadline:
                self._changed.wait(POLL)
        return come()

    def _laggards(self) -> str:
        late = {
            n: s
            for n, s in self.status.items()
            if s.state not in (ServiceState.READY, ServiceState.DONE)
        }
        return ", ".join(f"{n} ({s.reason or s.state})" for n, s in late.items())


def _to_stderr(name: str, line: str) -> None:
    # Whoever reads us may be gone; that must not end the thread that empties the child's pipe.
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{name} | {line}\n")
