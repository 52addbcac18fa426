"""The daughter rings back and speaks to an operator; a call that nobody takes becomes an alarm.

Broken on purpose by letting whoever picks up take the call without a key (a voice mail talks with
the daughter), or by raising nothing when the caller hangs up first.
"""

from collections.abc import Callable

import pytest

from alerts.policy import Policy
from device_sim.phones import Phone
from tests.centre import EVERY_WAY, Centre, Console

FIRST, SECOND, STRANGER = "+8613900000077", "+8613900000078", "+8613911112222"


@pytest.fixture
def centre(open_up: Callable[..., Centre]) -> Centre:
    centre = open_up(policy=Policy(language="en", channels=EVERY_WAY))
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    return centre


def at_work(centre: Centre, operator: int, telephone: str) -> tuple[Console, Phone]:
    """An operator's screen, connected, the shift begun."""
    console = centre.console(operator)
    answer = console.http.put("/api/v1/shift", json={"telephone": telephone})
    assert answer.status_code == 200, answer.text
    user = centre.district.operators[operator].id
    centre.wait_until(
        "SELECT count(*) > 0 FROM desk_presence WHERE user_id = %(user)s", "the desk", user=user
    )
    return console, centre.phones[telephone]


def calls(console: Console) -> list[dict[str, object]]:
    found: list[dict[str, object]] = console.http.get("/api/v1/calls").json()["items"]
    return found


def test_the_daughter_rings_back_and_speaks_to_an_operator(centre: Centre) -> None:
    console, first = at_work(centre, 0, FIRST)
    _, second = at_work(centre, 1, SECOND)
    daughter = centre.contact(1)
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm
    daughter.wait_for_sms("help call")

    daughter.call()
    first.wait_for_call(status="ringing")
    (shown,) = calls(console)
    assert (shown["state"], shown["phone"]) == ("ringing", daughter.number)
    assert [home["alarm"] for home in shown["homes"]] == [alarm]  # type: ignore[attr-defined]
    first.hang_up()
    second.press("1")
    centre.phones.wait_for_talk(2)
    (shown,) = calls(console)
    assert (shown["state"], shown["taken_by"]) == ("talking", centre.district.operators[1].name)
    said = " ".join(daughter.calls_made[0].said)
    assert "connecting you" in said
    assert "help call" not in said
    with centre.pool.connection() as conn:  # they have talked for a while
        conn.execute("UPDATE centre_calls SET taken_at = taken_at - interval '1 minute'")
    daughter.hang_up()
    centre.wait_until("SELECT count(*) > 0 FROM centre_calls WHERE ended_at IS NOT NULL", "the end")
    assert calls(console) == []
    assert "rang_centre" in console.journal(alarm or 0)


def test_whom_nobody_answers_is_an_alarm_or_a_task_to_call_back(centre: Centre) -> None:
    console, first = at_work(centre, 0, FIRST)
    first.behave(call="machine")
    daughter, stranger = centre.contact(1), centre.phones[STRANGER]
    daughter.call("+15005550006")
    shown = console.wait_for(lambda one: one["kind"] == "help_call", "the alarm")
    assert "rang_in_vain" in console.journal(shown["id"])
    centre.wait_until("SELECT count(*) = 1 FROM centre_calls WHERE ended_at IS NOT NULL", "the end")
    assert "Your call is an alarm now" in daughter.calls_made[0].said[-1]

    stranger.call("+15005550006")
    first.wait_for_call("Somebody is calling", status="completed")
    centre.wait_until("SELECT count(*) = 1 FROM tasks", "the task")
    assert STRANGER in console.http.get("/api/v1/tasks").json()["items"][0]["text"]
    assert {one["state"] for one in calls(console)} == {"missed"}


def test_who_hangs_up_while_it_rings_is_not_forgotten(centre: Centre) -> None:
    console, first = at_work(centre, 0, FIRST)
    daughter = centre.contact(1)
    daughter.call("+15005550006")
    first.wait_for_call(status="ringing")
    daughter.hang_up()
    shown = console.wait_for(lambda one: one["kind"] == "help_call", "the alarm")
    assert shown["state"] == "RAISED"
    first.wait_for_call(status="canceled")
