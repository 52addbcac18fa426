"""The line to the centre, and how the screen looks when it is full, small or cut off."""

import pytest
from playwright.sync_api import Page, expect

from store.home import people, registry
from store.model import Kind
from tests.browser.centre import PASSWORD, Centre
from tests.district import NOON, TestHome

pytestmark = pytest.mark.long


def test_a_cut_line_is_loud_and_mends_itself(centre: Centre) -> None:
    centre.press(Kind.COLD)
    page = centre.at_work("lina")
    expect(page.locator(".row")).to_have_count(1)
    page.evaluate("window.sameVisit = true")
    centre.server.stop()
    expect(page.locator("#banner-line")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-playing", "cut")
    expect(page.locator("#banner-line")).to_contain_text("Connection lost")
    expect(page.locator("#line-age")).to_contain_text("00:0")
    missed = centre.press(Kind.SMOKE, centre.district.homes[1])
    centre.server.start()
    expect(page.locator("#banner-line")).to_be_hidden(timeout=20_000)
    expect(page.locator(f".row[data-id='{missed.id}']")).to_be_visible()
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("data-playing", "life")
    assert page.evaluate("window.sameVisit") is True


def test_an_ended_log_in_leads_back_to_the_door(centre: Centre) -> None:
    page = centre.at_work("lina")
    centre.conn.execute("DELETE FROM sessions")
    centre.server.stop()
    centre.server.start()
    expect(page.get_by_role("alert")).to_contain_text("log in again", timeout=20_000)


def test_opening_an_alarm_without_a_log_in_leads_to_the_door_and_back(centre: Centre) -> None:
    alarm = centre.press()
    page = centre.at_work("lina")
    expect(page.locator(".row")).to_have_count(1)
    centre.conn.execute("DELETE FROM sessions")
    page.locator(".row a").click()
    page.locator("#username").fill("lina")
    page.locator("#password").fill(PASSWORD)
    page.locator("button.primary").click()
    expect(page).to_have_url(f"{centre.server.url}/console/alarms/{alarm.id}")


def test_an_alarm_that_does_not_exist_is_said(centre: Centre) -> None:
    page = centre.log_in("lina")
    answer = page.goto("/console/alarms/4711")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_fifty_alarms_and_long_names_fit_the_smallest_desk(centre: Centre) -> None:
    for number in range(50):
        centre.press(Kind.HELP_CALL, _long_home(centre, number))
    page = centre.at_work("zhao")
    expect(page.locator(".row")).to_have_count(50)
    page.keyboard.press("j")
    expect(page.locator("#pane h1")).to_contain_text("阿卜杜热合曼")
    _assert_nothing_sticks_out(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_queue_and_alarm_one_after_the_other(centre: Centre, theme: str) -> None:
    centre.press(Kind.HELP_CALL, _long_home(centre, 1))
    page = centre.at_work("lina", width=390, height=844)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    _assert_nothing_sticks_out(page)
    page.locator(".row a").click()
    expect(page.locator("[data-action=acknowledge]")).to_be_in_viewport()
    expect(page.locator(".queue")).to_be_hidden()
    _assert_nothing_sticks_out(page)
    page.locator("[data-back]").click()
    expect(page.locator(".queue")).to_be_visible()


def test_back_and_forward_move_between_alarms(centre: Centre) -> None:
    first = centre.press()
    second = centre.press(Kind.SMOKE, centre.district.homes[1])
    page = centre.at_work("lina")
    page.locator(f".row[data-id='{first.id}'] a").click()
    expect(page.locator("#pane h1")).to_contain_text("help call")
    page.locator(f".row[data-id='{second.id}'] a").click()
    expect(page.locator("#pane h1")).to_contain_text("smoke")
    page.go_back()
    expect(page.locator("#pane h1")).to_contain_text("help call")
    expect(page.locator("html[data-sound=on]")).to_be_attached()


def _long_home(centre: Centre, number: int) -> TestHome:
    code = f"L{number:04}"
    home_id = registry.add_home(
        centre.conn,
        code=code,
        area="G1",
        now=NOON,
        address=f"望月湖街道咸嘉湖西路{number}号中海国际社区三期香樟苑27栋3单元2803室",
    )
    assert home_id is not None
    registry.add_device(
        centre.conn, home_id=home_id, code="button-1", role="help_call", room="bathroom", now=NOON
    )
    person = people.add_person(
        centre.conn, name="阿卜杜热合曼·阿布都克里木江·买买提吐尔逊", phone=None
    )
    people.add_resident(
        centre.conn,
        home_id=home_id,
        person_id=person,
        birth_year=1938,
        risks="糖尿病，听力差，夜间易走失，服用抗凝药",
    )
    return TestHome(home_id, code, "button-1", person, [], [])


def _assert_nothing_sticks_out(page: Page) -> None:
    bottom = page.evaluate("document.querySelector('.split').getBoundingClientRect().bottom")
    assert bottom <= page.evaluate("innerHeight"), "the lists are to scroll, not the page"
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "the page scrolls sideways"
    outside = page.evaluate(
        """[...document.querySelectorAll(".queue, .pane")].filter(
            (part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.className)"""
    )
    assert outside == []
