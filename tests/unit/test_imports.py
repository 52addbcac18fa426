"""Imports point one way; the contracts are in pyproject.toml."""

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
