"""A carrier's queue is emptied by one engine, and what it tells is taken in once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from alerts.engine.queue_reader import LEASE, QueueReader
from alerts.engine.sender import Sender
from alerts.notify.carriers.interface import ByCarrier
from alerts.notify.channels.interface import (
    CarrierNews,
    CarrierReply,
    CarrierReport,
    Fault,
    SendError,
)
from store.model import Answer, Notification, NotificationState, OutboxLane
from store.notify import outbox
from tests.aliyun import mainland
from tests.integration.engine.test_sender import Carrier, now_is, queued
from tests.world import World


class Queue:
    """Holds what it is given until it is deleted."""

    carrier, channel, name = "aliyun", "sms", "Alicom-Queue-1-SmsReport"

    def __init__(self, *news: CarrierNews, channel: str = "sms") -> None:
        self.waiting = list(news)
        self.channel = channel
        self.refuses: SendError | None = None

    def receive(self) -> Sequence[CarrierNews]:
        if self.refuses:
            raise self.refuses
        return list(self.waiting)

    def delete(self, handles: Sequence[str]) -> None:
        self.waiting = [news for news in self.waiting if news.handle not in handles]


def reader(world: World, queue: Queue, name: str = "one") -> QueueReader:
    return QueueReader(world.pool, queue, world, world.policy, name)


def sent(world: World, channel: str = "sms", provider_id: str = "B1") -> Notification:
    """What Alibaba Cloud has taken."""
    first = () if channel == "sms" else ("+86",)
    world.policy = replace(world.policy, **mainland(world.policy), voice_first=first)
    everything = world.run(outbox.of_alarm, world.raised().id)
    (message,) = [n for n in everything if n.channel != "hub"]
    carriers = ByCarrier({"aliyun": Carrier(provider_id)})
    Sender(world.pool, {channel: carriers}, world, world.policy, "one").send_next(OutboxLane.LIFE)
    return message


def channels(world: World, message: Notification) -> list[str]:
    """By which the people of its alarm are told."""
    everything = world.run(outbox.of_alarm, message.alarm_id)
    return [n.channel for n in everything if n.channel != "hub"]


def told(message: Notification, status: str, code: str | None = None, **more: str) -> CarrierNews:
    return CarrierNews(
        handle=more.get("handle", "h1"),
        notification_id=message.id,
        report=CarrierReport(more.get("provider_id", "B1"), status, code),
        keys=more.get("keys", ""),
    )


def answers(world: World) -> list[tuple[str, str]]:
    return world.sql("SELECT answer, via FROM responses ORDER BY at")


def test_what_it_tells_is_taken_in_and_deleted(world: World) -> None:
    message = sent(world)
    queue = Queue(told(message, "delivered"))
    assert reader(world, queue).read_next()
    assert now_is(world, message).state == NotificationState.DELIVERED
    assert queue.waiting == []
    assert not reader(world, queue).read_next()


def test_the_same_again_in_any_order_changes_nothing(world: World) -> None:
    message = sent(world)
    reader(world, Queue(told(message, "delivered"), told(message, "undelivered", "X"))).read_next()
    reader(world, Queue(told(message, "delivered"))).read_next()
    assert now_is(world, message).state == NotificationState.DELIVERED
    assert world.events(message.alarm_id or 0).count("delivered") == 1


def test_a_failed_one_takes_the_next_way(world: World) -> None:
    message = sent(world)
    reader(world, Queue(told(message, "undelivered", "UNDELIV"))).read_next()
    assert now_is(world, message).error_code == "UNDELIV"
    assert channels(world, message) == ["sms", "voice"]


def test_a_report_of_a_sending_whose_answer_was_lost(world: World) -> None:
    """Its id there was never heard: ours stands for it. Break: compare the ids."""
    message = sent(world, provider_id="out-2")  # the first is for the home's loudspeaker
    assert now_is(world, message).provider_id == f"out-{message.id}"
    reader(world, Queue(told(message, "delivered", provider_id="B77"))).read_next()
    assert now_is(world, message).state == NotificationState.DELIVERED


def test_a_reply_is_an_answer_once(world: World) -> None:
    message = sent(world)
    reply = CarrierReply("aliyun:9", message.address, "1", "", world.now())
    for _ in range(2):
        reader(world, Queue(CarrierNews(handle="h", reply=reply))).read_next()
    assert answers(world) == [("going", "sms")]
    assert world.events(message.alarm_id or 0).count("responded") == 1


def test_two_engines_do_not_read_the_same_queue(world: World) -> None:
    """Break: leave the lease out. The second follows when the first is gone."""
    message = sent(world)
    assert reader(world, Queue()).read_next() is False
    queue = Queue(told(message, "delivered"))
    second = reader(world, queue, "two")
    assert not second.read_next()
    assert queue.waiting
    world.time += LEASE + timedelta(seconds=1)
    assert second.read_next()
    assert not reader(world, Queue(told(message, "read")), "one").read_next()


def test_a_queue_that_refuses_is_asked_again_later(world: World) -> None:
    message, queue = sent(world), Queue()
    queue.waiting, queue.refuses = [told(message, "delivered")], SendError("x", fault=Fault.CARRIER)
    one = reader(world, queue)
    assert not one.read_next()
    assert one.next_look(None) > world.now()  # type: ignore[arg-type]
    queue.refuses = None
    assert one.read_next()


def test_what_cannot_be_understood_is_not_kept_for_ever(world: World) -> None:
    queue = Queue(CarrierNews(handle="h"), told(queued(world), "nonsense", handle="i"))
    assert reader(world, queue).read_next()
    assert queue.waiting == []


def pressed(world: World, keys: str) -> Notification:
    call = sent(world, "voice", "C1")
    over = told(call, "completed", provider_id="C1", keys=keys)
    reader(world, Queue(over, channel="voice")).read_next()
    return call


def test_a_key_answers_a_call(world: World) -> None:
    call = pressed(world, "2")
    assert answers(world) == [(Answer.GOING, "voice")]
    assert now_is(world, call).state == NotificationState.DELIVERED


def test_the_other_key_declines_and_the_plan_goes_on(world: World) -> None:
    pressed(world, "3")
    assert answers(world) == [(Answer.CANNOT, "voice")]


def test_who_only_listened_is_written_to_as_well(world: World) -> None:
    """They know of it and have not said whether they go. Break: take the key for an answer."""
    call = pressed(world, "1")
    assert answers(world) == []
    assert now_is(world, call).state == NotificationState.FAILED
    assert "call_heard" in world.events(call.alarm_id or 0)
    assert channels(world, call) == ["voice", "sms"]


def test_a_key_told_twice_does_not_undo_what_was_said_since(world: World) -> None:
    call = pressed(world, "1")
    reply = CarrierReply("aliyun:9", call.address, "1", "", world.now())
    reader(world, Queue(CarrierNews(handle="h", reply=reply))).read_next()
    over = told(call, "completed", provider_id="C1", keys="1")
    reader(world, Queue(over, channel="voice")).read_next()
    assert answers(world)[-1] == (Answer.GOING, "sms")


def test_no_key_is_no_answer(world: World) -> None:
    """Break: take a call that was picked up for one that was heard."""
    call = pressed(world, "")
    assert answers(world) == []
    assert now_is(world, call).state == NotificationState.FAILED
