"""What people write, and what the desk answers."""

from typing import Any

import pytest

from alerts.errors import NotFoundError, RefusedError
from alerts.response import desk_messages
from store.db import Pool
from store.model import Alarm, Kind, OutboxLane, Outcome
from store.response import messages as store
from tests.world import World, at_once


@pytest.fixture
def world(pool: Pool) -> World:
    return World(pool)


def answer(world: World, person: int, text: str, **more: Any) -> Any:
    """Lane, address, body, state and alarm of what was queued."""
    number = world.run(
        desk_messages.answer,
        person,
        text,
        world.district.operator,
        world.now(),
        world.policy,
        **more,
    )
    (found,) = world.sql(
        "SELECT lane, address, body, state, alarm_id FROM notifications WHERE id = %s", number
    )
    return found


def wrote(world: World, alarm: Alarm, text: str, who: int = 0) -> None:
    assert world.text(world.home.phones[who], f"{text} {alarm.code}") == "text"


def test_an_answer_about_a_life_leaves_by_the_lane_of_lives_and_is_journaled(world: World) -> None:
    """Break: always OutboxLane.ROUTINE in alerts/response/desk_messages.py."""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    daughter = world.home.contacts[0]
    lane, address, body, state, about = answer(
        world, daughter, "The neighbour has the key", alarm_id=alarm.id
    )
    assert (lane, address, state, about) == (
        OutboxLane.LIFE,
        world.home.phones[0],
        "QUEUED",
        alarm.id,
    )
    assert body == "[Anxin] The neighbour has the key"
    line = world.journal(alarm.id)[-1]
    assert (line.event, line.actor) == ("answered", f"user:{world.district.operator.id}")
    assert line.data.keys() == {"person", "notification"}, "ids only: the text can be erased"


def test_an_answer_outside_any_alarm_is_metered(world: World) -> None:
    lane, *_, about = answer(world, world.home.contacts[0], "Good morning")
    assert (lane, about) == (OutboxLane.ROUTINE, None)
    low = world.raised("low_battery")
    assert answer(world, world.home.contacts[0], "hello", alarm_id=low.id)[0] == OutboxLane.ROUTINE


def test_an_answer_by_its_owner_puts_the_re_alarm_off(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.pass_time(200)
    answer(world, world.home.contacts[0], "Are you there?", alarm_id=alarm.id)
    world.pass_time(200)
    assert "re_alarmed" not in world.events(alarm.id)
    world.pass_time(101)
    assert "re_alarmed" in world.events(alarm.id)


def test_stop_is_honoured_by_the_desk_too(world: World) -> None:
    """Break: drop the check of opted_out_at."""
    alarm = world.raised()
    world.text(world.home.phones[0], "STOP")
    before = world.sql("SELECT count(*) FROM notifications")
    with pytest.raises(RefusedError, match="STOP"):
        answer(world, world.home.contacts[0], "hello", alarm_id=alarm.id)
    assert world.sql("SELECT count(*) FROM notifications") == before
    assert "answered" not in world.events(alarm.id)


def test_who_cannot_be_answered_is_said(world: World) -> None:
    alarm = world.raised()
    stranger = world.district.homes[1].contacts[0]
    with pytest.raises(RefusedError, match="nothing to do"):
        answer(world, stranger, "hello", alarm_id=alarm.id)
    with pytest.raises(RefusedError, match="phone number"):
        answer(world, world.home.resident, "hello", alarm_id=alarm.id)
    with pytest.raises(NotFoundError):
        answer(world, 10**9, "hello")
    with pytest.raises(NotFoundError):
        answer(world, stranger, "hello", alarm_id=10**9)
    world.acknowledge(alarm.id)
    world.close(alarm.id, Outcome.ASSISTANCE)
    with pytest.raises(RefusedError, match="closed"):
        answer(world, world.home.contacts[0], "hello", alarm_id=alarm.id)


def test_what_no_rule_understood_waits_for_the_desk(world: World) -> None:
    """Break: do not call leave_for_desk in alerts/response/sms_replies.py."""
    alarm = world.raised()
    phone = world.home.phones[0]
    world.text(phone, "1")
    world.text(phone, "Her knee is bad, ring twice")
    world.text("+8613999999999", "1")
    world.text(world.district.homes[1].phones[0], "How do I change the battery?")
    unread = world.run(store.for_desk, unread=True, before=None, limit=10)
    assert [(m.text, m.alarm_id) for m in unread] == [
        ("How do I change the battery?", None),
        ("1", None),
        ("Her knee is bad, ring twice", alarm.id),
    ]
    page = world.run(store.for_desk, unread=None, before=unread[0].id, limit=1)
    assert [m.id for m in page] == [unread[1].id]


def test_an_answer_that_came_too_late_to_count_is_left_for_the_desk(world: World) -> None:
    """A responder who takes back what cannot be taken back must be read by somebody."""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    for answer in ("1", "4"):
        world.text(world.district.responder_phone, answer)
    assert world.text(world.district.responder_phone, "2") == "text"
    assert [m.text for m in world.run(store.for_desk, unread=True, before=None, limit=9)] == ["2"]


def test_reading_is_noted_once_and_answering_is_reading(world: World) -> None:
    alarm = world.raised()
    wrote(world, alarm, "ring twice")
    wrote(world, alarm, "please")
    last, first = world.run(store.for_desk, unread=True, before=None, limit=10)
    for _ in range(2):
        read = world.run(desk_messages.read, first.id, world.district.operator, world.now())
        assert read.read_by == world.district.operator.id
    assert world.events(alarm.id).count("message_read") == 1
    answer(world, world.home.contacts[0], "we do")
    assert world.run(store.for_desk, unread=True, before=None, limit=10) == []
    kept = world.run(store.get, last.id)
    assert kept is not None
    assert kept.read_at == world.now()
    with pytest.raises(NotFoundError):
        world.run(desk_messages.read, 10**9, world.district.operator, world.now())


def test_an_alarm_shows_what_those_told_wrote_while_it_was_open(world: World) -> None:
    daughter = world.home.phones[0]
    world.text(daughter, "before anything")
    world.pass_time(1)
    alarm, other = world.raised(), world.raised("smoke", device="smoke-1")
    world.acknowledge(alarm.id)
    world.text(daughter, "which one is it?")
    world.text(world.district.homes[1].phones[0], "of another home")
    answer(world, world.home.contacts[0], "it is the button", alarm_id=alarm.id)
    world.close(alarm.id)
    world.pass_time(1)
    world.text(daughter, "thank you")
    shown = world.run(store.about_alarm, alarm.id)
    assert [(m.direction, m.text) for m in shown] == [
        ("in", "which one is it?"),
        ("out", "[Anxin] it is the button"),
    ]
    assert "thank you" in [m.text for m in world.run(store.about_alarm, other.id)]


def test_a_thread_is_in_order_and_never_shows_how_to_get_in(world: World) -> None:
    """Break: show the body of every purpose in the statement `thread`."""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    world.pass_time(5)
    world.text(world.district.responder_phone, "1")
    thread = world.run(store.thread, world.district.responder, None, 50)[::-1]
    assert [(m.direction, m.meaning) for m in thread[:2]] == [("out", "offer"), ("in", "yes")]
    (access,) = [m for m in thread if m.meaning == "access"]
    assert access.text == ""
    assert world.sql("SELECT body FROM notifications WHERE purpose = 'access'") != [""]
    last: store.ThreadPosition | None = None
    paged = []
    while found := world.run(store.thread, world.district.responder, last, 1):
        paged += found
        last = store.ThreadPosition(found[-1].at, found[-1].direction, found[-1].id)
    assert paged[::-1] == thread


@pytest.mark.parametrize("text", ["Key box 4711", "code: 4 7 1 1", "４７１１", "4-7-1-1 then #"])
@pytest.mark.parametrize("about", [True, False])
def test_the_way_in_is_not_written_by_the_desk_either(world: World, text: str, about: bool) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    daughter = world.home.contacts[0]
    more = {"alarm_id": alarm.id} if about else {}
    with pytest.raises(RefusedError, match="by telephone"):
        answer(world, daughter, text, **more)
    assert answer(world, daughter, "Yuelu Road 1, flat 201, call me on 13800047110", **more)


def test_a_message_is_tied_to_one_home_whoever_is_faster(world: World) -> None:
    """Break: messages.get instead of messages.hold in desk_messages.tie_to_home."""
    world.text("+8613911112222", "救命")
    (message,) = world.sql("SELECT id FROM inbound_messages")

    def tie(number: int) -> bool:
        home = ("H0001", "H0002")[number % 2]
        arguments = (message, home, Kind.FALL, world.district.operator, world.now(), world.policy)
        try:
            world.run(desk_messages.tie_to_home, *arguments)
        except RefusedError:
            return False
        return True

    done = at_once(tie, 8, threads=8)
    assert done.count(True) == 1
    assert len(world.alarms()) == 1
