"""Nothing moves from under a finger that is down: what somebody presses is what happens."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from store.model import Answer, Kind
from tests.browser.centre import Centre
from tests.screens.visiting import visit

FRAMES = """() => new Promise((done) => {
    let left = 10;
    const next = () => (left-- ? requestAnimationFrame(next) : done());
    next();
})"""
"""The page draws itself some times over: whatever it would do, it has done. A finger that is down
for two seconds holds nothing any more, and a busy machine draws slowly."""


def finger_down(page: Page, on: Locator) -> None:
    box = on.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()


def test_the_first_press_after_a_reload_counts(centre: Centre) -> None:
    """It also gives the sound back, and the red banner above goes. Red before: the banner went
    while the finger was down, and the button was not under it any more when it was lifted."""
    alarm = centre.press()
    page = centre.at_work("lina")
    visit(page, f"/console/alarms/{alarm.id}")
    expect(page.locator("#banner-sound")).to_be_visible()
    finger_down(page, page.locator("[data-action=acknowledge]"))
    page.evaluate(FRAMES)
    page.mouse.up()
    expect(page.locator("#pane .owner")).to_have_text("Yours")
    expect(page.locator("#banner-sound")).to_be_hidden()


def test_a_banner_that_comes_while_somebody_presses_waits(centre: Centre) -> None:
    """Red before: "messages leave late" pushed the button away."""
    centre.press()
    page = centre.at_work("lina")
    page.keyboard.press("j")
    asked: list[Route] = []
    page.route("**/console/notices", lambda route: asked.append(route), times=1)
    with page.expect_request("**/console/notices", timeout=30_000):
        centre.conn.execute(
            "UPDATE notifications SET state = 'QUEUED', sent_at = NULL, due_at = %s",
            [datetime.now(UTC) - timedelta(minutes=5)],
        )
    finger_down(page, page.locator("[data-action=acknowledge]"))
    with page.expect_response("**/console/notices", timeout=30_000):
        asked.pop().continue_()
    page.evaluate(FRAMES)
    page.mouse.up()
    expect(page.locator("#pane .owner")).to_have_text("Yours")
    expect(page.locator("[data-late]")).to_be_visible(timeout=30_000)


def test_news_of_the_alarm_itself_waits_too(centre: Centre) -> None:
    """Red before: the line that the daughter goes pushed the button away."""
    alarm = centre.press()
    page = centre.at_work("lina")
    page.keyboard.press("j")
    finger_down(page, page.locator("[data-action=acknowledge]"))
    centre.replies(centre.district.home.contacts[0], alarm, Answer.GOING)
    page.evaluate(FRAMES)
    page.mouse.up()
    expect(page.locator("#pane .owner")).to_have_text("Yours")
    expect(page.locator("#pane .alerting .good")).to_contain_text("is going")
    expect(page.locator(".row .fact.going")).to_be_visible()


@pytest.mark.parametrize("kind", [Kind.SMOKE, Kind.LOW_BATTERY])
def test_a_new_alarm_does_not_push_the_row_away_that_is_pressed(centre: Centre, kind: Kind) -> None:
    """Red before for the smoke, which stands above: the press opened nothing, or another alarm."""
    leak = centre.press(Kind.WATER_LEAK)
    page = centre.at_work("lina")
    finger_down(page, page.locator(".row a"))
    centre.press(kind, centre.district.homes[1])
    expect(page.locator("#say-now, #say-soon").filter(has_text="Wang Xiuying 2")).to_have_count(1)
    page.evaluate(FRAMES)
    page.mouse.up()
    expect(page).to_have_url(f"{centre.server.url}/console/alarms/{leak.id}")
    expect(page.locator(".row")).to_have_count(2)
