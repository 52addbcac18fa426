"""Somebody is always going, or everybody who looks can see that nobody is.

Broken on purpose by leaving DISPATCHED as it is when the last dispatch is lost: the alarm is silent
for half an hour behind "responder sent".
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from alerts.alarm import closing, operator_actions
from alerts.alarm.rebuild import as_rebuilt, rebuild
from api.views.alarms import AlarmView, alarm_views
from store.alarm import alarm_lists, alarms
from store.attendance import Attendance
from store.db import Connection
from store.escalation.timers import ARRIVAL_TIMER, PROGRESS_TIMER
from store.home import people
from store.model import AlarmState, DispatchState, Outcome
from tests.world import World

D = DispatchState
LIFE, AT_RISK = "help_call", "water_leak"


def sent(world: World, kind: str = LIFE) -> tuple[int, int]:
    """An alarm whose owner has asked the only responder to go: both ids."""
    alarm = world.raised(kind)
    world.acknowledge(alarm.id)
    return alarm.id, world.dispatch(alarm.id).id


def employ(world: World, name: str, phone: str) -> int:
    """One more responder of the grid; the person's id."""
    with world.pool.connection() as conn:
        person = people.add_person(conn, name=name, phone=phone, language="en")
        people.add_responder(conn, person_id=person, kind="grid_worker", area="G1")
    return person


def shown(world: World, number: int) -> AlarmView:
    def view(conn: Connection) -> AlarmView:
        return alarm_views(conn, alarm_lists.alarms_by_id(conn, [number]))[0]

    return world.run(view)


def due(world: World, number: int, kind: str = PROGRESS_TIMER) -> float:
    """Seconds until the alarm's timer of this kind."""
    (at,) = world.sql("SELECT due_at FROM timers WHERE alarm_id = %s AND kind = %s", number, kind)
    return float((at - world.time).total_seconds())


def is_told_by_its_journal(world: World, number: int) -> bool:
    return rebuild(world.journal(number)) == as_rebuilt(world.alarm(number))


LOSSES: dict[str, Callable[[World], object]] = {
    "declined": lambda world: world.text(world.district.responder_phone, "2"),
    "unanswered": lambda world: world.pass_time(world.policy.accept),
    "accepted, then declined": lambda world: (
        world.text(world.district.responder_phone, "1"),
        world.text(world.district.responder_phone, "2"),
    ),
}


@pytest.mark.parametrize("how", LOSSES)
@pytest.mark.parametrize("kind", [LIFE, AT_RISK])
def test_when_the_last_one_does_not_go_nobody_is_sent(world: World, how: str, kind: str) -> None:
    alarm, _ = sent(world, kind)
    assert world.alarm(alarm).state == AlarmState.DISPATCHED
    LOSSES[how](world)
    view = shown(world, alarm)
    assert (view.state, view.attendance) == (AlarmState.ACKNOWLEDGED, Attendance.NOBODY)
    assert view.calls_owner, "loud until its owner does something"
    assert due(world, alarm) == world.policy.progress_life
    assert is_told_by_its_journal(world, alarm)
    world.pass_time(world.policy.progress_life)
    assert world.alarm(alarm).state == AlarmState.RAISED


def test_the_owner_who_acts_makes_it_quiet_again(world: World) -> None:
    alarm, _ = sent(world)
    world.text(world.district.responder_phone, "2")
    world.pass_time(60)
    operator = world.district.operator
    world.run(operator_actions.note, alarm, "called 120", operator, world.time, world.policy)
    assert not shown(world, alarm).calls_owner
    assert due(world, alarm) == world.policy.progress_life


def test_what_a_colleague_does_is_not_what_its_owner_does(world: World) -> None:
    alarm, _ = sent(world)
    world.text(world.district.responder_phone, "2")
    other = world.district.operators[1]
    world.run(operator_actions.note, alarm, "saw it", other, world.time, world.policy)
    assert shown(world, alarm).calls_owner


def test_one_after_the_other_is_asked_and_the_owner_gets_no_more_time_by_it(world: World) -> None:
    """Five responders who do not answer are ten minutes in which nobody goes."""
    for number in range(5):
        employ(world, f"responder {number}", f"+861390000010{number}")
    alarm, _ = sent(world)
    world.pass_time(world.policy.progress_life - 1)
    asked = shown(world, alarm)
    assert (asked.state, asked.attendance) == (AlarmState.DISPATCHED, Attendance.ASKED)
    assert len(asked.dispatches) == 3
    world.pass_time(1)
    assert world.alarm(alarm).state == AlarmState.RAISED


def test_one_of_two_who_does_not_go_changes_nothing(world: World) -> None:
    another = employ(world, "Sun Li", "+8613900000099")
    alarm, first = sent(world)
    world.move(first, D.ACCEPTED)
    second = world.run(
        operator_actions.dispatch,
        alarm,
        another,
        world.district.operator,
        world.time,
        world.policy,
    )
    world.move(second.id, D.DECLINED)
    view = shown(world, alarm)
    assert (view.state, view.attendance) == (AlarmState.DISPATCHED, Attendance.GOING)
    assert not view.calls_owner


@pytest.mark.parametrize("minutes", [5, 20, 50, 120])
def test_the_deadline_follows_the_announced_minutes(world: World, minutes: int) -> None:
    alarm, number = sent(world)
    world.move(number, D.ACCEPTED, eta_minutes=minutes)
    expected = minutes * 60 + world.policy.arrive_grace
    assert due(world, alarm, ARRIVAL_TIMER) == expected
    world.pass_time(expected - 1)
    assert world.alarm(alarm).state == AlarmState.DISPATCHED
    world.pass_time(1)
    assert world.alarm(alarm).state == AlarmState.RAISED, "an arrival that does not happen is loud"
    assert "arrival_overdue" in world.events(alarm)


def test_who_says_nothing_of_time_is_expected_within_half_an_hour(world: World) -> None:
    alarm, number = sent(world)
    world.move(number, D.ACCEPTED)
    assert due(world, alarm, ARRIVAL_TIMER) == world.policy.arrive


def test_new_minutes_count_from_when_they_are_said(world: World) -> None:
    alarm, number = sent(world)
    world.move(number, D.ACCEPTED, eta_minutes=10)
    world.time += timedelta(minutes=5)
    world.move(number, D.EN_ROUTE, eta_minutes=40)
    assert due(world, alarm, ARRIVAL_TIMER) == 40 * 60 + world.policy.arrive_grace
    assert due(world, alarm) >= 40 * 60


def test_on_the_way_without_new_minutes_keeps_those_announced(world: World) -> None:
    alarm, number = sent(world)
    world.move(number, D.ACCEPTED, eta_minutes=10)
    world.time += timedelta(minutes=5)
    world.move(number, D.EN_ROUTE)
    assert due(world, alarm, ARRIVAL_TIMER) == 5 * 60 + world.policy.arrive_grace


def test_who_has_finished_and_left_is_not_there(world: World) -> None:
    alarm, number = sent(world)
    world.move(number, D.ARRIVED)
    assert shown(world, alarm).attendance == Attendance.THERE
    world.move(number, D.DONE, finding="needs a doctor")
    assert shown(world, alarm).attendance == Attendance.NOBODY
    assert world.alarm(alarm).state == AlarmState.ON_SCENE
    assert due(world, alarm) == world.policy.progress_life


def test_a_warning_that_is_over_goes_away(world: World) -> None:
    world.sql("UPDATE responders SET on_duty = false")
    alarm = world.raised()
    world.pass_time(120)
    assert {w.reason for w in shown(world, alarm.id).warnings} >= {"no_responder"}
    world.acknowledge(alarm.id)
    world.sql("UPDATE responders SET on_duty = true")
    world.move(world.dispatch(alarm.id).id, D.ACCEPTED)
    assert "no_responder" not in {w.reason for w in shown(world, alarm.id).warnings}


def test_the_home_hears_that_somebody_is_still_looked_for(world: World) -> None:
    alarm, _ = sent(world)
    world.text(world.district.responder_phone, "2")
    said = world.sql(
        "SELECT body FROM notifications WHERE alarm_id = %s AND channel = 'hub' ORDER BY id", alarm
    )
    assert "still looking" in said[-1]
    assert "being sent" not in " ".join(said)


def test_what_the_system_closes_calls_the_responder_off_too(world: World) -> None:
    """Break: end no dispatches in closing.close_by_system: the responder is busy for ever."""
    alarm, number = sent(world)
    world.move(number, D.ACCEPTED)
    with world.pool.connection() as conn, conn.transaction():
        found = alarms.lock(conn, alarm)
        assert found is not None
        closing.close_by_system(conn, found, Outcome.POWER_OR_COMMS, world.time, world.policy)
    assert [d.state for d in world.dispatches(alarm)] == [D.CANCELLED]
    assert "called off" in world.messages(alarm, "over")[-1].body
    assert world.sql("SELECT count(*) FROM timers WHERE alarm_id = %s", alarm) == [0]
