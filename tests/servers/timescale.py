"""A real TimescaleDB out of a Debian tree: a chroot, since this machine's Debian has none."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from app.free_port import free_port
from tests.servers.process import TREES, CannotRunError, Server, tied

# fsync off: a power cut may cost a test's data, a kill -9 does not.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    # A database with a background worker cannot be a template.
    "timescaledb.max_background_workers": "0",
    "max_connections": "200",
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "synchronous_commit": "on",
}


class TimescaleChroot:
    """PostgreSQL with TimescaleDB on a free port of 127.0.0.1, run as the tree's user postgres.

    `tree` is what `debootstrap --include=postgresql-17,postgresql-17-timescaledb` made. Needs
    root, for chroot. CannotRunError when that or the tree is missing. It ends with this process
    unless it `outlives` it.
    """

    def __init__(self, tree: Path = TREES / "trixie", outlives: bool = False) -> None:
        """Look for the programs; make nothing."""
        if os.geteuid() != 0:
            raise CannotRunError("TimescaleDB runs in a chroot, and that needs root")
        found = sorted(tree.glob("usr/lib/postgresql/*/bin/postgres"))
        if not found or not list(tree.glob("usr/lib/postgresql/*/lib/timescaledb.so")):
            raise CannotRunError(f"there is no tree with TimescaleDB at {tree}")
        self._tree = tree
        self._outlives = outlives
        self._bin = Path("/") / found[-1].parent.relative_to(tree)
        self._inside = Path("/var/lib/postgresql") / f"anxin-{secrets.token_hex(4)}"
        self._password = secrets.token_hex(12)
        self.port = free_port()
        self.folder = tree / self._inside.relative_to("/")
        self._server = Server("TimescaleDB", self.folder / "server.log")

    @property
    def url(self) -> str:
        """The superuser's address of database postgres: test databases are made from there."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        return self._server.pid

    def start(self) -> Self:
        """Make the cluster the first time, start it, and wait until it answers."""
        if not self.folder.exists():
            self._make_cluster()
        options = [part for name, value in SETTINGS.items() for part in _set(name, value)]
        postgres = [str(self._bin / "postgres"), "-D", str(self._inside / "data")]
        postgres += ["-p", str(self.port), *options]
        command = self._chroot(*(postgres if self._outlives else tied(postgres)))
        self._server.start(command, self._answers)
        return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends sessions and writes everything, SIGKILL is a crash."""
        self._server.stop(how)

    def remove(self) -> None:
        """Delete its data."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop and delete."""
        self.stop()
        self.remove()

    def _chroot(self, *command: str) -> list[str]:
        user = "--userspec=postgres:postgres"
        return ["chroot", user, str(self._tree), "env", "LC_ALL=C.UTF-8", *command]

    def _make_cluster(self) -> None:
        self.folder.mkdir(mode=0o700)
        secret = self.folder / "password"
        secret.write_text(self._password)
        owner = (self._tree / "var/lib/postgresql").stat()
        for path in (self.folder, secret):
            os.chown(path, owner.st_uid, owner.st_gid)
        inside = self._inside
        initdb = [str(self._bin / "initdb"), "-D", f"{inside}/data", "-E", "UTF8", "-U", "postgres"]
        initdb += ["--no-sync", "--auth=scram-sha-256", f"--pwfile={inside}/password"]
        made = subprocess.run(self._chroot(*initdb), capture_output=True, text=True, cwd="/")
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout[-1000:]}{made.stderr[-1000:]}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _set(name: str, value: str) -> tuple[str, str]:
    return "-c", f"{name}={value}"
