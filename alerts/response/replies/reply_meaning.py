"""Reads the meaning of an SMS reply (going, cannot, seen, STOP, …), its alarm code, how long the
way takes, and who answers. Pure.

Words mean what people mean by them, and that depends on who was asked: "ok" of a relative says
that they have read it, of a responder who was asked that they go. Only what consists of known words
alone counts; anything else is for a person to read.

Opting out is what the carrier says it is, where it says so: it is the one who blocks. Where it does
not, a word that may also be an answer to an alarm is taken for one while the person has an alarm.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import product
from zoneinfo import ZoneInfo

from alerts.response.replies.reply_text import (
    CODE,
    clauses_of,
    is_question,
    own_words,
    take_code,
    take_names,
)
from alerts.response.replies.reply_times import mark_times
from alerts.response.replies.reply_words import Said, Sense, read_clause


class Meaning(StrEnum):
    YES = "yes"
    """A contact is going; a responder accepts."""
    NO = "no"
    SEEN = "seen"
    ARRIVED = "arrived"
    """A responder is there."""
    WHEN = "when"
    """How long it takes, and nothing else: of who has said that they go."""
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
class Around:
    """What is known of who writes: the codes of the alarms they may mean, the names of those who
    share the number, and, for clock times, when it was written and where the homes are."""

    codes: Collection[str] = ()
    names: Sequence[str] = ()
    now: datetime | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    meaning: Meaning
    """What a contact means by it."""
    code: str | None
    """The alarm's code, if the reply names one."""
    words: str = ""
    """The rest of it, without signs and in small letters."""
    if_asked: Meaning = Meaning.TEXT
    """What a responder who was asked to go means by it."""
    eta_minutes: int | None = None
    """How long they need until they are there, if they say so."""
    names: tuple[str, ...] = ()
    """Who of those that share the number answers, if the reply names them."""
    digit: bool = False
    """It is one of the digits that our texts give, perhaps with words."""
    automatic: bool = False
    """A telephone or a mail program has written it: it is not answered."""

    def meaning_for(self, *, asked: bool) -> Meaning:
        return self.if_asked if asked else self.meaning


_WHOLE: Mapping[str, Meaning] = {
    **dict.fromkeys(
        ("stop", "stopall", "stop all", "unsubscribe", "optout", "opt out", "revoke", "退订"),
        Meaning.STOP,
    ),
    **dict.fromkeys(("取消订阅", "td", "t"), Meaning.STOP),
    **dict.fromkeys(("start", "unstop", "恢复", "订阅", "恢复订阅"), Meaning.START),
    **dict.fromkeys(("help", "info", "帮助", "求助"), Meaning.HELP),
}
"""What a reply may be as a whole; inside a sentence these are words as others are."""
PERHAPS_STOP = frozenset({"cancel", "end", "quit"})
"""Carriers take these for STOP by default; after an alarm they may mean that it was not meant."""
PERHAPS_START = frozenset({"yes"})
"""After STOP it ends it; else it is the answer to a question."""
_DIGIT = re.compile(r"(?<!\d)[1-4](?!\d)")
_NOISE = re.compile(r"[^\w']+")
"""Whatever is neither letter nor digit: punctuation, emoji, the frame of a keycap. The apostrophe
is kept: it is part of "can't"."""
_NOBODY = Around()


def understand_reply(text: str, around: Around = _NOBODY) -> Reply:
    """The meaning of a reply, in Chinese or English; never going where somebody asks, negates or
    sets a condition: "I cannot read this, what is 1?" is text for the operator."""
    whole, plain_code = _plain(text)
    if whole in _WHOLE:
        return Reply(_WHOLE[whole], plain_code, whole, if_asked=_WHOLE[whole])
    own = own_words(text)
    code, rest = take_code(own.text, around.codes)
    if code is None:
        code = next((c for c in CODE.findall(own.quoted) if c in around.codes), None)
    rest, names = take_names(rest, around.names)
    rest, times = mark_times(rest, around.now, around.zone)
    contact = asked = Meaning.TEXT
    clear = not is_question(own.text) and not own.automatic
    if clear and len(times) <= 1 and None not in times:  # two times contradict each other
        contact, asked = _meanings(clauses_of(rest))
    eta = times[0] if times and {contact, asked} != {Meaning.TEXT} else None
    digit = bool(_DIGIT.search(rest))
    return Reply(contact, code, whole, asked, eta, names, digit, own.automatic)


def with_opt_out(reply: Reply, said: OptOut | None, *, stopped: bool, asked: bool) -> Reply:
    """The reply with what it means for our texts to this number. `said`: by the carrier; None: it
    says nothing, or was asked later. `stopped`: whether the number has stopped the sender it writes
    to. `asked`: whether an alarm is open that it may be about."""
    meaning = _opted(reply, said, stopped=stopped, asked=asked)
    return reply if meaning is None else replace(reply, meaning=meaning, if_asked=meaning)


def _opted(reply: Reply, said: OptOut | None, *, stopped: bool, asked: bool) -> Meaning | None:
    """None: it is no word of opting out."""
    perhaps_start = reply.words in PERHAPS_START
    if said == OptOut.STOP:
        return Meaning.STOP
    if said == OptOut.HELP:
        return Meaning.HELP
    if said == OptOut.START:
        return None if perhaps_start and not stopped else Meaning.START
    if perhaps_start and stopped and reply.code is None:
        return Meaning.START
    if reply.words in PERHAPS_STOP and not asked and reply.code is None:
        return Meaning.STOP
    return None


def _plain(text: str) -> tuple[str, str | None]:
    """The reply as a whole without signs, and the first number in it that may be a code."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = CODE.search(plain)
    if found:
        plain = plain[: found.start()] + " " + plain[found.end() :]
    return _NOISE.sub(" ", plain).strip(" '"), found.group(1) if found else None


def _meanings(clauses: Sequence[str]) -> tuple[Meaning, Meaning]:
    """What the clauses mean together, to a contact and to who was asked."""
    read = [read_clause(clause) for clause in clauses]
    if not read or len(clauses) > _MOST_CLAUSES:
        return Meaning.TEXT, Meaning.TEXT
    known = [said for said in read if said is not None]
    if len(known) < len(read):
        return Meaning.TEXT, Meaning.TEXT
    ways = [list(said) for said in product(*known)]
    contact = {_decide(way, asked=False) for way in ways}
    asked = {_decide(way, asked=True) for way in ways}
    return _only(contact), _only(asked)


_MOST_CLAUSES = 12
"""Who says more than that says more than an answer."""


def _only(meanings: Set[Meaning]) -> Meaning:
    return next(iter(meanings)) if len(meanings) == 1 else Meaning.TEXT


S = Sense
_DIGITS: Mapping[Sense, tuple[Meaning, frozenset[Sense]]] = {
    S.ONE: (Meaning.YES, frozenset({S.GOING, S.AFFIRM, S.SEEN, S.WHEN, S.THERE})),
    S.TWO: (Meaning.NO, frozenset({S.CANNOT, S.NO, S.SEEN})),
    S.THREE: (Meaning.SEEN, frozenset({S.SEEN, S.AFFIRM})),
    S.FOUR: (Meaning.ARRIVED, frozenset({S.ARRIVED, S.SEEN})),
}
"""What the digits of our texts mean, and what may stand beside each."""
_BESIDE: Sequence[tuple[Sense, Meaning, frozenset[Sense]]] = (
    (S.GOING, Meaning.YES, frozenset({S.AFFIRM, S.SEEN, S.WHEN, S.THERE})),
    (S.CANNOT, Meaning.NO, frozenset({S.NO, S.AFFIRM, S.SEEN})),
    (S.NO, Meaning.NO, frozenset()),
    (S.ARRIVED, Meaning.ARRIVED, frozenset({S.AFFIRM, S.SEEN})),
)
"""The same of words, the most telling first."""
_ALWAYS = frozenset({S.THANKS, S.SELF})


def _decide(way: Sequence[Said], *, asked: bool) -> Meaning:
    """What the senses of all clauses mean together. What contradicts itself is text."""
    senses = Counter(sense for said in way for sense in said)
    said = set(senses) - _ALWAYS
    for digit, (meaning, beside) in _DIGITS.items():
        if digit in said:
            return meaning if senses[digit] == 1 and said <= beside | {digit} else Meaning.TEXT
    if S.CANNOT in said and any({S.CANNOT, S.AFFIRM} <= set(clause) for clause in way):
        return Meaning.TEXT  # "may I not go" has the words of both
    if S.THERE in said:
        if S.WHEN not in said:
            return Meaning.TEXT
        said.add(S.GOING)
    for sense, meaning, beside in _BESIDE:
        if sense in said:
            return meaning if said <= beside | {sense} else Meaning.TEXT
    return _mild(said, senses, asked=asked)


def _mild(said: Set[Sense], senses: Mapping[Sense, int], *, asked: bool) -> Meaning:
    """What is left says at most: good, read, thank you, so many minutes."""
    agrees = S.AFFIRM in said and S.SELF not in senses
    if asked and agrees:
        return Meaning.YES
    if S.WHEN in said:
        return Meaning.WHEN
    if said or S.THANKS in senses:
        return Meaning.SEEN
    return Meaning.TEXT
