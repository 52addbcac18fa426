"""What a relative hears of the steps is set at each home, and no telephone gets a text twice.

Broken on purpose by telling every step to everybody, and by a message for each person with one
number.
"""

from collections.abc import Callable
from typing import Any

import pytest

from alerts.alarm import closing
from alerts.alarm.closing import AlsoClosed
from alerts.alarm.rebuild import as_rebuilt, rebuild
from store.model import Alarm, DispatchState, Hears, Outcome
from tests.world import World

D = DispatchState
STEPS = ("dealing", "minutes", "on the way", "there", "cannot go", "end")
"""What happens one after the other in `everything`."""
HEARD = {
    Hears.ALL: STEPS,
    Hears.IMPORTANT: ("there", "cannot go", "end"),
    Hears.END: ("end",),
}
SAYS = {
    "dealing": "is dealing with",
    "minutes": "about 8 min",
    "on the way": "Chen Gang is on the way.",
    "there": "is there.",
    "cannot go": "cannot go after all",
    "end": "were helped",
}


def hears(world: World, contact: int, what: Hears) -> None:
    world.sql(
        "UPDATE contacts SET hears = %s WHERE home_id = %s AND person_id = %s",
        what,
        world.home.id,
        world.home.contacts[contact],
    )


def told(world: World, *alarms: Alarm, person: int) -> list[str]:
    found = sorted((m for a in alarms for m in world.messages(a.id)), key=lambda m: m.id)
    return [m.body for m in found if m.person_id == person and m.purpose in ("told", "over")]


def everything(world: World, meanwhile: Callable[[], None] = lambda: None) -> Alarm:
    """A press; somebody goes in 8 minutes, does not after all, goes and is there."""
    world.plan({"after_seconds": 0, "target": "contacts"})
    alarm = world.raised()
    world.messages_leave()
    meanwhile()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    for state, more in (
        (D.ACCEPTED, {"eta_minutes": 8}),
        (D.DECLINED, {}),
        (D.ACCEPTED, {}),
        (D.ARRIVED, {}),
    ):
        world.pass_time(5)
        world.move(sent.id, state, **more)
    world.pass_time(5)
    world.close(alarm.id)
    return world.alarm(alarm.id)


@pytest.mark.parametrize("what", Hears)
def test_each_hears_what_is_set_for_them(world: World, what: Hears) -> None:
    hears(world, 0, what)
    alarm = everything(world)
    daughter, son = world.home.contacts[:2]
    heard = told(world, alarm, person=daughter)
    assert {step for step in STEPS if any(SAYS[step] in text for text in heard)} == set(HEARD[what])
    assert len(heard) == len(HEARD[what])
    assert len(told(world, alarm, person=son)) == len(STEPS), "nobody else's choice"
    lines = [e for e in world.journal(alarm.id) if e.event == "left_in_peace"]
    assert len(lines) == len(STEPS) - len(HEARD[what])
    assert all(e.data == {"person": daughter, "reason": "hears_less"} for e in lines)
    assert rebuild(world.journal(alarm.id)) == as_rebuilt(alarm)


@pytest.mark.parametrize("what", Hears)
def test_the_alarm_itself_is_told_to_everybody(world: World, what: Hears) -> None:
    """Break: take the choice for one of whether they are asked."""
    hears(world, 0, what)
    world.plan({"after_seconds": 0, "target": "contacts"})
    alarm = world.raised()
    assert world.home.contacts[0] in {m.person_id for m in world.messages(alarm.id, "alarm")}


def test_what_is_set_at_one_home_is_not_set_at_another(world: World) -> None:
    world.sql("UPDATE contacts SET hears = 'end' WHERE home_id <> %s", world.home.id)
    alarm = everything(world)
    assert len(told(world, alarm, person=world.home.contacts[0])) == len(STEPS)


def share(world: World, one: int, other: int) -> None:
    """Two people of the home have the same number."""
    world.sql(
        "UPDATE people SET phone = (SELECT phone FROM people WHERE id = %s) WHERE id = %s",
        world.home.contacts[one],
        world.home.contacts[other],
    )


def texts_to(world: World, phone: str) -> list[str]:
    return world.sql(
        "SELECT body FROM notifications WHERE address = %s AND purpose IN ('told', 'over')"
        " ORDER BY id",
        phone,
    )


def test_two_with_one_number_read_each_step_once(world: World) -> None:
    """Break: ask only for the key of a message: each person has their own."""
    alarm = everything(world, meanwhile=lambda: share(world, 0, 1))
    read = texts_to(world, world.home.phones[0])
    assert len(read) == len(set(read)) == len(STEPS)
    lines = [e for e in world.journal(alarm.id) if e.event == "told_already"]
    assert len(lines) == len(STEPS)
    assert {e.data["person"] for e in lines} <= set(world.home.contacts[:2])
    assert all(e.via == "sms" for e in lines)


def test_two_alarms_that_end_in_one_second_are_one_text_where_they_say_the_same(
    world: World,
) -> None:
    """A relative of two flats of one name; and another text is never swallowed."""
    world.plan({"after_seconds": 0, "target": "contacts"})
    world.sql("UPDATE people SET name = 'Wang' WHERE id IN (SELECT person_id FROM residents)")
    world.sql("UPDATE people SET phone = '+447700900123' WHERE phone IS NOT NULL")
    ringing = [world.raised(), world.raised(home="H0002"), world.raised("smoke", device="smoke-1")]
    world.messages_leave()
    for alarm in ringing:
        world.acknowledge(alarm.id)
    world.pass_time(30)
    before = len(texts_to(world, "+447700900123"))
    for alarm in ringing:
        world.close(alarm.id)
    call, smoke = texts_to(world, "+447700900123")[before:]
    assert "help call" in call
    assert "smoke" in smoke


def test_the_same_again_after_something_else_is_told(world: World) -> None:
    """Break: look whether it was sent at all in that second: they go, and the family reads no."""
    world.plan({"after_seconds": 0, "target": "contacts"})
    alarm = world.raised()
    world.messages_leave()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    for state in (D.ACCEPTED, D.DECLINED, D.ACCEPTED):
        world.move(sent.id, state)
    last = told(world, alarm, person=world.home.contacts[0])[-1]
    assert "is on the way" in last


def test_a_second_later_the_same_text_is_sent_again(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    world.raised()
    world.messages_leave()
    first, second = world.home.phones[:2]
    for _ in range(2):
        world.text(first, "1")
        world.pass_time(2)
        world.sql("UPDATE responses SET answer = 'seen'")
    heard = [text for text in texts_to(world, second) if "is on the way" in text]
    assert len(heard) == 2


def test_who_asks_twice_in_a_second_gets_one_answer(world: World) -> None:
    stranger = world.home.phones[0]
    for _ in range(2):
        assert world.text(stranger, "1") == "no open alarm"
    world.pass_time(2)
    world.text(stranger, "1")
    answers = world.sql("SELECT body FROM notifications WHERE purpose = 'answer'")
    assert len(answers) == 2


# the end, and where somebody was taken


def close(world: World, alarm: Alarm, outcome: Outcome, hospital: str, **more: Any) -> Alarm:
    return world.run(
        closing.close,
        alarm.id,
        outcome,
        "",
        world.district.operator,
        world.time,
        world.policy,
        hospital=hospital,
        **more,
    )


def test_the_family_reads_to_which_hospital(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    alarm = world.raised("fall")
    world.messages_leave()
    world.acknowledge(alarm.id)
    close(world, alarm, Outcome.REFERRED_120, " First Hospital ")
    (text,) = [m.body for m in world.messages(alarm.id, "over")][:1]
    assert "An ambulance was called. Hospital: First Hospital." in text
    assert "First Hospital" not in str([line.data for line in world.journal(alarm.id)])


def test_a_hospital_is_kept_with_each_alarm_it_ends(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, fall = world.raised("help_call"), world.raised("fall")
    for alarm in (call, fall):
        world.acknowledge(alarm.id)
    also = [AlsoClosed(fall.id, Outcome.GENUINE_FALL, fall.count)]
    close(world, call, Outcome.GENUINE_MEDICAL, "St Mary", also=also)
    kept = world.sql("SELECT alarm_id, name FROM alarm_hospitals ORDER BY alarm_id")
    assert kept == [(call.id, "St Mary"), (fall.id, "St Mary")]


def test_without_an_outcome_of_that_kind_no_hospital_is_kept(world: World) -> None:
    """The form sends what was typed before another outcome was chosen."""
    world.plan({"after_seconds": 0, "target": "contacts"})
    alarm = world.raised()
    world.messages_leave()
    world.acknowledge(alarm.id)
    close(world, alarm, Outcome.ACCIDENTAL, "St Mary")
    assert world.sql("SELECT count(*) FROM alarm_hospitals") == [0]
    assert "St Mary" not in world.messages(alarm.id, "over")[0].body
