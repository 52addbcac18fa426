"""How to get in: on the page or in a call, after acceptance and a key, until it is over.

Broken on purpose by writing home.access_notes into the access text: it then stays on telephones and
with the carrier. By leaving the state of the dispatch out of way_in.spoken: who was called off is
told.
"""

from dataclasses import replace

import pytest

from alerts.response.calls.call_answers import picked_up, receive_status
from alerts.response.calls.call_script import Part, PickedUp, Script
from store.model import DispatchState, Notification
from store.notify import outbox
from tests.world import World

D = DispatchState
WAY_IN = "Key box 4711 left of the door."


@pytest.fixture
def world(world: World) -> World:
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice", "apprise"}))
    return world


def _accepted(world: World, channels: tuple[str, ...] = ("voice",)) -> tuple[int, int]:
    """An owned alarm and an accepted dispatch."""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    for position, channel in enumerate(channels, 1):
        world.sql(
            "INSERT INTO person_channels (person_id, position, channel, address)"
            " VALUES (%s, %s, %s, %s)",
            world.district.responder,
            position,
            channel,
            "ntfy://box/chen" if channel == "apprise" else "",
        )
    world.move(sent.id, D.ACCEPTED)
    return alarm.id, sent.id


def _call(world: World, alarm: int) -> Notification:
    found = [n for n in world.run(outbox.of_alarm, alarm) if n.purpose == "access"]
    assert [n.channel for n in found] == ["voice"]
    return found[0]


def _pick_up(world: World, call: Notification, digits: str = "") -> Script:
    picked = PickedUp(call.id, f"CA{call.id:032}", digits, part=Part.GREETING)
    return world.run(picked_up, picked, world.time, world.policy)


def _hang_up(world: World, call: Notification) -> tuple[str, str | None]:
    picked = PickedUp(call.id, f"CA{call.id:032}")
    world.run(receive_status, picked, "completed", 30, world.time, world.policy)
    after = world.run(outbox.get, call.id)
    assert after is not None
    return after.state, after.error_code


@pytest.mark.parametrize("channel", ["sms", "voice", "apprise"])
def test_it_is_never_written(world: World, channel: str) -> None:
    alarm, sent = _accepted(world, (channel,))
    world.move(sent, D.EN_ROUTE, eta_minutes=5)
    world.move(sent, D.ARRIVED)
    world.close(alarm)
    rows = world.sql("SELECT notifications::text FROM notifications WHERE channel = %s", channel)
    assert rows
    assert [row for row in rows if "Key box" in row] == []


def test_it_is_told_in_a_call_to_somebody_who_shows_that_they_are_there(world: World) -> None:
    alarm, _ = _accepted(world)
    call = _call(world, alarm)
    assert WAY_IN not in " ".join(_pick_up(world, call).says)
    told = _pick_up(world, call, "1")
    assert sum(WAY_IN in text for text in told.says) == 2
    assert _pick_up(world, call, "1") == told, "the carrier repeats itself"
    assert world.sql("SELECT via FROM access_views") == ["voice"]
    assert _hang_up(world, call) == ("DELIVERED", None)


def test_a_machine_is_not_told_and_the_next_way_is_taken(world: World) -> None:
    alarm, _ = _accepted(world, ("voice", "sms"))
    call = _call(world, alarm)
    assert WAY_IN not in " ".join(_pick_up(world, call).says)
    assert _hang_up(world, call) == ("FAILED", "no_key")
    assert world.sql("SELECT count(*) FROM access_views") == [0]
    assert [n.channel for n in world.run(outbox.of_chain, call.chain)] == ["voice", "sms"]


@pytest.mark.parametrize("over", ["declined", "done", "closed"])
def test_it_is_not_told_when_it_is_over(world: World, over: str) -> None:
    alarm, sent = _accepted(world)
    call = _call(world, alarm)
    if over == "closed":
        world.close(alarm)
    elif over == "declined":
        world.move(sent, D.DECLINED)
    else:
        world.move(sent, D.ARRIVED)
        world.move(sent, D.DONE)
    assert WAY_IN not in " ".join(_pick_up(world, call, "1").says)
    assert world.sql("SELECT count(*) FROM access_views") == [0]
