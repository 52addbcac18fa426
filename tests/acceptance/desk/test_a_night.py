"""A night in which the first responder does not answer and the owner goes home: it is never silent.

Everything is quicker than at a centre, in the same proportions: five minutes without anything done
are SILENT seconds here. A watch in the colleague's browser notes what is heard and when.
Broken on purpose by leaving the alarm dispatched when the last one who was asked does not go, and
by leaving it with an owner who has logged out.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from alerts.policy import Policy
from tests.acceptance.desk.journals import told_by_their_journals
from tests.centre import DEADLINE
from tests.screens.desk import Desk, is_quiet, press, rings, sends_first
from tests.screens.visiting import visit

pytestmark = [pytest.mark.timeout(180), pytest.mark.long]
ACCEPT, SILENT = 6, 15
"""Seconds until a responder is passed over, and until an owner who does nothing is called."""
POLICY = Policy(language="en", accept=ACCEPT, progress_life=SILENT, pass_pause=600)
PLAN = [{"after_seconds": 0, "target": "console"}]
SLACK = 5.0
"""Seconds that a busy machine may need to draw a screen."""
WATCH = """() => {
    const root = document.documentElement;
    window.sounds = [[Date.now(), root.dataset.playing]];
    const note = () => window.sounds.push([Date.now(), root.dataset.playing]);
    new MutationObserver(note).observe(root, {attributes: true, attributeFilter: ["data-playing"]});
}"""


def silences(page: Page, until: float) -> Iterator[float]:
    """Seconds of each time in which nothing was heard at this screen."""
    told: list[list[Any]] = page.evaluate("window.sounds")
    ends = [at for at, _ in told[1:]] + [until]
    for (began, heard), ended in zip(told, ends, strict=True):
        if heard == "none":
            yield (ended - began) / 1000


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_never_silent_while_nobody_goes(
    open_desk: Callable[[Policy], Desk], language: str
) -> None:
    desk = open_desk(POLICY)
    centre = desk.centre
    owner, colleague = desk.opens(PLAN, language)
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE).alarm or 0
    for page in (owner, colleague):
        rings(page)
    visit(owner, f"/console/alarms/{alarm}")
    owner.locator("#shift").click()
    press(owner, "acknowledge")
    is_quiet(colleague)
    colleague.evaluate(WATCH)
    sends_first(owner)
    centre.responder().wait_for_sms("Can you go")  # and sleeps on
    expect(owner.locator("#pane [data-attendance]")).to_have_attribute("data-attendance", "asked")
    desk.pictures(f"night-asked-{language}")
    # nobody answers in time: it rings at every screen, at once
    rings(colleague)
    expect(owner.locator("#pane [data-attendance]")).to_have_attribute("data-attendance", "nobody")
    expect(colleague.locator(".row .shout")).to_be_visible()
    desk.pictures(f"night-nobody-{language}")
    press(owner, "acknowledge")  # "I know of it"
    is_quiet(colleague)
    # and goes home
    owner.locator("form[action='/logout'] button").click()
    rings(colleague)
    expect(colleague.locator(".row")).to_have_attribute("data-state", "RAISED")
    desk.pictures(f"night-left-{language}")
    # the colleague takes it, and somebody goes
    colleague.locator(".row a").click()
    press(colleague, "acknowledge")
    is_quiet(colleague)
    sends_first(colleague)
    centre.responder().reply("1")
    expect(colleague.locator("#pane [data-attendance]")).to_have_attribute(
        "data-attendance", "going"
    )
    desk.pictures(f"night-going-{language}")
    now = colleague.evaluate("Date.now()")
    longest = max(silences(colleague, now))
    assert longest <= ACCEPT + SLACK, f"silent for {longest:.1f} s while nobody went"
    assert told_by_their_journals(centre, alarm)
