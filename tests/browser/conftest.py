"""A real Chromium in front of the real application."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser

from alerts.engine.self_check import NEEDED
from api.deps import ApiDeps
from store.db import Connection, Pool
from store.engine import heartbeats
from tests.browser.centre import POLICY, Centre, RealClock, Server
from tests.district import build_district

EVERY = 2.0
"""Seconds between two heartbeats."""


@pytest.fixture
def centre(browser: Browser, conn: Connection, pool: Pool, database_url: str) -> Iterator[Centre]:
    """A centre with two homes and two operators: Li Na reads English, 赵磊 Chinese."""

    def deps(url: str) -> ApiDeps:
        return ApiDeps(
            pool=pool,
            database_url=database_url,
            clock=RealClock(),
            policy=POLICY,
            secret_key="a key for tests only",
            public_url=url,
            secure_cookies=False,
        )

    with beating(pool):
        yield from _centre(browser, conn, Server(deps))


def _centre(browser: Browser, conn: Connection, server: Server) -> Iterator[Centre]:
    centre = Centre(server, conn, build_district(conn, homes=2), browser)
    centre.employ("lina", "Li Na", "en")
    centre.employ("zhao", "赵磊", "zh")
    yield centre
    for context in centre.contexts:
        context.close()
    server.stop()
    assert centre.complaints == [], "a browser complained"


@contextmanager
def beating(pool: Pool) -> Iterator[None]:
    """Nothing of theirs runs here; the desk is to hear of no stall."""
    ended = Event()

    def beat() -> None:
        while True:
            with pool.connection() as conn:
                for process in NEEDED:
                    heartbeats.beat(conn, process, "test", datetime.now(UTC), {})
            if ended.wait(EVERY):
                return

    thread = Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
