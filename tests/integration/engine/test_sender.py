"""A message between the outbox and the carrier: sent once, looked up, retried, taken over."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.engine.sender import Sender
from alerts.notify import message_journal
from alerts.notify.carriers.twilio.account import TwilioAccount
from alerts.notify.carriers.twilio.sms import TwilioSms
from alerts.notify.channels.interface import SendError
from alerts.notify.retry_schedule import MAX_ATTEMPTS
from alerts.response import delivery_reports
from app.waiting import wait_until
from device_sim.phones import Phones
from store.alarm import alarms
from store.model import Notification, NotificationState, OutboxLane
from store.notify import outbox
from tests.world import ALWAYS, World

S = NotificationState
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()"""


class Carrier:
    """A way to people that does what the next plan says and remembers what it was handed."""

    def __init__(self, *plans: "SendError | str | Callable[[], str]") -> None:
        self.plans = list(plans)
        self.sent: list[int] = []
        self.kept: list[str] = []
        self.asked = 0
        self.answers: list[SendError] = []

    def has_sent(self, many: int) -> bool:
        return len(self.sent) == many

    def send(self, notification: Notification) -> str:
        self.sent.append(notification.id)
        plan = self.plans.pop(0) if self.plans else f"SM{len(self.sent)}"
        if isinstance(plan, Exception):
            raise plan
        return plan if isinstance(plan, str) else plan()

    def find(self, notification: Notification, since: datetime) -> list[str]:
        self.asked += 1
        if self.answers:
            raise self.answers.pop(0)
        return list(self.kept)


def sender(world: World, channel: object, name: str = "one") -> Sender:
    return Sender(world.pool, {"sms": channel}, world, world.policy, name)  # type: ignore[dict-item]


def queued(world: World) -> Notification:
    """The one message of an alarm."""
    (message,) = world.messages(world.raised().id)
    return message


def now_is(world: World, message: Notification) -> Notification:
    found = world.run(outbox.get, message.id)
    assert found is not None
    return found


def step_due(world: World) -> datetime:
    (due,) = world.sql("SELECT due_at FROM timers WHERE kind = 'step'")
    assert isinstance(due, datetime)
    return due


def test_sent_once_and_recorded(world: World) -> None:
    message, carrier = queued(world), Carrier("SM1")
    assert sender(world, carrier).send_next(OutboxLane.LIFE)
    assert not sender(world, carrier).send_next(OutboxLane.LIFE)
    after = now_is(world, message)
    assert (after.state, after.provider_id, after.attempts) == (S.SENT, "SM1", 1)
    assert carrier.sent == [message.id]
    assert carrier.asked == 0
    assert world.events(world.alarms()[0].id)[-1] == "sent"


@pytest.mark.parametrize(
    ("kind", "lane"),
    [
        ("help_call", OutboxLane.LIFE),
        ("water_leak", OutboxLane.AT_RISK),
        ("low_battery", OutboxLane.ROUTINE),
    ],
)
def test_the_lanes_do_not_take_each_others_messages(
    world: World, kind: str, lane: OutboxLane
) -> None:
    world.plan({"after_seconds": 0, "target": "contact", "position": 1})
    alarm, carrier = world.raised(kind), Carrier()
    for other in OutboxLane:
        assert other == lane or not sender(world, carrier).send_next(other)
    assert sender(world, carrier).send_next(lane)
    assert carrier.sent[0] in [m.id for m in world.messages(alarm.id)]


def metered(world: World, per_second: float = 1.0) -> None:
    world.policy = replace(world.policy, segments_per_second=per_second)


def test_a_person_at_risk_does_not_wait_behind_routine_texts(world: World) -> None:
    """Break: give AHEAD no time: it waits for as long as the text before it takes the carrier."""
    metered(world)
    world.plan({"after_seconds": 0, "target": "contact", "position": 1})
    world.raised("low_battery")
    world.sql("UPDATE notifications SET body = %s", "x" * 600)
    one = sender(world, Carrier())
    assert one.send_next(OutboxLane.ROUTINE)
    assert not one.send_next(OutboxLane.ROUTINE)
    world.raised("water_leak")
    due = world.run(one.next_due, OutboxLane.AT_RISK)
    assert due is not None
    assert due <= world.now()
    assert one.send_next(OutboxLane.AT_RISK)


def test_many_persons_at_risk_keep_to_what_the_carrier_sends(world: World) -> None:
    metered(world, 0.01)
    world.raised("water_leak")
    world.raised("water_leak", home="H0002")
    one = sender(world, Carrier())
    assert one.send_next(OutboxLane.AT_RISK)
    assert not one.send_next(OutboxLane.AT_RISK)


def test_a_permanent_error_is_final_and_hurries_the_plan(world: World) -> None:
    message, carrier = queued(world), Carrier(SendError("21211", permanent=True))
    sender(world, carrier).send_next(OutboxLane.LIFE)
    after = now_is(world, message)
    assert (after.state, after.error_code) == (S.FAILED, "21211")
    assert step_due(world) == world.now()
    world.time += timedelta(hours=1)
    assert not sender(world, carrier).send_next(OutboxLane.LIFE)


def test_a_transient_error_is_tried_again_later_and_meanwhile_the_plan_goes_on(
    world: World,
) -> None:
    message, carrier = queued(world), Carrier(SendError("connection_refused"))
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert step_due(world) == world.now()
    waiting = now_is(world, message)
    assert waiting.state == S.QUEUED
    assert waiting.due_at > world.now()
    assert not sender(world, carrier).send_next(OutboxLane.LIFE)
    world.time = waiting.due_at
    assert sender(world, carrier).send_next(OutboxLane.LIFE)
    assert now_is(world, message).state == S.SENT


def test_429_waits_for_as_long_as_the_carrier_says(world: World) -> None:
    message, carrier = queued(world), Carrier(SendError("429", retry_after=37))
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert now_is(world, message).due_at == world.now() + timedelta(seconds=37)


def test_it_gives_up_after_the_last_attempt_and_each_wait_is_longer(world: World) -> None:
    message = queued(world)
    carrier = Carrier(*[SendError("503", ambiguous=True)] * ALWAYS)
    waits = []
    while now_is(world, message).state == S.QUEUED:
        world.time = now_is(world, message).due_at
        sender(world, carrier).send_next(OutboxLane.LIFE)
        waits.append(now_is(world, message).due_at - world.now())
    assert now_is(world, message).state == S.FAILED
    assert len(carrier.sent) == MAX_ATTEMPTS
    assert waits[:-1] == sorted(waits[:-1])
    assert carrier.asked == MAX_ATTEMPTS - 1


def test_after_a_try_in_the_dark_the_message_is_found_and_not_sent_again(world: World) -> None:
    message, carrier = queued(world), Carrier(SendError("timeout", ambiguous=True))
    sender(world, carrier).send_next(OutboxLane.LIFE)
    carrier.kept = ["SM-accepted"]
    world.time += timedelta(minutes=1)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert carrier.sent == [message.id]
    assert now_is(world, message).provider_id == "SM-accepted"


def test_what_cannot_be_found_is_sent_again_and_the_journal_says_so(world: World) -> None:
    message, carrier = queued(world), Carrier(SendError("timeout", ambiguous=True), "SM2")
    sender(world, carrier).send_next(OutboxLane.LIFE)
    world.time += timedelta(minutes=1)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert carrier.sent == [message.id, message.id]
    assert world.events(world.alarms()[0].id)[-1] == "sent_again"


def test_a_found_message_that_belongs_to_another_notification_is_not_taken(world: World) -> None:
    message, carrier = queued(world), Carrier(SendError("timeout", ambiguous=True), "SM2")
    other = world.raised("fall")
    world.sql(
        "UPDATE notifications SET state = 'SENT', provider_id = 'SM-other'"
        " WHERE channel = 'sms' AND alarm_id = %s",
        other.id,
    )
    sender(world, carrier).send_next(OutboxLane.LIFE)
    carrier.kept = ["SM-other"]
    world.time += timedelta(minutes=1)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert now_is(world, message).provider_id == "SM2"


def test_a_call_that_another_sender_is_just_placing_is_not_taken_for_ours(world: World) -> None:
    """Calls to one number carry no text. Break: take what nobody has recorded yet: the other's
    record then fails, and one of the two is never called."""
    message, other = queued(world), world.messages(world.raised("fall").id)[0]
    world.sql("UPDATE notifications SET address = '+8613900000000'")
    first = Carrier(SendError("timeout", ambiguous=True))
    sender(world, first).send_next(OutboxLane.LIFE)
    ours = Carrier("SM-ours")

    def placed() -> str:
        """Taken by the carrier and not recorded yet, when the first is looked for."""
        world.time = now_is(world, message).due_at
        ours.kept = ["SM-other"]
        assert sender(world, ours, "two").send_next(OutboxLane.LIFE)
        return "SM-other"

    assert sender(world, Carrier(placed)).send_next(OutboxLane.LIFE)
    assert now_is(world, other).provider_id == "SM-other"
    assert (ours.sent, now_is(world, message).state) == ([], S.QUEUED)
    world.time = now_is(world, message).due_at
    assert sender(world, ours).send_next(OutboxLane.LIFE)
    assert now_is(world, message).provider_id == "SM-ours"


def test_a_look_up_that_is_refused_for_good_is_no_reason_not_to_send(world: World) -> None:
    message, carrier = queued(world), Carrier(SendError("timeout", ambiguous=True), "SM2")
    sender(world, carrier).send_next(OutboxLane.LIFE)
    carrier.answers = [SendError("20404", permanent=True)]
    world.time += timedelta(minutes=1)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    assert now_is(world, message).state == S.SENT


def test_a_channel_that_breaks_is_an_error_like_any_other(world: World) -> None:
    """Not what the interface allows, but it must not keep the message SENDING for ever."""
    message = queued(world)

    def breaks() -> str:
        raise ZeroDivisionError

    carrier = Carrier(breaks)
    sender(world, carrier).send_next(OutboxLane.LIFE)
    after = now_is(world, message)
    assert (after.state, after.error_code) == (S.QUEUED, "internal")
    assert step_due(world) == world.now()


def claimed(world: World, by: str) -> Notification:
    found = world.run(outbox.claim, OutboxLane.LIFE, by, world.now(), ["sms"])
    assert found is not None
    return found


def test_what_a_dead_sender_left_behind_is_taken_over(world: World) -> None:
    message, carrier = queued(world), Carrier("SM2")
    claimed(world, "dead")
    world.time += timedelta(seconds=world.policy.claim_timeout - 1)
    assert not sender(world, carrier).take_over_abandoned()
    world.time += timedelta(seconds=1)
    assert sender(world, carrier).take_over_abandoned()
    assert carrier.asked == 1
    after = now_is(world, message)
    assert (after.state, after.claimed_by, after.attempts) == (S.SENT, "one", 2)
    assert not sender(world, carrier).take_over_abandoned()


def test_what_a_dead_sender_had_sent_is_found(world: World) -> None:
    message, carrier = queued(world), Carrier()
    claimed(world, "dead")
    carrier.kept = ["SM-accepted"]
    world.time += timedelta(seconds=world.policy.claim_timeout)
    sender(world, carrier).take_over_abandoned()
    assert carrier.sent == []
    assert now_is(world, message).provider_id == "SM-accepted"


@pytest.mark.parametrize("late", ["SM1", SendError("21211", permanent=True), SendError("timeout")])
def test_who_lost_the_claim_while_sending_changes_nothing(
    world: World, late: "str | SendError"
) -> None:
    message = queued(world)
    second = Carrier("SM2")

    def hangs() -> str:
        """While the first waits for the carrier, the second takes over and sends."""
        world.time += timedelta(seconds=world.policy.claim_timeout)
        assert sender(world, second, "two").take_over_abandoned()
        if isinstance(late, str):
            return late
        raise late

    sender(world, Carrier(hangs), "one").send_next(OutboxLane.LIFE)
    after = now_is(world, message)
    assert (after.state, after.provider_id, after.error_code) == (S.SENT, "SM2", None)
    assert "delivery_failed" not in world.events(world.alarms()[0].id)


def test_a_try_that_fails_after_the_alarm_was_closed_is_not_repeated(world: World) -> None:
    message = queued(world)

    def closed_meanwhile() -> str:
        alarm = world.alarms()[0].id
        world.acknowledge(alarm)
        world.close(alarm)
        raise SendError("503", ambiguous=True)

    sender(world, Carrier(closed_meanwhile)).send_next(OutboxLane.LIFE)
    assert now_is(world, message).state == S.CANCELLED


def test_a_callback_as_fast_as_our_own_record_is_told_once(world: World) -> None:
    """Break: compare with the message as it was before the alarm was locked."""
    message = queued(world)
    assert message.alarm_id is not None
    claimed = world.run(outbox.claim, OutboxLane.LIFE, "one", world.now(), ["sms"])
    assert claimed is not None
    with ThreadPoolExecutor(1) as carrier, world.pool.connection() as conn:
        with conn.transaction():
            alarms.lock(conn, message.alarm_id)
            said = carrier.submit(
                world.run,
                delivery_reports.receive_callback,
                message.id,
                "SM1",
                "sent",
                None,
                world.now(),
                world.policy,
            )
            assert wait_until(lambda: world.sql(WAITING) == [1], 10)
            recorded = outbox.record_sent(conn, message.id, "one", "SM1", world.now())
            assert recorded is not None
            message_journal.record_event(conn, recorded, "sent", world.now())
        assert said.result(10) == S.SENT
    assert world.events(message.alarm_id).count("sent") == 1


def test_recording_and_a_callback_do_not_wait_for_each_other_in_a_circle(world: World) -> None:
    """Both need the alarm and the message; whoever takes the alarm second must not hold the
    message. Break it by recording before the alarm is locked: PostgreSQL finds a deadlock."""
    message = queued(world)
    sending, may_answer = threading.Event(), threading.Event()

    def answers() -> str:
        sending.set()
        assert may_answer.wait(10)
        return "SM1"

    thread = threading.Thread(
        target=lambda: sender(world, Carrier(answers)).send_next(OutboxLane.LIFE), daemon=True
    )
    thread.start()
    assert sending.wait(10)
    with world.pool.connection() as conn, conn.transaction():
        assert message.alarm_id is not None
        alarms.lock(conn, message.alarm_id)
        may_answer.set()
        for _ in range(ALWAYS):
            if world.sql(WAITING) == [1]:
                break
        else:
            pytest.fail("the sender does not wait for the alarm")
        conn.execute("SET LOCAL lock_timeout = '500ms'")
        conn.execute("UPDATE notifications SET error_code = NULL WHERE id = %s", [message.id])
    thread.join(10)
    assert not thread.is_alive()
    assert now_is(world, message).state == S.SENT


ACCOUNT = "AC" + "0" * 32


def test_with_twilios_client_accepted_and_then_cut_is_found_and_sent_once(world: World) -> None:
    """The real client against the simulated carrier."""
    world.time = datetime.now(UTC)  # the carrier dates its messages by the real clock
    with Phones(ACCOUNT, "secret") as phones:
        daughter = phones[world.home.phones[0]]
        daughter.behave(sms="hang_after_accepting", times=1)
        channel = TwilioSms(
            TwilioAccount(
                ACCOUNT,
                "secret",
                sender="+8610000000",
                api_url=phones.url,
                public_url="http://127.0.0.1:1",
            )
        )
        message = queued(world)
        sender(world, channel).send_next(OutboxLane.LIFE)
        assert now_is(world, message).state == S.QUEUED
        world.time += timedelta(minutes=1)
        sender(world, channel).send_next(OutboxLane.LIFE)
        after = now_is(world, message)
        assert [m.sid for m in daughter.sent_to_it] == [after.provider_id]
        assert after.state == S.SENT
