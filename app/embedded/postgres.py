"""PostgreSQL from a wheel, as a child that never outlives us.

It listens on a unix socket only, in a directory that nobody else may enter: no port to be taken,
no password to be kept, nothing for other users of the machine. The guard
(app/processes/orphan_guard.py) stops it with SIGINT, PostgreSQL's fast shutdown, also when the
supervisor was killed.

    data_dir/
      cluster/   PostgreSQL's data directory
      run/       the socket (in the system's temporary directory when the path is too long)
      log/       the server's log, a week of it
      lock       held while this server is ours: one installation a directory
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

from app.embedded import cluster
from app.embedded.binaries import postgres_programs
from app.embedded.os_account import make_private_directory, os_account_for, reachable_directory
from app.errors import EmbeddedError
from app.processes.guarded_process import Command, GuardedProcess
from app.processes.service import Service
from app.waiting import wait_until

# The kernel's limit for a socket's path is 104 bytes on macOS (108 on Linux), with the final zero.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"
START_TRIES = 3


class EmbeddedPostgres:
    """A database in `data_dir`, made when it is not there.

    With the supervisor: `service()`. In tests and tools: a context manager, or start() and stop().
    fast: no fsync, for tests: quick, and lost with the machine's power.
    Raises EmbeddedError, which says what to do.
    """

    def __init__(self, data_dir: Path, *, fast: bool = False, connections: int = 100) -> None:
        """Choose user, place and programs; nothing is started yet."""
        wanted = data_dir.resolve()
        self.account = os_account_for(wanted)
        self.directory = reachable_directory(wanted, self.account)
        self.fast = fast
        self._connections = connections
        self._programs = postgres_programs(self.account)
        self._cluster = self.directory / "cluster"
        self._sockets = _socket_directory(self.directory)
        self._lock: TextIOWrapper | None = None
        self._process: GuardedProcess | None = None
        self._said: list[str] = []

    @classmethod
    @contextlib.contextmanager
    def temporary(cls) -> Iterator[Self]:
        """Run a fast database for tests and remove it afterwards."""
        directory = Path(tempfile.mkdtemp(prefix="anxin-database-"))
        try:
            with cls(directory, fast=True) as database:
                yield database
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    @property
    def url(self) -> str:
        """The owner's address, for migrations and psql; the same with every start."""
        return self._url_of(cluster.USER)

    @property
    def processes_url(self) -> str:
        """The address of the processes, whose role `anxin migrate` makes: they own nothing."""
        return self._url_of(cluster.PROCESSES)

    def _url_of(self, role: str) -> str:
        return f"postgresql://{role}@/{cluster.DATABASE}?host={quote(str(self._sockets))}"

    @property
    def pid(self) -> int | None:
        """The server's process id, as its pid file says."""
        return cluster.postmaster_pid(self._cluster)

    @property
    def log_directory(self) -> Path:
        """Where the server's log files are."""
        return self.directory / "log"

    def service(self, name: str = "database") -> Service:
        """Return the entry for the supervisor."""
        return Service(name, self._command(), prepare=self.prepare, ready=self.answers)

    def start(self) -> str:
        """Start and wait until it answers; return its address."""
        self.prepare()
        for _ in range(START_TRIES):
            # A server that was killed may hold its memory for a moment: the first try can fail.
            process = GuardedProcess(self._command(), self._said.append)
            ended = process.wait
            if wait_until(lambda: self.answers() or ended(0), 60) and not ended(0):  # noqa: B023
                self._process = process
                return self.url
            process.stop()
        self._unlock()
        raise EmbeddedError(
            f"the database does not start ({process.reason}): {' '.join(self._said[-2:])}; "
            f"more in {self.log_directory}"
        )

    def stop(self) -> None:
        """Stop it (fast shutdown: open transactions are rolled back) and wait for its end."""
        if self._process:
            self._process.stop()
        self._process = None
        self._unlock()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def prepare(self) -> None:
        """Make all ready for a start: lock, directories, cluster, configuration, leftovers."""
        make_private_directory(self.directory, self.account)
        self._take_lock()
        for directory in (self._sockets, self.log_directory):
            make_private_directory(directory, self.account)
        cluster.initialise(self._programs, self._cluster, self.account, sync=not self.fast)
        cluster.clear_leftovers(self._cluster)
        cluster.configure(
            self._cluster,
            self._sockets,
            self.log_directory,
            self.account,
            durable=not self.fast,
            connections=self._connections,
        )

    def answers(self) -> bool:
        """Tell whether it takes connections."""
        if not (self._sockets / SOCKET_NAME).exists():
            return False
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _command(self) -> Command:
        return Command(
            [str(self._programs / "postgres"), "-D", str(self._cluster)],
            env={"TZ": "UTC", "LC_ALL": "C", "PGDATA": ""},
            account=self.account,
            stop_signal=signal.SIGINT,
            grace=20.0,
        )

    def _take_lock(self) -> None:
        if self._lock:
            return
        file = (self.directory / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise EmbeddedError(
                f"{self.directory} is in use by process {holder}: stop it, or choose another --data"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._lock = file

    def _unlock(self) -> None:
        if self._lock:
            self._lock.close()
        self._lock = None


def _socket_directory(directory: Path) -> Path:
    inside = directory / "run"
    if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    short = Path("/tmp" if sys.platform == "darwin" else tempfile.gettempdir())  # noqa: S108
    return short / f"anxin-{os.geteuid()}-{name}"
