"""Whom to send: the home's own, then neighbouring grids, then who has just said no."""

import os
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from alerts.alarm import dispatching
from store.duty import areas
from store.home import people
from store.model import DispatchState
from tests.browser.centre import POLICY, Centre

pytestmark = pytest.mark.long


def shot(page: Page, name: str) -> None:
    """Pictures of both sizes to look at, where somebody asks for them."""
    if shots := os.environ.get("ANXIN_TEST_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{shots}/{name}-390.png")
        page.set_viewport_size({"width": 1280, "height": 800})


def add_around(centre: Centre) -> None:
    areas.add(centre.conn, level="grid", code="G2", name="第二网格", parent="C1")
    for name, kind, area in (
        ("周敏", "grid_worker", "G2"),
        ("孙强", "station", "C1"),
        ("吴芳", "volunteer", "G2"),
    ):
        made = people.add_person(centre.conn, name=name, phone="+8613900000077")
        people.add_responder(centre.conn, person_id=made, kind=kind, area=area)
    centre.conn.execute("UPDATE responders SET skills = '{护理}' WHERE kind = 'station'")
    centre.conn.execute("UPDATE people SET phone = '+8613900000078' WHERE name = '吴芳'")


def send_first(page: Page) -> None:
    """By keyboard alone: D opens with the first who can be asked, Space chooses, Enter sends."""
    page.keyboard.press("d")
    expect(page.locator("#dialog-dispatch input:enabled").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-dispatch")).to_be_hidden()


@pytest.mark.parametrize("reader", ["lina", "zhao"])
def test_who_said_no_is_asked_again_only_on_purpose(centre: Centre, reader: str) -> None:
    add_around(centre)
    alarm = centre.press()
    page = centre.at_work(reader)
    page.keyboard.press("j")
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator("#pane [data-action=dispatch]")).to_be_visible()
    send_first(page)
    expect(page.locator("[data-dispatch=OFFERED]")).to_be_visible()
    (sent,) = centre.conn.execute("SELECT id FROM dispatches").fetchone() or (0,)
    dispatching.move(
        centre.conn,
        sent,
        DispatchState.DECLINED,
        actor="test",
        via="sms",
        now=datetime.now(UTC),
        policy=POLICY,
    )
    expect(page.locator("[data-dispatch=DECLINED]")).to_be_visible()
    page.keyboard.press("d")
    dialog = page.locator("#dialog-dispatch")
    expect(dialog.locator("[data-own] .candidate")).to_have_count(1)
    expect(dialog.locator("[data-neighbours] .candidate")).to_have_count(2)
    expect(dialog.locator("[data-again] .candidate")).to_contain_text("Chen Gang")
    expect(dialog.locator("[data-neighbours] a.tel").first).to_have_attribute(
        "href", "tel:+8613900000077"
    )
    shot(page, f"send-{reader}")
    confirm = dialog.locator("[data-again] [data-for=again] input")
    expect(confirm).to_be_hidden()
    dialog.locator("[data-again] .candidate input").check()
    shot(page, f"again-{reader}")
    dialog.locator("button.primary").click()
    expect(dialog).to_be_visible()  # not without saying so
    confirm.check()
    dialog.locator("button.primary").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-dispatch=OFFERED]")).to_have_count(2)
    assert centre.alarm(alarm.id).state == "DISPATCHED"


def test_with_nobody_on_duty_it_says_whom_to_telephone(centre: Centre) -> None:
    centre.conn.execute("UPDATE responders SET on_duty = false")
    centre.press()
    page = centre.at_work("zhao")
    page.keyboard.press("j")
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator("#pane [data-action=dispatch]")).to_be_visible()
    expect(page.locator("#pane [data-no-own]")).to_be_visible()
    page.keyboard.press("d")
    dialog = page.locator("#dialog-dispatch")
    expect(dialog.locator("[data-off-duty] a.tel")).to_be_visible()
    expect(dialog.locator("button.primary")).to_have_count(0)
    shot(page, "send-nobody")
    dialog.locator("[data-dialog=outside]").click()
    expect(page.locator("#dialog-outside")).to_be_visible()
