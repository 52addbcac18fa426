"""A real Chromium in front of the real application."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from alerts.engine.self_check import NEEDED
from api.deps import ApiDeps
from store.db import Connection, Pool
from store.engine import heartbeats
from tests.browser.centre import POLICY, Centre, RealClock, Server
from tests.district import build_district

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
VENDOR = Path(__file__).parents[2] / "api/pages/static/vendor/htmx.min.js"
DEADLINE = 20_000
"""Milliseconds after which a test gives up on a screen: a shared machine may be slow. How fast it
is, the bench tells."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium: install Debian's package chromium")
    if not VENDOR.exists():
        pytest.skip("no browser code: run `make vendor`")
    expect.set_options(timeout=DEADLINE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--headless=new", "--disable-gpu"]
        )
        yield browser
        browser.close()


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

    for process in NEEDED:  # nothing of theirs runs here; the desk is to hear of no stall
        heartbeats.beat(conn, process, "test", datetime.now(UTC) + timedelta(days=1), {})
    server = Server(deps)
    centre = Centre(server, conn, build_district(conn, homes=2), browser)
    centre.employ("lina", "Li Na", "en")
    centre.employ("zhao", "赵磊", "zh")
    yield centre
    for context in centre.contexts:
        context.close()
    server.stop()
    assert centre.complaints == [], "a browser complained"
