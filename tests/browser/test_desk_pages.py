"""The desk beside the queue: by the book and on the telephone, messages, a code on a phone, plans.

Each story is one the desk has at night; the queue and its sound go on through all of them.
"""

import pytest
from playwright.sync_api import Page, expect

from store.alarm import referrals
from store.escalation import plans
from store.model import Answer, Kind, Role
from store.response import conversations
from tests.browser.centre import Centre
from tests.screens.visiting import visit

pytestmark = pytest.mark.long

PHONE = {"width": 390, "height": 844}


def taken(centre: Centre, kind: Kind = Kind.HELP_CALL) -> tuple[int, Page]:
    """An alarm that Li Na has taken, and her screen."""
    alarm = centre.press(kind)
    page = centre.at_work("lina")
    page.keyboard.press("j")
    expect(page.locator("[data-action=acknowledge]")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#pane .owner")).to_have_text("Yours")
    return alarm.id, page


def test_by_the_book_on_the_telephone_and_to_the_ambulance(centre: Centre) -> None:
    centre.conn.execute("UPDATE people SET phone = '+8613700000001' WHERE name = 'Li Na'")
    centre.conn.execute("UPDATE homes SET phone = '+8673188880001'")
    alarm, page = taken(centre)
    page.locator("[data-tick]").first.click()
    expect(page.locator("[data-protocol] .ticked")).to_contain_text("Li Na")
    page.keyboard.press("p")
    expect(page.locator(".talk")).to_contain_text("Your own telephone rings: pick up and press 1.")
    page.locator(".card", has_text="Wang Child 1-1").get_by_role(
        "button", name="Join"
    ).first.click()
    expect(page.locator("[data-talk]")).to_contain_text("Wang Child 1-1")
    page.locator("[data-move=hang-up]").click()
    expect(page.locator(".talk")).to_have_count(0)
    (talk,) = conversations.of_alarm(centre.conn, alarm)
    assert talk.ended_at is not None
    page.keyboard.press("o")
    page.locator("#dialog-outside").get_by_label("120").check()
    page.locator("#outside-said").fill("82, fell, hip hurts, key box at the door")
    page.locator("#outside-reference").fill("A-3391")
    page.locator("#dialog-outside button.primary").click()
    expect(page.locator("[data-hand-overs]")).to_contain_text("A-3391")
    (told,) = referrals.of_alarm(centre.conn, alarm)
    assert (told.service, told.reference) == ("120", "A-3391")
    page.keyboard.press("d")
    page.locator("#dialog-dispatch").get_by_label("Chen Gang").check()
    page.keyboard.press("Enter")
    page.locator("[name=eta_minutes]").fill("12")
    page.locator("[data-move=accept]").click()
    expect(page.locator("[data-dispatch=ACCEPTED]")).to_contain_text("12 min announced")
    page.locator("[data-move=arrive]").click()
    page.locator("[data-move=done]").click()
    page.locator("dialog[open] textarea").fill("on the floor, awake")
    page.locator("dialog[open] button.primary").click()
    expect(page.locator("[data-dispatch=DONE]")).to_contain_text("on the floor, awake")


def test_hiding_a_danger_to_life_takes_the_second_operator(centre: Centre) -> None:
    alarm, page = taken(centre, Kind.SMOKE)
    page.locator(".more summary").click()
    page.locator("[data-dialog=shelve]").click()
    page.locator("#dialog-shelve").get_by_label("1 hour").check()
    page.locator("#shelve-reason").fill("cooking, the daughter is there")
    page.locator("#dialog-shelve button.primary").click()
    expect(page.locator(".alerting")).to_contain_text("stays visible until a second person agrees")
    expect(page.locator(".alerting [data-move=confirm]")).to_have_count(0)
    assert centre.alarm(alarm).shelved_until is None
    other = centre.at_work("zhao")
    other.keyboard.press("j")
    other.locator(".alerting [data-move=confirm]").click()
    expect(page.locator(".alerting [data-move=unshelve]")).to_be_visible()
    assert centre.alarm(alarm).shelved_until is not None
    page.locator(".alerting [data-move=unshelve]").click()
    expect(page.locator(".alerting")).not_to_contain_text("Hidden until")
    assert centre.alarm(alarm).shelved_until is None


def test_an_open_menu_stays_open_while_the_alarm_changes(centre: Centre) -> None:
    """Break: put the new pane in the place of the old one instead of morphing it."""
    alarm, page = taken(centre, Kind.HELP_CALL)
    visit(page, f"/console/alarms/{alarm}")
    page.locator(".more summary").click()
    centre.press()
    expect(page.locator("#pane h1")).to_contain_text("×2")
    expect(page.locator("[data-dialog=transfer]")).to_be_visible()
    page.keyboard.press("Escape")


def test_linked_alarms_are_shown_together_at_once(centre: Centre) -> None:
    """Broken on purpose by leaving alarms.touch out of linking.link: the older row then hears
    nothing of it."""
    older = centre.press()
    fall, page = taken(centre, Kind.FALL)
    visit(page, f"/console/alarms/{fall}")
    page.locator(".more summary").click()
    page.locator("[data-dialog=link]").click()
    page.locator(f"#dialog-link input[value='{older.id}']").check()
    page.locator("#dialog-link button.primary").click()
    expect(page.locator("[data-linked]")).to_contain_text("help call")
    for number in (older.id, fall):
        row = page.locator(f".row[data-id='{number}'] .fact.linked")
        expect(row).to_have_text("with 1 more of this home")


def test_a_daughter_writes_and_is_answered_while_the_alarms_go_on(centre: Centre) -> None:
    centre.press()
    page = centre.at_work("lina")
    centre.writes(1, "Ring twice, she is deaf")
    link = page.locator(".places a[href='/console/messages']")
    expect(link.locator("b")).to_have_text("1")
    page.evaluate("window.sameVisit = true")
    link.click()
    expect(page.locator(".thread.unread")).to_contain_text("Ring twice, she is deaf")
    page.locator(".thread.unread").click()
    expect(page.locator(".bubbles .in")).to_contain_text("Ring twice, she is deaf")
    page.locator("#reply-text").fill("We do. Who has")
    centre.press(Kind.FALL)
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("data-playing", "life")
    expect(page.locator("#reply-text")).to_have_value("We do. Who has")
    page.locator("#reply-text").press_sequentially(" a key?")
    page.locator("#reply button.primary").click()
    expect(page.locator(".bubbles .out").last).to_contain_text("We do. Who has a key?")
    expect(page.locator("#reply-text")).to_have_value("")
    expect(link.locator("b")).to_have_count(0)
    page.go_back()
    expect(page.locator(".thread")).to_have_count(1)
    assert page.evaluate("window.sameVisit") is True


def test_an_old_telephone_answers_by_code_and_the_desk_sees_it(centre: Centre) -> None:
    """The page of who may get no link: no script, a phone's width, Chinese."""
    alarm = centre.press()
    page = centre.at_work("lina")
    phone = centre.open("/code", **PHONE, scripts=False)
    phone.get_by_label("短信或电话中的编号").fill(alarm.code)
    phone.get_by_label("您自己手机号的后 4 位").fill("0000")
    phone.get_by_role("button", name="继续").click()
    expect(phone.get_by_role("alert")).to_contain_text("没有找到")
    phone.get_by_label("短信或电话中的编号").fill(alarm.code)
    phone.get_by_label("您自己手机号的后 4 位").fill(centre.district.home.phones[0][-4:])
    phone.get_by_role("button", name="继续").click()
    phone.get_by_role("button", name="我去", exact=True).click()
    expect(phone.locator("[data-mine=going]")).to_be_visible()
    expect(page.locator(".row .fact.going")).to_have_text("Wang Child 1-1 is going")
    centre.replies(centre.district.home.contacts[1], alarm, Answer.CANNOT)
    phone.goto(f"/code/{alarm.id}")
    expect(phone.get_by_text("Wang Child 1-2")).to_be_visible()


def test_a_plan_that_cannot_be_is_refused_at_the_step(centre: Centre) -> None:
    centre.employ("sun", "孙主任", "zh", Role.SUPERVISOR)
    page = centre.at_work("sun")
    page.locator(".places a[href='/console/plans']").click()
    page.locator("a[href='/console/plans/default/2']").click()
    page.locator("a[href*='version=2']").click()
    step = page.locator("[data-item]").nth(1)
    step.locator("[name=target]").select_option("person")
    step.locator("[name=person]").fill("99999")
    save = page.locator("#plan-form button.primary")
    save.click()
    expect(step.locator(".at-field")).to_have_text("没有编号为 99999 的人")
    expect(step.locator("[name=person]")).to_be_in_viewport()
    step.locator("[name=target]").select_option("contacts")
    expect(step.locator("[name=person]")).to_be_hidden()
    save.click()
    expect(page.locator("a[href='/console/plans/default/3']")).to_be_visible()
    saved = plans.find(centre.conn, "default", 3)
    assert saved is not None
    assert saved.steps[1]["target"] == "contacts"
    assert "person" not in saved.steps[1]


def test_channels_in_time_are_chosen_step_by_step(centre: Centre) -> None:
    """What endangers somebody becomes a call, and soon; what is wrong stands at its field."""
    centre.employ("sun", "孙主任", "zh", Role.SUPERVISOR)
    page = centre.at_work("sun")
    visit(page, "/console/plans/new?code=default&version=2")
    step = page.locator("[data-item]").nth(1)
    order, silence = step.locator("[name=channels]"), step.locator("[name=unanswered_seconds]")
    save = page.locator("#plan-form button.primary")
    order.select_option("sms")
    save.click()
    expect(step.locator(".at-field")).to_contain_text("无人回应的短信必须转为电话")
    order.select_option("voice,sms")
    silence.fill("30")
    save.click()
    page.locator("a[href='/console/plans/default/3']").click()
    expect(page.locator(".numbered li").nth(1)).to_contain_text("先电话，后短信")
    saved = plans.find(centre.conn, "default", 3)
    assert saved is not None
    assert saved.steps[1]["channels"] == ["voice", "sms"]
    assert saved.steps[1]["unanswered_seconds"] == 30
    assert "channels" not in saved.steps[0], "the loudspeaker asks nobody"


def test_the_pages_fit_a_phone(centre: Centre) -> None:
    centre.press()
    page = centre.at_work("zhao", 390, 844)
    for name in (
        "messages",
        "duty",
        "work",
        "homes",
        "outages",
        "areas",
        "plans",
        "protocols",
        "warnings",
    ):
        page.locator(f".places a[href='/console/{name}']").click()
        expect(page.locator(".view h1")).to_be_visible()
        expect(page).to_have_url(f"{centre.server.url}/console/{name}")
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], name
        pane = page.evaluate("[pane.scrollWidth, pane.clientWidth]")
        assert pane[0] <= pane[1] + 1, name
    page.locator("[data-back]").click()
    expect(page.locator(".row")).to_be_visible()
