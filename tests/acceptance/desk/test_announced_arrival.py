"""Somebody announces when they will be there, and does not come: that is loud.

Broken on purpose by waiting half an hour whatever was announced (policy.way).
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from alerts.policy import Policy
from tests.acceptance.desk.journals import told_by_their_journals
from tests.centre import DEADLINE
from tests.screens.desk import Desk, is_quiet, press, rings, sends_first
from tests.screens.visiting import visit

pytestmark = [pytest.mark.timeout(180), pytest.mark.long]
GRACE = 5
"""Seconds after what was announced; at a centre two minutes."""
POLICY = Policy(language="en", arrive_grace=GRACE, pass_pause=600)
PLAN = [{"after_seconds": 0, "target": "contacts"}, {"after_seconds": 600, "target": "console"}]


@pytest.mark.parametrize(("language", "late"), [("en", "should have arrived"), ("zh", " 超时未到")])
def test_an_announced_arrival_that_passes_rings(
    open_desk: Callable[[Policy], Desk], language: str, late: str
) -> None:
    desk = open_desk(POLICY)
    centre = desk.centre
    owner, colleague = desk.opens(PLAN, language)
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE).alarm or 0
    visit(owner, f"/console/alarms/{alarm}")
    owner.locator("#shift").click()
    press(owner, "acknowledge")
    sends_first(owner)
    centre.responder().wait_for_sms("Can you go")
    # the responder answers by telephone: "I am at the gate, a minute at most"
    accepting = owner.locator("#pane form[data-api$='/accept']")
    accepting.locator("input").fill("0")
    accepting.locator("button").click()
    expect(owner.locator("#pane [data-attendance]")).to_have_attribute("data-attendance", "going")
    is_quiet(colleague)
    # and does not come
    for page in (owner, colleague):
        rings(page)
    expect(owner.locator("#pane .story")).to_contain_text(late)
    expect(owner.locator("#pane [data-overdue]")).to_contain_text("Chen Gang")
    expect(colleague.locator(".row .dispatch.overdue")).to_be_visible()
    desk.pictures(f"late-{language}")
    centre.contact(1).wait_for_sms("help call")  # and the plan begins again
    press(owner, "acknowledge")
    centre.responder().reply("4")
    expect(owner.locator("#pane [data-attendance]")).to_have_attribute("data-attendance", "there")
    expect(owner.locator("#pane [data-overdue]")).to_have_count(0)
    for page in (owner, colleague):
        is_quiet(page)
    assert told_by_their_journals(centre, alarm)
