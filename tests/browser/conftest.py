"""A real Chromium in front of the real application."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from alerts.engine.self_check import NEEDED
from api.deps import ApiDeps
from store.db import Connection, Pool
from store.engine import heartbeats
from tests.browser.centre import POLICY, Centre, RealClock, Server
from tests.district import build_district


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
