"""The pure rules of the simulated Alibaba Cloud: numbers, times, limits, the account."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from device_sim.carrier.alibaba.account import AlibabaBehaviour
from device_sim.carrier.alibaba.beijing_time import day, stamp
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.limits import DOCUMENTED_SMS, CalleeLimits, Tally, Throttle
from device_sim.carrier.alibaba.phone_numbers import callee, mobile, mobiles, written


@pytest.mark.parametrize("prefix", ["", "+86", "86", "0086"])
def test_a_recipient_may_be_written_in_four_ways(prefix: str) -> None:
    assert mobile(f"{prefix}13800000001") == "+8613800000001"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1380000000",
        "138000000011",
        "12800000001",
        "057112345678",
        "+15005550006",
        "+85251234567",
    ],
)
def test_no_other_number_gets_a_message(number: str) -> None:
    with pytest.raises(BusinessError, match=r"isv\.MOBILE_NUMBER_ILLEGAL"):
        mobile(number)


def test_several_recipients_are_parted_by_commas() -> None:
    assert mobiles("13800000001,+8613800000002") == ["+8613800000001", "+8613800000002"]
    with pytest.raises(BusinessError, match="COUNT_OVER_LIMIT"):
        mobiles(",".join(["13800000001"] * 1001))


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("13800000001", "+8613800000001"),
        ("057112345678", "+8657112345678"),
        ("01012345678", "+861012345678"),
        ("4001234567", "+864001234567"),
        ("85251234567", "+85251234567"),
    ],
)
def test_a_landline_and_a_number_abroad_can_be_called(given: str, number: str) -> None:
    assert callee(given) == number


@pytest.mark.parametrize("number", ["", "+8613800000001", "8613800000001", "0571", "abc"])
def test_a_mainland_number_is_called_without_its_country_code(number: str) -> None:
    with pytest.raises(BusinessError, match=r"isv\.MOBILE_NUMBER_ILLEGAL"):
        callee(number)


def test_reports_name_mainland_numbers_with_eleven_digits() -> None:
    assert written("+8613800000001") == "13800000001"
    assert written("+85251234567") == "85251234567"


def test_times_are_beijing_s_without_saying_so() -> None:
    late = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    assert stamp(late) == "2026-11-22 01:30:00"
    assert day(late) == "20261122"
    assert stamp(None) == ""


def test_one_a_minute_five_an_hour_ten_a_day() -> None:
    tally, key = Tally(), ("+8613800000001", "安心")
    taken = []
    for second in range(0, 90_000, 10):
        if tally.refusal(key, DOCUMENTED_SMS, float(second)) is None:
            tally.count(key, float(second))
            taken.append(second)
    assert taken[:7] == [0, 60, 120, 180, 240, 3600, 3660]
    assert len([at for at in taken if at < 86_400]) == 10
    assert taken[10] == 86_400


def test_a_refusal_says_which_limit_and_a_refused_message_does_not_count() -> None:
    tally, key, limits = Tally(), ("1",), CalleeLimits(minute=1, hour=2)
    tally.count(key, 0.0)
    assert tally.refusal(key, limits, 1.0) == "触发分钟级流控Permits:1"
    assert tally.refusal(key, limits, 60.0) is None
    tally.count(key, 60.0)
    assert tally.refusal(key, limits, 120.0) == "触发小时级流控Permits:2"
    assert tally.refusal(("2",), limits, 120.0) is None


@given(st.lists(st.floats(0, 200_000), max_size=60))
def test_no_window_ever_holds_more_than_its_limit(moments: list[float]) -> None:
    tally, limits, taken = Tally(), CalleeLimits(minute=1, hour=5, day=10), []
    for now in sorted(moments):
        if tally.refusal(("1",), limits, now) is None:
            tally.count(("1",), now)
            taken.append(now)
    for span, most in ((60, 1), (3600, 5), (86_400, 10)):
        assert all(sum(end - span < at <= end for at in taken) <= most for end in taken)


def test_the_account_s_rate_counts_what_was_let_through() -> None:
    throttle = Throttle()
    assert [throttle.admits(2, at) for at in (0.0, 0.1, 0.2, 0.9, 1.05, 1.2)] == [
        *(True, True, False, False, True, True)
    ]
    assert all(throttle.admits(None, 2.0) for _ in range(100))


def test_the_account_is_kind_by_default_and_real_by_choice() -> None:
    kind, real = AlibabaBehaviour(), AlibabaBehaviour.as_real(review="approved")
    assert (kind.sms_limits, kind.reports, kind.twin_calls_block) == (CalleeLimits(), "once", False)
    assert (real.sms_limits, real.reports, real.twin_calls_block) == (
        *(DOCUMENTED_SMS, "duplicate", True),
    )
    assert real.review == "approved"


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        AlibabaBehaviour.model_validate({"outcome": "gone"})
    assert AlibabaBehaviour.model_validate({"sms_limits": None}).sms_limits == CalleeLimits()
