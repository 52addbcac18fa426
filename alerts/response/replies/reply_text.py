"""The words of a reply that its sender has written: without quotes, signatures and signs. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from alerts.response.replies.reply_words import LIKED_MARK, WHEN_MARK

_TRADITIONAL = str.maketrans(
    "現過馬個來時點鐘幾兩誰嗎麼沒後這裡裏見開車門請電話謝會趕還別無難問給應該動樣辦號編兒媽幫對錯發訂閱邊離遠從醫復線絕為當說聽"
    "陳張劉楊趙吳孫軍麗偉紅華國強蘭題讀歲鄰聯繫處樓間們於師實經達廣剛現願決絡擇選覺學買賣東鍾噠囉啦務煩請覆恆",
    "现过马个来时点钟几两谁吗么没后这里里见开车门请电话谢会赶还别无难问给应该动样办号编儿妈帮对错发订阅边离远从医复线绝为当说听"
    "陈张刘杨赵吴孙军丽伟红华国强兰题读岁邻联系处楼间们于师实经达广刚现愿决络择选觉学买卖东钟哒啰啦务烦请复恒",
)
_MARKS = ("[anxin]", "【安心】")
_OPENING, _CLOSING = "「『“‘\"'《", "」』”’\"'》"
_HEADER = re.compile(
    r"^\s*(?:on\b.{4,200}\bwrote:|-{2,}\s*(?:original|forwarded|原始|转发).*|发件人[::].*|from:.*@.*"
    r"|.{0,80}写道[::]|_{5,}|={5,})\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\W*(?:sent from (?:my|a)\b|sent via\b|get outlook for\b|发自我?的?|来自我?的?|从我的)"
    r"[\w\s()（）'’.-]{1,40}\W{0,6}$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^\s*[-–—~]+\s*(?:女儿|儿子|儿媳|女婿|侄子|侄女|孙子|孙女|外甥|邻居|老伴|妻子|丈夫)?"
    r"(?:your |her |his )?"
    r"(?:daughter|son|wife|husband|nephew|niece|neighbour|neighbor)?\W*$",
    re.IGNORECASE,
)
_LIKED = re.compile(
    r"^\W*?(?:liked|loved|hearted|emphasi[sz]ed|(?:👍|❤|♥|👌|✅)\S{0,2}\s+to|已?点?赞了?|喜欢了?|爱心|强调了?)"
    r"\s*[“\"「『].+$",
    re.IGNORECASE | re.DOTALL,
)
_DISLIKED = re.compile(
    r"^\W*?(?:disliked|questioned|laughed at|removed an? \w+ from|踩了?|不喜欢|质疑了?|取消了?)"
    r"\s*[“\"「『]",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|do not disturb|i'm driving with"
    r"|自动回复|自动答复|开车.{0,8}(?:稍后|不便|无法)|稍后(?:联系|回复)您|请勿回复",
)
_THUMBS = re.compile("[👍👌✅🆗🙆]")
_REFUSING = re.compile("[👎❌🚫🙅⛔✖✘🤷❓❔]")
_QUOTE = re.compile(r"(?<![a-z])'|'(?![a-z])")
_SIGNS = re.compile(rf"[^\w'{WHEN_MARK}{LIKED_MARK}]+")
_BREAKING = re.compile(r"[^\s\w]")
CODE = re.compile(r"(?<!\d)(\d{4,6})(?!\d)")
"""Codes have four digits, and six when these are used up."""
_LABEL = re.compile(r"(?:编号|代码|号码|\bcode|\bno\.?|#)\s*(?:是|is|为)?\s*[:#]?\s*$")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What is left of a reply: small letters, simplified characters, signs as they were. `quoted`:
    what was taken out, where the code may be. `automatic`: a machine wrote it."""

    text: str
    quoted: str
    automatic: bool = False


def own_words(text: str) -> OwnWords:
    shown = "".join(c for c in text if unicodedata.category(c) != "Cf" and c != "\x00")
    plain = unicodedata.normalize("NFKC", shown).replace("’", "'").strip()
    if _LIKED.match(plain):
        return OwnWords(LIKED_MARK, plain)
    if _DISLIKED.match(plain):
        return OwnWords("?", plain)
    own, quoted = _without_our_text(*_without_mail(plain))
    own = own.casefold().translate(_TRADITIONAL)
    return OwnWords(own, quoted.casefold(), bool(_AUTOMATIC.search(own)))


def _without_mail(text: str) -> tuple[str, str]:
    """Own lines, and those of the message that is answered; signatures are neither."""
    own: list[str] = []
    quoted: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if own and (_HEADER.match(line) or line.strip() in ("--", "——")):
            quoted += lines[number:]
            break
        if line.lstrip().startswith(">"):
            quoted.append(line)
        elif not _SIGNATURE.match(line) and not (own and _FROM.match(line)):
            own.append(line)
    return "\n".join(own), "\n".join(quoted)


def _without_our_text(text: str, quoted: str) -> tuple[str, str]:
    """Our own message is recognised by its mark: to the closing quote, or the end of its line."""
    small = text.casefold()
    for mark in _MARKS:
        start = small.find(mark)
        if start < 0 or len(small) != len(text):
            continue
        closing = ""
        if start and text[start - 1] in _OPENING:
            start -= 1
            closing = _CLOSING[_OPENING.index(text[start])]
        line = text.find("\n", start) + 1 or len(text)
        end = text.find(closing, start + len(mark) + 1) + 1 if closing else 0
        if closing in "\"'" and end > line:  # it closes something else
            end = line
        end = end or line
        return f"{text[:start]}\n{text[end:]}", f"{quoted}\n{text[start:end]}"
    return text, quoted


def clauses_of(text: str) -> list[str]:
    """The clauses of own words: what signs and, between Chinese words, spaces set apart."""
    text = _THUMBS.sub(f" {LIKED_MARK} ", text)
    text = _QUOTE.sub(" ", text)
    pieces: list[str] = [""]
    last = 0
    for signs in _SIGNS.finditer(text):
        pieces[-1] += text[last : signs.start()]
        if _BREAKING.search(signs[0]) or _beside_han(text, signs):
            pieces.append("")
        else:
            pieces[-1] += " "
        last = signs.end()
    pieces[-1] += text[last:]
    return [piece.strip() for piece in pieces if piece.strip()]


def _beside_han(text: str, signs: re.Match[str]) -> bool:
    around = text[max(0, signs.start() - 1) : signs.start()], text[signs.end() : signs.end() + 1]
    return all(_HAN.match(character) for character in around)


def is_question(text: str) -> bool:
    """Whether own words ask, or show a sign that says no."""
    return "?" in text or bool(_REFUSING.search(text))


def take_code(text: str, known: Collection[str]) -> tuple[str | None, str]:
    """The alarm's code, and the text without it. A known one before any other number of its form,
    also where the answer stands right before it: 14711. Of two known ones the second is left."""
    found = list(CODE.finditer(text))
    exact = next((m for m in found if m[1] in known), None)
    if exact is None:
        for match in found:
            if match[1][0] in "1234" and match[1][1:] in known:
                cut = match.start() + 1
                return match[1][1:], f"{text[:cut]} {text[match.end() :]}"
    chosen = exact or (found[0] if found else None)
    if chosen is None:
        return None, text
    before = _LABEL.sub("", text[: chosen.start()])
    return chosen[1], f"{before} {text[chosen.end() :]}"


def take_names(text: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The own words without the given names, and those that were there; a given name or the last
    one will do where nobody else has it."""
    found = []
    for name in names:
        for form in _forms_of(name, names):
            pattern = rf"(?<![a-z]){re.escape(form)}(?![a-z])"
            if re.search(pattern, text):
                text = re.sub(pattern, " \n ", text)
                found.append(name)
                break
    return text, tuple(found)


def _forms_of(name: str, names: Sequence[str]) -> list[str]:
    whole = unicodedata.normalize("NFKC", name).casefold().translate(_TRADITIONAL).strip()
    parts = [part for part in whole.split() if len(part) > 1] if " " in whole else []
    if _HAN.match(whole) and len(whole) > 2:
        parts.append(whole[1:])
    others = " ".join(other.casefold() for other in names if other != name)
    return [form for form in (whole, *(part for part in parts if part not in others)) if form]
