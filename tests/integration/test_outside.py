"""The call to a monitor outside comes while all is well, and stops when something is not."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.clock import SystemClock
from app.outside import calling, troubles
from store import heartbeats
from store.db import Connection, Pool


class Monitor:
    """Somebody elsewhere who expects calls."""

    def __init__(self) -> None:
        self.called = threading.Event()
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(204)
                self.end_headers()
                monitor.called.set()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping"


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    made = Monitor()
    threading.Thread(target=made.server.serve_forever, args=(0.05,), daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_the_monitor_is_called_while_all_is_well(
    pool: Pool, conn: Connection, monitor: Monitor
) -> None:
    now = datetime.now(UTC)
    for process in ("ingest", "alerts"):
        heartbeats.beat(conn, process, "1", now, {})
    with calling(monitor.url, pool, SystemClock(), every=0.05):
        assert monitor.called.wait(10)


@pytest.mark.parametrize("silent", ["ingest", "alerts"])
def test_a_silent_process_is_a_trouble(conn: Connection, silent: str) -> None:
    now = datetime.now(UTC)
    for process in ("ingest", "alerts"):
        ago = timedelta(minutes=1) if process == silent else timedelta(0)
        heartbeats.beat(conn, process, "1", now - ago, {})
    assert troubles(conn, SystemClock()) == [f"{silent} is silent"]


def test_a_trouble_stops_the_calls(
    pool: Pool, conn: Connection, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Semaphore(0)

    def looking(conn: Connection, clock: SystemClock) -> list[str]:
        looked.release()
        return troubles(conn, clock)

    monkeypatch.setattr("app.outside.troubles", looking)
    with calling(monitor.url, pool, SystemClock(), every=0.05):
        for _ in range(3):
            assert looked.acquire(timeout=10)
    assert not monitor.called.is_set()
