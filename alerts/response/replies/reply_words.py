"""What the words of a reply are for, in Chinese and English, and what a clause of them says. Pure.

The vocabulary is closed: a clause of which a single word is not in it says nothing. So whatever
negates, asks or sets a condition keeps the words beside it from being an answer. In Chinese nothing
says whether somebody goes or tells others to: what is also said to those who shall hurry (去看看,
马上过来) counts only with 我 before it.
"""

import re
from collections.abc import Mapping
from enum import Enum, auto

WHEN_MARK, LIKED_MARK = "\ue000", "\ue001"
"""Stand for a time that was read before, and for a thumb up."""


class Sense(Enum):
    """What a phrase is for. The digits are those that our texts give."""

    ONE = auto()
    TWO = auto()
    THREE = auto()
    FOUR = auto()
    GOING = auto()
    CANNOT = auto()
    NO = auto()
    """A bare no: it may deny anything."""
    AFFIRM = auto()
    """Yes, good: to a question they go, else they have read it."""
    SEEN = auto()
    ARRIVED = auto()
    WHEN = auto()
    """How long it takes; alone it does not say that somebody goes."""
    THERE = auto()
    """What makes a time one of arrival."""
    THANKS = auto()
    SELF = auto()
    """I: "it is me" accepts nothing."""
    FILLER = auto()


def _phrases(*lines: str) -> list[str]:
    return [phrase.strip() for line in lines for phrase in line.split("|") if phrase.strip()]


_BY_SENSE: Mapping[Sense, list[str]] = {
    Sense.ONE: ["1"],
    Sense.TWO: ["2"],
    Sense.THREE: ["3"],
    Sense.FOUR: ["4"],
    Sense.GOING: _phrases(
        "going|going now|going there|going there now|going over|going over now|going right now",
        "i am going|i am going now|i'm going|i'm going now|im going|i go|i go now|we are going",
        "we're going|we will go|we'll go|we are coming|we're coming|i am going to go|i will go",
        "i'll go|will go|i will come|i'll come|will come|i'll come over|i'll go over|i can go",
        "i can come|i can be there|i'll be right there|be right there|i'll go there|on my way",
        "on my way now|on the way|i am on my way|i'm on my way|im on my way|omw|on way",
        "on our way|we are on our way|we're on our way|already on my way|i am on the way",
        "i'm on the way|coming|coming now|coming over|i am coming|i'm coming|im coming",
        "i'm coming over|i'm going over|i'm going over now|i'm coming over now|heading there",
        "heading there now|heading over|heading over now|i'm heading over|i'm heading there",
        "i am heading over|i am heading there|leaving now|i'm leaving now|i am leaving now",
        "driving there|driving over|i'm driving there|i'm driving over|i am driving there",
        "nearly there|almost there|be there soon|i'll be there soon|i'll be there right away",
        "there soon|i'll be there",
        "去|我去|我去吧|能去|我能去|可以去|我可以去|会去|会过去|我会去|马上|马上去|马上就去",
        "马上到|马上就到|马上过去|马上回|马上回去|马上回家|马上到了|马上就来|马上就过去",
        "马上赶到|马上赶过去|这就去|这就过去|这就来|这就到|这就出发|这就赶过去|就去|就来",
        "就过去|我过去|我过来|我来|来了|我来了|我回去|我回来|我赶回去|我赶过去|赶过去|赶回去",
        "正赶过去|正赶回去|正在赶过去|正在赶|正在赶去|在赶过去|在赶去|在赶来|赶去|路上|路上了",
        "在路上|在路上了|正在路上|已在路上|已经在路上|已经在路上了|已经出发|已经出发了|已出发",
        "出发了|刚出发|动身了|正在过去|在过去|正过去|往回赶|正往回赶|往那边赶|正往那边赶|快到了",
        "快到家了|快到|就快到了|我去看看|开车过去|打车过去|骑车过去|走过去|现在去|现在过去",
        "现在就去|现在就过去|现在出发|现在赶过去|几分钟到|几分钟就到|一会儿到|一会儿就到|一会到",
        "一会就到|很快到|很快就到|我马上来|我马上过来|我马上回来|我立刻去|我立即去|我立刻过去",
        "我立即过去|我先去|我先过去|我先去看看|我去看一下|我过去看看|我过去看一下|我回去看看",
        "我赶紧去|我赶紧过去|我尽快过去|我尽快到|我马上出发|我现在就出发",
    ),
    Sense.CANNOT: _phrases(
        "cannot|can not|can't|cant|i cannot|i can not|i can't|i cant|cannot go|can't go|cant go",
        "i cannot go|i can't go|i cant go|can not go|i can not go|cannot come|can't come",
        "cant come|i cannot come|i can't come|can't make it|cannot make it|i can't make it",
        "i cannot make it|can't do it|unable|unable to go|unable to come|i am unable to go",
        "not able to go|not going|i am not going|i'm not going|im not going|not coming",
        "i'm not coming|won't go|i am not coming|i won't go|i will not go|i won't be able to go",
        "away|i am away|i'm away|im away|out of town|i'm out of town|i am out of town|busy",
        "i'm busy|i am busy|im busy|decline|i decline|not available|i am not available",
        "i'm not available|unavailable",
        "我不去|不去|不去了|去不了|去不了了|我去不了|不能去|我不能去|没法去|没办法去|过不去",
        "来不了|回不去|回不来|赶不过去|赶不回去|赶不回来|赶不上|到不了|没空|没空去|没时间",
        "没时间去|没有空|没有时间|没有时间去|不在|不在家|人不在|不在本地|在外地|人在外地|在国外",
        "出差|出差了|在出差|出差在外|走不开|抽不开身|脱不开身|不方便|不方便去|不能过去|不过去了",
        "无法前往|无法去|不能来|不能前往|不能回去|有事去不了|太远了去不了|今天去不了|现在去不了",
        "暂时去不了|实在去不了|拒绝",
    ),
    Sense.NO: _phrases("no|n|nope|nah|no can do", "不|否|不行|不能|不可以|不了"),
    Sense.AFFIRM: _phrases(
        "yes|y|ok|okay|okey|k|kk|yep|yeah|yup|ya|sure|alright|all right|will do|accept|i accept",
        "accepted|no problem|np|of course|certainly|fine",
        "好|好的|好的好的|好好|好好好|好滴|好哒|好嘞|好了|好吧|好呀|好啊|好哦|ok的|行|行的|行吧",
        "可以|可以的|没问题|接受|我接受|是|是的|嗯|嗯嗯|嗯好|嗯好的|恩|恩恩|对|对的|成|妥",
        "我可以|我行|我同意|同意",
    ),
    Sense.SEEN: _phrases(
        "seen|seen it|i have seen it|i've seen it|i saw it|saw it|received|got it|got this|read",
        "noted|good|great|understood|roger|copy|copy that|thanks got it|i see|acknowledged",
        "message received",
        "收到|收到了|已收到|已经收到|我收到了|知道|知道了|我知道了|知道啦|已知|已知晓|知悉",
        "已知悉|看到|看到了|已看到|我看到了|已看|看了|已阅|已读|阅|明白|明白了|了解|了解了",
        "晓得了|晓得|懂了",
        LIKED_MARK,
    ),
    Sense.ARRIVED: _phrases(
        "arrived|here|i am here|i'm here|im here|i have arrived|i've arrived|i arrived",
        "just arrived|i am there|i'm there|we are here|we're here|at the door|i'm at the door",
        "i am at the door",
        "到了|我到了|已到|已到达|已经到了|已经到|到达|到达现场|已到现场|到现场了|刚到|到门口了",
        "到家了",
    ),
    Sense.WHEN: [WHEN_MARK],
    Sense.THERE: _phrases(
        "there in|be there in|i'll be there in|i will be there in|i can be there in",
        "can be there in|will be there in|there within|be there within|i'll be there within",
        "get there in|i'll get there in|i can get there in|arrive in|arriving in|i'll arrive in",
        "i will arrive in|be there at|i'll be there at|i will be there at|will be there at",
        "be there by|there at|i'll be there by|there by|will be there by|arriving at|arrive at",
        "i'll arrive at|eta|be there|will be there|i will be there|i can be there by",
        "can be there by|there",
        "到|就到|能到|可到|会到|可以到|赶到|能赶到|就能到|后到|后就到|后能到|之后到|以后到",
        "后可以到|后赶到|后到达|后到家|到家|到那|到那里|到那儿|到那边|才到|才能到|前能到|前赶到",
    ),
    Sense.THANKS: _phrases(
        "thanks|thank you|thank you very much|thanks a lot|many thanks|thx|ty|cheers",
        "谢谢|谢谢你|谢谢您|谢谢你们|谢谢啦|谢谢了|多谢|感谢|非常感谢|辛苦|辛苦了|辛苦你们了",
        "麻烦了|麻烦你们了|麻烦您了",
    ),
    Sense.SELF: ["我", "我们", "俺", "咱"],
    Sense.FILLER: _phrases(
        "now|right now|right away|straight away|immediately|asap|please|hi|hello|hey|sorry|just",
        "i'm sorry|reply|code|mum|mom|dear",
        "现在|就|这就|也|啊|呀|哦|噢|哈|嘞|哟|诶|喔|您好|你好|你们好|放心|请放心|对不起",
        "抱歉|不好意思|回复|选|选择|编号|号码|代码",
    ),
}


_VOCABULARY = {phrase: sense for sense, phrases in _BY_SENSE.items() for phrase in phrases}
_PAIRS: Mapping[str, tuple[Sense, ...]] = {
    f"in {WHEN_MARK}": (Sense.WHEN,),
    f"{WHEN_MARK} away": (Sense.WHEN, Sense.THERE),
    f"{WHEN_MARK} out": (Sense.WHEN, Sense.THERE),
    f"{WHEN_MARK} to get there": (Sense.WHEN, Sense.THERE),
}
"""Said of a time these mean the way; "away" alone is an absence."""
_LONGEST = max(map(len, _VOCABULARY))
_LATIN = re.compile(r"[a-z0-9']")
LONGEST_CLAUSE = 120
"""Characters; who writes more than that wants to be read."""

Said = tuple[Sense, ...]


def read_clause(clause: str) -> set[Said] | None:
    """What the clause says, as few phrases as will do; several where that is not clear. None: some
    of it is not in the vocabulary. Small letters, simplified characters, without signs."""
    if len(clause) > LONGEST_CLAUSE:
        return None
    best: dict[int, tuple[int, set[Said]]] = {0: (0, {()})}
    for start in range(len(clause)):
        if start not in best:
            continue
        count, said = best[start]
        if clause[start] == " ":
            _keep(best, start + 1, count, said)
            continue
        for length in range(1, min(_LONGEST, len(clause) - start) + 1):
            senses = _senses_of(clause, start, start + length)
            if senses:
                _keep(best, start + length, count + 1, {_joined(old, senses) for old in said})
    return best[len(clause)][1] if len(clause) in best else None


def _keep(best: dict[int, tuple[int, set[Said]]], at: int, count: int, said: set[Said]) -> None:
    known = best.get(at)
    if known is None or count < known[0]:
        best[at] = (count, set(said))
    elif count == known[0]:
        known[1].update(said)


def _joined(old: Said, senses: Said) -> Said:
    more = [sense for sense in senses if sense is not Sense.FILLER]
    return tuple(sorted((*old, *more), key=lambda sense: sense.value))


def _senses_of(clause: str, start: int, end: int) -> Said:
    """What the phrase there is for; empty: nothing, or it is part of a longer word or number."""
    if _goes_on(clause, start - 1, start) or _goes_on(clause, end - 1, end):
        return ()
    phrase = clause[start:end]
    if phrase in _PAIRS:
        return _PAIRS[phrase]
    sense = _VOCABULARY.get(phrase)
    return (sense,) if sense is not None else ()


def _goes_on(clause: str, left: int, right: int) -> bool:
    """Whether one word or number goes on from the one place to the other."""
    if left < 0 or right >= len(clause):
        return False
    if not (_LATIN.match(clause[left]) and _LATIN.match(clause[right])):
        return False
    return clause[left].isdigit() == clause[right].isdigit()
