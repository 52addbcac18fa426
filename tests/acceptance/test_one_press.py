"""One press, end to end: from the button to the closing, seen by everybody it concerns."""

from typing import Any

from tests.centre import Centre


def test_a_press_becomes_help_and_everybody_hears_how_it_goes_on(centre: Centre) -> None:
    console = centre.console()
    daughter, son, responder = centre.contact(1), centre.contact(2), centre.responder()
    hub = centre.hub()

    press = hub.press("button-1", kind="help_call").wait_acknowledged(10)
    alarm = console.wait_for(lambda a: a["id"] == press.alarm, "the alarm")
    assert (alarm["home"], alarm["kind"], alarm["priority"]) == ("H0001", "help_call", 1)
    assert alarm["state"] == "RAISED"

    sms = daughter.wait_for_sms("help call")
    assert alarm["code"] in sms.body
    daughter.reply("1")
    alarm = console.wait_for(lambda a: bool(a["responses"]), "the daughter's answer")
    assert alarm["responses"][0]["answer"] == "going"
    assert alarm["responses"][0]["name"] == "Wang Child 1-1"
    assert alarm["state"] == "RAISED", "a relative's reply never takes the alarm from the centre"

    console.act(f"alarms/{press.alarm}/acknowledge")
    assert hub.wait_progress("ACKNOWLEDGED", 10).alarm == press.alarm
    console.act(f"alarms/{press.alarm}/dispatch", responder=centre.district.responder)
    responder.wait_for_sms("Can you go")
    responder.reply("1")
    alarm = console.wait_for(
        lambda a: any(d["state"] == "ACCEPTED" for d in a["dispatches"]), "the acceptance"
    )
    assert alarm["state"] == "DISPATCHED"
    assert "Key box" not in responder.wait_for_sms("Reply 4 on arrival").body
    hub.wait_progress("EN_ROUTE", 10)

    dispatch = alarm["dispatches"][0]["id"]
    console.act(f"dispatches/{dispatch}/arrive")
    console.wait_for(lambda a: a["state"] == "ON_SCENE", "the arrival")
    console.act(f"dispatches/{dispatch}/done", finding="Slipped, nothing broken")
    console.act(f"alarms/{press.alarm}/close", outcome="genuine_fall", note="Tea was made")
    console.wait_for(lambda a: a["state"] == "CLOSED", "the closing")
    daughter.wait_for_sms("closed")
    hub.wait_progress("CLOSED", 10)
    assert not son.messages, "the son had not been asked: he needs no news"

    journal = console.journal(press.alarm or 0)
    story = [
        "raised",
        "queued",
        "sent",
        "responded",
        "acknowledged",
        "dispatch_offered",
        "dispatch_accepted",
        "arrived",
        "dispatch_done",
        "closed",
    ]
    assert _in_order(story, journal), journal


def test_a_hundred_presses_at_once_are_one_alarm(centre: Centre) -> None:
    hub = centre.hub()
    presses = [hub.press("button-1", kind="help_call") for _ in range(100)]
    alarms = {press.wait_acknowledged(15).alarm for press in presses}
    assert len(alarms) == 1
    assert _count(centre, alarms.pop()) == 100


def test_the_same_press_a_hundred_times_counts_once(centre: Centre) -> None:
    hub = centre.hub()
    alarms = set()
    for _ in range(10):  # ten at once, and again when those are answered
        presses = [hub.press("button-1", signal_id="the-same") for _ in range(10)]
        alarms |= {press.wait_acknowledged(15).alarm for press in presses}
    assert len(alarms) == 1
    assert _count(centre, alarms.pop()) == 1


def test_smoke_beside_a_button_is_a_second_alarm(centre: Centre) -> None:
    hub = centre.hub()
    call = hub.press("button-1", kind="help_call").wait_acknowledged(10)
    smoke = hub.press("smoke-1", kind="smoke").wait_acknowledged(10)
    assert call.alarm != smoke.alarm
    kinds = {a["kind"] for a in centre.console().http.get("/api/v1/alarms").json()["items"]}
    assert kinds == {"help_call", "smoke"}


def _count(centre: Centre, alarm: int | None) -> Any:
    with centre.pool.connection() as conn:
        row = conn.execute("SELECT count FROM alarms WHERE id = %s", [alarm]).fetchone()
    return row[0] if row else None


def _in_order(wanted: list[str], events: list[str]) -> bool:
    """Whether `wanted` is found in `events` in this order."""
    rest = iter(events)
    return all(event in rest for event in wanted)
