"""Who writes for help without having been asked is heard: a home's number raises an alarm, a number
that nobody knows stands before the desk."""

from store.model import AlarmState, Kind
from store.watch import desk_notices
from tests.world import World

STRANGER = "+8613911112222"


def test_a_relative_who_writes_for_help_raises_an_alarm(world: World) -> None:
    daughter = "+4915112345678"
    world.sql("UPDATE people SET phone = %s WHERE phone = %s", daughter, world.home.phones[0])
    assert world.text(daughter, "my mother fell and cannot get up") == "cry"
    (alarm,) = world.alarms()
    assert (alarm.kind, alarm.state, alarm.home_id) == (Kind.HELP_CALL, AlarmState.RAISED, 1)
    assert "wrote_for_help" in world.events(alarm.id)
    assert world.sql("SELECT alarm_id, for_desk FROM inbound_messages") == [(alarm.id, True)]
    (told,) = world.sql("SELECT body FROM notifications WHERE purpose = 'answer'")
    assert "an operator will call you" in told
    assert world.text(daughter, "please hurry, she cannot breathe") != "cry", (
        "it belongs to the alarm"
    )
    assert [a.count for a in world.alarms()] == [1]


def test_an_answer_to_an_open_alarm_raises_no_other(world: World) -> None:
    world.raised()
    world.messages_leave()
    world.text(world.home.phones[0], "did she fall?")
    assert [alarm.count for alarm in world.alarms()] == [1]


def test_any_other_text_raises_nothing(world: World) -> None:
    world.text(world.home.phones[0], "when does the nurse come?")
    assert world.alarms() == []


def test_a_number_nobody_knows_waits_for_the_desk(world: World) -> None:
    assert world.text(STRANGER, "救命") == "unknown number"
    world.text(STRANGER, "who are you")
    assert world.alarms() == []
    (cry,) = world.run(desk_notices.cries)
    assert (cry.address, cry.text) == (STRANGER, "救命")
