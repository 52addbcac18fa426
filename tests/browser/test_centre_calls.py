"""The screen pops when somebody telephones; an alarm is opened by hand. Both languages."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from alerts.response.calls import centre_calls
from alerts.response.calls.call_script import Script
from alerts.response.sms_replies import InboundSms, receive_sms
from tests.browser.centre import POLICY, Centre
from tests.screens.visiting import visit

DESK, STRANGER = "+8613900000077", "+8613911112222"


def rings(centre: Centre, phone: str) -> Script:
    call = f"CA{uuid4().hex}"
    return centre_calls.came_in(centre.conn, "twilio", call, phone, datetime.now(UTC), POLICY)


def telephone(page: Page, number: str) -> None:
    page.locator(".telephone summary").click()
    page.locator("#shift-form input").fill(number)
    page.locator("#shift-form button").click()
    expect(page.locator("[data-telephone]")).to_have_text(number)


def test_what_is_typed_while_the_shift_begins_is_kept(centre: Centre) -> None:
    """Starting a shift saves the telephone as it is; on a slow line somebody writes another one
    meanwhile, and the answer must not wipe it."""
    page = centre.log_in("lina")
    expect(page.locator("html[data-line=up]")).to_be_attached()
    held: list[Route] = []
    page.route("**/api/v1/shift", lambda route: held.append(route), times=1)
    page.locator("#shift").click()
    expect(page.locator("#shift-form[aria-busy=true]")).to_be_attached()
    page.locator(".telephone summary").click()
    page.locator("#shift-form input").fill(DESK)
    held[0].continue_()
    page.locator("#shift-form button").click()
    expect(page.locator("[data-telephone]")).to_have_text(DESK)


@pytest.mark.parametrize(
    ("user", "ringing", "talking"),
    [
        ("lina", "your telephone rings", "You talk with the caller"),
        ("zhao", "正在呼叫您的电话", "您正与来电者通话"),
    ],
)
def test_the_screen_pops_with_the_homes_of_who_rings(
    centre: Centre, user: str, ringing: str, talking: str
) -> None:
    page = centre.at_work(user)
    telephone(page, DESK)
    alarm = centre.press()
    script = rings(centre, centre.district.home.phones[0])
    call = page.locator("#calls [data-call]")
    expect(call).to_contain_text(ringing)
    expect(call).to_contain_text("Wang Xiuying")
    expect(page.locator("#say-now")).to_contain_text("Wang Xiuying")
    call.locator(f'a[href="/console/alarms/{alarm.id}"]').click()
    expect(page.locator("#pane")).to_have_attribute("data-alarm", str(alarm.id))

    assert script.ringing is not None
    now = datetime.now(UTC)
    centre_calls.ring_answered(centre.conn, script.ringing.ring_id, "1", now, POLICY)
    expect(call).to_contain_text(talking)
    centre_calls.ring_over(
        centre.conn, script.ringing.ring_id, "completed", now, POLICY, gone=True, bridged=True
    )
    expect(call).to_have_count(0)


def test_an_unknown_number_nobody_could_answer_stays_until_it_is_called_back(
    centre: Centre,
) -> None:
    page = centre.at_work("lina")
    assert rings(centre, STRANGER).ringing is None
    call = page.locator("#calls [data-state=missed]")
    expect(call).to_contain_text("Nobody could take this call")
    expect(call).to_contain_text("belongs to no home")
    call.get_by_role("link", name="Task: call back").click()
    expect(page.locator("#pane")).to_contain_text(STRANGER)
    call.get_by_role("button", name="Called back").click()
    expect(call).to_have_count(0)


@pytest.mark.parametrize(("user", "button"), [("lina", "Raise the alarm"), ("zhao", "发起报警")])
def test_an_alarm_is_opened_by_hand(centre: Centre, user: str, button: str) -> None:
    page = centre.at_work(user)
    page.keyboard.press("h")
    page.locator("#home-q").fill("Wang Xiuying 2")
    page.keyboard.press("Enter")
    page.locator("#pane a.thread").click()
    page.locator("#new-alarm-form input[value=fall]").check()
    page.locator("#new-alarm-form input[value=neighbour]").check()
    page.locator("#new-alarm-form textarea").fill("heard a thud, no answer")
    page.locator("#new-alarm-form input[name=take]").check()
    page.get_by_role("button", name=button).click()
    expect(page.locator("#pane .owner")).to_be_visible()
    expect(page.locator("#pane")).to_contain_text("heard a thud, no answer")
    expect(page.locator(".part.hand .row")).to_have_count(1)


def test_a_cry_from_a_number_nobody_knows_is_tied_to_a_home(centre: Centre) -> None:
    page = centre.at_work("lina")
    sms = InboundSms(f"SM{uuid4().hex}", STRANGER, "救命，我奶奶王秀英摔倒了")
    receive_sms(centre.conn, sms, datetime.now(UTC), POLICY)
    cry = page.locator("#notices [data-cry]")
    expect(cry).to_contain_text("救命", timeout=15_000)
    expect(page.locator("html[data-playing=shout]")).to_be_attached()
    cry.get_by_role("link", name="Which home is it?").click()
    page.locator("#home-q").fill("Wang Xiuying 1")
    page.keyboard.press("Enter")
    page.locator("#pane a.thread").click()
    expect(page.locator("#pane .note")).to_contain_text("救命")
    page.locator("#new-alarm-form input[value=fall]").check()
    page.locator("#new-alarm-form input[name=take]").check()
    page.get_by_role("button", name="Raise the alarm").click()
    expect(page.locator(".part.hand .row")).to_have_count(1)
    expect(page.locator("#pane")).to_contain_text("救命")
    expect(cry).to_have_count(0)


def test_it_is_opened_from_the_home_as_well(centre: Centre) -> None:
    page = centre.at_work("lina")
    visit(page, f"/console/homes/{centre.district.home.code}")
    page.locator("#pane").get_by_role("link", name="New alarm").click()
    expect(page.locator("#new-alarm-form")).to_be_visible()
    page.get_by_role("button", name="Raise the alarm").click()
    expect(page.locator(".part.waiting .row")).to_have_count(1)
