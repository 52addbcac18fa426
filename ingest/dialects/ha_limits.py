"""How much a template may make of its input. Pure."""

from typing import Any

import jinja2

MAX_TEXT = 8_192
"""Characters of any text that a step makes."""
MAX_BITS = 1_024
"""Of a product of whole numbers."""


class TooLargeError(jinja2.TemplateRuntimeError):
    """A template makes more of its input than is allowed."""


def bounded_number(left: int, right: int) -> None:
    if left.bit_length() + right.bit_length() > MAX_BITS:
        raise TooLargeError


def joined(*parts: Any) -> str:
    texts = [part if isinstance(part, str) else as_text(part) for part in parts]
    if sum(map(len, texts)) > MAX_TEXT:
        raise TooLargeError
    return "".join(texts)


def replaced(text: Any, old: Any, new: Any, count: Any = None) -> str:
    source, what, by = as_text(text), as_text(old), as_text(new)
    if len(source) > MAX_TEXT or (len(by) > len(what) and len(source) * len(by) > MAX_TEXT * 8):
        raise TooLargeError
    result = source.replace(what, by, count if isinstance(count, int) else -1)
    return sized(result)


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def sized(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise TooLargeError
    return text
