"""A database server that is frozen: its processes are stopped, its connections stay open."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.embedded.postgres import EmbeddedPostgres


@contextmanager
def frozen(server: EmbeddedPostgres) -> Iterator[None]:
    """While the block runs no process of the server does anything."""
    pid = server.pid
    assert pid is not None
    stopped: list[int] = []
    try:
        # The first one cannot start others any more; those it has started are looked for after it.
        os.kill(pid, signal.SIGSTOP)
        stopped.append(pid)
        for one in _children(pid):
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(one, signal.SIGSTOP)
                stopped.append(one)
        yield
    finally:
        for one in reversed(stopped):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found
