"""An operator opens an alarm for what no device has told: it runs like any other."""

from datetime import timedelta

import pytest

from alerts.alarm import by_hand, rebuild, shelving
from alerts.alarm.by_hand import KINDS_BY_HAND, Source
from alerts.errors import NotFoundError, RefusedError
from store.model import Alarm, AlarmState, Kind, Priority
from tests.world import World


def opened(
    world: World, kind: Kind = Kind.HELP_CALL, home: str = "H0001", **more: object
) -> tuple[Alarm, bool]:
    alarm, new = world.run(
        by_hand.open_alarm,
        home,
        kind,
        world.district.operator,
        world.now(),
        world.policy,
        **more,
    )
    return alarm, new


def test_its_plan_reaches_people_and_what_was_said_is_kept(world: World) -> None:
    alarm, new = opened(world, source=Source.NEIGHBOUR, words="she does not open the door")
    assert new
    assert (alarm.state, alarm.owner_id, alarm.device_id) == (AlarmState.RAISED, None, None)
    assert world.messages(alarm.id, "alarm"), "the family is told"
    assert world.sql("SELECT text FROM notes") == ["she does not open the door"]
    line = next(e for e in world.journal(alarm.id) if e.event == "opened_by_hand")
    assert (line.actor, line.data["source"]) == (f"user:{world.district.operator.id}", "neighbour")


def test_who_takes_it_owns_it_at_once(world: World) -> None:
    alarm, _ = opened(world, take=True)
    assert (alarm.state, alarm.owner_id) == (AlarmState.ACKNOWLEDGED, world.district.operator.id)


def test_the_same_kind_again_is_counted_and_a_hidden_one_shown(world: World) -> None:
    first = world.raised("water_leak")
    world.acknowledge(first.id)
    by = world.district.operator
    until = world.now() + timedelta(minutes=30)
    world.run(shelving.shelve, first.id, until, "being repaired", by, world.now())
    assert world.alarm(first.id).shelved_until is not None
    again, new = opened(world, Kind.WATER_LEAK, take=True)
    assert (again.id, again.count, new) == (first.id, 2, False)
    assert again.shelved_until is None


def test_of_another_operator_it_stays_theirs(world: World) -> None:
    first = world.raised()
    world.acknowledge(first.id, operator=1)
    again, _ = opened(world, take=True)
    assert again.owner_id == world.district.operators[1].id


@pytest.mark.parametrize("kind", Kind)
def test_dangers_can_be_opened_and_nothing_else(world: World, kind: Kind) -> None:
    """Also where the plan of its kind is another one."""
    if kind not in KINDS_BY_HAND:
        with pytest.raises(RefusedError, match="endangers"):
            opened(world, kind)
        assert world.alarms() == []
        return
    alarm, _ = opened(world, kind)
    assert alarm.priority <= Priority.PERSON_AT_RISK
    assert rebuild.rebuild(world.journal(alarm.id)) == rebuild.as_rebuilt(world.alarm(alarm.id))


def test_there_must_be_such_a_home(world: World) -> None:
    with pytest.raises(NotFoundError, match="no such home"):
        world.run(
            by_hand.open_alarm,
            "H9999",
            Kind.FALL,
            world.district.operator,
            world.now(),
            world.policy,
        )
