"""The centre's telephone number at the end of each text to a relative or responder. Pure.

Registered templates have no place for it: carriers of mainland China refuse telephone numbers in
them.
"""

import re

from alerts.notify.mainland_china import is_mainland
from alerts.notify.template_text import TemplateText
from alerts.notify.wording.own_words import in_own_words
from alerts.phone_numbers import as_dialled_there
from alerts.policy import Policy
from store.model import Person

_MARKS = {"zh": "中心电话 ", "en": "Centre: "}
_ENDING = re.compile(rf"[。.]?\s?(?:{'|'.join(_MARKS.values())})\+?[\d-]+$")


def centre_number(reader: str | None, policy: Policy) -> str:
    """As this telephone (E.164) dials it: a number of mainland China from there without its
    country. Empty: not known."""
    number = policy.centre_phone
    near = is_mainland(number) and is_mainland(reader or "")
    return as_dialled_there(number) if near else number


def with_centre(text: str, person: Person, policy: Policy) -> str:
    """The text in the centre's own words, ended by its number if it is known; its template stays
    what it was."""
    text = in_own_words(text, policy.own_texts)
    number = centre_number(person.phone, policy)
    if not number:
        return text
    zh = person.language == "zh"
    ended = text + _pause(text, zh=zh) + _MARKS["zh" if zh else "en"] + number
    if isinstance(text, TemplateText):
        return text.finished(ended)
    return ended


def _pause(text: str, *, zh: bool) -> str:
    """What stands between. A full stop behind a link would become part of it."""
    if "://" in (text.split() or [""])[-1]:
        return " "
    if zh:
        return "" if text.endswith("。") else "。"
    return " " if text.endswith(".") else ". "


def split_centre(text: str) -> tuple[str, str]:
    """A text and its ending with the centre's number; it is empty where there is none."""
    found = _ENDING.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")
