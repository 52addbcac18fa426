"""What people write back, and what must not be taken for an answer: the table replies.csv.

Each row is a text (\\n: a new line), who writes it, the codes of the alarms they may mean, and what
is meant: to a contact, to a responder who was asked, or to both. Written on Saturday at noon in
Shanghai.

Broken on purpose by letting a clause count of which one word is unknown (`continue` for None in
reply_meaning._meanings): "who is on my way" goes. By taking AFFIRM of a contact for YES: "ok"
stands the brother down.
"""

import csv
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alerts.response.replies.reply_meaning import (
    Around,
    Meaning,
    OptOut,
    Reply,
    understand_reply,
    with_opt_out,
)
from tests.district import NOON

M = Meaning
TABLE = Path(__file__).with_name("replies.csv")


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    language: str
    asked: bool
    codes: frozenset[str]
    meaning: Meaning
    code: str | None
    eta_minutes: int | None


def _rows() -> list[Row]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return [
            Row(
                row["text"].replace("\\n", "\n"),
                row["language"],
                role == "responder",
                frozenset(row["codes"].split()),
                Meaning(row["meaning"]),
                row["code"] or None,
                int(row["eta_minutes"]) if row["eta_minutes"] else None,
            )
            for row in csv.DictReader(file)
            for role in ("contact", "responder")
            if row["role"] in (role, "both")
        ]


ROWS = _rows()
MEANT = [row for row in ROWS if row.meaning in (M.YES, M.NO, M.SEEN, M.ARRIVED)]


def understood(text: str, codes: frozenset[str] = frozenset(), *names: str) -> Reply:
    return understand_reply(text, Around(codes, names, NOON, ZoneInfo("Asia/Shanghai")))


def test_the_table_has_two_hundred_replies_and_more_in_both_languages() -> None:
    texts = {(row.text, row.language) for row in ROWS}
    assert len(texts) > 500
    assert all(sum(language == one for _, language in texts) > 100 for one in ("zh", "en"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text!r}-{row.asked}")
def test_words_mean_what_people_mean_by_them(row: Row) -> None:
    reply = understood(row.text, row.codes)
    assert reply.meaning_for(asked=row.asked) == row.meaning
    assert (reply.code, reply.eta_minutes) == (row.code, row.eta_minutes)


NOISE = ("", " ", "\n", "!", "。", "！", "...", "，", "🚗", "🙏", "~", "\u200b", "\u3000", '"', "“")
CHATTER = ("", "谢谢。", "您好，", "Thanks! ", "Hi, ", "\n发自我的iPhone", "\nSent from my iPhone")


@given(
    st.sampled_from([row for row in MEANT if row.text.strip() and ">" not in row.text]),
    *([st.lists(st.sampled_from(NOISE), max_size=4)] * 2),
)
def test_signs_around_a_reply_never_change_what_it_means(
    row: Row, before: list[str], after: list[str]
) -> None:
    reply = understood("".join(before) + row.text + "".join(after), row.codes)
    assert reply.meaning_for(asked=row.asked) == row.meaning
    assert (reply.code, reply.eta_minutes) == (row.code, row.eta_minutes)


@given(st.sampled_from(MEANT), st.sampled_from(CHATTER), st.sampled_from(CHATTER))
def test_politeness_makes_nobody_go(row: Row, before: str, after: str) -> None:
    going = understood(before + row.text + after, row.codes).meaning_for(asked=row.asked) == M.YES
    assert not going or row.meaning == M.YES


GOING = [row for row in ROWS if row.meaning == M.YES and not row.code and "\n" not in row.text]
NEGATING = (
    "不",
    "没",
    "没有",
    "别",
    "不会",
    "不一定",
    "不想",
    "无法",
    "如果",
    "要是",
    "谁",
    "他",
    "你",
)
NOT = (
    *(
        "not",
        "don't",
        "never",
        "no,",
        "can't",
        "cannot",
        "won't",
        "if",
        "who is",
        "should",
        "he is",
    ),
    *("nobody is", "I am not", "I'm not", "I don't think", "maybe", "she is", "are you"),
)


@given(st.sampled_from([r for r in GOING if r.language == "zh"]), st.sampled_from(NEGATING))
def test_who_negates_asks_or_speaks_of_others_in_chinese_does_not_go(row: Row, word: str) -> None:
    assume(not (word + row.text.strip()).startswith("你好"))  # a greeting
    for asked in (False, True):
        assert understood(word + row.text.strip()).meaning_for(asked=asked) != M.YES


@given(st.sampled_from([r for r in GOING if r.language == "en"]), st.sampled_from(NOT))
def test_who_negates_asks_or_speaks_of_others_in_english_does_not_go(row: Row, word: str) -> None:
    for asked in (False, True):
        assert understood(f"{word} {row.text.strip()}").meaning_for(asked=asked) != M.YES


@given(
    st.sampled_from(GOING),
    st.sampled_from(["吗", "吗？", "?", "？", "不了", "么", " 👎", " or not"]),
)
def test_who_ends_in_doubt_does_not_go(row: Row, end: str) -> None:
    for asked in (False, True):
        assert understood(row.text + end).meaning_for(asked=asked) != M.YES


NAMED = [
    ("1 王军", M.YES, ("王军",)),
    ("1，王軍", M.YES, ("王军",)),
    ("王军去", M.YES, ("王军",)),
    ("王军在路上，20分钟到", M.YES, ("王军",)),
    ("王军去不了", M.NO, ("王军",)),
    ("1 Li", M.YES, ("Li Ying",)),
    ("On my way\n—Li Ying", M.YES, ("Li Ying",)),
    ("Li Ying: 1", M.YES, ("Li Ying",)),
    ("1 李小华", M.TEXT, ()),
    ("Tom is going", M.TEXT, ()),
]


@pytest.mark.parametrize(("text", "meaning", "names"), NAMED)
def test_who_shares_a_number_may_say_who_it_is(
    text: str, meaning: Meaning, names: tuple[str, ...]
) -> None:
    reply = understood(text, frozenset(), "Li Ying", "王军")
    assert (reply.meaning, reply.names) == (meaning, names)


def test_a_code_in_the_quoted_text_counts_if_it_is_known() -> None:
    quoting = "1\n> [Anxin] Wang: help call at 12:00. Code 4711"
    assert understood(quoting, frozenset({"4711"})).code == "4711"
    assert understood(quoting).code is None


def test_a_clock_time_is_the_next_one_the_clock_shows() -> None:
    times = {"11:58到": 0, "12:05到": 5, "下午1点半到": 90, "15点到": 180}
    assert {text: understood(text).eta_minutes for text in times} == times
    evening = Around(now=NOON + timedelta(hours=7, minutes=40), zone=ZoneInfo("Asia/Shanghai"))
    for text in ("8点到", "晚上8点到", "20:00到", "be there at 8", "Be there at 8pm"):
        reply = understand_reply(text, evening)
        wanted = (M.TEXT, None) if text == "be there at 8" else (M.YES, 20)
        assert (reply.meaning, reply.eta_minutes) == wanted, text
    assert understand_reply("8点到").meaning == M.TEXT, "without a clock it says nothing"


@pytest.mark.parametrize("text", ["11:50到", "晚上8点到", "4小时后到", "there in 5 hours", "8点到"])
def test_who_needs_longer_than_any_way_takes_is_read_by_a_person(text: str) -> None:
    """The others would wait for them."""
    reply = understood(text)
    assert (reply.meaning, reply.if_asked, reply.eta_minutes) == (M.TEXT, M.TEXT, None)


def test_a_machine_is_recognised_and_does_not_answer() -> None:
    assert understood("Auto-reply: I am out of the office").automatic
    assert understood("【自动回复】正在开车，稍后联系您").automatic
    assert not understood("I'm driving there").automatic


OPT_OUTS = [
    # what the carrier says stands, whatever the words are
    ("END", OptOut.STOP, False, True, M.STOP),
    ("hola adios", OptOut.STOP, False, False, M.STOP),
    ("JOIN", OptOut.START, True, False, M.START),
    ("ayuda", OptOut.HELP, False, True, M.HELP),
    ("YES", OptOut.START, True, True, M.START),
    ("YES", OptOut.START, False, True, M.SEEN),  # it takes every YES for one; nothing was stopped
    ("YES", OptOut.START, False, False, M.SEEN),
    # where it says nothing: words that mean nothing else
    ("STOP", None, False, True, M.STOP),
    ("STOP 4711", None, False, True, M.STOP),
    ("UNSTOP", None, True, True, M.START),
    ("退订", None, False, True, M.STOP),
    ("HELP", None, False, True, M.HELP),
    # words that may be about an alarm
    ("END", None, False, True, M.TEXT),
    ("Cancel!", None, False, True, M.TEXT),
    ("quit", None, False, False, M.STOP),
    ("END", None, False, False, M.STOP),
    ("cancel 4711", None, False, False, M.TEXT),
    ("YES", None, False, True, M.SEEN),
    ("YES", None, True, True, M.START),
    ("yes.", None, True, False, M.START),
    ("YES 4711", None, True, True, M.SEEN),
    ("1", None, True, True, M.YES),
    ("ok", None, True, True, M.SEEN),
    ("2", None, True, True, M.NO),
]


@pytest.mark.parametrize(("text", "said", "stopped", "asked", "meaning"), OPT_OUTS)
def test_opting_out_is_what_the_carrier_says_and_else_never_guessed_of_an_alarm(
    text: str, said: OptOut | None, stopped: bool, asked: bool, meaning: Meaning
) -> None:
    """Broken on purpose by taking END for STOP at once: a daughter who wants the alarm ended, hears
    of no other one."""
    reply = with_opt_out(understood(text), said, stopped=stopped, asked=asked)
    assert reply.meaning == meaning
    if meaning in (M.STOP, M.START, M.HELP):
        assert reply.if_asked == meaning


CODES = [
    ("4711", M.TEXT, "4711"),
    ("14711", M.TEXT, "14711"),
    ("1 4711 4712", M.TEXT, "4711"),
    ("call me on 13800000001", M.TEXT, None),
    ("1 12345678", M.TEXT, None),
    ("4711 is she ok", M.TEXT, "4711"),
    ("1 123", M.TEXT, None),
    ("1 4711", M.YES, "4711"),
]


@pytest.mark.parametrize(("text", "meaning", "code"), CODES)
def test_a_number_of_no_known_alarm_is_a_code_where_it_looks_like_one(
    text: str, meaning: Meaning, code: str | None
) -> None:
    assert understood(text).meaning == meaning
    assert understood(text).code == code


@given(st.text(max_size=200))
def test_any_text_is_taken_for_something(text: str) -> None:
    reply = understood(text, frozenset({"4711"}), "Li Ying")
    assert reply.code is None or 4 <= len(reply.code) <= 6
    assert reply.eta_minutes is None or 0 <= reply.eta_minutes <= 180


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz我你他病危急救命", min_size=1, max_size=40))
def test_words_around_a_number_keep_it_from_being_an_answer(words: str) -> None:
    assert understood(f"zz{words} 1 {words}zz").meaning == M.TEXT
