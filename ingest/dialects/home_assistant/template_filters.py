"""Filters, tests and functions that Home Assistant's templates may use, each bounded. Pure.

Those that discovery configs use (docs: Templating). "Bounded": none makes much more of its input.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import jinja2
import orjson
from jinja2 import Undefined

from ingest.dialects.home_assistant.template_limits import (
    MAX_TEXT,
    NO_DEFAULT,
    NoValueError,
    TooLargeError,
    as_text,
    bounded_text,
    default_or_error,
    finite_number,
    joined_text,
    replaced_text,
)
from ingest.dialects.home_assistant.template_times import (
    as_datetime,
    as_timestamp,
    timestamp,
    timestamp_custom,
)

MISSING: Final = object()
"""In place of value_json when the payload is no JSON."""
MAX_LIST = 2_000


def is_number(value: Any) -> bool:
    return finite_number(value) is not None


def _float_filter(value: Any, default: Any = NO_DEFAULT) -> Any:
    amount = finite_number(value)
    if amount is not None:
        return amount
    return default_or_error("float", value, default)


def _int_filter(value: Any, default: Any = NO_DEFAULT, base: int = 10) -> Any:
    if isinstance(value, str) and base != 10 and 2 <= base <= 36 and len(value) <= 40:
        try:
            return int(value, base)
        except ValueError:
            return default_or_error("int", value, default)
    amount = finite_number(value)
    return int(amount) if amount is not None else default_or_error("int", value, default)


def _bool(value: Any, default: Any = NO_DEFAULT) -> Any:
    if isinstance(value, bool):
        return value
    word = as_text(value).strip().lower()
    if word in ("true", "yes", "on", "enable", "1"):
        return True
    if word in ("false", "no", "off", "disable", "0"):
        return False
    return default_or_error("bool", value, default)


def _round(
    value: Any, precision: Any = 0, method: str = "common", default: Any = NO_DEFAULT
) -> Any:
    amount = finite_number(value)
    places = finite_number(precision)
    if amount is None or places is None or not -10 <= places <= 15:
        return default_or_error("round", value, default)
    factor = 10 ** int(places)
    if method in ("ceil", "floor"):
        return (math.ceil if method == "ceil" else math.floor)(amount * factor) / factor
    rounded = round(amount, int(places))
    return int(rounded) if int(places) == 0 else rounded


def _iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = NO_DEFAULT) -> Any:
    if value is None and if_none is not NO_DEFAULT:
        return if_none
    return if_true if bool(value) else if_false


def _is_defined(value: Any) -> Any:
    if isinstance(value, Undefined):
        raise jinja2.UndefinedError(str(value))
    return value


def _default_filter(value: Any, default: Any = "", boolean: bool = False) -> Any:
    return default if isinstance(value, Undefined) or (boolean and not value) else value


def _from_json(value: Any, default: Any = NO_DEFAULT) -> Any:
    try:
        return orjson.loads(as_text(value))
    except orjson.JSONDecodeError:
        return default_or_error("from_json", value, default)


def _to_json(value: Any, *_: Any, **__: Any) -> str:
    return bounded_text(orjson.dumps(value).decode())


def _list(value: Any) -> list[Any]:
    if not isinstance(value, str | list | tuple | Mapping):
        raise NoValueError
    if len(value) > MAX_LIST:
        raise TooLargeError
    return list(value)


def _join(value: Any, by: str = "", *_: Any) -> str:
    parts = _list(value)
    texts = [as_text(part) for part in parts]
    if sum(map(len, texts)) + len(by) * len(texts) > MAX_TEXT:
        raise TooLargeError
    return by.join(texts)


def _bitwise(operation: Callable[[int, int], int]) -> Callable[[Any, Any], int]:
    def apply(left: Any, right: Any) -> int:
        bits, mask = finite_number(left), finite_number(right)
        if bits is None or mask is None or max(abs(bits), abs(mask)) >= 1 << 53:
            raise NoValueError
        return operation(int(bits), int(mask))

    return apply


def _text(change: Callable[[str], str]) -> Callable[..., str]:
    return lambda value, *_: bounded_text(change(as_text(value)))


FILTERS: dict[str, Callable[..., Any]] = {
    "_joined": joined_text,
    "float": _float_filter,
    "int": _int_filter,
    "bool": _bool,
    "round": _round,
    "abs": lambda value: abs(_float_filter(value)),
    "is_defined": _is_defined,
    "is_number": is_number,
    "default": _default_filter,
    "d": _default_filter,
    "iif": _iif,
    "lower": _text(str.lower),
    "upper": _text(str.upper),
    "title": _text(str.title),
    "capitalize": _text(str.capitalize),
    "string": _text(str),
    "trim": _text(str.strip),
    "replace": replaced_text,
    "length": lambda value: len(value),
    "count": lambda value: len(value),
    "first": lambda value: _list(value)[0],
    "last": lambda value: _list(value)[-1],
    "list": _list,
    "join": _join,
    "min": lambda value: min(_list(value)),
    "max": lambda value: max(_list(value)),
    "sum": lambda value: sum(_float_filter(item) for item in _list(value)),
    "from_json": _from_json,
    "to_json": _to_json,
    "tojson": _to_json,
    "as_datetime": as_datetime,
    "as_timestamp": as_timestamp,
    "timestamp_custom": timestamp_custom,
    "timestamp_local": timestamp,
    "timestamp_utc": timestamp,
    "bitwise_and": _bitwise(int.__and__),
    "bitwise_or": _bitwise(int.__or__),
    "bitwise_xor": _bitwise(int.__xor__),
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "float": _float_filter,
    "int": _int_filter,
    "bool": _bool,
    "iif": _iif,
    "is_number": is_number,
    "as_datetime": as_datetime,
    "as_timestamp": as_timestamp,
    "min": lambda *values: min(_list(list(values) if len(values) > 1 else values[0])),
    "max": lambda *values: max(_list(list(values) if len(values) > 1 else values[0])),
    "bitwise_and": _bitwise(int.__and__),
}

TESTS = frozenset(
    {"defined", "undefined", "none", "number", "string", "mapping", "sequence", "boolean", "true"}
    | {"false", "in", "eq", "equalto", "==", "ne", "!=", "gt", "greaterthan", ">", "ge", ">="}
    | {"lt", "lessthan", "<", "le", "<=", "odd", "even", "integer", "float", "iterable"}
)
OWN_TESTS = frozenset({"is_number", "number_like"})
