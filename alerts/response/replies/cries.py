"""Whether somebody who writes without being asked needs help. Pure.

Rather once too often: a person at the desk reads it at once, and it takes nothing from anybody.
"""

import re
import unicodedata

CRY = "cry"
"""What such a message is kept as."""

_WORDS_ZH = (
    "救命|救我|救救|快来人|来人啊|来人呐|着火|起火|失火|火灾|摔倒|摔了|跌倒|滑倒|晕倒|昏倒|昏迷|"
    "不省人事|没有意识|没反应|起不来|动不了|不能动|喘不过气|喘不上气|呼吸困难|胸口疼|胸口痛|"
    "胸闷|胸痛|心脏病|中风|流血|出血|煤气味|煤气泄漏|燃气泄漏|漏气|中毒|触电|走丢|走失|"
    "救护车|紧急|求救|报警|快来|出事了|打120|打119|打110"
)
_WORDS_EN = (
    r"help|sos|fire|smoke|fell|fallen|fall|ambulance|emergency|unconscious|collapsed|bleeding|"
    r"stroke|gas leak|smells? of gas|smell gas|heart attack|chest pain|choking|"
    r"(?:can'?t|cannot|can not) (?:breathe|get up|move|stand)|not (?:breathing|responding|moving)|"
    r"call (?:911|999|112|110|119|120)"
)
_CRY = re.compile(rf"(?:{_WORDS_ZH})|(?<![a-z])(?:{_WORDS_EN})(?![a-z])")
_LONGEST = 400
"""Characters; advertisements are longer than somebody on the floor writes."""


def is_cry(text: str) -> bool:
    """Whether the text has words of an emergency in it, in Chinese or English."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return len(plain) <= _LONGEST and _CRY.search(plain) is not None
