"""A door is forced from the pane, a consent entered, a mistake shown: what a person sees of it."""

import os
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from alerts.alarm.receiving import receive_signal
from store.home import entry_consents, registry
from store.model import Kind, Signal
from tests.browser.centre import POLICY, Centre
from tests.screens.visiting import visit

pytestmark = pytest.mark.long


def shot(page: Page, name: str) -> None:
    """Pictures of both sizes to look at, where somebody asks for them."""
    if shots := os.environ.get("ANXIN_TEST_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{shots}/{name}-390.png")
        page.set_viewport_size({"width": 1280, "height": 800})


def take(centre: Centre, reader: str) -> Page:
    centre.press()
    page = centre.at_work(reader)
    page.keyboard.press("j")
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator("#pane [data-action=dispatch]")).to_be_visible()
    return page


def open_dialog(page: Page) -> None:
    page.locator("details.more summary").click()
    page.locator("[data-dialog=force]").click()
    expect(page.locator("#dialog-force")).to_be_visible()


@pytest.mark.parametrize("reader", ["lina", "zhao"])
def test_from_the_door_to_the_closed_alarm(centre: Centre, reader: str) -> None:
    page = take(centre, reader)
    expect(page.locator(".card [data-no-consent]")).to_be_visible()
    open_dialog(page)
    dialog = page.locator("#dialog-force")
    expect(dialog.locator("[data-no-consent]")).to_be_visible()
    shot(page, f"force-{reader}")
    dialog.locator("button.primary").click()
    expect(dialog.locator("[data-error]")).to_contain_text("110")
    dialog.locator("[data-dialog=outside]").click()
    expect(page.locator("#dialog-outside input[value='110']")).to_be_checked()
    page.locator("#dialog-outside [data-close]").click()
    dialog.locator("[name=life_in_danger]").focus()
    page.keyboard.press("Space")
    dialog.locator("[name=locksmith]").fill("马师傅")
    dialog.locator("[name=locksmith_phone]").fill("13900000000")
    dialog.locator("button.primary").click()
    expect(dialog).to_be_hidden()
    card = page.locator("[data-forced-entry=open]")
    expect(card.locator("a.tel")).to_have_attribute("href", "tel:13900000000")
    card.locator("[data-move=entered]").click()
    expect(page.locator("[data-not-secured]")).to_be_visible()
    shot(page, f"forced-{reader}")
    page.keyboard.press("c")
    closing = page.locator("#dialog-close")
    expect(closing.locator("[data-suggested] input")).to_have_value("no_response_forced_entry")
    shot(page, f"close-forced-{reader}")
    hospital = closing.locator("[name=hospital]")
    expect(hospital).to_be_hidden()
    closing.locator("[data-suggested] input").check()
    hospital.fill("第一医院")
    shot(page, f"close-hospital-{reader}")
    closing.locator("button.primary").click()
    expect(page.locator("article[data-alarm-state=CLOSED]")).to_be_visible()
    expect(page.locator("[data-outcome]")).to_contain_text("第一医院")
    page.locator("[data-not-secured] button").click()
    page.locator("dialog[open] textarea").fill("马师傅，换了锁芯")
    page.locator("dialog[open] button.primary").click()
    expect(page.locator("[data-forced-entry=finished]")).to_be_visible()
    expect(page.locator("[data-not-secured]")).to_have_count(0)
    assert centre.conn.execute("SELECT state FROM tasks").fetchall() == [("DONE",)]


def test_a_consent_is_entered_on_the_homes_page_and_stands_in_the_pane(centre: Centre) -> None:
    home = centre.district.home
    page = centre.log_in("zhao")
    visit(page, f"/console/homes/{home.code}")
    card = page.locator("[data-consents]")
    card.locator("[name=given_on]").fill("2026-03-01")
    card.locator("[name=document]").fill("档案柜 12-3")
    card.locator("form button").last.click()
    expect(card.locator("[data-consent=in-force]")).to_be_visible()
    card.scroll_into_view_if_needed()
    shot(page, "consents")
    (kept,) = entry_consents.in_force(centre.conn, home.id)
    assert kept.document == "档案柜 12-3"
    alarm = centre.press()
    visit(page, f"/console/alarms/{alarm.id}")
    expect(page.locator(".card [data-consent]")).to_contain_text("档案柜 12-3")
    visit(page, f"/console/homes/{home.code}")
    page.locator("[data-move=withdraw]").click()
    expect(page.locator("[data-consent=over]")).to_be_visible()


def test_pressed_by_mistake_stands_first_and_asks_whether_they_were_spoken_to(
    centre: Centre,
) -> None:
    page = take(centre, "zhao")
    cancel(centre)
    expect(page.locator(".row .fact.mistake")).to_be_visible()
    expect(page.locator("#pane .alerting li").first).to_have_attribute("data-mistake", "")
    shot(page, "mistake-pane")
    page.keyboard.press("c")
    dialog = page.locator("#dialog-close")
    spoken = dialog.locator("[name=spoken_to]")
    expect(spoken).to_be_hidden()
    dialog.locator("[data-suggested] input").check()
    expect(spoken).to_be_visible()
    shot(page, "mistake")
    dialog.locator("button.primary").click()
    expect(dialog).to_be_visible()  # not without saying so
    spoken.check()
    dialog.locator("button.primary").click()
    expect(page.locator("article[data-alarm-state=CLOSED]")).to_be_visible()


def cancel(centre: Centre) -> None:
    """The resident's button takes the call back."""
    now = datetime.now(UTC)
    device = registry.find_device(centre.conn, centre.district.home.code, "button-1")
    assert device is not None
    signal = Signal("button-1", Kind.HELP_CALL, False, False, None, now, now, False, False)
    with centre.conn.transaction():
        receive_signal(centre.conn, device, signal, now, POLICY)
