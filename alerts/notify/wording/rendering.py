"""Fills a message's wording with what is to be said. Pure.

`{name}` is a variable; `[[ … ]]` is a part that falls away where one of its variables is empty.
"""

import re
from collections.abc import Mapping

_MARKS = re.compile(r"\[\[(?P<part>.*?)\]\]|\{(?P<name>\w+)\}", re.DOTALL)
VARIABLE = re.compile(r"\{(\w+)\}")


def rendered(body: str, values: Mapping[str, str]) -> str:
    """KeyError: the wording has a variable that is not given."""

    def said(found: re.Match[str]) -> str:
        part = found["part"]
        if part is None:
            return values[found["name"]]
        known = [values[name] for name in VARIABLE.findall(part)]
        return VARIABLE.sub(lambda each: values[each[1]], part) if all(known) else ""

    # In one pass: what somebody is called must not be taken for a variable.
    return _MARKS.sub(said, body)


def variables(body: str) -> set[str]:
    """All that it has."""
    return set(VARIABLE.findall(body))


def always(body: str) -> set[str]:
    """Variables that stand outside of parts that may fall away."""
    return variables(re.sub(r"\[\[.*?\]\]", "", body, flags=re.DOTALL))
