"""Imports point one way, by the contracts in pyproject.toml, and no room becomes a hall."""

from collections import Counter
from pathlib import Path

import pytest
from importlinter import api
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_imports_point_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    config = str(ROOT / "pyproject.toml")
    contracts = api.read_configuration(config)["contracts_options"]
    assert {"layers", "forbidden"} <= {contract["type"] for contract in contracts}
    assert lint_imports(config_filename=config, no_cache=True) == EXIT_STATUS_SUCCESS


FLOORS = (
    *("store", "alerts", "care", "ingest", "api", "app"),
    *("device_sim", "migrations", "tests", "deploy"),
)
MOST_MODULES = 20
"""More than that in one folder, and nobody guesses the file for a change."""
DRAWERS = frozenset({"base", "common", "core", "helpers", "misc", "shared", "util", "utils"})
"""Names of folders and modules that say nothing about what is in them."""


def modules() -> list[Path]:
    """All of the project's modules, relative to its root."""
    found = (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    return [path.relative_to(ROOT) for path in found if "node_modules" not in path.parts]


def test_no_folder_has_more_modules_than_one_can_overlook() -> None:
    """Break: put another module into the largest folder until it has twenty-one."""
    found = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert len(found) > 50
    assert {str(folder): n for folder, n in found.items() if n > MOST_MODULES} == {}


def test_no_folder_or_module_has_a_name_that_says_nothing() -> None:
    """Break: rename alerts/notify/channels/interface.py to base.py."""
    named = {path: DRAWERS.intersection((*path.parts[:-1], path.stem)) for path in modules()}
    assert {str(path) for path, words in named.items() if words} == set()
