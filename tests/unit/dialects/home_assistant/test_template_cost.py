"""What a lane's thread renders itself takes 5 ms at most, whatever a home thinks up."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import thread_time

import pytest

from ingest.dialects.home_assistant.template_cost import (
    QUICK_TEXT,
    QUICK_WORDS,
    is_quick,
    is_quick_source,
)
from ingest.dialects.home_assistant.templates import Template, parse_json
from ingest.errors import UnreadableError

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
BOUND = 0.005
"""Seconds of processor time."""


def filled(start: str, again: str) -> str:
    """The longest quick template of this kind."""
    source = f"{{{{ {start} }}}}"
    for times in range(1, QUICK_WORDS):
        longer = "{{ " + " + ".join([again] * times) + " }}"
        if not is_quick_source(longer):
            break
        source = longer
    return source


def listed(element: str) -> str:
    return "[" + ",".join([element] * ((QUICK_TEXT - 2) // (len(element) + 1))) + "]"


DEAREST = [
    ("value|from_json|length", listed("[]")),
    ("value|from_json|length", "[" * 700 + "]" * 700),
    ("value_json|sum", listed('"1"')),
    ("value_json|join|length", listed("1")),
    ("value_json|string|length", listed("1")),
    ("value.upper()|length", "ŉ" * QUICK_TEXT),
    ("value.title()|length", "a " * (QUICK_TEXT // 2)),
    ("value.split(',')|length", "," * QUICK_TEXT),
    ("value.find(value[1:])", "a" * QUICK_TEXT),
    ("value.count('aaaaaaaab')", "a" * QUICK_TEXT),
    ("value|replace('a','aaaaa')|length", "a" * QUICK_TEXT),
    ("value_json|to_json|length", listed('"\\\\"')),
    ("1", "1"),
]


def cost(work: Callable[[], object]) -> float:
    """The least of a few tries: a shared machine interrupts."""
    tries = []
    for _ in range(5):
        began = thread_time()
        with suppress(UnreadableError):
            work()
        tries.append(thread_time() - began)
    return min(tries)


@pytest.mark.parametrize(("again", "text"), DEAREST)
def test_the_dearest_quick_templates_stay_below_the_bound(again: str, text: str) -> None:
    """Broken by a higher QUICK_TEXT or QUICK_WORDS: 500 words take 71 ms to compile alone."""
    source = filled(again, again)
    assert is_quick(source, text)
    assert cost(lambda: Template(source)) < BOUND
    template, document = Template(source), parse_json(text)
    assert cost(lambda: template.render(text, document, NOW)) < BOUND


@pytest.mark.parametrize(
    "source",
    [
        "{{ value_json.temperature }}",
        "{{ value_json.tempc | is_defined | round(1) }}",
        "{% if value_json.a is defined and value_json.a %}ON{% else %}OFF{% endif %}",
        "{{ iif(value_json.contact == 'open', 'ON', 'OFF') }}",
        "{{ (value_json.battery | float(0) / 3000 * 100) | round(0) | int }}",
    ],
)
def test_what_devices_really_have_is_quick(source: str) -> None:
    """Broken by a bound that sends every message through a second process."""
    assert is_quick(source, '{"temperature": 20.5}' + " " * 800)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ [" + ",".join(["value_json"] * 220) + "]|string }}", "[]"),
        ("{{ " + "+".join(["1"] * 120) + " }}", "1"),
        ("{{ value_json | length }}", "x" * (QUICK_TEXT + 1)),
    ],
)
def test_what_may_take_long_is_not_quick(source: str, text: str) -> None:
    assert not is_quick(source, text)
