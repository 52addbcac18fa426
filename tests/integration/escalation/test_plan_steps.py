"""What each kind of step does for a real alarm, and when it is passed over."""

from typing import Any

import pytest

from alerts.alarm import protocol_steps
from alerts.errors import NotFoundError, RefusedError
from alerts.escalation import plan_versions
from alerts.escalation.plan_validation import Draft
from alerts.escalation.steps import PlanError
from store.escalation import plans
from store.home import people
from store.model import DispatchState, Kind, Role
from tests.district import add_user
from tests.world import World

CONSOLE = {"after_seconds": 0, "target": "console"}
SOS = Kind.HELP_CALL


def told(world: World, number: int) -> list[str]:
    return [m.address for m in world.messages(number, "alarm")]


def fired(world: World, number: int, event: str = "step_fired") -> list[str]:
    return [line.data["target"] for line in world.journal(number) if line.event == event]


def somebody(world: World, name: str, phone: str | None = "+8613700000001") -> int:
    return world.run(people.add_person, name=name, phone=phone, language="en")


def another_responder(world: World, number: int, kind: str, area: str) -> int:
    person = somebody(world, f"Responder {number}", f"+861390000010{number}")
    world.run(people.add_responder, person_id=person, kind=kind, area=area)
    return person


def test_contacts_in_order_are_asked_one_after_the_other(world: World) -> None:
    """Fails when `more` is dropped in plans._walk: the second child is then never asked."""
    world.plan(
        {"after_seconds": 0, "target": "contacts_in_order", "every_seconds": 20},
        {"after_seconds": 30, "target": "console"},
    )
    alarm = world.raised()
    phones = world.home.phones
    for seconds, expected in ((0, 1), (19, 1), (1, 2), (20, 3), (29, 3)):
        world.pass_time(seconds)
        assert told(world, alarm.id) == phones[:expected]
    assert fired(world, alarm.id) == ["contacts_in_order"] * 3
    world.pass_time(1)
    assert fired(world, alarm.id)[3:] == ["console"]
    assert "console_called" in world.events(alarm.id)


def test_offers_go_to_the_staff_a_step_names(world: World) -> None:
    station = another_responder(world, 1, "station", "D1")
    community = another_responder(world, 2, "volunteer", "C1")
    world.plan(
        {"after_seconds": 0, "target": "station"},
        {"after_seconds": 9, "target": "community"},
        {"after_seconds": 9, "target": "grid_responder", "kind": "property"},
        {"after_seconds": 9, "target": "grid_responder"},
    )
    alarm = world.raised()
    world.pass_time(18)
    assert [d.responder_id for d in world.dispatches(alarm.id)] == [
        station,
        community,
        world.district.responder,
    ]
    assert fired(world, alarm.id, "step_empty") == ["grid_responder"], "no property staff is there"


def test_the_supervisor_and_a_named_person_are_told_and_may_answer(world: World) -> None:
    supervisor = somebody(world, "Supervisor", "+8613700000002")
    neighbour = somebody(world, "Neighbour", "+8613700000003")
    world.sql("UPDATE areas SET supervisor_id = %s WHERE code = 'D1'", supervisor)
    world.plan(
        {"after_seconds": 0, "target": "supervisor"},
        {"after_seconds": 0, "target": "person", "person": neighbour},
    )
    alarm = world.raised()
    assert told(world, alarm.id) == ["+8613700000002", "+8613700000003"]
    assert world.text("+8613700000003", "1") == "going"


def test_without_a_named_supervisor_everybody_of_that_role_is_told(world: World) -> None:
    user = world.run(add_user, "Super Visor", Role.SUPERVISOR)
    world.sql("UPDATE people SET phone = '+8613700000009' WHERE id = %s", user.person_id)
    world.plan({"after_seconds": 0, "target": "supervisor"})
    assert told(world, world.raised().id) == ["+8613700000009"]


def test_an_outside_service_is_the_operators_to_call_and_is_called_once(world: World) -> None:
    world.plan(
        CONSOLE,
        {"after_seconds": 10, "target": "outside", "service": "119", "when": "not_arrived"},
        cycles=2,
    )
    alarm = world.raised("smoke")
    world.pass_time(10)
    assert world.events(alarm.id).count("console_called") == 1
    with pytest.raises(RefusedError, match="acknowledge it first"):
        hand_over(world, alarm.id)
    world.acknowledge(alarm.id)
    hand_over(world, alarm.id)
    (line,) = [e for e in world.journal(alarm.id) if e.event == "handed_over"]
    assert (line.data["service"], line.actor) == ("119", f"user:{world.district.operator.id}")
    assert "flat 201" not in str(line.data), "what was said stays out of the journal"
    world.pass_time(70)
    assert fired(world, alarm.id).count("outside") == 2
    assert world.events(alarm.id).count("console_called") == 1, "they have it: no more calls"


def hand_over(world: World, alarm: int, said: str = "Smoke at flat 201") -> None:
    world.run(
        protocol_steps.refer,
        alarm,
        "119",
        said,
        "4711",
        world.district.operator,
        world.time,
        world.policy,
    )


def test_an_empty_hand_over_is_refused(world: World) -> None:
    alarm = world.raised("smoke")
    world.acknowledge(alarm.id)
    with pytest.raises(RefusedError, match="what was said"):
        hand_over(world, alarm.id, "  ")


def test_not_arrived_goes_on_after_the_acknowledgement_until_somebody_is_there(
    world: World,
) -> None:
    """Fails when desk.acknowledge stops the plan whatever its steps say."""
    supervisor = {"target": "person", "person": somebody(world, "Boss"), "when": "not_arrived"}
    world.plan(
        CONSOLE,
        {"after_seconds": 30, "target": "contacts"},
        {"after_seconds": 30, **supervisor},
        {"after_seconds": 60, **supervisor},
    )
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    world.pass_time(60)
    assert told(world, alarm.id) == ["+8613700000001"], "the family need not be asked, the boss is"
    reasons = [e.data["reason"] for e in world.journal(alarm.id) if e.event == "step_skipped"]
    assert reasons == ["acknowledged"]
    world.move(sent.id, DispatchState.ACCEPTED)
    world.move(sent.id, DispatchState.ARRIVED)
    world.pass_time(600)
    assert told(world, alarm.id) == ["+8613700000001"], "somebody is there"


def test_an_acknowledged_plan_ends_with_its_cycles(world: World) -> None:
    world.plan({"after_seconds": 5, "target": "contacts", "when": "not_arrived"}, cycles=2)
    world.policy = type(world.policy)(language="en", progress_life=86_400)
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.pass_time(7200)
    assert len(told(world, alarm.id)) == 6, "three children, twice"
    assert "plan_exhausted" not in world.events(alarm.id)


def test_hours_are_those_of_the_area_and_cost_no_time(world: World) -> None:
    """It is noon in Shanghai, and 23 o'clock of the day before in New York."""
    by_day = {"from": "08:00", "to": "18:00"}
    world.plan(
        {"after_seconds": 0, "target": "contact", "position": 1, "hours": by_day},
        {"after_seconds": 600, "target": "contact", "position": 2},
    )
    assert told(world, world.raised().id) == world.home.phones[:1]
    world.sql("UPDATE areas SET timezone = 'America/New_York' WHERE code = 'C1'")
    alarm = world.raised("fall")
    assert told(world, alarm.id) == world.home.phones[1:2], "at once, not after ten minutes"
    assert fired(world, alarm.id, "step_skipped") == ["contact"]


def save(world: World, code: str, *steps: Any, **more: Any) -> plans.PlanVersion:
    draft = Draft(code, more.get("kind"), more.get("home"), list(steps), more.get("cycles", 2))
    return world.run(plan_versions.save, draft, world.district.operator, world.time)


def contact(position: int, after: int = 0) -> dict[str, Any]:
    return {"after_seconds": after, "target": "contact", "position": position}


def test_an_alarm_keeps_the_version_it_started_with(world: World) -> None:
    """Fails when plans are looked up by code instead of by the alarm's plan_id."""
    first = save(world, "default", contact(1), contact(2, 30))
    alarm = world.raised()
    second = save(world, "default", contact(3))
    assert (second.version, first.version) == (4, 3)
    world.pass_time(30)
    assert told(world, alarm.id) == world.home.phones[:2]
    assert told(world, world.raised("fall").id) == world.home.phones[2:3]


def test_the_most_particular_plan_is_used(world: World) -> None:
    save(world, "sos", contact(2), kind=SOS)
    save(world, "wang", contact(3), kind=SOS, home="H0001")
    assert told(world, world.raised().id) == world.home.phones[2:3]
    assert told(world, world.raised("fall").id) == world.home.phones[:1]
    other = world.district.homes[1]
    assert told(world, world.raised(home="H0002").id) == other.phones[1:2]


def test_two_plans_for_the_same_are_refused_and_the_last_one_stays(world: World) -> None:
    with pytest.raises(RefusedError, match="plan default version 2 is in force"):
        save(world, "other", contact(1))
    with pytest.raises(RefusedError, match="last plan for any"):
        world.run(plan_versions.retire, "default", 2, world.time)
    with pytest.raises(RefusedError, match="another kind or home"):
        save(world, "default", contact(1), kind=SOS)
    made = save(world, "sos", contact(1), kind=SOS)
    assert world.run(plan_versions.retire, "sos", made.version, world.time).retired_at == world.time
    with pytest.raises(NotFoundError):
        world.run(plan_versions.retire, "sos", 9, world.time)


def test_a_plan_is_held_against_the_home_it_is_for(world: World) -> None:
    with pytest.raises(PlanError, match="step 1: there is no contact 4: the home has at most 3"):
        save(world, "wang", contact(4), home="H0001")
    with pytest.raises(NotFoundError, match="no home H0404"):
        save(world, "wang", contact(1), home="H0404")
    world.sql("UPDATE people SET opted_out_at = %s", world.time)
    with pytest.raises(PlanError, match="no contact can be reached"):
        save(world, "wang", contact(1), home="H0001")


def test_the_database_refuses_to_change_a_version(world: World) -> None:
    import psycopg

    with pytest.raises(psycopg.errors.RestrictViolation, match="never changes"):
        world.sql("UPDATE plans SET cycles = 3")


def test_a_line_of_the_protocol_is_ticked_once_and_puts_the_re_alarm_off(world: World) -> None:
    alarm = world.raised("smoke")
    with pytest.raises(RefusedError, match="acknowledge it first"):
        tick(world, alarm.id, "call_119")
    world.acknowledge(alarm.id)
    world.pass_time(world.policy.progress_life - 10)
    tick(world, alarm.id, "call_119")
    tick(world, alarm.id, "call_119")
    with pytest.raises(NotFoundError, match="no line dance"):
        tick(world, alarm.id, "dance")
    world.pass_time(20)
    assert world.events(alarm.id).count("protocol_done") == 1
    assert "re_alarmed" not in world.events(alarm.id)


def tick(world: World, alarm: int, line: str) -> None:
    world.run(
        protocol_steps.mark_line_done,
        alarm,
        line,
        world.district.operator,
        world.time,
        world.policy,
    )
