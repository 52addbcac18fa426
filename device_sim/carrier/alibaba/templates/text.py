"""Fills a template, and refuses what a variable may not carry. Pure."""

import json
import re

from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.templates.review import VARIABLE, variables_of

LONGEST_VALUE = 35
LONGEST_SPOKEN = 250
"""Of all variables of a voice template together."""
_LINK = re.compile(
    r"https?://|www\.|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org|top|io)\b", re.I
)
_TELEPHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|[48]00[- ]?\d{3}[- ]?\d{4}"
    r"|\d{7,})(?!\d)"
)


def sms_text(content: str, params: str | None) -> str:
    """The text of an SMS; BusinessError for variables that are missing or refused."""
    values = _values(content, params)
    for value in values.values():
        if len(value) > LONGEST_VALUE:
            raise BusinessError("isv.PARAM_LENGTH_LIMIT")
        if _LINK.search(value):
            raise BusinessError("isv.PARAM_NOT_SUPPORT_URL")
        if _TELEPHONE.search(value) or "【" in value or "】" in value:
            raise BusinessError("isv.BLACK_KEY_CONTROL_LIMIT")
    return VARIABLE.sub(lambda found: values[found[1]], content)


def spoken_text(content: str, params: str | None) -> str:
    """What a call says: each variable as long as it likes, together fewer than 250 characters."""
    values = _values(content, params)
    if sum(map(len, values.values())) >= LONGEST_SPOKEN:
        raise BusinessError("isv.PARAM_LENGTH_LIMIT")
    if any(_LINK.search(value) for value in values.values()):
        raise BusinessError("isv.PARAM_NOT_SUPPORT_URL")
    return VARIABLE.sub(lambda found: values[found[1]], content)


def _values(content: str, params: str | None) -> dict[str, str]:
    """The values of the template's variables; others that were given are left out."""
    names = variables_of(content)
    try:
        given = json.loads(params) if params else {}
    except ValueError as error:
        raise BusinessError("isv.INVALID_JSON_PARAM") from error
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise BusinessError("isv.INVALID_JSON_PARAM")
    if not all(given.get(name) for name in names):
        raise BusinessError("isv.TEMPLATE_MISSING_PARAMETERS")
    return {name: given[name] for name in names}
