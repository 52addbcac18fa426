"""One telephone is rung by one call at a time, over all alarms; a life goes first.

Broken on purpose by leaving carrier_choice._await_line out: a contact of three homes hears the
engaged tone of our own call, which is taken for theirs.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.engine import carrier_choice
from alerts.engine.sender import Sender
from alerts.notify.carriers.engaged import EngagedError
from alerts.notify.carriers.interface import ByCarrier
from alerts.response.calls import call_answers
from alerts.response.calls.call_script import Part, PickedUp
from store.home import people
from store.model import Notification, NotificationState, OutboxLane
from store.notify import outbox
from tests.integration.engine.test_sender import Carrier, now_is
from tests.world import World, at_once

S = NotificationState
LIFE, AT_RISK = OutboxLane.LIFE, OutboxLane.AT_RISK
CALL = {"after_seconds": 0, "target": "contact", "position": 1, "by": "voice"}
LATER = {"after_seconds": 3000, "target": "console"}


@pytest.fixture
def step() -> dict[str, Any]:
    return CALL


@pytest.fixture
def world(world: World, step: dict[str, Any]) -> World:
    """One daughter for both homes, who is called."""
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice"}))
    first, second = world.district.homes
    world.sql("DELETE FROM contacts WHERE home_id = %s", second.id)
    world.run(
        people.add_contact,
        home_id=second.id,
        person_id=first.contacts[0],
        position=1,
        relation="daughter",
    )
    world.plan(step, LATER)
    return world


def sender(world: World, carrier: Carrier, name: str = "one") -> Sender:
    channels = {"voice": ByCarrier({"twilio": carrier})}
    return Sender(world.pool, channels, world, world.policy, name)


def call_of(world: World, alarm: int) -> Notification:
    (found,) = [n for n in world.run(outbox.of_alarm, alarm) if n.channel == "voice"]
    return found


def ends(world: World, call: Notification, status: str = "no-answer") -> None:
    sid = now_is(world, call).provider_id or ""
    world.run(
        call_answers.receive_status,
        PickedUp(call.id, sid),
        status,
        20,
        world.time,
        world.policy,
    )


def due(world: World, call: Notification) -> float:
    return (now_is(world, call).due_at - world.time).total_seconds()


def test_the_second_call_waits_for_the_end_of_the_first(world: World) -> None:
    calls = [call_of(world, world.raised(home=home.code).id) for home in world.district.homes]
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    while sending.send_next(LIFE):
        """Until nothing is due."""
    assert carrier.sent == [calls[0].id]
    waiting = now_is(world, calls[1])
    assert (waiting.state, waiting.attempts, waiting.error_code) == (S.QUEUED, 0, None)
    assert 0 < due(world, calls[1]) <= 15, "it looks again, should nobody tell"
    lines = [line.data for line in world.journal(calls[1].alarm_id or 0)]
    assert [line["error"] for line in lines if "error" in line] == ["engaged"]
    world.time += timedelta(seconds=5)
    ends(world, calls[0])
    assert due(world, calls[1]) == 0, "woken by the end of the first"
    assert sending.send_next(LIFE)
    assert carrier.sent == [call.id for call in calls]


def test_it_is_journaled_once_however_often_it_looks(world: World) -> None:
    calls = [call_of(world, world.raised(home=home.code).id) for home in world.district.homes]
    sending = sender(world, Carrier("CA1"))
    for _ in range(8):
        while sending.send_next(LIFE):
            """Until nothing is due."""
        world.time += timedelta(seconds=15)
    assert world.events(calls[1].alarm_id or 0).count("delivery_delayed") == 1


def test_a_call_whose_end_nobody_tells_is_over_in_two_minutes(world: World) -> None:
    """Broken on purpose by waiting for the report alone."""
    for home in world.district.homes:
        world.raised(home=home.code)
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    for _ in range(40):
        while sending.send_next(LIFE):
            """Until nothing is due."""
        if len(carrier.sent) == 2:
            break
        world.time += timedelta(seconds=5)
    assert len(carrier.sent) == 2


def test_of_those_that_wait_a_life_goes_first(world: World) -> None:
    first, second = world.district.homes
    ringing = call_of(world, world.raised(home=first.code).id)
    rule = call_of(world, world.raised("inactivity", home=second.code).id)
    smoke = call_of(world, world.raised("smoke", device="smoke-1", home=second.code).id)
    carrier = Carrier("CA1", "CA2", "CA3")
    sending = sender(world, carrier)
    for lane in (LIFE, AT_RISK, LIFE, AT_RISK):
        sending.send_next(lane)
    assert carrier.sent == [ringing.id]
    world.time += timedelta(seconds=5)
    ends(world, ringing)
    assert (due(world, smoke), due(world, rule) > 0) == (0, True)


def test_a_call_about_less_lets_one_about_a_life_go_first(world: World) -> None:
    """Both are due: whichever sender comes first, the life leaves first."""
    first, second = world.district.homes
    rule = call_of(world, world.raised("inactivity", home=first.code).id)
    life = call_of(world, world.raised(home=second.code).id)
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    sending.send_next(AT_RISK)
    sending.send_next(LIFE)
    assert carrier.sent == [life.id]
    assert now_is(world, rule).state == S.QUEUED


@pytest.mark.parametrize("step", [{"after_seconds": 0, "target": "contact", "position": 1}])
def test_one_answer_takes_back_what_waits_for_the_same_home(world: World) -> None:
    """One home is one emergency: what one call can say is not said twice."""
    alarms = [world.raised().id, world.raised("smoke", device="smoke-1").id]
    world.sql("UPDATE notifications SET state = 'DELIVERED', sent_at = %s", world.time)
    world.pass_time(45)
    call, about_smoke = (call_of(world, alarm) for alarm in alarms)
    carrier = Carrier("CA1")
    sending = sender(world, carrier)
    sending.send_next(LIFE)
    sending.send_next(LIFE)
    assert carrier.sent == [call.id]
    for part in (Part.GREETING, Part.MESSAGE):
        picked = PickedUp(call.id, "CA1", "1", 1, part)
        world.run(call_answers.picked_up, picked, world.time, world.policy)
    ends(world, call, "completed")
    assert now_is(world, about_smoke).state == S.CANCELLED
    assert world.sql("SELECT answer FROM responses") == ["going", "going"]


def test_nobody_is_called_for_the_same_home_twice_in_a_minute(world: World) -> None:
    call, smoke = (
        call_of(world, world.raised().id),
        call_of(world, world.raised("smoke", device="smoke-1").id),
    )
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    began = world.time
    sending.send_next(LIFE)
    sending.send_next(LIFE)
    world.time += timedelta(seconds=25)
    ends(world, call)
    for _ in range(20):
        while sending.send_next(LIFE):
            """Until nothing is due."""
        if len(carrier.sent) == 2:
            break
        world.time += timedelta(seconds=5)
    assert carrier.sent == [call.id, smoke.id]
    assert world.time - began >= timedelta(seconds=60)


def test_who_has_answered_is_rung_again_only_when_they_have_hung_up(world: World) -> None:
    """Broken on purpose by taking a key for the end: the way in is told to an engaged telephone."""
    first, second = (call_of(world, world.raised(home=h.code).id) for h in world.district.homes)
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    sending.send_next(LIFE)
    world.run(
        call_answers.picked_up,
        PickedUp(first.id, "CA1", "1", 1, Part.MESSAGE),
        world.time,
        world.policy,
    )
    sending.send_next(LIFE)
    assert carrier.sent == [first.id]
    ends(world, first, "completed")
    assert sending.send_next(LIFE)
    assert carrier.sent == [first.id, second.id]
    assert now_is(world, first).state == S.DELIVERED


def test_a_call_that_ends_just_while_the_next_is_told_to_wait_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken on purpose by waiting until what was seen first: who ended it has woken nobody."""
    first, second = (call_of(world, world.raised(home=h.code).id) for h in world.district.homes)
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    sending.send_next(LIFE)
    look = carrier_choice.with_carrier

    def and_it_ends(*given: Any) -> Notification:
        try:
            return look(*given)
        except EngagedError:
            ends(world, first)
            raise

    monkeypatch.setattr(carrier_choice, "with_carrier", and_it_ends)
    sending.send_next(LIFE)
    assert due(world, second) == 0
    sending.send_next(LIFE)
    assert carrier.sent == [first.id, second.id]


def test_a_call_whose_sender_died_is_looked_for_and_not_placed_again(world: World) -> None:
    """Broken on purpose by believing the row alone in carrier_choice.with_carrier: it says nothing
    of a doubt, and the daughter is rung twice."""
    call = call_of(world, world.raised().id)
    world.run(outbox.claim, LIFE, "dead", world.time, ["voice"])
    world.time += timedelta(seconds=world.policy.claim_timeout)
    carrier = Carrier()
    carrier.kept = ["CA-placed"]
    sender(world, carrier).take_over_abandoned()
    assert carrier.sent == []
    assert now_is(world, call).provider_id == "CA-placed"


def test_of_many_senders_one_rings(world: World) -> None:
    for home in world.district.homes:
        world.raised(home=home.code)
        world.raised("smoke", device="smoke-1", home=home.code)
    carrier = Carrier()
    many = [sender(world, carrier, f"sender-{n}") for n in range(4)]
    at_once(lambda n: many[n].send_next(LIFE), 4, 4)
    assert len(carrier.sent) == 1


def test_an_operator_who_calls_does_not_wait(world: World) -> None:
    alarm = world.raised().id
    carrier = Carrier("CA1", "CA2")
    sending = sender(world, carrier)
    sending.send_next(LIFE)
    world.sql(
        "INSERT INTO notifications (alarm_id, purpose, channel, lane, address, body, dedupe,"
        " due_at, created_at, urgency)"
        " VALUES (%s, 'conference', 'voice', 1, %s, '', 'talk:1', %s, %s, 1)",
        alarm,
        world.home.phones[0],
        world.time,
        world.time,
    )
    sending.send_next(LIFE)
    assert len(carrier.sent) == 2
