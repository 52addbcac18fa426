"""Somebody called and nobody has heard them since: 120 is prompted while the ladder climbs on.

Broken on purpose by setting the prompt off as a step of the plan: it then ends when the alarm is
taken, and comes after everybody who did not answer.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from alerts.policy import Policy
from tests.acceptance.desk.journals import told_by_their_journals
from tests.centre import DEADLINE
from tests.screens.desk import Desk, is_quiet, press
from tests.screens.visiting import visit

pytestmark = [pytest.mark.timeout(180), pytest.mark.long]
SILENCE = 6
"""Seconds without a word of the resident; at a centre ninety."""
POLICY = Policy(language="en", no_contact=SILENCE, pass_pause=600)
PLAN = [
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 2 * SILENCE, "target": "contact", "position": 2},
    {"after_seconds": 600, "target": "console"},
]


@pytest.mark.parametrize(("language", "call"), [("en", "Call 120 now"), ("zh", "请立即拨打 120")])
def test_the_ambulance_is_prompted_beside_the_ladder(
    open_desk: Callable[[Policy], Desk], language: str, call: str
) -> None:
    desk = open_desk(POLICY)
    centre = desk.centre
    owner, colleague = desk.opens(PLAN, language)
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE).alarm or 0
    centre.contact(1).wait_for_sms("help call")
    visit(owner, f"/console/alarms/{alarm}")
    # while it still rings, before the second contact is asked
    for page in (owner, colleague):
        expect(page.locator(".row .prompt")).to_be_visible()
    expect(owner.locator("[data-prompt='120']")).to_contain_text(call)
    expect(owner.locator("[data-prompt='110']")).to_be_visible()
    assert not centre.contact(2).messages, "beside the ladder, not after it"
    desk.pictures(f"ambulance-{language}")
    centre.contact(2).wait_for_sms("help call")  # and the ladder climbs on
    owner.locator("#shift").click()
    press(owner, "acknowledge")
    expect(owner.locator("[data-prompt='120']")).to_be_visible()
    # 120 was called: written down, its prompt ends, the one for the door stays
    owner.locator("[data-prompt='120'] button[data-dialog]").click()
    dialog = owner.locator("#dialog-outside-120")
    dialog.locator("textarea").fill("85, does not answer, diabetes")
    dialog.locator("button.primary").click()
    expect(owner.locator("[data-prompt='120']")).to_have_count(0)
    expect(owner.locator("[data-prompt='110']")).to_be_visible()
    # and the resident picks up after all
    owner.keyboard.press("r")
    expect(owner.locator("[data-prompt]")).to_have_count(0)
    expect(owner.locator("[data-reached]")).to_be_visible()
    for page in (owner, colleague):
        is_quiet(page)
    desk.pictures(f"ambulance-reached-{language}")
    assert told_by_their_journals(centre, alarm)
