"""A text that nobody answers becomes a call; whoever has answered in any way is not called.

Broken on purpose by leaving the timer out of planned_messages.expect_answer (the end of it is then
that a telephone has lit up), by dropping `wrote_since` (who has just written is called), and by
leaving withdrawn.awaited out of withdrawal.withdraw (a run that is over calls into the next one).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from alerts.alarm import rebuild, shelving
from alerts.response import contact_answers
from alerts.response.failover import message_failed
from store.escalation.timers import UNANSWERED_TIMER
from store.home import people
from store.model import Answer, DispatchState, Notification, NotificationState
from store.notify import outbox, preferences, subscriptions
from tests.district import NOON
from tests.world import World, at_once

CHILD = {"after_seconds": 0, "target": "contact", "position": 1}
FAMILY = {"after_seconds": 0, "target": "contacts"}
LATER = {"after_seconds": 3000, "target": "console"}
GRID = {"after_seconds": 0, "target": "grid_responder"}


@pytest.fixture
def world(world: World) -> World:
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice", "apprise"}))
    return world


def sent(world: World, alarm: int, *purposes: str) -> list[tuple[int, str, str]]:
    """(seconds after the start, channel, to whom) of what asks somebody, in order."""
    found = world.run(outbox.of_alarm, alarm)
    return [
        (int((n.created_at - NOON).total_seconds()), n.channel, n.address)
        for n in found
        if n.purpose in (purposes or ("alarm", "offer"))
    ]


def raised(world: World, *steps: dict[str, Any], kind: str = "help_call") -> int:
    world.plan(*(steps or (CHILD, LATER)))
    return world.raised(kind).id


def unanswered(world: World, alarm: int) -> list[dict[str, Any]]:
    return [line.data for line in world.journal(alarm) if line.event == "unanswered"]


def timers(world: World) -> list[str]:
    return world.sql("SELECT ref FROM timers WHERE kind = %s", UNANSWERED_TIMER)


def fail(world: World, message: Notification, code: str) -> None:
    world.sql("UPDATE notifications SET state = 'FAILED' WHERE id = %s", message.id)
    with world.pool.connection() as conn, conn.transaction():
        message_failed(conn, message, code, world.time, world.policy)


def test_a_text_that_nobody_answers_becomes_a_call_once(world: World) -> None:
    alarm = raised(world)
    (phone, *_) = world.home.phones
    world.pass_time(44)
    assert sent(world, alarm) == [(0, "sms", phone)]
    world.pass_time(1)
    assert sent(world, alarm) == [(0, "sms", phone), (45, "voice", phone)]
    (line,) = unanswered(world, alarm)
    assert (line["seconds"], line["to"]) == ("45", "voice")
    world.pass_time(2000)
    assert len(sent(world, alarm)) == 2
    assert timers(world) == []


def test_it_counts_from_when_it_was_queued_whatever_the_carrier_does(world: World) -> None:
    """The text has been at no carrier yet; its first try may be refused for minutes."""
    alarm = raised(world)
    (message,) = world.run(outbox.of_alarm, alarm)
    world.sql("UPDATE notifications SET due_at = %s", NOON + timedelta(minutes=30))
    world.pass_time(45)
    assert [n.channel for n in world.run(outbox.of_chain, message.chain)] == ["sms", "voice"]


def test_delivered_is_not_answered(world: World) -> None:
    alarm = raised(world)
    world.sql("UPDATE notifications SET state = 'DELIVERED', sent_at = %s", world.time)
    world.pass_time(45)
    assert [channel for _, channel, _ in sent(world, alarm)] == ["sms", "voice"]


@pytest.mark.parametrize(
    ("kind", "called_at"),
    [("smoke", 45), ("inactivity", 120), ("door_open", None), ("low_battery", None)],
)
def test_how_soon_depends_on_what_is_at_stake(
    world: World, kind: str, called_at: int | None
) -> None:
    device = {"smoke": "smoke-1"}.get(kind, "button-1")
    world.plan(FAMILY, LATER)
    alarm = world.raised(kind, device=device).id
    world.pass_time(2900)
    calls = {at for at, channel, _ in sent(world, alarm) if channel == "voice"}
    assert calls == ({called_at} if called_at else set())


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"unanswered_seconds": 20}, [(0, "sms"), (20, "voice")]),
        ({"channels": ["sms", "voice"]}, [(0, "sms"), (45, "voice")]),
        ({"channels": ["voice", "sms"]}, [(0, "voice")]),
        ({"by": "voice"}, [(0, "voice")]),
        ({"channels": ["sms"]}, [(0, "sms")]),
    ],
)
def test_a_step_says_by_which_channels_and_after_how_long(
    world: World, changes: dict[str, Any], wanted: list[tuple[int, str]]
) -> None:
    alarm = raised(world, CHILD | changes, LATER)
    world.pass_time(2900)
    assert [(at, channel) for at, channel, _ in sent(world, alarm)] == wanted


def choose(world: World, *channels: tuple[str, str]) -> None:
    world.run(preferences.set_channels, world.home.contacts[0], channels)


APP = ("apprise", "ntfy://box.example.org/wang")


@pytest.mark.parametrize(
    ("channels", "step", "wanted"),
    [
        ([("sms", "")], {}, [(0, "sms")]),
        ([("voice", ""), ("sms", "")], {"channels": ["sms", "voice"]}, [(0, "voice")]),
        ([APP, ("sms", ""), ("voice", "")], {}, [(0, "apprise"), (45, "voice")]),
        ([APP, ("sms", "")], {}, [(0, "apprise"), (45, "sms")]),
        ([APP, ("voice", "")], {"channels": ["sms"]}, [(0, "apprise")]),
    ],
)
def test_what_somebody_has_chosen_decides_what_is_possible(
    world: World,
    channels: list[tuple[str, str]],
    step: dict[str, Any],
    wanted: list[tuple[int, str]],
) -> None:
    choose(world, *channels)
    alarm = raised(world, CHILD | step, LATER)
    world.pass_time(2900)
    assert [(at, channel) for at, channel, _ in sent(world, alarm)] == wanted


@pytest.mark.parametrize(
    ("kind", "begins", "wanted"),
    [
        ("inactivity", 11, []),
        ("inactivity", 12, ["sms"]),
        ("inactivity", 13, ["sms", "voice"]),
        ("help_call", 11, ["sms", "voice"]),
    ],
)
def test_quiet_hours_are_kept_for_all_but_a_life(
    world: World, kind: str, begins: int, wanted: list[str]
) -> None:
    """At a minute before twelve: they are quiet already, they begin before the call, or after.

    Broken on purpose by leaving _is_quiet out: the telephone rings two minutes into them."""
    world.run(
        preferences.set_preferences,
        world.home.contacts[0],
        kinds=None,
        quiet_from=time(begins),
        quiet_to=time(18),
    )
    world.time = NOON - timedelta(minutes=1)
    alarm = raised(world, kind=kind)
    world.pass_time(130)
    assert [channel for _, channel, _ in sent(world, alarm)] == wanted


def answers(answer: Answer) -> Callable[[World, int], object]:
    def work(world: World, alarm: int) -> None:
        with world.pool.connection() as conn:
            daughter = people.find_person(conn, world.home.contacts[0])
            assert daughter is not None
            contact_answers.respond(
                conn, alarm, daughter, answer, via="page", now=world.time, policy=world.policy
            )

    return work


def writes(words: str) -> Callable[[World, int], object]:
    return lambda world, _alarm: world.text(world.home.phones[0], words)


def hide(world: World, alarm: int) -> None:
    until = world.time + timedelta(minutes=30)
    one, second = world.district.operators[:2]
    world.run(shelving.shelve, alarm, until, "cooking", one, world.time)
    world.run(shelving.confirm, alarm, second, world.time)


def close(world: World, alarm: int) -> None:
    world.acknowledge(alarm)
    world.close(alarm)


ENDS: dict[str, Callable[[World, int], object]] = {
    "going": answers(Answer.GOING),
    "cannot": answers(Answer.CANNOT),
    "seen": answers(Answer.SEEN),
    "texted": writes("1"),
    "not understood": writes("who is this?!"),
    "taken": World.acknowledge,
    "hidden": hide,
    "closed": close,
}


@pytest.mark.parametrize("how", ENDS)
def test_whoever_is_awake_or_not_needed_is_not_called(world: World, how: str) -> None:
    alarm = raised(world)
    world.pass_time(44)
    ENDS[how](world, alarm)
    world.pass_time(59)
    assert [channel for _, channel, _ in sent(world, alarm)] == ["sms"]
    assert unanswered(world, alarm) == []


@pytest.mark.parametrize("how", [name for name in ENDS if name != "not understood"])
def test_no_timer_of_a_run_that_is_over_is_left_for_the_next(world: World, how: str) -> None:
    """Else an alarm that comes back within the minute calls twice."""
    alarm = raised(world)
    ENDS[how](world, alarm)
    assert timers(world) == []


def test_who_was_told_otherwise_and_writes_a_text_is_awake(world: World) -> None:
    choose(world, APP, ("voice", ""))
    alarm = raised(world)
    world.text(world.home.phones[0], "who is this?!")
    world.pass_time(59)
    assert [channel for _, channel, _ in sent(world, alarm)] == ["apprise"]


@pytest.mark.parametrize("words", ["STOP", "START"])
def test_what_is_said_about_our_texts_is_no_answer(world: World, words: str) -> None:
    alarm = raised(world)
    world.text(world.home.phones[0], words)
    world.pass_time(45)
    assert [channel for _, channel, _ in sent(world, alarm)] == ["sms", "voice"]


def test_what_somebody_wrote_about_another_home_is_no_answer_here(world: World) -> None:
    first, second = world.district.homes
    world.run(
        people.add_contact,
        home_id=second.id,
        person_id=first.contacts[0],
        position=9,
        relation="niece",
    )
    world.plan(FAMILY, LATER)
    mine, other = world.raised().id, world.raised(home=second.code).id
    world.text(first.phones[0], f"1 {world.alarm(other).code}")
    world.pass_time(45)
    called = [(a, to) for a in (mine, other) for _, ch, to in sent(world, a) if ch == "voice"]
    assert (mine, first.phones[0]) in called
    assert (other, first.phones[0]) not in called


def test_a_step_that_outlasts_the_taking_calls_all_the_same(world: World) -> None:
    """Broken on purpose by stopping all calls when somebody has taken the alarm."""
    alarm = raised(world, CHILD | {"when": "not_arrived"}, LATER)
    world.acknowledge(alarm)
    world.pass_time(45)
    assert [channel for _, channel, _ in sent(world, alarm)] == ["sms", "voice"]


def test_while_one_of_the_family_is_going_the_others_are_not_rung(world: World) -> None:
    """While somebody has the alarm; nobody has it: they are rung."""
    world.policy = replace(world.policy, progress_life=3600)
    alarm = raised(world, {**FAMILY, "when": "not_arrived"}, LATER)
    world.pass_time(30)
    answers(Answer.GOING)(world, alarm)
    world.acknowledge(alarm)
    world.pass_time(569)
    assert [ch for _, ch, _ in sent(world, alarm, "alarm")] == ["sms"] * 3
    world.pass_time(31)
    called = [to for at, ch, to in sent(world, alarm, "alarm") if ch == "voice"]
    assert called == world.home.phones[1:], "she should be there by now, and nobody knows"


def test_a_call_that_nobody_takes_ends_it_and_the_text_remains(world: World) -> None:
    alarm = raised(world)
    world.sql("UPDATE notifications SET state = 'DELIVERED', sent_at = %s", world.time)
    world.pass_time(45)
    (call,) = [n for n in world.run(outbox.of_alarm, alarm) if n.channel == "voice"]
    fail(world, call, "no-answer")
    world.pass_time(2000)
    assert len(sent(world, alarm)) == 2
    assert "step_fired" in world.events(alarm)


@pytest.mark.parametrize("code", ["30003", "21610"])
def test_a_text_that_fails_becomes_a_call_at_once_and_no_second_one(
    world: World, code: str
) -> None:
    alarm = raised(world)
    (message,) = world.run(outbox.of_alarm, alarm)
    fail(world, message, code)
    world.pass_time(2000)
    assert [(at, channel) for at, channel, _ in sent(world, alarm)] == [(0, "sms"), (0, "voice")]


def test_four_engines_call_once(world: World) -> None:
    alarm = raised(world, FAMILY, LATER)
    world.time += timedelta(seconds=45)
    at_once(lambda _: world.fire_due(), 4, 4)
    assert [ch for _, ch, _ in sent(world, alarm)] == ["sms"] * 3 + ["voice"] * 3


def test_the_state_can_be_rebuilt_and_the_lines_go_to_no_subscriber(world: World) -> None:
    alarm = raised(world)
    world.run(
        subscriptions.add, url="http://x.example", secret="s" * 32, kinds=None, areas=None, now=NOON
    )
    world.pass_time(45)
    row = world.alarm(alarm)
    assert rebuild.rebuild(world.journal(alarm)) == rebuild.as_rebuilt(row)
    told = world.sql("SELECT body::jsonb ->> 'type' FROM notifications WHERE channel = 'webhook'")
    assert "org.anxin.alarm.unanswered" not in told


# offers to responders


def offer(world: World, alarm: int) -> DispatchState:
    return world.dispatches(alarm)[0].state


def test_an_offer_is_a_text_and_a_call_within_the_minute(world: World) -> None:
    alarm = raised(world, GRID, LATER)
    phone = world.district.responder_phone
    world.pass_time(60)
    assert sent(world, alarm) == [(0, "sms", phone), (45, "voice", phone)]
    text, call = world.run(outbox.of_alarm, alarm)
    assert (text.chain, text.dispatch_id) == (call.chain, call.dispatch_id)
    assert offer(world, alarm) == DispatchState.OFFERED
    world.pass_time(60)
    assert offer(world, alarm) == DispatchState.NO_ANSWER, "the deadline is what it was"


@pytest.mark.parametrize("words", ["1", "2"])
def test_a_text_that_answers_an_offer_takes_the_call_back(world: World, words: str) -> None:
    alarm = raised(world, GRID, LATER)
    world.sql("UPDATE notifications SET state = 'SENT', sent_at = %s", world.time)
    world.pass_time(45)
    world.text(world.district.responder_phone, words)
    call = world.run(outbox.of_alarm, alarm)[1]
    assert (call.channel, call.state) == ("voice", NotificationState.CANCELLED)


def test_an_offer_answered_in_time_calls_nobody(world: World) -> None:
    alarm = raised(world, GRID, LATER)
    world.text(world.district.responder_phone, "1")
    assert timers(world) == []
    world.pass_time(60)
    assert [ch for _, ch, _ in sent(world, alarm)] == ["sms"]


def test_a_call_that_fails_leaves_the_text_its_time_to_be_answered(world: World) -> None:
    """Broken on purpose by counting only what is still on its way in failover._used_up: who is
    about to answer the text is passed over."""
    alarm = raised(world, GRID, LATER)
    world.sql("UPDATE notifications SET state = 'DELIVERED', sent_at = %s", world.time)
    world.pass_time(50)
    fail(world, world.run(outbox.of_alarm, alarm)[1], "no-answer")
    assert offer(world, alarm) == DispatchState.OFFERED
    world.text(world.district.responder_phone, "1")
    assert offer(world, alarm) == DispatchState.ACCEPTED


def test_an_offer_of_the_step_goes_by_the_steps_channels(world: World) -> None:
    alarm = raised(world, GRID | {"channels": ["sms", "voice"], "unanswered_seconds": 15}, LATER)
    world.pass_time(60)
    assert [(at, ch) for at, ch, _ in sent(world, alarm)] == [(0, "sms"), (15, "voice")]


def test_an_offer_that_another_danger_of_the_home_keeps_still_becomes_a_call(world: World) -> None:
    """Broken on purpose by not handing the timer on in closing._keep."""
    world.plan(GRID, LATER)
    smoke = world.raised("smoke", device="smoke-1").id
    call = world.raised().id
    world.pass_time(1)
    world.acknowledge(smoke)
    world.close(smoke)
    world.pass_time(44)
    everything = [*sent(world, smoke, "offer"), *sent(world, call, "offer")]
    assert [ch for _, ch, _ in everything] == ["sms", "voice"]


# one telephone


def share(world: World, *positions: int) -> None:
    for position in positions:
        world.sql(
            "UPDATE people SET phone = %s WHERE id = %s",
            world.home.phones[0],
            world.home.contacts[position - 1],
        )


@pytest.mark.parametrize("target", ["contacts", "contacts_in_order"])
def test_two_who_share_a_telephone_get_one_text_and_one_call(world: World, target: str) -> None:
    """Broken on purpose by keeping all in planned_messages.once_a_telephone: it rings twice."""
    share(world, 2)
    alarm = raised(world, {"after_seconds": 0, "target": target}, LATER)
    world.pass_time(200)
    shared = [(at, ch) for at, ch, to in sent(world, alarm) if to == world.home.phones[0]]
    assert shared == [(0, "sms"), (45, "voice")]
    other = [ch for _, ch, to in sent(world, alarm) if to == world.home.phones[2]]
    assert other == ["sms", "voice"]


def test_a_telephone_rung_for_one_is_not_rung_for_the_other(world: World) -> None:
    """One of them is called first, the other written to: that is one text and one call."""
    share(world, 2)
    world.run(preferences.set_channels, world.home.contacts[1], [("voice", ""), ("sms", "")])
    alarm = raised(world, FAMILY, LATER)
    world.pass_time(200)
    shared = [(at, ch) for at, ch, to in sent(world, alarm) if to == world.home.phones[0]]
    assert shared == [(0, "sms"), (0, "voice")]


def test_who_is_told_by_the_others_telephone_is_in_the_journal(world: World) -> None:
    share(world, 2)
    alarm = raised(world, FAMILY, LATER)
    lines = [line.data for line in world.journal(alarm) if line.event == "same_telephone"]
    assert [line["person"] for line in lines] == [world.home.contacts[1]]


def test_the_plans_own_next_step_is_not_moved(world: World) -> None:
    raised(world)
    before = world.sql("SELECT due_at FROM timers WHERE kind = 'step'")
    world.pass_time(45)
    assert world.sql("SELECT due_at FROM timers WHERE kind = 'step'") == before
