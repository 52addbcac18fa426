"""The desk is to call 120 or 119 beside the ladder, until it is done or the resident is heard."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.alarm.locking import locked_alarm
from alerts.escalation import prompts
from store.model import Alarm, Kind, Role
from tests.browser.centre import POLICY, Centre
from tests.screens.visiting import visit


def shot(page: Page, name: str) -> None:
    if shots := os.environ.get("ANXIN_TEST_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{shots}/{name}-390.png")
        page.set_viewport_size({"width": 1280, "height": 800})


def time_is_up(centre: Centre, alarm: Alarm) -> None:
    """The engine fires the alarm's timer."""
    at = alarm.raised_at + timedelta(seconds=POLICY.no_contact)
    with centre.conn.transaction():
        prompts.fire(centre.conn, locked_alarm(centre.conn, alarm.id), "no_contact", at)


@pytest.mark.parametrize(
    ("reader", "row", "pane"),
    [("lina", "CALL 120, 110", "Call 120 now"), ("zhao", "请拨打 120, 110", "请立即拨打 120")],
)
def test_120_is_prompted_until_the_key_says_that_the_resident_was_reached(
    centre: Centre, reader: str, row: str, pane: str
) -> None:
    """Beside the ladder, with the alarm in somebody's hands. Break: prompt without calling the
    console, or leave R out of the keys."""
    alarm = centre.press()
    page = centre.at_work(reader)
    page.keyboard.press("j")
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator("html")).not_to_have_attribute("data-playing", "life")
    time_is_up(centre, alarm)
    expect(page.locator("html")).to_have_attribute("data-playing", "life")
    expect(page.locator(".row .prompt")).to_have_text(row)
    expect(page.locator("#pane [data-prompt='120']")).to_contain_text(pane)
    shot(page, f"prompt-{reader}")
    page.keyboard.press("r")
    expect(page.locator("#pane [data-prompt]")).to_have_count(0)
    expect(page.locator("#pane [data-reached]")).to_be_visible()
    expect(page.locator(".row .prompt")).to_have_count(0)
    expect(page.locator("html")).not_to_have_attribute("data-playing", "life")
    page.locator("#pane [data-move='not-reached']").click()
    expect(page.locator("#pane [data-reached]")).to_have_count(0)


@pytest.mark.parametrize("reader", ["lina", "zhao"])
def test_119_is_prompted_at_once_and_its_button_writes_the_hand_over(
    centre: Centre, reader: str
) -> None:
    centre.press(Kind.GAS_LEAK)
    page = centre.at_work(reader)
    expect(page.locator(".row .prompt")).to_contain_text("119")
    page.keyboard.press("j")
    expect(page.locator("#pane [data-heed]")).to_be_visible()
    page.locator("[data-action=acknowledge]").click()
    shot(page, f"gas-{reader}")
    page.locator("#pane [data-prompt='119'] [data-dialog]").click()
    page.locator("#dialog-outside-119 textarea").fill("Gas at flat 201")
    shot(page, f"gas-dialog-{reader}")
    page.locator("#dialog-outside-119 button.primary").click()
    expect(page.locator("#pane [data-prompt]")).to_have_count(0)
    expect(page.locator("#pane [data-hand-overs]")).to_contain_text("119")


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_supervisor_reads_and_writes_a_ladder(centre: Centre, language: str) -> None:
    """Every field of the ladders that come with the product goes into the form and out of it."""
    centre.employ("boss", "The Boss", language, Role.SUPERVISOR)
    page = centre.log_in("boss")
    visit(page, "/console/plans/default/2")
    shot(page, f"plan-{language}")
    visit(page, "/console/plans/new?code=default&version=2")
    shot(page, f"plan-edit-{language}")
    page.locator("#plan-form button.primary").click()
    expect(page).to_have_url(f"{centre.server.url}/console/plans")
    old, new = centre.conn.execute(
        "SELECT steps FROM plans WHERE code = 'default' AND version > 1 ORDER BY version"
    ).fetchall()
    kept = [
        {name: value for name, value in step.items() if (name, value) != ("when", "unacknowledged")}
        for step in new[0]
    ]
    assert kept == old[0]
