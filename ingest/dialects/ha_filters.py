"""Filters, tests and functions of Home Assistant's templates that discovery configs use (docs:
Templating), each bounded in what it makes of its input. Pure."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import jinja2
import orjson
from jinja2 import Undefined

from ingest.dialects.ha_limits import MAX_TEXT, TooLargeError, as_text, joined, replaced, sized

MISSING: Final = object()
"""In place of value_json when the payload is no JSON."""
_NO_DEFAULT: Final = object()
MAX_LIST = 2_000


def is_number(value: Any) -> bool:
    return _float(value) is not None


def _float_filter(value: Any, default: Any = _NO_DEFAULT) -> Any:
    amount = _float(value)
    if amount is not None:
        return amount
    return _default("float", value, default)


def _int_filter(value: Any, default: Any = _NO_DEFAULT, base: int = 10) -> Any:
    if isinstance(value, str) and base != 10 and 2 <= base <= 36 and len(value) <= 40:
        try:
            return int(value, base)
        except ValueError:
            return _default("int", value, default)
    amount = _float(value)
    return int(amount) if amount is not None else _default("int", value, default)


def _bool(value: Any, default: Any = _NO_DEFAULT) -> Any:
    if isinstance(value, bool):
        return value
    word = as_text(value).strip().lower()
    if word in ("true", "yes", "on", "enable", "1"):
        return True
    if word in ("false", "no", "off", "disable", "0"):
        return False
    return _default("bool", value, default)


def _round(
    value: Any, precision: Any = 0, method: str = "common", default: Any = _NO_DEFAULT
) -> Any:
    amount = _float(value)
    places = _float(precision)
    if amount is None or places is None or not -10 <= places <= 15:
        return _default("round", value, default)
    factor = 10 ** int(places)
    if method in ("ceil", "floor"):
        return (math.ceil if method == "ceil" else math.floor)(amount * factor) / factor
    rounded = round(amount, int(places))
    return int(rounded) if int(places) == 0 else rounded


def _iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = _NO_DEFAULT) -> Any:
    if value is None and if_none is not _NO_DEFAULT:
        return if_none
    return if_true if bool(value) else if_false


def _is_defined(value: Any) -> Any:
    if isinstance(value, Undefined):
        raise jinja2.UndefinedError(str(value))
    return value


def _default_filter(value: Any, default: Any = "", boolean: bool = False) -> Any:
    return default if isinstance(value, Undefined) or (boolean and not value) else value


def _as_datetime(value: Any, default: Any = _NO_DEFAULT) -> Any:
    amount = _float(value)
    try:
        if amount is not None:
            return datetime.fromtimestamp(amount, UTC)
        return datetime.fromisoformat(as_text(value)[:64])
    except (ValueError, OverflowError, OSError):
        return _default("as_datetime", value, default)


def _as_timestamp(value: Any, default: Any = _NO_DEFAULT) -> Any:
    at = value if isinstance(value, datetime) else _as_datetime(value, None)
    return at.timestamp() if isinstance(at, datetime) else _default("as_timestamp", value, default)


def _timestamp_custom(value: Any, form: str = "%Y-%m-%d %H:%M:%S", *_: Any) -> Any:
    """Only single-letter directives: a width in a format would make it long."""
    amount = _float(value)
    plain = form.replace("%%", "").split("%")[1:]
    if amount is None or len(form) > 64 or any(not part[:1].isalpha() for part in plain):
        return _default("timestamp_custom", value, _NO_DEFAULT)
    return datetime.fromtimestamp(amount, UTC).strftime(form)


def _timestamp(value: Any, *_: Any) -> Any:
    amount = _float(value)
    if amount is None:
        return _default("timestamp", value, _NO_DEFAULT)
    return datetime.fromtimestamp(amount, UTC).isoformat()


def _from_json(value: Any, default: Any = _NO_DEFAULT) -> Any:
    try:
        return orjson.loads(as_text(value))
    except orjson.JSONDecodeError:
        return _default("from_json", value, default)


def _to_json(value: Any, *_: Any, **__: Any) -> str:
    return sized(orjson.dumps(value).decode())


def _list(value: Any) -> list[Any]:
    if isinstance(value, str | list | tuple | Mapping) and len(value) <= MAX_LIST:
        return list(value)
    raise TooLargeError


def _join(value: Any, by: str = "", *_: Any) -> str:
    parts = _list(value)
    texts = [as_text(part) for part in parts]
    if sum(map(len, texts)) + len(by) * len(texts) > MAX_TEXT:
        raise TooLargeError
    return by.join(texts)


def _bitwise(operation: Callable[[int, int], int]) -> Callable[[Any, Any], int]:
    def apply(left: Any, right: Any) -> int:
        bits, mask = _float(left), _float(right)
        if bits is None or mask is None or max(abs(bits), abs(mask)) >= 1 << 53:
            raise jinja2.TemplateRuntimeError
        return operation(int(bits), int(mask))

    return apply


def _default(name: str, value: Any, default: Any) -> Any:
    if default is _NO_DEFAULT:
        raise jinja2.TemplateRuntimeError(f"{name} cannot read {as_text(value)[:40]!r}")
    return default


def _float(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, int | float | str) or (isinstance(value, str) and len(value) > 64):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        return None
    return amount if math.isfinite(amount) else None


def _text(change: Callable[[str], str]) -> Callable[..., str]:
    return lambda value, *_: sized(change(as_text(value)))


FILTERS: dict[str, Callable[..., Any]] = {
    "_joined": joined,
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
    "replace": replaced,
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
    "as_datetime": _as_datetime,
    "as_timestamp": _as_timestamp,
    "timestamp_custom": _timestamp_custom,
    "timestamp_local": _timestamp,
    "timestamp_utc": _timestamp,
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
    "as_datetime": _as_datetime,
    "as_timestamp": _as_timestamp,
    "min": lambda *values: min(_list(list(values) if len(values) > 1 else values[0])),
    "max": lambda *values: max(_list(list(values) if len(values) > 1 else values[0])),
    "bitwise_and": _bitwise(int.__and__),
}

TESTS = frozenset(
    {"defined", "undefined", "none", "number", "string", "mapping", "sequence", "boolean", "true"}
    | {"false", "in", "eq", "equalto", "==", "ne", "!=", "gt", "greaterthan", ">", "ge", ">="}
    | {"lt", "lessthan", "<", "le", "<=", "odd", "even", "integer", "float", "iterable"}
)
