"""A fall, as two children hear of it: one each step, the other only what it was in the end."""

from collections.abc import Callable

from alerts.policy import Policy
from device_sim.phones import Phone
from tests.centre import DEADLINE, Centre

PLAN = [{"after_seconds": 0, "target": "contacts"}, {"after_seconds": 600, "target": "console"}]
POLICY = Policy(language="en", centre_phone="+8673184512345")


def texts_of(phone: Phone) -> list[str]:
    return [message.body for message in phone.sent_to_it]


def test_one_hears_every_step_the_other_the_end_and_both_whom_to_ring(
    open_up: Callable[..., Centre],
) -> None:
    """Break: tell everybody everything (family_steps.is_heard), or leave the number out
    (centre_number.with_centre)."""
    centre = open_up(policy=POLICY)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    centre.set_plan(PLAN)
    console, daughter, son = centre.console(), centre.contact(1), centre.contact(2)
    listed = console.http.get("/api/v1/homes/H0001/contacts").json()["items"]
    changed = console.http.patch(
        f"/api/v1/homes/H0001/contacts/{listed[1]['id']}", json={"hears": "end"}
    )
    assert changed.json()["hears"] == "end"

    alarm = centre.hub().press("button-1", kind="fall").wait_acknowledged(DEADLINE).alarm or 0
    for child in (daughter, son):
        child.wait_for_sms("fall")  # the alarm itself is nobody's choice
    console.act(f"alarms/{alarm}/acknowledge")
    daughter.wait_for_sms("is dealing with the alarm")
    sent = console.act(f"alarms/{alarm}/dispatch", responder=centre.district.responder)
    offer = centre.responder().wait_for_sms("Can you go?")
    assert "Risks are noted" in offer.body
    assert "Diabetes" not in offer.body

    console.act(f"dispatches/{_dispatch(sent)}/accept", eta_minutes=8)
    daughter.wait_for_sms("Chen Gang is on the way, about 8 min")
    access = centre.responder().wait_for_sms("Yours: Yuelu Road 1")
    assert "Risks: Diabetes" in access.body
    assert "4711" not in access.body.replace(f"Code {console.detail(alarm)['code']}", "")
    centre.responder().reply("4")
    daughter.wait_for_sms("Chen Gang is there")
    centre.responder().reply("found her on the floor, 120 called")
    centre.wait_until("SELECT bool_or(finding LIKE 'found her%%') FROM dispatches", "her words")
    centre.responder().reply("5 ambulance has left with her")
    centre.wait_until("SELECT bool_or(state = 'DONE') FROM dispatches", "that he is done")
    assert "finding" in console.journal(alarm)

    console.act(f"alarms/{alarm}/close", outcome="referred_120", hospital="First Hospital")
    for child in (daughter, son):
        child.wait_for_sms("An ambulance was called. Hospital: First Hospital.")
    assert len(texts_of(son)) == 2, "the alarm, and what it was in the end"
    assert len(texts_of(daughter)) == 5
    for phone in (daughter, son, centre.responder()):
        assert all(text.endswith("0731-84512345") for text in texts_of(phone))
    assert console.journal(alarm).count("left_in_peace") == 3


def _dispatch(sent: dict[str, object]) -> int:
    dispatches = sent["dispatches"]
    assert isinstance(dispatches, list)
    return int(dispatches[-1]["id"])
