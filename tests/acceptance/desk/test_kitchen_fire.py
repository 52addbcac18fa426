"""A kitchen burns: help call, smoke and gas of one home are one emergency.

One dispatch, one `1` of the daughter, one closing; and each alarm's journal tells its own state.
Broken on purpose by joining a dispatch to its own alarm alone (joining.join_others).
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from alerts.policy import Policy
from tests.acceptance.desk.journals import told_by_their_journals
from tests.centre import DEADLINE
from tests.screens.desk import Desk, is_quiet, press, rings, sends_first
from tests.screens.visiting import visit

pytestmark = [pytest.mark.timeout(180), pytest.mark.long]
PLAN = [{"after_seconds": 0, "target": "contacts"}, {"after_seconds": 60, "target": "console"}]
POLICY = Policy(language="en", pass_pause=600)


def shows_together(page: Page, kinds: list[str]) -> None:
    for kind in kinds:
        expect(page.locator("#pane [data-beside]")).to_contain_text(kind)


@pytest.mark.parametrize(
    ("language", "also", "closed"), [("en", "smoke", "were closed"), ("zh", "烟雾", "were closed")]
)
def test_one_dispatch_one_answer_one_closing(
    open_desk: Callable[[Policy], Desk], language: str, also: str, closed: str
) -> None:
    desk = open_desk(POLICY)
    centre = desk.centre
    owner, colleague = desk.opens(PLAN, language)
    hub, daughter = centre.hub(), centre.contact(1)
    call = hub.press("button-1", kind="help_call").wait_acknowledged(DEADLINE).alarm or 0
    smoke = hub.press("smoke-1", kind="smoke").wait_acknowledged(DEADLINE).alarm or 0
    for page in (owner, colleague):
        rings(page)
    visit(owner, f"/console/alarms/{call}")
    shows_together(owner, [also])
    desk.pictures(f"fire-rings-{language}")
    press(owner, "acknowledge")  # takes both
    expect(owner.locator(".part.hand .row")).to_have_count(2)
    is_quiet(colleague)
    # the daughter has heard of both and answers once
    for word in ("help call", "smoke"):
        daughter.wait_for_sms(word)
    centre.wait_until(
        "SELECT count(*) = 2 FROM notifications WHERE person_id = %(who)s"
        " AND purpose = 'alarm' AND state = 'DELIVERED'",
        "the carrier to tell that both have arrived",
        who=centre.district.home.contacts[0],
    )
    daughter.reply("1")
    for number in (call, smoke):
        centre.wait_until(
            "SELECT EXISTS (SELECT FROM responses WHERE alarm_id = %(a)s AND answer = 'going')",
            "her answer to count for both",
            a=number,
        )
    # one is sent, for both
    sends_first(owner)
    responder = centre.responder()
    responder.wait_for_sms("Can you go")
    responder.reply("1")
    expect(owner.locator("#pane [data-attendance]")).to_have_attribute("data-attendance", "going")
    expect(owner.locator(".row .attendance-going")).to_have_count(2)
    # gas comes later: it rings for all, and who goes is told
    gas = hub.press("smoke-1", kind="gas_leak").wait_acknowledged(DEADLINE).alarm or 0
    for page in (owner, colleague):
        rings(page)
    responder.wait_for_sms("now also gas")
    expect(owner.locator("[data-move=take-beside]")).to_be_visible()
    desk.pictures(f"fire-gas-{language}")
    owner.locator("[data-move=take-beside]").click()
    is_quiet(owner)
    expect(owner.locator(".row .attendance-going")).to_have_count(3)
    responder.reply("4")
    expect(owner.locator(".row .attendance-there")).to_have_count(3)
    # the detectors are quiet again, and one closing ends all
    hub.press("smoke-1", kind="smoke", active=False).wait_acknowledged(DEADLINE)
    hub.press("smoke-1", kind="gas_leak", active=False).wait_acknowledged(DEADLINE)
    expect(owner.locator(".row .cleared")).to_have_count(2)
    expect(owner.locator("#pane [data-beside] [data-cleared]")).to_have_count(2)
    press(owner, "close")
    dialog = owner.locator("#dialog-close")
    dialog.locator("input[value=assistance]").check()
    for select in dialog.locator(".also select").all():
        select.select_option("genuine_fire")
    desk.pictures(f"fire-closing-{language}")
    dialog.locator("button.primary").click()
    expect(owner.locator("#all-quiet")).to_be_visible()
    expect(colleague.locator("#all-quiet")).to_be_visible()
    over = daughter.wait_for_sms(closed)
    assert all(kind in over.body for kind in ("help call", "smoke", "gas leak"))
    with centre.pool.connection() as conn:
        sent = conn.execute("SELECT state FROM dispatches").fetchall()
    assert sent == [("DONE",)]
    assert told_by_their_journals(centre, call, smoke, gas)
