"""The wheel by itself: built without browser code at hand, installed where nothing of ours is, and
an alarm taken in its console. With the package registry and a Chromium: for `make proofs`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.free_port import free_port
from tests import wheels
from tests.demo_process import DemoProcess, found, port_with_phones, press

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """The folder of an environment with the wheel."""
    with tempfile.TemporaryDirectory(prefix="anxin-wheel-") as made:
        folder = Path(made)
        # run as root, the database has a user of its own, who must get through
        folder.chmod(0o755)
        project = wheels.copy_of_project(folder / "project", vendor=False)
        done = wheels.build(project)
        assert done.returncode == 0, done.stderr
        wheels.empty_environment(folder / "env")
        wheels.lend_packages(folder / "env")
        wheels.install(wheels.wheel_in(project), folder / "env")
        yield folder


@pytest.fixture
def demo(installed: Path) -> Iterator[DemoProcess]:
    program = (str(installed / "env/bin/anxin"),)
    process = DemoProcess(
        installed / "data",
        port_with_phones(),
        free_port(),
        "--no-sim",
        program=program,
        cwd=installed,
    )
    yield process
    process.clear()


def test_an_alarm_is_taken_in_the_console_of_the_wheel(demo: DemoProcess, browser: Browser) -> None:
    """Break: a wheel without static/vendor: the pane stays empty."""
    demo.ready()
    said = "\n".join(demo.said)
    password = found(r"log in as operator or operator2, password (\S+)", said)
    page = logged_in(browser, f"http://127.0.0.1:{demo.http}", password)
    press("H0001", found(r"H0001: user H0001, password (\S+)", said), demo.mqtt)
    expect(page.locator("#part-waiting .row")).to_have_count(1)
    page.keyboard.press("j")
    page.locator("#pane [data-action=acknowledge]").click()
    expect(page.locator(".part.hand .row")).to_have_count(1)
    expect(page.locator("#part-waiting .row")).to_have_count(0)


def logged_in(browser: Browser, address: str, password: str) -> Page:
    """The console with the shift begun. Whatever it asks for and does not get fails the test."""
    page = browser.new_page(base_url=address)

    def answered(status: int, url: str) -> None:
        assert status < 400, url

    page.on("response", lambda answer: answered(answer.status, answer.url))
    page.goto("/login")
    page.locator("#username").fill("operator")
    page.locator("#password").fill(password)
    page.locator("button.primary").click()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    page.locator("#shift").click()
    return page
