"""The page of the simulated phones: both carriers' messages and calls, answered in the same way."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from device_sim.phones import MessageType, Phones
from tests.integration.device_sim.alibaba_clients import DAUGHTER, Clients, clients, phones

__all__ = ["clients", "phones"]


@pytest.fixture
def page(browser: Browser, phones: Phones) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{phones.url}/phones")
    yield page
    context.close()


def test_each_message_says_which_carrier_brought_it_and_is_answered_there(
    page: Page, clients: Clients, phones: Phones
) -> None:
    requests.post(
        f"{phones.url}/2010-04-01/Accounts/{phones.account_sid}/Messages.json",
        data={"To": DAUGHTER, "From": "+15005550006", "Body": "by Twilio"},
        auth=(phones.account_sid, phones.auth_token),
        timeout=5,
    ).raise_for_status()
    phones[DAUGHTER].wait_for_sms("by Twilio")
    clients.send()
    phones[DAUGHTER].wait_for_sms("烟雾")
    messages = page.locator(".messages li")
    expect(messages.nth(0)).to_contain_text("delivered · Twilio")
    expect(messages.nth(1)).to_contain_text("delivered · Alibaba Cloud")
    page.locator(".quick button").first.click()
    assert clients.received(MessageType.SMS_UP)[0]["content"] == "1"
    expect(messages.nth(2)).to_contain_text("sent · Alibaba Cloud")


def test_a_call_by_alibaba_cloud_is_answered_with_a_key(
    page: Page, clients: Clients, phones: Phones
) -> None:
    phones.alibaba.behave(keys_after_menu=False)
    clients.ask(timeout=20_000)
    expect(page.locator(".call .state")).to_contain_text("057100000001 · Alibaba Cloud")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".call .said")).to_contain_text("接单请按1")
    page.locator(".keys button").first.click()
    assert clients.received(MessageType.VOICE_REPORT)[0]["dtmf"] == "1"
    expect(page.locator(".messages li").last).to_contain_text("completed · Alibaba Cloud")
