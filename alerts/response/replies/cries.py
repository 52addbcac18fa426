"""Whether somebody who writes without being asked needs help. Pure.

Rather once too often: a person at the desk reads it at once, and it takes nothing from anybody.
What says that nothing has happened, and thanks, are taken out first; quotes are not the sender's.
"""

import re

from alerts.response.replies.reply_text import own_words

CRY = "cry"
"""What such a message is kept as."""

_ZH = (
    "救命|救我|救救|求救|求助|快来人|来人啊|来人呐|出事了|着火|起火|失火|火灾|冒烟|浓烟|烟雾很大|"
    "摔倒|摔了|摔伤|跌倒|滑倒|[晕暈]倒|昏倒|昏迷|不省人事|没有?意识|没有?反应|没有?呼吸|没有?心跳|"
    "不呼吸|起不来|动不了|不能动|喘不过气|喘不上气|呼吸困难|胸口(?:疼|痛|难受)|胸闷|胸痛|心脏病|"
    "心梗|中风|不行了|流血|出血|煤气味|(?:煤气|燃气|天然气)(?:泄漏|漏)|漏气|中毒|触电|走丢|走失|"
    "救护车|紧急(?!呼叫|联系)|小偷|入室|抢劫|被打|打我|打人|不想活|自杀|轻生|拨?打(?:120|119|110)"
)
_EN = (
    r"sos|(?:please|need|send|get) help|help (?:me|us|her|him)|fire(?!works| alarm| drill)|"
    r"smoke(?! alarm| detector)|smoking heavily|fell|fallen|had a fall|took a fall|faint(?:ed|ing)|"
    r"passed out|ambulance|emergency|unconscious|collapsed|bleeding|stroke|gas leak|"
    r"smells? of gas|smell gas|heart attack|chest pain|choking|no pulse|burglar|intruder|"
    r"broke in|breaking in|suicid\w*|kill (?:myself|me)|attack(?:ed|ing) me|"
    r"(?:can'?t|cannot|can not) (?:breathe|get up|move|stand)|"
    r"(?:not|isn'?t|isnt|aren'?t) (?:breathing|responding|moving)|"
    r"call (?:911|999|112|110|119|120|the police)"
)
_CRY = re.compile(rf"(?:{_ZH})|(?<![a-z])(?:{_EN})(?![a-z])|^\W*help\W*$")
_NOTHING = re.compile(
    "没有?(?:摔|跌|滑倒|晕|着火|起火|出事|受伤|流血)[倒了过]*|不紧急|虚惊一?场?|误报|误触|"
    r"(?:thanks?|thank you|grateful)[^.!?]{0,20} for [^.!?]{0,20}help|false alarm|"
    r"(?:did not|didn'?t|has not|hasn'?t|not) (?:fall|fallen|faint|fainted)|"
    r"no (?:fire|smoke|emergency)|not an? emergency"
)
_LONGEST = 400
"""Characters; advertisements are longer than somebody on the floor writes."""


def is_cry(text: str) -> bool:
    """Whether the text has words of an emergency in it, in Chinese or English."""
    own = own_words(text)
    if own.automatic or len(own.text) > _LONGEST:
        return False
    return _CRY.search(_NOTHING.sub(" ", own.text)) is not None
