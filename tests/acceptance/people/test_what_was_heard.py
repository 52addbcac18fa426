"""An answer counts only for what its sender has heard, and words mean what people mean by them.

Broken on purpose by taking every alarm of a number for heard (return all ids in
hearing.heard_of): the late 1 counts for the second alarm, and the brother waits. By taking
AFFIRM of a contact for YES in reply_meaning._mild: "好的" stands him down. By leaving
_ask_passed_over out of family_way.is_over: nobody asks him when her way is over.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from alerts.policy import Policy
from tests.centre import Centre, Console

POLICY = Policy(language="en", arrive_grace=1)
FIRST = {"after_seconds": 0, "target": "contact", "position": 1}
BROTHER = {"after_seconds": 1, "target": "contact", "position": 2, "when": "not_arrived"}


@pytest.fixture
def centre(open_up: Callable[..., Centre]) -> Centre:
    centre = open_up(policy=POLICY)
    centre.set_plan([FIRST, BROTHER])
    centre.start_api()
    centre.start_ingest()
    return centre


def press(centre: Centre) -> int:
    return centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm or 0


def answers(centre: Centre, alarm: int) -> list[str]:
    with centre.pool.connection() as conn:
        rows = conn.execute("SELECT answer FROM responses WHERE alarm_id = %s", [alarm])
        return [row[0] for row in rows]


def passed_over(centre: Centre) -> None:
    centre.wait_until(
        "SELECT count(*) > 0 FROM alarm_events WHERE event = 'step_empty' "
        "AND data->>'reason' = 'contact_going'",
        "the brother to be passed over",
    )


def code_of(console: Console, alarm: int) -> str:
    return str(console.detail(alarm)["code"])


def test_a_late_answer_is_asked_back_and_pauses_nobody(centre: Centre) -> None:
    """She answers the first alarm when it is over; the second has not left the centre yet."""
    daughter, brother, console = centre.contact(1), centre.contact(2), centre.console()
    stop = centre.start_engine()
    first = press(centre)
    daughter.wait_for_sms("help call")
    console.act(f"alarms/{first}/acknowledge")
    console.act(f"alarms/{first}/close", outcome="assistance")
    daughter.wait_for_sms("closed")
    stop()
    second = press(centre)
    daughter.reply("1")
    centre.wait_until("SELECT count(*) = 1 FROM inbound_messages", "her answer")
    assert answers(centre, second) == []
    console.act(f"alarms/{second}/acknowledge")
    centre.start_engine("alerts-2")
    code = code_of(console, second)
    daughter.wait_for_sms(f"reply '1 {code}'")
    brother.wait_for_sms("help call")
    assert "asked_which" in console.journal(second)
    daughter.reply(f"1 {code} 20分钟")
    shown = console.wait_for(lambda a: a["id"] == second and bool(a["responses"]), "her answer")
    assert [(r["answer"], r["eta_minutes"]) for r in shown["responses"]] == [("going", 20)]


def test_good_does_not_stand_the_brother_down(centre: Centre) -> None:
    daughter, brother, console = centre.contact(1), centre.contact(2), centre.console()
    centre.start_engine()
    alarm = press(centre)
    daughter.wait_for_sms("help call")
    daughter.reply("好的")
    centre.wait_until("SELECT count(*) = 1 FROM responses", "her answer")
    console.act(f"alarms/{alarm}/acknowledge")
    brother.wait_for_sms("help call")
    assert answers(centre, alarm) == ["seen"]


def test_minutes_stand_him_down_while_somebody_owns_it_and_no_longer(
    open_up: Callable[..., Centre],
) -> None:
    """Her way takes no minute, so that it is over within the story."""
    centre = open_up(policy=replace(POLICY, arrive_grace=4))
    centre.set_plan([FIRST, {**BROTHER, "after_seconds": 2}])
    centre.start_api()
    centre.start_ingest()
    daughter, brother, console = centre.contact(1), centre.contact(2), centre.console()
    centre.start_engine()
    alarm = press(centre)
    daughter.wait_for_sms("help call")
    console.act(f"alarms/{alarm}/acknowledge")
    daughter.reply("1 20分钟")
    console.wait_for(
        lambda a: [r["eta_minutes"] for r in a["responses"]] == [20], "how long she needs"
    )
    daughter.reply("我0分钟到")
    console.wait_for(
        lambda a: [r["eta_minutes"] for r in a["responses"]] == [0], "that she is at the corner"
    )
    passed_over(centre)
    assert not [m for m in brother.sent_to_it if "help call" in m.body]
    brother.wait_for_sms("help call")
    told = console.detail(alarm)
    assert "relative_overdue" in [line["event"] for line in told["journal"]]
    assert told["state"] == "ACKNOWLEDGED", "nobody says that she is there"
