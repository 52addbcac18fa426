"""An owner who is gone owns nothing: who logs out or loses the connection leaves no alarm behind.

Broken on purpose by leaving out the job of the engine, or by counting who was never connected.
"""

from datetime import timedelta

import pytest

from alerts.alarm import absent_owners, operator_actions
from alerts.alarm.rebuild import as_rebuilt, rebuild
from alerts.errors import RefusedError, TakenError
from store.access import desk_presence
from store.model import AlarmState, DispatchState, Role
from tests.district import add_user
from tests.world import World


def connected(world: World, operator: int = 0) -> None:
    world.run(desk_presence.saw, [world.district.operators[operator].id], world.time)


def look(world: World) -> int:
    return absent_owners.raise_what_the_absent_own(world.pool, world.time, world.policy)


def owned(world: World) -> int:
    alarm = world.raised()
    connected(world)
    world.acknowledge(alarm.id)
    return alarm.id


def test_who_loses_the_connection_has_three_minutes(world: World) -> None:
    number = owned(world)
    world.time += timedelta(seconds=world.policy.owner_away)
    assert look(world) == 0
    world.time += timedelta(seconds=1)
    assert look(world) == 1
    alarm = world.alarm(number)
    assert (alarm.state, alarm.owner_id) == (AlarmState.RAISED, None)
    line = next(e for e in world.journal(number) if e.event == "re_alarmed")
    assert (line.data["reason"], line.actor) == ("owner_gone", "system")
    assert rebuild(world.journal(number)) == as_rebuilt(alarm)
    assert look(world) == 0


def test_who_is_back_in_time_keeps_it(world: World) -> None:
    number = owned(world)
    world.time += timedelta(seconds=world.policy.owner_away - 1)
    connected(world)
    world.time += timedelta(seconds=60)
    assert look(world) == 0
    assert world.alarm(number).state == AlarmState.ACKNOWLEDGED


def test_also_while_a_responder_is_on_the_way(world: World) -> None:
    """Somebody goes, and nobody at the centre would hear that they do not arrive."""
    number = owned(world)
    world.move(world.dispatch(number).id, DispatchState.ACCEPTED)
    world.time += timedelta(seconds=world.policy.owner_away + 1)
    assert look(world) == 1
    assert [d.state for d in world.dispatches(number)] == [DispatchState.ACCEPTED]


def test_a_program_that_was_never_connected_is_not_missed(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.time += timedelta(seconds=world.policy.progress_life - 1)
    assert look(world) == 0


def test_what_is_hidden_for_a_time_stays_hidden(world: World) -> None:
    number = owned(world)
    world.sql("UPDATE alarms SET shelved_until = %s", world.time + timedelta(hours=1))
    world.time += timedelta(seconds=world.policy.owner_away + 1)
    assert look(world) == 0
    assert world.alarm(number).owner_id is not None


def test_two_engines_raise_it_once(world: World) -> None:
    number = owned(world)
    world.time += timedelta(seconds=world.policy.owner_away + 1)
    assert look(world) + look(world) == 1
    assert world.events(number).count("re_alarmed") == 1


def test_who_logs_out_leaves_it_to_the_others_at_once(world: World) -> None:
    number = owned(world)
    operator = world.district.operator
    raised = world.run(absent_owners.logged_out, operator.id, world.time, world.policy)
    assert raised == [number]
    assert world.alarm(number).state == AlarmState.RAISED
    assert world.run(desk_presence.last_seen, [operator.id]) == {}


def test_a_colleague_takes_over_from_one_who_is_gone_and_what_goes_on_goes_on(
    world: World,
) -> None:
    number = owned(world)
    world.move(world.dispatch(number).id, DispatchState.ACCEPTED)
    with pytest.raises(TakenError):
        world.acknowledge(number, operator=1)
    world.time += timedelta(seconds=world.policy.at_desk + 1)
    taken = world.acknowledge(number, operator=1)
    assert (taken.owner_id, taken.state) == (world.district.operators[1].id, AlarmState.DISPATCHED)
    line = world.journal(number)[-1]
    assert (line.event, line.data["owner"]) == ("taken_over", world.district.operator.id)
    assert rebuild(world.journal(number)) == as_rebuilt(world.alarm(number))


def test_who_is_handed_an_alarm_is_called_until_they_say_that_they_know(world: World) -> None:
    number = owned(world)
    receiver = world.district.operators[1]
    calls = "SELECT count(*) FROM alarm_events WHERE event = 'heard'"
    connected(world, operator=1)
    _hand_over(world, number, receiver.id)
    world.acknowledge(number, operator=1)
    assert world.sql(calls) == [1]
    world.acknowledge(number, operator=1)
    assert world.sql(calls) == [1], "there is nothing to say again"
    assert rebuild(world.journal(number)) == as_rebuilt(world.alarm(number))


def _hand_over(world: World, number: int, to: int) -> None:
    by = world.district.operator
    world.run(operator_actions.transfer, number, to, by, world.time, world.policy)


def test_an_alarm_is_handed_only_to_who_is_at_the_desk(world: World) -> None:
    """Red before: it became the alarm of somebody who sat in the train, and was looked at by
    nobody until its deadline."""
    number = owned(world)
    receiver = world.district.operators[1]
    with pytest.raises(RefusedError, match="not at the desk"):
        _hand_over(world, number, receiver.id)  # never connected, or logged out
    connected(world, operator=1)
    world.time += timedelta(seconds=world.policy.at_desk + 1)
    with pytest.raises(RefusedError, match="not at the desk"):
        _hand_over(world, number, receiver.id)
    assert world.alarm(number).owner_id == world.district.operator.id
    connected(world, operator=1)
    _hand_over(world, number, receiver.id)
    assert world.alarm(number).owner_id == receiver.id


def test_a_supervisor_takes_an_alarm_to_themselves_without_a_screen(world: World) -> None:
    number = owned(world)
    boss = world.run(add_user, "Boss", Role.SUPERVISOR)
    world.run(operator_actions.transfer, number, boss.id, boss, world.time, world.policy)
    assert world.alarm(number).owner_id == boss.id
