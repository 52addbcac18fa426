"""One child process under its guard (orphan_guard.py): stops when told, or when we die."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("orphan_guard.py")


@dataclass(frozen=True)
class OsAccount:
    """The user a process runs as."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True)
class Command:
    """What to run, as whom, and how to stop it.

    `env` is added to our own environment. After `stop_signal` the process has `grace` seconds to
    end, then it is killed.
    """

    arguments: Sequence[str]
    env: Mapping[str, str] | None = None
    account: OsAccount | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0


class GuardedProcess:
    """A running child. `pid` is the child's own; `output` gets each line that it prints."""

    def __init__(
        self,
        command: Command,
        output: Callable[[str], None],
        on_exit: Callable[[], None] = lambda: None,
    ) -> None:
        """Start it. `output` and `on_exit` are called from threads of their own."""
        reading, writing = os.pipe()
        try:
            self._guard = subprocess.Popen(  # noqa: S603 - our own guard
                [sys.executable, "-I", "-S", str(GUARD), *_guard_options(command, writing)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(command.env or {})},
                cwd="/" if command.account else None,
                start_new_session=True,
                pass_fds=(writing,),
            )
        finally:
            os.close(writing)
        with open(reading, "rb") as report:  # noqa: PTH123 - a file descriptor
            self.pid = int(report.readline() or 0)
        self.grace = command.grace
        self._exited = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self._waiter = threading.Thread(target=self._await_exit, args=(on_exit,), daemon=True)
        self._reader.start()
        self._waiter.start()

    @property
    def status(self) -> int | None:
        """The child's exit status, -N when signal N ended it, None while it runs."""
        if not self._exited.is_set():
            return None
        code = self._guard.returncode
        return 128 - code if code > 128 else code

    @property
    def reason(self) -> str:
        """How it ended, for people: `exit status 1`, `signal SIGKILL`."""
        status = self.status
        if status is None:
            return "running"
        if status >= 0:
            return f"exit status {status}"
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-status).name}"
        return f"signal {-status}"

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended; False when it still runs after `seconds`."""
        return self._exited.wait(seconds)

    def begin_stop(self) -> None:
        """Ask it to stop, and return at once. What follows is the guard's work."""
        lifeline = self._guard.stdin
        if lifeline is not None:
            with contextlib.suppress(OSError):
                lifeline.close()

    def stop(self) -> None:
        """Stop it and wait until it is gone: at most its grace and a little."""
        self.begin_stop()
        if not self.wait(self.grace + 5):
            self.kill()
            self.wait(5)

    def kill(self) -> None:
        """Kill guard, child and what it left in its group, without asking."""
        with contextlib.suppress(OSError):
            os.killpg(self._guard.pid, signal.SIGKILL)

    def _await_exit(self, on_exit: Callable[[], None]) -> None:
        self._guard.wait()
        # The child's own children, or the child if only its guard was killed.
        self.kill()
        self._reader.join(1)
        self.begin_stop()
        self._exited.set()
        on_exit()

    def _read(self, output: Callable[[str], None]) -> None:
        stream = self._guard.stdout
        if stream is not None:
            with stream:
                for line in stream:
                    # A full disk under a log must not end who empties the pipe: the child would
                    # stand still with its next line.
                    with contextlib.suppress(OSError, ValueError):
                        output(line.decode("utf-8", "replace").rstrip())


def _guard_options(command: Command, report: int) -> list[str]:
    options = ["--report", str(report), "--signal", command.stop_signal.name]
    options += ["--grace", str(command.grace)]
    if command.account:
        options += ["--user", str(command.account.uid), "--group", str(command.account.gid)]
    return [*options, "--", *command.arguments]
