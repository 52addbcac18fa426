"""One to one: what a daughter writes is read by a person, who answers her."""

from tests.centre import Centre


def test_free_text_reaches_the_operator_and_the_answer_reaches_the_daughter(
    centre: Centre,
) -> None:
    """Break: do not call leave_for_desk, or queue the answer for nobody's channel."""
    console, daughter = centre.console(), centre.contact(1)
    press = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    console.wait_for(lambda a: a["id"] == press.alarm, "the alarm")
    daughter.wait_for_sms("help call")
    daughter.reply("She is deaf, ring twice")
    daughter.wait_for_sms("An operator will read this")
    centre.wait_until("SELECT count(*) = 1 FROM inbound_messages WHERE for_desk", "her words")

    alarm = press.alarm or 0
    (words,) = console.detail(alarm)["messages"]
    assert (words["text"], words["unread"]) == ("She is deaf, ring twice", True)
    assert console.detail(alarm)["state"] == "RAISED", "words never take the alarm"
    person = centre.district.home.contacts[0]
    console.act(f"people/{person}/messages", text="We will ring twice", alarm=alarm)
    daughter.wait_for_sms("We will ring twice")
    centre.wait_until(
        "SELECT count(*) = 1 FROM notifications WHERE purpose = 'reply' AND state = 'DELIVERED'",
        "the delivery of the answer",
    )
    thread = console.http.get(f"/api/v1/people/{person}/messages").json()["items"]
    assert [(m["direction"], m["meaning"]) for m in thread[-3:]] == [
        ("in", "text"),
        ("out", "answer"),
        ("out", "reply"),
    ]
    assert thread[-1]["state"] == "DELIVERED"

    daughter.reply("STOP")
    centre.wait_until("SELECT count(*) = 1 FROM people WHERE opted_out_at IS NOT NULL", "the STOP")
    refused = console.http.post(f"/api/v1/people/{person}/messages", json={"text": "hello"})
    assert (refused.status_code, "STOP" in refused.json()["detail"]) == (409, True)


def test_a_fault_becomes_work_without_anybody_asking(centre: Centre) -> None:
    """Break: leave `_work_rounds` out of the engine's scheduler."""
    press = centre.hub().press("button-1", kind="device_fault").wait_acknowledged(10)
    centre.start_engine("alerts-2")  # an engine looks as soon as it starts
    centre.wait_until(
        "SELECT count(*) = 1 FROM work_order_alarms WHERE alarm_id = %(alarm)s",
        "the work order",
        alarm=press.alarm,
    )
    console = centre.console()
    (order,) = console.http.get("/api/v1/work-orders").json()["items"]
    assert (order["kind"], order["home"], order["device"]) == ("repair", "H0001", "button-1")
    assert "work_order_made" in console.journal(press.alarm or 0)
    console.act(f"work-orders/{order['id']}/done", note="new spring")
    assert console.detail(press.alarm or 0)["outcome"] == "device_fault"
