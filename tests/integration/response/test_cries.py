"""Who writes for help without having been asked is heard: a home's number raises an alarm, a number
that nobody knows stands before the desk."""

from store.model import AlarmState, DispatchState, Kind
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
    assert world.text(daughter, "please hurry, she cannot breathe") == "cry"
    assert [a.count for a in world.alarms()] == [1], "a life is known to be in danger"
    assert len(world.run(desk_notices.cries)) == 2, "both are read at once"


def test_a_leak_that_is_known_hides_no_fall(world: World) -> None:
    leak = world.raised("water_leak", device="smoke-1")
    world.messages_leave()
    assert world.text(world.home.phones[0], "救命！妈妈摔倒了") == "cry"
    assert {alarm.kind for alarm in world.alarms()} == {leak.kind, Kind.HELP_CALL}


def test_the_telephone_of_the_home_itself_is_known(world: World) -> None:
    world.sql("UPDATE homes SET phone = %s WHERE code = 'H0002'", STRANGER)
    assert world.text(STRANGER, "救命") == "cry"
    assert [alarm.home_id for alarm in world.alarms()] == [2]


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


def test_a_responder_who_cries_is_read_at_once_and_what_they_find_is_no_cry(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    dispatch = world.dispatch(alarm.id)
    world.move(dispatch.id, DispatchState.ACCEPTED)
    phone = world.district.responder_phone
    world.text(phone, "救命，我在门口被打了")
    assert len(world.run(desk_notices.cries)) == 1
    world.move(dispatch.id, DispatchState.ARRIVED)
    world.text(phone, "she fell, the ambulance is here")
    assert len(world.run(desk_notices.cries)) == 1
    assert [one.id for one in world.alarms()] == [alarm.id]
