"""The first responder does not go: nobody at the desk can think that somebody does."""

import os
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from alerts.alarm import dispatching
from store.model import DispatchState
from tests.browser.centre import POLICY, Centre


def answers(centre: Centre, dispatch: int, state: DispatchState) -> None:
    dispatching.move(
        centre.conn, dispatch, state, actor="test", via="sms", now=datetime.now(UTC), policy=POLICY
    )


def attendance(page: Page, how: str) -> None:
    """The row and the pane say the same."""
    expect(page.locator(f".row .attendance-{how}")).to_be_visible()
    expect(page.locator("#pane [data-attendance]")).to_have_attribute("data-attendance", how)


@pytest.mark.parametrize(("reader", "shout"), [("lina", "NOBODY IS GOING"), ("zhao", "无人前往")])
def test_asked_is_not_going_and_nobody_going_rings(centre: Centre, reader: str, shout: str) -> None:
    """Break: look at RAISED only for what must be heard."""
    alarm = centre.press()
    page = centre.at_work(reader)
    page.keyboard.press("j")
    attendance(page, "nobody")
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator("html")).not_to_have_attribute("data-playing", "life")
    attendance(page, "nobody")
    page.locator("#pane [data-action=dispatch]").click()
    page.locator("#dialog-dispatch input[type=radio]").first.check()
    page.locator("#dialog-dispatch button.primary").click()
    attendance(page, "asked")
    (sent,) = centre.conn.execute("SELECT id FROM dispatches").fetchone() or (0,)
    answers(centre, sent, DispatchState.DECLINED)
    expect(page.locator("html")).to_have_attribute("data-playing", "life")
    if shots := os.environ.get("ANXIN_TEST_SHOTS"):
        page.screenshot(path=f"{shots}/nobody-{reader}.png")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{shots}/nobody-{reader}-390.png")
        page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#part-waiting .row .shout")).to_contain_text(shout)
    attendance(page, "nobody")
    page.locator("#pane [data-action=note]").click()
    page.locator("#dialog-note textarea").fill("120")
    page.locator("#dialog-note button.primary").click()
    expect(page.locator("html")).not_to_have_attribute("data-playing", "life")
    expect(page.locator(".part.hand .row")).to_have_attribute("data-id", str(alarm.id))


def test_a_queue_that_has_not_come_is_never_all_quiet(centre: Centre) -> None:
    page = centre.log_in("lina")
    expect(page.locator("#all-quiet")).to_be_visible()
    page.context.route("**/api/v1/stream", lambda route: route.abort())
    page.goto("/console")
    expect(page.locator("html[data-line=down]")).to_be_attached()
    expect(page.locator("#all-quiet")).to_be_hidden()
