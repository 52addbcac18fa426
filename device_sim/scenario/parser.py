"""Reads scenario files (YAML); errors say file, line and what to write instead."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from device_sim.scenario.model import Scenario
from device_sim.scenario.suggestions import did_you_mean

Where = dict[tuple[int | str, ...], int]
"""The line (from 1) on which each part of the document begins, by its path."""


class ScenarioError(ValueError):
    """The scenario is wrong: each line of the text says where, why and what to write."""


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file; ScenarioError with one line for each mistake."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ScenarioError(f"cannot read {path}: {why}") from error
    return parse_scenario(text, str(path))


def parse_scenario(text: str, name: str) -> Scenario:
    """The scenario in a text; `name` is what its errors call it."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: Where = {}
        document = _plain(node, (), lines, name) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScenarioError(f"{name}:{line}: no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ScenarioError(f"{name}:1: no YAML: {error}") from error
    if not isinstance(document, dict):
        raise ScenarioError(f"{name}:1: a scenario is a mapping that begins with `name:`")
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        complaints = [_complaint(item, document, lines, name) for item in error.errors()]
        raise ScenarioError("\n".join(dict.fromkeys(complaints))) from error


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario, for editors and other tools."""
    made = Scenario.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:anxin:scenario:1",
        **made,
    }


def _plain(node: yaml.Node, path: tuple[int | str, ...], lines: Where, name: str) -> Any:
    """The node as plain data; notes where each part begins, refuses a key that is there twice."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, n), lines, name) for n, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node)
    found: dict[str, Any] = {}
    for key_node, value in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in found:
            raise ScenarioError(f"{name}:{line}: `{key}` is there twice: keep one")
        found[key] = _plain(value, (*path, key), lines, name)
        lines[(*path, key)] = line
    return found


def _scalar(node: yaml.Node) -> Any:
    """A number, a text, a moment or nothing, as YAML's own rules have it."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()


def _complaint(item: Any, document: Any, lines: Where, name: str) -> str:
    path = _in_document(item["loc"], document)
    if "step" in item.get("ctx", {}):
        path = ("steps", item["ctx"]["step"] - 1)
    while path not in lines:
        path = path[:-1]
    where = f"{name}:{lines[path]}"
    what = _path_text(path)
    said = f"{where}: {what}: " if what else f"{where}: "
    return said + _reason(item)


def _in_document(loc: Sequence[int | str], document: Any) -> tuple[int | str, ...]:
    """pydantic's path without the names of union members, which are not in the document."""
    path: list[int | str] = []
    here = document
    for part in loc:
        if isinstance(here, dict) and part in here:
            here = here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _path_text(path: Sequence[int | str]) -> str:
    """`steps[2].device`, counted from 0 as programs do, with the line beside it."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _reason(item: Any) -> str:
    """What is wrong and what to write, for the mistakes people make."""
    kind, last = item["type"], str(item["loc"][-1]) if item["loc"] else ""
    context = item.get("ctx", {})
    if kind == "extra_forbidden":
        return f"`{last}` is not known here{_similar(item)}"
    if kind == "missing":
        return f"`{last}` is missing: add it"
    if kind == "union_tag_invalid":
        known = [name.strip("' ") for name in str(context["expected_tags"]).split(",")]
        return f"there is no step {context['tag']!r}{did_you_mean(str(context['tag']), known)}"
    if kind == "union_tag_not_found":
        return "`do` is missing: add what happens, like `do: press`"
    if kind == "literal_error" or kind == "enum":
        known = re.findall(r"'([^']*)'", str(context["expected"]))
        return f"{item['input']!r} is not possible{did_you_mean(str(item['input']), known)}"
    return str(item["msg"]).removeprefix("Value error, ")


def _similar(item: Any) -> str:
    """What the key may have meant, among those that are known at that place."""
    return did_you_mean(str(item["loc"][-1]), _known_at(item["loc"]))


def _known_at(loc: Sequence[int | str]) -> list[str]:
    """The keys that are known where this path leads, by the schema."""
    made = Scenario.model_json_schema()
    here: Any = made
    for part in loc[:-1]:
        here = _resolved(here, made)
        if isinstance(part, int):
            here = here.get("items", {})
        elif "discriminator" in here:
            reference = here["discriminator"]["mapping"].get(part, "")
            here = {"$ref": reference} if reference else {}
        else:
            here = here.get("properties", {}).get(part, {})
    return list(_resolved(here, made).get("properties", {}))


def _resolved(part: Any, whole: dict[str, Any]) -> Any:
    """The part a reference leads to; of what may be null, the other half."""
    for option in part.get("anyOf", []):
        if "$ref" in option:
            part = option
    reference = part.get("$ref")
    return whole["$defs"][reference.rpartition("/")[2]] if reference else part
