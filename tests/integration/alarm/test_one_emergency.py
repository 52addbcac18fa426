"""The open dangers of one home are one emergency: one dispatch, one answer, one taking and one
closing serve them all, and each keeps its own journal.

Broken on purpose by joining a dispatch to its own alarm alone: the kitchen burns, somebody is at
the door for the help call, and the smoke alarm asks the next one and says that nobody goes.
"""

from datetime import timedelta
from typing import Any

import pytest

from alerts.alarm import closing, operator_actions, protocol_steps, resident_contact, shelving
from alerts.alarm.closing import AlsoClosed
from alerts.alarm.rebuild import as_rebuilt, rebuild
from alerts.errors import RefusedError, TakenError
from api.views.alarms import alarm_views
from store.access import desk_presence
from store.alarm import alarm_lists, prompts
from store.attendance import Attendance
from store.db import Connection
from store.home import people
from store.model import Alarm, AlarmState, DispatchState, Outcome
from tests.world import World

D, S = DispatchState, AlarmState


def fire(world: World) -> tuple[Alarm, Alarm]:
    """A call for help and smoke in the same home."""
    return world.raised("help_call"), world.raised("smoke", device="smoke-1")


def attendance(world: World, *alarms: Alarm) -> list[str]:
    def views(conn: Connection) -> dict[int, str]:
        rows = alarm_lists.alarms_by_id(conn, [alarm.id for alarm in alarms])
        return {view.id: str(view.attendance) for view in alarm_views(conn, rows)}

    found = world.run(views)
    return [found[alarm.id] for alarm in alarms]


def states(world: World, *alarms: Alarm) -> list[AlarmState]:
    return [world.alarm(alarm.id).state for alarm in alarms]


def lines(world: World, alarm: Alarm, event: str) -> list[dict[str, Any]]:
    return [line.data for line in world.journal(alarm.id) if line.event == event]


def are_told_by_their_journals(world: World) -> bool:
    return all(rebuild(world.journal(a.id)) == as_rebuilt(a) for a in world.alarms())


def take(world: World, *alarms: Alarm, operator: int = 0) -> Alarm:
    first, *others = alarms
    return world.run(
        operator_actions.acknowledge,
        first.id,
        world.district.operators[operator],
        world.time,
        world.policy,
        also=[other.id for other in others],
    )


def employ(world: World, name: str, phone: str) -> int:
    with world.pool.connection() as conn:
        person = people.add_person(conn, name=name, phone=phone, language="en")
        people.add_responder(conn, person_id=person, kind="grid_worker", area="G1")
    return person


# one dispatch


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


def close(world: World, main: Alarm, *also: tuple[Alarm, Outcome], count: int = 1) -> Alarm:
    return world.run(
        closing.close,
        main.id,
        Outcome.ASSISTANCE,
        "a pan on the stove",
        world.district.operator,
        world.time,
        world.policy,
        asked=False,
        count=count,
        also=[AlsoClosed(alarm.id, outcome, 1) for alarm, outcome in also],
    )


def test_one_closing_ends_what_is_over_each_with_its_outcome(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, smoke = fire(world)
    world.messages_leave()
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.move(sent.id, D.ACCEPTED)
    world.press("smoke", device="smoke-1", active=False)
    close(world, call, (smoke, Outcome.GENUINE_FIRE))
    outcomes = [world.alarm(a.id).outcome for a in (call, smoke)]
    assert outcomes == [Outcome.ASSISTANCE, Outcome.GENUINE_FIRE]
    (ended,) = world.dispatches(call.id)
    assert ended.state == D.CANCELLED
    for event in ("closed", "dispatch_cancelled"):
        assert lines(world, call, event)[0]["act"] == lines(world, smoke, event)[0]["act"]
    over = [m for a in (call, smoke) for m in world.messages(a.id, "over")]
    family = [m for m in over if m.person_id in world.home.contacts]
    assert len(family) == len({m.person_id for m in family}), "each hears it once"
    assert "help call, smoke" in family[0].body
    assert are_told_by_their_journals(world)


def test_what_a_detector_still_reports_is_never_closed_along(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    with pytest.raises(RefusedError, match="still reported"):
        close(world, call, (smoke, Outcome.GENUINE_FIRE))
    assert states(world, call, smoke) == [S.ACKNOWLEDGED, S.ACKNOWLEDGED]


def test_what_came_again_since_they_looked_is_never_closed(world: World) -> None:
    call = world.raised("help_call")
    fall = world.raised("fall")
    take(world, call, fall)
    world.press("fall")
    with pytest.raises(RefusedError, match="came again"):
        close(world, call, (fall, Outcome.GENUINE_FALL))
    world.press("help_call")
    with pytest.raises(RefusedError, match="came again"):
        close(world, call)
    assert S.CLOSED not in states(world, call, fall)
    close(world, call, count=2)
    assert states(world, call, fall) == [S.CLOSED, S.ACKNOWLEDGED]


def test_what_nobody_has_taken_is_never_closed_along(world: World) -> None:
    call = world.raised("help_call")
    world.acknowledge(call.id)
    fall = world.raised("fall")
    with pytest.raises(RefusedError, match="acknowledge"):
        close(world, call, (fall, Outcome.GENUINE_FALL))


def test_who_goes_goes_on_while_another_danger_is_open(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.fire_due()
    close(world, call)
    (kept,) = world.dispatches(smoke.id)
    assert (kept.id, kept.state) == (sent.id, D.OFFERED)
    assert lines(world, call, "dispatch_kept")[0]["alarms"] == [smoke.id]
    assert world.messages(call.id, "offer")[0].state == "QUEUED", "the question still stands"
    world.pass_time(world.policy.accept)
    assert world.dispatches(smoke.id)[0].state == D.NO_ANSWER, "its deadline went along"
    assert attendance(world, smoke) == ["nobody"]
    assert are_told_by_their_journals(world)


def test_with_the_last_danger_the_dispatch_ends(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.move(sent.id, D.ACCEPTED)
    world.press("smoke", device="smoke-1", active=False)
    close(world, smoke)
    assert attendance(world, call) == [Attendance.GOING]
    close(world, call)
    assert world.dispatches(call.id)[0].state == D.CANCELLED
    called_off = [m for m in world.messages(call.id, "over") if "called off" in m.body]
    assert len(called_off) == 1
