"""What a carrier refuses through no fault of the message waits, and leaves when that is well."""

from datetime import timedelta
from itertools import pairwise

import pytest

from alerts.engine.sender import PROBE_EVERY
from alerts.notify.channels.interface import WAITS, Fault, SendError
from alerts.notify.retry_schedule import KEPT_FOR, MAX_ATTEMPTS
from alerts.response import delivery_reports
from store.model import Notification, NotificationState, OutboxLane
from tests.integration.engine.test_sender import Carrier, now_is, queued, sender
from tests.world import ALWAYS, World

S = NotificationState
BUSY = SendError("429", fault=Fault.CARRIER)
BROKEN = SendError("503", ambiguous=True, fault=Fault.CARRIER)
SUSPENDED = SendError("20003", fault=Fault.ACCOUNT)
REFUSALS = [BUSY, BROKEN, SUSPENDED]


def refused(world: World, message: Notification, error: SendError, times: int) -> list[float]:
    """Let it be refused so often; the seconds from each try to the next."""
    tries = []
    for _ in range(times):
        world.time = now_is(world, message).due_at
        assert sender(world, Carrier(error)).send_next(OutboxLane.LIFE)
        tries.append(world.time)
    tries.append(now_is(world, message).due_at)
    return [(after - before).total_seconds() for before, after in pairwise(tries)]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.code)
def test_however_often_it_is_refused_it_stays_and_each_wait_is_longer(
    world: World, error: SendError
) -> None:
    """Break: count refusals as tries: after two minutes the message has failed for good."""
    message = queued(world)
    waits = refused(world, message, error, 3 * MAX_ATTEMPTS)
    assert tuple(waits[: len(WAITS)]) == WAITS
    assert set(waits[len(WAITS) :]) == {WAITS[-1]}
    after = now_is(world, message)
    assert (after.state, after.fault, after.error_code) == (S.QUEUED, error.fault, error.code)
    assert after.refusals == 3 * MAX_ATTEMPTS
    assert world.events(message.alarm_id or 0).count("carrier_refused") == 1
    assert "delivery_failed" not in world.events(message.alarm_id or 0)


def test_429_waits_for_as_long_as_the_carrier_says_and_never_less_than_its_turn(
    world: World,
) -> None:
    message = queued(world)
    asks = SendError("429", retry_after=5, fault=Fault.CARRIER)
    assert refused(world, message, asks, 6) == [5, 5, 5, 8, 15, 30]


def test_other_errors_than_refusals_still_have_their_number_of_tries(world: World) -> None:
    message = queued(world)
    refused(world, message, BUSY, MAX_ATTEMPTS)
    for _ in range(ALWAYS):
        if now_is(world, message).state != S.QUEUED:
            break
        world.time = now_is(world, message).due_at
        sender(world, Carrier(SendError("internal"))).send_next(OutboxLane.LIFE)
    after = now_is(world, message)
    assert (after.state, after.attempts) == (S.FAILED, 2 * MAX_ATTEMPTS)


def test_after_a_day_it_has_failed(world: World) -> None:
    message = queued(world)
    world.time += KEPT_FOR
    sender(world, Carrier(SUSPENDED)).send_next(OutboxLane.LIFE)
    assert now_is(world, message).state == S.FAILED


def test_what_waits_is_cancelled_with_its_alarm(world: World) -> None:
    message = queued(world)
    refused(world, message, BUSY, 1)
    world.acknowledge(message.alarm_id or 0)
    world.close(message.alarm_id or 0)
    assert now_is(world, message).state == S.CANCELLED


def test_an_unwell_carrier_is_tried_every_few_seconds_and_all_leave_when_it_takes_one(
    world: World,
) -> None:
    """Break: only each message's own wait: the first leaves a minute after the recovery."""
    messages = [queued(world), *world.messages(world.raised("fall").id)]
    for message in messages:
        refused(world, message, BUSY, len(WAITS))
    one = sender(world, Carrier())
    assert min(now_is(world, m).due_at for m in messages) > world.now()
    assert not one.probe(), "it was tried just now"
    world.time += timedelta(seconds=PROBE_EVERY)
    due = world.run(one.next_probe)
    assert due is not None
    assert due <= world.now()
    assert one.probe()
    assert world.run(one.next_probe) is None
    states = sorted(now_is(world, m).state for m in messages)
    assert states == [S.QUEUED, S.SENT]
    assert one.send_next(OutboxLane.LIFE), "what still waited is due now"
    assert {now_is(world, m).state for m in messages} == {S.SENT}
    assert {now_is(world, m).fault for m in messages} == {None}


def test_what_stumbles_once_more_after_the_recovery_waits_seconds_and_no_minute(
    world: World,
) -> None:
    """Break: go on with the wait that it had come to: a minute after everybody else."""
    first, other = queued(world), *world.messages(world.raised("fall").id)
    for message in (first, other):
        refused(world, message, BROKEN, len(WAITS))
    world.time += timedelta(seconds=PROBE_EVERY)
    assert sender(world, Carrier()).probe()
    left = next(m for m in (first, other) if now_is(world, m).state == S.QUEUED)
    world.sql("UPDATE notifications SET due_at = due_at + interval '1 s' WHERE id = %s", left.id)
    assert refused(world, left, BROKEN, 3) == list(WAITS[1:4])
    assert world.events(left.alarm_id or 0).count("carrier_refused") == 1
    for _ in range(MAX_ATTEMPTS):  # and no refusal has become a try of its own
        world.time = now_is(world, left).due_at
        sender(world, Carrier(SendError("internal"))).send_next(OutboxLane.LIFE)
    assert now_is(world, left).state == S.FAILED


def test_what_was_under_way_when_the_carrier_became_well_does_not_wait_for_its_turn(
    world: World,
) -> None:
    """Break: give it its own wait: everything has left, and this one comes a minute later."""
    messages = [queued(world), *world.messages(world.raised("fall").id)]
    for message in messages:
        refused(world, message, BUSY, len(WAITS))
    world.time += timedelta(seconds=WAITS[-1])

    def hangs() -> str:
        """While this one waits for its refusal, another is taken."""
        assert sender(world, Carrier("SM2"), "two").send_next(OutboxLane.LIFE)
        raise BUSY

    one = sender(world, Carrier(hangs, "SM3"))
    assert one.send_next(OutboxLane.LIFE)
    assert one.send_next(OutboxLane.LIFE), "again, at once"
    assert {now_is(world, m).state for m in messages} == {S.SENT}


def test_a_probe_that_is_refused_is_followed_by_the_next_after_seconds(world: World) -> None:
    message = queued(world)
    refused(world, message, BUSY, len(WAITS))
    for _ in range(5):
        world.time += timedelta(seconds=PROBE_EVERY)
        assert sender(world, Carrier(BUSY)).probe()
        assert not sender(world, Carrier(BUSY)).probe()
    assert now_is(world, message).due_at == world.now() + timedelta(seconds=WAITS[-1])


def test_no_probe_before_the_carrier_has_asked_for_it(world: World) -> None:
    message = queued(world)
    asks = SendError("429", retry_after=90, fault=Fault.CARRIER)
    refused(world, message, asks, len(WAITS))
    world.time += timedelta(seconds=89)
    assert not sender(world, Carrier()).probe()
    world.time += timedelta(seconds=1)
    assert sender(world, Carrier()).probe() or sender(world, Carrier()).send_next(OutboxLane.LIFE)
    assert now_is(world, message).state == S.SENT


def test_one_number_that_is_refused_is_no_unwell_carrier(world: World) -> None:
    message = queued(world)
    refused(world, message, BUSY, 2)
    other = world.messages(world.raised("fall").id)[0]
    sender(world, Carrier()).send_next(OutboxLane.LIFE)
    assert now_is(world, other).state == S.SENT
    assert now_is(world, message).due_at > world.now(), "it keeps its own wait"
    assert world.run(sender(world, Carrier()).next_probe) is None


def test_a_look_up_that_the_account_is_refused_is_no_answer(world: World) -> None:
    """Break: take it for "not found": the message is sent twice when the account is back."""
    message, carrier = queued(world), Carrier(BROKEN)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    carrier.answers = [SUSPENDED]
    world.time += timedelta(minutes=1)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert (carrier.sent, now_is(world, message).state) == ([message.id], S.QUEUED)


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.code)
def test_what_was_refused_for_certain_is_not_looked_for_and_not_called_a_second_one(
    world: World, error: SendError
) -> None:
    """Break: take every later try for one in doubt: the journal then speaks of a double."""
    message = queued(world)
    refused(world, message, error, 2)
    world.time = now_is(world, message).due_at
    carrier = Carrier("SM1")
    sender(world, carrier).send_next(OutboxLane.LIFE)
    last = world.events(message.alarm_id or 0)[-1]
    assert (carrier.asked, last) == ((1, "sent_again") if error.ambiguous else (0, "sent"))


def report(world: World, message: Notification, sid: str, status: str, code: str | None) -> str:
    return world.run(
        delivery_reports.receive_callback,
        message.id,
        sid,
        status,
        code,
        world.now(),
        world.policy,
    )


def test_what_was_taken_and_not_sent_because_of_the_account_waits_as_well(world: World) -> None:
    """30002 comes in a report, after the message was taken."""
    message = queued(world)
    sender(world, Carrier("SM1")).send_next(OutboxLane.LIFE)
    assert report(world, message, "SM1", "failed", "30002") == S.QUEUED
    assert report(world, message, "SM1", "failed", "30002") == "known"
    assert report(world, message, "SM1", "sent", None) == "known", "it came late"
    waiting = now_is(world, message)
    assert (waiting.state, waiting.fault) == (S.QUEUED, Fault.ACCOUNT)
    carrier = Carrier("SM2")
    carrier.kept = ["SM1"]
    world.time = waiting.due_at
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert carrier.sent == [message.id], "the one that failed is not it"
    assert (now_is(world, message).state, now_is(world, message).provider_id) == (S.SENT, "SM2")
    assert report(world, message, "SM2", "delivered", None) == S.DELIVERED


def test_taking_messages_does_not_make_a_carrier_well_that_fails_them_later(world: World) -> None:
    messages = [
        m
        for kind in ("help_call", "smoke", "fall", "gas_leak")
        for m in world.messages(world.raised(kind).id)
    ]
    for number, _ in enumerate(messages):
        sender(world, Carrier(f"SM{number}")).send_next(OutboxLane.LIFE)
    for message in messages:
        report(world, message, now_is(world, message).provider_id or "", "failed", "30002")
    world.time += timedelta(seconds=PROBE_EVERY)
    sender(world, Carrier("SM9")).send_next(OutboxLane.LIFE)
    probed = next(m for m in messages if now_is(world, m).provider_id == "SM9")
    assert [now_is(world, m).state for m in messages].count(S.SENT) == 1
    world.sql("UPDATE notifications SET due_at = due_at + interval '1 hour' WHERE state = 'QUEUED'")
    report(world, probed, "SM9", "sent", None)
    assert max(now_is(world, m).due_at for m in messages) <= world.now(), "now all leave"
