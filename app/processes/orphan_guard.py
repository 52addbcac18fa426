"""A small process between the supervisor and one child: no child outlives the supervisor.

    supervisor --lifeline (pipe)--> guard --fork--> child

The guard's standard input is a pipe whose other end only the supervisor holds. The kernel closes
it when the supervisor ends, in whatever way: exit, crash, kill -9. The guard then stops the child
as in any orderly stop: its stop signal, time to finish, SIGKILL. The supervisor's own stop closes
the same pipe, so the road that a crash takes is walked with every stop and not only in an accident.

Why a pipe and not Linux's PR_SET_PDEATHSIG alone: that is unknown to macOS, is bound to the parent
*thread* rather than the process, is cleared when the user changes, and cannot give the child time.
It is used here as a second net for the one case a pipe cannot see: the guard itself being killed
together with the supervisor. The guard has one thread and sets it in the child after the change of
user, so none of its traps apply. When only the guard is killed, the supervisor kills its group.

The guard leads a session of its own: Ctrl-C in a terminal reaches the supervisor only, which stops
its children in order. It knows nothing but the standard library and is run with `python -I -S`
(about 20 ms and 9 MB). Exit status: the child's, 128 + N when signal N ended it, 127 when the
command could not be started.

    orphan_guard.py --report FD --signal NAME --grace SECONDS [--user UID --group GID] -- COMMAND…
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1
CANNOT_START = 127


def main(arguments: Sequence[str]) -> int:
    """Start the child, wait for its end or the lifeline's, and return its exit status."""
    options = _options(arguments)
    wake = _wakeups()
    try:
        child = subprocess.Popen(  # noqa: S603 - the supervisor says what to run
            options.command,
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_guard(),
            user=options.user,
            group=options.group,
            extra_groups=None if options.user is None else [],
        )
    except OSError as error:
        print(f"cannot start {options.command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return CANNOT_START
    os.write(options.report, b"%d\n" % child.pid)
    os.close(options.report)
    if not _wait(child, wake, lifeline=True):
        _stop(child, wake, signal.Signals[options.signal], options.grace)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--report", type=int)
    parser.add_argument("--signal")
    parser.add_argument("--grace", type=float)
    parser.add_argument("--user", type=int)
    parser.add_argument("--group", type=int)
    parser.add_argument("command", nargs="+")
    return parser.parse_args(arguments)


def _wakeups() -> int:
    """Make a file descriptor that becomes readable when the child ends."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Only the lifeline stops us: a stray signal must not part us from the child. A handler
        # and not SIG_IGN, which the child would inherit.
        signal.signal(ignored, lambda *_: None)
    return reading


def _wait(
    child: subprocess.Popen[bytes], wake: int, *, lifeline: bool, seconds: float | None = None
) -> bool:
    """Wait until the child has ended (True), or the lifeline or the time has (False)."""
    deadline = None if seconds is None else time.monotonic() + seconds
    watched = [wake, sys.stdin.fileno()] if lifeline else [wake]
    while child.poll() is None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return False
        ready, _, _ = select.select(watched, [], [], left)
        if wake in ready:
            os.read(wake, 512)
        elif ready and not os.read(sys.stdin.fileno(), 512):
            return child.poll() is not None
    return True


def _stop(child: subprocess.Popen[bytes], wake: int, how: signal.Signals, grace: float) -> None:
    child.send_signal(how)
    if not _wait(child, wake, lifeline=False, seconds=grace):
        print(f"still there {grace:g} s after {how.name}: killed", file=sys.stderr, flush=True)
        child.kill()
        child.wait()


def _die_with_guard() -> Callable[[], None] | None:
    """Return what asks Linux, in the child, for SIGKILL when the guard is gone."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    guard = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # it went before we asked
            os._exit(CANNOT_START)

    return ask


def _end_group() -> None:
    """Kill whatever the child left behind in the group that we lead, and with it ourselves."""
    with contextlib.suppress(OSError):
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    supervisor = os.getppid()
    status = main(sys.argv[1:])
    if os.getppid() != supervisor:
        # Nobody is left to clear the group, nor to read the status.
        _end_group()
    sys.exit(status)
