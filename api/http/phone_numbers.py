"""Turns phone numbers as people write them into E.164. Pure; used by routes and accounts."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from api.errors import InvalidError

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_WRITTEN = re.compile(r"[\s().‐-]+")


def e164(written: str) -> str:
    """+8613900000001 from "139 0000 0001", "0086-139…", "+86 139…". InvalidError says what to do.

    A number without a country is taken only when it is a mobile of mainland China: anything else
    could be rung in the wrong country.
    """
    number = _WRITTEN.sub("", unicodedata.normalize("NFKC", written))
    if number.startswith("00"):
        number = "+" + number[2:]
    if _CHINESE_MOBILE.fullmatch(number):
        number = "+86" + number
    if not _E164.fullmatch(number):
        raise InvalidError(
            "write the number with its country, like +8613912345678 or +862131234567"
        )
    return number


def _checked(written: str) -> str:
    try:
        return e164(written)
    except InvalidError as error:
        raise ValueError(error.detail) from error


Phone = Annotated[str, AfterValidator(_checked)]
"""A phone number in a request: normalised to E.164, or a clear refusal."""
