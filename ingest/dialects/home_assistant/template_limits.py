"""Size limits for what a template may produce; used by the template filters. Pure."""

import math
from typing import Any, Final

import jinja2

NO_DEFAULT: Final = object()
MAX_TEXT = 8_192
"""Characters of any text that a step makes."""
MAX_BITS = 1_024
"""Of a product of whole numbers."""


class NoValueError(jinja2.TemplateRuntimeError):
    """The payload holds nothing that the template could read: it says nothing."""


class RefusedError(jinja2.TemplateRuntimeError):
    """The template does what is not allowed here."""


class TooLargeError(RefusedError):
    """A template makes more of its input than is allowed."""

    def __init__(self) -> None:
        super().__init__("it makes too much of its input")


def bounded_number(left: int, right: int) -> None:
    if left.bit_length() + right.bit_length() > MAX_BITS:
        raise TooLargeError


def joined_text(*parts: Any) -> str:
    texts = [part if isinstance(part, str) else as_text(part) for part in parts]
    if sum(map(len, texts)) > MAX_TEXT:
        raise TooLargeError
    return "".join(texts)


def replaced_text(text: Any, old: Any, new: Any, count: Any = None) -> str:
    source, what, by = as_text(text), as_text(old), as_text(new)
    if len(source) > MAX_TEXT or (len(by) > len(what) and len(source) * len(by) > MAX_TEXT * 8):
        raise TooLargeError
    result = source.replace(what, by, count if isinstance(count, int) else -1)
    return bounded_text(result)


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def bounded_text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise TooLargeError
    return text


def default_or_error(name: str, value: Any, default: Any) -> Any:
    if default is NO_DEFAULT:
        raise NoValueError(f"{name} cannot read {as_text(value)[:40]!r}")
    return default


def finite_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, int | float | str) or (isinstance(value, str) and len(value) > 64):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        return None
    return amount if math.isfinite(amount) else None
