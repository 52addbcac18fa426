"""A person is reached, not a telephone: a text that nobody answers becomes a call.

Broken on purpose by leaving the timer out of planned_messages.expect_answer: the daughter's
telephone lights up once, and nobody is ever called.
"""

from collections.abc import Callable

from alerts.policy import Policy
from tests.centre import EVERY_WAY, Centre

SILENCE = 1
"""Seconds; the stories are the same with the policy's own."""
POLICY = Policy(language="en", channels=EVERY_WAY, unanswered_life=SILENCE)
CHINA = Policy(language="en", channels=EVERY_WAY, unanswered_life=SILENCE, voice_first=("+86",))
PATIENT = 300
EVENING = [
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 0, "target": "contact", "position": 2, "unanswered_seconds": PATIENT},
    {"after_seconds": 3600, "target": "console"},
]
TIMERS = "SELECT count(*) = {} FROM timers WHERE kind = 'unanswered'"


def opened(open_up: Callable[..., Centre], policy: Policy, *, china: bool = False) -> Centre:
    centre = open_up(policy=policy)
    centre.china = china
    centre.set_plan(EVENING)
    centre.start_api()
    centre.start_engine("alerts-1")
    centre.start_engine("alerts-2")
    centre.start_ingest()
    return centre


def press(centre: Centre) -> int:
    return centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm or 0


def time_of_the_others_comes(centre: Centre) -> None:
    """What waits for an answer has waited long enough."""
    with centre.pool.connection() as conn, conn.transaction():
        conn.execute("UPDATE timers SET due_at = '2000-01-01Z' WHERE kind = 'unanswered'")
        conn.execute("SELECT pg_notify('anxin', 'alarm 1')")


def test_an_unanswered_text_becomes_a_call_and_the_others_stand_down(
    open_up: Callable[..., Centre],
) -> None:
    """She goes and an operator has taken it: who is still to be called waits for as long as her way
    takes. While nobody has it they would be called all the same."""
    centre = opened(open_up, POLICY)
    centre.set_plan([EVENING[0], {**EVENING[1], "when": "not_arrived"}, EVENING[2]])
    daughter, son, console = centre.contact(1), centre.contact(2), centre.console()
    daughter.behave(call="answer", digits="11")
    alarm = press(centre)
    daughter.wait_for_sms("help call")
    son.wait_for_sms("help call")
    daughter.wait_for_call("help call")
    console.wait_for(lambda a: bool(a["responses"]), "her answer by key")
    son.wait_for_sms("is on the way")
    console.act(f"alarms/{alarm}/acknowledge")
    time_of_the_others_comes(centre)
    centre.wait_until(
        "SELECT min(due_at) > '2001-01-01Z' FROM timers WHERE kind = 'unanswered'",
        "the son to be left in peace until she should be there",
    )
    assert not son.calls
    assert len(daughter.calls) == 1
    lines = [line for line in console.detail(alarm)["journal"] if line["event"] == "unanswered"]
    assert [line["data"]["to"] for line in lines] == ["voice"]


def test_who_has_answered_is_not_called(open_up: Callable[..., Centre]) -> None:
    centre = opened(open_up, POLICY)
    daughter, son = centre.contact(1), centre.contact(2)
    daughter.behave(call="busy")
    press(centre)
    son.wait_for_sms("help call")
    son.reply("3")
    centre.wait_until("SELECT count(*) = 1 FROM responses", "that he has seen it")
    daughter.wait_for_call(status="busy")
    centre.wait_until(TIMERS.format(0), "nothing more to be due")
    assert not son.calls, "seen: he is reached"


def test_a_responder_gets_a_text_and_a_call_for_one_offer(open_up: Callable[..., Centre]) -> None:
    centre = opened(open_up, POLICY)
    centre.set_plan(
        [
            {"after_seconds": 0, "target": "grid_responder"},
            {"after_seconds": 3600, "target": "contacts"},
        ]
    )
    responder = centre.responder()
    responder.behave(call="answer", digits="11")
    press(centre)
    responder.wait_for_sms("help call")
    responder.wait_for_call("help call")
    centre.wait_until("SELECT state = 'ACCEPTED' FROM dispatches", "the acceptance by key")
    with centre.pool.connection() as conn:
        row = conn.execute("SELECT count(*) FROM dispatches").fetchone()
        assert row == (1,)
        offered = conn.execute(
            "SELECT channel FROM notifications WHERE purpose = 'offer' ORDER BY id"
        ).fetchall()
    assert offered == [("sms",), ("voice",)]


def test_the_same_evening_in_mainland_china_begins_with_a_call(
    open_up: Callable[..., Centre],
) -> None:
    """The template second, with the code to type; nobody is rung once more because of silence."""
    centre = opened(open_up, CHINA, china=True)
    daughter, son, console = centre.contact(1), centre.contact(2), centre.console()
    daughter.behave(call="busy")
    son.behave(call="answer", digits="11")
    alarm = press(centre)
    sms = daughter.wait_for_sms("【安心】")
    assert console.detail(alarm)["code"] in sms.body
    son.wait_for_call("help call")
    console.wait_for(lambda a: bool(a["responses"]), "his answer by key")
    daughter.wait_for_sms("is on the way")
    centre.wait_until(TIMERS.format(0), "nothing more to be due")
    assert (len(daughter.calls), len(son.calls)) == (1, 1)
    assert not [m for m in son.sent_to_it if "【安心】" in m.body]
