"""The open dangers of one home are one emergency: one dispatch, one answer, one taking and one
closing serve them all, and each keeps its own journal.

Broken on purpose by joining a dispatch to its own alarm alone: the kitchen burns, somebody is at
the door for the help call, and the smoke alarm asks the next one and says that nobody goes.
"""

import pytest

from alerts.errors import RefusedError
from tests.integration.alarm.emergency.emergency_kit import (
    D,
    S,
    are_told_by_their_journals,
    attendance,
    employ,
    fire,
    lines,
    states,
    take,
)
from tests.world import World


def test_one_dispatch_serves_all_open_dangers_of_the_home(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.fire_due()
    assert attendance(world, call, smoke) == ["asked", "asked"]
    assert states(world, call, smoke) == [S.DISPATCHED, S.DISPATCHED]
    world.text(world.district.responder_phone, "1")
    assert attendance(world, call, smoke) == ["going", "going"]
    world.text(world.district.responder_phone, "4")
    assert states(world, call, smoke) == [S.ON_SCENE, S.ON_SCENE]
    world.move(sent.id, D.DONE)
    assert attendance(world, call, smoke) == ["nobody", "nobody"]
    assert world.sql("SELECT count(*) FROM dispatches") == [1]
    assert are_told_by_their_journals(world)


def test_each_journal_has_a_line_of_its_own_and_they_share_the_act(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    world.dispatch(call.id)
    world.text(world.district.responder_phone, "1")
    for event in ("acknowledged", "dispatch_offered", "dispatch_accepted"):
        (one,), (other,) = lines(world, call, event), lines(world, smoke, event)
        assert one["act"] == other["act"], event
    acts = {lines(world, call, e)[0]["act"] for e in ("acknowledged", "dispatch_accepted")}
    assert len(acts) == 2


def test_a_danger_that_comes_later_joins_who_is_on_the_way_and_they_are_told(world: World) -> None:
    call = world.raised("help_call")
    world.acknowledge(call.id)
    sent = world.dispatch(call.id)
    world.move(sent.id, D.ACCEPTED, eta_minutes=50)
    smoke = world.raised("smoke", device="smoke-1")
    assert attendance(world, smoke) == ["going"]
    assert states(world, smoke) == [S.RAISED], "somebody has to take it all the same"
    (told,) = world.messages(smoke.id, "also")
    assert told.address == world.district.responder_phone
    assert "now also smoke" in told.body
    take(world, smoke)
    assert states(world, smoke) == [S.DISPATCHED]
    world.pass_time(50 * 60)
    assert states(world, call, smoke) == [S.DISPATCHED, S.DISPATCHED], "as announced"
    world.pass_time(world.policy.arrive_grace + 1)
    assert states(world, call, smoke) == [S.RAISED, S.RAISED], "loud, both of them"
    assert are_told_by_their_journals(world)


def test_while_somebody_goes_no_plan_of_the_home_asks_another(world: World) -> None:
    employ(world, "Sun Li", "+8613900000099")
    world.plan(
        {"after_seconds": 0, "target": "grid_responder"},
        {"after_seconds": 30, "target": "contacts"},
    )
    call = world.raised("help_call")
    world.text(world.district.responder_phone, "1")
    smoke = world.raised("smoke", device="smoke-1")
    world.pass_time(600)
    assert world.sql("SELECT DISTINCT responder_id FROM dispatches") == [world.district.responder]
    skipped = lines(world, smoke, "step_skipped")
    assert {line["reason"] for line in skipped} == {"responder_going"}
    assert world.messages(smoke.id, "alarm"), "the family hears of the smoke"
    assert attendance(world, call, smoke) == ["going", "going"]


def test_who_was_asked_for_another_danger_gets_the_time_to_answer(world: World) -> None:
    employ(world, "Sun Li", "+8613900000099")
    world.plan(
        {"after_seconds": 0, "target": "grid_responder"},
        {"after_seconds": 600, "target": "console"},
    )
    world.raised("help_call")
    smoke = world.raised("smoke", device="smoke-1")
    assert world.sql("SELECT count(*) FROM dispatches") == [1]
    assert [line["reason"] for line in lines(world, smoke, "step_skipped")] == ["responder_asked"]
    world.pass_time(world.policy.accept)
    asked = world.sql("SELECT responder_id FROM dispatches ORDER BY id")
    assert len(asked) == len(set(asked)) == 2, "then the next one, for both"
    assert attendance(world, smoke) == ["asked"]


def test_who_does_not_come_in_time_stops_nobody_from_being_asked(world: World) -> None:
    """With nobody at the desk: the plan goes on although somebody once said that they go."""
    another = employ(world, "Sun Li", "+8613900000099")
    world.plan({"after_seconds": 0, "target": "grid_responder"})
    world.raised("help_call")
    world.text(world.district.responder_phone, "1")
    world.pass_time(world.policy.arrive - 60)
    assert world.sql("SELECT count(*) FROM dispatches") == [1]
    world.pass_time(world.policy.exhausted_pause + 120)
    assert another in world.sql("SELECT responder_id FROM dispatches")


@pytest.mark.parametrize("how", ["2", ""])
def test_when_they_do_not_go_nobody_goes_for_any_of_them(world: World, how: str) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    world.dispatch(smoke.id)
    world.fire_due()
    assert states(world, call, smoke) == [S.DISPATCHED, S.DISPATCHED]
    if how:
        world.text(world.district.responder_phone, how)
    else:
        world.pass_time(world.policy.accept)
    assert attendance(world, call, smoke) == ["nobody", "nobody"]
    assert states(world, call, smoke) == [S.ACKNOWLEDGED, S.ACKNOWLEDGED]
    for alarm in (call, smoke):
        assert "console_called" in world.events(alarm.id)
    assert are_told_by_their_journals(world)


def test_a_technical_fault_is_no_part_of_it(world: World) -> None:
    fault = world.raised("device_fault")
    call = world.raised("help_call")
    world.acknowledge(call.id)
    world.dispatch(call.id)
    world.fire_due()
    assert attendance(world, call, fault) == ["asked", "nobody"]


def test_another_home_is_no_part_of_it(world: World) -> None:
    call, other = world.raised("help_call"), world.raised("smoke", home="H0002", device="smoke-1")
    world.acknowledge(call.id)
    world.dispatch(call.id)
    world.fire_due()
    assert attendance(world, call, other) == ["asked", "nobody"]


def test_a_responder_has_one_dispatch_a_home(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    world.dispatch(call.id)
    with pytest.raises(RefusedError, match="already"):
        world.dispatch(smoke.id)


# one answer
