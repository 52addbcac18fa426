"""Templates from homes: what configs use is rendered, what could hurt is cut off."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dialects.home_assistant.templates import (
    MAX_NODES,
    MAX_TEMPLATE,
    parse_json,
    template_of,
)
from ingest.errors import UnreadableError

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SOON = 2.0
"""Seconds; far above what any allowed template takes, also on a busy machine."""


def render(source: str, payload: str) -> str | None:
    return template_of(source).render(payload, parse_json(payload), NOW)


USED: list[tuple[str, str, str | None]] = [
    ("{{ value }}", "x", "x"),
    ("{{ value_json.a }}", '{"a": 1.50}', "1.5"),
    ("{{ value_json['a b'] }}", '{"a b": false}', "False"),
    ("{{ value_json.a.b[1] }}", '{"a": {"b": [1, 2]}}', "2"),
    ("{{ value_json.missing }}", "{}", ""),
    ("{{ value_json.missing.deeper }}", "{}", None),
    ("{{ value_json.missing | is_defined }}", "{}", None),
    ("{{ value_json.a | default('OFF') }}", "{}", "OFF"),
    ("{{ value_json.a | float(0) > 3 }}", '{"a": "4"}', "True"),
    ("{{ value_json.a | float }}", '{"a": "warm"}', None),
    ("{{ value | int(base=16) }}", "1f", "31"),
    ("{{ (value | float * 1.8 + 32) | round(1) }}", "20", "68.0"),
    ("{{ value | float / 0 }}", "20", None),
    ("{{ iif(value_json.a == 'open', 'ON', 'OFF') }}", '{"a": "open"}', "ON"),
    ("{{ (value == '1') | iif('ON', 'OFF') }}", "0", "OFF"),
    ("{% if value_json.a is defined and value_json.a %}ON{% else %}OFF{% endif %}", "{}", "OFF"),
    ("{% set t = value_json.t | float %}{{ t + 1 }}", '{"t": 2}', "3.0"),
    ("{{ {'1': 'ON', '0': 'OFF'}[value] }}", "1", "ON"),
    ("{{ 'ON' if value in ['a', 'b'] else 'OFF' }}", "b", "ON"),
    ("{{ value.split(',')[1] | trim }}", "a, b", "b"),
    ("{{ value | replace(',', '.') | float }}", "1,5", "1.5"),
    ("{{ value_json.a | lower ~ '-' ~ value_json.b | upper }}", '{"a": "X", "b": "y"}', "x-Y"),
    ("{{ value_json.t | timestamp_custom('%H:%M') }}", '{"t": 0}', "00:00"),
    ("{{ as_timestamp(value) | int }}", "1970-01-01T00:01:00+00:00", "60"),
    ("{{ value_json.bits | bitwise_and(4) }}", '{"bits": 6}', "4"),
    ("{{ value_json | length }}", "[1, 2]", "2"),
    ("{{ value_json.a | to_json }}", '{"a": {"b": 1}}', '{"b":1}'),
]


@pytest.mark.parametrize(("source", "payload", "expected"), USED)
def test_what_configs_use_is_rendered(source: str, payload: str, expected: str | None) -> None:
    assert render(source, payload) == expected


HOSTILE = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% set a = 'x' %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{{ '{:999999999}'.format_map({}) }}",
    "{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "{% set a = {'k': 'x'} %}" + "{% set a = {'k': a, 'l': a} %}" * 40 + "{{ a }}",
    "{% set value = [value, value] %}" * 60 + "{{ value }}",
    "{% set a %}xx{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}",
    "{% set a = 99999999 %}" + "{% set a = a * a %}" * 60 + "{{ a }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 'x' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a'.center(1000000000) }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ 'a' | center(1000000000) }}",
    "{{ value | replace('', value) | replace('', value) | replace('', value) }}",
    "{{ now().strftime('%1000000000d') }}",
    "{{ 0 | timestamp_custom('%1000000000Y') }}",
    "{{ 1 | round(1000000000) }}",
    "{{ 7 | round(-1000000000) }}",
    "{{ value | regex_findall('(a+)+$') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
    "{{ " + " ~ ".join(["value"] * (MAX_NODES + 1)) + " }}",
    "x" * (MAX_TEMPLATE + 1),
    "{{ value",
    "{{ value_json | map('lower') | list }}",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_template_that_loops_or_explodes_is_cut_off_in_time(source: str) -> None:
    started = time.perf_counter()
    try:
        rendered = render(source, "a" * 4_000)
    except UnreadableError:
        rendered = None
    assert time.perf_counter() - started < SOON
    assert rendered is None or len(rendered) < 20_000


def test_a_payload_too_large_is_not_rendered() -> None:
    assert render("{{ value | upper }}", "x" * 100_000) is None


PIECES = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "value",
            "value_json",
            ".a",
            "|",
            "float(0)",
            "~",
            "*",
            "set a =",
        ),
        *("if", "endif", "[", "]", "'x'", "1", "9", "replace('a','b')", "round(", ")", "(", "+"),
        *(" ", "is defined"),
    ]
)


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=50))
def test_any_template_is_rendered_or_refused(source: str, payload: str) -> None:
    started = time.perf_counter()
    with suppress(UnreadableError):
        render(source, payload)
    assert time.perf_counter() - started < SOON


REFUSED = [
    ("{{ 'ON' if value | regex_match('a+') else 'OFF' }}", "aa"),
    ("{% if value == 'aa' %}{{ value | regex_replace('a', 'b') }}{% endif %}", "aa"),
    ("{% if value is match('a') %}ON{% endif %}", "aa"),
    ("{{ value | regex_replace(find='a', replace='b') if value else '' }}", "aa"),
    ("{{ value_json.l | map(attribute='x') | list if value_json.l }}", '{"l": [1]}'),
    ("{{ 'ON' if value and value is search('A', ignorecase=True) }}", "aa"),
    ("{{ 'ON' if value == 'off' else states('sensor.x') }}", "aa"),
    ("{{ states.sensor.x.state }}", "aa"),
    ("{{ this.state }}", "aa"),
    ("{{ strptime(value, '%H') }}", "12"),
    ("{{ value.encode() }}", "aa"),
    ("{{ value.center(9) }}", "aa"),
    ("{{ '%s' % value }}", "aa"),
    ("{{ value ~ value }}", "a" * 8_000),
]


@pytest.mark.parametrize(("source", "payload"), REFUSED)
def test_what_is_refused_only_when_it_runs_is_told(source: str, payload: str) -> None:
    """Broken by taking every failure for a payload without a value: the part is silent for good."""
    template_of(source)
    with pytest.raises(UnreadableError, match="template: "):
        render(source, payload)


NO_VALUE = [
    ("{{ value_json.a + 1 }}", '{"a": null}'),
    ("{{ value_json.a * 1.8 }}", "{}"),
    ("{{ value_json.a - 1 }}", '{"a": "unavailable"}'),
    ("{{ value_json.a + 1 }}", '{"a": "unavailable"}'),
    ("{{ value_json.a.b }}", "not json"),
    ("{{ value_json.a[0] | float }}", '{"a": []}'),
    ("{{ value_json.a | max }}", '{"a": null}'),
    ("{{ value_json.a | bitwise_and(1) }}", '{"a": null}'),
]


@pytest.mark.parametrize(("source", "payload"), NO_VALUE)
def test_a_payload_without_the_value_says_nothing_and_is_no_fault(
    source: str, payload: str
) -> None:
    assert render(source, payload) in (None, "")
