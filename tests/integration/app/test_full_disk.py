"""A disk that is full: a small one of its own, with the embedded database on it.

Break: leave the watched disks out of readiness; let an error of the log end who empties the pipe.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic

import httpx
import pytest

from alerts.disk_space import DiskWatch
from api.app import create_app
from api.server import ApiServer
from app.bootstrap.schema import bring_up_to_date
from app.embedded.postgres import EmbeddedPostgres
from app.free_port import free_port
from app.processes.guarded_process import Command, GuardedProcess
from store.db import open_pool
from store.intake import dead_letters
from tests.broker import AnyBroker, running_broker
from tests.centre import open_centre
from tests.integration.api.api_kit import HandClock, deps_for

SIZE = "220m"
NAMED_WITHIN = 10.0
FULL_FOR = 8.0
"""Seconds, more than a batch is tried together."""


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own in memory, where the database's user gets through to it; needs root
    and the right to mount."""
    place = Path(tempfile.mkdtemp(prefix="anxin-disk-"))
    place.chmod(0o755)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("this machine does not let us mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


def fill(disk: Path) -> Path:
    """Until not a byte is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)
    return ballast


def test_a_log_on_a_full_disk_does_not_stop_who_is_read(tmp_path: Path) -> None:
    """More than a pipe holds is written by the child; each line is refused."""

    def refuse(_line: str) -> None:
        raise OSError(28, "No space left on device")

    child = "import sys\nfor n in range(20000): print('x' * 80)\nsys.exit(7)"
    process = GuardedProcess(Command([sys.executable, "-c", child]), refuse)
    assert process.wait(30), "it stands still with its log"
    assert process.status == 7


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[AnyBroker]:
    with running_broker(tmp_path / "broker") as broker:
        yield broker


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_disk_is_named_and_no_press_is_lost(small_disk: Path, broker: AnyBroker) -> None:
    """The broker keeps the presses, and they are alarms when somebody has made room."""
    directory = small_disk / "database"
    with EmbeddedPostgres(directory) as server:
        bring_up_to_date(server.url)
        assert server.directory == directory, "it is not on the small disk"
        with open_centre(server.url, broker) as centre:
            watched = DiskWatch([str(small_disk)])
            with open_pool(server.url, size=4, answer_within=8.0) as pool:
                deps = replace(deps_for(pool, server.url, HandClock()), disks=watched)
                api = ApiServer(create_app(deps), port=free_port())
                thread = threading.Thread(target=api.run, daemon=True)
                thread.start()
                centre.start_ingest()
                hub = centre.hub()
                assert hub.press("button-1").wait_acknowledged(15).alarm
                with centre.pool.connection() as conn:
                    dead_letters.add(
                        conn,
                        topic="x",
                        payload=b"",
                        reason="there is room beside it",
                        now=HandClock().now(),
                    )
                ballast = fill(small_disk)
                began = monotonic()
                presses = [hub.press("smoke-1", kind="smoke") for _ in range(20)]
                url = f"http://127.0.0.1:{api.config.port}/readyz"
                while True:
                    answer = httpx.get(url, timeout=10)
                    named = [r for r in answer.json()["reasons"] if "is full" in r]
                    if answer.status_code == 503 and named:
                        break
                    assert monotonic() - began < NAMED_WITHIN
                print("named after", round(monotonic() - began, 2), "s:", named[0].split(" is ")[1])
                while monotonic() - began < FULL_FOR:
                    assert httpx.get(url, timeout=10).status_code == 503
                refused = sum(not press.acknowledged for press in presses)
                ballast.unlink()
                freed = monotonic()
                for press in presses:
                    press.wait_acknowledged(60)
                print("all in", round(monotonic() - freed, 1), "s after; refused before:", refused)
                with open_pool(server.url, size=1) as after, after.connection() as conn:
                    told = conn.execute("SELECT count FROM alarms WHERE kind = 'smoke'").fetchone()
                    dead = conn.execute("SELECT count(*) FROM dead_letters").fetchone()
                assert told == (20,)
                assert dead == (1,), "the one from before"
                api.should_exit = True
                thread.join(15)
    shutil.rmtree(directory, ignore_errors=True)
