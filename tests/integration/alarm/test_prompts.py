"""The desk is told to call 120, 110 or 119 beside the ladder, and is told so until it is done."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.alarm import protocol_steps, rebuild, resident_contact, shelving
from alerts.errors import RefusedError
from store.alarm import prompts
from store.model import AlarmState, Kind
from tests.world import World


def prompted(world: World, number: int) -> list[str]:
    """The services that the desk is to call now."""
    return [p.service for p in world.run(prompts.standing, [number]).get(number, [])]


def contact(world: World, number: int, *, reached: bool, operator: int = 0) -> Any:
    return world.run(
        resident_contact.note_contact,
        number,
        reached=reached,
        by=world.district.operators[operator],
        now=world.time,
        policy=world.policy,
    )


def hand_over(world: World, number: int, service: str) -> None:
    world.run(
        protocol_steps.refer,
        number,
        service,
        "said",
        "",
        world.district.operator,
        world.time,
        world.policy,
    )


@pytest.mark.parametrize(
    ("kind", "seconds"), [("help_call", 90), ("fall", 90), ("unconfirmed_press", 90)]
)
@pytest.mark.parametrize("taken", [False, True])
def test_without_contact_for_90_s_the_desk_is_to_call_120(
    world: World, kind: str, seconds: int, taken: bool
) -> None:
    """Beside the ladder, whoever has taken it. Break: stop the timer when it is taken."""
    alarm = world.raised(kind).id
    if taken:
        world.acknowledge(alarm)
    world.pass_time(seconds - 1)
    assert prompted(world, alarm) == []
    world.pass_time(1)
    assert prompted(world, alarm) == ["120", "110"]
    (call,) = [e for e in world.journal(alarm) if e.event == "console_called" and "why" in e.data]
    assert (call.data["why"], call.at) == ("prompted", world.time), "it rings"


@pytest.mark.parametrize(
    ("kind", "at"),
    [("inactivity", 300), ("bed_absence", 300), ("bathroom_long", 300), ("cold", None)],
)
def test_a_rule_gives_the_resident_longer_and_a_cold_flat_needs_no_ambulance(
    world: World, kind: str, at: int | None
) -> None:
    alarm = world.raised(kind).id
    world.pass_time((at or 301) - 1)
    assert prompted(world, alarm) == []
    world.pass_time(1)
    assert prompted(world, alarm) == (["120", "110"] if at else [])


def test_who_was_reached_needs_no_ambulance_unless_not_reached_again(world: World) -> None:
    alarm = world.raised().id
    world.pass_time(30)
    contact(world, alarm, reached=True)
    world.pass_time(600)
    assert prompted(world, alarm) == []
    contact(world, alarm, reached=False)
    assert prompted(world, alarm) == ["120", "110"]
    contact(world, alarm, reached=True)
    assert prompted(world, alarm) == []


def test_not_reached_before_its_time_brings_it_at_its_time(world: World) -> None:
    alarm = world.raised().id
    world.pass_time(20)
    contact(world, alarm, reached=False)
    world.pass_time(69)
    assert prompted(world, alarm) == []
    world.pass_time(1)
    assert prompted(world, alarm) == ["120", "110"]


@pytest.mark.parametrize("kind", ["smoke", "gas_leak", "carbon_monoxide"])
def test_119_is_prompted_at_once_until_it_is_handed_over(world: World, kind: str) -> None:
    """That somebody answers at home does not put a fire out."""
    alarm = world.raised(kind).id
    assert prompted(world, alarm) == ["119"]
    contact(world, alarm, reached=True)
    assert prompted(world, alarm) == ["119"]
    world.acknowledge(alarm)
    hand_over(world, alarm, "119")
    assert prompted(world, alarm) == []
    world.pass_time(600)
    assert prompted(world, alarm) == [], "raised again, and they have it"


def test_each_service_that_has_it_is_not_prompted_any_more(world: World) -> None:
    alarm = world.raised().id
    world.acknowledge(alarm)
    world.pass_time(90)
    hand_over(world, alarm, "120")
    assert prompted(world, alarm) == ["110"]
    world.close(alarm)
    assert prompted(world, alarm) == []


def test_who_has_it_already_is_not_prompted(world: World) -> None:
    alarm = world.raised().id
    world.acknowledge(alarm)
    hand_over(world, alarm, "120")
    world.pass_time(90)
    assert prompted(world, alarm) == ["110"]


def test_raised_again_it_does_not_come_twice(world: World) -> None:
    alarm = world.raised().id
    world.acknowledge(alarm)
    world.pass_time(90 + world.policy.progress_life)
    assert world.alarm(alarm).state == AlarmState.RAISED
    assert world.events(alarm).count("prompted") == 2, "120 and 110, once each"


def test_reaching_them_is_progress_of_the_owner_and_a_line_of_its_own(world: World) -> None:
    alarm = world.raised().id
    world.acknowledge(alarm)
    world.pass_time(world.policy.progress_life - 1)
    contact(world, alarm, reached=True)
    world.pass_time(world.policy.progress_life - 1)
    assert "re_alarmed" not in world.events(alarm)
    (line,) = [e for e in world.journal(alarm) if e.event == "resident_reached"]
    assert line.actor == f"user:{world.district.operator.id}"


def test_a_colleague_may_say_it_and_the_owner_still_owes_something(world: World) -> None:
    alarm = world.raised().id
    world.acknowledge(alarm)
    world.pass_time(world.policy.progress_life - 1)
    contact(world, alarm, reached=True, operator=1)
    world.pass_time(2)
    assert "re_alarmed" in world.events(alarm)
    assert world.events(alarm).count("prompted") == 2


def test_a_hidden_alarm_prompts_when_it_comes_back(world: World) -> None:
    alarm = world.raised("bathroom_long").id
    world.acknowledge(alarm)
    until = world.time + timedelta(seconds=900)
    world.run(shelving.shelve, alarm, until, "visited", world.district.operator, world.time)
    world.pass_time(899)
    assert prompted(world, alarm) == []
    world.pass_time(2)
    assert prompted(world, alarm) == ["120", "110"]


def test_nobody_lives_in_an_area_and_what_is_closed_is_closed(world: World) -> None:
    alarm = world.raised().id
    world.acknowledge(alarm)
    world.close(alarm)
    with pytest.raises(RefusedError):
        contact(world, alarm, reached=True)


def test_the_journal_still_rebuilds_the_alarm(world: World) -> None:
    alarm = world.raised(Kind.SMOKE).id
    world.acknowledge(alarm)
    contact(world, alarm, reached=False)
    world.pass_time(400)
    hand_over_after_taking(world, alarm)
    events = world.journal(alarm)
    assert rebuild.rebuild(events) == rebuild.as_rebuilt(world.alarm(alarm))


def hand_over_after_taking(world: World, alarm: int) -> None:
    world.acknowledge(alarm)
    hand_over(world, alarm, "119")
