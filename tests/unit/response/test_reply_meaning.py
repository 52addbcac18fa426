"""What people write back, and what must not be taken for an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.response.reply_meaning import Meaning, OptOut, understand_reply, with_opt_out

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
    ("STOPALL", M.STOP),
    ("Stop All", M.STOP),
    ("unsubscribe", M.STOP),
    ("OPT OUT", M.STOP),
    ("revoke", M.STOP),
    ("取消订阅", M.STOP),
    ("START", M.START),
    ("UNSTOP", M.START),
    ("恢复", M.START),
    ("HELP", M.HELP),
    ("info", M.HELP),
    ("求助", M.HELP),
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
    "cancel",
    "END",
    "quit",
    "取消",
    "help her please",
]


@pytest.mark.parametrize("text", NOT_AN_ANSWER)
def test_left_for_a_person_to_read(text: str) -> None:
    assert understand_reply(text).meaning == M.TEXT


OPT_OUTS = [
    # what the carrier says stands, whatever the words are
    ("END", OptOut.STOP, False, True, M.STOP),
    ("hola adios", OptOut.STOP, False, False, M.STOP),
    ("JOIN", OptOut.START, True, False, M.START),
    ("ayuda", OptOut.HELP, False, True, M.HELP),
    ("YES", OptOut.START, True, True, M.START),
    ("YES", OptOut.START, False, True, M.YES),  # it takes every YES for one; nothing was stopped
    ("YES", OptOut.START, False, False, M.YES),
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
    ("YES", None, False, True, M.YES),
    ("YES", None, True, True, M.START),
    ("yes.", None, True, False, M.START),
    ("YES 4711", None, True, True, M.YES),
    ("1", None, True, True, M.YES),
    ("ok", None, True, True, M.YES),
    ("2", None, True, True, M.NO),
]


@pytest.mark.parametrize(("text", "said", "stopped", "asked", "meaning"), OPT_OUTS)
def test_opting_out_is_what_the_carrier_says_and_else_never_guessed_of_an_alarm(
    text: str, said: OptOut | None, stopped: bool, asked: bool, meaning: Meaning
) -> None:
    """Broken on purpose by taking END for STOP at once: a daughter who wants the alarm ended, hears
    of no other one."""
    reply = with_opt_out(understand_reply(text), said, stopped=stopped, asked=asked)
    assert reply.meaning == meaning


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
