"""Finds codes of doors and key boxes in what would be written. Pure.

They are shown on a page and said in calls, and never written: texts stay on telephones and with
carriers.
"""

import re
import unicodedata
from collections.abc import Iterable

from store.home.homes import HomeBrief

_CODE = re.compile(r"(?<!\d)\d{4,8}(?!\d)")
"""Of a door or a key box. Shorter numbers are floors and flats, longer ones telephones."""
_SPELT = re.compile(r"(?<!\d)(\d)[\s.,，、-]+(?=\d(?!\d))")
"""A digit that stands alone before another one: 4 7-1 1 is 4711."""


def is_written_in(text: str, homes: Iterable[HomeBrief]) -> bool:
    """Whether a text holds a code with which one gets into one of the homes. What also stands in
    the home's address is none."""
    written = _codes_in(text)
    return any(written & (_codes_in(home.access_notes) - _codes_in(home.address)) for home in homes)


def _codes_in(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text)
    return {code for each in (plain, _SPELT.sub(r"\1", plain)) for code in _CODE.findall(each)}
