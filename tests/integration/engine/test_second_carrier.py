"""Two carriers that may serve a number, and one telephone that must not be blocked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.engine import self_check
from alerts.engine.sender import Sender
from alerts.notify.carriers.interface import ByCarrier
from alerts.notify.channels.interface import Fault, SendError
from alerts.policy import Policy
from alerts.response.delivery_reports import receive_callback
from store.model import Notification, NotificationState, OutboxLane
from store.notify import outbox
from tests.aliyun import mainland
from tests.integration.engine.test_sender import Carrier, now_is, queued
from tests.world import World, at_once

S = NotificationState
LIFE = OutboxLane.LIFE
REFUSED: dict[str, Callable[[], SendError]] = {
    "429": lambda: SendError("429", fault=Fault.CARRIER),
    "500": lambda: SendError("500", ambiguous=True, fault=Fault.CARRIER),
    "suspended": lambda: SendError("isv.ACCOUNT_ABNORMAL", fault=Fault.ACCOUNT),
    "timeout": lambda: SendError("timeout", ambiguous=True, fault=Fault.CARRIER),
    "off": lambda: SendError("connection_refused", fault=Fault.CARRIER),
}


def with_both(world: World, *, barred: bool = False) -> None:
    world.policy = replace(world.policy, **mainland(world.policy, barred=barred))


def sender(world: World, first: object, second: object, channel: str = "sms") -> Sender:
    carriers = ByCarrier({"aliyun": first, "twilio": second})  # type: ignore[dict-item]
    return Sender(world.pool, {channel: carriers}, world, world.policy, "one")


def out(kind: str, times: int = 50) -> Carrier:
    """A carrier that refuses everything so, look-ups too."""
    carrier = Carrier(*[REFUSED[kind]() for _ in range(times)])
    carrier.answers = [REFUSED[kind]() for _ in range(times)]
    return carrier


def until_sent(world: World, message: Notification, sending: Sender) -> float:
    """Seconds until it has left; time moves from one due time to the next."""
    began = world.now()
    for _ in range(50):
        if now_is(world, message).state == S.SENT:
            break
        with world.pool.connection() as conn:
            due = sending.next_due(conn, LIFE)
        assert due is not None
        world.time = max(world.time, due)
        sending.send_next(LIFE)
    return (world.now() - began).total_seconds()


@pytest.mark.parametrize("kind", REFUSED)
def test_the_second_takes_over_within_ten_seconds(world: World, kind: str) -> None:
    """Break: let a message wait for the carrier it was given first."""
    with_both(world)
    message, first, second = queued(world), out(kind), Carrier("SM1")
    assert until_sent(world, message, sender(world, first, second)) <= 10
    after = now_is(world, message)
    assert (after.carrier, after.provider_id) == ("twilio", "SM1")
    told = world.events(message.alarm_id or 0)
    doubtful = REFUSED[kind]().ambiguous
    assert ("carrier_passed_over" in told) is doubtful, "that a double is possible stands there"
    assert second.asked == 0, "what another may have is not looked up here"


@pytest.mark.parametrize("kind", REFUSED)
def test_nothing_goes_abroad_however_long_it_refuses(world: World, kind: str) -> None:
    """Break: take whoever is well."""
    with_both(world, barred=True)
    message, second = queued(world), Carrier()
    sending = sender(world, out(kind), second)
    for _ in range(12):
        with world.pool.connection() as conn:
            world.time = sending.next_due(conn, LIFE) or world.time
        sending.send_next(LIFE)
    assert second.sent == []
    assert now_is(world, message).state == S.QUEUED


def test_a_carrier_that_answers_again_in_time_keeps_its_message(world: World) -> None:
    with_both(world)
    message, second = queued(world), Carrier()
    first = Carrier(REFUSED["timeout"]())
    first.kept = ["BIZ1"]
    until_sent(world, message, sender(world, first, second))
    after = now_is(world, message)
    assert (after.carrier, after.provider_id) == ("aliyun", "BIZ1")
    assert second.sent == []


def test_a_late_report_of_the_one_passed_over_changes_nothing(world: World) -> None:
    with_both(world)
    message = queued(world)
    until_sent(world, message, sender(world, out("timeout"), Carrier("SM1")))
    late = ("BIZ1", "undelivered", "UNDELIV", world.now(), world.policy, "aliyun")
    assert world.run(receive_callback, message.id, *late) == "unknown message"
    own = ("SM1", "delivered", None, world.now(), world.policy, "twilio")
    assert world.run(receive_callback, message.id, *own) == "DELIVERED"


def test_two_carriers_may_use_the_same_id(world: World) -> None:
    """(carrier, id) names a sending. Break: the id alone."""
    with_both(world)
    one = queued(world)
    until_sent(world, one, sender(world, Carrier("7"), Carrier()))
    two = world.messages(world.raised(home="H0002").id)[-1]
    until_sent(world, two, sender(world, out("off"), Carrier("7")))
    assert (now_is(world, one).carrier, now_is(world, two).carrier) == ("aliyun", "twilio")
    by_aliyun = world.run(outbox.by_provider_id, "aliyun", "7")
    by_twilio = world.run(outbox.by_provider_id, "twilio", "7")
    assert by_aliyun is not None
    assert by_twilio is not None
    assert (by_aliyun.id, by_twilio.id) == (one.id, two.id)


def test_one_carriers_refusals_are_not_the_others(world: World) -> None:
    with_both(world)
    sending = sender(world, out("suspended"), Carrier())
    until_sent(world, queued(world), sending)
    rows = world.sql("SELECT carrier, refusals FROM carrier_channels ORDER BY carrier")
    assert rows == [("aliyun", 1)]


@pytest.mark.parametrize("resident", ["+8673184512345", None])
def test_nothing_about_a_mainland_resident_goes_abroad_to_anybody(
    world: World, resident: str | None
) -> None:
    """A daughter in another country. Break: look at her number alone."""
    world.policy = replace(world.policy, **mainland(world.policy))
    world.sql("UPDATE people SET phone = %s WHERE name = 'Wang Xiuying 1'", resident)
    world.sql("UPDATE people SET phone = '+14155550123' WHERE name = 'Wang Child 1-1'")
    message, second = queued(world), Carrier("SM1")
    assert message.address == "+14155550123"
    sender(world, Carrier(), second).send_next(LIFE)
    after = now_is(world, message)
    if resident is None:
        assert (after.state, after.carrier) == (S.SENT, "twilio")
    else:
        assert (after.state, after.fault, after.error_code) == (S.QUEUED, "account", "no_carrier")
        assert second.sent == []
        assert after.due_at > world.now(), "it is not tried without end"


def test_a_number_that_nobody_may_serve_waits_and_is_told(world: World) -> None:
    world.policy = replace(world.policy, barred_from_mainland=frozenset({"twilio"}))
    message, only = queued(world), Carrier("SM1")
    sending = Sender(
        world.pool,
        {"sms": ByCarrier({"twilio": only})},
        world,
        world.policy,
        "one",
    )
    sending.send_next(LIFE)
    after = now_is(world, message)
    assert (after.state, after.fault, after.error_code) == (S.QUEUED, "account", "no_carrier")
    assert only.sent == []
    world.time += timedelta(seconds=20)
    (late,) = world.run(self_check.late_messages, world)
    assert late.account_code == "no_carrier"


def calls_first(world: World) -> None:
    with_both(world, barred=True)
    world.policy = replace(world.policy, voice_first=("+86",))


def a_call(world: World, kind: str = "help_call", **changes: str) -> Notification:
    everything = world.run(outbox.of_alarm, world.raised(kind, **changes).id)
    (call,) = [n for n in everything if n.channel != "hub"]
    assert call.channel == "voice"
    return call


def test_a_second_call_to_one_telephone_waits_a_minute_and_an_sms_goes(world: World) -> None:
    """Break: count by alarm, or by engine."""
    calls_first(world)
    calls, texts = Carrier("C1", "C2"), Carrier()
    one = a_call(world)
    two = a_call(world, "fall")
    assert one.address == two.address
    sending = sender(world, calls, Carrier(), "voice")
    sending.send_next(LIFE)
    sending.send_next(LIFE)
    waiting = now_is(world, two)
    assert calls.sent == [one.id]
    assert (waiting.state, waiting.error_code, waiting.attempts) == (S.QUEUED, "callee_limit", 0)
    assert waiting.due_at - world.now() <= timedelta(seconds=61)
    by_sms = world.messages(two.alarm_id or 0)[-1]
    assert by_sms.channel == "sms"
    sender(world, texts, Carrier()).send_next(LIFE)
    assert texts.sent == [by_sms.id]
    world.sql("UPDATE notifications SET state = 'FAILED' WHERE id = %s", one.id)  # it is over
    world.time = waiting.due_at
    sending.send_next(LIFE)
    assert calls.sent == [one.id, two.id]


@pytest.mark.parametrize("named", ["aliyun", "twilio"])
def test_what_its_sender_left_behind_is_looked_for_at_its_carrier(world: World, named: str) -> None:
    """Break: believe the row in carrier_choice.with_carrier, which says nothing of a doubt: what
    the carrier took before the sender died then leaves twice."""
    with_both(world)
    message, carriers = queued(world), {"aliyun": Carrier("SM1"), "twilio": Carrier("SM2")}
    world.run(outbox.claim, LIFE, "dead", world.time, ["sms"])
    world.run(outbox.set_carrier, message.id, "dead", named, world.time)
    carriers[named].kept = ["SM-taken"]
    world.time += timedelta(seconds=world.policy.claim_timeout)
    sender(world, carriers["aliyun"], carriers["twilio"]).take_over_abandoned()
    after = now_is(world, message)
    assert (after.state, after.carrier, after.provider_id) == (S.SENT, named, "SM-taken")
    assert [carrier.sent for carrier in carriers.values()] == [[], []]


def test_engines_at_once_do_not_call_one_telephone_twice(world: World) -> None:
    """Two within a second block both. Break: count without holding the telephone."""
    calls_first(world)
    a_call(world)
    a_call(world, "fall")
    carriers = [Carrier("C1"), Carrier("C2")]
    sending = [
        Sender(world.pool, {"voice": ByCarrier({"aliyun": each})}, world, world.policy, name)
        for each, name in zip(carriers, ("one", "two"), strict=True)
    ]
    at_once(lambda number: sending[number].send_next(LIFE), 2, 2)
    assert sorted(len(each.sent) for each in carriers) == [0, 1]


def test_a_refused_call_takes_nothing_from_the_budget(world: World) -> None:
    calls_first(world)
    calls = Carrier(REFUSED["429"](), "C1")
    one = a_call(world)
    sending = sender(world, calls, Carrier(), "voice")
    sending.send_next(LIFE)
    world.time = now_is(world, one).due_at
    sending.send_next(LIFE)
    assert now_is(world, one).provider_id == "C1"


def test_a_call_in_doubt_counts(world: World) -> None:
    """It cannot be looked up there: called again within a second, both would be blocked."""
    calls_first(world)
    calls = Carrier(REFUSED["timeout"](), "C1")
    one = a_call(world)
    sending = sender(world, calls, Carrier(), "voice")
    sending.send_next(LIFE)
    world.time = now_is(world, one).due_at
    sending.send_next(LIFE)
    assert calls.sent == [one.id]
    assert now_is(world, one).due_at - world.now() > timedelta(seconds=50)


def test_policies_without_a_second_carrier_write_nothing_down(world: World) -> None:
    assert world.policy.carriers == Policy().carriers
    message = queued(world)
    Sender(world.pool, {"sms": Carrier("SM1")}, world, world.policy, "one").send_next(LIFE)
    assert now_is(world, message).tried_at is None
