"""Runs Home Assistant templates from homes in a sandbox. Pure.

A template comes with a retained message from somebody's home, so it may be anything. What keeps it
in bounds is decided before it runs, not by a stopwatch, so that a thread can run it:

- only the kinds of syntax that an expression needs: no loops, no macros, no includes, no blocks,
  no capture of output into a variable. Every node is thus evaluated at most once, and a template
  has at most MAX_NODES of them.
- variables may not be put into lists and dicts once they have been assigned, so that nothing can
  be doubled by nesting; the payload's names cannot be assigned to.
- text cannot be multiplied or formatted, joined and replaced text has a size limit, powers are
  refused and products bounded: no step can make its result much larger than its input.
- filters, tests, methods and functions are a list of what configs use, without regular expressions.
- template, payload and result have size limits.

Under these one rendering costs at most MAX_NODES steps over MAX_INPUT characters: up to 95 ms. What
a thread may render itself is a small part of it (template_cost.py); the rest is for a process that
can be killed (ingest/rendering).
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jinja2
import orjson
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ingest.dialects.home_assistant import template_filters, template_limits
from ingest.dialects.home_assistant.template_checks import MAX_NODES, bound_joins, check_syntax
from ingest.dialects.home_assistant.template_limits import NoValueError, RefusedError
from ingest.errors import UnreadableError

MAX_TEMPLATE = 4_000
"""Characters of a template."""
MAX_INPUT = 32_768
"""Bytes of a payload that is rendered."""
TOO_LONG = f"template: the payload is longer than {MAX_INPUT} characters"
MAX_RESULT = 8_192
"""Characters of any text on the way."""

_PAYLOAD = frozenset({"value", "value_json"})
_METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "startswith"}
    | {"endswith", "split", "rsplit", "splitlines", "get", "keys", "values", "items", "isdigit"}
    | {"isnumeric", "isdecimal", "find", "count", "index", "is_integer", "bit_length"}
    | {"timestamp", "isoformat", "replace"}
)
_SIMPLE = re.compile(
    r"""^\s*\{\{-?\s*value_json(?:\.([A-Za-z_]\w*)|\[\s*(?:"([^"\\]+)"|'([^'\\]+)')\s*\])\s*-?\}\}\s*$"""
)
"""Nine of ten templates take one property; these need no engine."""


class _Undefined(jinja2.Undefined):
    """A name that is not the payload's is one that is not known here, whatever the payload."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = jinja2.utils.missing,
        name: str | None = None,
        exc: type[jinja2.TemplateRuntimeError] = jinja2.UndefinedError,
    ) -> None:
        foreign = obj is jinja2.utils.missing and name not in (None, *_PAYLOAD)
        super().__init__(hint, obj, name, RefusedError if foreign else exc)


class _Cage(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, int | float) and isinstance(right, int | float):
            if isinstance(left, int) and isinstance(right, int) and operator == "*":
                template_limits.bounded_number(left, right)
            return super().call_binop(context, operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return template_limits.joined_text(left, right)
        if _says_nothing(operator, left, right):
            raise NoValueError
        raise RefusedError(f"{operator} is for numbers")

    def is_safe_attribute(self, _obj: Any, attr: str, value: Any) -> bool:
        if attr.startswith("_"):
            return False
        return not callable(value) or attr in _METHODS

    def wrap_str_format(self, _value: Any) -> None:
        """No formatting: a width in it would make any text long."""

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str) and getattr(obj, "__name__", "") == "replace":
            return template_limits.replaced_text(owner, *args)
        return super().call(context, obj, *args, **kwargs)


def _says_nothing(operator: str, left: Any, right: Any) -> bool:
    """Whether this fails in Home Assistant, too: a value is missing, or a text and no number."""
    if any(side is None or isinstance(side, jinja2.Undefined) for side in (left, right)):
        return True
    texts = isinstance(left, str) + isinstance(right, str)
    return texts > 0 and (operator in ("-", "/", "//") or (operator == "+" and texts == 1))


def _cage() -> _Cage:
    cage = _Cage(autoescape=False, extensions=[], cache_size=0, undefined=_Undefined)
    cage.filters = dict(template_filters.FILTERS)
    cage.tests = {k: v for k, v in cage.tests.items() if k in template_filters.TESTS}
    cage.tests["is_number"] = cage.tests["number_like"] = template_filters.is_number
    cage.globals = dict(template_filters.FUNCTIONS)
    return cage


_CAGE = _cage()


class Template:
    """A template that passed the checks."""

    __slots__ = ("_path", "_template")

    def __init__(self, source: str) -> None:
        simple = _SIMPLE.match(source)
        self._path = next((g for g in simple.groups() if g), None) if simple else None
        self._template = None if self._path else _compiled(source)

    def render(self, text: str, document: Any, received_at: datetime) -> str | None:
        """The rendered text, or None when the payload holds nothing for it: the message then says
        nothing. `document` is the payload's JSON, or template_filters.MISSING when it is none.
        Raises UnreadableError when the template gets where it does more than is allowed."""
        if self._path is not None:
            if not isinstance(document, dict):
                return None
            value = document.get(self._path, "")
            if isinstance(value, dict | list) and len(text) > MAX_INPUT:
                raise UnreadableError(
                    f"template: the payload is longer than {MAX_INPUT} characters"
                )
            return value if isinstance(value, str) else str(value)[:MAX_RESULT]
        assert self._template is not None  # noqa: S101 - one of the two is set
        if not self.takes(text):
            return None
        names: dict[str, Any] = {"value": text, "now": lambda: received_at}
        names["utcnow"] = lambda: received_at.astimezone(UTC)
        if document is not template_filters.MISSING:
            names["value_json"] = document
        try:
            rendered = self._template.render(names)
        except (NoValueError, jinja2.UndefinedError):
            return None
        except jinja2.TemplateRuntimeError as error:  # also an unknown filter behind a condition
            raise UnreadableError(f"template: {str(error)[:200]}") from error
        except Exception:  # noqa: BLE001 - a template of a stranger may fail in any way
            return None
        if len(rendered) > MAX_RESULT * 2:
            raise UnreadableError("template: it makes too much of its input")
        return rendered.strip()

    def is_plain(self, document: Any) -> bool:
        """Whether it only takes a property that holds no others: that costs next to nothing."""
        if self._path is None:
            return False
        return not isinstance(document, dict) or not isinstance(
            document.get(self._path), dict | list
        )

    def takes(self, text: str) -> bool:
        """Whether a payload is not too large to be rendered."""
        return self._path is not None or len(text) <= MAX_INPUT


@lru_cache(maxsize=1024)
def template_of(source: str) -> Template:
    """Raises UnreadableError for a template that is broken or does more than is allowed."""
    return Template(source)


def parse_json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return template_filters.MISSING


def _compiled(source: str) -> jinja2.Template:
    if len(source) > MAX_TEMPLATE:
        raise UnreadableError(f"template: longer than {MAX_TEMPLATE} characters")
    try:
        tree = _CAGE.parse(source)
        check_syntax(tree)
        bound_joins(tree)
        code = _CAGE.compile(tree)
        return jinja2.Template.from_code(_CAGE, code, _CAGE.make_globals(None))
    except UnreadableError:
        raise
    except (jinja2.TemplateError, RecursionError, MemoryError, SyntaxError, ValueError) as error:
        raise UnreadableError(f"template: {str(error)[:200]}") from error


__all__ = [
    "MAX_INPUT",
    "MAX_NODES",
    "MAX_TEMPLATE",
    "TOO_LONG",
    "Template",
    "parse_json",
    "template_of",
]
