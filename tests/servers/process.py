"""Starting a server as a child, finding it a port, waiting for it, and ending it by its pid."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TREES = Path(os.environ.get("ANXIN_TEST_TREES", "/var/cache/anxin"))
"""Where .ci/run keeps the Debian trees with the servers this machine's Debian does not have."""


class CannotRunError(Exception):
    """This machine lacks what a server needs; the message says what."""


def unprivileged(preferred: str) -> pwd.struct_passwd:
    """Return the user a server runs as: ourselves, or as root `preferred`, or else nobody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(preferred)
    except KeyError:
        return pwd.getpwnam("nobody")


def give(folder: Path, user: pwd.struct_passwd) -> None:
    """Make `folder` and all below it belong to `user`."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)


def wait_until(done: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Ask `done` until it says yes; TimeoutError naming `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        # the pause between two looks, not the wait itself
        time.sleep(0.02)


def is_listening(port: int) -> bool:
    """Say whether somebody accepts connections at 127.0.0.1:`port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def tied(command: Sequence[str]) -> list[str]:
    """Return the command that ends with us, however we end.

    Linux forgets this when a process changes its user: put it after that.
    """
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM", *command] if program else list(command)


class Server:
    """One server process; `log` has what it printed."""

    def __init__(self, name: str, log: Path) -> None:
        """Name it for messages; start nothing."""
        self.name = name
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, f"{self.name} is not running"
        return self._process.pid

    def start(
        self,
        command: Sequence[str],
        ready: Callable[[], bool],
        user: pwd.struct_passwd | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command`, as `user` when we are root, and wait until it is ready."""
        identity: dict[str, object] = {}
        if user and os.geteuid() == 0:
            identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(env) if env else None,
                cwd="/",
                # Ctrl-C at the terminal is for the tests; they end the servers afterwards
                start_new_session=True,
                **identity,  # type: ignore[call-overload]
            )
        try:
            wait_until(lambda: self.has_ended or ready(), f"{self.name} answering")
        except TimeoutError:
            self.stop(signal.SIGKILL)
            raise
        if self.has_ended:
            raise RuntimeError(f"{self.name} ended at once:\n{self.log.read_text()[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal the server and wait for its end; after 30 s it is killed."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def has_ended(self) -> bool:
        """Say whether it is not running: never started, stopped, or ended by itself."""
        return self._process is None or self._process.poll() is not None
