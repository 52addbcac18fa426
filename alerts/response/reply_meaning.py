"""Reads the meaning of an SMS reply (going, cannot, seen, STOP, …) and its alarm code. Pure.

Opting out is what the carrier says it is, where it says so: it is the one who blocks. Where it does
not, a word that may also be an answer to an alarm is taken for one while the person has an alarm.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum


class Meaning(StrEnum):
    YES = "yes"
    """A contact is going; a responder accepts."""
    NO = "no"
    SEEN = "seen"
    ARRIVED = "arrived"
    """A responder is there."""
    STOP = "stop"
    START = "start"
    HELP = "help"
    """Who are you, or a cry for help: for a person to read, at once."""
    TEXT = "text"
    """Anything else: for a person to read."""


class OptOut(StrEnum):
    """What the carrier has taken a reply for, and acted on by itself."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


@dataclass(frozen=True, slots=True)
class Reply:
    meaning: Meaning
    code: str | None
    """The alarm's code, if the reply names one."""
    words: str = ""
    """The rest of it, without signs and in small letters."""


_WORDS: dict[Meaning, tuple[str, ...]] = {
    Meaning.YES: (
        "1",
        "yes",
        "y",
        "ok",
        "okay",
        "going",
        "i am going",
        "i'm going",
        "on my way",
        "omw",
        "accept",
        "coming",
        "我去",
        "在路上",
        "马上到",
        "马上去",
        "马上",
        "去",
        "来了",
        "接受",
        "好",
        "好的",
        "是",
        "可以",
    ),
    Meaning.NO: (
        "2",
        "no",
        "n",
        "cannot",
        "i cannot",
        "can't",
        "i can't",
        "cant",
        "away",
        "busy",
        "decline",
        "去不了",
        "不去",
        "不能",
        "不行",
        "没空",
        "不在",
        "拒绝",
        "否",
        "来不了",
    ),
    Meaning.SEEN: ("3", "seen", "received", "got it", "收到", "知道了", "已看到", "看到了", "已阅"),
    Meaning.ARRIVED: ("4", "arrived", "here", "i am here", "到了", "已到", "已到达", "到达"),
    Meaning.STOP: (
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "optout",
        "opt out",
        "revoke",
        "退订",
        "取消订阅",
        "td",
        "t",
    ),
    Meaning.START: ("start", "unstop", "恢复", "订阅", "恢复订阅"),
    Meaning.HELP: ("help", "info", "帮助", "求助"),
}
PERHAPS_STOP = frozenset({"cancel", "end", "quit"})
"""Carriers take these for STOP by default; after an alarm they may mean that it was not meant."""
PERHAPS_START = frozenset({"yes"})
"""After STOP it ends it; else it is the answer to a question."""
_BY_WORD = {word: meaning for meaning, words in _WORDS.items() for word in words}
_CODE = re.compile(r"(?<!\d)(\d{4,6})(?!\d)")
_NOISE = re.compile(r"[^\w']+")
"""Whatever is neither letter nor digit: punctuation, emoji, the frame of a keycap. The apostrophe
is kept: it is part of "can't"."""


def understand_reply(text: str) -> Reply:
    """The meaning of a reply and the alarm code in it, in Chinese or English.

    Only a reply that is nothing but a known word, or the number together with the words the
    message gave for it ("1 I am going"), and perhaps the code counts: "I cannot read this, what is
    1?" is text for the operator, not an acceptance.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = _CODE.search(plain)
    code = found.group(1) if found else None
    if found:
        plain = plain[: found.start()] + " " + plain[found.end() :]
    words = _NOISE.sub(" ", plain).strip(" '")
    return Reply(_meaning(words), code, words)


def with_opt_out(reply: Reply, said: OptOut | None, *, stopped: bool, asked: bool) -> Reply:
    """The reply with what it means for our texts to this number. `said`: by the carrier; None: it
    says nothing, or was asked later. `stopped`: whether the number has stopped the sender it writes
    to. `asked`: whether an alarm is open that it may be about."""
    meaning = reply.meaning
    if said == OptOut.STOP:
        meaning = Meaning.STOP
    elif said == OptOut.HELP:
        meaning = Meaning.HELP
    elif said == OptOut.START:
        answers = reply.words in PERHAPS_START and not stopped
        meaning = meaning if answers else Meaning.START
    elif reply.words in PERHAPS_START and stopped and reply.code is None:
        meaning = Meaning.START
    elif reply.words in PERHAPS_STOP and not asked and reply.code is None:
        meaning = Meaning.STOP
    return replace(reply, meaning=meaning)


def _meaning(words: str) -> Meaning:
    meaning = _BY_WORD.get(words)
    if meaning is None and words[:1].isdecimal() and words[1:]:
        rest = words[1:].lstrip()
        same = _BY_WORD.get(rest) == _BY_WORD.get(words[0])
        meaning = _BY_WORD.get(rest) if same and not rest.isdecimal() else None
    return meaning or Meaning.TEXT
