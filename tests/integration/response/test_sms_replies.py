"""What people write: going, with a code, without, from a shared phone, twice, from nowhere."""

import pytest

from store.model import AlarmState, Answer
from tests.world import World


def answers(world: World) -> list[tuple[int, int, str]]:
    return world.sql("SELECT alarm_id, person_id, answer FROM responses ORDER BY 1, 2")


def shared(world: World) -> tuple[str, int, int]:
    """The first contacts of both homes share a phone. The number and their ids."""
    one, two = world.district.homes
    world.sql("UPDATE people SET phone = %s WHERE id = %s", one.phones[0], two.contacts[0])
    return one.phones[0], one.contacts[0], two.contacts[0]


def test_going_names_her_and_tells_the_others_and_takes_the_alarm_from_nobody(
    world: World,
) -> None:
    alarm = world.raised()
    world.pass_time(125)  # the second contact has been told too
    assert world.text(world.home.phones[1], "On my way! 20 minutes") == "going"
    assert answers(world) == [(alarm.id, world.home.contacts[1], Answer.GOING)]
    (told,) = world.messages(alarm.id, "told")
    assert told.address == world.home.phones[0]
    assert "Wang Child 1-2 is on the way, about 20 min" in told.body
    after = world.alarm(alarm.id)
    assert (after.state, after.owner_id) == (AlarmState.RAISED, None)
    (said,) = [e for e in world.journal(alarm.id) if e.event == "responded"]
    assert (said.event, said.actor, said.via) == (
        "responded",
        f"contact:{world.home.contacts[1]}",
        "sms",
    )


def test_a_code_says_which_of_two_alarms_of_a_home_is_answered(world: World) -> None:
    """Of the other one no message has reached her yet."""
    world.raised()
    fire = world.raised("smoke")
    assert world.text(world.home.phones[0], f"1 {fire.code}", heard=False) == "going"
    assert answers(world) == [(fire.id, world.home.contacts[0], Answer.GOING)]


def test_a_wrong_code_is_no_answer(world: World) -> None:
    alarm = world.raised()
    wrong = "1" + alarm.code[1:] if alarm.code[0] != "1" else "2" + alarm.code[1:]
    assert world.text(world.home.phones[0], f"1 {wrong}") == "not clear which alarm"
    assert answers(world) == []


def test_nobody_answers_for_a_home_that_is_not_theirs(world: World) -> None:
    theirs = world.raised(home="H0002")
    assert world.text(world.home.phones[0], f"1 {theirs.code}") == "no open alarm"
    assert answers(world) == []


def test_on_a_shared_phone_one_open_alarm_needs_no_code(world: World) -> None:
    phone, _, second = shared(world)
    alarm = world.raised(home="H0002")
    assert world.text(phone, "1") == "going"
    assert answers(world) == [(alarm.id, second, Answer.GOING)]


def test_on_a_shared_phone_with_two_alarms_the_code_decides(world: World) -> None:
    """The daughter of one home and of another, entered twice with one number."""
    phone, first, second = shared(world)
    one, two = world.raised(home="H0001"), world.raised(home="H0002")
    assert world.text(phone, "1") == "not clear which alarm"
    assert answers(world) == []
    assert world.text(phone, f"1 {two.code}") == "going"
    assert world.text(phone, f"2 {one.code}") == "cannot"
    assert answers(world) == [(one.id, first, Answer.CANNOT), (two.id, second, Answer.GOING)]


def test_the_carrier_repeating_itself_changes_nothing(world: World) -> None:
    alarm = world.raised()
    assert world.text(world.home.phones[0], "1", sid="SM1") == "going"
    before = world.journal(alarm.id)
    assert world.text(world.home.phones[0], "1", sid="SM1") == "repetition"
    assert world.text(world.home.phones[0], "2", sid="SM1") == "repetition"
    assert world.journal(alarm.id) == before
    assert world.sql("SELECT count(*) FROM inbound_messages") == [1]


def test_saying_the_same_twice_tells_the_others_once(world: World) -> None:
    alarm = world.raised()
    world.pass_time(125)
    for _ in range(3):
        assert world.text(world.home.phones[0], "1") == "going"
    assert len(world.messages(alarm.id, "told")) == 1
    assert world.sql("SELECT count(*) FROM inbound_messages") == [3]


def test_an_unknown_number_is_kept_and_answered_by_nobody(world: World) -> None:
    world.raised()
    assert world.text("+4915112345678", "1") == "unknown number"
    assert answers(world) == []
    assert world.sql("SELECT address, person_id, body FROM inbound_messages") == [
        ("+4915112345678", None, "1")
    ]


def test_free_text_is_kept_for_the_operator_and_shown_in_the_journal(world: World) -> None:
    alarm = world.raised()
    assert world.text(world.home.phones[0], "She is in hospital since Monday") == "text"
    assert world.events(alarm.id)[-1] == "wrote"
    assert "hospital" not in str(world.journal(alarm.id))


def test_an_answer_when_all_is_over_is_told_so(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    world.close(alarm.id)
    assert world.text(world.home.phones[0], "1") == "no open alarm"
    (body,) = world.sql("SELECT body FROM notifications WHERE purpose = 'answer'")
    assert body == "[Anxin] There is no open alarm for you."


@pytest.mark.parametrize(("stop", "start"), [("STOP", "START"), ("退订", "恢复")])
def test_stop_is_honoured_and_start_undoes_it(world: World, stop: str, start: str) -> None:
    alarm = world.raised()
    phone = world.home.phones[1]
    assert world.text(phone, stop) == "stop"
    world.pass_time(250)
    assert phone not in {m.address for m in world.messages(alarm.id)}
    assert world.text(phone, start) == "start"
    world.pass_time(400)
    assert phone in {m.address for m in world.messages(alarm.id)}


def test_stop_in_an_open_alarm_is_shown(world: World) -> None:
    alarm = world.raised()
    world.text(world.home.phones[0], "STOP")
    assert world.events(alarm.id)[-1] == "opted_out"


def stopped(world: World) -> list[str]:
    return world.sql("SELECT phone FROM sms_stops ORDER BY 1")


def for_the_desk(world: World) -> list[str]:
    return world.sql("SELECT body FROM inbound_messages WHERE for_desk ORDER BY id")


@pytest.mark.parametrize("word", ["END", "Cancel", "quit."])
def test_a_word_that_may_be_about_the_alarm_stops_nothing_and_is_read_by_a_person(
    world: World, word: str
) -> None:
    alarm = world.raised()
    assert world.text(world.home.phones[0], word) == "text"
    assert stopped(world) == []
    assert for_the_desk(world) == [word]
    assert world.events(alarm.id)[-1] == "wrote"
    world.acknowledge(alarm.id)
    world.close(alarm.id)
    assert world.text(world.home.phones[0], word) == "stop", "now it can mean nothing else"
    assert stopped(world) == [world.home.phones[0]]


def test_yes_ends_a_stop_and_else_answers(world: World) -> None:
    alarm, phone = world.raised(), world.home.phones[0]
    assert world.text(phone, "STOP") == "stop"
    assert world.text(phone, "Yes") == "start"
    assert (stopped(world), answers(world)) == ([], [])
    assert for_the_desk(world) == ["Yes"], "it may have been an answer as well"
    assert world.text(phone, "Yes") == "seen"
    assert [a[0] for a in answers(world)] == [alarm.id]


@pytest.mark.parametrize("known", [True, False])
def test_a_cry_for_help_is_read_by_a_person_and_answered_by_the_carrier_alone(
    world: World, known: bool
) -> None:
    phone = world.home.phones[0] if known else "+4915112345678"
    world.text(phone, "HELP")
    assert for_the_desk(world) == ["HELP"]
    assert world.sql("SELECT count(*) FROM notifications") == [0]
