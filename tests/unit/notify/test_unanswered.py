"""When silence takes the next channel, and which: decided without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify.contact_methods import ContactMethod, methods_for
from alerts.notify.unanswered import ANY, ChannelOrder, next_after_silence, seconds_to_answer
from alerts.policy import Policy
from store.model import OutboxLane, Priority
from store.notify.preferences import Preferences
from tests.sample_rows import person

POLICY = Policy(channels=frozenset({"sms", "voice", "apprise"}))
CHINA = Policy(channels=POLICY.channels, voice_first=("+86",))


def ways(*channels: str) -> list[ContactMethod]:
    return [ContactMethod(channel, "somewhere", channel) for channel in channels]


def wait(
    *channels: str,
    purpose: str = "alarm",
    priority: Priority = Priority.LIFE,
    order: ChannelOrder = ANY,
) -> int | None:
    return seconds_to_answer(purpose, priority, ways(*channels), order, POLICY)


@pytest.mark.parametrize(
    ("priority", "seconds"),
    [
        (Priority.LIFE, 45),
        (Priority.PERSON_AT_RISK, 120),
        (Priority.COMFORT, None),
        (Priority.TECHNICAL, None),
    ],
)
def test_how_long_silence_lasts(priority: Priority, seconds: int | None) -> None:
    """Break: give comfort and technical alarms a figure: a battery then rings at night."""
    for purpose in ("alarm", "offer"):
        assert wait("sms", "voice", purpose=purpose, priority=priority) == seconds
    for news in ("told", "over", "access", "also"):
        assert wait("sms", "voice", purpose=news, priority=priority) is None


def test_text_and_call_come_within_the_minute_in_which_telecare_answers() -> None:
    assert POLICY.unanswered_life < 60 < POLICY.accept
    assert POLICY.unanswered_at_risk <= POLICY.accept


def test_a_steps_own_seconds_go_before_the_policys_and_not_before_the_priority() -> None:
    step = ChannelOrder(seconds=20)
    assert wait("sms", "voice", order=step) == 20
    assert wait("sms", "voice", order=step, priority=Priority.TECHNICAL) is None


@pytest.mark.parametrize("channels", [[], ["voice"], ["voice", "sms"], ["sms"]])
def test_a_call_is_the_end_of_it_and_one_way_has_no_next(channels: list[str]) -> None:
    assert wait(*channels) is None


@pytest.mark.parametrize(
    ("untried", "allowed", "taken"),
    [
        (["voice"], [], "voice"),
        (["sms", "voice"], [], "voice"),
        (["apprise", "sms"], [], "apprise"),
        (["sms", "voice"], ["sms"], "sms"),
        (["voice"], ["sms"], None),
        ([], [], None),
    ],
)
def test_a_call_goes_before_another_text(
    untried: list[str], allowed: list[str], taken: str | None
) -> None:
    found = next_after_silence(ways(*untried), allowed)
    assert (found.channel if found else None) == taken


@given(
    st.lists(st.sampled_from(["sms", "voice", "apprise"]), unique=True),
    st.lists(st.sampled_from(["sms", "voice"]), unique=True),
    st.sampled_from(Priority),
    st.none() | st.integers(15, 300),
)
def test_silence_ends_with_at_most_one_call(
    channels: list[str], allowed: list[str], priority: Priority, seconds: int | None
) -> None:
    """However somebody's channels stand: each is taken once, a call ends it, and a call is taken
    by silence exactly where there is one that may be."""
    order, left = ChannelOrder(tuple(allowed), seconds), ways(*channels)
    taken = [left.pop(0)] if left else []
    first = seconds_to_answer("alarm", priority, [*taken, *left], order, POLICY)
    if first is not None:
        while taken[-1].channel != "voice":
            following = next_after_silence(left, order.channels)
            if following is None:
                break
            left.remove(following)
            taken.append(following)
    called = [method.channel for method in taken].count("voice")
    assert len({method.key for method in taken}) == len(taken)
    assert called <= 1
    if priority <= Priority.PERSON_AT_RISK and "voice" in channels and not allowed:
        assert called == 1
        assert len(taken) <= 2
    if priority > Priority.PERSON_AT_RISK:
        assert len(taken) <= 1


@pytest.mark.parametrize(
    ("policy", "wanted", "order", "found"),
    [
        (POLICY, [], (), ["sms", "voice"]),
        (POLICY, [], ("voice", "sms"), ["voice", "sms"]),
        (POLICY, [], ("voice",), ["voice", "sms"]),
        (CHINA, [], ("sms", "voice"), ["voice", "sms"]),
        (POLICY, [("apprise", 7), ("sms", 0)], ("voice", "sms"), ["apprise", "sms"]),
    ],
)
def test_a_steps_order_is_for_whoever_has_none_of_their_own(
    policy: Policy,
    wanted: list[tuple[str, int]],
    order: tuple[str, ...],
    found: list[str],
) -> None:
    """And not against what the carriers of the number can do: +86 by voice first."""
    methods = methods_for(
        person(1), Preferences(channels=wanted), "alarm", OutboxLane.LIFE, policy, order=order
    )
    assert [method.channel for method in methods] == found
