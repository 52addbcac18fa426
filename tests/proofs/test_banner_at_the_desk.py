"""From the moment a carrier refuses to the banner on the operators' screens, in a real Chromium: at
desk and phone size, in both languages. Figures and the folder of the pictures are printed.

Broken on purpose by asking for the notices only when an alarm changes: the banner comes a minute
late.
"""

from collections.abc import Callable
from pathlib import Path
from time import time

import pytest
from playwright.sync_api import Browser, expect

from alerts.policy import Policy
from tests import carrier_drill
from tests.acceptance.conftest import broker, open_up
from tests.centre import DEADLINE, EVERY_WAY, LIFE_SENDER, REST_SENDER, Centre
from tests.screens.desk import at_work

__all__ = ["broker", "open_up"]

POLICY = Policy(
    language="zh", channels=EVERY_WAY, life_sender=LIFE_SENDER, routine_sender=REST_SENDER
)
pytestmark = pytest.mark.timeout(300)
TOLD_WITHIN = 30.0
SIZES = {"desk": (1280, 800), "phone": (390, 844)}
WATCH = """() => new MutationObserver(() => {
    const late = document.querySelector("[data-late]");
    if (late && !window.lateShownAt) window.lateShownAt = Date.now();
}).observe(document.body, {childList: true, subtree: true})"""
"""Notes when the banner came, whatever else keeps the machine."""
WORDS = {"zh": "请自行打电话通知联系人和处置人员", "en": "telephone yourself"}


@pytest.mark.parametrize("outage", ["429", "500", "suspended"])
def test_every_screen_says_so_within_half_a_minute(
    open_up: Callable[..., Centre], browser: Browser, tmp_path: Path, outage: str
) -> None:
    centre = open_up(policy=POLICY, homes=2)
    centre.set_plan(carrier_drill.PLAN)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    screens = {
        (language, size): at_work(centre, browser, f"{language}{size}", language, SIZES[size])
        for language in WORDS
        for size in SIZES
    }
    for page in screens.values():
        expect(page.locator("[data-late]")).to_have_count(0)
        page.evaluate(WATCH)
    carrier_drill.OUTAGES[outage](centre.phones)
    began = time()
    for home in ("H0001", "H0002"):
        centre.hub(home).press("button-1", kind="help_call").wait_acknowledged(DEADLINE)
    took = {}
    for screen, page in screens.items():
        expect(page.locator("[data-late]")).to_be_visible(timeout=2 * TOLD_WITHIN * 1000)
        took[screen] = page.evaluate("window.lateShownAt") / 1000 - began
    for screen, page in screens.items():
        page.screenshot(path=tmp_path / f"{'-'.join(screen)}.png")
    figures = ", ".join(f"{'/'.join(screen)} {t:.1f} s" for screen, t in took.items())
    print(f"{outage}: {figures}; pictures in {tmp_path}")
    assert max(took.values()) <= TOLD_WITHIN
    for (language, _), page in screens.items():
        banner = page.locator("[data-late]")
        expect(banner).to_contain_text(WORDS[language])
        expect(banner.locator("b").first).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    centre.phones.behave(outcome="active")
    for page in screens.values():
        expect(page.locator("[data-late]")).to_have_count(0, timeout=2 * TOLD_WITHIN * 1000)
