"""One alarm from the press to the outcome, as operators see it."""

from playwright.sync_api import Page, expect

from store.model import AlarmState, Answer, Kind, Outcome
from tests.browser.centre import Centre
from tests.screens.visiting import visit


def top(page: Page) -> str:
    return page.locator("#part-waiting .row").first.inner_text()


def test_a_press_appears_live_on_top(centre: Centre) -> None:
    centre.press(Kind.COLD, centre.district.homes[1])
    page = centre.at_work("lina")
    expect(page.locator("#part-waiting .row")).to_have_count(1)
    page.evaluate("window.sameVisit = true")
    alarm = centre.press(Kind.HELP_CALL)
    first = page.locator("#part-waiting .row").first
    expect(first).to_have_attribute("data-id", str(alarm.id), timeout=2_000)
    expect(first).to_contain_text("help call")
    expect(first).to_contain_text("Life")
    expect(first).to_contain_text("Wang Xiuying 1")
    expect(first).to_contain_text("Yuelu Road 1, flat 201 · 第一网格")
    expect(page.locator("#say-now")).to_contain_text("help call: Wang Xiuying 1")
    assert page.evaluate("window.sameVisit") is True


def test_repeats_are_counted_on_the_same_row(centre: Centre) -> None:
    page = centre.at_work("lina")
    for _ in range(3):
        centre.press()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row .count")).to_have_text("×3")


def test_no_sound_before_the_shift_and_none_after_somebody_took_it(centre: Centre) -> None:
    page = centre.log_in("lina")
    expect(page.locator("#banner-sound")).to_be_visible()
    alarm = centre.press()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-playing", "none")
    page.locator("#shift").click()
    expect(page.locator("html")).to_have_attribute("data-playing", "life")
    expect(page.locator("#banner-sound")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("#pane h1")).to_contain_text("help call")
    page.keyboard.press("a")
    expect(page.locator("html")).to_have_attribute("data-playing", "none")
    expect(page.locator(".part.hand .row")).to_contain_text("you")
    assert centre.alarm(alarm.id).state == AlarmState.ACKNOWLEDGED


def test_a_relative_who_goes_is_named_live_and_the_alarm_stays_with_the_centre(
    centre: Centre,
) -> None:
    alarm = centre.press()
    page = centre.at_work("lina")
    page.keyboard.press("j")
    centre.replies(centre.district.home.contacts[0], alarm, Answer.GOING)
    expect(page.locator(".row .fact.going")).to_have_text("Wang Child 1-1 is going")
    expect(page.locator(".row .attendance-nobody")).to_have_text("no responder is on the way")
    expect(page.locator("#pane [data-attendance]")).to_have_text("No responder is on the way.")
    expect(page.locator("#pane .alerting .good")).to_contain_text("Wang Child 1-1 is going")
    expect(page.locator("#pane")).to_have_attribute("data-alarm", str(alarm.id))
    assert centre.alarm(alarm.id).state == AlarmState.RAISED


def test_the_second_operator_is_told_who_was_faster(centre: Centre) -> None:
    alarm = centre.press()
    slow = centre.at_work("zhao")
    slow.keyboard.press("j")
    expect(slow.locator("[data-action=acknowledge]")).to_be_visible()
    slow.route("**/pane", lambda route: route.fulfill(status=204))  # his screen is a moment behind
    fast = centre.at_work("lina")
    fast.keyboard.press("j")
    fast.locator("[data-action=acknowledge]").click()
    expect(fast.locator("#pane .owner")).to_have_text("Yours")
    expect(slow.locator(".row .owner")).to_have_text("Li Na")
    slow.locator("[data-action=acknowledge]").click()
    expect(slow.locator(".toast.error")).to_contain_text("Li Na 正在处理此报警")
    assert centre.alarm(alarm.id).state == AlarmState.ACKNOWLEDGED


def test_from_taking_to_closing_by_keyboard(centre: Centre) -> None:
    alarm = centre.press()
    page = centre.at_work("lina")
    page.keyboard.press("j")
    expect(page.locator("[data-action=acknowledge]")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#pane .owner")).to_have_text("Yours")
    page.keyboard.press("d")
    page.locator("#dialog-dispatch").get_by_label("Chen Gang").check()
    page.keyboard.press("Enter")
    expect(page.locator("[data-dispatch=OFFERED]")).to_contain_text("Chen Gang")
    page.locator("[data-move=accept]").click()
    expect(page.locator("[data-dispatch=ACCEPTED]")).to_be_visible()
    page.locator("[data-move=arrive]").click()
    expect(page.locator(".steps [aria-current]")).to_contain_text("On scene")
    page.keyboard.press("c")
    page.locator("#dialog-close").get_by_label("Fall", exact=True).check()
    page.locator("#close-text").fill("Right hip, ambulance not needed.")
    page.locator("#dialog-close button.primary").click()
    expect(page.locator("#pane .owner")).to_contain_text("Closed")
    expect(page.locator(".row")).to_have_count(0)
    expect(page.get_by_text("All quiet: no open alarm.")).to_be_visible()
    closed = centre.alarm(alarm.id)
    assert (closed.state, closed.outcome) == (AlarmState.CLOSED, Outcome.GENUINE_FALL)
    story = page.locator(".story")
    for sentence in (
        "The alarm was raised",
        "Li Na took the alarm",
        "Chen Gang was asked to go",
        "Chen Gang accepted and is going",
        "Chen Gang has arrived",
        "Li Na closed the alarm: Fall",
        "Right hip, ambulance not needed.",
    ):
        expect(story).to_contain_text(sentence)


def test_what_is_being_written_survives_a_change_of_the_alarm(centre: Centre) -> None:
    centre.press()
    page = centre.at_work("lina")
    page.keyboard.press("j")
    expect(page.locator("[data-action=note]")).to_be_visible()
    page.keyboard.press("n")
    page.locator("#note-text").fill("She says that she")
    centre.press()
    expect(page.locator("#pane h1")).to_contain_text("×2")
    expect(page.locator("#note-text")).to_have_value("She says that she")
    page.locator("#note-text").press_sequentially(" fell")
    page.locator("#dialog-note button.primary").click()
    expect(page.locator(".story .note")).to_have_text("She says that she fell")


def test_a_refusal_is_shown_where_one_looks(centre: Centre) -> None:
    alarm = centre.press()
    page = centre.at_work("lina")
    visit(page, f"/console/alarms/{alarm.id}")
    expect(page.locator("html[data-line=up]")).to_be_attached()
    page.route("**/acknowledge", lambda route: route.abort())
    page.locator("[data-action=acknowledge]").click()
    expect(page.locator(".toast.error")).to_contain_text("No answer from the centre")
    expect(page.locator("[data-action=acknowledge]")).to_be_enabled()


def test_the_same_alarm_in_chinese(centre: Centre) -> None:
    centre.press(Kind.GAS_LEAK)
    page = centre.at_work("zhao")
    page.keyboard.press("j")
    for word in ("燃气泄漏", "等待接警", "生命危险"):
        expect(page.locator(".queue")).to_contain_text(word)
    for word in ("接警", "如何进门", "报警产生", "女儿", "卫生间"):
        expect(page.locator("#pane")).to_contain_text(word)
