"""A relative is on the way: the others wait as long as it takes, while somebody owns the alarm.

Broken on purpose by pausing without an owner (leave the state out of paused_for_family): nobody
else of the family is asked although nobody at the centre has taken it. And by leaving
_ask_passed_over out of family_way.is_over: the son whom the plan passed over is never asked.
"""

from typing import Any

from store.model import AlarmState, DispatchState
from tests.world import World

NOT_ARRIVED: dict[str, Any] = {"when": "not_arrived"}
FIRST: dict[str, Any] = {"after_seconds": 0, "target": "contact", "position": 1}
SECOND: dict[str, Any] = {"after_seconds": 300, "target": "contact", "position": 2, **NOT_ARRIVED}
THIRD: dict[str, Any] = {"after_seconds": 300, "target": "contact", "position": 3, **NOT_ARRIVED}


def asked(world: World, alarm: int) -> list[int]:
    """The contacts, by their place, who were asked."""
    addresses = [m.address for m in world.messages(alarm, "alarm")]
    return [world.home.phones.index(address) + 1 for address in addresses]


def owned(world: World, *steps: dict[str, Any]) -> int:
    """An alarm that somebody has taken; its plan asks the family until somebody is there."""
    world.plan(*(steps or (FIRST, SECOND, THIRD)))
    alarm = world.raised().id
    world.messages_leave()
    world.acknowledge(alarm)
    return alarm


def works(world: World, alarm: int, seconds: float) -> None:
    """Time passes and the owner does something now and then."""
    with world.pool.connection() as conn:
        conn.execute("DELETE FROM timers WHERE kind IN ('progress', 'prompt')")
    world.pass_time(seconds)
    assert world.alarm(alarm).state == AlarmState.ACKNOWLEDGED


def test_the_others_wait_for_as_long_as_the_way_takes_and_then_are_asked(world: World) -> None:
    alarm = owned(world, FIRST, SECOND)
    assert world.text(world.home.phones[0], "1 20分钟") == "going"
    works(world, alarm, 1200 + world.policy.arrive_grace - 1)
    assert asked(world, alarm) == [1]
    works(world, alarm, 2)
    assert asked(world, alarm) == [1, 2]
    assert "relative_overdue" in world.events(alarm)
    assert world.alarm(alarm).state == AlarmState.ACKNOWLEDGED, "she is late, and that is all"


def test_everybody_who_was_passed_over_is_asked(world: World) -> None:
    alarm = owned(world)
    assert world.text(world.home.phones[0], "1 20 min") == "going"
    works(world, alarm, 1400)
    assert asked(world, alarm) == [1, 2, 3]
    works(world, alarm, 7200)
    assert asked(world, alarm) == [1, 2, 3], "once"


def test_without_minutes_the_policy_says_how_long(world: World) -> None:
    alarm = owned(world, FIRST, SECOND)
    assert world.text(world.home.phones[0], "我去") == "going"
    works(world, alarm, world.policy.contact_pause - 1)
    assert asked(world, alarm) == [1]
    works(world, alarm, 2)
    assert asked(world, alarm) == [1, 2]


def test_once_more_going_renews_the_way(world: World) -> None:
    alarm = owned(world, FIRST, SECOND)
    assert world.text(world.home.phones[0], "1 20 min") == "going"
    works(world, alarm, 1200)
    assert world.text(world.home.phones[0], "1") == "going"
    works(world, alarm, 1200)
    assert asked(world, alarm) == [1]
    works(world, alarm, 200)
    assert asked(world, alarm) == [1, 2]


def test_who_cannot_after_all_holds_nobody_back(world: World) -> None:
    alarm = owned(world, FIRST, SECOND)
    assert world.text(world.home.phones[0], "1 20 min") == "going"
    works(world, alarm, 60)
    assert world.text(world.home.phones[0], "2") == "cannot"
    works(world, alarm, 300)
    assert asked(world, alarm) == [1, 2]
    works(world, alarm, 1400)
    assert "relative_overdue" not in world.events(alarm)


def test_nobody_waits_while_nobody_owns_the_alarm(world: World) -> None:
    world.plan(FIRST, SECOND)
    alarm = world.raised().id
    assert world.text(world.home.phones[0], "1 20 min") == "going"
    world.pass_time(301)
    assert asked(world, alarm) == [1, 2]


def test_good_stands_nobody_down(world: World) -> None:
    alarm = owned(world, FIRST, SECOND)
    assert world.text(world.home.phones[0], "好的") == "seen"
    works(world, alarm, 301)
    assert asked(world, alarm) == [1, 2]


def test_whoever_is_there_already_ends_the_waiting(world: World) -> None:
    alarm = owned(world, FIRST, SECOND)
    assert world.text(world.home.phones[0], "1 20 min") == "going"
    sent = world.dispatch(alarm)
    world.move(sent.id, DispatchState.ACCEPTED)
    world.move(sent.id, DispatchState.ARRIVED)
    with world.pool.connection() as conn:
        conn.execute("DELETE FROM timers WHERE kind IN ('progress', 'prompt')")
    world.pass_time(1400)
    assert asked(world, alarm) == [1]
    assert "relative_overdue" not in world.events(alarm)


def test_of_two_on_the_way_the_later_counts(world: World) -> None:
    alarm = owned(world, FIRST, {**SECOND, "after_seconds": 0}, THIRD)
    assert world.text(world.home.phones[0], "1 10 min") == "going"
    assert world.text(world.home.phones[1], f"1 {world.alarm(alarm).code} 30 min") == "going"
    works(world, alarm, 1800)
    assert 3 not in asked(world, alarm)
    works(world, alarm, 200)
    assert 3 in asked(world, alarm)
