"""An answer counts only for what its sender has heard; else they are asked back.

Broken on purpose by taking any alarm of theirs for heard (return all ids in
hearing.heard_of): a late 1 stands the family down for an alarm she knows nothing of.
"""

from datetime import timedelta
from typing import Any

import pytest

from alerts.response import desk_messages
from alerts.response.sms_replies import InboundSms, receive_sms
from store.model import Answer, DispatchState
from tests.integration.response.answer_kit import answers, asked_back
from tests.world import World

NOTHING_OPEN = "There is no open alarm for you"


def becomes(world: World, phone: str, state: str, **more: Any) -> None:
    """What was queued for the number."""
    values = {"sent_at": world.time, "channel": "sms", "provider_rank": 0, "error_code": None}
    values |= more
    world.sql(
        "UPDATE notifications SET state = %s, sent_at = %s, channel = %s, provider_rank = %s,"
        " error_code = %s WHERE address = %s AND state <> 'CANCELLED'",
        state,
        values["sent_at"],
        values["channel"],
        values["provider_rank"],
        values["error_code"],
        phone,
    )


def test_a_late_answer_for_an_alarm_she_never_heard_of_is_asked_back(world: World) -> None:
    """The first alarm is over; the second has just been raised and nothing of it has left."""
    first = world.raised()
    phone = world.home.phones[0]
    world.arrives(phone)
    world.acknowledge(first.id)
    world.close(first.id)
    world.time += timedelta(minutes=5)
    second = world.raised()
    assert world.text(phone, "1", heard=False) == "not clear which alarm"
    assert answers(world) == []
    (body,) = asked_back(world)
    assert second.code in body
    assert f"'1 {second.code}'" in body
    assert "asked_which" in world.events(second.id)
    assert world.text(phone, f"1 {second.code}", heard=False) == "going"
    assert answers(world) == [(second.id, world.home.contacts[0], Answer.GOING)]
    (said,) = [e for e in world.journal(second.id) if e.event == "responded"]
    assert said.data["said_with_code"] is True


def test_who_was_told_of_it_says_nothing_of_a_code_in_the_journal(world: World) -> None:
    alarm = world.raised()
    assert world.text(world.home.phones[0], f"1 {alarm.code}") == "going"
    (said,) = [e for e in world.journal(alarm.id) if e.event == "responded"]
    assert "said_with_code" not in said.data


def test_a_relative_who_was_not_told_yet_may_name_the_code_of_her_sister(world: World) -> None:
    alarm = world.raised()
    third = world.home.phones[2]
    assert world.text(third, "1") == "not clear which alarm"
    assert alarm.code in asked_back(world)[0]
    assert world.text(third, f"1 {alarm.code}") == "going"
    assert answers(world) == [(alarm.id, world.home.contacts[2], Answer.GOING)]


def test_a_low_battery_is_offered_to_nobody_who_was_not_told(world: World) -> None:
    world.press("low_battery")
    assert world.text(world.home.phones[2], "1") == "no open alarm"
    assert NOTHING_OPEN in asked_back(world)[0]


REACHED = [
    ("QUEUED", {}, False),
    ("SENDING", {}, True),  # the carrier has it, and its answer is on the way
    ("SENT", {}, True),
    ("DELIVERED", {}, True),
    ("FAILED", {}, False),
    ("SENT", {"channel": "voice", "provider_rank": 3}, False),  # rings, or was picked up
    ("SENT", {"channel": "voice", "provider_rank": 4}, True),  # somebody pressed the key
    ("FAILED", {"channel": "voice", "provider_rank": 5, "error_code": "busy"}, False),
    ("FAILED", {"channel": "voice", "provider_rank": 5, "error_code": "no_key"}, False),
    ("FAILED", {"channel": "voice", "provider_rank": 5, "error_code": "heard_only"}, True),
    ("DELIVERED", {"channel": "voice", "provider_rank": 6}, True),
]


@pytest.mark.parametrize(("state", "more", "heard"), REACHED)
def test_what_reaches_somebody(world: World, state: str, more: Any, heard: bool) -> None:
    world.raised()
    phone = world.home.phones[0]
    becomes(world, phone, state, **more)
    done = world.text(phone, "2", heard=False)
    assert done == ("cannot" if heard else "not clear which alarm")


def test_what_was_written_before_the_message_arrived_is_no_answer_to_it(world: World) -> None:
    """Fetched a minute later; the message left after it was written."""
    world.raised()
    phone = world.home.phones[0]
    world.time += timedelta(seconds=60)
    becomes(world, phone, "DELIVERED")
    written = world.time - timedelta(seconds=30)
    sms = InboundSms("SM-late", phone, "1", written_at=written)
    assert world.run(receive_sms, sms, world.time, world.policy) == "not clear which alarm"
    assert answers(world) == []


def test_of_two_homes_the_answer_is_for_the_one_they_have_heard_of(world: World) -> None:
    one, two = world.district.homes
    phone = one.phones[0]
    world.sql("UPDATE people SET phone = %s WHERE id = %s", phone, two.contacts[0])
    first = world.raised(home="H0001")
    world.arrives(phone)
    world.raised(home="H0002")
    assert world.text(phone, "1", heard=False) == "going"
    assert answers(world) == [(first.id, one.contacts[0], Answer.GOING)]


def test_an_offer_that_never_arrived_is_asked_back(world: World) -> None:
    """A responder who answers something else; an offer of an operator has not left."""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    phone = world.district.responder_phone
    assert world.text(phone, "1", heard=False) == "not clear which alarm"
    assert [d.state for d in world.dispatches(alarm.id)] == [DispatchState.OFFERED]
    assert world.text(phone, f"1 {alarm.code}", heard=False) == "ACCEPTED"
    assert "named_code" in world.events(alarm.id)


def test_a_neighbour_who_is_asked_as_well_answers_what_has_reached_her(world: World) -> None:
    """Contact and responder: the alarm has reached her, that she is asked to go has not."""
    phone, her = world.district.responder_phone, world.district.responder
    world.sql(
        "UPDATE contacts SET person_id = %s WHERE person_id = %s", her, world.home.contacts[0]
    )
    alarm = world.raised()
    world.messages_leave()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    assert world.text(phone, "ok", heard=False) == "seen"
    assert answers(world) == [(alarm.id, her, Answer.SEEN)]
    assert [d.state for d in world.dispatches(alarm.id)] == [DispatchState.OFFERED]
    assert world.text(phone, "ok") == "ACCEPTED", "now she has heard that she is asked"


@pytest.mark.parametrize("word", ["好的", "ok", "Yes", "可以", "1", "我去", "在路上"])
def test_a_responder_who_was_asked_says_good_and_goes(world: World, word: str) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    assert world.text(world.district.responder_phone, word) == "ACCEPTED"


@pytest.mark.parametrize("word", ["好的", "ok", "Yes", "收到", "可以", "👍", "谢谢"])
def test_a_relative_who_says_good_has_seen_it(world: World, word: str) -> None:
    alarm = world.raised()
    assert world.text(world.home.phones[0], word) == "seen"
    assert answers(world) == [(alarm.id, world.home.contacts[0], Answer.SEEN)]
    assert world.messages(alarm.id, "told") == []


def test_free_text_before_anything_arrived_is_read_with_the_alarm(world: World) -> None:
    alarm = world.raised()
    assert world.text(world.home.phones[0], "Is she ok?", heard=False) == "text"
    assert world.events(alarm.id)[-1] == "wrote"
    assert world.sql("SELECT for_desk FROM inbound_messages") == [True]


@pytest.mark.parametrize("word", ["好的", "谢谢", "ok", "收到", "👍"])
@pytest.mark.parametrize(("said", "stands"), [("1 20 min", Answer.GOING), ("2", Answer.CANNOT)])
def test_thanks_for_the_next_message_take_nothing_back(
    world: World, word: str, said: str, stands: Answer
) -> None:
    """She is on her way, and the centre has told her something."""
    alarm = world.raised()
    world.text(world.home.phones[0], said)
    assert world.text(world.home.phones[0], word) == "seen"
    assert answers(world) == [(alarm.id, world.home.contacts[0], stands)]
    assert world.text(world.home.phones[0], "3") == "seen"
    assert answers(world) == [(alarm.id, world.home.contacts[0], Answer.SEEN)]


def test_a_responder_who_has_declined_and_says_good_does_not_go(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    phone = world.district.responder_phone
    assert world.text(phone, "2") == "DECLINED"
    assert world.text(phone, "好的") == "text"
    assert [d.state for d in world.dispatches(alarm.id)] == [DispatchState.DECLINED]
    assert world.text(phone, "1") == "ACCEPTED", "after all"


def test_good_after_a_question_of_the_desk_is_read_by_the_desk(world: World) -> None:
    """ "Can you go?" – "可以" is more than a rule may decide."""
    alarm = world.raised()
    phone, her = world.home.phones[0], world.home.contacts[0]
    assert world.text(phone, "好的") == "seen"
    waiting = "SELECT count(*) FROM inbound_messages WHERE for_desk"
    assert world.sql(waiting) == [0]
    by = world.district.operator
    world.run(
        desk_messages.answer, her, "Can you go?", by, world.time, world.policy, alarm_id=alarm.id
    )
    world.time += timedelta(seconds=30)
    assert world.text(phone, "可以") == "seen"
    assert world.sql(waiting) == [1]


def test_thanks_when_all_is_over_are_answered_by_nobody(world: World) -> None:
    alarm = world.raised()
    world.arrives(world.home.phones[0])
    world.acknowledge(alarm.id)
    world.close(alarm.id)
    assert world.text(world.home.phones[0], "谢谢") == "no open alarm"
    assert asked_back(world) == []
