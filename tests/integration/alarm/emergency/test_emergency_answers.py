"""What somebody answers about one danger of a home answers the others of which they have heard."""

import pytest

from alerts.errors import RefusedError
from tests.integration.alarm.emergency.emergency_kit import (
    D,
    S,
    are_told_by_their_journals,
    attendance,
    fire,
    lines,
    states,
    take,
)
from tests.world import World


def test_one_answer_covers_what_has_reached_its_sender(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, smoke = fire(world)
    world.sql("UPDATE notifications SET state = 'DELIVERED' WHERE channel = 'sms'")
    gas = world.raised("gas_leak", device="smoke-1")  # its message is still under way
    daughter = world.home.contacts[0]
    assert world.text(world.home.phones[0], "1", heard=False) == "going"
    answered = world.sql("SELECT alarm_id, person_id, answer FROM responses ORDER BY 1")
    assert answered == [(call.id, daughter, "going"), (smoke.id, daughter, "going")]
    (one,), (other,) = lines(world, call, "responded"), lines(world, smoke, "responded")
    assert one["act"] == other["act"]
    assert lines(world, gas, "responded") == []
    told = world.sql("SELECT count(*) FROM notifications WHERE purpose = 'told'")
    assert told == [len(world.home.contacts) - 1], "the others hear it once"


def test_what_the_carrier_took_a_while_ago_counts_as_read(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call = world.raised("help_call")
    world.messages_leave()
    world.pass_time(40)
    smoke = world.raised("smoke", device="smoke-1")
    world.messages_leave()
    world.pass_time(5)
    assert world.text(world.home.phones[0], "1") == "going"
    assert world.sql("SELECT alarm_id FROM responses") == [call.id]
    world.pass_time(40)
    assert world.text(world.home.phones[0], "1") == "going"
    assert world.sql("SELECT alarm_id FROM responses ORDER BY 1") == [call.id, smoke.id]


def test_alarms_of_two_homes_are_told_apart_by_a_list_that_names_the_kinds(world: World) -> None:
    call, smoke = fire(world)
    theirs = world.raised("water_leak", home="H0002", device="smoke-1")
    one, two = world.district.homes
    world.sql("UPDATE people SET phone = %s WHERE id = %s", one.phones[0], two.contacts[0])
    world.messages_leave()
    world.pass_time(1)
    assert world.text(one.phones[0], "1") == "not clear which alarm"
    (question,) = world.sql("SELECT body FROM notifications WHERE purpose = 'answer'")
    for said in ("Wang Xiuying 1", "Wang Xiuying 2", "smoke, help call", "water leak", theirs.code):
        assert said in question
    assert world.text(one.phones[0], f"1 {smoke.code}") == "going"
    assert smoke.id in world.sql("SELECT alarm_id FROM responses")
    assert theirs.id not in world.sql("SELECT alarm_id FROM responses")
    assert call.home_id == smoke.home_id


def test_who_takes_it_back_is_believed_and_the_others_hear_of_it(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call = world.raised("help_call")
    world.text(world.home.phones[0], "1")
    world.pass_time(30)
    assert world.text(world.home.phones[0], "2") == "cannot"
    assert world.sql("SELECT answer FROM responses") == ["cannot"]
    told = [message.body for message in world.messages(call.id, "told")]
    assert sum("is on the way" in body for body in told) == 2
    assert sum("cannot go after all" in body for body in told) == 2


def test_the_family_hears_who_goes_and_who_is_there_and_not_who_was_asked(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, smoke = fire(world)
    world.messages_leave()
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    daughter = world.home.contacts[0]

    def told() -> list[str]:
        found = [m for a in (call, smoke) for m in world.messages(a.id, "told")]
        return [m.body for m in found if m.person_id == daughter][1:]  # after: it is dealt with

    assert told() == [], "asked is not going"
    world.move(sent.id, D.ACCEPTED, eta_minutes=8)
    world.move(sent.id, D.EN_ROUTE)
    assert told() == ["[Anxin] Wang Xiuying 1: Chen Gang is on the way, about 8 min."]
    world.move(sent.id, D.DECLINED)
    assert told()[1:] == ["[Anxin] Wang Xiuying 1: Chen Gang cannot go after all."]
    world.move(sent.id, D.ACCEPTED)
    world.move(sent.id, D.ARRIVED)
    assert told()[2:] == [
        "[Anxin] Wang Xiuying 1: Chen Gang is on the way.",
        "[Anxin] Wang Xiuying 1: Chen Gang is there.",
    ]


# corrected answers of responders


def test_arrived_without_having_accepted_is_asked_back_once(world: World) -> None:
    call = world.raised("help_call")
    world.acknowledge(call.id)
    world.dispatch(call.id)
    phone = world.district.responder_phone
    assert world.text(phone, "4") == "asked back"
    assert attendance(world, call) == ["asked"], "nobody is there on one stray key"
    (question,) = world.sql("SELECT body FROM notifications WHERE purpose = 'answer'")
    assert "Yuelu Road 1" in question
    assert f"4 {call.code}" in question
    assert world.text(phone, f"4 {call.code}") == "ARRIVED"
    assert attendance(world, call) == ["there"]
    assert lines(world, call, "arrival_asked_back")
    assert are_told_by_their_journals(world)


def test_who_has_declined_may_go_after_all(world: World) -> None:
    call = world.raised("help_call")
    world.acknowledge(call.id)
    world.dispatch(call.id)
    phone = world.district.responder_phone
    assert world.text(phone, "2") == "DECLINED"
    assert world.text(phone, "1") == "ACCEPTED"
    assert (attendance(world, call), states(world, call)) == (["going"], [S.DISPATCHED])
    assert are_told_by_their_journals(world)


def test_what_somebody_has_declined_is_not_in_the_way_of_what_they_are_asked(world: World) -> None:
    declined = world.raised("help_call")
    world.acknowledge(declined.id)
    world.dispatch(declined.id)
    phone = world.district.responder_phone
    world.text(phone, "2")
    asked = world.raised("help_call", home="H0002")
    world.acknowledge(asked.id)
    world.dispatch(asked.id)
    assert world.text(phone, "1") == "ACCEPTED"
    assert attendance(world, declined, asked) == ["nobody", "going"]


def test_an_arrival_said_by_mistake_is_taken_back(world: World) -> None:
    call = world.raised("help_call")
    world.acknowledge(call.id)
    sent = world.dispatch(call.id)
    world.move(sent.id, D.ACCEPTED, eta_minutes=20)
    world.move(sent.id, D.ARRIVED)
    with pytest.raises(RefusedError):
        world.move(sent.id, D.EN_ROUTE)  # a report that comes late does not undo it
    world.move(sent.id, D.EN_ROUTE, correction=True)
    assert (attendance(world, call), states(world, call)) == (["going"], [S.DISPATCHED])
    assert are_told_by_their_journals(world)
    world.pass_time(20 * 60 + world.policy.arrive_grace + 1)
    assert states(world, call) == [S.RAISED], "they are expected again"


# taking and handing over
