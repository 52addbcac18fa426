"""Only a named person answers: by a key pressed in a call; voice mail never does, nor hears it.

Broken on purpose by treating `completed` as an answer (state DELIVERED in
call_answers.receive_status for calls that ask): the machine then stops the plan. By ignoring the
signature: the forged key counts.
"""

from collections.abc import Callable

import httpx
import pytest
from twilio.request_validator import RequestValidator

from alerts.policy import Policy
from tests.centre import EVERY_WAY, TOKEN, Centre

POLICY = Policy(language="en", channels=EVERY_WAY, voice_first=("+86",))
PLAN = [
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 3600, "target": "grid_responder"},
]


@pytest.fixture
def centre(open_up: Callable[..., Centre]) -> Centre:
    centre = open_up(policy=POLICY)
    centre.set_plan(PLAN)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    return centre


def test_a_key_is_an_answer_and_the_alarm_stays_with_the_centre(centre: Centre) -> None:
    daughter, console = centre.contact(1), centre.console()
    daughter.behave(call="answer", digits="11", answered_by="machine_start")
    press = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    call = daughter.wait_for_call("help call")
    said = [text for text in call.said if "help call" in text]
    assert len(said) == 2, "twice: who is called at night does not understand at once"
    alarm = console.wait_for(lambda a: bool(a["responses"]), "her answer")
    assert alarm["responses"][0]["answer"] == "going"
    assert alarm["state"] == "RAISED", "a relative never takes the alarm from the centre"
    assert not daughter.sent_to_it
    assert "help call" not in call.said[0], "the first words are for anybody"
    asked = next(r for r in centre.phones.requests if r.path.endswith("/Calls.json"))
    assert "MachineDetection" not in asked.form, "it takes seconds and decides nothing"
    assert console.journal(press.alarm or 0).count("responded") == 1


WHY = "SELECT error_code = '{}' FROM notifications WHERE channel = 'voice'"


def test_voice_mail_hears_nothing_and_answers_nothing(centre: Centre) -> None:
    daughter = centre.contact(1)
    daughter.behave(call="machine")
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    daughter.wait_for_sms("help call")
    centre.wait_until(WHY.format("no_key"), "the call to be over")
    (call,) = daughter.calls
    assert not any("help call" in text for text in call.said)
    assert _answers(centre) == 0


@pytest.mark.parametrize(("keys", "why"), [("777", "no_key"), ("1", "heard_only"), ("1777", "")])
def test_keys_that_mean_nothing_are_no_answer(centre: Centre, keys: str, why: str) -> None:
    daughter = centre.contact(1)
    daughter.behave(call="answer", digits=keys)
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    daughter.wait_for_sms("help call")
    centre.wait_until(WHY.format(why or "heard_only"), "the call to be over")
    assert [call.digits for call in daughter.calls] == [tuple(keys)]
    assert _answers(centre) == 0


def _answers(centre: Centre) -> int:
    with centre.pool.connection() as conn:
        row = conn.execute("SELECT count(*) FROM responses").fetchone()
    return row[0] if row else 0


def test_a_responder_accepts_by_a_key(centre: Centre) -> None:
    responder, console = centre.responder(), centre.console()
    responder.behave(call="answer", digits="11")
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm
    console.act(f"alarms/{alarm}/acknowledge")
    console.act(f"alarms/{alarm}/dispatch", responder=centre.district.responder)
    console.wait_for(
        lambda a: any(d["state"] == "ACCEPTED" for d in a["dispatches"]), "the acceptance"
    )
    responder.wait_for_call("Key box 4711")
    story = [e for e in console.detail(alarm or 0)["journal"] if e["event"] == "dispatch_accepted"]
    assert story[0]["via"] == "voice"


def test_a_forged_key_changes_nothing_and_a_repeated_one_counts_once(centre: Centre) -> None:
    daughter = centre.contact(1)
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm
    call = daughter.wait_for_call(status="ringing")
    with centre.pool.connection() as conn:
        row = conn.execute("SELECT id FROM notifications WHERE channel = 'voice'").fetchone()
    assert row is not None
    url = f"{centre.url}/webhooks/twilio/voice?notification={row[0]}&part=message"
    form = {"CallSid": call.sid, "CallStatus": "in-progress", "Digits": "2"}
    forged = httpx.post(url, data=form, headers={"X-Twilio-Signature": "forged"})
    assert forged.status_code == 403
    with centre.pool.connection() as conn:
        assert conn.execute("SELECT count(*) FROM responses").fetchone() == (0,)
    good = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form)}
    answers = [httpx.post(url, data=form, headers=good) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert centre.console().journal(alarm or 0).count("responded") == 1
