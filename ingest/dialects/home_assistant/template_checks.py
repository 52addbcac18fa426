"""Checks a template's syntax before it runs, and bounds its joins; used by the templates. Pure."""

import math
from typing import Any

from jinja2 import nodes

from ingest.dialects.home_assistant import template_filters
from ingest.errors import UnreadableError

MAX_NODES = 250
"""Parts of a template."""
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.Call,
    nodes.Keyword,
    nodes.CondExpr,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Pos,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Concat,
    nodes.Assign,
    nodes.List,
    nodes.Tuple,
    nodes.Dict,
    nodes.Pair,
)
_INPUTS = frozenset({"value", "value_json", "this", "entity_id", "name", "this_attributes"})


_KNOWN = frozenset(template_filters.FILTERS) | template_filters.TESTS | template_filters.OWN_TESTS


def check_syntax(tree: nodes.Template) -> None:
    """Raises UnreadableError for syntax that is not needed by an expression, and for too much."""
    assigned: set[str] = set()
    for count, node in enumerate(tree.find_all(nodes.Node), start=1):
        if count > MAX_NODES:
            raise UnreadableError(f"template: more than {MAX_NODES} parts")
        if isinstance(node, nodes.Name) and node.ctx == "store":
            assigned.add(node.name)
        if not isinstance(node, _ALLOWED):
            raise UnreadableError(f"template: {type(node).__name__.lower()} is not read here")
        if isinstance(node, nodes.Const):
            _check_constant(node.value)
    if assigned & (_INPUTS | set(template_filters.FUNCTIONS)):
        raise UnreadableError("template: may not assign to the payload's names")
    for holder in tree.find_all((nodes.List, nodes.Tuple, nodes.Dict)):
        if any(name.name in assigned for name in holder.find_all(nodes.Name)):
            raise UnreadableError("template: lists of variables are not read here")


def _check_constant(value: Any) -> None:
    if isinstance(value, int) and abs(value) > 1 << 64:
        raise UnreadableError("template: a number is too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise UnreadableError("template: a number is too large")


def bound_joins(tree: nodes.Template) -> None:
    """`~` would join without asking the cage: it becomes a filter that minds the size. What takes
    the place of an unknown filter or test behind a condition only knows to take a value."""
    for unknown in tree.find_all((nodes.Filter, nodes.Test)):
        if unknown.name not in _KNOWN:
            unknown.args, unknown.kwargs, unknown.dyn_args, unknown.dyn_kwargs = [], [], None, None
    for parent in list(tree.find_all(nodes.Node)):
        for field, child in list(parent.iter_fields()):
            if isinstance(child, nodes.Concat):
                setattr(parent, field, _as_filter(child))
            elif isinstance(child, list):
                child[:] = [_as_filter(c) if isinstance(c, nodes.Concat) else c for c in child]


def _as_filter(concat: nodes.Concat) -> nodes.Filter:
    return nodes.Filter(
        concat.nodes[0], "_joined", list(concat.nodes[1:]), [], None, None, lineno=concat.lineno
    )
