"""Runs one service of the supervisor in a thread: wait, start, watch, restart, stop."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import structlog

from app.processes.guarded_process import GuardedProcess
from app.processes.service import Service, ServiceState, ServiceStatus

log = structlog.get_logger("supervisor")

READY_POLL = 0.05
FILE_POLL = 0.5
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# A service that ran this long was well: the next failure starts from the shortest pause again.
STEADY_AFTER = 30.0

Output = Callable[[str, str], None]


class ServiceRunner(threading.Thread):
    """Runs one service until `stopping`. All runners share one condition and see each other."""

    def __init__(
        self,
        service: Service,
        others: Mapping[str, "ServiceRunner"],
        changed: threading.Condition,
        output: Output,
    ) -> None:
        """Prepare the thread; `output(name, line)` gets what the process prints."""
        super().__init__(name=f"service-{service.name}", daemon=True)
        self.service = service
        self.status = ServiceStatus()
        self.stopping = False
        self.process: GuardedProcess | None = None
        self._others = others
        self._changed = changed
        self._output = output
        self._restart = ""
        self._seen: tuple[int, int] | None = None

    def run(self) -> None:
        """Keep the service running; this is the thread's body."""
        pause = FIRST_PAUSE
        self._sleep_until(self._may_start)
        while not self.stopping:
            began = time.monotonic()
            reason = self._one_run()
            if self.stopping or self.status.state is ServiceState.DONE:
                break
            if self._restart:
                pause, self._restart = FIRST_PAUSE, ""
            elif time.monotonic() - began > STEADY_AFTER:
                pause = FIRST_PAUSE
            self._set(state=ServiceState.BACKING_OFF, pid=None, reason=reason)
            log.warning("service_ended", service=self.service.name, reason=reason, again_in=pause)
            self._sleep_until(lambda: False, pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._sleep_until(self._may_stop, even_when_stopping=True)
        self._end("stopped")
        done = self.status.state is ServiceState.DONE and not self.stopping
        self._set(state=ServiceState.DONE if done else ServiceState.STOPPED, pid=None)

    def restart(self, why: str) -> None:
        """Ask for a restart; returns at once."""
        with self._changed:
            self._restart = why
            self._changed.notify_all()

    def stop(self) -> None:
        """Ask for the end; returns at once. It comes when all that depend on this have ended."""
        with self._changed:
            self.stopping = True
            self._changed.notify_all()

    # one run, from start to end

    def _one_run(self) -> str:
        """Start the process and watch it; return why it is no more."""
        self._set(state=ServiceState.STARTING, starts=self.status.starts + 1)
        # Taken before prepare() reads the file: a change from here on is seen.
        self._seen = _stamp(self.service.restart_on)
        try:
            if self.service.prepare:
                self.service.prepare()
            if self.stopping:
                return "stopped"
            self.process = GuardedProcess(self.service.command, self._print, self._notify)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not end this thread
            return f"could not start: {error}"
        self._set(pid=self.process.pid)
        log.info("service_started", service=self.service.name, pid=self.process.pid)
        reason = self._until_ready(self.process) or self._while_ready(self.process)
        if not self.stopping:
            self._end(reason)
        return reason

    def _until_ready(self, process: GuardedProcess) -> str:
        """Wait for readiness; return why it was not reached, empty when it was."""
        if self.service.once:
            self._sleep_until(lambda: process.status is not None, self.service.ready_timeout)
            return self._one_shot(process)
        deadline = time.monotonic() + self.service.ready_timeout
        while self.service.ready and not _holds(self.service.ready):
            self._sleep_until(lambda: process.status is not None, READY_POLL)
            if self.stopping:
                return "stopped"
            if process.status is not None:
                return process.reason
            if time.monotonic() > deadline:
                return f"not ready after {self.service.ready_timeout:g} s"
        self._set(state=ServiceState.READY)
        log.info("service_ready", service=self.service.name)
        return ""

    def _one_shot(self, process: GuardedProcess) -> str:
        if process.status == 0:
            self._set(state=ServiceState.DONE, pid=None)
            log.info("service_done", service=self.service.name)
            return "done"
        late = f"not done after {self.service.ready_timeout:g} s"
        return process.reason if process.status is not None else late

    def _while_ready(self, process: GuardedProcess) -> str:
        """Wait until it ends, is asked to restart, or is found ill; return which."""
        failures, asked = 0, time.monotonic()
        while not self.stopping:
            self._sleep_until(lambda: process.status is not None or bool(self._restart), FILE_POLL)
            if process.status is not None:
                return process.reason
            if _stamp(self.service.restart_on) != self._seen:
                self._restart = "its configuration changed"
            if self._restart:
                return self._restart
            if self.service.healthy and time.monotonic() - asked >= self.service.health_interval:
                failures = 0 if _holds(self.service.healthy) else failures + 1
                asked = time.monotonic()
            if failures >= self.service.health_failures:
                return f"not healthy {failures} times in a row"
        return "stopped"

    def _end(self, reason: str) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if process.status is None:
            log.info("service_stopping", service=self.service.name, reason=reason)
            process.stop()
        log.info("service_exited", service=self.service.name, reason=process.reason)

    # what other threads need to know

    def _may_start(self) -> bool:
        wanted = (self._others[name].status.state for name in self.service.after)
        return all(state in (ServiceState.READY, ServiceState.DONE) for state in wanted)

    def _may_stop(self) -> bool:
        if not self.stopping:
            return self.status.state is ServiceState.DONE
        dependents = (r for r in self._others.values() if self.service.name in r.service.after)
        ended = (ServiceState.STOPPED, ServiceState.DONE)
        return all(other.status.state in ended or not other.is_alive() for other in dependents)

    def _sleep_until(
        self,
        come: Callable[[], bool],
        seconds: float | None = None,
        *,
        even_when_stopping: bool = False,
    ) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: come() or (self.stopping and not even_when_stopping), seconds
            )

    def _set(self, **fields: object) -> None:
        with self._changed:
            self.status = replace(self.status, **fields)  # type: ignore[arg-type]
            self._changed.notify_all()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _print(self, line: str) -> None:
        self._output(self.service.name, line)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - a check that breaks says no
        return False


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        return None if path is None else (path.stat().st_mtime_ns, path.stat().st_ino)
    except OSError:
        return None
