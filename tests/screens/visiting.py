"""Going to a page of the desk as a person does, who presses nothing before it stands still."""

from playwright.sync_api import Page, expect


def visit(page: Page, path: str) -> None:
    """Open it and wait until the line to the centre is up: until then banners come and go above,
    and what was under the finger moves away."""
    page.goto(path)
    expect(page.locator("html[data-line=up]")).to_be_attached()
