"""Finds in a reply how long somebody needs until they are there, or by when they are. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from alerts.response.replies.reply_words import WHEN_MARK

LONGEST_WAY = 180
"""Minutes. What is said to take longer is no way to somebody who needs help: a person reads it."""
_JUST_PAST = timedelta(minutes=5)
"""A clock time so long past still means now, not tomorrow."""

_ZH = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_EN = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30},
    **{"twenty-five": 25, "twenty five": 25, "forty": 40, "forty-five": 45, "forty five": 45},
    **{"fifty": 50, "sixty": 60, "ninety": 90},
}
_NUMBER = (
    r"(?<![\d零一二两三四五六七八九十百])(?:\d{1,3}(?:\.\d(?!\d))?|[零一二两三四五六七八九十]{1,3}|"
    + "|".join(rf"\b{word}\b" for word in sorted(_EN, key=len, reverse=True))
    + ")"
)
_BEFORE = (
    r"(?:(?:大概|大约|约|差不多|还有|还要|还需要|还需|需要|最多|再有|再过|再|要|about|around|roughly|"
    r"approximately|approx|another|max|~)\s*\.?)*\s*"
)
_AFTER = r"(?:\s*(?:左右|之内|以内|内|上下|max|tops|or so|at most))?"
_MINUTES = r"(?:minutes?\b|mins?\b|m\b|分钟|分)"
_HOURS = r"(?:hours?\b|hrs?\b|h\b|个小时|小时|个钟头|钟头|个钟)"


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a duration, and its minutes."""

    pattern: re.Pattern[str]
    minutes: Callable[[re.Match[str]], float]


def _form(pattern: str, minutes: Callable[[re.Match[str]], float]) -> _Form:
    return _Form(re.compile(_BEFORE + pattern + _AFTER), minutes)


_FORMS = (
    _form(r"\b(?:an hour and a half|one and a half hours|1 hour and a half)\b", lambda _: 90),
    _form(r"\b(?:a )?half (?:an )?(?:hour|hr)\b|\b1/2 hour\b", lambda _: 30),
    _form(r"\bthree quarters of an hour\b", lambda _: 45),
    _form(r"\b(?:a )?quarter (?:of an )?hour\b", lambda _: 15),
    _form(rf"({_NUMBER})\s*个?半(?:小时|钟头|个小时|个钟头)", lambda m: _number(m[1]) * 60 + 30),
    _form(rf"({_NUMBER})个小时半|({_NUMBER})小时半", lambda m: _number(m[1] or m[2]) * 60 + 30),
    _form(r"半(?:个小时|小时|个钟头|钟头|个钟|点钟)", lambda _: 30),
    _form(rf"({_NUMBER})刻钟", lambda m: _number(m[1]) * 15),
    _form(
        rf"({_NUMBER})\s*(?:hours?|hrs?|h|个?小时)\s*(?:and )?({_NUMBER}|\d\d)\s*(?:{_MINUTES}|\b)",
        lambda m: _number(m[1]) * 60 + _number(m[2]),
    ),
    _form(
        rf"({_NUMBER})\s*(?:-|~|–|—|to|or|到|至)\s*({_NUMBER})\s*-?{_MINUTES}",
        lambda m: max(_number(m[1]), _number(m[2])),
    ),
    _form(rf"({_NUMBER})\s*-?{_HOURS}", lambda m: _number(m[1]) * 60),
    _form(rf"({_NUMBER})\s*-?{_MINUTES}", lambda m: _number(m[1])),
)
_BARE = (
    re.compile(r"(?<=\bin )(?:about )?(?P<minutes>\d{1,2})(?![\d:]|\.\d)"),
    re.compile(r"(?<=\beta )(?P<minutes>\d{1,2})(?![\d:]|\.\d)"),
    re.compile(r"(?P<keep>^\W*1[ ,]\s*)(?P<minutes>\d{2})(?=\W*$)"),
)
"""Minutes without a word for them, where nothing else can be meant: "there in 10", "1 20"."""
_CLOCK = re.compile(
    r"(?:\b(?:at|by|around|about)\s+|@\s*)?(?P<day>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|今晚)?"
    r"(?<![\d:])(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?::(?P<min>\d{2})(?![\d:]|\s*(?:分|min))|(?:点|时)钟?(?:(?P<half>半)|(?P<quarter>一刻|三刻)"
    r"|(?P<zhmin>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:分(?!钟))?)?整?|(?=\s*[ap]\.?m\b(?!\s+[a-z])))"
    r"(?:\s*(?P<ampm>[ap])\.?m\b\.?)?(?:左右|前后)?"
)
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "今晚", "p"})
_MORNING = frozenset({"上午", "早上", "早晨", "凌晨", "a"})


def mark_times(
    text: str, now: datetime | None, zone: ZoneInfo | None
) -> tuple[str, list[int | None]]:
    """The text (small letters, simplified) with a mark in place of each time, and the minutes from
    `now` that each means, counted up. None: it means none that a way can take; without `now` a
    clock time means none."""
    found: list[tuple[int, int | None]] = []
    text = _replace(_CLOCK, text, lambda m: _until(m, now, zone), found)
    for form in _FORMS:
        text = _replace(form.pattern, text, form.minutes, found)
    for bare in _BARE:
        text = _replace(bare, text, lambda m: _number(m["minutes"]), found)
    return text, [minutes for _, minutes in found]


def _replace(
    pattern: re.Pattern[str],
    text: str,
    minutes: Callable[[re.Match[str]], float | None],
    found: list[tuple[int, int | None]],
) -> str:
    def mark(match: re.Match[str]) -> str:
        needed = minutes(match)
        fits = needed is not None and 0 <= needed <= LONGEST_WAY
        found.append((match.start(), ceil(needed) if fits and needed is not None else None))
        return f"{match.groupdict().get('keep', '')} {WHEN_MARK} "

    return pattern.sub(mark, text)


def _number(text: str) -> float:
    if text in _EN:
        return _EN[text]
    if text[0].isdigit():
        return float(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return float(_ZH.get(text[-1], 0))
    return (_ZH.get(tens[-1:], 1) if tens else 1) * 10 + _ZH.get(ones[-1:], 0)


def _until(match: re.Match[str], now: datetime | None, zone: ZoneInfo | None) -> float | None:
    """Minutes until the clock shows that next."""
    if now is None or zone is None:
        return None
    hour, minute = int(_number(match["hour"])), _minute(match)
    if hour > 23 or minute > 59:
        return None
    here = now.astimezone(zone)
    means = [
        at
        for each in _hours(hour, match["day"] or match["ampm"] or "")
        for day in (0, 1)
        if (at := _at(here, each, minute) + timedelta(days=day)) >= here - _JUST_PAST
    ]
    return max(0.0, (min(means) - here).total_seconds() / 60)


def _at(here: datetime, hour: int, minute: int) -> datetime:
    return here.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _minute(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 if match["quarter"] == "一刻" else 45
    return int(_number(match["min"] or match["zhmin"] or "0"))


def _hours(hour: int, part: str) -> list[int]:
    """The hours of the day that may be meant: 8 is in the morning or in the evening."""
    if hour > 12 or hour == 0:
        return [hour]
    morning, evening = hour % 12, hour % 12 + 12
    if part in _AFTERNOON:
        return [evening]
    return [morning] if part in _MORNING else [morning, evening]
