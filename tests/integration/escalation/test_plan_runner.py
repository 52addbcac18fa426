"""An alarm nobody answers: who is told, when, and that it never falls silent."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from alerts.engine import due_timers
from alerts.errors import TakenError
from alerts.response import failover
from alerts.response.failover import message_failed
from store.escalation import timers
from store.model import AlarmState, Answer, DispatchState
from store.notify import outbox, preferences
from tests.district import NOON
from tests.world import World, at_once

DEFAULT = 240
"""Seconds from the first to the last step of the default plan in a district with one responder and
nobody else."""


def told(world: World, alarm: int) -> list[tuple[int, str]]:
    """(seconds after the start, who) of every message that asks somebody to go."""
    who = {phone: f"contact {n}" for n, phone in enumerate(world.home.phones, start=1)}
    who[world.district.responder_phone] = "responder"
    return [
        (int((m.created_at - NOON).total_seconds()), who[m.address])
        for m in world.messages(alarm)
        if m.purpose in ("alarm", "offer")
    ]


ONE_PASS = [
    (0, "contact 1"),
    (60, "responder"),
    (120, "contact 2"),
    (180, "contact 3"),
    (240, "contact 1"),
    (240, "contact 2"),
    (240, "contact 3"),
]


def test_unanswered_alarm_reaches_everybody_twice_and_then_never_falls_silent(
    world: World,
) -> None:
    alarm = world.raised()
    world.pass_time(DEFAULT + 60 + DEFAULT)
    again = [(at + DEFAULT + 60, who) for at, who in ONE_PASS]
    # by then the offer of the first pass has gone unanswered (120 s), so it is made again
    assert told(world, alarm.id) == ONE_PASS + again
    assert "plan_exhausted" not in world.events(alarm.id)

    world.pass_time(6 * 3600)
    events = world.events(alarm.id)
    assert events.count("plan_exhausted") == 1
    shouts = [e.at for e in world.journal(alarm.id) if e.event == "console_called"]
    gaps = [after - before for before, after in pairwise(shouts)]
    assert min(gaps) >= timedelta(seconds=0)
    assert max(gaps) <= timedelta(seconds=world.policy.exhausted_pause)
    assert shouts[-1] > world.now() - timedelta(seconds=world.policy.exhausted_pause)
    assert told(world, alarm.id)[-1][0] > 5 * 3600


@pytest.mark.parametrize(("late", "next_at"), [(3, 120), (30, 150)])
def test_a_step_that_comes_a_little_late_does_not_put_off_the_next(
    world: World, late: int, next_at: int
) -> None:
    """Three seconds are made up for; after half a minute without any engine the pace begins anew.

    Break: `since = now` in plan_runner._run_due_steps.
    """
    alarm = world.raised()
    world.time += timedelta(seconds=60 + late)
    world.fire_due()
    timer = world.run(timers.timer_of, alarm.id, timers.STEP_TIMER)
    assert timer is not None
    assert timer.due_at == NOON + timedelta(seconds=next_at)


def test_nobody_to_tell_goes_straight_on_and_the_journal_says_so(world: World) -> None:
    world.sql("DELETE FROM contacts")
    world.sql("UPDATE responders SET on_duty = false")
    alarm = world.raised()
    empty = [
        (e.data["step"], e.data["reason"])
        for e in world.journal(alarm.id)
        if e.event == "step_empty"
    ]
    assert empty == [
        (1, "no_contact"),
        (2, "no_responder"),
        (3, "no_contact"),
        (4, "no_contact"),
        (5, "no_neighbours"),
        (6, "no_community"),
        (7, "no_station"),
        (8, "no_person"),
    ]
    # it was said at home, and the console was called, without waiting in between
    assert world.events(alarm.id).count("step_fired") == 2
    world.pass_time(3600)
    assert "plan_exhausted" in world.events(alarm.id)
    assert len(world.journal(alarm.id)) < 400, "it spins"


@pytest.mark.parametrize("why", ["no phone", "opted out"])
def test_a_contact_who_cannot_be_reached_is_passed_over_at_once(world: World, why: str) -> None:
    if why == "no phone":
        world.sql("UPDATE people SET phone = NULL WHERE id = %s", world.home.contacts[0])
    else:
        with world.pool.connection() as conn:
            preferences.stop(conn, world.home.phones[0], "", NOON)
    alarm = world.raised()
    # the responder's step comes at once instead of after 60 s
    assert told(world, alarm.id) == [(0, "responder")]
    assert ("step_empty", 0) in [
        (e.event, int((e.at - NOON).total_seconds())) for e in world.journal(alarm.id)
    ]


def test_a_contact_who_is_going_holds_nobody_back_while_nobody_owns_the_alarm(
    world: World,
) -> None:
    """While somebody does: tests/integration/escalation/test_family_way.py."""
    alarm = world.raised()
    assert world.text(world.home.phones[0], "1") == "going"
    world.pass_time(599)
    assert told(world, alarm.id)[:3] == [(0, "contact 1"), (60, "responder"), (120, "contact 2")]
    reasons = {e.data["reason"] for e in world.journal(alarm.id) if e.event == "step_empty"}
    assert "contact_going" not in reasons


def test_acknowledging_stops_the_plan(world: World) -> None:
    alarm = world.raised()
    world.pass_time(70)
    world.messages_leave()
    world.acknowledge(alarm.id)
    asked = told(world, alarm.id)
    world.pass_time(world.policy.progress_life - 1)
    assert told(world, alarm.id) == asked
    assert [m.address for m in world.messages(alarm.id, "told")] == [world.home.phones[0]]


def test_acknowledged_without_progress_is_raised_again_and_told_anew(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.pass_time(world.policy.progress_life)
    again = world.alarm(alarm.id)
    assert (again.state, again.owner_id) == (AlarmState.RAISED, None)
    assert "re_alarmed" in world.events(alarm.id)
    first, second = world.messages(alarm.id, "alarm")
    assert (first.address, second.address) == (world.home.phones[0],) * 2
    assert first.dedupe != second.dedupe
    world.pass_time(200)
    assert world.home.phones[1] in {m.address for m in world.messages(alarm.id, "alarm")}


def test_a_responder_who_does_not_arrive_is_not_help(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    world.move(sent.id, DispatchState.ACCEPTED)
    world.pass_time(world.policy.arrive)
    assert world.alarm(alarm.id).state == AlarmState.RAISED
    assert "arrival_overdue" in world.events(alarm.id)


def test_four_engines_fire_each_of_five_hundred_timers_once(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    world.sql("DELETE FROM timers")
    world.sql(
        "INSERT INTO alarms (code, home_id, area_id, kind, subject, priority, raised_at,"
        " occurred_at, last_signal_at, state, owner_id) SELECT 'x' || n, home_id, area_id,"
        " 'low_battery', 'device ' || n, 4, raised_at, occurred_at, last_signal_at,"
        " 'ACKNOWLEDGED', owner_id FROM alarms, generate_series(1, 500) AS n WHERE id = %s",
        alarm.id,
    )
    world.sql(
        "INSERT INTO timers (alarm_id, kind, due_at) SELECT id, 'progress', %s FROM alarms"
        " WHERE kind = 'low_battery'",
        world.now(),
    )

    def engine(_: int) -> int:
        fired = 0
        while world.sql("SELECT count(*) FROM timers WHERE kind = 'progress'") != [0]:
            while due_timers.fire_next_timer(world.pool, world.now(), world.policy):
                fired += 1
        return fired

    assert sum(at_once(engine, 4, threads=4)) == 500
    counts = world.sql(
        "SELECT count(*) FROM alarm_events WHERE event = 're_alarmed' GROUP BY alarm_id"
    )
    assert counts == [1] * 500
    assert sent


def test_fifty_operators_at_once_and_one_owner(world: World) -> None:
    alarm = world.raised()

    def take(n: int) -> str | int | None:
        try:
            world.acknowledge(alarm.id, operator=n % 2)
        except TakenError as taken:
            return taken.owner_id
        return "mine"

    results = at_once(take, 50, threads=16)
    owner = world.alarm(alarm.id).owner_id
    assert world.events(alarm.id).count("acknowledged") == 1
    # 25 clicks were the owner's own, the other 25 are told who it is
    assert results.count("mine") == 25
    assert results.count(owner) == 25


def test_a_timer_that_cannot_be_fired_is_put_off_and_holds_up_nobody(world: World) -> None:
    alarm = world.raised()
    other = world.raised(home="H0002")
    with world.pool.connection() as conn:
        timers.set_timer(conn, alarm.id, "nonsense", NOON)
    world.pass_time(65)
    (postponed_until,) = world.sql("SELECT due_at FROM timers WHERE kind = 'nonsense'")
    assert postponed_until > NOON + timedelta(seconds=60)
    assert "dispatch_offered" in world.events(other.id)


def answered(world: World, alarm: int) -> list[Any]:
    return world.sql("SELECT answer FROM responses WHERE alarm_id = %s", alarm)


def failing(world: World, code: str = "30003") -> int:
    """Let every message that waits fail, as a carrier would; how many that were."""
    count = 0
    for number in world.sql(
        "SELECT id FROM notifications WHERE state = 'QUEUED' AND channel = 'sms'"
    ):
        with world.pool.connection() as conn, conn.transaction():
            conn.execute("UPDATE notifications SET state = 'FAILED' WHERE id = %s", [number])
            lost = outbox.get(conn, number)
            assert lost is not None
            message_failed(conn, lost, code, world.now(), world.policy)
        count += 1
    return count


def test_a_failed_delivery_does_not_wait_for_the_next_step(world: World) -> None:
    alarm = world.raised()
    failing(world)
    world.fire_due()
    assert told(world, alarm.id) == [(0, "contact 1"), (0, "responder")]
    failing(world)
    world.fire_due()
    assert told(world, alarm.id)[2:] == [(0, "contact 2")]
    (offer,) = world.dispatches(alarm.id)
    assert offer.state == DispatchState.NO_ANSWER


CONTACT = {"after_seconds": 60, "target": "contact", "position": 1}


@pytest.mark.parametrize(
    "steps", [None, [CONTACT], [{**CONTACT, "after_seconds": 0}, {**CONTACT, "target": "contacts"}]]
)
def test_when_no_message_can_be_delivered_the_plan_does_not_spin(
    world: World, steps: list[dict[str, Any]] | None
) -> None:
    """Everybody's number is wrong: the pauses between the passes hold all the same."""
    if steps:
        world.plan(*steps)
    alarm = world.raised()
    end = world.now() + timedelta(hours=2)
    sent = 0
    while world.now() < end:
        for _ in range(30):
            sent += failing(world)
            if not world.fire_due():
                break
        else:
            pytest.fail("it goes round and round without time passing")
        following = world.run(timers.next_due)
        assert following is not None, "silent"
        world.time = max(world.time, following)
    assert sent < 300
    assert world.events(alarm.id).count("console_called") > 20


def test_a_number_that_was_stopped_is_not_used_again(world: World) -> None:
    alarm = world.raised()
    failing(world, failover.OPTED_OUT)
    world.pass_time(239 + 60)
    assert "contact 1" not in [who for at, who in told(world, alarm.id) if at > 0]


def test_a_going_contact_can_change_her_mind(world: World) -> None:
    alarm = world.raised()
    world.text(world.home.phones[0], "1")
    world.text(world.home.phones[0], "2")
    assert answered(world, alarm.id) == [Answer.CANNOT]
    world.pass_time(130)
    # Her refusal does not wait for the next step's time: the responder at once, then her brother.
    assert (60, "contact 2") in told(world, alarm.id)
