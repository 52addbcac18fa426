"""A night in a district of +86 numbers: templates, calls and the page of the code, nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, VARIABLE, Template
from alerts.policy import Policy
from device_sim.carrier.records import Carrier
from device_sim.phones import Phone
from tests.aliyun import SIGN_NAME, mainland
from tests.centre import DEADLINE, EVERY_WAY, Centre

BASE = Policy(language="zh", channels=EVERY_WAY, voice_first=("+86",))
ALONE = replace(BASE, **mainland(BASE))
WITH_REASON = replace(BASE, **mainland(BASE, barred=False), voice_first=())


def pattern(template: Template) -> str:
    """The text with something short in place of each variable."""
    parts = VARIABLE.split(template.text)[::2]
    return re.escape(f"【{SIGN_NAME}】") + r"[^【】]{1,35}".join(map(re.escape, parts))


CARRIES = re.compile("|".join(pattern(t) for t in CATALOGUE.values() if not t.spoken))


def running(open_up: Callable[..., Centre], policy: Policy, homes: int = 1) -> Centre:
    centre = open_up(policy=policy, homes=homes)
    centre.aliyun = True
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    return centre


def press(centre: Centre, home: str, device: str, kind: str) -> int:
    alarm = centre.hub(home).press(device, kind=kind).wait_acknowledged(DEADLINE).alarm
    assert alarm is not None
    return alarm


def by_the_page(centre: Centre, phone: Phone, code: str, alarm: int) -> None:
    """Somebody opens the bookmarked page, types the code and the end of their number, answers."""
    headers = {"Accept": "text/html"}
    with httpx.Client(
        base_url=centre.url, follow_redirects=True, timeout=DEADLINE, headers=headers
    ) as browser:
        form = {"csrf": csrf(browser.get("/code").text), "code": code, "ending": phone.number[-4:]}
        page = browser.post("/code", data=form)
        assert page.url.path == f"/code/{alarm}", page.text
        answered = browser.post(f"/code/{alarm}/going", data={"csrf": csrf(page.text)})
        assert answered.status_code == 200, answered.text


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def asked_to_send(centre: Centre) -> set[Carrier]:
    """Who was asked to send anything; lists are asked for everywhere."""
    return {r.carrier for r in centre.phones.requests if r.method == "POST"}


def test_a_night_by_templates_calls_and_the_page_of_the_code(
    open_up: Callable[..., Centre],
) -> None:
    """Broken by sending any text of ours as it is, by saying what it is about before a key, or by
    letting the carrier abroad have anything."""
    centre = running(open_up, ALONE, homes=3)
    console = centre.console()
    one, two, three = (centre.contact(1, home) for home in (1, 2, 3))
    one.behave(call="busy")
    two.behave(call="answer", digits="2")
    three.behave(call="machine")

    first = press(centre, "H0001", "button-1", "help_call")
    sms = one.wait_for_sms("紧急呼叫", timeout=DEADLINE)
    assert console.detail(first)["code"] in sms.body
    one.reply("1")
    centre.wait_until(answered(first, "going", "sms"), "the answer by SMS")

    second = press(centre, "H0002", "smoke-1", "smoke")
    centre.wait_until(answered(second, "going", "voice"), "the answer by key")

    third = press(centre, "H0003", "button-1", "help_call")
    sms = three.wait_for_sms("紧急呼叫", timeout=DEADLINE)
    code = console.detail(third)["code"]
    assert code in sms.body
    assert len(three.calls) == 1, "what a machine heard is nobody's answer"
    by_the_page(centre, three, code, third)
    centre.wait_until(answered(third, "going", "page"), "the answer on the page")

    everybody = [centre.phones[number] for number in centre.phones.numbers()]
    texts = [m.body for phone in everybody for m in phone.messages]
    assert texts
    for text in texts:
        assert CARRIES.fullmatch(text), text
        assert "http" not in text
    begun = [call.said[0] for phone in everybody for call in phone.calls if call.said]
    assert begun
    assert set(begun) == {CATALOGUE["call_greeting"].text}, "the first words tell nothing"
    assert not any("Wang" in text for call in three.calls for text in call.said)
    assert asked_to_send(centre) == {Carrier.ALIBABA}


def answered(alarm: int, answer: str, via: str) -> str:
    return (
        f"SELECT EXISTS (SELECT FROM responses WHERE alarm_id = {alarm} "
        f"AND answer = '{answer}' AND via = '{via}')"
    )


@pytest.mark.parametrize("outcome", ["throttled", "amount_not_enough", "server_error"])
def test_the_second_carrier_takes_over_where_it_may(
    open_up: Callable[..., Centre], outcome: str
) -> None:
    centre = running(open_up, replace(WITH_REASON, carrier_overtake=2))
    centre.phones.alibaba.behave(outcome=outcome)
    alarm = press(centre, "H0001", "button-1", "help_call")
    sms = centre.contact(1).wait_for_sms("Code", timeout=DEADLINE)
    assert sms.carrier == Carrier.TWILIO
    doubled = "carrier_passed_over" in centre.console().journal(alarm)
    assert doubled is (outcome == "server_error")


def test_without_a_reason_it_waits_and_the_desk_is_told(open_up: Callable[..., Centre]) -> None:
    centre = running(open_up, replace(ALONE, voice_first=()))
    centre.phones.alibaba.behave(outcome="amount_not_enough")
    press(centre, "H0001", "button-1", "help_call")
    centre.wait_until(
        "SELECT count(*) > 0 FROM carrier_channels WHERE carrier = 'aliyun' AND refusals > 0",
        "a refusal",
    )
    centre.wait_until(
        "SELECT count(*) > 0 FROM notifications WHERE fault = 'account' AND state = 'QUEUED'",
        "a message that waits",
    )
    assert asked_to_send(centre) == {Carrier.ALIBABA}
    centre.phones.alibaba.behave(outcome="active")
    centre.contact(1).wait_for_sms("紧急呼叫", timeout=DEADLINE)


def test_each_template_is_recognised() -> None:
    """The check above is no check if it lets everything through."""
    assert CARRIES.fullmatch(f"【{SIGN_NAME}】您目前没有未结束的报警。")
    assert not CARRIES.fullmatch("【安心】王秀英家 紧急呼叫 12:00。回复 1 我去")
    assert all(isinstance(t, Template) for t in CATALOGUE.values())
