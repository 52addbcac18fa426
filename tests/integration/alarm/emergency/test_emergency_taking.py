"""Taking, handing over and working on one danger of a home serves the others that were seen."""

from datetime import timedelta

import pytest

from alerts.alarm import operator_actions, protocol_steps, resident_contact, shelving
from alerts.errors import TakenError
from store.access import desk_presence
from store.alarm import prompts
from store.model import Alarm
from tests.integration.alarm.emergency.emergency_kit import (
    S,
    are_told_by_their_journals,
    fire,
    lines,
    states,
    take,
)
from tests.world import World


def test_one_taking_serves_what_was_seen_and_nothing_else(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, smoke = fire(world)
    gas = world.raised("gas_leak", device="smoke-1")
    world.messages_leave()
    take(world, call, smoke)
    assert states(world, call, smoke, gas) == [S.ACKNOWLEDGED, S.ACKNOWLEDGED, S.RAISED]
    told = world.sql("SELECT count(*) FROM notifications WHERE purpose = 'told'")
    people_told = world.sql("SELECT DISTINCT person_id FROM notifications WHERE purpose = 'alarm'")
    assert told == [len(people_told)], "each of the family hears it once"


def test_what_somebody_else_has_stays_theirs(world: World) -> None:
    call, smoke = fire(world)
    take(world, smoke, operator=1)
    take(world, call, smoke)
    owners = [world.alarm(a.id).owner_id for a in (call, smoke)]
    assert owners == [operator.id for operator in world.district.operators]
    with pytest.raises(TakenError):
        take(world, smoke)


def test_another_home_is_not_taken_along(world: World) -> None:
    call, other = world.raised("help_call"), world.raised("help_call", home="H0002")
    take(world, call, other)
    assert states(world, call, other) == [S.ACKNOWLEDGED, S.RAISED]


def test_handing_over_takes_all_of_the_home_along(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    gas = world.raised("gas_leak", device="smoke-1")
    li, zhao = world.district.operators
    world.run(desk_presence.saw, [zhao.id], world.time)
    world.run(operator_actions.transfer, call.id, zhao.id, li, world.time, world.policy)
    assert [world.alarm(a.id).owner_id for a in (call, smoke, gas)] == [zhao.id, zhao.id, None]
    assert (
        lines(world, call, "transferred")[0]["act"] == lines(world, smoke, "transferred")[0]["act"]
    )
    assert are_told_by_their_journals(world)


def test_whoever_works_on_one_works_on_all(world: World) -> None:
    """A note, a hand-over: the owner of the home's dangers is not called for the others."""
    call, smoke = fire(world)
    take(world, call, smoke)
    world.pass_time(world.policy.progress_life - 10)
    me = world.district.operator
    world.run(operator_actions.note, call.id, "on the telephone", me, world.time, world.policy)
    world.pass_time(20)
    assert states(world, call, smoke) == [S.ACKNOWLEDGED, S.ACKNOWLEDGED]
    world.pass_time(world.policy.progress_life)
    assert states(world, call, smoke) == [S.RAISED, S.RAISED]


def test_what_is_hidden_for_a_time_stays_so_whatever_is_done_for_the_others(world: World) -> None:
    """Red before: a note on a hidden alarm raised it again five minutes later."""
    call, leak = world.raised("help_call"), world.raised("water_leak", device="smoke-1")
    take(world, call, leak)
    me, until = world.district.operator, world.time + timedelta(hours=2)
    world.run(shelving.shelve, leak.id, until, "the plumber comes", me, world.time)
    world.run(operator_actions.note, leak.id, "he is there", me, world.time, world.policy)
    world.run(operator_actions.note, call.id, "spoke to her", me, world.time, world.policy)
    world.dispatch(call.id)
    world.pass_time(world.policy.progress_life + world.policy.accept)
    assert states(world, leak) != [S.RAISED]
    world.pass_time(2 * 3600)
    assert states(world, leak) == [S.RAISED], "then it is missed"


def test_that_they_know_of_it_can_be_said_once(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    world.dispatch(call.id)
    world.text(world.district.responder_phone, "2")
    take(world, call, smoke)
    for alarm in (call, smoke):
        assert "heard" in world.events(alarm.id)
    assert are_told_by_their_journals(world)


# prompts


def standing(world: World, *alarms: Alarm) -> list[list[str]]:
    found = world.run(prompts.standing, [alarm.id for alarm in alarms])
    return [[prompt.service for prompt in found.get(alarm.id, [])] for alarm in alarms]


def hand_over(world: World, alarm: Alarm, service: str) -> None:
    by = world.district.operator
    world.run(protocol_steps.refer, alarm.id, service, "fire", "", by, world.time, world.policy)


def test_a_service_that_was_called_for_one_has_the_others_too(world: World) -> None:
    smoke = world.raised("smoke", device="smoke-1")
    gas = world.raised("gas_leak", device="smoke-1")
    take(world, smoke, gas)
    assert standing(world, smoke, gas) == [["119"], ["119"]]
    world.pass_time(10)
    hand_over(world, smoke, "119")
    assert standing(world, smoke, gas) == [[], []]
    world.pass_time(10)
    later = world.raised("carbon_monoxide", device="smoke-1")
    assert standing(world, later) == [["119"]], "of this one they know nothing yet"


def test_a_resident_who_was_reached_is_reached_for_all(world: World) -> None:
    call, fall = world.raised("help_call"), world.raised("fall")
    take(world, call, fall)
    world.pass_time(10)
    by = world.district.operator
    world.run(
        resident_contact.note_contact,
        call.id,
        reached=True,
        by=by,
        now=world.time,
        policy=world.policy,
    )
    world.pass_time(world.policy.no_contact)
    assert standing(world, call, fall) == [[], []]


# one closing
