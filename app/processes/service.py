"""What the supervisor keeps running: a command, when it is ready, what it waits for."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.processes.guarded_process import Command


class ServiceState(StrEnum):
    """Where a service stands."""

    WAITING = "waiting"  # for what it comes after
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing_off"  # it ended or never got ready, and will be started again
    DONE = "done"  # a one-shot that succeeded
    STOPPED = "stopped"


@dataclass(frozen=True)
class Service:
    """One entry of the supervisor. Times are in seconds.

    after: names of the services that must be ready (or done) before this one is started; they are
        stopped only after it. A later restart of theirs does not restart this one: our processes
        wait for database and broker by themselves.
    prepare: called before each start, in the service's own thread; an exception counts as a
        failed start.
    ready: asked every 50 ms after the start until it says True; None: ready as soon as it runs.
        It must return within a few seconds. `url_answers` makes one from a readiness address.
    healthy: asked every `health_interval` once it is ready; `health_failures` times False in a
        row, and the service is restarted.
    once: runs to its end; exit status 0 makes it DONE, anything else is tried again.
    restart_on: a file; when it changes the service is restarted.
    """

    name: str
    command: Command
    after: tuple[str, ...] = ()
    prepare: Callable[[], None] | None = None
    ready: Callable[[], bool] | None = None
    ready_timeout: float = 60.0
    healthy: Callable[[], bool] | None = None
    health_interval: float = 5.0
    health_failures: int = 3
    once: bool = False
    restart_on: Path | None = None


@dataclass(frozen=True)
class ServiceStatus:
    """A service as it stands: its child's process id while there is one, and why it last ended."""

    state: ServiceState = ServiceState.WAITING
    pid: int | None = None
    starts: int = 0
    reason: str = ""


def url_answers(url: str, timeout: float = 2.0) -> Callable[[], bool]:
    """Return a check that is True when a GET of `url` (http) is answered with a 2xx status."""

    def check() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310 - our own
                return bool(200 <= answer.status < 300)
        except (OSError, ValueError):
            return False

    return check
