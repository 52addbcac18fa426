"""Who writes hears what it was taken for, or that a person reads it; machines come to an end.

Broken on purpose by answering what a machine wrote, or without a limit: two telephones then talk
to each other for ever.
"""

from dataclasses import replace
from datetime import timedelta

from alerts.response.sms_replies import InboundSms, receive_sms
from tests.integration.response.answer_kit import ABROAD, answers, asked_back, couple
from tests.world import World


def abroad(world: World) -> str:
    world.sql("UPDATE people SET phone = %s WHERE id = %s", ABROAD, world.home.contacts[0])
    return ABROAD


def test_who_answers_hears_what_it_was_taken_for(world: World) -> None:
    phone, alarm = abroad(world), world.raised()
    code = alarm.code
    for word, said in (
        ("ok", f"did not say that you go. Going: 1 {code}, cannot: 2 {code}"),
        ("1 20 min", f"you are going to Wang Xiuying 1, there in about 20 min. If not: 2 {code}"),
        ("2", f"you cannot go to Wang Xiuying 1. If you can: 1 {code}"),
    ):
        world.text(phone, word)
        assert asked_back(world)[-1].endswith(said)
    world.text(phone, "2")
    assert len(asked_back(world)) == 3, "the same again is not noted again"
    rows = world.sql("SELECT alarm_id, purpose, channel FROM notifications WHERE purpose='answer'")
    assert set(rows) == {(None, "answer", "sms")}, "no text of the alarm"


def test_a_receipt_counts_as_hearing_of_nothing(world: World) -> None:
    phone, first = abroad(world), world.raised()
    world.text(phone, "1")
    world.acknowledge(first.id)
    world.close(first.id)
    world.time += timedelta(minutes=5)
    world.raised()
    world.sql("UPDATE notifications SET state = 'DELIVERED' WHERE purpose = 'answer'")
    assert world.text(phone, "1", heard=False) == "not clear which alarm"


def test_once_more_going_is_noted_once_more(world: World) -> None:
    phone = abroad(world)
    world.raised()
    for _ in range(2):
        world.text(phone, "1")
        world.text(phone, "1")
        world.time += timedelta(minutes=5)
    assert len(asked_back(world)) == 2


def test_numbers_of_the_mainland_get_a_receipt_by_a_template_alone(world: World) -> None:
    world.raised()
    phone = world.home.phones[0]
    world.text(phone, "1")
    assert asked_back(world) == []
    world.policy = replace(world.policy, templates={"twilio": frozenset({"noted"})})
    world.text(phone, "2")
    assert len(asked_back(world)) == 1


def test_a_couple_is_asked_which_of_them(world: World) -> None:
    phone, *_ = couple(world)
    world.sql("UPDATE people SET phone = %s WHERE phone = %s", ABROAD, phone)
    world.raised()
    world.text(ABROAD, "1")
    (body,) = asked_back(world)
    assert "Wang Child 1-1 or Wang Child 1-2 is going" in body
    assert body.endswith("Please add a name, like '1 Wang Child 1-1'")


def test_a_responder_hears_what_their_answer_was_taken_for(world: World) -> None:
    world.sql("UPDATE people SET phone = %s WHERE id = %s", ABROAD, world.district.responder)
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    world.text(ABROAD, "2")
    world.text(ABROAD, "1 10 min")
    world.text(ABROAD, "25 min")
    world.text(ABROAD, "4")
    noted = asked_back(world)
    assert [text.partition("Noted: ")[2][:12] for text in noted] == [
        "you do not g",
        "you are goin",
        "you are at t",
    ], "who accepts gets the address"
    assert "about 25 min" in noted[1]


READ = "An operator will read this"


def test_who_is_not_understood_hears_once_that_a_person_reads_it(world: World) -> None:
    phone = world.home.phones[0]
    world.raised()
    for text in ("Is she ok?", "Hello?", "What happened?"):
        world.text(phone, text)
    assert [READ in body for body in asked_back(world)] == [True]
    assert world.sql("SELECT count(*) FROM inbound_messages WHERE for_desk") == [3]
    world.time += timedelta(minutes=11)
    world.text(phone, "Hello?")
    assert len(asked_back(world)) == 2


def test_two_machines_that_answer_each_other_come_to_an_end(world: World) -> None:
    phone = world.home.phones[0]
    world.raised()
    for _ in range(60):
        world.text(phone, "Thank you for your message, our shop opens at nine")
        world.time += timedelta(minutes=15)
    assert len(asked_back(world)) == 6
    world.text(phone, "Automatic reply: out of office")
    world.time += timedelta(days=2)
    world.text(phone, "Automatic reply: out of office")
    assert len(asked_back(world)) == 6
    assert world.sql("SELECT count(*) FROM inbound_messages WHERE for_desk") == [62]


def test_a_picture_is_looked_at_and_says_nothing(world: World) -> None:
    world.raised()
    phone = world.home.phones[0]
    world.arrives(phone)
    sms = InboundSms("MM1", phone, "", media=1)
    assert world.run(receive_sms, sms, world.time, world.policy) == "text"
    (body,) = asked_back(world)
    assert "An operator will look at what you sent" in body
    assert answers(world) == []


def test_nobody_with_an_unknown_number_is_answered(world: World) -> None:
    world.raised()
    world.text(ABROAD, "Is she ok?")
    world.text(ABROAD, "1")
    assert asked_back(world) == []
    assert world.sql("SELECT count(*) FROM inbound_messages WHERE for_desk") == [2]
