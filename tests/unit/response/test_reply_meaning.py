"""What people write back, and what must not be taken for an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.response.reply_meaning import Meaning, understand_reply

M = Meaning

UNDERSTOOD = [
    ("1", M.YES),
    (" 1 ", M.YES),
    ("1.", M.YES),
    ("1。", M.YES),
    ("１", M.YES),
    ("1！", M.YES),
    ("(1)", M.YES),
    ("（1）", M.YES),
    ("1️⃣", M.YES),
    ("①", M.YES),
    ("1 👍", M.YES),
    ("“1”", M.YES),
    ("'1'", M.YES),
    ("\n1\n", M.YES),
    ("YES", M.YES),
    ("Ok!", M.YES),
    ("on my way", M.YES),
    ("On  my\nway.", M.YES),
    ("I am going", M.YES),
    ("1 going", M.YES),
    ("1我去", M.YES),
    ("好的。", M.YES),
    ("我去", M.YES),
    ("在路上", M.YES),
    ("马上到！", M.YES),
    ("2", M.NO),
    ("２", M.NO),
    ("no", M.NO),
    ("can't", M.NO),
    ("can’t", M.NO),
    ("CANNOT", M.NO),
    ("I cannot", M.NO),
    ("2 去不了", M.NO),
    ("去不了", M.NO),
    ("没空", M.NO),
    ("不在。", M.NO),
    ("3", M.SEEN),
    ("seen", M.SEEN),
    ("收到", M.SEEN),
    ("知道了！", M.SEEN),
    ("3 已看到", M.SEEN),
    ("4", M.ARRIVED),
    ("Arrived", M.ARRIVED),
    ("到了", M.ARRIVED),
    ("I am here", M.ARRIVED),
    ("STOP", M.STOP),
    ("stop.", M.STOP),
    ("退订", M.STOP),
    ("TD", M.STOP),
    ("T", M.STOP),
    ("START", M.START),
    ("恢复", M.START),
]


@pytest.mark.parametrize(("text", "meaning"), UNDERSTOOD)
def test_understood(text: str, meaning: Meaning) -> None:
    assert understand_reply(text).meaning == meaning
    assert understand_reply(text).code is None


NOT_AN_ANSWER = [
    "",
    " ",
    "...",
    "👍",
    "I cannot read 1",
    "I cannot read this, what is 1?",
    "1 2",
    "1 or 2?",
    "2 yes",
    "1 no",
    "12",
    "11",
    "0",
    "5",
    "1.5",
    "+1+2",
    "not ok",
    "不好",
    "不是我去",
    "1 1",
    "yesterday",
    "no idea who this is",
    "who is going",
    "stop calling me at night",
    "is she ok",
    "到了吗",
    "谁去",
    "please don't stop",
    "1 is dead",
    "１２",
    "go",
    "一会儿再说",
]


@pytest.mark.parametrize("text", NOT_AN_ANSWER)
def test_left_for_a_person_to_read(text: str) -> None:
    assert understand_reply(text).meaning == M.TEXT


CODES = [
    ("1 4711", M.YES, "4711"),
    ("4711 1", M.YES, "4711"),
    ("1，4711", M.YES, "4711"),
    ("1-4711", M.YES, "4711"),
    ("1 #4711", M.YES, "4711"),
    ("１ ４７１１", M.YES, "4711"),
    ("1 471199", M.YES, "471199"),
    ("on my way 4711", M.YES, "4711"),
    ("我去4711", M.YES, "4711"),
    ("4711", M.TEXT, "4711"),
    ("14711", M.TEXT, "14711"),
    ("1 4711 4712", M.TEXT, "4711"),
    ("call me on 13800000001", M.TEXT, None),
    ("1 12345678", M.TEXT, None),
    ("4711 is she ok", M.TEXT, "4711"),
    ("1 123", M.TEXT, None),
]


@pytest.mark.parametrize(("text", "meaning", "code"), CODES)
def test_code(text: str, meaning: Meaning, code: str | None) -> None:
    assert understand_reply(text).meaning == meaning
    assert understand_reply(text).code == code


@given(st.text(max_size=200))
def test_any_text_is_taken_for_something(text: str) -> None:
    reply = understand_reply(text)
    assert reply.code is None or 4 <= len(reply.code) <= 6


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz我你他病危急救命", min_size=1, max_size=40))
def test_words_around_a_number_keep_it_from_being_an_answer(words: str) -> None:
    assert understand_reply(f"zz{words} 1 {words}zz").meaning == M.TEXT
