"""A supervisor says something in the centre's own words, and sees what people will read."""

import pytest
from playwright.sync_api import expect

from store.model import Role
from tests.browser.centre import Centre
from tests.screens.visiting import visit

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("language", "problem", "own", "width"),
    [
        ("zh", "未知变量：door", "已改写", 1280),
        ("en", "unknown variable: door", "own words", 390),
    ],
)
def test_words_are_previewed_while_they_are_written(
    centre: Centre, language: str, problem: str, own: str, width: int
) -> None:
    centre.employ("sun", "孙主任", language, Role.SUPERVISOR)
    page = centre.at_work("sun", width=width)
    visit(page, f"/console/texts/there/{language}")
    page.locator(f"a[href='/console/texts/there/{language}/new']").click()
    words = page.locator("#text-form textarea")
    words.fill("{door}")
    expect(page.locator("[data-preview-problem]")).to_contain_text(problem)
    words.fill("{who} → {where}")
    name = "王秀英家" if language == "zh" else "Wang Xiuying"
    expect(page.locator("[data-preview]")).to_contain_text(f"→ {name}")
    page.locator("#text-form button.primary").click()
    expect(page.locator("[data-version='2'] .tag.good")).to_be_visible()
    page.locator("[data-version='1'] button").click()
    expect(page.locator("[data-version='1'] .tag.good")).to_be_visible()
    page.locator("[data-version='2'] button").click()
    expect(page.locator("[data-version='2'] .tag.good")).to_be_visible()
    page.locator(".back-to").click()
    expect(page.locator("[data-text=there]")).to_contain_text(own)
