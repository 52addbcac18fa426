"""Somebody who does not go is replaced at once, whoever had sent them."""

from alerts.alarm import operator_actions
from alerts.notify.recipients import responder_texts
from store.db import Connection
from store.home import people
from store.model import AlarmState, DispatchState
from tests.sample_rows import person
from tests.world import World


def volunteer(world: World, number: int, area: str = "G1") -> int:
    made = world.run(people.add_person, name=f"V{number}", phone=f"+86139000002{number:02}")
    world.run(people.add_responder, person_id=made, kind="volunteer", area=area)
    return made


def states(world: World, alarm: int) -> list[tuple[int, str]]:
    return [(d.responder_id, d.state) for d in world.dispatches(alarm)]


def test_a_declined_dispatch_of_an_operator_goes_to_the_next_at_once(world: World) -> None:
    """Fails when dispatching._replace only hurries the plan."""
    second, third = volunteer(world, 1), volunteer(world, 2)
    alarm = world.raised()
    world.acknowledge(alarm.id)
    first = world.dispatch(alarm.id)
    world.move(first.id, DispatchState.DECLINED)
    assert states(world, alarm.id) == [
        (world.district.responder, "DECLINED"),
        (second, "OFFERED"),
    ]
    world.pass_time(world.policy.accept)
    assert states(world, alarm.id)[1:] == [(second, "NO_ANSWER"), (third, "OFFERED")]
    line = [e for e in world.journal(alarm.id) if e.event == "dispatch_offered"][1]
    assert (line.actor, line.data["instead_of"]) == ("system", first.id)
    assert world.alarm(alarm.id).state == AlarmState.DISPATCHED


def test_with_nobody_left_the_operator_is_called(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.move(world.dispatch(alarm.id).id, DispatchState.DECLINED)
    events = [event for event in world.events(alarm.id) if event != "cancelled"]
    assert events[-3:] == ["nobody_left_to_send", "console_called", "state"]


def test_a_replacement_is_not_sent_when_another_is_coming(world: World) -> None:
    second = volunteer(world, 1)
    volunteer(world, 2)
    alarm = world.raised()
    world.acknowledge(alarm.id)
    first = world.dispatch(alarm.id)
    with_key = world.run(
        _send, alarm.id, second, world
    )  # several may be sent: one holds the key, one lifts
    world.move(with_key, DispatchState.ACCEPTED)
    world.move(first.id, DispatchState.DECLINED)
    assert [state for _, state in states(world, alarm.id)] == ["DECLINED", "ACCEPTED"]
    world.move(with_key, DispatchState.DECLINED)
    assert [state for _, state in states(world, alarm.id)] == ["DECLINED", "DECLINED", "OFFERED"]


def _send(conn: Connection, alarm: int, responder: int, world: World) -> int:
    sent = operator_actions.dispatch(
        conn,
        alarm,
        responder,
        world.district.operator,
        world.time,
        world.policy,
    )
    return sent.id


def test_the_plans_offer_that_fails_is_offered_to_the_next_at_once(world: World) -> None:
    second = volunteer(world, 1)
    world.plan(
        {"after_seconds": 0, "target": "grid_responder"},
        {"after_seconds": 600, "target": "contacts"},
    )
    alarm = world.raised()
    (first,) = world.dispatches(alarm.id)
    world.move(first.id, DispatchState.DECLINED)
    assert states(world, alarm.id)[1:] == [(second, "OFFERED")]
    assert world.messages(alarm.id, "alarm") == [], "the plan keeps its time: somebody was asked"
    world.move(world.dispatches(alarm.id)[1].id, DispatchState.DECLINED)
    world.pass_time(0)
    assert len(world.messages(alarm.id, "alarm")) == 3, "nobody left: the family at once"


def test_the_way_in_is_not_in_what_an_accepting_responder_is_sent(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    assert world.sql("SELECT count(*) FROM access_views") == [0]
    assert not any("4711" in m.body for m in world.messages(alarm.id))
    world.move(sent.id, DispatchState.ACCEPTED)
    assert len(world.messages(alarm.id, "access")) == 1
    assert not any("Key box" in m.body for m in world.messages(alarm.id))
    assert world.sql("SELECT count(*) FROM access_views") == [0], "nobody has seen it yet"


def test_a_link_never_goes_to_mainland_china(world: World) -> None:
    abroad = person(1, "+6591234567")
    assert responder_texts.dispatch_link(7, abroad, world.policy).endswith("/dispatches/7")
    assert responder_texts.dispatch_link(7, person(1, "+8613800000001"), world.policy) == ""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    assert "http" not in world.messages(alarm.id, "offer")[0].body
