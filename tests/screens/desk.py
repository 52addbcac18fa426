"""Operators in a real Chromium in front of a whole centre: log-in, screen, pictures."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page, expect

from api.access.accounts import add_user
from store.access import sessions
from store.model import Role
from tests.browser.centre import PASSWORD
from tests.centre import Centre
from tests.passwords import quick_hash


def at_work(
    centre: Centre,
    browser: Browser,
    username: str,
    language: str,
    size: tuple[int, int] = (1280, 800),
    role: Role = Role.OPERATOR,
) -> Page:
    """The screen of an operator of their own, logged in, the line up, the shift begun."""
    with centre.pool.connection() as conn:
        add_user(
            conn,
            username=username,
            role=role,
            password=None,
            now=datetime.now(UTC),
            name=username,
            language=language,
        )
        sessions.set_password(conn, username, quick_hash(PASSWORD))
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, base_url=centre.url, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/login")
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("button.primary").click()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    page.locator("#shift").click()
    return page


@dataclass
class Desk:
    """A centre and the screens of those who work there."""

    centre: Centre
    browser: Browser
    screens: dict[str, Page] = field(default_factory=dict)

    def sits(self, username: str, language: str, size: tuple[int, int] = (1280, 800)) -> Page:
        """Somebody comes to work."""
        page = at_work(self.centre, self.browser, username, language, size)
        self.screens[username] = page
        return page

    def opens(self, plan: list[dict[str, Any]], language: str) -> tuple[Page, Page]:
        """Two come to work, one with a desk's screen and one with a telephone's; every alarm from
        now on has this plan."""
        self.centre.set_plan(plan)
        return self.sits("wei", language), self.sits("min", language, (390, 844))

    def pictures(self, moment: str) -> None:
        """Of all screens, where ANXIN_TEST_SHOTS names a folder."""
        folder = os.environ.get("ANXIN_TEST_SHOTS")
        for username, page in self.screens.items() if folder else ():
            page.screenshot(path=f"{folder}/{moment}-{username}.png")

    def leave(self) -> None:
        for page in self.screens.values():
            page.context.close()


def rings(page: Page, loop: str = "life") -> None:
    """What is heard at this screen."""
    expect(page.locator("html")).to_have_attribute("data-playing", loop)


def is_quiet(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-playing", "none")


def press(page: Page, action: str) -> None:
    """A button of the pane, by what it does."""
    page.locator(f"#pane [data-action={action}]").click()


def sends_first(page: Page) -> None:
    """Ask the first responder of the dialog to go."""
    press(page, "dispatch")
    dialog = page.locator("#dialog-dispatch")
    dialog.locator("input[type=radio]").first.check()
    again = dialog.locator("[data-for=again] input")
    if again.count() and again.is_enabled():  # who has just not gone is asked again on purpose
        again.check()
    dialog.locator("button.primary").click()
    expect(dialog).to_be_hidden(timeout=5_000)
