"""How long the way takes, and who of those that share a number has answered.

Broken on purpose by leaving alarms.supersede out of contact_answers: she goes although his last
word was that they cannot.
"""

from datetime import timedelta

from store.model import Answer
from tests.integration.response.answer_kit import answers, couple
from tests.world import World


def test_minutes_are_kept_told_and_counted_from_the_second_time(world: World) -> None:
    alarm = world.raised()
    world.pass_time(125)
    phone = world.home.phones[0]
    assert world.text(phone, "1 20分钟") == "going"
    (told,) = world.messages(alarm.id, "told")
    assert "about 20 min" in told.body
    first = world.sql("SELECT at, eta_minutes FROM responses")
    assert first == [(world.time, 20)]
    world.time += timedelta(minutes=15)
    assert world.text(phone, "1") == "going"
    assert world.sql("SELECT at, eta_minutes FROM responses") == [(world.time, 20)], "renewed"
    world.time += timedelta(seconds=5)
    assert world.text(phone, "10 minutes") == "going"
    assert world.sql("SELECT at, eta_minutes FROM responses") == [(world.time, 10)]
    assert len(world.messages(alarm.id, "told")) == 1, "the others hear it once"
    lines = [e.data for e in world.journal(alarm.id) if e.event == "responded"]
    assert [(d.get("eta_minutes"), d.get("again")) for d in lines] == [
        (20, None),
        (20, True),
        (10, True),
    ]


def test_minutes_alone_make_nobody_go(world: World) -> None:
    world.raised()
    assert world.text(world.home.phones[0], "20分钟") == "text"
    assert answers(world) == []
    assert world.sql("SELECT for_desk FROM inbound_messages") == [True]


def test_a_responder_says_how_long_they_need_and_says_it_anew(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.dispatch(alarm.id)
    phone = world.district.responder_phone
    assert world.text(phone, "1 15分钟") == "ACCEPTED"
    assert [d.eta_minutes for d in world.dispatches(alarm.id)] == [15]
    due = "SELECT due_at FROM timers WHERE kind = 'arrival'"
    grace = timedelta(seconds=world.policy.arrive_grace)
    assert world.sql(due) == [world.time + timedelta(minutes=15) + grace]
    world.time += timedelta(minutes=10)
    assert world.text(phone, "20 min") == "ACCEPTED"
    assert world.sql(due) == [world.time + timedelta(minutes=20) + grace]
    assert [d.eta_minutes for d in world.dispatches(alarm.id)] == [30], "counts from the answer"
    assert world.events(alarm.id).count("eta_said") == 1


def test_a_couple_with_one_phone_answers_for_both(world: World) -> None:
    phone, wife, husband = couple(world)
    alarm = world.raised()
    world.pass_time(250)
    assert world.text(phone, "1") == "going"
    assert answers(world) == [(alarm.id, wife, Answer.GOING)]
    assert world.sql("SELECT others FROM responses") == [[husband]]
    told = world.messages(alarm.id, "told")
    assert [m.address for m in told] == [world.home.phones[2]], "not on the telephone that said so"
    assert "Wang Child 1-1 or Wang Child 1-2 is on the way" in told[0].body
    (said,) = [e for e in world.journal(alarm.id) if e.event == "responded"]
    assert said.data["others"] == [husband]


def test_who_says_their_name_answers_for_themselves(world: World) -> None:
    phone, wife, husband = couple(world)
    alarm = world.raised()
    assert world.text(phone, "1 Wang Child 1-2") == "going"
    assert answers(world) == [(alarm.id, husband, Answer.GOING)]
    assert world.sql("SELECT others FROM responses") == [[]]
    assert world.text(phone, "2, Wang Child 1-2") == "cannot"
    assert world.text(phone, "1 Wang Child 1-1") == "going"
    assert answers(world) == [(alarm.id, wife, Answer.GOING)], "the last word of the number counts"


def test_a_name_after_an_answer_of_both_says_who_it_was(world: World) -> None:
    phone, _, husband = couple(world)
    alarm = world.raised()
    world.pass_time(250)
    assert world.text(phone, "1") == "going"
    assert world.text(phone, "1 Wang Child 1-2") == "going"
    assert answers(world) == [(alarm.id, husband, Answer.GOING)]
    assert world.text(phone, "2") == "cannot"
    assert [answer for *_, answer in answers(world)] == [Answer.CANNOT]


def test_what_waits_for_the_other_one_of_a_couple_is_answered_too(world: World) -> None:
    phone, _, _ = couple(world)
    alarm = world.raised()
    world.pass_time(125)
    waiting = [m for m in world.messages(alarm.id, "alarm") if m.address == phone]
    assert len(waiting) == 2
    world.sql("UPDATE notifications SET state = 'DELIVERED' WHERE id = %s", waiting[0].id)
    assert world.text(phone, "2", heard=False) == "cannot"
    assert {m.state for m in world.messages(alarm.id, "alarm")} <= {"DELIVERED", "CANCELLED"}
