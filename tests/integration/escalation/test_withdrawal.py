"""Calls for help that wait when somebody takes the alarm, hides or closes it do not leave.

Broken on purpose by leaving withdrawal.withdraw out of operator_actions.acknowledge: relatives are
woken for what is in good hands. By withdrawing by alarm alone: how it goes on is lost with it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.alarm import shelving
from alerts.engine.sender import FRESH
from alerts.notify.channels.interface import Fault, SendError
from alerts.response import delivery_reports
from alerts.response.failover import message_failed
from store.model import DispatchState, Notification, OutboxLane
from store.model import NotificationState as S
from store.notify import outbox
from tests.integration.engine.test_sender import Carrier, now_is, sender
from tests.world import World

BUSY = SendError("20429", fault=Fault.CARRIER)


def take(world: World, alarm: int) -> None:
    world.acknowledge(alarm)


def close(world: World, alarm: int) -> None:
    world.acknowledge(alarm)
    world.close(alarm)


def hide(world: World, alarm: int) -> None:
    """Two persons, as for every danger to life."""
    until = world.time + timedelta(minutes=30)
    one, other = world.district.operators[:2]
    world.run(shelving.shelve, alarm, until, "cooking", one, world.time)
    world.run(shelving.confirm, alarm, other, world.time)


ENDS = {"acknowledged": take, "shelved": hide, "closed": close}
End = Callable[[World, int], None]


def page(world: World) -> Notification:
    """The first relative's, of a new alarm."""
    world.plan({"after_seconds": 0, "target": "contact", "position": 1})
    (found,) = world.messages(world.raised().id, "alarm")
    return found


def told_of(world: World, message: Notification) -> list[str]:
    """Why the journal says that it was not sent."""
    lines = [e for e in world.journal(message.alarm_id or 0) if e.event == "cancelled"]
    return [e.data["reason"] for e in lines if e.data["notification"] == message.id]


@pytest.mark.parametrize("why", ENDS)
def test_a_page_that_waits_does_not_leave(world: World, why: str) -> None:
    message = page(world)
    ENDS[why](world, message.alarm_id or 0)
    assert now_is(world, message).state == S.CANCELLED
    assert told_of(world, message) == ["acknowledged" if why == "closed" else why]
    carrier = Carrier()
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert carrier.sent == []


@pytest.mark.parametrize("why", ENDS)
@pytest.mark.parametrize("error", [BUSY, SendError("503", ambiguous=True), SendError("429")])
def test_one_that_is_just_being_sent_is_not_tried_again(
    world: World, why: str, error: SendError
) -> None:
    """Nor another way: the first try was under way, and that is what the journal says."""
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice"}))
    message = page(world)

    def meanwhile() -> str:
        ENDS[why](world, message.alarm_id or 0)
        raise error

    sender(world, Carrier(meanwhile)).send_next(OutboxLane.LIFE)
    assert now_is(world, message).state == S.CANCELLED
    assert told_of(world, message) == [why]
    (line,) = [e for e in world.journal(message.alarm_id or 0) if e.event == "cancelled"]
    assert ("doubt" in line.data) == error.ambiguous, "nobody knows whether it has left"
    assert [n.channel for n in world.run(outbox.of_chain, message.chain)] == ["sms"]


@pytest.mark.parametrize("why", ENDS)
def test_one_that_fails_on_the_way_takes_no_other_way(world: World, why: str) -> None:
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice"}))
    message = page(world)
    world.messages_leave()
    ENDS[why](world, message.alarm_id or 0)
    with world.pool.connection() as conn, conn.transaction():
        message_failed(conn, message, "30003", world.time, world.policy)
    assert [n.channel for n in world.run(outbox.of_chain, message.chain)] == ["sms"]


@pytest.mark.parametrize("why", ENDS)
def test_one_that_the_carrier_gives_back_stays(world: World, why: str) -> None:
    message = page(world)
    sender(world, Carrier("SM1")).send_next(OutboxLane.LIFE)
    ENDS[why](world, message.alarm_id or 0)
    world.run(
        delivery_reports.receive_callback,
        message.id,
        "SM1",
        "undelivered",
        "30002",
        world.time,
        world.policy,
    )
    assert now_is(world, message).state == S.CANCELLED


@pytest.mark.parametrize("why", ENDS)
@pytest.mark.parametrize("left", [True, False])
def test_one_whose_sender_died_is_looked_for_and_not_sent(
    world: World, why: str, left: bool
) -> None:
    message, carrier = page(world), Carrier()
    world.run(outbox.claim, OutboxLane.LIFE, "dead", world.time, ["sms"])
    ENDS[why](world, message.alarm_id or 0)
    carrier.kept = ["SM-accepted"] if left else []
    world.time += timedelta(seconds=world.policy.claim_timeout)
    sender(world, carrier).take_over_abandoned()
    assert carrier.sent == []
    assert now_is(world, message).state == (S.SENT if left else S.CANCELLED)


def test_how_it_goes_on_and_that_it_is_over_leaves(world: World) -> None:
    alarm = world.raised().id
    world.messages_leave()
    world.acknowledge(alarm)
    world.close(alarm)
    states = {m.purpose: m.state for m in world.messages(alarm) if m.state != S.SENT}
    assert states == {"told": S.QUEUED, "over": S.QUEUED}


def test_who_was_not_called_in_the_end_is_not_told_how_it_goes_on(world: World) -> None:
    message = page(world)
    world.acknowledge(message.alarm_id or 0)
    world.close(message.alarm_id or 0)
    assert {m.purpose for m in world.messages(message.alarm_id or 0)} == {"alarm"}


def test_a_step_that_waits_for_an_arrival_is_wanted_until_then(world: World) -> None:
    world.plan(
        {"after_seconds": 0, "target": "contact", "position": 1},
        {"after_seconds": 0, "target": "contact", "position": 2, "when": "not_arrived"},
    )
    alarm = world.raised().id
    world.acknowledge(alarm)
    states = {m.address: m.state for m in world.messages(alarm, "alarm")}
    first, second = world.home.phones[:2]
    assert states == {first: S.CANCELLED, second: S.QUEUED}
    sent = world.dispatch(alarm)
    world.move(sent.id, DispatchState.ARRIVED)
    assert {m.state for m in world.messages(alarm, "alarm")} == {S.CANCELLED}
    reasons = [e.data["reason"] for e in world.journal(alarm) if e.event == "cancelled"]
    assert reasons == ["acknowledged", "arrived", "answered"], "his own offer is answered, too"


@pytest.mark.parametrize("answer", ["1", "2", "3"])
def test_who_has_answered_is_not_called_another_way(world: World, answer: str) -> None:
    """Her text was late, a call was to follow; meanwhile she has answered, with the code that her
    brother gave her. The next pass of the plan calls her again."""
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice"}))
    message = page(world)
    sender(world, Carrier(SendError("503"))).send_next(OutboxLane.LIFE)
    assert [n.channel for n in world.run(outbox.of_chain, message.chain)] == ["sms", "voice"]
    world.time += timedelta(seconds=1)
    code = world.alarm(message.alarm_id or 0).code
    world.text(message.address, f"{answer} {code}", heard=False)
    chain = world.run(outbox.of_chain, message.chain)
    assert {n.state for n in chain} == {S.CANCELLED}
    assert told_of(world, message) == ["answered"]
    world.pass_time(world.policy.pass_pause + world.policy.contact_pause)
    assert world.messages(message.alarm_id or 0, "alarm")[-1].state == S.QUEUED


def test_raised_again_they_are_called_again(world: World) -> None:
    message = page(world)
    world.acknowledge(message.alarm_id or 0)
    world.pass_time(world.policy.progress_life + 1)
    states = [m.state for m in world.messages(message.alarm_id or 0, "alarm")]
    assert states == [S.CANCELLED, S.QUEUED]


@pytest.mark.parametrize("state", [DispatchState.ACCEPTED, DispatchState.DECLINED])
def test_a_question_that_is_answered_is_not_asked(world: World, state: DispatchState) -> None:
    """On the page, while the text waits for a carrier that refuses."""
    alarm = world.raised().id
    world.acknowledge(alarm)
    sent = world.dispatch(alarm)
    world.move(sent.id, state)
    assert [m.state for m in world.messages(alarm, "offer")] == [S.CANCELLED]
    if state is DispatchState.ACCEPTED:
        world.move(sent.id, DispatchState.DECLINED)
        assert [m.state for m in world.messages(alarm, "access")] == [S.CANCELLED]


def test_what_others_had_put_into_a_page_leaves_without_it(world: World) -> None:
    """Two early warnings in one text; somebody takes the one whose message carries both."""
    world.policy = replace(world.policy, bundle=180)
    world.plan({"after_seconds": 0, "target": "contact", "position": 1})
    first = world.raised("door_open", device="button-1").id
    second = world.raised("air_quality", device="smoke-1").id
    world.time += timedelta(seconds=180)
    sender(world, Carrier(BUSY)).send_next(OutboxLane.ROUTINE)
    (one,), (other,) = world.messages(first, "alarm"), world.messages(second, "alarm")
    assert (one.state, other.state, other.bundled_into) == (S.QUEUED, S.CANCELLED, one.id)
    world.acknowledge(first)
    carrier = Carrier("SM1")
    assert world.time - other.created_at >= FRESH
    sender(world, carrier).send_next(OutboxLane.ROUTINE)
    assert carrier.sent == [other.id]
    assert other.body == now_is(world, other).body
