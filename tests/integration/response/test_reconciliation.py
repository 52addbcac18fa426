"""What the carrier's callbacks missed is fetched, counts once, and never more than it should."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.notify.channels.interface import CarrierReply, CarrierReport, Channel, SendError
from alerts.response import delivery_reports, reconciliation, sms_replies
from alerts.response.calls.call_answers import picked_up
from alerts.response.calls.call_script import Part, PickedUp
from store.model import Answer, Notification, NotificationState
from tests.integration.engine.test_sender import Carrier
from tests.world import World

S = NotificationState


class Records:
    """A carrier that can be asked; hands back what a test has put there."""

    def __init__(self, *replies: CarrierReply, reports: Sequence[CarrierReport] = ()) -> None:
        self.kept = list(replies)
        self.states = list(reports)
        self.asked_for: dict[str, datetime] = {}
        self.failing: SendError | None = None

    def send(self, notification: Notification) -> str:
        raise NotImplementedError

    def find(self, notification: Notification, since: datetime) -> list[str]:
        raise NotImplementedError

    def replies(self, since: datetime) -> list[CarrierReply]:
        if self.failing:
            raise self.failing
        return [reply for reply in self.kept if reply.at >= since]

    def reports(self, ids: Mapping[str, datetime]) -> list[CarrierReport]:
        if self.failing:
            raise self.failing
        self.asked_for = dict(ids)
        return [report for report in self.states if report.provider_id in ids]


def fetched(world: World, **channels: Channel) -> tuple[int, int]:
    done = reconciliation.reconcile(world.pool, channels, world.now(), world.policy)
    return done.replies, done.reports


def wrote(world: World, body: str, sid: str, ago: float = 0, by: int = 0) -> CarrierReply:
    at = (world.now() - timedelta(seconds=ago)).replace(microsecond=0)
    return CarrierReply(sid, world.home.phones[by], body, "+1", at)


def answers(world: World) -> list[Any]:
    return world.sql("SELECT person_id, answer FROM responses ORDER BY 1")


def sent(world: World, channel: str = "sms", ago: float = 300) -> Notification:
    """The one message of an alarm, as the carrier took it so many seconds ago."""
    (message,) = world.messages(world.raised().id)
    world.sql(
        "UPDATE notifications SET state = 'SENT', channel = %s, provider_id = 'SID1', "
        "sent_at = %s WHERE id = %s",
        channel,
        world.now() - timedelta(seconds=ago),
        message.id,
    )
    return message


def now_is(world: World, message: Notification) -> tuple[str, str | None]:
    (found,) = world.sql("SELECT state, error_code FROM notifications WHERE id = %s", message.id)
    return tuple(found)


def test_replies_that_were_missed_count_once(world: World) -> None:
    alarm = world.raised()
    world.pass_time(125)
    world.arrives(world.home.phones[0])
    assert world.text(world.home.phones[1], "2", sid="SM-known") == "cannot"
    carrier = Records(
        wrote(world, "1", "SM-missed", ago=60), wrote(world, "2", "SM-known", ago=70, by=1)
    )
    assert fetched(world, sms=carrier) == (1, 0)
    assert fetched(world, sms=carrier) == (0, 0)
    assert world.text(world.home.phones[0], "1", sid="SM-missed") == "repetition"
    first, second, *_ = world.home.contacts
    assert answers(world) == [(first, Answer.GOING), (second, Answer.CANNOT)]
    assert world.events(alarm.id).count("responded") == 2
    assert world.sql("SELECT count(*) FROM inbound_messages") == [2]


def test_two_engines_that_ask_at_once_count_a_reply_once(world: World) -> None:
    alarm = world.raised()
    world.arrives(world.home.phones[0])
    carrier = Records(*(wrote(world, "1", f"SM{n}", ago=n) for n in range(1, 6)))
    with ThreadPoolExecutor(2) as engines:
        done = list(engines.map(lambda _: fetched(world, sms=carrier), range(2)))
    assert sum(replies for replies, _ in done) == 5
    assert world.sql("SELECT count(*) FROM inbound_messages") == [5]
    assert world.events(alarm.id).count("responded") == 1


def test_a_reply_from_before_an_alarm_is_no_answer_to_it(world: World) -> None:
    """She wrote to another alarm, which is closed; one of an hour later is none of hers."""
    world.raised()
    carrier = Records(wrote(world, "1", "SM-old", ago=3600))
    assert fetched(world, sms=carrier) == (1, 0)
    assert answers(world) == []
    assert world.sql("SELECT body FROM inbound_messages") == ["1"]


def test_what_somebody_has_said_since_stands(world: World) -> None:
    alarm = world.raised()
    world.pass_time(100)
    assert world.text(world.home.phones[0], "1") == "going"
    carrier = Records(wrote(world, "2", "SM-older", ago=50))
    fetched(world, sms=carrier)
    assert answers(world) == [(world.home.contacts[0], Answer.GOING)]
    assert world.events(alarm.id).count("responded") == 1


def test_of_several_missed_answers_the_last_stands(world: World) -> None:
    world.raised()
    world.arrives(world.home.phones[0])
    world.pass_time(100)
    carrier = Records(wrote(world, "1", "SM2", ago=20), wrote(world, "2", "SM1", ago=40))
    assert fetched(world, sms=carrier) == (2, 0)
    assert answers(world) == [(world.home.contacts[0], Answer.GOING)]


def test_a_missed_stop_does_not_undo_a_later_start(world: World) -> None:
    world.text(world.home.phones[0], "START")
    fetched(world, sms=Records(wrote(world, "STOP", "SM-stop", ago=60)))
    assert world.sql("SELECT count(*) FROM sms_stops") == [0]
    fetched(world, sms=Records(wrote(world, "STOP", "SM-again", ago=-1)))
    assert world.sql("SELECT count(*) FROM sms_stops") == [1]


def test_missed_stop_and_start_end_as_they_were_written(world: World) -> None:
    carrier = Records(wrote(world, "START", "SM2", ago=20), wrote(world, "STOP", "SM1", ago=40))
    assert fetched(world, sms=carrier) == (2, 0)
    assert world.sql("SELECT count(*) FROM sms_stops") == [0]


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("delivered", None, (S.DELIVERED, None)),
        ("undelivered", "30005", (S.FAILED, "30005")),
        ("failed", "21610", (S.FAILED, "21610")),
        ("sent", None, (S.SENT, None)),
    ],
)
def test_the_end_of_a_message_that_was_missed_is_taken_over(
    world: World, status: str, code: str | None, state: tuple[str, str | None]
) -> None:
    message = sent(world)
    carrier = Records(reports=[CarrierReport("SID1", status, code)])
    fetched(world, sms=carrier)
    assert now_is(world, message) == state
    late = world.run(
        delivery_reports.receive_callback,
        message.id,
        "SID1",
        status,
        code,
        world.now(),
        world.policy,
    )
    assert late == "known"
    lost = world.events(message.alarm_id or 0).count("delivery_failed")
    assert lost == (1 if state[0] == S.FAILED else 0)


def test_a_call_whose_end_was_missed_fails_over(world: World) -> None:
    message = sent(world, "voice")
    ended = CarrierReport("SID1", "completed", seconds=20)
    assert fetched(world, voice=Records(reports=[ended])) == (0, 1)
    assert now_is(world, message) == (S.FAILED, "no_key")
    assert fetched(world, voice=Records(reports=[ended])) == (0, 0)


def test_a_call_in_which_a_key_was_pressed_is_not_asked_for(world: World) -> None:
    message = sent(world, "voice")
    world.run(
        picked_up, PickedUp(message.id, "SID1", "1", part=Part.MESSAGE), world.now(), world.policy
    )
    carrier = Records(reports=[CarrierReport("SID1", "completed")])
    assert fetched(world, voice=carrier) == (0, 0)
    assert carrier.asked_for == {}
    assert now_is(world, message)[0] == S.DELIVERED


def test_only_what_is_unfinished_and_not_just_sent_is_asked_for(world: World) -> None:
    carrier = Records()
    sent(world, ago=5)
    fetched(world, sms=carrier)
    assert carrier.asked_for == {}
    world.pass_time(60)
    fetched(world, sms=carrier)
    assert set(carrier.asked_for) == {"SID1"}
    world.time += reconciliation.LOOKBACK
    carrier.asked_for = {}
    fetched(world, sms=carrier)
    assert carrier.asked_for == {}


def test_a_carrier_that_does_not_answer_holds_nobody_up(world: World) -> None:
    message = sent(world, "voice")
    away = Records()
    away.failing = SendError("429")
    ended = CarrierReport("SID1", "busy")
    assert fetched(world, sms=away, voice=Records(reports=[ended])) == (0, 1)
    assert now_is(world, message) == (S.FAILED, "busy")


def test_what_cannot_be_asked_is_passed_over(world: World) -> None:
    assert fetched(world, sms=Carrier()) == (0, 0)


@pytest.mark.parametrize(
    ("to", "sender"),
    [("+10", "+10"), ("MG1", "MG1"), ("+19995550009", "MG1"), ("", "")],
)
def test_stop_is_for_the_service_of_the_number_it_was_written_to(
    world: World, to: str, sender: str
) -> None:
    """A reply to a service may name only one of the service's numbers."""
    policy = replace(world.policy, life_sender="+10", routine_sender="MG1")
    sms = sms_replies.InboundSms("SM1", world.home.phones[0], "STOP", to)
    world.run(sms_replies.receive_sms, sms, world.now(), policy)
    assert world.sql("SELECT sender FROM sms_stops") == [sender]
