"""Somebody telephones the centre: operators' telephones ring one after the other, and a call that
nobody takes is never lost."""

from datetime import timedelta

import pytest

from alerts.alarm import absent_owners
from alerts.response.calls import centre_calls
from alerts.response.calls.call_script import Script
from store.access import desk_presence, desk_telephones
from store.model import AlarmState, Kind
from store.response import centre_calls as rows
from store.work import tasks
from tests.world import World

STRANGER = "+8613900009999"
FIRST, SECOND = "+8613700000001", "+8613700000002"


@pytest.fixture
def desk(world: World) -> World:
    """Two operators whose shift has begun."""
    for operator, phone in zip(world.district.operators, (FIRST, SECOND), strict=False):
        world.run(desk_presence.saw, [operator.id], world.now())
        world.run(desk_telephones.start, operator.id, phone, world.now())
    return world


def rings(world: World, phone: str, call: str = "CA1") -> Script:
    return world.run(centre_calls.came_in, "twilio", call, phone, world.now(), world.policy)


def over(
    world: World,
    script: Script,
    outcome: str = "no-answer",
    *,
    gone: bool = False,
    bridged: bool = False,
) -> Script:
    assert script.ringing is not None
    return world.run(
        centre_calls.ring_over,
        script.ringing.ring_id,
        outcome,
        world.now(),
        world.policy,
        gone=gone,
        bridged=bridged,
    )


def hangs_up(world: World, phone: str = "", call: str = "CA1") -> None:
    world.run(
        centre_calls.hung_up, "twilio", call, phone or daughter(world), world.now(), world.policy
    )


def picks_up(world: World, script: Script, digits: str = "") -> Script:
    assert script.ringing is not None
    ring = script.ringing.ring_id
    return world.run(centre_calls.ring_answered, ring, digits, world.now(), world.policy)


def open_tasks(world: World) -> list[str]:
    return world.sql("SELECT text FROM tasks WHERE state = 'OPEN'")


def daughter(world: World) -> str:
    return world.home.phones[0]


def test_the_first_free_operator_is_rung_and_the_caller_hears_that_we_know(desk: World) -> None:
    script = rings(desk, daughter(desk))
    assert script.ringing is not None
    assert (script.ringing.phone, script.ringing.seconds) == (FIRST, 20)
    assert "We know that you are calling" in script.says[0]
    for told in ("Wang", "help call", "H0001"):
        assert told not in script.says[0], "whoever shows this number hears it"


def test_who_does_not_pick_up_is_followed_by_the_next_and_then_there_is_an_alarm(
    desk: World,
) -> None:
    second = over(desk, rings(desk, daughter(desk)))
    assert second.ringing is not None
    assert second.ringing.phone == SECOND
    assert second.says == (), "said once"
    nobody = over(desk, second, "busy")
    assert nobody.ringing is None
    assert "alarm now" in nobody.says[0]
    (alarm,) = desk.alarms()
    assert (alarm.kind, alarm.state, alarm.home_id) == (Kind.HELP_CALL, AlarmState.RAISED, 1)
    assert "rang_in_vain" in desk.events(alarm.id)
    assert open_tasks(desk) == []


def test_an_operator_takes_it_with_a_key_and_the_home_s_alarms_say_so(desk: World) -> None:
    alarm = desk.raised()
    desk.acknowledge(alarm.id)
    desk.pass_time(240)
    desk.run(desk_presence.saw, [o.id for o in desk.district.operators], desk.now())
    script = over(desk, rings(desk, daughter(desk)), "busy")
    assert script.ringing is not None
    assert script.ringing.phone == FIRST, "the owner's"
    asked = picks_up(desk, script)
    assert asked.ask
    assert "Wang" not in " ".join(asked.says), "a voice mail may hear it"
    assert picks_up(desk, script, "1").connects
    assert picks_up(desk, script, "1").connects, "the carrier repeats itself"
    assert desk.events(alarm.id).count("rang_centre") == 1
    desk.pass_time(120)
    assert desk.alarm(alarm.id).state == AlarmState.ACKNOWLEDGED, "to talk is progress"
    assert over(desk, script, "completed", bridged=True) == Script("en")
    assert [a.id for a in desk.alarms()] == [alarm.id]


def test_a_voice_mail_that_picks_up_takes_nothing(desk: World) -> None:
    script = rings(desk, daughter(desk))
    picks_up(desk, script)
    second = over(desk, script, "completed")
    assert second.ringing is not None
    assert second.ringing.phone == SECOND


def test_nobody_free_with_a_known_number_is_an_alarm_with_an_unknown_one_a_task(
    world: World,
) -> None:
    assert "alarm now" in rings(world, daughter(world)).says[0]
    assert "is noted" in rings(world, STRANGER, "CA2").says[0]
    assert len(world.alarms()) == 1
    (text,) = open_tasks(world)
    assert STRANGER in text
    (due,) = world.sql("SELECT due_at FROM tasks")
    assert due == world.now() + timedelta(minutes=15)
    assert rings(world, "", "CA3").ringing is None
    assert any("withheld" in text for text in open_tasks(world))


@pytest.mark.parametrize("phone", [STRANGER, None])
def test_who_hangs_up_before_anybody_answers_is_not_forgotten(
    desk: World, phone: str | None
) -> None:
    script = rings(desk, phone or daughter(desk))
    hangs_up(desk, phone or "")
    made = len(desk.alarms()) + len(open_tasks(desk))
    assert made == 1
    assert over(desk, script, "canceled", gone=True).ringing is None
    assert len(desk.alarms()) + len(open_tasks(desk)) == made


def test_a_call_of_which_nothing_is_heard_any_more_is_followed_up(desk: World) -> None:
    rings(desk, daughter(desk))
    desk.run(centre_calls.end_lost, desk.now() + timedelta(minutes=2), desk.policy)
    assert desk.alarms() == []
    desk.run(centre_calls.end_lost, desk.now() + timedelta(minutes=4), desk.policy)
    assert len(desk.alarms()) == 1


def test_two_calls_at_once_ring_two_operators(desk: World) -> None:
    first, second = rings(desk, daughter(desk)), rings(desk, STRANGER, "CA2")
    assert first.ringing is not None
    assert second.ringing is not None
    assert {first.ringing.phone, second.ringing.phone} == {FIRST, SECOND}
    assert rings(desk, STRANGER, "CA3").ringing is None, "nobody is left"


def test_the_same_request_again_rings_the_same_telephone(desk: World) -> None:
    assert rings(desk, daughter(desk)) == rings(desk, daughter(desk))


def test_the_same_request_again_after_nobody_was_free_says_it_again(world: World) -> None:
    for caller, call in ((daughter(world), "CA1"), (STRANGER, "CA2")):
        said = rings(world, caller, call).says
        assert "No operator is free" in said[0]
        assert rings(world, caller, call).says == said, "the carrier has lost the first answer"


def test_the_end_of_the_last_ring_told_again_says_what_becomes_of_the_call(desk: World) -> None:
    last = over(desk, rings(desk, daughter(desk)))
    said = over(desk, last).says
    assert "alarm now" in said[0]
    assert over(desk, last).says == said, "the carrier has lost the first answer"
    assert len(desk.alarms()) == 1


def test_who_works_on_an_emergency_is_rung_last(desk: World) -> None:
    desk.acknowledge(desk.raised().id)
    script = rings(desk, STRANGER)
    assert script.ringing is not None
    assert script.ringing.phone == SECOND


@pytest.mark.parametrize("reason", ["away", "logged out", "disabled", "no number"])
def test_only_who_is_at_the_desk_with_a_telephone_is_rung(desk: World, reason: str) -> None:
    first = desk.district.operators[0]
    if reason == "away":
        desk.sql("UPDATE desk_presence SET seen_at = %s", desk.now() - timedelta(minutes=2))
        desk.run(desk_presence.saw, [desk.district.operators[1].id], desk.now())
    elif reason == "logged out":
        desk.run(absent_owners.logged_out, first.id, desk.now(), desk.policy)
    elif reason == "disabled":
        desk.sql("UPDATE users SET disabled_at = %s WHERE id = %s", desk.now(), first.id)
    else:
        desk.sql("UPDATE desk_telephones SET phone = NULL WHERE user_id = %s", first.id)
    script = rings(desk, STRANGER)
    assert script.ringing is not None
    assert script.ringing.phone == SECOND


def test_the_telephone_of_the_last_shift_is_kept(desk: World) -> None:
    first = desk.district.operators[0]
    desk.run(desk_telephones.finish, first.id)
    assert desk.run(desk_telephones.of_user, first.id).since is None
    assert desk.run(desk_telephones.start, first.id, None, desk.now()).phone == FIRST


def test_of_several_homes_the_one_where_somebody_waits_comes_first(world: World) -> None:
    """The daughter looks after two homes; a resident's own comes before all."""
    both = daughter(world)
    world.sql(
        "UPDATE people SET phone = %s WHERE phone = %s", both, world.district.homes[1].phones[0]
    )
    waiting = world.raised(home="H0002")
    found = world.run(rows.homes_of, both)
    assert [(home.code, home.alarm_id) for home in found] == [
        ("H0002", waiting.id),
        ("H0001", None),
    ]


def test_a_hidden_alarm_is_shown_again_when_somebody_rings_in_vain(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    until = world.now() + timedelta(hours=1)
    world.sql("UPDATE alarms SET shelved_until = %s", until)
    rings(world, daughter(world))
    assert world.alarm(alarm.id).shelved_until is None


def test_a_call_that_was_followed_up_leaves_the_desk(desk: World) -> None:
    rings(desk, STRANGER)
    shown = desk.run(rows.shown, desk.now() - timedelta(hours=12))
    assert [call.ringing_name != "" for call in shown] == [True]
    hangs_up(desk, STRANGER)
    (missed,) = desk.run(rows.shown, desk.now() - timedelta(hours=12))
    assert missed.task_id is not None
    desk.run(tasks.finish, missed.task_id, desk.district.operators[0].id, "", desk.now())
    assert desk.run(rows.shown, desk.now() - timedelta(hours=12)) == []


def test_a_key_without_a_talk_is_no_answer(desk: World) -> None:
    """The line broke between the key and the talk, or the caller hung up in that moment."""
    script = rings(desk, daughter(desk))
    picks_up(desk, script, "1")
    second = over(desk, script, "failed", bridged=False)
    assert second.ringing is not None
    assert second.ringing.phone == SECOND
    picks_up(desk, second, "1")
    assert over(desk, second, "completed", bridged=False, gone=True).ringing is None
    (alarm,) = desk.alarms()
    assert "rang_in_vain" in desk.events(alarm.id)


def test_who_hangs_up_beside_the_key_is_not_forgotten(desk: World) -> None:
    picks_up(desk, rings(desk, daughter(desk)), "1")
    hangs_up(desk)
    assert len(desk.alarms()) == 1


def test_after_a_talk_nothing_is_raised(desk: World) -> None:
    picks_up(desk, rings(desk, daughter(desk)), "1")
    desk.time += timedelta(minutes=2)
    hangs_up(desk)
    assert desk.alarms() == []


def test_the_key_of_a_ring_that_is_over_takes_nothing(desk: World) -> None:
    first = rings(desk, daughter(desk))
    second = over(desk, first)
    assert not picks_up(desk, first, "1").connects
    assert picks_up(desk, second, "1").connects


def test_the_same_end_of_a_ring_again_rings_nobody_else(desk: World) -> None:
    first = rings(desk, daughter(desk))
    second = over(desk, first)
    assert over(desk, first) == second
    assert desk.alarms() == []


def test_a_call_that_met_no_centre_is_followed_up(desk: World) -> None:
    """Its voice webhook found nobody: only its end is told."""
    hangs_up(desk, daughter(desk), "CA7")
    assert len(desk.alarms()) == 1
    hangs_up(desk, daughter(desk), "CA7")
    assert [alarm.count for alarm in desk.alarms()] == [1]


def test_a_call_that_still_rings_somebody_is_not_given_up(desk: World) -> None:
    first = rings(desk, daughter(desk))
    desk.time += timedelta(minutes=4)
    desk.run(desk_presence.saw, [o.id for o in desk.district.operators], desk.now())
    over(desk, first)
    desk.run(centre_calls.end_lost, desk.now(), desk.policy)
    assert desk.alarms() == []


def test_somebody_who_rings_about_an_open_danger_raises_no_second_one(world: World) -> None:
    smoke = world.raised("smoke", device="smoke-1")
    world.acknowledge(smoke.id)
    rings(world, daughter(world))
    assert [alarm.id for alarm in world.alarms()] == [smoke.id]
    assert "rang_in_vain" in world.events(smoke.id)
    (shown,) = world.run(rows.shown, world.now() - timedelta(hours=12))
    assert shown.alarm_id == smoke.id, "in view though somebody has the alarm"
    by = world.district.operator
    world.run(centre_calls.called_back, shown.id, by, world.now(), world.policy)
    assert world.run(rows.shown, world.now() - timedelta(hours=12)) == []
    assert "called_back" in world.events(smoke.id)


def test_a_responder_who_rings_is_known_by_where_they_go(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    (home,) = world.run(rows.homes_of, world.district.responder_phone)
    assert (home.part, home.alarm_id) == ("responder", alarm.id)


def test_who_begins_a_shift_talks_with_nobody(desk: World) -> None:
    """The end of a talk was never told."""
    script = rings(desk, daughter(desk))
    picks_up(desk, script, "1")
    desk.time += timedelta(minutes=30)
    first = desk.district.operators[0]
    desk.run(desk_presence.saw, [first.id], desk.now())
    assert rings(desk, STRANGER, "CA2").ringing is None
    desk.run(rows.free, first.id, desk.now())
    assert rings(desk, STRANGER, "CA3").ringing is not None


def test_who_rings_again_and_again_is_one_task_and_one_line_of_the_desk(world: World) -> None:
    for call in range(5):
        rings(world, STRANGER, f"CA{call}")
        rings(world, "", f"CB{call}")
    assert len(open_tasks(world)) == 2
    shown = world.run(rows.shown, world.now() - timedelta(hours=12))
    assert sorted(call.phone for call in shown) == ["", STRANGER]


def test_who_was_answered_when_they_rang_again_waits_for_no_call(desk: World) -> None:
    def waiting() -> list[str]:
        return [call.phone for call in desk.run(rows.shown, desk.now())]

    callers = (daughter(desk), STRANGER, "")
    for phone in callers:
        assert over(desk, over(desk, rings(desk, phone, f"first {phone}"))).ringing is None
    assert sorted(waiting()) == sorted(callers)
    for phone in callers:
        script = rings(desk, phone, f"second {phone}")
        assert picks_up(desk, script, "1").connects
        over(desk, script, "completed", bridged=True)
    assert waiting() == [""], "a number that is withheld may be anybody's"
