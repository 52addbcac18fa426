"""Telephone numbers as Alibaba Cloud writes them, and as the network of phones does. Pure."""

import re

from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.numbering import may_exist

_RECIPIENT = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{9,10}|400[0-9]{7}")
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")
MOST_NUMBERS = 1000


def mobile(given: str) -> str:
    """The E.164 number of a recipient in mainland China: +86, 0086, 86 or nothing before it.

    BusinessError for every other number: templates for abroad are not simulated, and a bare plus,
    which the real one takes, would make a number in China of +1 500 555 0006.
    """
    found = _RECIPIENT.fullmatch(given.strip())
    if found is None:
        raise BusinessError("isv.MOBILE_NUMBER_ILLEGAL")
    return f"+86{found[1]}"


def mobiles(given: str) -> list[str]:
    """The recipients of one request, separated by commas."""
    numbers = [mobile(part) for part in given.split(",")]
    if len(numbers) > MOST_NUMBERS:
        raise BusinessError("isv.MOBILE_COUNT_OVER_LIMIT")
    return numbers


def callee(given: str) -> str:
    """The E.164 number that is called: a mainland mobile or landline, or a country code first."""
    if _MOBILE.fullmatch(given):
        return f"+86{given}"
    if _LANDLINE.fullmatch(given):
        return f"+86{given.removeprefix('0')}"
    number = f"+{given}"
    if _ABROAD.fullmatch(given) and may_exist(number) and not given.startswith("86"):
        return number
    raise BusinessError("isv.MOBILE_NUMBER_ILLEGAL")


def written(number: str) -> str:
    """As reports and lists name it: eleven digits in mainland China, else country code first."""
    local = number.removeprefix("+86")
    return local if _MOBILE.fullmatch(local) else number.removeprefix("+")
