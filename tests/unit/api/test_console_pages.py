"""The pure parts of the desk's pages: refusals in words, ends to choose, bars of a rota."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from alerts.alarm.mode_rules import LONGEST
from alerts.alarm.shelving import LONGEST as LONGEST_SHELF
from alerts.alarm.shelving import LONGEST_LIFE
from alerts.duty.shift_rules import Period
from api.console import duration_choices
from api.console.duration_choices import DurationChoice
from api.console.duty import timelines
from api.http.fields import Body, Line
from api.http.phone_numbers import Phone
from api.pages import languages
from api.pages.refusal_texts import ALL_TEXTS, REFUSAL_TEXTS, VALIDATION_TEXTS, translate_refusal
from store.model import Priority
from store.watch.home_modes import Mode
from tests.district import NOON

ROOT = Path(__file__).parents[3]
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def said() -> set[str]:
    """Every piece of text in what refuses."""
    files = [
        *(ROOT / "alerts").rglob("*.py"),
        *(ROOT / "api/routes").rglob("*.py"),
    ]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}


def test_every_refusal_that_is_translated_is_still_said_somewhere() -> None:
    """Broken on purpose by changing a message in alerts/ alone: the desk would read English."""
    texts = said()
    gone = [
        (template, piece)
        for template in REFUSAL_TEXTS
        for piece in (part.strip(" :;,()") for part in re.split(r"\{\w+\}", template))
        if not any(piece in text for text in texts)
    ]
    assert gone == []


class Asked(Body):
    phone: Phone
    name: Line
    number: Annotated[int, Field(ge=2, le=5)] = 3


@pytest.mark.parametrize(
    "body",
    [{}, {"phone": "1", "name": ""}, {"name": "x" * 300, "number": 1}, {"number": 6}],
)
def test_what_a_field_lacks_is_read_in_chinese(body: dict[str, Any]) -> None:
    """Fails when pydantic words it otherwise than LACKS."""
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate(body)
    for error in refused.value.errors():
        read = translate_refusal(error["msg"], languages.translations("zh").ugettext)
        assert re.search("[a-zA-Z]{3}", read) is None, error["msg"]


def test_no_text_names_a_value_twice() -> None:
    """Neither Python nor a browser reads such a pattern: nothing at all would be translated."""
    for template in ALL_TEXTS:
        names = re.findall(r"\{(\w+)\}", template)
        assert len(names) == len(set(names)), template
    assert set(VALIDATION_TEXTS) < set(ALL_TEXTS)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("a district cannot lie in a grid", "区县 不能归入 网格"),
        ("the alarm is closed already", "报警已经结束"),
        ("there is no area G9", "没有区域 G9"),
        ("no number is known for 119; known: none is set up", "不知道 119 的号码；已知：尚未设置"),
        ("alerts: silent for 40 s", "alerts：40 秒没有响应"),
        ("something nobody has translated", "something nobody has translated"),
    ],
)
def test_a_refusal_is_read_in_chinese(said: str, read: str) -> None:
    assert translate_refusal(said, languages.translations("zh").ugettext) == read


def lasts(choice: DurationChoice, now: datetime) -> timedelta:
    if choice.seconds is not None:
        return timedelta(seconds=choice.seconds)
    return datetime.fromisoformat(choice.moment) - now


@given(st.integers(0, 365 * 24 * 60))
def test_no_end_can_be_chosen_that_would_be_refused(minutes: int) -> None:
    """Broken on purpose by offering 4 hours for a danger to life."""
    now = NOON + timedelta(minutes=minutes)
    for priority in Priority:
        longest = LONGEST_LIFE if priority == Priority.LIFE else LONGEST_SHELF
        for choice in duration_choices.shelving_choices(priority, now, SHANGHAI):
            assert timedelta(0) < lasts(choice, now) <= longest
    for mode in Mode:
        for choice in duration_choices.mode_choices(mode, now, SHANGHAI):
            assert timedelta(0) < lasts(choice, now) <= LONGEST[mode]


def test_in_the_morning_is_the_next_seven_oclock_of_the_homes() -> None:
    night = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
    (morning,) = [
        c for c in duration_choices.shelving_choices(Priority.COMFORT, night, SHANGHAI) if c.moment
    ]
    assert lasts(morning, night) == timedelta(hours=4)


def test_bars_are_cut_to_the_strip_and_keep_their_real_times() -> None:
    long = Period(NOON - 5 * DAY, NOON + DAY)
    (bar,) = timelines.timeline_bars([long], NOON, NOON + 2 * DAY)
    assert (bar.x, bar.width) == (0, 500)
    assert (bar.starts_at, bar.ends_at) == (long.starts_at, long.ends_at)
    assert timelines.timeline_bars([Period(NOON - DAY, NOON)], NOON, NOON + DAY) == []
    assert [day.x for day in timelines.timeline_days(NOON, 4)] == [0, 250, 500, 750]


@given(st.integers(-100, 100), st.integers(1, 100))
def test_no_bar_sticks_out(start: int, hours: int) -> None:
    period = Period(NOON + timedelta(hours=start), NOON + timedelta(hours=start + hours))
    for bar in timelines.timeline_bars([period], NOON, NOON + 3 * DAY):
        assert 0 <= bar.x <= timelines.WIDTH
        assert bar.width >= 1
        assert bar.x + bar.width <= timelines.WIDTH + 2
