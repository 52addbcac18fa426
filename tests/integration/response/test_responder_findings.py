"""A responder who is there tells by SMS what they found and that they are done.

Broken on purpose by taking it for something to be read alone: the desk waits for who has left.
"""

import pytest

from alerts.alarm.rebuild import as_rebuilt, rebuild
from store.model import Alarm, AlarmState, DispatchState
from tests.world import World

D = DispatchState
ABROAD = "+447700900999"
"""Receipts to numbers of mainland China need a template."""
FOUND = "found her on the floor, 120 called"


def there(world: World) -> tuple[Alarm, int]:
    """Somebody was sent and is there."""
    world.sql("UPDATE people SET phone = %s WHERE id = %s", ABROAD, world.district.responder)
    alarm = world.raised("fall")
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    for answer in ("1", "4"):
        world.pass_time(5)
        world.text(ABROAD, answer)
    world.pass_time(5)
    return alarm, sent.id


def write(world: World, text: str) -> str:
    return world.text(ABROAD, text)


def answers(world: World) -> list[str]:
    return world.sql("SELECT body FROM notifications WHERE purpose = 'answer' ORDER BY id")


def test_what_they_found_is_kept_with_the_dispatch_and_receipted(world: World) -> None:
    alarm, _ = there(world)
    assert write(world, FOUND) == "finding"
    (dispatch,) = world.dispatches(alarm.id)
    assert (dispatch.state, dispatch.finding) == (D.ARRIVED, FOUND)
    (line,) = [e for e in world.journal(alarm.id) if e.event == "finding"]
    assert (line.actor, line.via) == (f"responder:{world.district.responder}", "sms")
    assert line.data == {"dispatch": dispatch.id, "responder": world.district.responder}
    assert "wrote" not in world.events(alarm.id)
    assert "Reply 5 when done" in answers(world)[-1]
    (waits,) = world.sql("SELECT for_desk FROM inbound_messages WHERE body = %s", FOUND)
    assert waits, "somebody at the desk reads it"


def test_more_of_it_is_added(world: World) -> None:
    alarm, _ = there(world)
    write(world, FOUND)
    write(world, "ambulance is here")
    (dispatch,) = world.dispatches(alarm.id)
    assert dispatch.finding == f"{FOUND}\nambulance is here"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("5", None),
        ("done", None),
        ("完成", None),
        ("5 helped up, door locked", "helped up, door locked"),
    ],
)
def test_done_ends_the_dispatch_with_what_they_say(
    world: World, text: str, finding: str | None
) -> None:
    alarm, _ = there(world)
    assert write(world, text) == "done"
    (dispatch,) = world.dispatches(alarm.id)
    assert (dispatch.state, dispatch.finding) == (D.DONE, finding)
    assert "dispatch_done" in world.events(alarm.id)
    assert ("finding" in world.events(alarm.id)) == (finding is not None)
    assert "Thank you" in answers(world)[-1]
    assert rebuild(world.journal(alarm.id)) == as_rebuilt(world.alarm(alarm.id))


def test_done_after_what_was_found_keeps_it(world: World) -> None:
    alarm, _ = there(world)
    write(world, FOUND)
    write(world, "5")
    assert world.dispatches(alarm.id)[0].finding == FOUND


def test_who_is_still_on_the_way_has_found_nothing(world: World) -> None:
    """Break: take the first words of anybody who was sent."""
    alarm = world.raised("fall")
    world.acknowledge(alarm.id)
    world.sql("UPDATE people SET phone = %s WHERE id = %s", ABROAD, world.district.responder)
    world.dispatch(alarm.id)
    write(world, "1")
    assert write(world, "which entrance") == "text"
    assert write(world, "5") == "text"
    (dispatch,) = world.dispatches(alarm.id)
    assert (dispatch.state, dispatch.finding) == (D.ACCEPTED, None)


def test_a_relative_who_writes_is_no_responder(world: World) -> None:
    alarm, _ = there(world)
    assert world.text(world.home.phones[0], FOUND) == "text"
    assert world.dispatches(alarm.id)[0].finding is None


def test_a_cry_for_help_is_read_by_a_person(world: World) -> None:
    alarm, _ = there(world)
    assert write(world, "help") == "text"
    assert world.dispatches(alarm.id)[0].finding is None


def test_an_answer_that_was_given_before_is_no_finding(world: World) -> None:
    alarm, _ = there(world)
    assert write(world, "4") == D.ARRIVED
    assert world.dispatches(alarm.id)[0].finding is None


def test_it_stands_in_the_journal_of_each_danger_that_is_served(world: World) -> None:
    alarm, _ = there(world)
    smoke = world.raised("smoke", device="smoke-1")
    world.pass_time(1)
    write(world, FOUND)
    assert "finding" in world.events(alarm.id)
    assert "finding" in world.events(smoke.id)


def test_who_reports_is_not_missed(world: World) -> None:
    """The hour after which nothing was heard from there begins anew."""
    alarm, _ = there(world)
    world.pass_time(3000)
    write(world, FOUND)
    world.pass_time(3000)
    assert world.alarm(alarm.id).state == AlarmState.ON_SCENE
    world.pass_time(700)
    assert world.alarm(alarm.id).state == AlarmState.RAISED
