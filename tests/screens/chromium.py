"""One real Chromium a run (of a worker), for whoever looks at pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

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
