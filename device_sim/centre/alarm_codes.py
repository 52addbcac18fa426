"""Finds alarm codes in message texts: `Code 4711`, `编号 4711`, a voice `4 7 1 1`."""

import re

_CODE = re.compile(r"(?:Code|编号)\s*(\d(?: ?\d){3,5})(?!\d)")


def alarm_codes_in(text: str) -> list[str]:
    """The codes that a message names, in their order. Other numbers in it, like those of an
    address, are none."""
    return [found.replace(" ", "") for found in _CODE.findall(text)]
