"""A demo in the background: started, waited for and stopped by its data directory.

Whoever runs a demo holds a lock on a file of its data directory, and writes its process id and,
once it is ready, what it prints into it. So a file that was left behind deceives nobody.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, TextIO

from app.errors import AppError

LOCK, OUTPUT = "demo.lock", "demo.out"
LOOK = 0.1
"""Seconds between two looks: other processes' files tell nobody that they change."""
START_TIMEOUT, STOP_TIMEOUT = 300.0, 60.0
"""Real seconds: the first start makes a database, on a busy machine; ends are orderly."""


class UnjudgedError(AppError):
    """There is nothing to wait for."""

    exit_status: ClassVar[int] = 3


@contextmanager
def held(data: Path) -> Iterator[Callable[[str], None]]:
    """Hold the directory for this process; called with what is to be said once it is ready.
    AppError: another demo runs in it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / LOCK).open("a+", encoding="utf-8") as file:
        _lock(file, data)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()

        def say(text: str) -> None:
            file.write(text + "\n")
            file.flush()

        yield say
        file.truncate(0)


def _lock(file: TextIO, data: Path) -> None:
    """AppError: another demo has it. Who only looks holds it for a moment."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse_second(data)
            time.sleep(LOOK)
        else:
            return


def refuse_second(data: Path) -> None:
    """AppError: a demo runs in this directory."""
    if _pid(data) is not None:
        raise AppError(
            f"a demo runs in {data} already: end it with `anxin demo --data {data} --stop`, "
            "or choose another --data"
        )


def start(data: Path, arguments: Sequence[str]) -> None:
    """Start a demo of its own session with these arguments. AppError: it ended at once."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / OUTPUT).open("w", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", "app.main", "demo", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while process.poll() is None:
        if _pid(data) == process.pid:
            return
        time.sleep(LOOK)
    said = (data / OUTPUT).read_text("utf-8").strip().splitlines()
    raise AppError(said[-1].removeprefix("Error: ") if said else "the demo has ended at once")


def wait_until_ready(data: Path) -> str:
    """What the demo says when it is ready. UnjudgedError: none runs; AppError: it ended, or takes
    too long."""
    if _pid(data) is None:
        raise UnjudgedError(f"no demo runs in {data}: start one with `anxin demo --detach`")
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if _pid(data) is None:
            raise AppError(f"the demo has ended: see {data / 'demo.log'}")
        _, _, said = (data / LOCK).read_text("utf-8").partition("\n")
        if said:
            return said.rstrip()
        time.sleep(LOOK)
    raise AppError(f"not ready after {START_TIMEOUT:g} s: see {data / 'demo.log'}")


def stop(data: Path) -> bool:
    """End the demo, and wait until it has. False: none runs."""
    pid = _pid(data)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT
    while _pid(data) is not None:
        if time.monotonic() > deadline:
            raise AppError(f"process {pid} does not end: see {data / 'demo.log'}")
        time.sleep(LOOK)
    return True


def _pid(data: Path) -> int | None:
    """Of the demo that holds the directory; None: nobody does."""
    try:
        with (data / LOCK).open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                first = file.readline().strip()
                return int(first) if first.isdigit() else None
    except FileNotFoundError:
        return None
    return None
