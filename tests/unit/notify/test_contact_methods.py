"""By which channels a person is notified, in which order, and when not."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify import mainland_china
from alerts.notify.contact_methods import (
    is_wanted,
    methods_for,
    morning_after,
    quiet_until,
    send_time,
)
from alerts.policy import Policy
from store.model import Kind, OutboxLane, Priority
from store.notify.preferences import Preferences
from tests.district import NOON
from tests.sample_rows import person

ALL = frozenset({"sms", "voice", "apprise"})
POLICY = Policy(channels=ALL, life_sender="+1555000001", routine_sender="+1555000002")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def order(
    preferences: Preferences | None = None,
    policy: Policy = POLICY,
    lane: OutboxLane = OutboxLane.LIFE,
    purpose: str = "alarm",
    phone: str | None = "+8613800000001",
) -> list[str]:
    who = person(1, phone)
    return [
        method.channel
        for method in methods_for(who, preferences or Preferences(), purpose, lane, policy)
    ]


def test_without_wishes_an_sms_then_a_call() -> None:
    assert order() == ["sms", "voice"]
    assert order(phone=None) == []
    assert order(policy=Policy()) == ["sms"], "only what the installation can send by"


@pytest.mark.parametrize("purpose", ["told", "over", "answer"])
def test_nobody_is_rung_up_for_news(purpose: str) -> None:
    assert order(purpose=purpose) == ["sms"]


def test_own_wishes_go_before_the_installations_order() -> None:
    chosen = Preferences(channels=[("apprise", 7), ("voice", 8)])
    assert order(chosen) == ["apprise", "voice"]
    assert order(chosen, phone=None) == ["apprise"], "an app needs no telephone"
    found = methods_for(person(1), chosen, "alarm", OutboxLane.LIFE, POLICY)
    assert found[0].address == "apprise:7", "the row, never the address itself"


def test_a_call_comes_first_where_the_policy_says_so() -> None:
    china_first = Policy(channels=ALL, voice_first=("+86",))
    assert order(policy=china_first) == ["voice", "sms"]
    assert order(policy=china_first, phone="+4915100000001") == ["sms", "voice"]


@pytest.mark.parametrize(
    ("stopped", "life", "rest"),
    [
        (["+1555000002"], ["sms", "voice"], ["voice"]),
        (["+1555000001"], ["voice"], ["sms", "voice"]),
        ([""], ["voice"], ["voice"]),
        (["+1999999999"], ["sms", "voice"], ["sms", "voice"]),
    ],
)
def test_a_stop_is_for_one_sender_and_never_for_calls(
    stopped: list[str], life: list[str], rest: list[str]
) -> None:
    assert order(Preferences(stopped=stopped)) == life
    assert order(Preferences(stopped=stopped), lane=OutboxLane.ROUTINE) == rest
    nameless = Policy(channels=ALL)
    assert order(Preferences(stopped=stopped), nameless) == ["voice"], (
        "which sender is ours: not known"
    )


BUDGET = Policy(channels=ALL, sms_budget=10, sms_budget_life=4)


@pytest.mark.parametrize(
    ("sent", "life", "rest"),
    [
        (5, ["sms", "voice"], ["sms", "voice"]),
        (6, ["sms", "voice"], ["voice"]),
        (9, ["sms", "voice"], ["voice"]),
        (10, ["voice", "sms"], ["voice"]),
    ],
)
def test_a_part_of_the_days_budget_is_kept_for_life_safety(
    sent: int, life: list[str], rest: list[str]
) -> None:
    assert order(Preferences(sms_today=sent), BUDGET) == life
    assert order(Preferences(sms_today=sent), BUDGET, OutboxLane.ROUTINE) == rest
    abroad = "+4915100000001"
    assert order(Preferences(sms_today=99), BUDGET, OutboxLane.ROUTINE, phone=abroad) == [
        "sms",
        "voice",
    ]


@given(
    channels=st.lists(st.sampled_from(["sms", "voice", "apprise"]), max_size=4),
    sent=st.integers(0, 100),
    budget=st.integers(0, 50),
)
def test_no_budget_ever_takes_the_last_way_of_a_life(
    channels: list[str], sent: int, budget: int
) -> None:
    preferences = Preferences(channels=[(c, n) for n, c in enumerate(channels)], sms_today=sent)
    policy = Policy(channels=ALL, sms_budget=budget)
    assert sorted(order(preferences, policy)) == sorted(channels or ["sms", "voice"])


def test_wishes_for_kinds_never_hide_a_life() -> None:
    few = Preferences(kinds=["low_battery"])
    assert is_wanted(few, Kind.LOW_BATTERY, Priority.TECHNICAL)
    assert not is_wanted(few, Kind.WATER_LEAK, Priority.PERSON_AT_RISK)
    assert is_wanted(few, Kind.HELP_CALL, Priority.LIFE)
    assert is_wanted(Preferences(), Kind.WATER_LEAK, Priority.PERSON_AT_RISK)


NIGHT = Preferences(quiet_from=time(22), quiet_to=time(7))


@pytest.mark.parametrize(
    ("here", "until"),
    [
        ("2026-11-21 21:59", None),
        ("2026-11-21 22:00", "2026-11-22 07:00"),
        ("2026-11-22 06:59", "2026-11-22 07:00"),
        ("2026-11-22 07:00", None),
    ],
)
def test_quiet_hours_go_over_midnight(here: str, until: str | None) -> None:
    now = datetime.fromisoformat(here).replace(tzinfo=SHANGHAI)
    found = quiet_until(NIGHT, Priority.TECHNICAL, now, SHANGHAI)
    assert found == (until and datetime.fromisoformat(until).replace(tzinfo=SHANGHAI))
    assert quiet_until(NIGHT, Priority.LIFE, now, SHANGHAI) is None


@given(
    begin=st.times(),
    end=st.times(),
    days=st.integers(0, 20000),
    seconds=st.integers(0, 86399),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_quiet_hours_always_end_within_a_day(
    begin: time, end: time, days: int, seconds: int, zone: str
) -> None:
    now = NOON + timedelta(days=days, seconds=seconds)
    preferences = Preferences(quiet_from=begin, quiet_to=end)
    until = quiet_until(preferences, Priority.TECHNICAL, now, ZoneInfo(zone))
    assert until is None or now - timedelta(hours=1) <= until <= now + timedelta(hours=26)
    if begin == end:
        assert until is None


@pytest.mark.parametrize(
    ("here", "until"),
    [
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-21 08:00", "2026-11-21 08:00"),
        ("2026-11-21 20:59", "2026-11-21 20:59"),
        ("2026-11-21 21:00", "2026-11-22 08:00"),
    ],
)
def test_what_can_wait_is_told_by_day(here: str, until: str) -> None:
    now = datetime.fromisoformat(here).replace(tzinfo=SHANGHAI)
    assert morning_after(now, SHANGHAI, POLICY) == datetime.fromisoformat(until).replace(
        tzinfo=SHANGHAI
    )
    always = Policy(routine_from=time(0), routine_until=time(0))
    assert morning_after(now, SHANGHAI, always) == now


def test_a_step_may_ask_for_a_call_first_whatever_they_prefer() -> None:
    who, texts_only = person(1, "+8613800000001"), Preferences(channels=[("sms", 0)])
    for wishes in (Preferences(), texts_only):
        found = methods_for(who, wishes, "alarm", OutboxLane.LIFE, POLICY, first="voice")
        assert [method.channel for method in found] == ["voice", "sms"]
    mute = Policy(channels=frozenset({"sms"}))
    found = methods_for(who, Preferences(), "alarm", OutboxLane.LIFE, mute, first="voice")
    assert [method.channel for method in found] == ["sms"], "where calls are not open, a text"


@pytest.mark.parametrize(
    ("phone", "inside"),
    [
        ("+8613800000001", True),
        ("+862131234567", True),
        ("+85291234567", False),
        ("+886912345678", False),
        ("+14155550123", False),
    ],
)
def test_what_is_a_mainland_number(phone: str, inside: bool) -> None:
    assert mainland_china.is_mainland(phone) is inside


def test_a_template_is_for_mainland_numbers_with_something_to_fill_it() -> None:
    templates: dict[str, Any] = {"alarm": "HX1"}
    filled = {"1": "Wang"}
    assert mainland_china.template(templates, "+8613800000001", "alarm", filled) == "HX1"
    assert mainland_china.template(templates, "+8613800000001", "told", filled) is None
    assert mainland_china.template(templates, "+8613800000001", "alarm", {}) is None
    assert mainland_china.template(templates, "+4915100000001", "alarm", filled) is None


@pytest.mark.parametrize(
    ("purpose", "kind", "priority", "hour", "expected"),
    [
        ("alarm", Kind.LOW_BATTERY, Priority.TECHNICAL, 12, (0, "")),
        ("alarm", Kind.LOW_BATTERY, Priority.TECHNICAL, 23, (None, "quiet_hours")),
        ("alarm", Kind.COLD, Priority.PERSON_AT_RISK, 12, (None, "not_their_kind")),
        ("alarm", Kind.SMOKE, Priority.LIFE, 23, (0, "")),
        ("told", Kind.LOW_BATTERY, Priority.TECHNICAL, 23, (8, "")),
        ("over", Kind.COLD, Priority.PERSON_AT_RISK, 12, (0, "")),
        ("answer", Kind.COLD, Priority.PERSON_AT_RISK, 23, (0, "")),
    ],
)
def test_when_somebody_may_be_told(
    purpose: str, kind: Kind, priority: Priority, hour: int, expected: tuple[int | None, str]
) -> None:
    """`expected`: hours until then, None: not at all."""
    now = datetime(2026, 11, 21, hour, tzinfo=SHANGHAI)
    preferences = Preferences(kinds=["low_battery"], quiet_from=time(22), quiet_to=time(7))
    wait, why = expected
    due = None if wait is None else now + timedelta(hours=wait)
    assert send_time(preferences, purpose, kind, priority, now, SHANGHAI) == (due, why)
